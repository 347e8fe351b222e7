"""How large a count of a story will be a week after it came out, with an interval that holds nine times of ten.

Among cascades of the same age, of like size and of like momentum (how much of the count is of the second half of the age),
the logarithm of what came until the end is taken as it was: its 5th, 50th and 95th percentile, kept in ``forecast.json``
(``bench/forecast.py`` says how it is made, and measures it on cascades left out). Where a cell's 5th percentile is no growth,
the interval begins at what is there and ends at the 90th. Where enough stories kept here reached their end, their own growth
moves the middle, and the interval is made as wide as it would have had to be for nine of ten of them (conformalised
quantiles: Romano, Patterson, Candès, NeurIPS 2019).
"""

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from .ages import AGES, Curve

END = 168
"""Hours after a story came out whose count is forecast."""
FORECAST_AGES = tuple(age for age in AGES if age <= 24)
"""Hours at which the interval was shown to hold (``storywake bench forecast``); later little comes, and it is too wide."""
MIN_COUNT = 5
SIZES = (15, 50)
"""Counts from which a cascade is of the next larger kind."""
COVERAGE = 0.9
MIN_STORIES = 20
"""Of this database's own stories that reached their end; fewer say nothing of a ninth of ten."""
OWN_WEIGHT = 20
"""Own stories whose growth weighs as much as the table's."""
WIDTH = 0.02
"""The least that is taken for half an interval when it is compared with what came, as a logarithm."""


class Cell(NamedTuple):
    """What came of like cascades until the end, as logarithms of the factor of growth."""

    low: float
    middle: float
    high: float
    alike: int  # cascades


class Forecast(NamedTuple):
    """What a count will be at ``END``; ``why`` says in a word why there is none, the rest is None then."""

    why: str | None = None  # young, few, unknown, late
    age: int | None = None  # hours at which it was made
    seen: int | None = None  # the count then
    low: int | None = None
    likely: int | None = None
    high: int | None = None
    alike: int | None = None  # cascades of the table that it rests on
    own: int | None = None  # stories kept here that it rests on


def forecast(curve: Curve, name: str, others: Iterable[Curve] = ()) -> Forecast:
    """What a story's count will be, by its curve and those of other stories (``figures/ages.py``) for a count's name."""
    if not curve["age"]:
        return Forecast("young")
    age = curve["age"][-1]
    if age > FORECAST_AGES[-1]:
        return Forecast("late")
    at = _at(curve, name, age)
    if at is None:
        return Forecast("unknown")
    if at.had < MIN_COUNT:
        return Forecast("few")
    cell = alike(age, at)
    own = [found for other in others if (found := _growth(other, name, age)) is not None]
    low, middle, high = adapted(cell, own)
    return Forecast(
        None,
        age,
        at.had,
        size_after(at.had, low),
        size_after(at.had, middle),
        size_after(at.had, high),
        cell.alike,
        len(own) if len(own) >= MIN_STORIES else 0,
    )


class Reached(NamedTuple):
    """A count at an age, and at half that age (None: it has no age before)."""

    had: int
    before: int | None


def alike(age: int, at: Reached) -> Cell:
    """What came of cascades like one."""
    cells = table()[age][bisect_right(SIZES, at.had)]
    return cells.cells[bisect_right(cells.edges, momentum(age, at))]


def momentum(age: int, at: Reached) -> float:
    """The logarithm of the growth until the end if as much came in each e-fold of age as lately; 0 at the first age."""
    earlier = half(age)
    if earlier is None or at.before is None:
        return 0.0
    tempo = (at.had - at.before + 0.5) / math.log(age / earlier)
    return math.log1p(max(0.0, tempo) * math.log(END / age) / (at.had + 1))


def half(age: int) -> int | None:
    """The latest of ``FORECAST_AGES`` in the first half of an age; None where there is none."""
    return max((known for known in FORECAST_AGES if 2 * known <= age), default=None)


def adapted(cell: Cell, own: Sequence[tuple[Cell, float]]) -> tuple[float, float, float]:
    """The logarithms of low, middle and high growth; ``own`` has cells of other stories and what then came of them."""
    low, middle, high = cell.low, cell.middle, cell.high
    if len(own) < MIN_STORIES:
        return low, middle, high
    misses = sorted(came - theirs.middle for theirs, came in own)
    middle = max(0.0, middle + misses[len(misses) // 2] * len(own) / (len(own) + OWN_WEIGHT))
    beyond = sorted(
        max((theirs.low - came) / _width(theirs.middle - theirs.low), (came - theirs.high) / _width(theirs.high - theirs.middle))
        for theirs, came in own
    )  # fmt: skip
    more = beyond[min(math.ceil((len(own) + 1) * COVERAGE), len(own)) - 1]
    low -= more * _width(cell.middle - cell.low)
    high += more * _width(cell.high - cell.middle)
    return max(0.0, min(low, middle)), middle, max(high, middle)


def _width(part: float) -> float:
    return max(part, WIDTH)


def _growth(curve: Curve, name: str, age: int) -> tuple[Cell, float] | None:
    """The cell that a story was in at an age, and what came of it until its end; None where it tells nothing."""
    at, end = _at(curve, name, age), _at(curve, name, END)
    if at is None or end is None or at.had < MIN_COUNT:
        return None
    return alike(age, at), max(0.0, math.log((end.had + 1) / (at.had + 1)))


def _at(curve: Curve, name: str, age: int) -> Reached | None:
    if name not in curve or age not in curve["age"]:
        return None
    count = curve[name][curve["age"].index(age)]
    earlier = half(age)
    before = curve[name][curve["age"].index(earlier)] if earlier in curve["age"] else None
    return None if count is None else Reached(int(count), None if before is None else int(before))


def size_after(count: int, growth: float) -> int:
    """The count that a growth, the logarithm of a factor, makes of a count."""
    return max(count, round((count + 1) * math.exp(growth) - 1))


class Cells(NamedTuple):
    """The cells of one age and size, parted by momentum."""

    edges: tuple[float, ...]
    cells: tuple[Cell, ...]


@cache
def table() -> Mapping[int, tuple[Cells, ...]]:
    """The cells that ship, by age, then by size."""
    read: dict[str, Any] = json.loads(resources.files(__package__).joinpath("forecast.json").read_text("utf-8"))
    return {int(age): tuple(as_cells(one) for one in sizes) for age, sizes in read["ages"].items()}


def as_cells(read: Mapping[str, Any]) -> Cells:
    """Cells from their JSON."""
    return Cells(tuple(read["edges"]), tuple(Cell(*one) for one in read["cells"]))
