"""What a story costs does not grow with the reactions to other stories."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from bench.planted import plant_many
from storywake.collector.match.person import Person
from storywake.db.assessments import stances_of
from storywake.db.engine import open_database, writing
from storywake.db.overview import lag_of
from storywake.db.persons import save_persons
from storywake.db.stories import find_story
from storywake.db.upkeep import keep_statistics

from .test_cost_of_storing import steps


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
