"""Who wants alerts, and the messages that take them there: each alert goes to each subscriber in one message."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, update
from sqlmodel import col, select

from . import models
from .alerts import last_alert
from .rows import select_rows
from .statements import statements
from .status import MessageStatus

SQL = statements("alert_messages")
CUT_OFF = "cut off while sending"


class Subscriber(NamedTuple):
    """Who wants alerts. ``kinds`` and ``stories`` are set apart by commas; None means all. ``secret`` is a webhook's."""

    id: int
    target: str
    kinds: str | None
    stories: str | None
    quiet_from: str | None
    quiet_until: str | None
    zone: str
    secret: str | None
    after_alert: int
    added_at: str


class Message(NamedTuple):
    """What goes to a subscriber in one."""

    id: int
    subscriber_id: int
    identity: str
    status: str
    attempts: int
    made_at: str
    due_at: str | None
    note: str | None


def save_subscriber(
    connection: Connection,
    target: str,
    *,
    kinds: Iterable[str],
    stories: Iterable[str],
    quiet: tuple[str, str] | None,
    zone: str,
    secret: str | None,
    at: str,
) -> Subscriber:
    """Adds a subscriber, who gets what is found from now on; of a known one all but the secret is changed."""
    values = {
        "target": target,
        "kinds": ",".join(kinds) or None,
        "stories": ",".join(stories) or None,
        "quiet_from": quiet[0] if quiet else None,
        "quiet_until": quiet[1] if quiet else None,
        "zone": zone,
        "secret": secret,
        "after": last_alert(connection),
        "at": at,
    }
    connection.execute(SQL["save_subscriber"], values)
    query = select_rows(models.AlertSubscriber, Subscriber).where(col(models.AlertSubscriber.target) == target)
    return Subscriber._make(connection.execute(query).one())


def subscribers(connection: Connection) -> list[Subscriber]:
    """Everybody who wants alerts, in the order in which they were added."""
    query = select_rows(models.AlertSubscriber, Subscriber).order_by(col(models.AlertSubscriber.id))
    return [Subscriber._make(row) for row in connection.execute(query)]


def remove_subscriber(connection: Connection, target: str) -> bool:
    """Takes a subscriber out, with what waits for them; False where there is none."""
    found = delete(models.AlertSubscriber).where(col(models.AlertSubscriber.target) == target)
    return connection.execute(found).rowcount > 0


def settle_cut_off(connection: Connection, subscriber: Subscriber, at: str) -> None:
    """Settles messages whose sender went away while sending: the caller is the only sender.

    A mail may have arrived, and is not repeated; a webhook's message is handed over again, under the same id.
    """
    ours = (
        col(models.AlertMessage.subscriber_id) == subscriber.id,
        col(models.AlertMessage.status) == MessageStatus.CLAIMED,
    )
    again = subscriber.secret is not None
    status = MessageStatus.REFUSED if again else MessageStatus.UNKNOWN
    claimed = update(models.AlertMessage).where(*ours)
    connection.execute(claimed.values(status=status, note=CUT_OFF, due_at=at if again else None))


def waiting(connection: Connection, subscriber: Subscriber, most: int) -> list[int]:
    """The alerts that a subscriber wants and that no message of theirs has, the oldest ``most``."""
    values = {
        "subscriber_id": subscriber.id,
        "after": subscriber.after_alert,
        "kinds": _between(subscriber.kinds),
        "stories": _between(subscriber.stories),
        "most": most,
    }
    return list(connection.execute(SQL["waiting"], values).scalars())


def claim_new(connection: Connection, subscriber: Subscriber, alerts: Iterable[int], identity: str, at: str) -> Message:
    """Makes a message of alerts that is about to be sent."""
    values = {"subscriber_id": subscriber.id, "identity": identity, "status": MessageStatus.CLAIMED, "attempts": 1}
    made = insert(models.AlertMessage).values(**values, made_at=at).returning(col(models.AlertMessage.id))
    number = int(connection.execute(made).scalar_one())
    rows = [{"message_id": number, "alert_id": alert, "subscriber_id": subscriber.id} for alert in alerts]
    connection.execute(insert(models.AlertDelivery), rows)
    return Message(number, subscriber.id, identity, MessageStatus.CLAIMED, 1, at, None, None)


def claim_due(connection: Connection, subscriber: Subscriber, at: str) -> list[Message]:
    """Takes the refused messages that are due again, each about to be sent once more."""
    message = models.AlertMessage
    due = (
        col(message.subscriber_id) == subscriber.id,
        col(message.status) == MessageStatus.REFUSED,
        col(message.due_at) <= at,
    )
    query = select_rows(message, Message).where(*due).order_by(col(message.id))
    found = [Message._make(row) for row in connection.execute(query)]
    claimed = update(message).where(*due)
    connection.execute(claimed.values(status=MessageStatus.CLAIMED, attempts=col(message.attempts) + 1))
    return [one._replace(attempts=one.attempts + 1) for one in found]


def alerts_in(connection: Connection, message: Message) -> list[int]:
    """The alerts of a message that are still there."""
    delivery = models.AlertDelivery
    query = select(delivery.alert_id).where(delivery.message_id == message.id).order_by(col(delivery.alert_id))
    return list(connection.execute(query).scalars())


def settle(
    connection: Connection, message: Message, status: MessageStatus, note: str | None, due_at: str | None
) -> None:
    """Records how sending a message ended, why, and when it is tried again."""
    sent = update(models.AlertMessage).where(col(models.AlertMessage.id) == message.id)
    connection.execute(sent.values(status=status, note=note, due_at=due_at))


def undelivered(connection: Connection) -> dict[int, tuple[int, str | None]]:
    """By subscriber, how many messages did not arrive or may not have, and why the last did not."""
    return {row.subscriber_id: (row.n, row.note) for row in connection.execute(SQL["undelivered"])}


def _between(names: str | None) -> str:
    """Names with a comma on each side, so that one is found among them; "" for all."""
    return f",{names}," if names else ""
