"""Opening a database: SQLite or PostgreSQL, migrated to today's schema."""

import sqlite3
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
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
        connection.execute("PRAGMA cache_size=-32768")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def upgrade(engine: Engine) -> None:
    """Brings the tables to the newest migration and the views to their current text."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7237451)"))
        if _is_current(connection):
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(str(resources.files("db"))) / "migrations"))
        config.attributes["connection"] = connection
        for view in reversed(VIEWS):
            connection.execute(text(f"DROP VIEW IF EXISTS {view}"))
        command.upgrade(config, "head")
        for view in VIEWS:
            statement = view_sql(view)
            if connection.dialect.name == "postgresql":
                statement = statement.replace("GROUP_CONCAT(", "STRING_AGG(")
            connection.exec_driver_sql(statement)


def _is_current(connection: Connection) -> bool:
    """Whether the newest migration and every view are there, told without Alembic, whose import costs a quarter of a second."""
    look = inspect(connection)
    if not look.has_table("alembic_version") or set(look.get_view_names()) != set(VIEWS):
        return False
    files = (f.name for f in resources.files("db").joinpath("migrations", "versions").iterdir())
    newest = max(name.split("_")[0] for name in files if name[:4].isdigit())
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest


def view_sql(view: str) -> str:
    """The text of a view, comments included."""
    return resources.files("db").joinpath("views", f"{view}.sql").read_text("utf-8")
