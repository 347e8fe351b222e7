"""Whether a database has today's schema: the newest migration and the views' texts. Loads neither Alembic nor
SQLAlchemy.
"""

import sqlite3
from collections.abc import Mapping, Set
from importlib import resources

from . import views


def is_current(version: str | None, made: Set[str], texts: Mapping[str, str]) -> bool:
    """Whether the migration that a database is at is the newest, and every view and kept table are made of the
    text that their files have today.
    """
    return (
        version == max(versions())
        and made >= set(views.VIEWS)
        and all(texts.get(table) == views.kept_sql(table) for table in views.KEPT_TABLES)
        and all(texts.get(view) == views.view_sql(view) for view in views.VIEWS)
    )


def versions() -> set[str]:
    """The migrations that there are."""
    files = (file.name for file in resources.files("storywake.db").joinpath("migrations", "versions").iterdir())
    return {name.split("_")[0] for name in files if name[:4].isdigit()}


def sqlite_is_current(connection: sqlite3.Connection) -> bool:
    """The same of an SQLite database. Raises sqlite3.Error where it cannot be read."""
    made = dict(connection.execute("SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view')"))
    if not {"alembic_version", "view_text"} <= made.keys():
        return False
    version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    texts = dict(connection.execute("SELECT name, text FROM view_text"))
    return is_current(version and version[0], {name for name, kind in made.items() if kind == "view"}, texts)
