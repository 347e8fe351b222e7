"""What platforms may cost in a day is never exceeded, by several at once or after a kill."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from storywake.collector.net.budget import UTC_DAY, Budget, Period
from storywake.db.engine import open_database
from storywake.db.spending import Spending

DAY = "2026-03-01T10:00:00Z"


def budgets(name: str, most: int, period: Period = UTC_DAY) -> dict[str, Budget]:
    return {name: Budget(name, most, period, str)}


def test_what_is_held_and_what_was_charged_count_alike(engine: Engine) -> None:
    purse = Spending(engine, budgets("x", 100), lambda: DAY)
    hold = purse.hold("x", 60)
    assert hold
    assert purse.hold("x", 60) is None
    purse.settle(hold, {"post 1": 10, "post 2": 10})
    assert purse.left("x") == 80


def test_an_item_is_charged_once_a_day(engine: Engine) -> None:
    today = [DAY]
    purse = Spending(engine, budgets("x", 100), lambda: today[0])
    for _ in range(3):
        hold = purse.hold("x", 10)
        assert hold
        purse.settle(hold, {"post 1": 10})
    assert purse.left("x") == 90
    assert purse.charged("x", ["post 1", "post 2"]) == {"post 1"}
    today[0] = "2026-03-02T00:00:00Z"
    assert purse.left("x") == 100
    assert purse.charged("x", ["post 1"]) == set()


def test_a_hold_that_a_kill_left_stays_spent(engine: Engine) -> None:
    Spending(engine, budgets("x", 100), lambda: DAY).hold("x", 70)
    assert Spending(engine, budgets("x", 100), lambda: DAY).left("x") == 30


def test_many_at_once_do_not_exceed_it(engine: Engine) -> None:
    purse = Spending(engine, budgets("youtube", 100), lambda: DAY)
    with ThreadPoolExecutor(8) as pool:
        holds = list(pool.map(lambda _: purse.hold("youtube", 10), range(30)))
    assert sum(h is not None for h in holds) == 10


def test_two_workers_never_spend_more_than_the_budget(address: str) -> None:
    workers = [open_database(address) for _ in range(2)]
    purses = [Spending(worker, budgets("x", 100), lambda: DAY) for worker in workers]
    charged = []

    def ask(number: int) -> None:
        purse = purses[number % 2]
        if hold := purse.hold("x", 10):
            costs = {f"post {number}": 7}
            purse.settle(hold, costs)
            charged.append(7)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(40)))
    assert 90 < sum(charged) <= 100
    assert [purse.left("x") for purse in purses] == [100 - sum(charged)] * 2
    for worker in workers:
        worker.dispose()


def test_a_platform_without_a_limit_costs_nothing(engine: Engine) -> None:
    purse = Spending(engine, {}, lambda: DAY)
    assert purse.left("mastodon") is None
    assert purse.hold("mastodon", 10**9)


def test_a_pacific_day_ends_at_midnight_there_on_both_changes_of_the_clock(engine: Engine) -> None:
    at = ["2026-10-31T06:59:59Z"]
    purse = Spending(engine, budgets("y", 1, Period("today", "America/Los_Angeles")), lambda: at[0])
    for before, after in [
        ("2026-10-31T06:59:59Z", "2026-10-31T07:00:00Z"),  # summer time
        ("2026-11-02T07:59:59Z", "2026-11-02T08:00:00Z"),  # the day of 25 hours is over
        ("2027-03-14T07:59:59Z", "2027-03-14T08:00:00Z"),
        ("2027-03-15T06:59:59Z", "2027-03-15T07:00:00Z"),  # the day of 23 hours is over
    ]:
        at[0] = before
        assert purse.left("y") == 1 or purse.hold("y", 1) is None
        purse.hold("y", 1)
        assert purse.hold("y", 1) is None
        at[0] = after
        assert purse.hold("y", 1)
        assert purse.hold("y", 1) is None


@pytest.mark.parametrize(
    "at, ends",
    [
        ("2026-10-31T12:00:00+00:00", "2026-11-01T07:00:00+00:00"),
        ("2026-11-01T12:00:00+00:00", "2026-11-02T08:00:00+00:00"),
        ("2027-03-14T12:00:00+00:00", "2027-03-15T07:00:00+00:00"),
    ],
)
def test_a_spent_budget_holds_something_again_at_the_zones_midnight(at: str, ends: str) -> None:
    period = Period("today", "America/Los_Angeles")
    assert period.ends(datetime.fromisoformat(at)) == datetime.fromisoformat(ends)


def test_a_limit_of_hours_rolls_on_with_the_clock(engine: Engine) -> None:
    at = ["2026-03-01T10:00:00Z"]
    purse = Spending(engine, budgets("t", 2, Period("in 24 hours", hours=24)), lambda: at[0])
    assert purse.hold("t", 1)
    at[0] = "2026-03-02T09:00:00Z"
    assert purse.hold("t", 1)
    assert purse.hold("t", 1) is None
    at[0] = "2026-03-02T10:00:01Z"
    assert purse.hold("t", 1), "the first is older than a day"
    assert purse.hold("t", 1) is None
    assert Period("", hours=24).ends(datetime(2026, 3, 1, tzinfo=UTC)) == datetime(2026, 3, 1, 1, tzinfo=UTC)


def test_a_limit_of_days_counts_those_before_too(engine: Engine) -> None:
    at = ["2026-03-01T10:00:00Z"]
    purse = Spending(engine, budgets("x/posts", 3, Period("in 31 days", days=31)), lambda: at[0])
    for day, items in [("01", ["a", "b"]), ("02", ["a"])]:
        at[0] = f"2026-03-{day}T10:00:00Z"
        hold = purse.hold("x/posts", 1)
        assert hold
        purse.settle(hold, dict.fromkeys(items, 1))
    assert purse.left("x/posts") == 0, "the same post counts again on another day"
    at[0] = "2026-03-31T23:59:00Z"
    assert purse.left("x/posts") == 0
    at[0] = "2026-04-01T00:00:00Z"
    assert purse.left("x/posts") == 2


@pytest.mark.parametrize("period", [UTC_DAY, Period("in a month", days=31), Period("in 24 hours", hours=24)])
def test_what_a_clock_that_was_years_ahead_wrote_down_counts_against_no_day_before(
    engine: Engine, period: Period
) -> None:
    at = ["2031-05-01T00:00:00Z"]
    purse = Spending(engine, budgets("x", 100, period), lambda: at[0])
    assert purse.hold("x", 100) is not None
    at[0] = "2026-11-01T00:00:00Z"
    assert purse.left("x") == 100
    assert purse.hold("x", 100) is not None
    assert purse.hold("x", 1) is None
    at[0] = "2026-10-31T23:59:58Z"
    assert purse.hold("x", 1) is None, "a clock set back by seconds makes nothing free"
