"""When a thing is looked at again: each kind by its own clock, by how long nothing new came, never by its age."""

from datetime import timedelta

import pytest

from storywake.collector.clock import (
    MAX_FAILURES,
    ONCE,
    PICTURES,
    LookKind,
    wait,
    wait_after_failures,
    wait_in_vain,
    wait_while_gone,
)

QUARTER = timedelta(minutes=15)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WAITS = {
    # kind: the wait after a quiet day, and the longest
    LookKind.PAGE: (2.4 * HOUR, 2 * DAY),
    LookKind.LINK: (2.4 * HOUR, 2 * DAY),
    LookKind.CANDIDATE: (2.4 * HOUR, 2 * DAY),
    LookKind.SHORT: (2.4 * HOUR, 2 * DAY),
    LookKind.LEAD: (2.4 * HOUR, 2 * DAY),
    LookKind.PICTURE: (2.4 * HOUR, 2 * DAY),
    LookKind.WEBMENTION: (2.4 * HOUR, 2 * DAY),
    LookKind.FEED: (HOUR, HOUR),
    LookKind.FILES: (QUARTER, QUARTER),
    LookKind.COMMENTS: (2.4 * HOUR, 12 * HOUR),
    LookKind.COVERAGE: (1.2 * HOUR, 6 * HOUR),
    LookKind.LINKING: (1.2 * HOUR, 12 * HOUR),
    LookKind.BACKLINKS: (1.2 * HOUR, 12 * HOUR),
    LookKind.ARCHIVE: (2.4 * HOUR, 2 * DAY),
    LookKind.NAMING: (1.2 * HOUR, 12 * HOUR),
    LookKind.COUNTS: (2.4 * HOUR, 2 * DAY),
    LookKind.REPLIES: (2.4 * HOUR, 2 * DAY),
    LookKind.QUOTES: (2.4 * HOUR, 2 * DAY),
}


def test_every_kind_of_look_has_its_clock_here() -> None:
    assert set(WAITS) == set(LookKind)


@pytest.mark.parametrize("kind", LookKind)
def test_what_just_grew_is_looked_at_after_the_first_wait_and_what_is_quiet_ever_more_seldom(kind: LookKind) -> None:
    after_a_day, longest = WAITS[kind]
    assert wait(kind, timedelta(0), QUARTER) == QUARTER
    assert wait(kind, DAY, QUARTER) == after_a_day
    assert wait(kind, 400 * DAY, QUARTER) == longest
    quiet = [timedelta(hours=h) for h in range(0, 1000, 5)]
    waits = [wait(kind, q, QUARTER) for q in quiet]
    assert waits == sorted(waits)


@pytest.mark.parametrize("kind", LookKind)
def test_a_first_wait_longer_than_the_longest_is_kept(kind: LookKind) -> None:
    assert wait(kind, timedelta(0), 5 * DAY) == wait(kind, 400 * DAY, 5 * DAY) == 5 * DAY


def test_failures_double_the_wait_up_to_a_day() -> None:
    found = [wait_after_failures(n, QUARTER) for n in range(1, 12)]
    assert found[:4] == [QUARTER, 2 * QUARTER, 4 * QUARTER, 8 * QUARTER]
    assert all(later == min(2 * sooner, DAY) for sooner, later in zip(found, found[1:], strict=False))
    assert found[-1] == DAY
    assert wait_after_failures(1, 3 * DAY) == wait_after_failures(9, 3 * DAY) == 3 * DAY
    assert wait_after_failures(10_000, QUARTER) == DAY, "however often it failed"


def test_what_is_read_once_is_tried_for_days_before_it_is_given_up() -> None:
    tried = sum((wait_after_failures(n, QUARTER) for n in range(1, MAX_FAILURES)), timedelta())
    assert 3 * DAY < tried < 5 * DAY
    assert {LookKind.LINK, LookKind.CANDIDATE, LookKind.SHORT, LookKind.WEBMENTION, LookKind.ARCHIVE} == ONCE - PICTURES


def test_a_thread_asked_in_vain_is_asked_half_as_often_each_time() -> None:
    found = [wait_in_vain(n, QUARTER) for n in range(1, 12)]
    assert found[:3] == [2 * QUARTER, 4 * QUARTER, 8 * QUARTER]
    assert all(later == min(2 * sooner, 2 * DAY) for sooner, later in zip(found, found[1:], strict=False))
    assert wait_in_vain(10_000, QUARTER) == 2 * DAY


def test_a_post_that_is_gone_is_asked_about_ever_more_seldom_and_never_not_at_all() -> None:
    assert wait_while_gone(timedelta(0), QUARTER) == QUARTER
    assert wait_while_gone(4 * HOUR, QUARTER) == HOUR
    assert wait_while_gone(4 * DAY, QUARTER) == DAY
    assert wait_while_gone(400 * DAY, QUARTER) == 7 * DAY
