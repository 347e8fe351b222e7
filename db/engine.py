"""Opening a database: SQLite or PostgreSQL, migrated to today's schema."""

import sqlite3
from importlib import resources
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from collector.errors import BadInput

VIEWS = ("observations", "stances", "reactions", "stance_over_time", "reach_over_time", "articles", "people")
"""In the order in which they build on each other."""


def open_database(address: str, *, migrate: bool = True) -> Engine:
    """An engine for ``address``, its schema brought up to date.

    ``sqlite:///file.db`` or ``postgresql://user@host/name``. Raises BadInput where it cannot be opened.
    """
    try:
        url = make_url(address)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        engine = create_engine(url, pool_pre_ping=url.drivername != "sqlite")
        if engine.dialect.name == "sqlite":
            _tune(engine)
        if migrate:
            upgrade(engine)
        else:
            with engine.connect():
                pass
    except (ArgumentError, SQLAlchemyError, ModuleNotFoundError, ValueError) as error:
        raise BadInput(f"cannot open the database {_shown(address)}: {_first_line(error)}") from None
    return engine


def _shown(address: str) -> str:
    try:
        return make_url(address).render_as_string(hide_password=True)
    except ArgumentError:
        return address[:80]


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


def _tune(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-65536")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def upgrade(engine: Engine) -> None:
    """Brings the tables to the newest migration and the views to their current text."""
    config = Config()
    config.set_main_option("script_location", str(Path(str(resources.files("db"))) / "migrations"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7237451)"))
        config.attributes["connection"] = connection
        if _head(config) == _current(connection) and _views(connection) == set(VIEWS):
            return
        for view in reversed(VIEWS):
            connection.execute(text(f"DROP VIEW IF EXISTS {view}"))
        command.upgrade(config, "head")
        for view in VIEWS:
            statement = view_sql(view)
            if connection.dialect.name == "postgresql":
                statement = statement.replace("GROUP_CONCAT(", "STRING_AGG(")
            connection.exec_driver_sql(statement)


def _head(config: Config) -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(config).get_current_head()


def _current(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _views(connection: Connection) -> set[str]:
    from sqlalchemy import inspect

    return set(inspect(connection).get_view_names())


def view_sql(view: str) -> str:
    """The text of a view, comments included."""
    return resources.files("db").joinpath("views", f"{view}.sql").read_text("utf-8")
