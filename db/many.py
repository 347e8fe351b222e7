"""One statement for many rows, and many keys in one statement, on both databases."""

import json
import re
from collections.abc import Callable, Container, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, TextClause

PARAMETER = re.compile(r"(?<!:):([a-z_]+)")
VALUES = re.compile(r"VALUES \([^()]*\)")
MAX_PARAMETERS = 65_535
"""Values that PostgreSQL takes with one statement."""
AMONG = re.compile(r"\bIN :([a-z_]+)")


def run_many(connection: Connection, statement: TextClause | str, rows: Sequence[dict[str, Any]]) -> None:
    """Runs a statement with ``:name`` parameters once for each row, straight on the driver.

    That is three times as fast as through SQLAlchemy.
    """
    if not rows:
        return
    words = _words(statement)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_with_names(words), list(rows))
        return
    marked, in_order = _with_marks(words)
    connection.exec_driver_sql(marked, list(map(in_order, rows)))


def insert_new(connection: Connection, statement: TextClause | str, rows: Sequence[dict[str, Any]]) -> None:
    """Runs an ``INSERT ... ON CONFLICT`` of SQLite's for rows of which none is stored, without what it says of a conflict.

    For ``DO UPDATE`` SQLite keeps a copy of each page that a row touches, which takes longer than to write the row. Nobody
    else writes meanwhile; a row that is stored nevertheless raises IntegrityError.
    """
    run_many(connection, _words(statement).partition("ON CONFLICT")[0], rows)


def save_many(
    connection: Connection, statement: TextClause, rows: Sequence[dict[str, Any]], stored: Container[tuple[str, str]]
) -> None:
    """Runs an ``INSERT ... ON CONFLICT DO UPDATE`` for rows that have a platform and a key, of which these were ``stored``.

    On PostgreSQL in the order of the rows, since others may have stored them since, or be about to.
    """
    if connection.dialect.name == "postgresql":
        run_many(connection, statement, rows)
        return
    insert_new(connection, statement, [row for row in rows if (row["platform"], row["key"]) not in stored])
    run_many(connection, statement, [row for row in rows if (row["platform"], row["key"]) in stored])


def run_at_once(connection: Connection, statement: TextClause | str, rows: Sequence[dict[str, Any]]) -> None:
    """Runs an ``INSERT`` with one list of ``VALUES (:name, ...)`` for many rows.

    On PostgreSQL as one statement for as many rows as it takes, so that its triggers run once; SQLite's run for each row
    either way.
    """
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        run_many(connection, statement, rows)
        return
    words = str(statement)
    values = VALUES.search(words)
    assert values
    names = PARAMETER.findall(values[0])
    row = f"({', '.join(['%s'] * len(names))})"
    at_most = MAX_PARAMETERS // len(names)
    for some in (rows[start : start + at_most] for start in range(0, len(rows), at_most)):
        given = tuple(one[name] for one in some for name in names)
        connection.exec_driver_sql(VALUES.sub(f"VALUES {', '.join([row] * len(some))}", words), given)


def rows_among(
    connection: Connection, statement: TextClause | str, keys: Sequence[Any], **values: Any
) -> Sequence[Row[Any]]:
    """The rows that a statement finds among ``keys``, at once none where there are no keys.

    Each list that it is given (``IN :keys`` and others like it) is handed over as one value, however long it is.
    """
    if not keys:
        return []
    given = {"keys": list(keys), **values}
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql(_with_arrays(_words(statement)), given).all()
    as_json = {name: in_one(value) if isinstance(value, list) else value for name, value in given.items()}
    marked, in_order = _with_json(_words(statement))
    return connection.exec_driver_sql(marked, in_order(as_json)).all()


def in_one(values: Sequence[Any]) -> str:
    """Values as SQLite takes them with one parameter: a list in JSON."""
    try:
        return msgspec.json.encode(values).decode()
    except UnicodeEncodeError:  # a lone surrogate, which is no key of anything stored
        return json.dumps(values)


def _words(statement: TextClause | str) -> str:
    """A statement as it is written; ``str`` would compile it, which takes longer than to run most of them."""
    return statement if isinstance(statement, str) else statement.text


@cache
def _with_names(words: str) -> str:
    """A statement as psycopg takes it."""
    return PARAMETER.sub(r"%(\1)s", words)


@cache
def _with_marks(words: str) -> tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    """A statement as sqlite3 takes it, and what puts a row's values into the order of its parameters."""
    names = PARAMETER.findall(words)
    in_order = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    return PARAMETER.sub("?", words), in_order


@cache
def _with_arrays(words: str) -> str:
    return _with_names(AMONG.sub(r"= ANY(:\1)", words.replace("%", "%%")))


@cache
def _with_json(words: str) -> tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    return _with_marks(AMONG.sub(r"IN (SELECT value FROM json_each(:\1))", words))
