"""Ad-hoc SQL, reading only: enforced by the database, not by looking at the words."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from collector.errors import BadInput

from .engine import VIEWS, view_sql

READING = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(select|with|values|explain|table|show)\b", re.I | re.S)
SECONDS = 60


class Result(NamedTuple):
    """A query's columns and its rows, as they come."""

    columns: list[str]
    rows: Iterator[Sequence[Any]]


def read_only(engine: Engine, query: str) -> Result:
    """Runs one reading statement on a connection that cannot write, for a minute at most.

    Raises BadInput, in one line, for anything that would write and for what the database refuses.
    """
    if not READING.match(query + "\n"):
        raise BadInput("only reading is allowed: a query starts with SELECT, WITH, VALUES or EXPLAIN")
    return _sqlite(engine, query) if engine.dialect.name == "sqlite" else _postgresql(engine, query)


def _sqlite(engine: Engine, query: str) -> Result:
    path = make_url(str(engine.url)).database or ":memory:"
    try:
        connection = sqlite3.connect(f"file:{_uri_path(path)}?mode=ro", uri=True)
        connection.set_authorizer(_allow)
        cursor = connection.execute(query)
    except (sqlite3.Error, sqlite3.Warning, sqlite3.ProgrammingError) as error:
        raise BadInput(_said(error)) from None
    return Result([d[0] for d in cursor.description or ()], _drain(cursor))


def _uri_path(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _allow(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    if action == sqlite3.SQLITE_FUNCTION and second == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _postgresql(engine: Engine, query: str) -> Result:
    url = engine.url.set(drivername="postgresql")
    try:
        connection = psycopg.connect(url.render_as_string(hide_password=False), options=f"-c default_transaction_read_only=on -c statement_timeout={SECONDS * 1000}")
        cursor = connection.cursor()
        cursor.execute(query.encode(), prepare=True)  # a prepared statement is one statement
    except psycopg.Error as error:
        raise BadInput(_said(error)) from None
    return Result([d.name for d in cursor.description or ()], _drain(cursor))


def _drain(cursor: Any) -> Iterator[Sequence[Any]]:
    try:
        while rows := cursor.fetchmany(1000):
            yield from rows
    except (sqlite3.Error, psycopg.Error) as error:
        raise BadInput(_said(error)) from None
    finally:
        cursor.connection.close()


def _said(error: Exception) -> str:
    words = str(error).strip().splitlines()
    return f"the database refused: {words[0] if words else type(error).__name__}"


def dictionary() -> list[tuple[str, list[str]]]:
    """The views: name, and what each says of itself."""
    described = []
    for view in sorted(VIEWS):
        source = view_sql(view)
        about = [line.removeprefix("--").strip() for line in source.splitlines() if line.startswith("--")]
        described.append((view, about))
    return described
