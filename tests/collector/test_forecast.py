"""What a story's count will be: a range that says what it rests on, or a word why there is none."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.figures.ages import AGES, Curve
from storywake.collector.figures.forecast import (
    END,
    FORECAST_AGES,
    MIN_STORIES,
    SIZES,
    Cell,
    adapted,
    forecast,
    half,
    size_after,
    table,
)


def grown(*counts: int | None) -> Curve:
    """A story of so many reactions at each of the first ages."""
    return {"age": list(AGES[: len(counts)]), "reactions": list(counts)}


def whole(factor: float, count: int = 100) -> Curve:
    """A story that had a count from its first hour on, and so many times as many at the end."""
    ages = [age for age in AGES if age <= END]
    return {"age": ages, "reactions": [count if age < END else round(count * factor) for age in ages]}


def test_a_range_holds_what_is_there_and_its_likely_value() -> None:
    told = forecast(grown(10, 30, 45, 60, 80), "reactions")
    assert told.why is None
    assert (told.age, told.seen, told.own) == (6, 80, 0)
    assert told.low and told.likely and told.high and told.alike
    assert 80 <= told.low <= told.likely < told.high < 800


def test_what_grows_now_is_foreseen_larger_than_what_is_quiet() -> None:
    quiet, growing = forecast(grown(78, 80, 80, 80, 80), "reactions"), forecast(grown(5, 10, 20, 40, 80), "reactions")
    assert growing.likely and quiet.likely and growing.high and quiet.high
    assert growing.likely > quiet.likely
    assert growing.high > quiet.high


@pytest.mark.parametrize(
    "curve, why",
    [
        (grown(), "young"),
        (grown(1, 2, 4), "few"),
        (grown(None, None, None), "unknown"),
        (grown(*[50] * len(AGES[: AGES.index(72) + 2])), "late"),
    ],
)
def test_where_nothing_can_be_told_it_is_said_why(curve: Curve, why: str) -> None:
    told = forecast(curve, "reactions")
    assert told.why == why
    assert set(told[1:]) == {None}
    assert forecast({"age": [1]}, "engagement").why == "unknown"


def test_enough_stories_kept_here_move_the_range_and_a_handful_does_not() -> None:
    own = grown(*[100] * 5)
    plain = forecast(own, "reactions")
    few = forecast(own, "reactions", [whole(6.0)] * (MIN_STORIES - 1))
    many = forecast(own, "reactions", [whole(6.0)] * 60)
    assert few == plain
    assert many.own == 60
    assert plain.high and many.likely and many.high and plain.likely
    assert many.high >= 600 > plain.high
    assert many.likely > 2 * plain.likely


def test_stories_that_grew_as_foreseen_leave_the_range_nearly_as_it_was() -> None:
    cell = Cell(0.1, 0.3, 0.6, 50)
    own = [(cell, 0.1 + 0.5 * n / 99) for n in range(100)]
    low, middle, high = adapted(cell, own)
    assert low == pytest.approx(0.1, abs=0.04)
    assert middle == pytest.approx(0.3, abs=0.06)
    assert high == pytest.approx(0.6, abs=0.06)


@given(st.lists(st.floats(0, 5), min_size=0, max_size=60))
def test_a_range_is_a_range(came: list[float]) -> None:
    cell = Cell(0.0, 0.05, 0.4, 50)
    low, middle, high = adapted(cell, [(cell, growth) for growth in came])
    assert 0 <= low <= middle <= high < math.inf


def test_the_table_has_a_cell_for_every_age_size_and_momentum() -> None:
    assert set(table()) == set(FORECAST_AGES)
    for sizes in table().values():
        assert len(sizes) == len(SIZES) + 1
        for one in sizes:
            assert list(one.edges) == sorted(one.edges)
            assert len(one.cells) == len(one.edges) + 1
            assert all(0 <= cell.low <= cell.middle <= cell.high and cell.alike >= 25 for cell in one.cells)


def test_momentum_is_told_by_the_first_half_of_an_age() -> None:
    assert [half(age) for age in (1, 2, 3, 6, 18, 24)] == [None, 1, 1, 3, 8, 12]
    assert size_after(9, math.log(2)) == 19
