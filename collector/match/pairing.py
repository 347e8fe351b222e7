"""Two accounts that posted the same within seconds of each other again and again, though each time many others posted it
too: what a single moment cannot tell, their repeating it does.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .crowding import MAX_SECONDS, WINDOWS, Numbers, Placed, either_of, rates, surprise_of

MAX_AT_ONCE = 1.0
"""Posts of a thing that are to be expected within ``MAX_SECONDS``, from which two of them within seconds tell nothing."""
MAX_NEIGHBOURS = 50
"""Posts after each that it is paired with, so that a popular link costs no more than its posts."""


class Paired(NamedTuple):
    """Pairs of accounts, a row a pair: how often they posted together, and how surprising that is, in nats."""

    one: Numbers
    other: Numbers
    times: Numbers
    surprise: NDArray[np.float64]


def repeated(acts: Placed, accounts: Numbers, least: int) -> Paired:
    """The pairs of accounts that posted the same thing within seconds of each other ``least`` times or more; ``accounts`` are
    those of the posts.

    Meetings where a thing is posted all the time are left out. The rest are taken for Poisson's, with the larger of two means: by
    how often the thing is posted around each meeting, and by how many pairs of its posts are so near each other, both times the
    number of its posts by the two accounts, multiplied. The surprise is Chernoff's bound of the tail, of the window that tells
    most. Takes n log n time.
    """
    things, posts, at, who = acts.things, acts.posts, acts.at, accounts[acts.posts]
    met = np.flatnonzero(either_of(np.diff(acts.keys) <= MAX_SECONDS, len(things)))
    rate = np.zeros(len(things))
    rate[met] = rates(acts, met)
    sparse = met[rate[met] * MAX_SECONDS < MAX_AT_ONCE]
    one, other = (sparse[rows] for rows in _near(things[sparse], at[sparse], who[sparse]))
    often = (np.bincount(who) >= least)[who]
    near = _Near(things, at, one, other)
    kept = often[one] & often[other]
    one, other = one[kept], other[kept]
    if not len(one):
        nobody = np.zeros(0, np.int64)
        return Paired(nobody, nobody, nobody, np.zeros(0))
    swapped = who[one] > who[other]
    one, other = np.where(swapped, other, one), np.where(swapped, one, other)
    shared = _times_each(who, things)
    product = shared[one] * shared[other]
    local = np.maximum(rate[one], rate[other]) / np.bincount(things)[things[one]]
    pair = who[one] * (int(who.max()) + 1) + who[other]
    keep = _once(pair, posts[one], posts[other], product * local)
    pair, one, other, product, local = pair[keep], one[keep], other[keep], product[keep], local[keep]
    apart = np.abs(at[one] - at[other])
    _, first, number = np.unique(pair, return_index=True, return_inverse=True)
    best, most = np.zeros(len(first)), np.zeros(len(first), np.int64)
    for window in WINDOWS:
        met = apart <= window
        count = np.bincount(number[met], minlength=len(first))
        chance = np.maximum(local * 2 * window, near.share(window)[things[one]])
        expected = np.bincount(number, product * chance, len(first)).astype(np.float64)
        found = surprise_of(count, expected)
        better = (count >= least) & (found > best)
        best[better], most[better] = found[better], count[better]
    told = most > 0
    return Paired(who[one[first]][told], who[other[first]][told], most[told], best[told])


class _Near(NamedTuple):
    """Rows with their things and times, and pairs of rows of one thing that are near each other."""

    things: Numbers
    at: Numbers
    one: Numbers
    other: Numbers

    def share(self, window: int) -> NDArray[np.float64]:
        """By thing, the share of all pairs of its posts that are within a window of each other."""
        posts = np.bincount(self.things)
        met = np.abs(self.at[self.one] - self.at[self.other]) <= window
        found: NDArray[np.float64] = np.bincount(self.things[self.one[met]], minlength=len(posts)) / np.maximum(
            posts * (posts - 1) / 2, 1
        )
        return found


def _times_each(who: Numbers, things: Numbers) -> Numbers:
    """How often each row's account posted the row's thing."""
    key = who * (int(things.max()) + 1) + things
    _, number, count = np.unique(key, return_inverse=True, return_counts=True)
    found: Numbers = count[number]
    return found


def _near(things: Numbers, at: Numbers, who: Numbers) -> tuple[Numbers, Numbers]:
    """Rows of one thing by different accounts within ``MAX_SECONDS``; rows are ordered by thing and time."""
    ones, others = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for step in range(1, MAX_NEIGHBOURS + 1):
        near = (things[step:] == things[:-step]) & (at[step:] - at[:-step] <= MAX_SECONDS)
        if not near.any():
            break
        rows = np.flatnonzero(near & (who[step:] != who[:-step]))
        ones.append(rows)
        others.append(rows + step)
    return np.concatenate(ones), np.concatenate(others)


def _once(pair: Numbers, posts: Numbers, others: Numbers, meeting: NDArray[np.float64]) -> Numbers:
    """Each post of a pair once, with what is least to be expected: two posts that share a text and a link met once."""
    order = np.lexsort((meeting, pair))
    for own in (posts, others):
        _, first = np.unique(np.stack((pair[order], own[order])), axis=1, return_index=True)
        order = order[np.sort(first)]
    return order
