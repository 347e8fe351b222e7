"""The views for SQL, and the kept tables that they are made of, are made from their files, and made again when a
file's text changes; analysts' own views survive that.
"""

import re
from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from . import views
from .kept import KEPT, drop_triggers, fill_kept, make_triggers
from .views import VIEWS

KEEP_TEXT = text(
    "INSERT INTO view_text (name, text) VALUES (:name, :text) ON CONFLICT (name) DO UPDATE SET text = excluded.text"
)

FUNCTIONS = {
    r"\bGROUP_CONCAT\(": ("GROUP_CONCAT(", "STRING_AGG("),
    r"\bSECONDS\(([\w.]+)\)": (r"CAST(STRFTIME('%s', \1) AS INTEGER)", r"storywake_seconds(\1)"),
    r"\bAS_OLD\(([\w.]+), ([\w.]+), ([\w.]+)\)": (
        r"STRFTIME('%Y-%m-%dT%H:%M:%SZ', \1, (STRFTIME('%s', \3) - STRFTIME('%s', \2)) || ' seconds')",
        r"storywake_as_old(\1, \2, \3)",
    ),
    r"\bOF_WRITERS\(([\w.]+)\)": (r"\1", r"CAST(SUM(\1) AS BIGINT)"),
    r"\bPOSTS_OF_WRITERS\(([\w.]+)\)": (r"\1", r"CAST(SUM(CAST(\1 AS INTEGER)) AS INTEGER)"),
    r"\bGROUP BY WRITERS\(([\w., ]+)\)": ("", r"GROUP BY \1"),
}
"""What views call, as SQLite and as PostgreSQL has it. A time that is none is NULL.

Of an hour PostgreSQL keeps a row for each writer, which are added up, and SQLite one. PostgreSQL adds integers several times
as fast as what may be larger; numbers of posts never are.
"""
TIMES = (
    r"""CREATE OR REPLACE FUNCTION storywake_seconds(at text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN at ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$' THEN EXTRACT(EPOCH FROM replace(left(at, 19), 'T', ' ')::timestamp)::bigint END $$""",
    """CREATE OR REPLACE FUNCTION storywake_as_old(began text, posted text, at text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT to_char(to_timestamp(storywake_seconds(began) + storywake_seconds(at) - storywake_seconds(posted)) AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS"Z"') $$""",
)
"""Functions of times for PostgreSQL."""


def remake_views(connection: Connection, migrate: Callable[[], None]) -> list[str]:
    """Drops every view, migrates, and makes all anew: ours as their files say, others as they were.

    Returns a line for each view of somebody else that today's tables no longer bear; its text stays in ``view_text``.
    """
    others = [view for view in _defined(connection) if view[0] not in VIEWS]
    for name, kind, _ in reversed(others):
        connection.exec_driver_sql(f"DROP {kind} IF EXISTS {_quoted(connection, name)}")
    for view in reversed(VIEWS):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view}")
    drop_triggers(connection)
    migrate()
    _fill_kept(connection)
    if connection.dialect.name == "postgresql":
        for function in TIMES:
            connection.exec_driver_sql(function)
    for view in VIEWS:
        connection.exec_driver_sql(_written(views.view_sql(view), connection.dialect.name))
        _keep_text(connection, view, views.view_sql(view))
    return _make_again(connection, others)


def _written(view: str, dialect: str) -> str:
    """A view's text in a database's own words."""
    for general, (sqlite, postgresql) in FUNCTIONS.items():
        view = re.sub(general, sqlite if dialect == "sqlite" else postgresql, view)
    return view


def _fill_kept(connection: Connection) -> None:
    """Makes the triggers of the kept tables, and tells all rows anew where another definition told some."""
    known = dict(tuple(row) for row in connection.execute(text("SELECT name, text FROM view_text")))
    if any(known.get(name) != views.kept_sql(name) for name in KEPT):
        fill_kept(connection)
        for name in KEPT:
            _keep_text(connection, name, views.kept_sql(name))
    make_triggers(connection)


def _make_again(connection: Connection, others: list[tuple[str, str, str]]) -> list[str]:
    lines = []
    for name, _, statement in others:
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(statement)
                connection.exec_driver_sql(f"SELECT * FROM {_quoted(connection, name)} LIMIT 0")  # noqa: S608
        except DBAPIError as error:
            _keep_text(connection, name, statement)
            reason = str(error.orig).strip().splitlines()[0]
            lines.append(f"your view {name} could not be made again ({reason}); its text stands in the table view_text")
    return lines


def _keep_text(connection: Connection, name: str, statement: str) -> None:
    connection.execute(KEEP_TEXT, {"name": name, "text": statement})


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _defined(connection: Connection) -> list[tuple[str, str, str]]:
    """Every view in the order in which they were made: name, kind, and the statement that makes it."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY rowid")
        return [(row.name, "VIEW", row.sql) for row in rows]
    found = connection.exec_driver_sql(
        """SELECT c.relname AS name, CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind,
            pg_get_viewdef(c.oid) AS body FROM pg_class c
        WHERE c.relkind IN ('v', 'm') AND c.relnamespace = current_schema()::regnamespace ORDER BY c.oid"""
    )
    return [
        (r.name, r.kind, f"CREATE {r.kind} {_quoted(connection, r.name)} AS {r.body.replace('%', '%%')}") for r in found
    ]
