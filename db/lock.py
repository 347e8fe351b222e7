"""One scheduler at a time: a lock that dies with its holder."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from collector.errors import BadInput

from .locks import Lock

HELD = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = :n AND pid = pg_backend_pid() AND granted)"
)


@contextmanager
def only_scheduler(engine: Engine) -> Iterator[Callable[[], bool]]:
    """Holds the scheduler's lock for a database; a kill frees it at once. Yields what tells whether it is still held.

    PostgreSQL: a session's advisory lock, which a restart of the server takes away. SQLite: a lock on the file
    ``<database>.scheduler``. Raises BadInput where another scheduler holds it.
    """
    held = _on_postgresql if engine.dialect.name == "postgresql" else _on_file
    with held(engine) as still:
        yield still


@contextmanager
def _on_postgresql(engine: Engine) -> Iterator[Callable[[], bool]]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": int(Lock.SCHEDULER)}).scalar():
            raise BadInput("another scheduler is running on this database")

        def still() -> bool:
            try:
                return bool(connection.execute(HELD, {"n": int(Lock.SCHEDULER)}).scalar())
            except SQLAlchemyError:
                return False

        try:
            yield still
        finally:
            if still():
                connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": int(Lock.SCHEDULER)})


@contextmanager
def _on_file(engine: Engine) -> Iterator[Callable[[], bool]]:
    path = Path(f"{engine.url.database}.scheduler")
    with path.open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadInput("another scheduler is running on this database") from None
        file.write(str(os.getpid()))
        file.flush()

        def still() -> bool:
            return path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno()))

        yield still
