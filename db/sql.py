"""Ad-hoc SQL, reading only: enforced by the database, not by looking at the words."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Engine

from storywake.collector.errors import BadInput

from .sql_postgresql import prepare_reader, read_postgresql, reading_risk
from .sql_sqlite import read_sqlite
from .views import VIEWS, view_sql

READING = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(select|with|values|explain|table|show)\b", re.I | re.S)
SECONDS = 60.0
MOST_ROWS = 10_000_000
CANCELED = "57014"
"""PostgreSQL's code of a query that took too long (its manual, appendix A)."""


class Result(NamedTuple):
    """A query's columns and its rows, as they come."""

    columns: list[str]
    rows: Iterator[Sequence[Any]]


@contextmanager
def read_only(engine: Engine, query: str) -> Iterator[Result]:
    """Runs one reading statement on a connection that cannot write, for a minute and ten million rows at most.

    Rows come one after another and are not gathered in memory. Raises BadInput, in one line, for anything that
    would write and for what the database refuses.
    """
    if not READING.match(query + "\n"):
        raise BadInput("only reading is allowed: a query starts with SELECT, WITH, VALUES or EXPLAIN")
    reading = read_sqlite if engine.dialect.name == "sqlite" else read_postgresql
    try:
        with reading(engine, query, SECONDS, MOST_ROWS) as (columns, rows):
            yield Result(columns, _bounded(rows))
    except (sqlite3.Error, sqlite3.Warning, engine.dialect.loaded_dbapi.Error) as error:
        words = str(error).strip().splitlines()
        late = words[:1] == ["interrupted"] or getattr(error, "sqlstate", None) == CANCELED
        reason = f"it takes longer than {SECONDS:g} s" if late else words[0] if words else type(error).__name__
        raise BadInput(f"the database refused: {reason}") from None


def _bounded(rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise BadInput(f"more than {MOST_ROWS} rows: narrow the query, or add LIMIT")
        yield row


def dictionary() -> list[tuple[str, list[str]]]:
    """The views: name, and what each says of itself."""
    described = []
    for view in sorted(VIEWS):
        source = view_sql(view)
        about = [line.removeprefix("--").strip() for line in source.splitlines() if line.startswith("--")]
        described.append((view, about))
    return described


__all__ = ["Result", "dictionary", "prepare_reader", "read_only", "reading_risk"]
