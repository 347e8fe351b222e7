"""The daily email: what is new since the last one, stance and reach now; each to each reader once."""

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Engine

from collector.dates import now
from collector.errors import BadInput
from collector.settings import Settings, revealed
from db.ledger import claim_delivery, delivery_status, last_digest, settle_delivery
from db.reporting import new_reactions, story_facts
from db.stories import stories

from .report import one_line, templates, totals


class Digest(NamedTuple):
    """A day's digest, ready to be addressed."""

    day: str
    subject: str
    text: str
    html: str
    since: str | None


def today(settings: Settings) -> str:
    """The day, in the readers' time zone."""
    try:
        return datetime.now(ZoneInfo(settings.time_zone)).date().isoformat()
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput(f"no time zone {settings.time_zone!r}") from None


def build(connection: Connection, day: str) -> Digest:
    """The digest of a day: the watched stories, and what came to them since the digest before."""
    since = last_digest(connection, day)
    told = []
    for story in stories(connection):
        facts = story_facts(connection, story)
        told.append({**facts, "totals": totals(facts), "new": new_reactions(connection, story.slug, since)})
    new = sum(len(s["new"]) for s in told)
    subject = f"Storywake {day}: {new} new reaction{'' if new == 1 else 's'}"
    if len(told) == 1:
        subject += f" to {one_line(told[0]['story']['title'] or told[0]['story']['slug'], 80)}"
    values = {"day": day, "stories": told}
    return Digest(
        day,
        subject,
        templates().get_template("digest.txt.j2").render(**values),
        templates().get_template("digest.html.j2").render(**values),
        since,
    )


def mail(digest: Digest, settings: Settings, reader: str | None) -> EmailMessage:
    """The digest as a mail with a text and an HTML part. Raises BadInput for an address that is none."""
    message = EmailMessage()
    try:
        message["From"] = settings.mail_from
        message["To"] = reader or "undisclosed-recipients:;"
        message["Subject"] = one_line(digest.subject, 200)
    except (ValueError, IndexError) as error:
        raise BadInput(f"not a mail address: {one_line(reader, 80)} ({error})") from None
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id(digest.day, reader or "", settings)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(digest.text)
    message.add_alternative(digest.html, subtype="html")
    return message


def message_id(day: str, reader: str, settings: Settings) -> str:
    """The same for the same day and reader, so that a mail system can tell a repetition."""
    domain = settings.mail_from.rsplit("@", 1)[-1].strip("> ") or "localhost"
    return f"<{sha256(f'{day} {reader}'.encode()).hexdigest()[:24]}@{domain}>"


def write(engine: Engine, settings: Settings, day: str, folder: str, reader: str | None) -> Path:
    """Writes the digest as a mail file into ``folder`` and returns its path."""
    with engine.begin() as connection:
        digest = build(connection, day)
    path = Path(folder) / f"digest-{day}.eml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(mail(digest, settings, reader)))
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}") from None
    return path


def send(engine: Engine, settings: Settings, day: str, readers: list[str]) -> tuple[int, list[str]]:
    """Sends a day's digest to each reader who has not had it. Returns (mails sent, a line for each that was not).

    The right to send is taken before and settled after. A kill in between leaves the delivery "sending":
    it is not repeated, since the reader may have it, and is named in the lines. A refusal gives the
    right back, so that the next try sends it.
    """
    if not settings.smtp_host:
        raise BadInput("no mail server: set STORYWAKE_SMTP_HOST")
    if not readers:
        raise BadInput("no readers: give --to or set STORYWAKE_DIGEST_TO")
    sent, lines = 0, []
    with engine.begin() as connection:
        digest = build(connection, day)
    for reader in dict.fromkeys(readers):
        message = mail(digest, settings, reader)
        with engine.begin() as connection:
            taken = claim_delivery(connection, day, reader, str(message["Message-ID"]), digest.since, now())
            status = None if taken else delivery_status(connection, day, reader)
        if not taken:
            lines.append(
                f"{reader}: already sent"
                if status == "sent"
                else f"{reader}: a send was cut off; not repeated, since it may have arrived"
            )
            continue
        try:
            _hand_over(message, settings)
        except (OSError, smtplib.SMTPException) as error:
            with engine.begin() as connection:
                settle_delivery(connection, day, reader, sent=False)
            lines.append(f"{reader}: not sent: {one_line(str(error), 200)}")
            continue
        with engine.begin() as connection:
            settle_delivery(connection, day, reader, sent=True)
        sent += 1
    return sent, lines


def _hand_over(message: EmailMessage, settings: Settings) -> None:
    assert settings.smtp_host
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=settings.timeout) as server:
        if settings.smtp_tls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, revealed(settings.smtp_password))
        server.send_message(message)
