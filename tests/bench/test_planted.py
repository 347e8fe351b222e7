"""What is planted for benches and tests is the same for the same seed, and whole."""

from pathlib import Path

from sqlalchemy import Engine, text

from bench.planted import PLATFORMS, plant
from storywake.db.engine import open_database


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_a_planted_story_has_everything_that_pages_show(engine: Engine) -> None:
    assert plant(engine, 400).reactions == 400
    [(number, networks, languages, stances, unclear, deleted, people)] = rows(
        engine,
        """SELECT COUNT(*), COUNT(DISTINCT platform), COUNT(DISTINCT language), COUNT(DISTINCT stance),
        SUM(CASE WHEN unclear THEN 1 ELSE 0 END), SUM(CASE WHEN deleted THEN 1 ELSE 0 END), COUNT(DISTINCT person)
        FROM reactions""",
    )
    assert (number, networks, languages, stances) == (400, len(PLATFORMS), 3, 4)
    assert 0 < unclear < 200 and 0 < deleted < 20 and people > 3  # type: ignore[operator]
    assert rows(engine, "SELECT COUNT(*) FROM observations")[0][0] > 1200  # type: ignore[operator]
    with engine.begin() as connection:  # further rows may be written after it
        connection.execute(text("INSERT INTO person (story_id, name) VALUES (1, 'Another')"))
        connection.execute(text("UPDATE observation SET likes = 7000000"))
    assert rows(engine, "SELECT MIN(likes) FROM reactions") == [(7_000_000,)]


def test_the_same_seed_plants_the_same_story_also_beside_another(tmp_path: Path) -> None:
    told = []
    for first in (False, True):
        engine = open_database(f"sqlite:///{tmp_path}/{first}.db")
        if first:
            plant(engine, 30, "other", seed=5)
        plant(engine, 50)
        told.append(
            rows(engine, "SELECT external_id, text, likes, stance, person FROM reactions WHERE story = 'planted'")
        )
        engine.dispose()
    assert told[0] == told[1]
