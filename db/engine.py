"""Opening a database, SQLite or PostgreSQL, migrated to today's schema; reading it and writing to it are two ways.

``reading`` never waits for a writer and cannot write; ``writing`` is one short transaction. There is no third way.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from storywake.collector.errors import BadInput
from storywake.collector.urls import without_secrets

from .at_once import is_silent, speak_again
from .current import is_current
from .faults import first_line
from .locks import Lock
from .sqlite_files import open_sqlite
from .view_making import remake_views
from .views import VIEWS

__all__ = ["VIEWS", "open_database", "reading", "writing"]

log = logging.getLogger("storywake")
MAX_WAIT = 30
"""Seconds that a writer waits for another one before it gives up."""

KEEPALIVE = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}
"""After how many seconds the server asks whether a client is there, how often and how many times: a machine that is gone
frees its locks in half a minute, not in two hours (postgresql.org/docs/current/runtime-config-connection.html, 2026-11-27).
"""


DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""By how an address begins, what SQLAlchemy connects with."""
KNOWN = "there are SQLite (sqlite:///storywake.db) and PostgreSQL (postgresql://host/name)"


def open_database(address: str, *, migrate: bool = True) -> Engine:
    """An engine for ``address``, its schema brought up to date.

    ``sqlite:///file.db`` or ``postgresql://user@host/name``. Raises BadInput where it cannot be opened.
    """
    engine = unopened(address)
    try:
        if migrate:
            upgrade(engine)
        else:
            with reading(engine):
                pass
    except (SQLAlchemyError, ValueError) as error:
        raise _cannot_open(address, error) from None
    return engine


def unopened(address: str) -> Engine:
    """An engine for ``address``, whatever is there: nothing is asked of it yet. Raises BadInput where it is no address."""
    try:
        url = make_url(address)
        if url.drivername not in DRIVERS:
            raise BadInput(f"{url.get_backend_name()!r} is no database that is known: {KNOWN}")
        url = url.set(drivername=DRIVERS[url.drivername])
        engine = create_engine(url, pool_pre_ping=url.drivername != "sqlite")
    except (ArgumentError, ModuleNotFoundError, ValueError) as error:
        raise _cannot_open(address, error) from None
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine, "BEGIN IMMEDIATE")
        _add_readers(engine)
    else:
        _tune_postgresql(engine)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database, waits for no writer and cannot write."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    readers: Engine = engine.get_execution_options().get("readers", engine)
    with readers.connect() as opened:
        connection = opened.execution_options(**options)
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: committed at its end, undone by whatever is raised. Nothing is computed inside."""
    with engine.begin() as connection:
        yield connection


def _cannot_open(address: str, error: Exception) -> BadInput:
    return BadInput(f"cannot open the database {without_secrets(address)[:200]}: {first_line(error)}")


def _tune_sqlite(engine: Engine, begin: str, *also: str) -> None:
    """``begin`` begins a transaction; ``also`` is said to each connection."""

    @event.listens_for(engine, "do_connect")
    def _open(_: Any, __: Any, given: list[Any], options: dict[str, Any]) -> sqlite3.Connection:
        return open_sqlite(*given, **options)

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={MAX_WAIT * 1000}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-32768")
        for word in also:
            connection.execute(word)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _add_readers(engine: Engine) -> None:
    """Has SQLite read on connections of their own: one that is told in turn that it may and may not write forgets each time
    what it has compiled. What is only in memory is one connection's.
    """
    if isinstance(engine.pool, QueuePool):
        readers = create_engine(engine.url)
        _tune_sqlite(readers, "BEGIN", "PRAGMA query_only=ON")
        engine.update_execution_options(readers=readers)
        event.listen(engine, "engine_disposed", lambda _: readers.dispose())


def _tune_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{MAX_WAIT}s'")
            for name, value in KEEPALIVE.items():
                cursor.execute(f"SET {name} = {value}")
        connection.commit()


def upgrade(engine: Engine) -> None:
    """Brings the tables to the newest migration and the views to their current text, where they are not."""
    with reading(engine) as connection:
        if _is_current(connection) and not is_silent(connection):
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": int(Lock.MIGRATION)})
        if _is_current(connection):
            speak_again(connection)
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(str(resources.files("storywake.db"))) / "migrations"))
        config.attributes["connection"] = connection
        for line in remake_views(connection, lambda: command.upgrade(config, "head")):
            log.warning("%s", line)
        from .sql_postgresql import prepare_reader

        prepare_reader(connection)


def _is_current(connection: Connection) -> bool:
    """Whether the newest migration and every view are there, told without Alembic, whose import costs a quarter of a
    second.
    """
    inspector = inspect(connection)
    if not inspector.has_table("alembic_version") or not inspector.has_table("view_text"):
        return False
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    texts = dict(tuple(row) for row in connection.execute(text("SELECT name, text FROM view_text")))
    return is_current(version, set(inspector.get_view_names()), texts)
