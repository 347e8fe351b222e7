"""The daily email: what is new since the reader's last one, with stance and reach. Each reader gets it once a day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from storywake.collector.dates import now, stamp
from storywake.collector.errors import BadInput, StorywakeError
from storywake.collector.mailaddress import mail_address
from storywake.collector.settings import Settings
from storywake.db import past
from storywake.db.deliveries import CUT_OFF, Window, claim_delivery, mark_of, settle_cut_off, settle_delivery
from storywake.db.engine import reading, writing
from storywake.db.lock import only_sender
from storywake.db.status import DeliveryStatus

from .digest_clock import day_at, hour_of, today
from .figures import estimates_then
from .report import one_line, templates
from .smtp import Outcome, hand_over

__all__ = ["Digest", "NotDelivered", "Sent", "build", "mail", "send", "today", "write"]

MAX_NEW_SHOWN = 20
"""New reactions of a story that a mail shows; further ones are only counted."""
NOT_REPEATED = "not repeated, since it may have arrived"


class Digest(NamedTuple):
    """A day's digest without its reader, and the span of time that it covers."""

    day: str
    subject: str
    text: str
    html: str
    window: Window


class Sent(NamedTuple):
    """How sending ended: mails handed over, a line for each other one, mails refused (to be tried again), mails that
    may have arrived.
    """

    sent: int
    lines: list[str]
    refused: int = 0
    unknown: int = 0


class NotDelivered(StorywakeError):
    """Mails to some readers were refused: a line for each such reader."""


def build(engine: Engine, settings: Settings, day: str, reader: str | None, moment: datetime) -> Digest:
    """A day's digest as a reader gets it at ``moment``. Raises BadInput for a day to come.

    A past day is reported as it was at its sending hour. For no reader, or a reader's first digest, the span begins at
    the sending hour of the day before.
    """
    [digest] = _build_each(engine, settings, day, [reader], moment).values()
    return digest


def _build_each(
    engine: Engine, settings: Settings, day: str, readers: Iterable[str | None], moment: datetime
) -> dict[str | None, Digest]:
    """Every reader's digest, all from one state of the database."""
    with reading(engine) as connection:
        windows = {reader: _window(connection, settings, day, reader, moment) for reader in readers}
        told = {window: _told(connection, window) for window in set(windows.values())}
    digests = {window: _render(day, window, stories) for window, stories in told.items()}
    return {reader: digests[window] for reader, window in windows.items()}


def _window(connection: Connection, settings: Settings, day: str, reader: str | None, moment: datetime) -> Window:
    wanted, present = date.fromisoformat(day), day_at(settings, moment)
    if wanted > present:
        raise BadInput(f"{day} is still to come: today is {present.isoformat()} in {settings.time_zone}")
    try:
        begins = stamp(hour_of(settings, wanted - timedelta(days=1)))
    except OverflowError:
        raise BadInput(f"no digest of {day}") from None
    if wanted < present:
        return Window(begins, None, stamp(hour_of(settings, wanted)), None)
    until = stamp(moment)
    mark = mark_of(connection, reader, day, until) if reader else None
    last = past.last_reaction(connection)
    return Window(mark.until, mark.last_reaction, until, last) if mark else Window(begins, None, until, last)


def _told(connection: Connection, window: Window) -> list[dict[str, Any]]:
    until = window.until
    sizes, stances, reach = (f(connection, until) for f in (past.sizes_then, past.stances_then, past.reach_then))
    estimates = estimates_then(connection, until)
    corrected, new = past.corrections_then(connection, until), past.new_then(connection, window, MAX_NEW_SHOWN)
    told = []
    for story in past.stories_then(connection, until):
        slug = story.slug
        reactions, people = sizes.get(slug, (0, 0))
        count, rows = new.get(slug, (0, []))
        told.append({
            "title": story.title or slug, "reactions": reactions, "people": people, "stance": stances.get(slug, []),
            "estimated": estimates.get(slug, {}),
            "totals": reach.get(slug, dict.fromkeys(past.COUNTS)), "corrected": corrected.get(slug, []),
            "new": rows, "new_count": count,
        })  # fmt: skip
    return told


