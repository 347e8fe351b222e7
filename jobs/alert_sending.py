"""Sends alerts: by mail at most once, to a webhook until it is taken, both outside a subscriber's quiet hours."""

import json
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from storywake.collector.dates import moment as read_moment
from storywake.collector.dates import stamp
from storywake.collector.errors import BadInput
from storywake.collector.net.webhook import hand_over as post
from storywake.collector.settings import Settings
from storywake.collector.urls import without_secrets
from storywake.db.alert_messages import (
    Message,
    Subscriber,
    alerts_in,
    claim_due,
    claim_new,
    settle,
    settle_cut_off,
    subscribers,
    waiting,
)
from storywake.db.alerts import told
from storywake.db.engine import reading, writing
from storywake.db.lock import only_alerter
from storywake.db.status import MessageStatus

from .alert_words import AlertText, worded
from .mail.readers import Language, reader_of
from .mail.words import Words
from .report import one_line
from .smtp import hand_over, sender_address

MAX_ALERTS = 50
"""Alerts in one message; what is left goes with the next."""
FIRST_PAUSE = timedelta(minutes=1)
MAX_PAUSE = timedelta(hours=6)
MAX_AT_ONCE = 16
"""Subscribers that are sent to side by side: one that hangs until its time is over holds up no other."""
GIVE_UP = timedelta(days=3)
"""After so long a message that is refused is no longer tried."""


class Outgoing(NamedTuple):
    """How a message ended."""

    status: MessageStatus
    note: str | None


class SentAlerts(NamedTuple):
    """How sending ended: messages handed over, and a line for each other one."""

    sent: int
    lines: list[str]


def send(engine: Engine, settings: Settings, moment: datetime) -> SentAlerts:
    """Sends each subscriber what waits for them, and again what was refused and is due.

    A message is claimed before it goes out and settled afterwards. A mail that may have arrived is not repeated; a
    webhook's message is, under the same id, until it is taken or three days are over. In quiet hours everything waits.
    Raises BadInput where another process is sending.
    """
    sent, lines = 0, []
    with only_alerter(engine):
        with reading(engine) as connection:
            everybody = subscribers(connection)
        with ThreadPoolExecutor(MAX_AT_ONCE) as pool:
            ways = pool.map(lambda one: _send_to(engine, settings, one, moment), everybody)
            ended = list(zip(everybody, ways, strict=True))
        for subscriber, messages in ended:
            for message, outcome in messages:
                sent += outcome.status == MessageStatus.HANDED_OVER
                if outcome.status != MessageStatus.HANDED_OVER:
                    lines.append(
                        f"{without_secrets(subscriber.target)}: {outcome.status} ({message.attempts}): {outcome.note}"
                    )
    return SentAlerts(sent, lines)


def _send_to(
    engine: Engine, settings: Settings, subscriber: Subscriber, moment: datetime
) -> list[tuple[Message, Outgoing]]:
    at = stamp(moment)
    with writing(engine) as connection:
        settle_cut_off(connection, subscriber, at)
    if is_quiet(subscriber, moment) or not _way_out(settings, subscriber):
        return []
    with writing(engine) as connection:
        messages = claim_due(connection, subscriber, at)
        alerts = waiting(connection, subscriber, MAX_ALERTS)
        if alerts:
            messages.append(claim_new(connection, subscriber, alerts, f"msg_{secrets.token_hex(16)}", at))
    ended = []
    for message in messages:
        outcome = _send_one(engine, settings, subscriber, message, moment)
        again = None
        if outcome.status == MessageStatus.REFUSED:
            again = stamp(moment + min(FIRST_PAUSE * 2 ** min(message.attempts - 1, 20), MAX_PAUSE))
            if moment - (read_moment(message.made_at) or moment) > GIVE_UP:
                outcome, again = outcome._replace(status=MessageStatus.GIVEN_UP), None
        with writing(engine) as connection:
            settle(connection, message, outcome.status, outcome.note, again)
        ended.append((message, outcome))
    return ended


