"""Whether a database is sound."""

import sqlite3

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from .engine import reading


def damage(engine: Engine) -> str | None:
    """What is broken in a database, in a line; None where nothing was found.

    SQLite checks its pages (``PRAGMA quick_check``), which reads the whole file; PostgreSQL is asked for a row of
    each table.
    """
    try:
        if engine.dialect.name == "sqlite":
            with reading(engine) as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                found = [str(row[0]) for row in raw.execute("PRAGMA quick_check(3)")]
            return None if found == ["ok"] else "; ".join(" ".join(line.split()) for line in found)
        with reading(engine) as connection:
            look = inspect(connection)
            for table in [*look.get_table_names(), *look.get_view_names()]:
                connection.execute(text(f'SELECT * FROM "{table}" LIMIT 1')).all()  # noqa: S608
    except (SQLAlchemyError, sqlite3.Error) as error:
        return " ".join(str(getattr(error, "orig", None) or error).split())
    return None
