"""One scheduler at a time: a lock that dies with its holder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from collector.errors import BadInput

SCHEDULER = 7237452
"""The number of PostgreSQL's advisory lock."""


@contextmanager
def only_scheduler(engine: Engine) -> Iterator[None]:
    """Holds the scheduler's lock for a database; a kill frees it at once.

    PostgreSQL: a session's advisory lock. SQLite: a lock on the file ``<database>.scheduler``.
    Raises BadInput where another scheduler holds it.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            if not connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": SCHEDULER}).scalar():
                raise BadInput("another scheduler is running on this database")
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": SCHEDULER})
        return
    path = f"{engine.url.database}.scheduler"
    with open(path, "w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadInput("another scheduler is running on this database") from None
        file.write(str(os.getpid()))
        file.flush()
        yield
