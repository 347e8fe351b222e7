"""Stance over time and groups, with intervals, so that five posts do not look like five hundred; and where the balance changed.

Shares are estimated (``storywake.collector.figures.shares``) where every reaction was read by the assessor whose errors are known, else counted.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..stance.base import COUNTED, STANCES, UNCLEAR
from .shares import Estimate, shipped

Z_95 = 1.96
"""Of a 95 % interval."""
MIN_PER_SIDE = 10
"""Reactions on each side of a change, at least."""
PERMUTATIONS = 999
SIGNIFICANCE_LEVEL = 0.01
"""A change is marked where chance alone does as much in fewer than one order of a hundred."""


class Stanced(NamedTuple):
    """A reaction with its stance."""

    at: str  # ISO 8601, or a day
    stance: str  # or unclear
    platform: str
    language: str | None
    engagement: int | None  # likes, reposts, replies and quotes added up where known
    chances: tuple[float, float, float, float] | None = None  # of STANCES; None where it is not covered
    known: bool = False  # a person said the stance


class Share(NamedTuple):
    """How large a part of a group took a stance, or is unclear.

    Estimated, the shares of the four sum to 1, as what is unclear has a stance too; counted, those of all five do.
    """

    group: str
    stance: str
    reactions: int  # counted
    share: float  # 0 to 1, estimated where it can be
    low: float  # of its 95 % interval
    high: float
    counted_share: float
    weighted_share: float | None  # by engagement; None where none is known


class Change(NamedTuple):
    """A moment at which the balance changed by more than chance."""

    at: str  # the first reaction after it
    before: dict[str, float]  # shares
    after: dict[str, float]
    chance: float  # how often a random order of the same reactions has as large a change


def wilson(count: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (E. B. Wilson, 1927), 0 to 1; (0, 1) where there is nothing."""
    if not total:
        return 0.0, 1.0
    share, square = count / total, Z_95 * Z_95
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = Z_95 * math.sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def estimated(reactions: Sequence[Stanced]) -> Estimate | None:
    """The estimated shares of the four stances among the reactions that are covered.

    None where there are none, or where one was read only by an assessor whose errors are not known.
    """
    read = _chances_of(reactions)
    return shipped().estimate(*read) if read else None


def so_far(reactions: Sequence[Stanced]) -> dict[str, Estimate | None]:
    """The estimate of all reactions up to and with each hour; what is known to the day counts at its first hour."""
    ordered = sorted(filter(_is_covered, reactions), key=_hour)
    read = _chances_of(ordered)
    if not read:
        return {}
    ends = {_hour(reaction): place + 1 for place, reaction in enumerate(ordered)}
    found = {hour: shipped().estimate(read[0][:end], read[1][:end]) for hour, end in ends.items()}
    last = None
    for hour in sorted({_hour(reaction) for reaction in reactions}):
        last = found[hour] = found.get(hour, last)
    return found


def _is_covered(reaction: Stanced) -> bool:
    return reaction.known or reaction.chances is not None or reaction.stance != UNCLEAR


def _chances_of(reactions: Sequence[Stanced]) -> tuple[NDArray[np.float64], NDArray[np.int64]] | None:
    """Probabilities and what persons said (-1: nothing) of those covered; None where one lacks both."""
    covered = [r for r in reactions if _is_covered(r)]
    if not all(r.known or r.chances for r in covered):
        return None
    chances = np.array([r.chances or (0.25,) * len(STANCES) for r in covered], np.float64).reshape(-1, len(STANCES))
    return chances, np.array([STANCES.index(r.stance) if r.known else -1 for r in covered], np.int64)


def _hour(reaction: Stanced) -> str:
    return f"{reaction.at[:13]}:00:00Z" if len(reaction.at) > 10 else f"{reaction.at}T00:00:00Z"


