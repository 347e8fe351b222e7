"""Attempts to sign in: after many that failed one has to wait, longer each time, and never for good."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, update
from sqlmodel import col, select

from storywake.collector.dates import stamp

from .models import Attempt
from .statements import statements

SQL = statements("users")
REMEMBERED = timedelta(days=1)
"""After this time without an attempt the failures before it are forgotten."""


class Patience(NamedTuple):
    """How often one may fail without waiting, and the longest wait after that, which doubles from a second on."""

    free: int
    longest: int  # seconds

    def wait(self, failures: int) -> int:
        """Seconds from the last attempt to the next, after so many failures in a row."""
        return 0 if failures < self.free else min(self.longest, 2 ** min(30, failures - self.free))


def take_attempt(connection: Connection, marks: Mapping[str, Patience], moment: datetime) -> int:
    """Counts an attempt as failed under each mark, until it is known better; the seconds to wait where it must not be
    made.

    An attempt that must wait is not counted, so that nobody can keep another waiting by trying on and on.
    """
    before = stamp(moment - REMEMBERED)
    connection.execute(delete(Attempt).where(col(Attempt.last_at) < before))
    at = stamp(moment)
    connection.execute(SQL["first_attempt"], [{"mark": mark, "at": at} for mark in sorted(marks)])
    found = select(Attempt.mark, Attempt.failures, Attempt.last_at).where(col(Attempt.mark).in_(marks))
    rows = connection.execute(found.order_by(Attempt.mark).with_for_update()).all()
    left = max(_left(row.last_at, marks[row.mark].wait(row.failures), moment) for row in rows)
    if left <= 0:
        counted = update(Attempt).where(col(Attempt.mark).in_(marks))
        connection.execute(counted.values(failures=Attempt.failures + 1, last_at=at))
    return left


def forgive(connection: Connection, forgotten: list[str], taken_back: list[str]) -> None:
    """After an attempt that did not fail: forgets the failures under some marks, and takes back this one under others."""
    connection.execute(delete(Attempt).where(col(Attempt.mark).in_(forgotten)))
    back = update(Attempt).where(col(Attempt.mark).in_(taken_back), col(Attempt.failures) > 0)
    connection.execute(back.values(failures=Attempt.failures - 1))


def _left(last_at: str, wait: int, moment: datetime) -> int:
    return int((datetime.fromisoformat(last_at) + timedelta(seconds=wait) - moment).total_seconds() + 0.999)
