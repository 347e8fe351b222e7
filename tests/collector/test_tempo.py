"""When counts are worth another look: often while a post gathers much, seldom when nothing comes, and again when it does."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.clock import DEFAULT_MAX_WAIT, wait_for_counts
from storywake.collector.figures.tempo import (
    PLACES_BY_WORTH,
    STARTING_TEMPO,
    Waiting,
    gained,
    hours_to_wait,
    in_turn,
    starting_tempo,
    tempo_after,
)
from storywake.collector.records import Kind

QUARTER = timedelta(minutes=15)
NEVER = (None,) * 5


def followed(gains: list[tuple[float, int]], tempo: float = STARTING_TEMPO) -> float:
    """The tempo after looks at these ages, which found these gains."""
    before = 0.0
    for age, reactions in gains:
        tempo, before = tempo_after(tempo, reactions, before, age), age
    return tempo


def test_reactions_that_come_evenly_in_the_logarithm_of_age_are_a_steady_tempo() -> None:
    ages = [0.25 * 2**n - 0.25 for n in range(1, 12)]
    assert followed([(age, 7) for age in ages]) == pytest.approx(10.1, rel=0.02), "seven a doubling are ten an e-fold"


def test_the_wait_grows_with_the_root_of_age_and_falls_with_the_root_of_tempo() -> None:
    assert hours_to_wait(5.0, 99.75) == pytest.approx(2 * hours_to_wait(20.0, 99.75))
    assert hours_to_wait(5.0, 99.75) == pytest.approx(2 * hours_to_wait(5.0, 24.75))
    assert hours_to_wait(5.0, 10.0, price=0.04) == pytest.approx(2 * hours_to_wait(5.0, 10.0, price=0.01))


def test_a_post_that_nobody_answers_is_looked_at_ever_more_seldom() -> None:
    waits = [hours_to_wait(followed([(age, 0)]), age) for age in (1.0, 6.0, 24.0, 96.0)]
    assert waits == sorted(waits) and waits[-1] > 4 * waits[0]


def test_a_dead_post_that_grows_again_is_looked_at_soon() -> None:
    quiet = followed([(age, 0) for age in (1.0, 3.0, 9.0, 27.0, 81.0)])
    woken = tempo_after(quiet, 40, 81.0, 100.0)
    assert wait_for_counts(quiet, timedelta(hours=81), QUARTER) > timedelta(hours=6)
    assert wait_for_counts(woken, timedelta(hours=100), QUARTER) < timedelta(hours=1)


def test_no_wait_is_shorter_than_the_first_or_longer_than_two_days() -> None:
    assert wait_for_counts(1e9, timedelta(0), QUARTER) == QUARTER
    assert wait_for_counts(0.0, timedelta(days=4000), QUARTER) == DEFAULT_MAX_WAIT
    assert wait_for_counts(1.0, timedelta(0), timedelta(days=5)) == timedelta(days=5)


@pytest.mark.parametrize("faster", [4, 1500])
def test_with_a_shorter_first_wait_all_goes_faster_in_proportion(faster: int) -> None:
    for hours, tempo in ((0.0, 3.0), (2.0, 40.0), (30.0, 0.1)):
        slow = wait_for_counts(tempo, timedelta(hours=hours), QUARTER)
        fast = wait_for_counts(tempo, timedelta(hours=hours) / faster, QUARTER / faster)
        assert fast * faster == pytest.approx(slow, rel=1e-3)


def test_answers_begin_with_less_than_posts() -> None:
    assert starting_tempo(Kind.REPLY) == starting_tempo(Kind.COMMENT) < starting_tempo(Kind.QUOTE)


@pytest.mark.parametrize(
    "before, now, reactions",
    [
        (NEVER, (3, 1, 2, None, 900), 0),  # told for the first time, not gained
        ((3, 1, 2, None, 900), (4, 1, 5, None, 990), 4),  # views are no reactions
        ((3, 1, 2, None, 900), (1, 1, 5, None, 990), 3),  # likes that were taken back take nothing away
        ((3, None, 2, None, None), (3, 80, 2, None, None), 0),
        ((None, None, None, None, 900), (None, None, None, None, 1400), 5),  # nothing but views
        ((3, 1, 2, 0, 5), NEVER, 0),
    ],
)
def test_what_was_gained(before: tuple[int | None, ...], now: tuple[int | None, ...], reactions: int) -> None:
    assert gained(before, now) == reactions


def waiting(story: int, tempo: float, due_at: str = "2026-03-01T00:00:00Z", waited: float = 1.0) -> Waiting:
    return Waiting(story, tempo, 5.0, waited, due_at)


def test_stories_take_turns_with_the_look_that_saves_each_most() -> None:
    looks = [waiting(1, 900.0), waiting(1, 800.0), waiting(1, 700.0), waiting(2, 2.0), waiting(2, 3.0)]
    assert in_turn(looks)[:4] == [0, 4, 1, 3]


def test_the_look_that_is_due_for_longest_comes_after_a_few_others() -> None:
    looks = [waiting(1, 500.0 - n) for n in range(40)] + [waiting(1, 0.01, "2026-02-01T00:00:00Z", 0.1)]
    assert in_turn(looks).index(40) == PLACES_BY_WORTH


@given(st.lists(st.tuples(st.integers(1, 3), st.floats(0, 1e6), st.integers(1, 28)), max_size=30))
def test_every_look_has_one_place(given_looks: list[tuple[int, float, int]]) -> None:
    looks = [waiting(story, tempo, f"2026-02-{day:02}T00:00:00Z") for story, tempo, day in given_looks]
    assert sorted(in_turn(looks)) == list(range(len(looks)))


@given(st.floats(0, 1e9), st.integers(0, 10**12), st.floats(0, 1e5), st.floats(0, 1e5))
def test_whatever_is_told_the_wait_is_a_wait(tempo: float, gains: int, one: float, other: float) -> None:
    after = tempo_after(tempo, gains, min(one, other), max(one, other))
    assert after >= 0
    assert QUARTER <= wait_for_counts(after, timedelta(hours=one), QUARTER) <= DEFAULT_MAX_WAIT
