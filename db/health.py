"""Whether a database is sound."""

import sqlite3

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from .engine import reading

MAX_FAULTS = 3
"""Faults that are told."""
INVALID = text(
    "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    " UNION ALL SELECT conname::text FROM pg_constraint WHERE NOT convalidated LIMIT :most"
)


def damage(engine: Engine) -> str | None:
    """What is broken in a database, in a line; None where nothing was found.

    SQLite checks its pages (``PRAGMA quick_check``), which reads the whole file, and whether rows name others that are not
    there (``PRAGMA foreign_key_check``). PostgreSQL is asked for a row of each table, and for indexes and constraints that
    are not valid.
    """
    try:
        if engine.dialect.name == "sqlite":
            with reading(engine) as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                found = [str(row[0]) for row in raw.execute(f"PRAGMA quick_check({MAX_FAULTS})")]
                if found == ["ok"]:
                    orphans = raw.execute("PRAGMA foreign_key_check").fetchmany(MAX_FAULTS)
                    found = [
                        f"{table}: row {row} names a row of {other} that is not there"
                        for table, row, other, _ in orphans
                    ]
            return "; ".join(" ".join(line.split()) for line in found) or None
        with reading(engine) as connection:
            look = inspect(connection)
            for table in [*look.get_table_names(), *look.get_view_names()]:
                connection.execute(text(f'SELECT * FROM "{table}" LIMIT 1')).all()  # noqa: S608
            invalid = connection.execute(INVALID, {"most": MAX_FAULTS}).scalars().all()
            if invalid:
                return f"not valid: {', '.join(invalid)}"
    except (SQLAlchemyError, sqlite3.Error) as error:
        return " ".join(str(getattr(error, "orig", None) or error).split())
    return None