def _render(day: str, window: Window, told: list[dict[str, Any]]) -> Digest:
    new = sum(story["new_count"] for story in told)
    subject = f"Storywake {day}: {new} new reaction{'' if new == 1 else 's'}"
    if len(told) == 1:
        subject += f" to {one_line(told[0]['title'], 80)}"
    text, html = (
        templates().get_template(f"digest.{form}.j2").render(day=day, stories=told) for form in ("txt", "html")
    )
    return Digest(day, subject, text, html, window)


def mail(digest: Digest, settings: Settings, reader: str | None) -> EmailMessage:
    """The digest as a mail with a text and an HTML part. Raises BadInput for an invalid sender address."""
    _sender(settings)
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = reader or "undisclosed-recipients:;"
    message["Subject"] = one_line(digest.subject, 200)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id(digest.day, reader or "", settings)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(digest.text)
    message.add_alternative(digest.html, subtype="html")
    return message


def message_id(day: str, reader: str, settings: Settings) -> str:
    """The Message-ID: equal for the same day and reader, so that mail systems recognise a repetition."""
    domain = settings.mail_from.rsplit("@", 1)[-1].strip("> ") or "localhost"
    return f"<{sha256(f'{day} {reader}'.encode()).hexdigest()[:24]}@{domain}>"


def _sender(settings: Settings) -> str:
    """The sender's address, without a display name."""
    if not settings.mail_from.isprintable():
        raise BadInput(f"STORYWAKE_MAIL_FROM: {settings.mail_from[:80]!r} is not one mail address")
    try:
        return mail_address(parseaddr(settings.mail_from)[1])
    except BadInput:
        raise BadInput(f"STORYWAKE_MAIL_FROM: {settings.mail_from[:80]!r} is not one mail address") from None


def write(engine: Engine, settings: Settings, day: str, folder: str, reader: str | None, moment: datetime) -> Path:
    """Writes the digest that a reader gets as a mail file into ``folder`` and returns its path."""
    digest = build(engine, settings, day, reader, moment)
    path = Path(folder) / f"digest-{day}.eml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(mail(digest, settings, reader)))
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}") from None
    return path


def send(engine: Engine, settings: Settings, day: str, readers: list[str], moment: datetime) -> Sent:
    """Sends a day's digest to each reader who has not had it.

    A delivery is claimed before its mail is sent and settled afterwards. A refused mail is tried again by the next
    call. A mail that may have arrived (no answer after all of it was sent, or the process was killed meanwhile) is not,
    and is named in a line each time. Raises BadInput where no server or reader is set, or another process is sending.
    """
    if not settings.smtp_host:
        raise BadInput("no mail server: set STORYWAKE_SMTP_HOST")
    if not readers:
        raise BadInput("no readers: give --to or set STORYWAKE_DIGEST_TO")
    sender = _sender(settings)
    good, lines = _addresses(readers)
    sent, refused, unknown = 0, len(lines), 0
    with only_sender(engine):
        with writing(engine) as connection:
            cut_off = settle_cut_off(connection)
        lines += [f"{d.reader}: unknown: {CUT_OFF} on {d.day}; {NOT_REPEATED}" for d in cut_off if d.day != day or d.reader not in good]  # fmt: skip
        unreached: Outcome | None = None
        for reader, digest in _build_each(engine, settings, day, good, moment).items():
            assert reader
            message = mail(digest, settings, reader)
            with writing(engine) as connection:
                taken = claim_delivery(
                    connection, day, reader, message_id=str(message["Message-ID"]), window=digest.window, at=now()
                )
            if taken:
                lines.append(_standing(reader, taken.status, taken.note))
                continue
            outcome = unreached or hand_over(message, settings, sender, reader)
            with writing(engine) as connection:
                settle_delivery(connection, day, reader, outcome.status, outcome.note)
            unreached = None if outcome.served else outcome
            sent += outcome.status == DeliveryStatus.HANDED_OVER
            refused += outcome.status == DeliveryStatus.REFUSED
            unknown += outcome.status == DeliveryStatus.UNKNOWN
            if outcome.status != DeliveryStatus.HANDED_OVER:
                lines.append(_standing(reader, outcome.status, outcome.note))
    return Sent(sent, lines, refused, unknown + len(cut_off))


def _addresses(readers: list[str]) -> tuple[list[str], list[str]]:
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
    return f"{reader}: {status}: {note}" + (f"; {NOT_REPEATED}" if status == DeliveryStatus.UNKNOWN else "")
