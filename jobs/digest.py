"""The morning mail: what is new since the reader's last one. Each reader gets it once a day, at their own hour."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from storywake.collector.dates import moment as read_moment
from storywake.collector.dates import now, stamp
from storywake.collector.errors import BadInput, StorywakeError
from storywake.collector.mailaddress import mail_address
from storywake.collector.settings import Settings
from storywake.db import past
from storywake.db.deliveries import (
    CUT_OFF,
    Window,
    claim_delivery,
    mark_of,
    settle_cut_off,
    settle_delivery,
    standing_of,
    told_since,
)
from storywake.db.engine import reading, writing
from storywake.db.lock import only_sender
from storywake.db.readers import Tokens
from storywake.db.status import Below, DeliveryStatus

from .mail.edition import edition, job_of
from .mail.form import Digest, mail
from .mail.news import LOOK_BACK, Desk
from .mail.picture import Pictures
from .mail.readers import Reader, everybody, reader_of
from .smtp import Outcome, hand_over, sender_address

__all__ = ["Digest", "NotDelivered", "Sent", "build", "send", "send_due", "write"]

NOT_REPEATED = "not repeated, since it may have arrived"
Wanted = list[tuple[Reader, str]]
"""Readers, and the day of the mail that each is to get."""


class Sent(NamedTuple):
    """How sending ended: mails handed over, a line for each other one, mails refused (to be tried again), mails that
    may have arrived, readers for whom too little was new.
    """

    sent: int
    lines: list[str]
    refused: int = 0
    unknown: int = 0
    nothing_new: int = 0


class NotDelivered(StorywakeError):
    """Mails to some readers were refused: a line for each such reader."""


def build(engine: Engine, settings: Settings, day: str | None, address: str | None, moment: datetime) -> Digest:
    """A day's digest (today's in the reader's zone where None) as a reader gets it at ``moment``.

    Without an address it is the first reader's, or by the settings alone where there is none. A past day is reported as
    it was at its sending hour. For no reader, or a reader's first digest, the span begins at the sending hour of the
    day before. Raises BadInput for a day to come.
    """
    [(_, digest)] = _build_each(engine, settings, [_wanted(engine, settings, day, address, moment)], moment)
    return digest


def write(
    engine: Engine, settings: Settings, day: str | None, folder: str, address: str | None, moment: datetime
) -> Path:
    """Writes the digest that a reader gets as a mail file into ``folder`` and returns its path."""
    wanted = _wanted(engine, settings, day, address, moment)
    [(reader, digest)] = _build_each(engine, settings, [wanted], moment)
    path = Path(folder) / f"digest-{digest.day}.eml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(mail(digest, settings, reader.address)))
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}") from None
    return path


def send(engine: Engine, settings: Settings, day: str | None, addresses: Sequence[str], moment: datetime) -> Sent:
    """Sends a day's digest (today's in each reader's zone where None) to each who has not had it, whatever their hour.

    Without addresses it goes to all readers. One who unsubscribed gets none. Raises BadInput where no server or reader
    is set, or another process is sending.
    """
    good, lines = _addresses(addresses)
    with reading(engine) as connection:
        if addresses:
            found = [reader_of(connection, settings, address) for address in good]
        else:
            found = everybody(connection, settings)
    if not found and not lines:
        raise BadInput("no readers: give --to, set STORYWAKE_DIGEST_TO, or add one (storywake reader add)")
    left = [f"{reader.address}: has unsubscribed; storywake reader add takes them in again" for reader in found if reader.left]  # fmt: skip
    wanted = [(reader, day or reader.day(moment).isoformat()) for reader in found if not reader.left]
    sent = _send(engine, settings, wanted, moment)
    return sent._replace(lines=lines + left + sent.lines, refused=sent.refused + len(lines))


def send_due(engine: Engine, settings: Settings, moment: datetime) -> Sent:
    """Sends today's digest to those readers whose hour has come. Raises BadInput like ``send``."""
    with reading(engine) as connection:
        found = everybody(connection, settings)
        days = [(reader, reader.day(moment)) for reader in found]
        wanted = [(reader, day.isoformat()) for reader, day in days if reader.due(day) <= moment]
        waiting = [
            (reader, day)
            for reader, day in wanted
            if not (reader.address and _is_settled(connection, day, reader.address))
        ]
    return _send(engine, settings, waiting, moment)


def _is_settled(connection: Connection, day: str, address: str) -> bool:
    standing = standing_of(connection, day, address)
    return standing is not None and standing.status in (DeliveryStatus.HANDED_OVER, DeliveryStatus.NOTHING_NEW)


def _wanted(
    engine: Engine, settings: Settings, day: str | None, address: str | None, moment: datetime
) -> tuple[Reader, str]:
    with reading(engine) as connection:
        readers = [] if address else everybody(connection, settings)
        reader = readers[0] if readers else reader_of(connection, settings, address)
    return reader, day or reader.day(moment).isoformat()


