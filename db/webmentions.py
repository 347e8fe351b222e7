"""Webmentions: who says that a page links to a watched article, and whether it does."""

from collections import Counter

from sqlalchemy import Connection, delete, update
from sqlmodel import col, select

from storywake.collector.urls import canonical, host_of

from . import models
from .statements import statements
from .status import WebmentionStatus

SQL = statements("webmentions")
MAX_WAITING_OF_HOST = 20


def story_of_address(connection: Connection, url: str) -> int | None:
    """The story that an address is an article of; None where it is none's."""
    query = select(models.Article.story_id).where(
        models.Article.key == canonical(url), col(models.Article.dropped_at).is_(None)
    )
    found: int | None = connection.execute(query.order_by(col(models.Article.id).desc()).limit(1)).scalar()
    return found


def receive_webmention(
    connection: Connection, story_id: int, source: str, target: str, at: str, *, most_waiting: int
) -> bool:
    """Keeps a webmention until it is verified; one that came before is verified anew.

    One source host may have ``MAX_WAITING_OF_HOST`` waiting. Where ``most_waiting`` wait in all, the oldest of the
    host that has most waiting gives way. False where the host of ``source`` is the one that has too many.
    """
    waits = select(models.Webmention.id, models.Webmention.source, models.Webmention.target).where(
        models.Webmention.status == WebmentionStatus.WAITING
    )
    waiting = connection.execute(waits.order_by(col(models.Webmention.received_at), col(models.Webmention.id))).all()
    if (source, target) not in {(row.source, row.target) for row in waiting}:
        hosts = Counter(host_of(row.source) for row in waiting)
        own = hosts[host_of(source)]
        if own >= MAX_WAITING_OF_HOST:
            return False
        if len(waiting) >= most_waiting:
            fullest, held = hosts.most_common(1)[0]
            if own >= held:
                return False
            oldest = next(row.id for row in waiting if host_of(row.source) == fullest)
            connection.execute(delete(models.Webmention).where(col(models.Webmention.id) == oldest))
    values = {"source": source, "target": target, "story_id": story_id, "at": at}
    connection.execute(SQL["receive"], values)
    return True


def settle_webmention(connection: Connection, source: str, target: str, refused: str | None) -> None:
    """Records what verifying came to: ``refused`` says why it was not kept."""
    status = WebmentionStatus.REFUSED if refused else WebmentionStatus.VERIFIED
    settled = update(models.Webmention).where(
        col(models.Webmention.source) == source, col(models.Webmention.target) == target
    )
    connection.execute(settled.values(status=status, note=refused))


def webmentions_wait(connection: Connection) -> bool:
    """Whether any webmention waits that no due look is to verify."""
    return connection.execute(SQL["one_waits"]).first() is not None


def adopt_webmentions(connection: Connection, at: str) -> None:
    """Makes looks of the webmentions that wait; those to stories that are watched no more are refused."""
    connection.execute(SQL["refuse_unwatched"], {"at": at})
    connection.execute(SQL["refuse_unreadable"])
    connection.execute(SQL["adopt"], {"at": at})
