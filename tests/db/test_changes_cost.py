"""What happened lately is found by a walk through what happened, not through all reactions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bench.planted import plant_many
from storywake.db.engine import open_database, reading
from storywake.db.past import changes_found

from ..steps import steps as counted_steps


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path}/changes.db")
    yield engine
    engine.dispose()


def steps(engine: Engine, slugs: list[str], since: str, until: str) -> int:
    """How many steps SQLite takes to find what happened to stories in a span of time."""
    with reading(engine) as connection:
        return counted_steps(connection, lambda connection: changes_found(connection, slugs, since, until))


def test_more_reactions_cost_nothing_where_nothing_happened(sqlite_engine: Engine) -> None:
    plant_many(sqlite_engine, 50, ["small-1", "small-2"])
    few = steps(sqlite_engine, ["small-1", "small-2"], "2030-01-01T00:00:00Z", "2030-01-02T00:00:00Z")
    plant_many(sqlite_engine, 2_000, ["large-1"], seed=9)
    many = steps(sqlite_engine, ["small-1", "small-2", "large-1"], "2030-01-01T00:00:00Z", "2030-01-02T00:00:00Z")
    assert many < 2 * few + 10


def test_quotations_taken_back_are_found_without_asking_every_reaction(sqlite_engine: Engine) -> None:
    plant_many(sqlite_engine, 2_000, ["large-1"])
    with reading(sqlite_engine) as connection:
        plan = [
            str(row[3])
            for row in connection.exec_driver_sql(
                "EXPLAIN QUERY PLAN SELECT * FROM changes WHERE story = 'large-1' AND kind IN ('quote', 'factcheck')"
            )
        ]
    assert any("ix_post_quote_ended_at" in line for line in plan)
    assert any(line == "SCAN v" for line in plan)
