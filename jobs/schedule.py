"""The clock: looks that are due, assessment and the digest at their times, until stopped."""

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine

from collector.dates import now, stamp
from collector.errors import StorywakeError
from collector.settings import Settings
from db.engine import reading, writing
from db.ledger import end_run, last_done, start_run
from db.lock import only_scheduler
from db.stories import stories

from .assess import assess
from .collect import collect
from .digest import send, today
from .stream import follow

log = logging.getLogger("storywake")


def look(engine: Engine, settings: Settings) -> dict[str, int]:
    """Makes every look that is due, across all watched stories."""
    at = now()
    with reading(engine) as connection:
        watched = stories(connection, watched_at=at)
    results = asyncio.run(collect(engine, settings, watched, due_at=at))
    for slug, result in results.items():
        for note in result["notes"]:
            log.warning("%s: %s", slug, note)
    return {"stories": len(results), "notes": sum(len(r["notes"]) for r in results.values())}


def assess_all(engine: Engine, settings: Settings) -> dict[str, int]:
    """Assesses whatever has no stance yet."""
    with reading(engine) as connection:
        watched = stories(connection)
    counts: dict[str, int] = {}
    counts["assessed"] = sum(assess(engine, story, settings, counts) for story in watched)
    return counts


def digest(engine: Engine, settings: Settings) -> dict[str, int]:
    """Sends the day's digest to those who have not had it."""
    if not settings.smtp_host or not settings.digest_to:
        return {"sent": 0}
    sent, lines = send(engine, settings, today(settings), settings.digest_to)
    for line in lines:
        log.warning("digest %s", line)
    return {"sent": sent}


JOBS: dict[str, Callable[[Engine, Settings], dict[str, int]]] = {
    "look": look,
    "assess": assess_all,
    "digest": digest,
}


def run_job(engine: Engine, settings: Settings, name: str, scheduled_for: str) -> None:
    """Runs one job and records how it ended. Never raises: the next run is due all the same."""
    with writing(engine) as connection:
        run = start_run(connection, name, scheduled_for, now())
    status, counts, notes = "failed", {}, []
    try:
        counts = JOBS[name](engine, settings)
        status = "done"
    except StorywakeError as error:
        notes = [str(error)]
    except Exception as error:
        log.exception("%s failed", name)
        notes = [f"{type(error).__name__}: {error}"[:300]]
    with writing(engine) as connection:
        end_run(connection, run, now(), status, counts, notes)
    log.info("%s %s: %s", name, status, ", ".join(f"{k} {v}" for k, v in counts.items()) or "; ".join(notes))


def plan(settings: Settings) -> dict[str, IntervalTrigger | CronTrigger]:
    """When each job is due."""
    zone = ZoneInfo(settings.time_zone)
    return {
        "look": IntervalTrigger(seconds=min(60.0, 15 * settings.first_look_minutes), timezone=UTC),
        "assess": IntervalTrigger(minutes=settings.assess_minutes, timezone=UTC),
        "digest": CronTrigger(hour=settings.digest_hour, minute=0, timezone=zone),
    }


def first_due(engine: Engine, settings: Settings, name: str, moment: datetime) -> datetime:
    """When a job's next run is due after a start: at once where a run was missed while nothing ran.

    Intervals count from the last run that ended well; the digest is missed when the last hour at
    which it was due has passed since then.
    """
    with reading(engine) as connection:
        done = last_done(connection, name)
    last = datetime.fromisoformat(done) if done else None
    trigger = plan(settings)[name]
    if isinstance(trigger, IntervalTrigger):
        return max(moment, last + trigger.interval) if last else moment
    following = trigger.get_next_fire_time(None, (last or moment - timedelta(days=1)) + timedelta(seconds=1))
    return max(following, moment) if following else moment


def start(engine: Engine, settings: Settings) -> BackgroundScheduler:
    """A running scheduler with every job; missed runs are caught up at once, each only once."""
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    moment = datetime.now(UTC)
    for name, trigger in plan(settings).items():
        due = first_due(engine, settings, name, moment)
        scheduler.add_job(_fire, trigger, args=(engine, settings, name), id=name, name=name, next_run_time=due)
    scheduler.start()
    return scheduler


def _fire(engine: Engine, settings: Settings, name: str) -> None:
    run_job(engine, settings, name, stamp(datetime.now(UTC)))


def run_forever(engine: Engine, settings: Settings, wait: Callable[[], object]) -> None:
    """Runs the schedule until ``wait`` returns. Raises BadInput where another scheduler is running."""
    with only_scheduler(engine):
        scheduler = start(engine, settings)
        stop = threading.Event()
        listener = threading.Thread(target=lambda: asyncio.run(follow(engine, settings, stop.is_set)), daemon=True)
        if settings.bluesky_stream:
            listener.start()
        try:
            wait()
        finally:
            stop.set()
            scheduler.shutdown(wait=True)
