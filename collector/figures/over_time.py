"""Shares of the stances over time and in groups, with intervals, and the moments at which the balance changed.

Shares are estimated (``storywake.collector.figures.shares``) where an assessor whose errors are known read every reaction;
otherwise they are counted.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..stance.base import COUNTED, STANCES, UNCLEAR
from . import Z_95
from .shares import SUMS, Estimate, added_up, shipped

MIN_PER_SIDE = 10
"""Reactions on each side of a change."""
PERMUTATIONS = 999
SIGNIFICANCE_LEVEL = 0.01
"""Of the permutation test: a change is reported where p < 0.01."""


class Stanced(NamedTuple):
    """A reaction with its stance."""

    at: str  # ISO 8601, or a day
    stance: str  # one of ``COUNTED``
    platform: str
    language: str | None
    engagement: int | None  # the sum of likes, reposts, replies and quotes, of those known
    chances: tuple[float, float, float, float] | None = None  # in the order of STANCES; None where it is not covered
    known: bool = False  # an analyst gave the stance


class Share(NamedTuple):
    """The share of a group that took a stance, or is unclear.

    Estimated shares of the four stances sum to 1, since unclear reactions have a stance too; counted ones sum to 1
    together with "unclear".
    """

    group: str
    stance: str
    reactions: int  # how many were counted
    share: float  # 0 to 1, estimated where possible
    low: float  # of its 95 % interval
    high: float
    counted_share: float
    weighted_share: float | None  # weighted by engagement; None where no engagement is known


class Change(NamedTuple):
    """A moment at which the balance changed by more than chance."""

    at: str  # the time of the first reaction after it
    before: dict[str, float]  # shares by stance
    after: dict[str, float]
    chance: float  # p-value: the share of random orders with as large a change


def wilson(count: int, total: int) -> tuple[float, float]:
    """The 95 % interval (low, high) of the share ``count / total`` (E. B. Wilson, 1927); (0, 1) where ``total`` is 0."""
    if not total:
        return 0.0, 1.0
    share, square = count / total, Z_95 * Z_95
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = Z_95 * math.sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def estimated(reactions: Sequence[Stanced]) -> Estimate | None:
    """The estimated shares of the four stances among the covered reactions.

    None where there are none, or where one was only read by an assessor whose errors are not known.
    """
    read = _chances_of(reactions)
    return shipped().estimate(*read) if read else None


def so_far(reactions: Sequence[Stanced]) -> dict[str, Estimate | None]:
    """By hour, the estimate of all reactions up to its end; reactions known to the day count at midnight."""
    ordered = sorted(filter(_is_covered, reactions), key=_hour)
    read = _chances_of(ordered)
    if not read:
        return {}
    starts = {hour: place for place, hour in reversed(list(enumerate(map(_hour, ordered))))}
    hours = sorted({_hour(reaction) for reaction in reactions})
    parts = np.zeros((len(hours), SUMS))
    if starts:
        covered = sorted(starts)
        parts[np.searchsorted(hours, covered)] = np.add.reduceat(added_up(*read), [starts[hour] for hour in covered])
    return running(hours, parts)


def running(hours: Sequence[str], sums: NDArray[np.float64]) -> dict[str, Estimate | None]:
    """By hour, the estimate of all reactions up to its end; None before the first. ``hours`` rise, and ``sums`` has a row
    for each: what ``added_up`` tells, over the reactions of that hour that are covered.
    """
    found: dict[str, Estimate | None] = {}
    last = None
    for hour, new, so_far in zip(hours, sums, sums.cumsum(0), strict=True):
        if new.any():
            last = shipped().estimate_summed(so_far)
        found[hour] = last
    return found


def summed(reactions: Sequence[Stanced]) -> tuple[int, NDArray[np.float64]]:
    """How many reactions count that nobody read whose errors are known, and what an estimate adds up over the others."""
    read = [r for r in reactions if r.known or r.chances]
    chances = _chances_of(read)
    assert chances
    return sum(map(_is_covered, reactions)) - len(read), added_up(*chances).sum(0)


def _is_covered(reaction: Stanced) -> bool:
    return reaction.known or reaction.chances is not None or reaction.stance != UNCLEAR


def _chances_of(reactions: Sequence[Stanced]) -> tuple[NDArray[np.float64], NDArray[np.int64]] | None:
    """Of the covered reactions: probabilities, and analysts' stances as indexes (-1: none); None where one lacks both."""
    covered = [r for r in reactions if _is_covered(r)]
    if not all(r.known or r.chances for r in covered):
        return None
    chances = np.array([r.chances or (0.25,) * len(STANCES) for r in covered], np.float64).reshape(-1, len(STANCES))
    return chances, np.array([STANCES.index(r.stance) if r.known else -1 for r in covered], np.int64)


