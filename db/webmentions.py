"""Webmentions: who says that a page links to a watched article, and whether it does."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from collector.urls import canonical


def story_of_address(connection: Connection, url: str) -> int | None:
    """The story that an address is an article of; None where it is none's."""
    found: int | None = connection.execute(
        text("SELECT story_id FROM article WHERE key = :k AND dropped_at IS NULL ORDER BY id DESC LIMIT 1"),
        {"k": canonical(url)},
    ).scalar()
    return found


def receive_webmention(
    connection: Connection, story_id: int, source: str, target: str, at: str, *, most_waiting: int
) -> bool:
    """Keeps a webmention until it is verified; one that came before is verified anew. False where too many are waiting."""
    waiting = connection.execute(text("SELECT COUNT(*) FROM webmention WHERE status = 'waiting'")).scalar_one()
    if waiting >= most_waiting:
        return False
    connection.execute(
        text(
            """INSERT INTO webmention (source, target, story_id, received_at, status) VALUES (:source, :target, :story, :at, 'waiting')
            ON CONFLICT (source, target) DO UPDATE SET received_at = excluded.received_at, status = 'waiting', note = NULL"""
        ),
        {"source": source, "target": target, "story": story_id, "at": at},
    )
    return True


def waiting_webmentions(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """A story's webmentions that were not verified yet: id, source, target."""
    return connection.execute(
        text(
            "SELECT id, source, target FROM webmention WHERE story_id = :s AND status = 'waiting' ORDER BY id LIMIT 50"
        ),
        {"s": story_id},
    ).all()


def settle_webmention(connection: Connection, webmention_id: int, refused: str | None) -> None:
    """Records what verifying came to: ``refused`` says why it was not kept."""
    connection.execute(
        text("UPDATE webmention SET status = :status, note = :note WHERE id = :id"),
        {"status": "refused" if refused else "verified", "note": refused, "id": webmention_id},
    )
