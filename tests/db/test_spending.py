"""What platforms may cost in a day is never exceeded, by several at once or after a kill."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from storywake.db.spending import Spending

DAY = "2026-03-01T10:00:00Z"


def test_what_is_held_and_what_was_charged_count_alike(engine: Engine) -> None:
    purse = Spending(engine, {"x": 100}, lambda: DAY)
    hold = purse.hold("x", 60)
    assert hold
    assert purse.hold("x", 60) is None
    purse.settle(hold, {"post 1": 10, "post 2": 10})
    assert purse.left("x") == 80


def test_an_item_is_charged_once_a_day(engine: Engine) -> None:
    today = [DAY]
    purse = Spending(engine, {"x": 100}, lambda: today[0])
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
    Spending(engine, {"x": 100}, lambda: DAY).hold("x", 70)
    assert Spending(engine, {"x": 100}, lambda: DAY).left("x") == 30


def test_many_at_once_do_not_exceed_it(engine: Engine) -> None:
    purse = Spending(engine, {"youtube": 100}, lambda: DAY)
    with ThreadPoolExecutor(8) as pool:
        holds = list(pool.map(lambda _: purse.hold("youtube", 10), range(30)))
    assert sum(h is not None for h in holds) == 10


def test_a_platform_without_a_limit_costs_nothing(engine: Engine) -> None:
    purse = Spending(engine, {}, lambda: DAY)
    assert purse.left("mastodon") is None
    assert purse.hold("mastodon", 10**9)
