"""The scheduler: runs due looks, assessment, alerts and the digest at their times, until stopped."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.dates import now, stamp
from storywake.collector.errors import LockLost, StorywakeError
from storywake.collector.net.pace import Host
from storywake.collector.reading.workers import Readers
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.faults import first_line
from storywake.db.lock import only_scheduler
from storywake.db.runs import close_left_open, end_run, last_done, start_run
from storywake.db.status import RunStatus
from storywake.db.stories import stories

from .alert_figures import Peers
from .alert_sending import send as send_alerts
from .alerts import find as find_alerts
from .assess import assess
from .collect import collect
from .digest import NotDelivered, send_due
from .digest_clock import due as slots_due
from .mail.readers import default, everybody
from .notes import is_wanted as notes_wanted
from .notes import look_at_notes
from .settling import due
from .stream import follow
from .stream_standing import is_wanted
from .summary import tell_summary

log = logging.getLogger("storywake")
Do = Callable[[str, str], object]
"""Has a job done: its name, and the time that it was due at."""
Wait = Callable[[float], object]
LOCK_CHECK_SECONDS = 2.0
"""Seconds between two checks that this scheduler still holds its lock."""


class Shared:
    """What the runs of one process share: worker processes that read answers, hosts' pace and robots rules, and what
    posts usually gain.
    """

    def __init__(self) -> None:
        self.readers: Readers | None = None
        self.hosts: dict[str, Host] = {}
        self.peers = Peers()


SHARED = Shared()


def look(engine: Engine, settings: Settings) -> dict[str, int]:
    """Makes the looks that are due for all watched stories. A pass is recorded only if anything was due."""
    at = now()
    with reading(engine) as connection:
        watched = stories(connection, watched_at=at)
    if not due(engine, settings, watched, at):
        return {}
    results = asyncio.run(collect(engine, settings, watched, due_at=at, readers=SHARED.readers, hosts=SHARED.hosts))
    for slug, result in results.items():
        for note in result.notes:
            log.warning("%s: %s", slug, note)
    counts = {name: sum(r.counts.get(name, 0) for r in results.values()) for name in ("posts", "reactions", "gone")}
    return {"stories": len(results), **counts, "notes": sum(len(r.notes) for r in results.values())}


def assess_all(engine: Engine, settings: Settings) -> dict[str, int]:
    """Assesses the reactions to all stories that the current model has not assessed."""
    with reading(engine) as connection:
        watched = stories(connection)
    counts: dict[str, int] = {}
    counts["assessed"] = sum(assess(engine, story, settings, counts) for story in watched)
    counts["summed_up"] = sum(tell_summary(engine, story, settings) for story in watched)
    return counts


def digest(engine: Engine, settings: Settings) -> dict[str, int]:
    """Sends the day's digest to the readers whose hour has come and who have not had it.

    Raises NotDelivered if a mail was refused, so that it becomes due again.
    """
    if not settings.smtp_host:
        return {"sent": 0}
    result = send_due(engine, settings, datetime.now(UTC))
    for line in result.lines:
        log.warning("digest %s", line)
    if result.refused:
        raise NotDelivered("\n".join([f"{result.sent} sent, {result.refused} refused", *result.lines]))
    return {"sent": result.sent, "unknown": result.unknown, "nothing_new": result.nothing_new}


def digest_due(engine: Engine, settings: Settings, moment: datetime) -> datetime:
    """When the digest is to run next, by the hours of all readers; by that of the settings where there are none."""
    with reading(engine) as connection:
        readers = everybody(connection, settings) or [default(settings, None)]
    return slots_due(engine, [(reader.zone, reader.hour) for reader in readers], moment)


def alerts(engine: Engine, settings: Settings) -> dict[str, int]:
    """Finds what is told at once in what passes brought, and sends it; nothing ({}) where there was nothing to do."""
    moment = datetime.now(UTC)
    found = find_alerts(engine, settings, moment, SHARED.peers)
    result = send_alerts(engine, settings, moment)
    for line in result.lines:
        log.warning("alert %s", line)
    counts = {"found": found, "sent": result.sent, "not_sent": len(result.lines)}
    return counts if any(counts.values()) else {}


JOBS: dict[str, Callable[[Engine, Settings], dict[str, int]]] = {
    "look": look,
    "assess": assess_all,
    "alerts": alerts,
    "digest": digest,
    "notes": look_at_notes,
}
OFTEN = {"look", "alerts", "notes"}
"""Jobs that mostly find nothing to do: a run is no row of the database (a pass records itself)."""


def run_job(engine: Engine, settings: Settings, name: str, scheduled_for: str) -> None:
    """Runs one job and records how it ended (but for those in ``OFTEN``). Never raises, so that the next run takes place."""
    status, counts, notes = RunStatus.FAILED, {}, []
    run = None
    try:
        if name not in OFTEN:
            with writing(engine) as connection:
                run = start_run(connection, name, scheduled_for, now())
        counts = JOBS[name](engine, settings)
        status = RunStatus.DONE
    except StorywakeError as error:
        notes = [str(error)]
    except SQLAlchemyError as error:
        notes = [f"the database: {first_line(error)}"]
    except Exception as error:
        log.exception("%s failed", name)
        notes = [f"{type(error).__name__}: {error}"[:300]]
    if run is not None:
        with suppress(SQLAlchemyError), writing(engine) as connection:
            end_run(connection, run, now(), status, counts, notes)
    if run is not None or counts or notes:
        log.info("%s %s: %s", name, status, ", ".join(f"{k} {v}" for k, v in counts.items()) or "; ".join(notes))


def plan(settings: Settings) -> dict[str, IntervalTrigger]:
    """How often each job runs. For the digest: how often to check whether it is due, which depends on its last run."""
    notes = {"notes": IntervalTrigger(hours=1, timezone=UTC)} if notes_wanted(settings) else {}
    return notes | {
        "look": IntervalTrigger(seconds=min(60.0, 15 * settings.first_look_minutes), timezone=UTC),
        "assess": IntervalTrigger(minutes=settings.assess_minutes, timezone=UTC),
        "alerts": IntervalTrigger(minutes=1, timezone=UTC),
        "digest": IntervalTrigger(minutes=1, timezone=UTC),
    }


def first_due(engine: Engine, settings: Settings, name: str, moment: datetime) -> datetime:
    """When a job's first run after a start is due: at once if a run was missed meanwhile.

    Intervals count from the last successful run; the digest has its hour, and is tried again after a refusal.
    """
    if name == "digest":
        return digest_due(engine, settings, moment)
    with reading(engine) as connection:
        done = last_done(connection, name, stamp(moment))
    last = datetime.fromisoformat(done) if done else None
    return max(moment, last + plan(settings)[name].interval) if last else moment


def start(engine: Engine, settings: Settings, do: Do) -> BackgroundScheduler:
    """Starts a scheduler that has every job done at its times; missed runs are caught up once, at once."""
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    moment = datetime.now(UTC)
    for name, trigger in plan(settings).items():
        first = first_due(engine, settings, name, moment)
        scheduler.add_job(_fire, trigger, args=(engine, settings, name, do), id=name, name=name, next_run_time=first)
    scheduler.start()
    return scheduler


def _fire(engine: Engine, settings: Settings, name: str, do: Do) -> None:
    moment = datetime.now(UTC)
    try:
        if name != "digest" or digest_due(engine, settings, moment) <= moment:
            do(name, stamp(moment))
    except SQLAlchemyError as error:
        log.warning("%s: the database: %s", name, first_line(error))
    except StorywakeError as error:
        log.warning("%s: %s", name, error)


def run_forever(engine: Engine, settings: Settings, wait: Wait) -> None:
    """Runs the schedule until ``wait`` returns something true; it is called with the most seconds that it may take.

    Raises LockTaken if another scheduler is running, and LockLost if this one lost its lock: PostgreSQL releases it when
    the server restarts, and then another scheduler may have started.
    """
    with only_scheduler(engine) as still_held, Readers() as SHARED.readers:
        with writing(engine) as connection:
            close_left_open(connection, JOBS)  # a digest that a kill cut off is not due again before tomorrow
        lead(engine, settings, start(engine, settings, partial(run_job, engine, settings)), still_held, wait)


def lead(
    engine: Engine, settings: Settings, scheduler: BackgroundScheduler, still_held: Callable[[], bool], wait: Wait
) -> None:
    """Keeps a started scheduler, and the listener to streams beside it, until ``wait`` returns something true. Raises LockLost."""
    stop = threading.Event()
    listener = threading.Thread(target=lambda: asyncio.run(follow(engine, settings, stop.is_set)), daemon=True)
    if is_wanted(settings):
        listener.start()
    try:
        while not wait(LOCK_CHECK_SECONDS):
            if not still_held():
                raise LockLost("the scheduler's lock was lost (did the database restart?); it stops, start it again")
    finally:
        stop.set()
        scheduler.shutdown(wait=True)
