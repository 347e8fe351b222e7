"""What a story costs does not grow with the reactions to other stories, nor a pass with what is not due."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from bench.planted import plant_many
from storywake.collector.match.person import Person
from storywake.collector.records import Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.assessments import stances_of
from storywake.db.engine import open_database, writing
from storywake.db.looks import due_looks
from storywake.db.overview import lag_of
from storywake.db.persons import save_persons
from storywake.db.stories import find_story
from storywake.db.upkeep import keep_statistics
from storywake.jobs.intake import Arrival, take_in
from storywake.jobs.watch import watch

from .test_cost_of_storing import posts, steps


def _people(connection: Connection) -> None:
    """As a pass does: works out whose a story's accounts are, and lists its people."""
    story = find_story(connection, "small")
    save_persons(connection, story.id, [Person("Ann Example", None, (), ())], {})
    connection.execute(text("SELECT * FROM people WHERE story = 'small'")).all()


ASKED: dict[str, Callable[[Connection], object]] = {
    "people": _people,
    "missing answers": lambda connection: lag_of(connection, "small"),
    "stances to learn from": lambda connection: stances_of(connection, find_story(connection, "small").id),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_story_costs_the_same_beside_a_large_one(tmp_path: Path, asked: str) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/beside.db")
    plant_many(engine, 100, ["small"])
    few = _steps(engine, asked)
    plant_many(engine, 4_000, ["large"], seed=9)
    many = _steps(engine, asked)
    engine.dispose()
    assert many < 1.5 * few + 20


def _steps(engine: Engine, asked: str) -> int:
    keep_statistics(engine)
    with writing(engine) as connection:
        return steps(connection, ASKED[asked])


def test_a_pass_that_finds_nothing_due_costs_the_same_beside_many_looks(tmp_path: Path, settings: Settings) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/due.db")
    story = watch(engine, settings, "https://news.example/bridge", slug="bridge")
    tie = Tie(kind=TieKind.LINKS, source="https://news.example/bridge", rests_on="links to it", confidence=1.0)
    taken = []
    for many in (20, 2_000):
        shown = Arrival("bluesky", "2026-03-03T09:00:00Z", [story], posts=posts("bluesky", 1, many), tie=tie)
        take_in(engine, shown, settings)
        keep_statistics(engine)
        with writing(engine) as connection:
            taken.append(steps(connection, lambda opened: due_looks(opened, [story.id], "2026-03-03T08:59:59Z", 2)))
            due = due_looks(connection, [story.id], "2026-03-04T00:00:00Z", 2)
        assert len([look for look in due if look.kind == "counts"]) == many
    engine.dispose()
    assert taken[1] < 1.5 * taken[0] + 20
