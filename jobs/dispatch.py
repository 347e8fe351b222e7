"""The scheduler of several machines: puts what falls due on the queue; one does so at a time, others stand by."""

import logging
from collections.abc import Callable
from functools import partial

from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.errors import LockLost, LockTaken
from storywake.collector.settings import Settings
from storywake.db.faults import first_line
from storywake.db.hosts import drop_old_hosts
from storywake.db.lock import only_scheduler
from storywake.db.queue import Queue

from .queue import fire
from .schedule import Wait, lead, start

log = logging.getLogger("storywake")
STAND_BY_SECONDS = 5.0
"""Seconds between two tries of a scheduler that stands by."""
TAKE_BACK_SECONDS = 5.0
"""Seconds between two looks for tasks of dead workers."""
DROP_SECONDS = 3600.0
"""Seconds between two clearings of the queue."""


def dispatch_forever(engine: Engine, settings: Settings, wait: Wait) -> None:
    """Puts what falls due on the queue until ``wait`` returns something true; stands by while another scheduler does.

    Raises BadInput where the database is no PostgreSQL.
    """
    with Queue(engine) as queue:
        told = False
        while True:
            try:
                with only_scheduler(engine) as still_held:
                    log.info("this scheduler fires")
                    told = False
                    _lead(engine, settings, queue, still_held, wait)
                    return
            except LockTaken:
                if not told:
                    log.info("another scheduler fires; this one stands by")
                    told = True
            except (LockLost, SQLAlchemyError) as error:
                words = first_line(error) if isinstance(error, SQLAlchemyError) else str(error)
                log.warning("this scheduler stands by: %s", words)
            if wait(STAND_BY_SECONDS):
                return


def _lead(engine: Engine, settings: Settings, queue: Queue, still_held: Callable[[], bool], wait: Wait) -> None:
    scheduler = start(engine, settings, partial(fire, engine, queue))
    scheduler.add_job(partial(_keep, queue), IntervalTrigger(seconds=int(TAKE_BACK_SECONDS)), id="take back")
    scheduler.add_job(partial(_clear, engine, queue), IntervalTrigger(seconds=int(DROP_SECONDS)), id="drop ended")
    lead(engine, settings, scheduler, still_held, wait)


def _keep(queue: Queue) -> None:
    taken = queue.take_back()
    if taken:
        log.warning("%s tasks of dead workers were given to others", taken)


def _clear(engine: Engine, queue: Queue) -> None:
    queue.drop_ended()
    drop_old_hosts(engine)
