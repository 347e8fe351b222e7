"""The fortnight to its end on both databases: all networks about one story, looked at every four hours at most, with all that
goes wrong in them, past the end of summer time and the end of a month.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from .fortnight import WRONG, X_BUDGET, keys, measure, world
from .planted import World
from .planted_social import X
from .planted_web import Paper

pytestmark = pytest.mark.slow
BEGAN = datetime(2026, 10, 25, tzinfo=UTC)
DAYS = 14


@pytest.fixture
def report(engine: Engine) -> dict[str, Any]:
    """What came of a fortnight and three quiet days after it; of indexes those that need few requests."""
    few = {"constellation": False, "gdelt_url": "https://api.gdeltproject.org/"}  # no files of quarters of an hour
    planted, settings = world(BEGAN, DAYS, 1, stories=1), keys(240).model_copy(update=few)
    return measure(engine, settings, planted, BEGAN, DAYS, pace=timedelta(hours=2))


def test_in_a_fortnight_each_reaction_is_found_once_and_no_limit_is_exceeded(report: dict[str, Any]) -> None:
    rows = {row["network"]: row for row in report["networks"]}
    assert len(rows) >= 18 and all(row["planted"] >= DAYS for row in rows.values())
    assert {
        name: {key: row[key] for key in WRONG if row[key]} for name, row in rows.items() if name in report["wrong"]
    } == {}
    assert sum(row["gone"] for row in rows.values()) >= 5, "some are deleted, and that is heard"
    assert 0 < report["x_dollars"]["most"] <= X_BUDGET


def test_on_no_day_x_costs_more_than_a_budget_that_does_not_hold_what_there_is(sqlite: Engine) -> None:
    told = world(BEGAN, 5, 6, stories=1)
    budget, kept = 0.4, [network for network in told.networks if isinstance(network, X | Paper)]
    [x] = [network for network in kept if isinstance(network, X)]
    planted = World(kept, told.stories)
    chosen = keys(240).model_copy(update={"platforms": ["x", "web"], "coverage": False, "x_budget": budget})
    measure(sqlite, chosen, planted, BEGAN, 5, quiet=timedelta(days=1), pace=timedelta(hours=2))
    assert len(x.dollars()) >= 6
    assert 0.75 * budget < max(x.dollars().values()) <= budget