def _send(engine: Engine, settings: Settings, wanted: Wanted, moment: datetime) -> Sent:
    """Sends each reader's digest to those who have not had it.

    A delivery is claimed before its mail is sent and settled afterwards. A refused mail is tried again by the next
    call. A mail that may have arrived (no answer after all of it was sent, or the process was killed meanwhile) is not,
    and is named in a line each time.
    """
    if not settings.smtp_host:
        raise BadInput("no mail server: set STORYWAKE_SMTP_HOST")
    sender = sender_address(settings)
    ends: list[DeliveryStatus] = []
    with only_sender(engine):
        with writing(engine) as connection:
            cut_off = settle_cut_off(connection)
        named = {(reader.address, day) for reader, day in wanted}
        lines = [f"{d.reader}: unknown: {CUT_OFF} on {d.day}; {NOT_REPEATED}" for d in cut_off if (d.reader, d.day) not in named]  # fmt: skip
        unreached: Outcome | None = None
        for reader, digest in _build_each(engine, settings, wanted, moment):
            assert reader.address
            message = mail(digest, settings, reader.address)
            with writing(engine) as connection:
                taken = claim_delivery(
                    connection, digest.day, reader.address, message_id=str(message["Message-ID"]),
                    window=digest.window, at=now(), told=digest.told,
                )  # fmt: skip
            if taken:
                lines.append(_standing(reader.address, taken.status, taken.note))
                continue
            if reader.below == Below.NOTHING and digest.new < reader.threshold and not digest.told:
                outcome = Outcome(DeliveryStatus.NOTHING_NEW, None, served=True)
            else:
                outcome = unreached or hand_over(message, settings, sender, reader.address)
            with writing(engine) as connection:
                settle_delivery(connection, digest.day, reader.address, outcome.status, outcome.note)
            unreached = None if outcome.served else outcome
            ends.append(outcome.status)
            if outcome.status not in (DeliveryStatus.HANDED_OVER, DeliveryStatus.NOTHING_NEW):
                lines.append(_standing(reader.address, outcome.status, outcome.note))
    return Sent(
        ends.count(DeliveryStatus.HANDED_OVER),
        lines,
        ends.count(DeliveryStatus.REFUSED),
        ends.count(DeliveryStatus.UNKNOWN) + len(cut_off),
        ends.count(DeliveryStatus.NOTHING_NEW),
    )


def _build_each(
    engine: Engine, settings: Settings, wanted: Wanted, moment: datetime
) -> Iterable[tuple[Reader, Digest]]:
    """Every reader's digest, all from one state of the database; what several are told is found out once."""
    tokens = None
    if settings.public_url:
        with writing(engine) as connection:
            tokens = Tokens(connection)
    jobs = []
    with reading(engine) as connection:
        desk = Desk(connection, settings, stamp(moment))
        for reader, day in wanted:
            window = _window(connection, reader, day, moment)
            token = tokens.of(reader.address) if tokens and reader.address else None
            known = _known(connection, reader, window)
            over = date.fromisoformat(day) < reader.day(moment)
            jobs.append(job_of(desk, reader, day, window, known, token, past=over))
    pictures = Pictures()
    for job in jobs:
        yield job.reader, edition(job, settings, pictures)


def _known(connection: Connection, reader: Reader, window: Window) -> set[str]:
    """The marks of the changes that a reader was told in the mail before this span, or shortly before."""
    since = read_moment(window.since)
    if window.after is None or not reader.address or since is None:
        return set()
    return told_since(connection, reader.address, stamp(since - LOOK_BACK))


def _window(connection: Connection, reader: Reader, day: str, moment: datetime) -> Window:
    wanted, present = date.fromisoformat(day), reader.day(moment)
    if wanted > present:
        raise BadInput(f"{day} is still to come: today is {present.isoformat()} in {reader.zone}")
    try:
        begins = stamp(reader.due(wanted - timedelta(days=1)))
    except OverflowError:
        raise BadInput(f"no digest of {day}") from None
    if wanted < present:
        return Window(begins, None, stamp(reader.due(wanted)), None)
    until = stamp(moment)
    mark = mark_of(connection, reader.address, day, until) if reader.address else None
    last = past.last_reaction(connection)
    return Window(mark.until, mark.last_reaction, until, last) if mark else Window(begins, None, until, last)


def _addresses(readers: Sequence[str]) -> tuple[list[str], list[str]]:
    """The valid addresses, each once, and a line for each invalid one."""
    good: dict[str, None] = {}
    lines = []
    for reader in readers:
        try:
            good[mail_address(reader)] = None
        except BadInput as error:
            lines.append(f"refused: {error}")
    return list(good), lines


def _standing(reader: str, status: str, note: str | None) -> str:
    if status == DeliveryStatus.HANDED_OVER:
        return f"{reader}: already sent"
    if status == DeliveryStatus.NOTHING_NEW:
        return f"{reader}: nothing new that day"
    return f"{reader}: {status}: {note}" + (f"; {NOT_REPEATED}" if status == DeliveryStatus.UNKNOWN else "")
