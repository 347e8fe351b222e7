"""What is put on the shared queue: looks by host, each story's own work, and the jobs that fall due."""

from collections import defaultdict
from enum import StrEnum

from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.queue import Queue
from storywake.db.stories import stories

from .settling import due, lane_of
from .turns import in_order, ready

MAX_LOOKS = 500
"""Looks of one task: about as many as a pass makes at one host in its time."""
PLAN_SECONDS = 1.0
"""Seconds for which what falls due is gathered before it is put on the queue."""
SOON = 10
"""Priority of what somebody waits for."""


class Task(StrEnum):
    """The kinds of tasks."""

    PLAN = "plan"  # put on the queue what is due at each host
    LOOKS = "looks"  # make looks at one host
    STORY = "story"  # work out a story's persons, stances and figures
    ALERTS = "alerts"
    DIGEST = "digest"
    NOTES = "notes"


def fire(engine: Engine, queue: Queue, job: str, scheduled_for: str) -> None:
    """Puts on the queue what a job of the schedule stands for. Raises StorywakeError, SQLAlchemyError."""
    if job == "look":
        plan(queue)
    elif job == "assess":
        with reading(engine) as connection:
            known = stories(connection)
        for story in known:
            work_on(queue, story.id)
    else:
        queue.add(Task(job), job, priority=SOON, scheduled_for=scheduled_for)


def plan(queue: Queue) -> None:
    """Has what is due put on the queue."""
    queue.add(Task.PLAN, Task.PLAN, priority=SOON, after=PLAN_SECONDS)


def work_on(queue: Queue, story: int) -> None:
    """Has a story worked out."""
    queue.add(Task.STORY, f"{Task.STORY} {story}", story=story)


def plan_looks(engine: Engine, settings: Settings, queue: Queue) -> int:
    """Puts on the queue, a task a host, the looks that are due for all watched stories. A host that a task waits or runs for is
    left for later, and so are a post's threads until its counts were looked at. Returns the number of new tasks.
    """
    at = now()
    with reading(engine) as connection:
        watched = stories(connection, watched_at=at)
    found = due(engine, settings, watched, at)
    lanes: defaultdict[str, list[int]] = defaultdict(list)
    for look in in_order(ready(found), at):
        lanes[lane_of(look, settings)].append(look.id)
    busy = queue.under_way()
    return sum(
        queue.add(Task.LOOKS, lock, host=host, looks=looks[:MAX_LOOKS])
        for host, looks in lanes.items()
        if (lock := f"{Task.LOOKS} {host}") not in busy
    )
