"""Webmentions: who says that a page links to a watched article, and whether it does."""

from collections import Counter

from sqlalchemy import Connection, text

from storywake.collector.urls import canonical, host_of

WAITING_OF_HOST = 20


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
    """Keeps a webmention until it is verified; one that came before is verified anew.

    One source host may have ``WAITING_OF_HOST`` waiting. Where ``most_waiting`` wait in all, the oldest of the host that has most
    waiting gives way. False where the host of ``source`` is the one that has too many.
    """
    waiting = connection.execute(
        text("SELECT id, source, target FROM webmention WHERE status = 'waiting' ORDER BY received_at, id")
    ).all()
    if (source, target) not in {(row.source, row.target) for row in waiting}:
        hosts = Counter(host_of(row.source) for row in waiting)
        own = hosts[host_of(source)]
        if own >= WAITING_OF_HOST:
            return False
        if len(waiting) >= most_waiting:
            fullest, held = hosts.most_common(1)[0]
            if own >= held:
                return False
            oldest = next(row.id for row in waiting if host_of(row.source) == fullest)
            connection.execute(text("DELETE FROM webmention WHERE id = :id"), {"id": oldest})
    connection.execute(
        text(
            """INSERT INTO webmention (source, target, story_id, received_at, status) VALUES (:source, :target, :story, :at, 'waiting')
            ON CONFLICT (source, target) DO UPDATE SET received_at = excluded.received_at, status = 'waiting', note = NULL"""
        ),
        {"source": source, "target": target, "story": story_id, "at": at},
    )
    return True


def settle_webmention(connection: Connection, source: str, target: str, refused: str | None) -> None:
    """Records what verifying came to: ``refused`` says why it was not kept."""
    connection.execute(
        text("UPDATE webmention SET status = :status, note = :note WHERE source = :source AND target = :target"),
        {"status": "refused" if refused else "verified", "note": refused, "source": source, "target": target},
    )
