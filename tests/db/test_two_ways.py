"""Reading waits for no writer and cannot write; writing is the only other way in; no two locks are one."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading, writing
from storywake.db.locks import Lock
from storywake.jobs.watch import watch_seed

ROOT = Path(__file__).parents[2]
ROOMS = ("collector", "db", "jobs", "web", "storywake")
OPENS = re.compile(
    r"\b(?:\w*engine|psycopg|sqlite3)\.(?:begin|connect|raw_connection)\(|\bcreate_engine\(|\bcreate_async_engine\("
)
OWN = {"db/engine.py", "db/hosts.py", "db/lock.py", "db/sqlite_files.py", "db/sql_postgresql.py"}
"""The two ways, the lock that holds its session, and people's queries, which the database itself keeps from writing."""


def test_no_other_file_opens_a_connection() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if any(OPENS.search(line) for line in path.read_text("utf-8").splitlines())
    }
    assert found == OWN, "reading() and writing() are the only two ways"


def test_what_is_opened_for_reading_cannot_write(engine: Engine, settings: Settings) -> None:
    watch_seed(engine, settings, "moscow-times")
    for statement in ("DELETE FROM reaction", "UPDATE story SET title = 'x'", "CREATE TABLE more (id INTEGER)"):
        with pytest.raises(DBAPIError), reading(engine) as connection:
            connection.execute(text(statement))
    with writing(engine) as connection:
        connection.execute(text("UPDATE story SET title = 'y'"))
    with reading(engine) as connection:
        assert connection.execute(text("SELECT title FROM story")).scalar() == "y"
        assert connection.execute(text("SELECT COUNT(*) FROM reaction")).scalar_one() > 0


def test_what_is_read_is_one_state_whatever_is_written_meanwhile(engine: Engine, settings: Settings) -> None:
    watch_seed(engine, settings, "moscow-times")
    with reading(engine) as connection:
        before = connection.execute(text("SELECT title FROM story")).scalar()
        with writing(engine) as other:
            other.execute(text("UPDATE story SET title = 'changed'"))
        assert connection.execute(text("SELECT title FROM story")).scalar() == before
    with reading(engine) as connection:
        assert connection.execute(text("SELECT title FROM story")).scalar() == "changed"


def test_what_is_raised_while_writing_undoes_all_of_it(engine: Engine, settings: Settings) -> None:
    watch_seed(engine, settings, "moscow-times")
    with pytest.raises(RuntimeError), writing(engine) as connection:  # noqa: PT012 - the fault comes after a write
        connection.execute(text("DELETE FROM witness"))
        raise RuntimeError
    with reading(engine) as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM witness")).scalar_one() > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("report", "moscow-times", "--format", "json"),
        ("sql", "SELECT COUNT(*) AS n FROM reactions", "--format", "json"),
        ("stories",),
        ("people", "moscow-times"),
    ],
    ids=lambda words: str(words[0]),
)
def test_a_command_that_reads_answers_while_somebody_writes(
    tmp_path: Path, settings: Settings, words: tuple[str, ...]
) -> None:
    address = f"sqlite:///{tmp_path}/s.db"
    engine = open_database(address)
    watch_seed(engine, settings, "moscow-times")
    with writing(engine) as connection:
        connection.execute(text("UPDATE story SET title = 'half written'"))
        done = subprocess.run(
            [sys.executable, "-m", "storywake", *words],
            cwd=ROOT,
            env={**os.environ, "STORYWAKE_DB": address},
            capture_output=True,
            text=True,
            check=False,
            timeout=25,
        )
    engine.dispose()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()
    assert "half written" not in done.stdout
    if words[0] == "report":
        assert json.loads(done.stdout)["reactions"]


def test_no_two_locks_have_one_number() -> None:
    numbers = [lock.value for lock in Lock.__members__.values()]
    assert len(set(numbers)) == len(numbers) == len(Lock)


def test_advisory_locks_are_named_and_their_numbers_stand_in_one_table() -> None:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            words = path.read_text("utf-8")
            assert not re.search(r"pg_(?:try_)?advisory\w*\(\s*\d", words), path
            assert path.name == "locks.py" or not any(str(lock.value) in words for lock in Lock), path


def test_a_writer_on_postgresql_gives_up_waiting_after_half_a_minute_on_every_connection(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has its own patience")
    for way in (reading, writing):
        with way(engine) as one, way(engine) as other:
            for connection in (one, other):
                assert connection.execute(text("SHOW lock_timeout")).scalar() == "30s"
    engine.dispose()
    with writing(engine) as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "30s", "a connection opened anew too"


def test_a_writer_on_sqlite_waits_for_half_a_minute_on_every_connection(sqlite: Engine) -> None:
    for way in (reading, writing):
        with way(sqlite) as connection:
            assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 30_000


def test_reading_and_writing_in_turn_keep_what_sqlite_has_compiled(sqlite: Engine) -> None:
    def connections() -> tuple[Any, Any]:
        with reading(sqlite) as reader, writing(sqlite) as writer:
            assert reader.execute(text("PRAGMA query_only")).scalar() == 1
            assert writer.execute(text("PRAGMA query_only")).scalar() == 0
            return reader.connection.driver_connection, writer.connection.driver_connection

    first = connections()
    assert first[0] is not first[1]
    for way, own in zip((reading, writing), first, strict=True):
        with way(sqlite) as connection:
            assert connection.connection.driver_connection is own, "no connection is told anew whether it may write"
