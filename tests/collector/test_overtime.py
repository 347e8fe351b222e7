"""Shares with intervals, and changes that are more than chance."""

import random

import pytest

from storywake.collector.figures.over_time import Stanced, by_day, by_hour, changes, shares, wilson


def reaction(at: int, stance: str, engagement: int | None = None) -> Stanced:
    return Stanced(f"2026-03-{1 + at // 24:02}T{at % 24:02}:00:00Z", stance, "x", "en", engagement)


@pytest.mark.parametrize(
    "count, total, low, high",
    [(0, 0, 0, 1), (5, 10, 0.2366, 0.7634), (0, 10, 0, 0.2775), (500, 1000, 0.4691, 0.5309)],
)
def test_few_reactions_have_a_wide_interval(count: int, total: int, low: float, high: float) -> None:
    assert wilson(count, total) == pytest.approx((low, high), abs=1e-4)


def test_shares_by_count_and_by_engagement_differ() -> None:
    rows = [reaction(0, "support", 97), reaction(1, "deny", 0), reaction(2, "deny", 1)]
    found = {s.stance: s for s in shares(rows, by_day)}
    assert found["support"].share == pytest.approx(1 / 3)
    assert found["support"].weighted_share == pytest.approx(98 / 101)
    assert found["query"].reactions == 0
    unknown = shares([reaction(0, "support")], by_day)[0]
    assert unknown.weighted_share is None


def test_what_is_unclear_has_a_share_of_its_own_and_changes_no_balance() -> None:
    rows = [reaction(i, "support" if i % 2 else "deny") for i in range(40)]
    found = {s.stance: s.share for s in shares([*rows[:6], reaction(6, "unclear"), reaction(7, "unclear")], by_day)}
    assert (found["unclear"], found["comment"]) == (0.25, 0)
    assert sum(found.values()) == pytest.approx(1)
    assert changes([*rows, *(reaction(i, "unclear") for i in range(40, 80))]) == changes(rows) == []


def test_a_reaction_known_to_the_day_has_no_hour() -> None:
    day = Stanced("2026-03-01", "support", "x", None, None)
    assert shares([day], by_hour) == []
    assert shares([day], by_day)[0].group == "2026-03-01"


def test_a_change_is_marked_where_it_happened() -> None:
    rows = [reaction(i, "support" if i % 4 else "comment") for i in range(40)]
    rows += [reaction(i, "deny" if i % 4 else "comment") for i in range(40, 80)]
    found = changes(rows)
    assert len(found) == 1
    assert abs(int(found[0].at[8:10]) * 24 + int(found[0].at[11:13]) - 24 - 40) <= 1
    assert found[0].before["support"] > 0.7 > 0.1 > found[0].after["support"]
    assert found[0].chance <= 0.01
    assert changes(rows) == found


def test_chance_is_seldom_called_a_change() -> None:
    marked = 0
    for seed in range(30):
        draw = random.Random(seed)
        marked += bool(changes([reaction(i, draw.choice(["support", "deny", "comment"])) for i in range(60)]))
    assert marked <= 2


def test_five_posts_show_no_change() -> None:
    assert changes([reaction(i, "support" if i < 3 else "deny") for i in range(5)]) == []


@pytest.mark.parametrize("tail", [5, 9, 10, 30])
def test_a_change_has_ten_reactions_on_each_side(tail: int) -> None:
    rows = [reaction(i, "support") for i in range(60)] + [reaction(i, "deny") for i in range(60, 60 + tail)]
    [change] = changes(rows)
    assert sum(row.at >= change.at for row in rows) == max(tail, 10)
    assert change.before["support"] == 1.0
