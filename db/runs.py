"""What ran, for when, and how it ended."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, update
from sqlmodel import col, func, select

from storywake.collector.values import clean

from .models import JobRun
from .rows import select_rows
from .status import RunStatus


class Run(NamedTuple):
    """A job's run. ``counts`` is JSON (what it did), ``notes`` has a line for each fault."""

    job: str
    scheduled_for: str
    started_at: str
    finished_at: str | None
    status: str
    counts: str | None
    notes: str | None


def start_run(connection: Connection, job: str, scheduled_for: str, started_at: str) -> int:
    """Records that a job started. Returns the run's id. A run of the job that a kill left open is closed as failed."""
    close_left_open(connection, [job])
    run = insert(JobRun).values(job=job, scheduled_for=scheduled_for, started_at=started_at, status=RunStatus.RUNNING)
    return int(connection.execute(run.returning(col(JobRun.id))).scalar_one())


def close_left_open(connection: Connection, jobs: Iterable[str]) -> None:
    """Records as failed the runs of jobs that a kill left open; none of these may be running."""
    left_open = update(JobRun).where(col(JobRun.job).in_(jobs), col(JobRun.status) == RunStatus.RUNNING)
    connection.execute(left_open.values(status=RunStatus.FAILED, notes="stopped before it ended"))


def end_run(
    connection: Connection,
    run_id: int,
    finished_at: str,
    status: RunStatus,
    counts: dict[str, int],
    notes: Sequence[str],
) -> None:
    """Records how a run ended: what it did, and a line for each fault."""
    ended = update(JobRun).where(col(JobRun.id) == run_id)
    words = clean("\n".join(notes)) or None
    connection.execute(ended.values(finished_at=finished_at, status=status, counts=json.dumps(counts), notes=words))


def record_run(
    connection: Connection, job: str, started_at: str, finished_at: str, counts: dict[str, int], notes: Sequence[str]
) -> None:
    """Records a run that ended well, where several processes run a job at once."""
    run = insert(JobRun).values(job=job, scheduled_for=started_at, started_at=started_at, status=RunStatus.RUNNING)
    run_id = int(connection.execute(run.returning(col(JobRun.id))).scalar_one())
    end_run(connection, run_id, finished_at, RunStatus.DONE, counts, notes)


def last_done(connection: Connection, job: str, now: str) -> str | None:
    """When the last run of a job that ended well started; None where there is none.

    One dated after ``now``, by a clock that was ahead, does not count.
    """
    query = select(func.max(JobRun.started_at)).where(
        JobRun.job == job, JobRun.status == RunStatus.DONE, JobRun.started_at <= now
    )
    found: str | None = connection.execute(query).scalar()
    return found


def failed_since(connection: Connection, job: str, since: str, now: str) -> tuple[int, str | None]:
    """How often a job failed from ``since`` to ``now``, and when it last ended so."""
    last = func.max(func.coalesce(JobRun.finished_at, JobRun.started_at))
    query = select(func.count(), last).where(
        JobRun.job == job, JobRun.status == RunStatus.FAILED, JobRun.started_at >= since, JobRun.started_at <= now
    )
    times, at = connection.execute(query).one()
    return times, at


def recent_runs(connection: Connection, limit: int = 10) -> list[Run]:
    """The last runs, newest first."""
    query = select_rows(JobRun, Run).order_by(col(JobRun.id).desc()).limit(limit)
    return [Run._make(row) for row in connection.execute(query)]
