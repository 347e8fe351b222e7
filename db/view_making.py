"""The views for SQL, and the kept tables that they are made of, are made from their files, and made again when a
file's text changes; analysts' own views survive that.
"""

from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from . import views
from .kept import KEPT, drop_triggers, fill_kept, make_triggers
from .views import VIEWS

KEEP_TEXT = text(
    "INSERT INTO view_text (name, text) VALUES (:name, :text) ON CONFLICT (name) DO UPDATE SET text = excluded.text"
)


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
    for view in VIEWS:
        statement = views.view_sql(view)
        if connection.dialect.name == "postgresql":
            statement = statement.replace("GROUP_CONCAT(", "STRING_AGG(")
        connection.exec_driver_sql(statement)
        _keep_text(connection, view, views.view_sql(view))
    return _make_again(connection, others)


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
