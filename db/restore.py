"""An SQLite database put back from a copy."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from storywake.collector.errors import BadInput

from .current import versions
from .engine import MAX_WAIT
from .lock import only_scheduler
from .sqlite_files import open_sqlite

PAGES_A_STEP = 10_000


def restore_sqlite(engine: Engine, copy: Path, tick: Callable[[int, int], None]) -> None:
    """Makes an SQLite database what ``copy`` is, in one transaction: whatever lies in its ``-wal``, nothing of it comes back.

    ``tick`` is told how many pages are written, and of how many. Raises BadInput where the copy is no whole database of
    Storywake's or the database cannot be written, LockTaken while a scheduler runs.
    """
    place = Path(str(engine.url.database))
    if not copy.is_file():
        raise BadInput(f"{copy} is no file")
    if place.exists() and place.samefile(copy):
        raise BadInput(f"{copy} is the database itself")

    def written(status: int, left: int, pages: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BadInput(f"another process has written to {place} for {MAX_WAIT} seconds: stop it first")
        tick(pages - left, pages)

    with closing(open_sqlite(str(copy), only_read=True)) as source:
        _check(source, copy)
        with only_scheduler(engine), closing(open_sqlite(str(place), timeout=MAX_WAIT)) as target:
            try:
                source.backup(target, pages=PAGES_A_STEP, progress=written)
                target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                aside = f"move it, {place.name}-wal and {place.name}-shm away and restore again"
                raise BadInput(f"{place} cannot be written over ({error}): {aside}") from None


def _check(source: sqlite3.Connection, copy: Path) -> None:
    try:
        (found,) = source.execute("PRAGMA quick_check(1)").fetchone()
        (version,) = source.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    except sqlite3.Error as error:
        raise BadInput(f"{copy} is no database of Storywake's: {error}") from None
    if found != "ok":
        raise BadInput(f"{copy} is damaged: {' '.join(str(found).split())}")
    if version not in versions():
        raise BadInput(f"{copy} has another schema ({version}) than this version of Storywake knows")
