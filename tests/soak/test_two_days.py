"""The short form of the fortnight: all networks by a moved clock, through the end of summer time in California."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storywake.db.engine import open_database

from .fortnight import X_BUDGET, keys, measure, world
from .planted import Story, World
from .planted_open import Misskey
from .planted_web import Paper

BEGAN = datetime(2026, 10, 31, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two days about one story, with all that goes wrong in them; of indexes those that need few requests."""
    folder: Path = tmp_path_factory.mktemp("two-days")
    few = {"constellation": False, "gdelt_url": "https://api.gdeltproject.org/"}  # no files of quarters of an hour
    planted, settings = world(BEGAN, 2, 1, stories=1), keys(360).model_copy(update=few)
    engine = open_database(f"sqlite:///{folder}/s.db")
    return measure(engine, settings, planted, BEGAN, 2, quiet=timedelta(hours=15), pace=timedelta(hours=6))


def test_every_reaction_on_every_network_is_found_once(report: dict[str, Any]) -> None:
    rows = report["networks"]
    assert len(rows) >= 18 and all(row["planted"] for row in rows)
    assert {row["network"]: row["missing"] for row in rows if row["missing"]} == {}
    assert [row["network"] for row in rows if row["twice"] or row["invented"]] == []


def test_no_network_is_asked_more_than_it_allows_or_before_it_may(report: dict[str, Any]) -> None:
    assert [row["exceeded"] for row in report["networks"] if row["exceeded"]] == []
    assert [row["hasty"] for row in report["networks"] if row["hasty"]] == []
    assert 0 < report["x_dollars"]["most"] <= X_BUDGET


def test_what_quotes_a_note_is_found_where_only_renotes_are_counted(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.db")
    network, paper = Misskey(1, faults=False), Paper(1, (), faults=False)
    story = Story(1, "story-1", "Harbour bridge was never inspected", BEGAN - timedelta(hours=2))
    planted = World([network, paper], [story])
    planted.happen(paper, story, "links", BEGAN)
    note = planted.happen(network, story, "links", BEGAN)
    answer = planted.happen(network, story, "replies", BEGAN + timedelta(hours=3), note)
    planted.happen(network, story, "quotes", BEGAN + timedelta(hours=9), answer)
    settings = keys(180).model_copy(update={"platforms": ["misskey", "web"], "coverage": False})
    found = measure(engine, settings, planted, BEGAN, 1, quiet=timedelta(), pace=timedelta(hours=3))
    assert (found["planted"], found["found"]) == (4, 4)
