"""Which digest went to whom, how that stands, and where each reader's next one begins."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, update
from sqlmodel import col, select

from .models import Delivery
from .statements import statements
from .status import DeliveryStatus

SQL = statements("deliveries")
CUT_OFF = "cut off while sending"


class Window(NamedTuple):
    """What a digest tells as new: first seen after ``since`` and until ``until``, and stored after ``after`` whenever
    seen.

    ``last`` is the highest reaction id when it was read. Both ids are None where only the times count.
    """

    since: str
    after: int | None
    until: str
    last: int | None


class Mark(NamedTuple):
    """Where a reader's next digest begins."""

    until: str
    last_reaction: int | None


class Standing(NamedTuple):
    """How a delivery stands, and why."""

    status: str
    note: str | None


class CutOff(NamedTuple):
    """A delivery whose sender went away."""

    day: str
    reader: str


def mark_of(connection: Connection, reader: str, day: str, now: str) -> Mark | None:
    """Where the reader's last digest of a day before ``day`` that was handed over ended; None where there is none.

    One that ended after ``now`` (by a clock once ahead) does not count; nor does one of a past day, sent later, that
    left out what came before it.
    """
    query = select(Delivery.since, Delivery.until, Delivery.last_reaction).where(
        Delivery.reader == reader,
        Delivery.status == DeliveryStatus.HANDED_OVER,
        Delivery.day < day,
        col(Delivery.until) <= now,
    )
    rows = connection.execute(query.order_by(col(Delivery.until), col(Delivery.id)))
    mark: Mark | None = None
    for row in rows:
        if mark is None or row.since is None or row.since <= mark.until:
            mark = Mark(row.until, row.last_reaction)
    return mark


def claim_delivery(
    connection: Connection, day: str, reader: str, *, message_id: str, window: Window, at: str, told: Sequence[str] = ()
) -> Standing | None:
    """Takes the right to send a day's digest to a reader, new or refused before. ``told``: marks of what it tells.

    Returns None where it was taken, else how the delivery stands: nobody gets a day's digest twice.
    """
    values = {"day": day, "reader": reader, "message_id": message_id, "at": at, "told": "\n".join(told) or None}
    times = {"since": window.since, "until": window.until, "last": window.last}
    if connection.execute(SQL["claim"], {**values, **times}).rowcount > 0:
        return None
    standing = standing_of(connection, day, reader)
    assert standing
    return standing


def standing_of(connection: Connection, day: str, reader: str) -> Standing | None:
    """How the delivery of a day's digest to a reader stands; None where there is none."""
    query = select(Delivery.status, Delivery.note).where(Delivery.day == day, Delivery.reader == reader)
    row = connection.execute(query).first()
    return Standing._make(row) if row else None


def told_since(connection: Connection, reader: str, since: str) -> set[str]:
    """The marks of what a reader was told in mails that tell of a time after ``since``."""
    query = select(Delivery.told).where(
        Delivery.reader == reader, Delivery.status == DeliveryStatus.HANDED_OVER, col(Delivery.until) > since
    )
    return {mark for told in connection.execute(query).scalars() if told for mark in told.split("\n")}


def settle_delivery(connection: Connection, day: str, reader: str, status: DeliveryStatus, note: str | None) -> None:
    """Records how a claimed delivery ended, and why."""
    claimed = update(Delivery).where(col(Delivery.day) == day, col(Delivery.reader) == reader)
    connection.execute(claimed.values(status=status, note=note))


def settle_cut_off(connection: Connection) -> list[CutOff]:
    """Makes every claim unknown, since the process that made it is gone: the caller is the only sender."""
    claims = update(Delivery).where(col(Delivery.status) == DeliveryStatus.CLAIMED)
    unknown = claims.values(status=DeliveryStatus.UNKNOWN, note=CUT_OFF)
    rows = connection.execute(unknown.returning(col(Delivery.day), col(Delivery.reader)))
    return [CutOff._make(row) for row in rows]
