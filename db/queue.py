"""The shared queue on PostgreSQL: Procrastinate's tables (procrastinate.readthedocs.io), in a schema of their own.

Procrastinate is loaded only where the queue is used.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from types import TracebackType
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Engine, text

from storywake.collector.errors import BadInput, StorywakeError

from .engine import reading, writing
from .faults import first_line
from .locks import Lock
from .statements import statements

SQL = statements("queue")
SCHEMA = "storywake_queue"
BEAT_SECONDS = 10.0
"""Seconds between two signs of life of a worker."""
MAX_SILENCE_SECONDS = 35.0
"""Seconds without one, after which a worker is dead and its work is given to others."""
MAX_CONNECTIONS = 4
"""Of one process to the queue."""
KEPT_HOURS = 24
"""Hours for which a failed task is kept."""


class Tasks(NamedTuple):
    """How a kind of task stands."""

    waiting: int
    running: int
    failed: int  # in the last day
    lag: float  # seconds that the one that waits longest has waited


class Standing(NamedTuple):
    """How the queue stands."""

    tasks: Mapping[str, Tasks]
    workers: int  # that gave a sign of life lately


class Queue:
    """What is put on the queue. Use as a context manager."""

    def __init__(self, engine: Engine) -> None:
        """Raises BadInput where the database is no PostgreSQL."""
        prepare(engine)
        from procrastinate import App, SyncPsycopgConnector

        self._engine = engine
        self._app = App(connector=SyncPsycopgConnector(**connecting(engine)))

    def __enter__(self) -> Self:
        self._app.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._app.close()

    def add(self, task: str, lock: str, *, priority: int = 0, after: float = 0.0, **given: Any) -> bool:
        """Adds a task, to be taken after some seconds. No two of one lock run at once, nor wait at once: False where
        one waits already. Raises StorywakeError where the database does not answer.
        """
        from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

        wait: dict[str, Any] = {"schedule_in": {"seconds": after}} if after else {}
        job = self._app.configure_task(task, lock=lock, queueing_lock=lock, priority=priority, **wait)
        try:
            job.defer(**given)
        except AlreadyEnqueued:
            return False
        except ConnectorException as error:
            raise StorywakeError(f"the queue: {first_line(error)}") from None
        return True

    def under_way(self) -> set[str]:
        """The locks of tasks that wait or run."""
        with reading(self._engine) as connection:
            return set(connection.execute(SQL["under_way"]).scalars())

    def take_back(self) -> int:
        """Gives the tasks of dead workers to others; where the same task waits already, that one does it. Returns how
        many there were.
        """
        from procrastinate.exceptions import UniqueViolation

        with reading(self._engine) as connection:
            stalled = connection.execute(SQL["stalled"], {"silence": MAX_SILENCE_SECONDS}).scalars().all()
        for job in stalled:
            try:
                self._app.job_manager.retry_job_by_id(job, datetime.now(UTC))
            except UniqueViolation:  # the library leaves this to its users (its issue 1446)
                with _inside(self._engine) as connection:
                    connection.execute(SQL["drop_stalled"], {"job": job})
        return len(stalled)

    def drop_ended(self) -> None:
        """Deletes failed tasks after a day."""
        with _inside(self._engine) as connection:
            connection.execute(SQL["drop_ended"], {"hours": KEPT_HOURS})


def connecting(engine: Engine) -> dict[str, Any]:
    """How Procrastinate connects to a database."""
    return {
        "conninfo": engine.url.set(drivername="postgresql").render_as_string(hide_password=False),
        "kwargs": {"options": f"-c search_path={SCHEMA}"},
        "min_size": 1,
        "max_size": MAX_CONNECTIONS,
    }


def prepare(engine: Engine) -> None:
    """Makes the queue's tables, or brings them to the installed version of Procrastinate. Raises BadInput where the
    database is no PostgreSQL.

    The name of the last of its migrations that was made is kept as the schema's comment.
    """
    if engine.dialect.name != "postgresql":
        raise BadInput("a queue for several machines needs PostgreSQL; one process does all work on SQLite")
    from procrastinate.schema import SchemaManager

    folder = resources.files("procrastinate.sql") / "migrations"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    with writing(engine) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": int(Lock.MIGRATION)})
        made = _made(connection)
        if made == names[-1]:
            return
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        connection.execute(text(f"SET LOCAL search_path = {SCHEMA}"))
        scripts = (
            [SchemaManager.get_schema()]
            if made is None
            else [(folder / name).read_text("utf-8") for name in names if name > made]
        )
        for script in scripts:
            connection.exec_driver_sql(script, execution_options={"no_parameters": True})
        connection.exec_driver_sql(f"COMMENT ON SCHEMA {SCHEMA} IS '{names[-1]}'")


@contextmanager
def _inside(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes to the queue's tables, whose triggers name others of the schema."""
    with writing(engine) as connection:
        connection.execute(text(f"SET LOCAL search_path = {SCHEMA}"))
        yield connection


def standing(connection: Connection) -> Standing | None:
    """How the queue stands; None where there is none."""
    if connection.dialect.name != "postgresql" or _made(connection) is None:
        return None
    tasks = {
        row.task: Tasks(row.waiting, row.running, row.failed, max(0.0, float(row.lag)))
        for row in connection.execute(SQL["standing"])
    }
    alive = connection.execute(SQL["alive"], {"silence": MAX_SILENCE_SECONDS}).scalar_one()
    return Standing(tasks, int(alive))


def _made(connection: Connection) -> str | None:
    """The last of Procrastinate's migrations that was made; None where its schema is not there."""
    query = text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name")
    found: str | None = connection.execute(query, {"name": SCHEMA}).scalar()
    return found
