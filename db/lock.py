"""One scheduler at a time, and one sender of mails: locks that die with their holders."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.errors import LockTaken

from .locks import Lock

HELD = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = :n"
    " AND pid = pg_backend_pid() AND granted)"
)


@contextmanager
def only_scheduler(engine: Engine) -> Iterator[Callable[[], bool]]:
    """Holds the scheduler's lock for a database; a kill frees it at once. Yields what tells whether it is still held.

    PostgreSQL: a session's advisory lock, which a restart of the server takes away. SQLite: a lock on the file
    ``<database>.scheduler``. Raises LockTaken where another scheduler holds it.
    """
    with _only(engine, Lock.SCHEDULER, "another scheduler is running on this database") as still:
        yield still


@contextmanager
def only_sender(engine: Engine) -> Iterator[None]:
    """Holds the right to hand over mails, as ``only_scheduler`` does (``<database>.digest``). Raises LockTaken where
    another process has it.
    """
    with _only(engine, Lock.DIGEST, "another process is sending the digest"):
        yield


@contextmanager
def only_alerter(engine: Engine) -> Iterator[None]:
    """Holds the right to hand over alerts, as ``only_scheduler`` does (``<database>.alerts``). Raises LockTaken where
    another process has it.
    """
    with _only(engine, Lock.ALERTS, "another process is sending the alerts"):
        yield


@contextmanager
def _only(engine: Engine, lock: Lock, taken: str) -> Iterator[Callable[[], bool]]:
    held = _on_postgresql if engine.dialect.name == "postgresql" else _on_file
    with held(engine, lock, taken) as still:
        yield still


@contextmanager
def _on_postgresql(engine: Engine, lock: Lock, taken: str) -> Iterator[Callable[[], bool]]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": int(lock)}).scalar():
            raise LockTaken(taken)

        def still() -> bool:
            try:
                return bool(connection.execute(HELD, {"n": int(lock)}).scalar())
            except SQLAlchemyError:
                return False

        try:
            yield still
        finally:
            if still():
                connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": int(lock)})


@contextmanager
def _on_file(engine: Engine, lock: Lock, taken: str) -> Iterator[Callable[[], bool]]:
    path = Path(f"{engine.url.database}.{lock.name.lower()}")
    with path.open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LockTaken(taken) from None
        file.write(str(os.getpid()))
        file.flush()

        def still() -> bool:
            return path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno()))

        yield still
