"""Which digest went to whom, how that stands, and where each reader's next one begins."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

CUT_OFF = "cut off while sending"


class Window(NamedTuple):
    """What a digest tells as new: first seen after ``since`` and until ``until``, and stored after ``after`` whenever seen.

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


def mark_of(connection: Connection, reader: str, day: str, now: str) -> Mark | None:
    """Where the reader's last digest of a day before ``day`` that was handed over ended; None where there is none.

    One that ended after ``now`` (by a clock once ahead) does not count; nor does one of a past day, sent later, that left
    out what came before it.
    """
    rows = connection.execute(
        text(
            """SELECT since, until, last_reaction FROM delivery
            WHERE reader = :r AND status = 'handed_over' AND day < :d AND until <= :now ORDER BY until, id"""
        ),
        {"r": reader, "d": day, "now": now},
    )
    mark: Mark | None = None
    for row in rows:
        if mark is None or row.since is None or row.since <= mark.until:
            mark = Mark(row.until, row.last_reaction)
    return mark


def claim_delivery(
    connection: Connection, day: str, reader: str, *, message_id: str, window: Window, at: str
) -> Row[Any] | None:
    """Takes the right to send a day's digest to a reader, new or refused before.

    Returns None where it was taken, else how the delivery stands (status, note): nobody gets a day's digest twice.
    """
    taken = connection.execute(
        text(
            """INSERT INTO delivery (day, reader, status, message_id, since, until, last_reaction, at, attempts)
            VALUES (:d, :r, 'claimed', :m, :since, :until, :last, :at, 1)
            ON CONFLICT (day, reader) DO UPDATE SET status = 'claimed', message_id = excluded.message_id, since = excluded.since,
                until = excluded.until, last_reaction = excluded.last_reaction, at = excluded.at,
                attempts = delivery.attempts + 1, note = NULL
            WHERE delivery.status = 'refused'"""
        ),
        {
            "d": day, "r": reader, "m": message_id, "since": window.since, "until": window.until, "last": window.last, "at": at,
        },
    )  # fmt: skip
    if taken.rowcount > 0:
        return None
    return connection.execute(
        text("SELECT status, note FROM delivery WHERE day = :d AND reader = :r"), {"d": day, "r": reader}
    ).one()


def settle_delivery(connection: Connection, day: str, reader: str, status: str, note: str | None) -> None:
    """How a claimed delivery ended: handed_over, refused or unknown, and why."""
    connection.execute(
        text("UPDATE delivery SET status = :s, note = :n WHERE day = :d AND reader = :r"),
        {"s": status, "n": note, "d": day, "r": reader},
    )


def settle_cut_off(connection: Connection) -> Sequence[Row[Any]]:
    """Makes every claim unknown, since the process that made it is gone: the caller is the only sender. Returns day, reader."""
    return connection.execute(
        text("UPDATE delivery SET status = 'unknown', note = :n WHERE status = 'claimed' RETURNING day, reader"),
        {"n": CUT_OFF},
    ).all()