def _way_out(settings: Settings, subscriber: Subscriber) -> bool:
    """Whether there is a way to the subscriber: mails need a server."""
    return subscriber.secret is not None or settings.smtp_host is not None


def _send_one(
    engine: Engine, settings: Settings, subscriber: Subscriber, message: Message, moment: datetime
) -> Outgoing:
    with reading(engine) as connection:
        rows = told(connection, alerts_in(connection, message))
        reader = reader_of(connection, settings, subscriber.target)
    words = Words(reader.language if subscriber.secret is None else Language.ENGLISH, subscriber.zone)
    alerts = [worded(row, settings.public_url, words) for row in rows]
    if not alerts:
        return Outgoing(MessageStatus.GIVEN_UP, "what it was about was removed")
    if subscriber.secret is None:
        try:
            sender = sender_address(settings)
        except BadInput as error:
            return Outgoing(MessageStatus.REFUSED, str(error))
        outcome = hand_over(mail(settings, subscriber, message, alerts, words), settings, sender, subscriber.target)
        return Outgoing(MessageStatus(outcome.status.value), outcome.note)
    seconds = int(moment.timestamp())
    handed = post(settings, subscriber.target, subscriber.secret, message.identity, seconds, payload(message, alerts))
    return Outgoing(MessageStatus.HANDED_OVER if handed.taken else MessageStatus.REFUSED, handed.note)


def payload(message: Message, alerts: Sequence[AlertText]) -> bytes:
    """What is posted: an event of Standard Webhooks, with the alerts as a list."""
    event = {
        "type": "storywake.alerts",
        "timestamp": message.made_at,
        "data": {"alerts": [alert._asdict() for alert in alerts]},
    }
    return json.dumps(event, ensure_ascii=False).encode("utf-8", "replace")


def mail(
    settings: Settings, subscriber: Subscriber, message: Message, alerts: Sequence[AlertText], words: Words
) -> EmailMessage:
    """The alerts as a mail of plain text, in the language of the reader of that address."""
    first = alerts[0]
    more = f" (and {len(alerts) - 1} more)" if len(alerts) > 1 else ""
    subject = f"{first.title}: {first.text}" if first.title else first.text
    told = EmailMessage()
    told["From"] = settings.mail_from
    told["To"] = subscriber.target
    told["Subject"] = f"{one_line(subject, 150)}{more}"
    told["Date"] = format_datetime(datetime.now(UTC))
    told["Message-ID"] = f"<{message.identity}@{settings.mail_from.rsplit('@', 1)[-1].strip('> ') or 'localhost'}>"
    told["Auto-Submitted"] = "auto-generated"
    foot = words.word("alert", "foot")
    told.set_content("\n\n".join(_paragraph(alert, words, subscriber.zone) for alert in alerts) + f"\n\n--\n{foot}\n")
    return told


def _paragraph(alert: AlertText, words: Words, zone: str) -> str:
    at = read_moment(alert.at)
    when = f"{words.when(alert.at)} {at.astimezone(ZoneInfo(zone)):%Z}" if at and len(alert.at) > 10 else alert.at
    lines = [f"{alert.title}, {when}" if alert.title else when, alert.text, alert.url or "", alert.page or ""]
    return "\n".join(line for line in lines if line)


def is_quiet(subscriber: Subscriber, moment: datetime) -> bool:
    """Whether a moment lies in a subscriber's quiet hours; they may run past midnight."""
    if not subscriber.quiet_from or not subscriber.quiet_until:
        return False
    begins, ends = time.fromisoformat(subscriber.quiet_from), time.fromisoformat(subscriber.quiet_until)
    now = moment.astimezone(ZoneInfo(subscriber.zone)).time()
    return begins <= now < ends if begins <= ends else now >= begins or now < ends
