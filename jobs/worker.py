"""A worker on the shared queue: takes tasks that ``storywake run`` puts there, on any number of machines."""

import asyncio
import logging
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from storywake.collector.dates import now, stamp
from storywake.collector.errors import LockLost
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.queue import BEAT_SECONDS, MAX_SILENCE_SECONDS, Queue, connecting
from storywake.db.runs import record_run
from storywake.db.stories import stories
from storywake.db.upkeep import keep_statistics

from .assess import assess
from .collect import Pass
from .forget import forget
from .hands import Hands
from .queue import Task, plan, plan_looks, work_on
from .resolution import update_people
from .schedule import run_job
from .summary import tell_summary

log = logging.getLogger("storywake")
ACCOUNT_SECONDS = 60.0
"""Seconds whose passes are one row of the record of runs."""
MAX_NOTES = 200
"""Lines that such a row has."""
POLL_SECONDS = 1.0
"""Seconds after which a worker looks by itself for tasks that became free."""
LAST_SECONDS = 5.0
"""Seconds that passes have when a worker is stopped; what they did not look at stays due."""


class Worker:
    """What a worker does with each kind of task."""

    def __init__(self, engine: Engine, settings: Settings, queue: Queue, hands: Hands) -> None:
        self._engine, self._settings, self._queue, self._hands = engine, settings, queue, hands
        self._account = Account(engine, settings)

    def tasks(self) -> dict[Task, Any]:
        """The function of each kind of task: those with ``async`` make looks, others run in threads."""
        return {
            Task.PLAN: self.plan,
            Task.LOOKS: self.looks,
            Task.STORY: self.story,
            **{job: self._job(job) for job in (Task.ALERTS, Task.DIGEST, Task.NOTES)},
        }

    def plan(self) -> None:
        """Puts on the queue what is due at each host."""
        self._account.write(ACCOUNT_SECONDS)
        plan_looks(self._engine, self._settings, self._queue)

    async def looks(self, host: str, looks: list[int]) -> None:
        """Makes looks at one host; then the stories that it brought something for are worked out."""
        began = now()
        made = await self._hands.make(looks)
        await asyncio.to_thread(self._follow, made, began)

    def _follow(self, made: Pass, began: str) -> None:
        self._account.add(made, began)
        for story in sorted(made.changed | made.answered):
            work_on(self._queue, story)
        plan(self._queue)

    def story(self, story: int) -> None:
        """Works out a story's persons, stances and figures."""
        with reading(self._engine) as connection:
            found = next((known for known in stories(connection) if known.id == story), None)
        if found is not None:
            update_people(self._engine, found.id)
            self._account.count(assessed=assess(self._engine, found, self._settings, {}))
            tell_summary(self._engine, found, self._settings)

    def _job(self, name: Task) -> Any:
        def job(scheduled_for: str) -> None:
            run_job(self._engine, self._settings, name, scheduled_for)

        return job

    def close(self) -> None:
        """Writes down what was not yet."""
        self._account.write()


class Account:
    """What the passes of a worker did, written down a row a minute. Safe to use from several threads."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._lock = threading.Lock()
        self._began: str | None = None
        self._since = 0.0
        self._counts: Counter[str] = Counter()
        self._notes: dict[str, None] = {}

    def add(self, made: Pass, began: str) -> None:
        """Adds a pass."""
        with self._lock:
            if self._began is None:
                self._began, self._since = began, time.monotonic()
            self._counts.update(passes=1)
            for counts in made.counts.values():
                self._counts.update(counts)
            lines = {f"{slug}: {line}": None for slug, notes in made.told() for line in notes}
            self._notes |= lines
        for line in lines:
            log.warning("%s", line)
        self.write(ACCOUNT_SECONDS)

    def count(self, **counts: int) -> None:
        """Adds what was done besides passes."""
        with self._lock:
            if self._began is None:
                self._began, self._since = now(), time.monotonic()
            self._counts.update(counts)

    def write(self, after: float = 0.0) -> None:
        """Writes down what there is, where its first pass began so many seconds ago; then words of posts deleted long ago are
        forgotten and the planner's statistics kept, as after every pass.
        """
        with self._lock:
            if self._began is None or time.monotonic() - self._since < after:
                return
            began, counts, notes = self._began, dict(self._counts), list(self._notes)
            self._began, self._counts, self._notes = None, Counter(), {}
        if len(notes) > MAX_NOTES:
            notes[MAX_NOTES:] = [f"{len(notes) - MAX_NOTES} more"]
        with writing(self._engine) as connection:
            record_run(connection, "collect", began, now(), counts, notes)
        forget(self._engine, stamp(datetime.now(UTC) - timedelta(days=self._settings.forget_days)))
        keep_statistics(self._engine)


def work(engine: Engine, settings: Settings) -> None:
    """Takes tasks until SIGTERM or SIGINT; passes under way end where they are.

    Raises BadInput where the database is no PostgreSQL, LockLost where it stopped answering.
    """
    with Queue(engine) as queue, Hands(engine, settings) as hands:
        worker = Worker(engine, settings, queue, hands)
        try:
            asyncio.run(_take(engine, settings, worker))
        finally:
            worker.close()


async def _take(engine: Engine, settings: Settings, worker: Worker) -> None:
    from procrastinate import App, PsycopgConnector

    app = App(connector=PsycopgConnector(**connecting(engine)))
    for name, function in worker.tasks().items():
        app.task(name=name)(function)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with app.open_async():
        taking = asyncio.create_task(
            app.run_worker_async(
                concurrency=settings.concurrency,
                fetch_job_polling_interval=POLL_SECONDS,
                shutdown_graceful_timeout=LAST_SECONDS,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=BEAT_SECONDS,
                stalled_worker_timeout=MAX_SILENCE_SECONDS,
            )
        )
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((taking, stopping), return_when=asyncio.FIRST_COMPLETED)
        if taking.done():
            stopping.cancel()
            taking.result()
            raise LockLost("the worker lost the queue (did the database restart?); it stops, start it again")
        taking.cancel()
        with suppress(asyncio.CancelledError):
            await taking
