"""The kept tables told anew are what triggers had made of them; statistics are there after many rows came."""

from typing import Any

from sqlalchemy import Connection, Engine, text

from storywake.db.engine import writing
from storywake.db.upkeep import keep_statistics, rebuild

from .test_latest import World

CURVES = (
    "SELECT * FROM reach_over_time ORDER BY story, platform, hour",
    "SELECT * FROM stance_over_time ORDER BY story, claim, hour, stance",
    "SELECT * FROM reactions ORDER BY reaction_id",
)


def told(connection: Connection) -> list[list[tuple[Any, ...]]]:
    return [[tuple(row) for row in connection.execute(text(query))] for query in CURVES]


def test_what_is_told_anew_is_the_same_to_the_digit(engine: Engine) -> None:
    world = World(engine, 30)
    for _ in range(60):
        world.step()
    with writing(engine) as connection:
        before = told(connection)
        rebuild(connection)
        assert told(connection) == before
        for table, column in (("reach_hour", "likes"), ("stance_hour", "supporting"), ("latest", "likes")):
            connection.execute(text(f"UPDATE {table} SET {column} = 99"))
        assert told(connection) != before
        rebuild(connection)
        assert told(connection) == before
    for _ in range(5):
        world.step()
    with writing(engine) as connection:
        before = told(connection)
        rebuild(connection)
        assert told(connection) == before


def test_statistics_are_made_of_what_came(engine: Engine) -> None:
    known = "SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'look'"
    if engine.dialect.name == "postgresql":
        known = "SELECT COUNT(*) FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'look'"
    with writing(engine) as connection:
        rows = [{"n": str(n)} for n in range(2_000)]
        connection.execute(
            text("INSERT INTO look (kind, source, target, reason, added_at) VALUES ('page', 'web', :n, 'x', 'x')"), rows
        )
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_stat_force_next_flush()"))
    keep_statistics(engine)
    with writing(engine) as connection:
        assert connection.execute(text(known)).scalar_one() > 0
