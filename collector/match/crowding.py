"""Moments at which more accounts posted one thing within seconds than the posts around lead to expect."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WINDOWS = (10, 30, 60)
"""Seconds within which posts count as together; CooRTweet looks within 10 unless told otherwise."""
MAX_SECONDS = max(WINDOWS)
BESIDE = (5, 30)
"""How many windows before and after one is looked at for what is usual just then: so a burst is nothing unusual."""
TEMPO_SECONDS = 600
"""Before and after a moment, in which all posts of the story tell how much is posted then."""
MIN_SURPRISE_EACH = 2.0
"""What an episode has to weigh at least for each further account, in nats; less is told of no crowd."""

Numbers = NDArray[np.int64]


class Acts(NamedTuple):
    """What was posted by whom, a row a post and thing (a link or text): all of one length."""

    things: Numbers
    posts: Numbers
    accounts: Numbers


class Episode(NamedTuple):
    """Posts of one thing by different accounts within one window."""

    thing: int
    posts: tuple[int, ...]  # in the order of their times
    surprise: float  # nats: by chance it happens once in e to the power of this


def surprising(acts: Acts, times: Numbers) -> list[Episode]:
    """The episodes that are unusual where and when they happened, those of a thing apart from each other; ``times`` are
    those of the posts, in seconds.

    The number of posts of a thing within a window is taken for Poisson's with the largest of these means: what all its
    posts lead to expect at the story's tempo just then, and how many there are before and after. The surprise is
    Chernoff's bound of its tail (Mitzenmacher and Upfal 2017, theorem 5.4). Takes n log n time.
    """
    things, posts, at = in_order(acts, times)
    if not len(things):
        return []
    at = at - at.min()
    keys, rows = _keys(things, at), np.arange(len(things))
    usual = _usual(things, at, times)
    best, ends = np.zeros(len(keys)), rows + 1
    for window in WINDOWS:
        end = np.searchsorted(keys, keys + window, "right")
        mean = np.maximum(usual, _beside(keys, end, window))
        found = surprise_of(end - rows - 1, mean * window)
        better = found > best
        best[better], ends[better] = found[better], end[better]
    return _apart(things, posts, best, ends)


def rates(things: Numbers, at: Numbers, times: Numbers) -> NDArray[np.float64]:
    """How often a second a thing is posted around each row: at the story's tempo, or as just before and after if that is more.

    Rows are ordered as by ``in_order``, ``at`` is from 0; ``times`` are those of all posts.
    """
    keys = _keys(things, at)
    end = np.searchsorted(keys, keys + MAX_SECONDS, "right")
    return np.maximum(_usual(things, at, times), _beside(keys, end, MAX_SECONDS))


def _keys(things: Numbers, at: Numbers) -> Numbers:
    """One number for thing and time, so that the windows of two things do not meet."""
    span = int(at.max()) + 2 * MAX_SECONDS * max(BESIDE) + 1
    return things * span + at


def _usual(things: Numbers, at: Numbers, times: Numbers) -> NDArray[np.float64]:
    """Posts of each row's thing a second, by how much is posted of all things then."""
    found: NDArray[np.float64] = np.bincount(things)[things] * _tempo(times - times.min(), at)
    return found


def _beside(keys: Numbers, end: Numbers, window: int) -> NDArray[np.float64]:
    """Posts of each row's thing a second, before it and after its window, which ends before row ``end``."""
    rows = np.arange(len(keys))
    most = np.zeros(len(keys))
    for windows in BESIDE:
        length = window * windows
        after = np.searchsorted(keys, keys + window + length, "right") - end
        before = rows - np.searchsorted(keys, keys - length, "left")
        most = np.maximum(most, np.maximum(before, after) / length)
    return most


def in_order(acts: Acts, times: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Things, posts and times by thing and time; of one account's posts of a thing within a window the first alone."""
    at = times[acts.posts]
    order = np.lexsort((acts.posts, at, acts.accounts, acts.things))
    things, accounts, ordered = acts.things[order], acts.accounts[order], at[order]
    again = np.zeros(len(order), bool)
    again[1:] = (
        (things[1:] == things[:-1]) & (accounts[1:] == accounts[:-1]) & (ordered[1:] - ordered[:-1] <= MAX_SECONDS)
    )
    order = order[~again]
    order = order[np.lexsort((acts.posts[order], at[order], acts.things[order]))]
    return acts.things[order], acts.posts[order], at[order]


def _tempo(times: Numbers, at: Numbers) -> NDArray[np.float64]:
    """The share of all posts a second around moments."""
    ordered = np.sort(times)
    near = np.searchsorted(ordered, at + TEMPO_SECONDS, "right") - np.searchsorted(ordered, at - TEMPO_SECONDS, "left")
    found: NDArray[np.float64] = np.maximum(near, 1) / (len(ordered) * 2.0 * TEMPO_SECONDS)
    return found


def surprise_of(more: Numbers, mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """A lower bound of -log P(X >= more), X being Poisson's with a mean: Chernoff's."""
    found = np.zeros(len(more))
    high = more > mean
    k, m = more[high], mean[high]
    found[high] = k * np.log(k / m) - k + m
    return found


def _apart(things: Numbers, posts: Numbers, best: NDArray[np.float64], ends: Numbers) -> list[Episode]:
    """The most surprising episodes of which no two have a post of a thing in common."""
    starts = np.flatnonzero(best >= MIN_SURPRISE_EACH * np.maximum(ends - np.arange(len(ends)) - 1, 1))
    taken = np.zeros(len(best), bool)
    found = []
    for start in starts[np.argsort(-best[starts], kind="stable")]:
        end = ends[start]
        if end - start > 1 and not taken[start:end].any():
            taken[start:end] = True
            found.append(Episode(int(things[start]), tuple(posts[start:end].tolist()), float(best[start])))
    return found
