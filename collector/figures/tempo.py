"""When a post's counts are worth another look: by its tempo, the reactions that it gathers while its age grows e-fold.

Reactions fade about as one over the age (a power of time: Crane and Sornette, PNAS 105, 2008; the memory kernels of Zhao
et al., SEISMIC, KDD 2015), so they come evenly in the logarithm of age, and a post's tempo changes little while it is left
alone. A look that comes ``w`` hours after the last misses on average ``rate * w**2 / 2`` reaction-hours; of all ways to
spend a number of looks the one with the smallest error over all posts lets each of them save as much, so the wait is the
square root of ``2 * price / rate``. Constants are measured by ``storywake bench polling``.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..records import Kind
from .reach import engagement

PRICE = 0.01
"""Reaction-hours that a look must save."""
BELIEF = 0.7
"""E-folds of age whose reactions weigh as much as the tempo known before."""
MIN_TEMPO = 0.01
"""Reactions an e-fold; less is not believed, since a post may be found again."""
YOUTH = 0.25
"""Hours by which a post counts as older, so that its first minutes are no age of none."""
STARTING_TEMPO = 3.0
ANSWERS_STARTING_TEMPO = 0.3
"""Of replies and comments, of which most are answered by nobody."""
VIEWS_PER_REACTION = 100
"""Where a network tells nothing but views."""
PLACES_BY_WORTH = 4
"""After so many looks chosen by worth, one goes to the post that has waited longest."""


class Waiting(NamedTuple):
    """A look at a post's counts that is due."""

    story: int | None
    tempo: float
    age: float  # hours that the post was old at its last look
    waited: float  # hours since
    due_at: str


def starting_tempo(kind: Kind) -> float:
    """The tempo of a post of which nothing is known yet."""
    return ANSWERS_STARTING_TEMPO if kind in (Kind.REPLY, Kind.COMMENT) else STARTING_TEMPO


def tempo_after(tempo: float, gained: int, before: float, age: float) -> float:
    """The tempo after a look that found so many more reactions. ``before`` and ``age`` are the post's ages in hours at the
    look before and at this one.

    The mean of a gamma prior with the tempo known before as its mean, after ``gained`` events of a Poisson process.
    """
    passed = max(0.0, math.log((age + YOUTH) / (before + YOUTH)))
    return (BELIEF * tempo + gained) / (BELIEF + passed)


def hours_to_wait(tempo: float, age: float, price: float = PRICE) -> float:
    """The hours until the next look at a post that is so many hours old."""
    return math.sqrt(2 * price * (age + YOUTH) / max(tempo, MIN_TEMPO))


def gained(before: Sequence[int | None], now: Sequence[int | None]) -> int:
    """How many reactions (likes, reposts, replies, quotes) came between two looks.

    Counts are in the order likes, reposts, replies, quotes, views. One that fell or was not told before gained nothing.
    """
    came = [max(0, new - old) for new, old in zip(now, before, strict=True) if new is not None and old is not None]
    if engagement(*now[:4]) is None:
        return sum(came) // VIEWS_PER_REACTION
    return sum(came) - (max(0, now[4] - before[4]) if now[4] is not None and before[4] is not None else 0)


def in_turn(looks: Sequence[Waiting]) -> list[int]:
    """The order in which due looks are made while a network cannot answer all, as places in ``looks``.

    Stories take turns, each with the look that saves it most; after each ``PLACES_BY_WORTH`` of them comes the look that is
    due for longest, so that none waits for ever.
    """
    by_worth = sorted(range(len(looks)), key=lambda n: -_worth(looks[n]))
    turns: dict[int | None, int] = {}
    rounds: list[tuple[int, int, int]] = []
    for number in by_worth:
        story = looks[number].story
        turns[story] = turns.get(story, -1) + 1
        rounds.append((turns[story], len(rounds), number))
    worth = iter([number for _, _, number in sorted(rounds)])
    oldest = iter(sorted(range(len(looks)), key=lambda n: looks[n].due_at))
    order: dict[int, None] = {}
    while len(order) < len(looks):
        source = oldest if len(order) % (PLACES_BY_WORTH + 1) == PLACES_BY_WORTH else worth
        order.setdefault(next(number for number in source if number not in order))
    return list(order)


def _worth(look: Waiting) -> float:
    """The reaction-hours that were missed since the last look, as expected."""
    return max(look.tempo, MIN_TEMPO) / (look.age + YOUTH) * look.waited**2 / 2
