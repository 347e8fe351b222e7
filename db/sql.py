"""Ad-hoc SQL, reading only: enforced by the database, not by looking at the words."""

import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Engine

from collector.errors import BadInput

from .views import VIEWS, view_sql

READING = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(select|with|values|explain|table|show)\b", re.I | re.S)
SECONDS = 60


class Result(NamedTuple):
    """A query's columns and its rows, as they come."""

    columns: list[str]
    rows: Iterator[Sequence[Any]]


@contextmanager
def read_only(engine: Engine, query: str) -> Iterator[Result]:
    """Runs one reading statement on a connection that cannot write, for a minute at most; use with ``with``.

    Raises BadInput, in one line, for anything that would write and for what the database refuses.
    """
    if not READING.match(query + "\n"):
        raise BadInput("only reading is allowed: a query starts with SELECT, WITH, VALUES or EXPLAIN")
    try:
        connection = _sqlite(engine) if engine.dialect.name == "sqlite" else _postgresql(engine)
        try:
            # On PostgreSQL a prepared statement is one statement, so nothing rides behind a semicolon.
            cursor = (
                connection.execute(query)
                if isinstance(connection, sqlite3.Connection)
                else connection.execute(query.encode(), prepare=True)
            )
            yield Result([d[0] for d in cursor.description or ()], _drain(cursor))
        finally:
            connection.close()
    except (sqlite3.Error, sqlite3.Warning, psycopg.Error) as error:
        words = str(error).strip().splitlines()
        raise BadInput(f"the database refused: {words[0] if words else type(error).__name__}") from None


def _sqlite(engine: Engine) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{_uri_path(engine.url.database or ':memory:')}?mode=ro", uri=True)
    connection.set_authorizer(_allow)
    deadline = time.monotonic() + SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 100_000)
    return connection


def _postgresql(engine: Engine) -> "psycopg.Connection[Any]":
    url = engine.url.set(drivername="postgresql")
    return psycopg.connect(
        url.render_as_string(hide_password=False),
        options=f"-c default_transaction_read_only=on -c statement_timeout={SECONDS * 1000}",
    )


def _uri_path(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _allow(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    if action == sqlite3.SQLITE_FUNCTION and second == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _drain(cursor: Any) -> Iterator[Sequence[Any]]:
    while rows := cursor.fetchmany(1000):
        yield from rows


def dictionary() -> list[tuple[str, list[str]]]:
    """The views: name, and what each says of itself."""
    described = []
    for view in sorted(VIEWS):
        source = view_sql(view)
        about = [line.removeprefix("--").strip() for line in source.splitlines() if line.startswith("--")]
        described.append((view, about))
    return described