def shares(reactions: Sequence[Stanced], group: Callable[[Stanced], str | None]) -> list[Share]:
    """The shares of each stance, and of what is unclear, in each group, in the groups' order; reactions without a group are left out.

    Weighted by engagement, a reaction that nobody answered or liked weighs 1 all the same.
    """
    grouped: dict[str, list[Stanced]] = {}
    for reaction in reactions:
        key = group(reaction)
        if key is not None:
            grouped.setdefault(key, []).append(reaction)
    found = []
    for key in sorted(grouped):
        members = grouped[key]
        counts = Counter(r.stance for r in members)
        known = [r for r in members if r.engagement is not None]
        weight = sum(1 + (r.engagement or 0) for r in known)
        guess = estimated(members)
        for place, stance in enumerate(COUNTED):
            counted = counts[stance] / len(members)
            share, (low, high) = counted, wilson(counts[stance], len(members))
            if guess and stance != UNCLEAR:
                share, low, high = guess.shares[place], guess.low[place], guess.high[place]
            heavy = sum(1 + (r.engagement or 0) for r in known if r.stance == stance)
            found.append(
                Share(
                    key,
                    stance,
                    counts[stance],
                    share,
                    low,
                    high,
                    counted,
                    heavy / weight if weight else None,
                )
            )
    return found


def changes(reactions: Sequence[Stanced]) -> list[Change]:
    """Where the balance of stances changed by more than chance, in order of time.

    The split with the largest G statistic is compared with the largest of the same reactions in random
    orders (a permutation test, so that having looked at every split is allowed for); then each side is
    searched in turn. Repeatable: the orders are always the same. What is unclear is left out: that more can be told than
    before is no change of anybody's stance.
    """
    ordered = sorted((r for r in reactions if r.stance != UNCLEAR), key=lambda r: r.at)
    codes = np.array([STANCES.index(r.stance) for r in ordered], np.int64)
    found = _search(ordered, codes, np.random.default_rng(1945))
    return sorted(found, key=lambda change: change.at)


def _search(
    ordered: list[Stanced], codes: NDArray[np.int64], orders: np.random.Generator, depth: int = 0
) -> list[Change]:
    cuts = _cuts(len(codes))
    if not len(cuts) or depth > 3:
        return []
    sizes = _differences(codes, cuts)
    size, place = sizes.max(), int(cuts[sizes.argmax()])
    if size <= 0:
        return []
    shuffled = codes.copy()
    beaten = 0
    for _ in range(PERMUTATIONS):
        orders.shuffle(shuffled)
        beaten += bool(_differences(shuffled, cuts).max() >= size)
        if beaten > SIGNIFICANCE_LEVEL * (PERMUTATIONS + 1):
            return []
    chance = (beaten + 1) / (PERMUTATIONS + 1)
    change = Change(ordered[place].at, _balance(codes[:place]), _balance(codes[place:]), chance)
    return [
        *_search(ordered[:place], codes[:place], orders, depth + 1),
        change,
        *_search(ordered[place:], codes[place:], orders, depth + 1),
    ]


def _cuts(total: int) -> NDArray[np.int64]:
    """How many reactions may stand before a change: some two hundred places, none too near an end."""
    step = max(1, total // 200)
    cuts = np.arange(step, total - MIN_PER_SIDE + 1, step)
    return cuts[cuts >= MIN_PER_SIDE]


def _differences(codes: NDArray[np.int64], cuts: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much the stances before and after each cut differ: G, of the table of two parts by four stances."""
    kinds, total = len(STANCES), len(codes)
    part = np.searchsorted(cuts, np.arange(total), side="right")
    counts = np.bincount(part * kinds + codes, minlength=(len(cuts) + 1) * kinds).reshape(-1, kinds)
    before = counts.cumsum(0)
    whole, before = before[-1], before[:-1]
    expected = np.maximum(whole, 1) / total
    size = np.zeros(len(cuts))
    for found, length in ((before, cuts[:, None]), (whole - before, total - cuts[:, None])):
        size += 2 * (found * np.log(np.maximum(found, 1) / (expected * length))).sum(1)
    return size


def _balance(codes: NDArray[np.int64]) -> dict[str, float]:
    counts = np.bincount(codes, minlength=len(STANCES))
    return {stance: round(float(count / len(codes)), 4) for stance, count in zip(STANCES, counts, strict=True)}


def by_hour(reaction: Stanced) -> str | None:
    """The hour of a reaction known to the hour."""
    return f"{reaction.at[:13]}:00:00Z" if len(reaction.at) > 10 else None


def by_day(reaction: Stanced) -> str | None:
    """The day of a reaction."""
    return reaction.at[:10]


def by_platform(reaction: Stanced) -> str | None:
    """The platform of a reaction."""
    return reaction.platform


def by_language(reaction: Stanced) -> str | None:
    """The language of a reaction, where it is known."""
    return reaction.language


GROUPS: dict[str, Callable[[Stanced], str | None]] = {
    "hour": by_hour,
    "day": by_day,
    "platform": by_platform,
    "language": by_language,
}
