"""A reading query on SQLite: its tables and views alone, within time and memory."""

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any

from .private import is_private
from .sqlite_files import open_sqlite

MAX_VALUE_BYTES = 32_000_000
"""Bytes of one value or row."""
MAX_SHARED_BYTES = 250_000
"""The same where others wait: within a single function on longer values (INSTR, REPLACE) SQLite heeds no time limit."""
LIMITS = {
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
HARMFUL = {"load_extension", "fts3_tokenizer"}


@contextmanager
def held_open(path: str, seconds: float) -> Iterator[sqlite3.Connection | None]:
    """A connection to hold while questions are asked of a file; None where the file cannot be opened.

    Who closes the last connection clears SQLite's log away.
    """
    try:
        connection = open_sqlite(path, timeout=seconds)
    except sqlite3.Error:
        yield None
        return
    with closing(connection):
        yield connection


@contextmanager
def read_sqlite(
    path: str, query: str, seconds: float, most_bytes: int = MAX_VALUE_BYTES
) -> Iterator[tuple[list[str], Iterator[Sequence[Any]]]]:
    """Runs a query on a file, by a connection that is read-only to SQLite itself, with values of ``most_bytes``.

    Raises sqlite3.Error, "interrupted" after ``seconds``.
    """
    with closing(open_sqlite(path, only_read=True)) as connection:
        connection.execute("PRAGMA temp_store=FILE")
        connection.execute("PRAGMA query_only=ON")
        for limit, value in LIMITS.items():
            connection.setlimit(limit, value)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, most_bytes)
        names = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
        }
        if not _has_roots(connection):
            connection.create_function("sqrt", 1, _root, deterministic=True)
        connection.set_authorizer(_only(names))
        deadline = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        timer = threading.Timer(seconds, _interrupt, [connection])  # sorting asks no progress handler
        timer.daemon = True
        timer.start()
        try:
            cursor = connection.execute(query)
            yield [d[0] for d in cursor.description or ()], iter(cursor)
        finally:
            timer.cancel()


def _has_roots(connection: sqlite3.Connection) -> bool:
    """Whether SQLite was built with the functions of mathematics; intervals need one."""
    with suppress(sqlite3.OperationalError):
        return bool(connection.execute("SELECT SQRT(1)").fetchone())
    return False


def _root(value: float | None) -> float | None:
    return None if value is None or value < 0 else math.sqrt(value)


def _interrupt(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.ProgrammingError):  # closed meanwhile
        connection.interrupt()


def _only(names: set[str]) -> Callable[[int, str | None, str | None, str | None, str | None], int]:
    """What may be done: reading these tables and views but for what is private, calling functions that touch nothing
    else.

    A view's name (``trigger``) allows nothing, since a query may name a table of its own like a view.
    """

    def allow(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            return sqlite3.SQLITE_DENY if second in HARMFUL else sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and first is not None and not is_private(first, second):
            counted = not second and not first.lower().startswith("sqlite_")  # its rows alone: also of a WITH
            return sqlite3.SQLITE_OK if first in names or counted else sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_DENY

    return allow
