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
    """What was posted by whom, a row a post and thing (a link or text), by thing and post: all of one length."""

    things: Numbers
    posts: Numbers
    accounts: Numbers
    again: Numbers  # the rows of those who posted a thing more than once, by thing, account and post


class Placed(NamedTuple):
    """Acts by thing and time, of one account's posts of a thing within a window the first alone; seconds are from the story's first post."""

    things: Numbers
    posts: Numbers
    at: Numbers
    keys: Numbers  # one number for thing and time, rising, so that the windows of two things do not meet
    tempo: NDArray[np.float64]  # the share of all posts of the story a second around each


class Episode(NamedTuple):
    """Posts of one thing by different accounts within one window."""

    thing: int
    posts: tuple[int, ...]  # in the order of their times
    surprise: float  # nats: by chance it happens once in e to the power of this


def acts_of(things: Numbers, posts: Numbers, accounts: Numbers) -> Acts:
    """Rows in any order as ``Acts``."""
    order = np.lexsort((posts, accounts, things))
    same = (things[order][1:] == things[order][:-1]) & (accounts[order][1:] == accounts[order][:-1])
    several = either_of(same, len(order))
    by_post = np.lexsort((posts, things))
    place = np.empty(len(order), np.int64)
    place[by_post] = np.arange(len(order))
    return Acts(things[by_post], posts[by_post], accounts[by_post], place[order[several]])


def either_of(alike: NDArray[np.bool_], rows: int) -> NDArray[np.bool_]:
    """Which of so many rows are ``alike`` to the one before or after; it says so of each row but the first, to the one before."""
    found = np.zeros(rows, bool)
    found[1:] = alike
    found[:-1] |= alike
    return found


def authors_of(acts: Acts, posts: int) -> Numbers:
    """By post, of so many, who posted it; -1 for a post of no thing."""
    accounts = np.full(posts, -1, np.int64)
    accounts[acts.posts] = acts.accounts
    return accounts


def placed(acts: Acts, times: Numbers) -> Placed:
    """Acts at ``times``, which are those of the posts, in seconds. Takes n log n time."""
    at = times[acts.posts]
    at = at - times.min()
    kept = np.ones(len(at), bool)
    things, accounts, moments = (column[acts.again] for column in (acts.things, acts.accounts, at))
    order = np.lexsort((moments, accounts, things))
    things, accounts, moments = things[order], accounts[order], moments[order]
    kept[acts.again[order[1:]]] = (
        (things[1:] != things[:-1]) | (accounts[1:] != accounts[:-1]) | (moments[1:] - moments[:-1] > MAX_SECONDS)
    )
    span = int(at.max(initial=0)) + 2 * MAX_SECONDS * max(BESIDE) + 1
    keys = acts.things[kept] * span + at[kept]
    rows = np.argsort(keys, kind="stable")
    posts = acts.posts[kept][rows]
    return Placed(acts.things[kept][rows], posts, at[kept][rows], keys[rows], _tempo(times)[posts])


def surprising(acts: Placed) -> list[Episode]:
    """The episodes that are unusual where and when they happened, those of a thing apart from each other.

    The number of posts of a thing within a window is taken for Poisson's with the largest of these means: what all its
    posts lead to expect at the story's tempo just then, and how many there are before and after. The surprise is
    Chernoff's bound of its tail (Mitzenmacher and Upfal 2017, theorem 5.4). Takes n log n time.
    """
    best, ends = np.zeros(len(acts.keys)), np.arange(1, len(acts.keys) + 1)
    gaps, usual = np.diff(acts.keys), np.zeros(len(acts.keys))
    rows = np.flatnonzero(gaps <= MAX_SECONDS)
    usual[rows] = _usual(acts, rows)
    for window in WINDOWS:
        rows = np.flatnonzero(gaps <= window)
        end = _until(acts, rows, window)
        found = surprise_of(end - rows - 1, np.maximum(usual[rows], _beside(acts, rows, end, window)) * window)
        better = found > best[rows]
        best[rows[better]], ends[rows[better]] = found[better], end[better]
    return _apart(acts.things, acts.posts, best, ends)


def rates(acts: Placed, rows: Numbers) -> NDArray[np.float64]:
    """How often a second a thing is posted around each of ``rows``: at the story's tempo, or as just before and after if that
    is more.
    """
    return np.maximum(_usual(acts, rows), _beside(acts, rows, _until(acts, rows, MAX_SECONDS), MAX_SECONDS))


def _usual(acts: Placed, rows: Numbers) -> NDArray[np.float64]:
    """Posts of each row's thing a second, by how much is posted of all things then."""
    found: NDArray[np.float64] = np.bincount(acts.things)[acts.things[rows]] * acts.tempo[rows]
    return found


def _beside(acts: Placed, rows: Numbers, end: Numbers, window: int) -> NDArray[np.float64]:
    """Posts of each row's thing a second, before it and after its window, which ends before row ``end``."""
    most = np.zeros(len(rows))
    for windows in BESIDE:
        length = window * windows
        after = _until(acts, rows, window + length) - end
        before = rows - np.searchsorted(acts.keys, acts.keys[rows] - length, "left")
        most = np.maximum(most, np.maximum(before, after) / length)
    return most


def _until(acts: Placed, rows: Numbers, seconds: int) -> Numbers:
    """The row that ends the posts of each row's thing within so many seconds."""
    found: Numbers = np.searchsorted(acts.keys, acts.keys[rows] + seconds, "right")
    return found


def _tempo(times: Numbers) -> NDArray[np.float64]:
    """The share of all posts a second around each of them."""
    order = np.argsort(times)
    ordered = times[order]
    near = np.searchsorted(ordered, ordered + TEMPO_SECONDS, "right") - np.searchsorted(
        ordered, ordered - TEMPO_SECONDS, "left"
    )
    found = np.empty(len(times))
    found[order] = np.maximum(near, 1) / (len(times) * 2.0 * TEMPO_SECONDS)
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
