"""Ad-hoc SQL, reading only: enforced by the database, not by looking at the words.

SQLAlchemy is imported where it is needed alone, since a question to an up-to-date SQLite file needs none and it
costs more than the rest of the command together.
"""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from storywake.collector.errors import BadInput

from .current import sqlite_is_current
from .sql_sqlite import MAX_SHARED_BYTES, MAX_VALUE_BYTES, held_open, read_sqlite

if TYPE_CHECKING:
    from sqlalchemy import Engine

READING = re.compile(r"\s*+(?>--[^\n]*\n\s*|/\*.*?\*/\s*)*+(select|with|values|explain|table|show)\b", re.I | re.S)
MAX_SECONDS = 60.0
MAX_ROWS = 10_000_000
MAX_KEPT = 8_000_000
"""Characters, about, of an answer that is kept in memory; ``CELL`` stands for a cell besides its own words."""
CELL = 40
CANCELED = "57014"
"""PostgreSQL's code of a query that took too long (its manual, appendix A)."""


class Bounds(NamedTuple):
    """How long a query may take, how many rows it may give, and what is done with more."""

    seconds: float
    rows: int
    cut: bool = False  # the rest is left out; else it is a fault
    strict: bool = (
        False  # others wait, and who asks has no login of their own: values are short, the reading role is needed
    )


Reading = AbstractContextManager[tuple[list[str], Iterator[Sequence[Any]]]]
"""A query that runs within: its columns and its rows."""


class Answer(NamedTuple):
    """The first rows of an answer, and whether there are more."""

    columns: list[str]
    rows: list[Sequence[Any]]
    more: bool


class Result(NamedTuple):
    """A query's columns and its rows, as they come."""

    columns: list[str]
    rows: Iterator[Sequence[Any]]


@contextmanager
def asking(address: str) -> Iterator[Callable[[str], AbstractContextManager[Result]]]:
    """Opens a database for questions, brought up to date first; what is given runs one as ``read_only`` does. Raises
    BadInput.
    """
    path = _sqlite_path(address)
    if path is not None:
        with held_open(path, MAX_SECONDS) as kept:
            if kept is not None and _is_current(kept):
                bounds = Bounds(MAX_SECONDS, MAX_ROWS)
                faults = (sqlite3.Error, sqlite3.Warning)
                yield lambda query: _answer(query, read_sqlite(path, query, bounds.seconds), bounds, faults)
                return
    from .engine import open_database

    engine = open_database(address)
    yield lambda query: read_only(engine, query)


def _sqlite_path(address: str) -> str | None:
    """The file that an address of SQLite without options names, where there is one."""
    path = address.removeprefix("sqlite:///")
    return path if path != address and "?" not in path and Path(path).is_file() else None


def _is_current(connection: sqlite3.Connection) -> bool:
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA query_only=ON")
        return sqlite_is_current(connection)
    return False


@contextmanager
def read_only(engine: "Engine", query: str, bounds: Bounds | None = None) -> Iterator[Result]:
    """Runs one reading statement on a connection that cannot write, within ``bounds``: else for a minute and ten million
    rows at most.

    Rows come one after another and are not gathered in memory. Raises BadInput, in one line, for anything that
    would write and for what the database refuses.
    """
    bounds = bounds or Bounds(MAX_SECONDS, MAX_ROWS)
    if engine.dialect.name == "sqlite":
        most_bytes = MAX_SHARED_BYTES if bounds.strict else MAX_VALUE_BYTES
        reading = read_sqlite(engine.url.database or ":memory:", query, bounds.seconds, most_bytes)
    else:
        from .sql_postgresql import read_postgresql

        reading = read_postgresql(engine, query, bounds)
    with _answer(query, reading, bounds, (sqlite3.Warning, engine.dialect.loaded_dbapi.Error)) as result:
        yield result


def answered(engine: "Engine", query: str, bounds: Bounds) -> Answer:
    """The first rows of a query's answer, for pages and assistants. Raises BadInput as ``read_only`` does."""
    with read_only(engine, query, bounds._replace(rows=bounds.rows + 1, cut=True, strict=True)) as result:
        rows: list[Sequence[Any]] = []
        room = MAX_KEPT
        for row in result.rows:
            if room < 0 or len(rows) == bounds.rows:
                return Answer(result.columns, rows, True)
            rows.append(row)
            room -= sum(CELL + (len(value) if isinstance(value, str | bytes) else 0) for value in row)
    return Answer(result.columns, rows, False)


@contextmanager
def _answer(query: str, reading: Reading, bounds: Bounds, faults: tuple[type[Exception], ...]) -> Iterator[Result]:
    """A query's result from whatever runs it. Raises BadInput for one that does not read, and for the database's
    ``faults``.
    """
    if not READING.match(query + "\n"):
        raise BadInput("only reading is allowed: a query starts with SELECT, WITH, VALUES or EXPLAIN")
    if any("\ud800" <= letter <= "\udfff" for letter in query):
        raise BadInput("there is half a letter in the query: it is no text")
    try:
        with reading as (columns, rows):
            yield Result(columns, _bounded(rows, bounds))
    except faults as error:
        words = str(error).strip().splitlines()
        late = words[:1] == ["interrupted"] or getattr(error, "sqlstate", None) == CANCELED
        reason = f"it takes longer than {bounds.seconds:g} s" if late else words[0] if words else type(error).__name__
        raise BadInput(f"the database refused: {reason}") from None


def _bounded(rows: Iterator[Sequence[Any]], bounds: Bounds) -> Iterator[Sequence[Any]]:
    deadline = time.monotonic() + bounds.seconds
    for number, row in enumerate(rows):
        if number >= bounds.rows:
            if bounds.cut:
                return
            raise BadInput(f"more than {bounds.rows} rows: narrow the query, or add LIMIT")
        yield row
        if bounds.strict and time.monotonic() > deadline:
            raise BadInput(f"the database refused: it takes longer than {bounds.seconds:g} s")