def _hour(reaction: Stanced) -> str:
    return f"{reaction.at[:13]}:00:00Z" if len(reaction.at) > 10 else f"{reaction.at}T00:00:00Z"


def shares(reactions: Sequence[Stanced], group: Callable[[Stanced], str | None]) -> list[Share]:
    """The share of each stance, and of "unclear", in each group, sorted by group; reactions without a group are skipped.

    In the weighted share each reaction weighs 1 plus its engagement.
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
    """The changes in the balance of stances that are larger than chance, in order of time.

    Binary segmentation: the split with the largest G statistic is compared with the largest of random orders of the
    same reactions (a permutation test, which allows for having tried every split); then each side is searched.
    Deterministic. Unclear reactions are left out: if fewer are unclear than before, nobody changed their stance.
    """
    ordered = sorted((r for r in reactions if r.stance != UNCLEAR), key=lambda r: r.at)
    codes = np.array([STANCES.index(r.stance) for r in ordered], np.int64)
    found = _search(ordered, codes, np.random.default_rng(1945))
    return sorted(found, key=lambda change: change.at)


def _search(
    ordered: list[Stanced], codes: NDArray[np.int64], orders: np.random.Generator, depth: int = 0
) -> list[Change]:
    """The changes among reactions in order of time, ``codes`` being their stances: the largest, then those on both its sides."""
    cuts = _cuts(len(codes))
    if not len(cuts) or depth > 3:
        return []
    parts = np.searchsorted(cuts, np.arange(len(codes)), side="right") * len(STANCES)
    sizes = _differences(codes, cuts, parts)
    size, place = sizes.max(), int(cuts[sizes.argmax()])
    if size <= 0:
        return []
    shuffled = codes.copy()
    beaten = 0
    for _ in range(PERMUTATIONS):
        orders.shuffle(shuffled)
        beaten += bool(_differences(shuffled, cuts, parts).max() >= size)
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
    """The places where a change is looked for, as numbers of reactions before it: about 200, none too near an end."""
    step = max(1, total // 200)
    cuts = np.arange(step, total - MIN_PER_SIDE + 1, step)
    return cuts[cuts >= MIN_PER_SIDE]


def _differences(codes: NDArray[np.int64], cuts: NDArray[np.int64], parts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The G statistic of each cut: of the table of stances (four) before and after it. ``parts`` is by reaction how many cuts
    lie before it, times the number of stances.
    """
    kinds, total = len(STANCES), len(codes)
    counts = np.bincount(parts + codes, minlength=(len(cuts) + 1) * kinds).reshape(-1, kinds)
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
    """The hour of a reaction; None where only the day is known."""
    return f"{reaction.at[:13]}:00:00Z" if len(reaction.at) > 10 else None


def by_day(reaction: Stanced) -> str | None:
    """The day of a reaction."""
    return reaction.at[:10]


def by_platform(reaction: Stanced) -> str | None:
    """The platform of a reaction."""
    return reaction.platform


def by_language(reaction: Stanced) -> str | None:
    """The language of a reaction; None where it is unknown."""
    return reaction.language


GROUPS: dict[str, Callable[[Stanced], str | None]] = {
    "hour": by_hour,
    "day": by_day,
    "platform": by_platform,
    "language": by_language,
}
