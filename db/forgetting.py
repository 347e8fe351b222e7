"""Taking words out again: of posts that were deleted, and of the answers that showed them."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, text

from .ledger import KEPT, Kept, as_kept
from .many import rows_among
from .remarks import unlearn


class Forgettable(NamedTuple):
    """A post whose words are to be taken out."""

    id: int
    platform: str
    external_id: str
    first_seen_at: str


def forgettable(connection: Connection, before: str) -> list[Forgettable]:
    """Posts that have been gone since before ``before`` and are not forgotten."""
    query = text(
        """SELECT id, platform, external_id, first_seen_at FROM post
        WHERE deleted_at < :b AND forgotten_at IS NULL AND external_id IS NOT NULL ORDER BY id"""
    )
    return [Forgettable(*row) for row in connection.execute(query, {"b": before})]


def forget_post(connection: Connection, post_id: int, at: str) -> None:
    """Takes the words out of a deleted post and of its revisions; it is asked about no more."""
    connection.execute(text("UPDATE look SET due_at = NULL WHERE post_id = :id"), {"id": post_id})
    connection.execute(text("DELETE FROM post_revision WHERE post_id = :id"), {"id": post_id})
    connection.execute(
        text("UPDATE post SET text = NULL, links = NULL, forgotten_at = :at WHERE id = :id"), {"id": post_id, "at": at}
    )
    unlearn(connection, post_id)


def answers_that_showed(connection: Connection, source: str, post_ids: Collection[int]) -> list[int]:
    """The answers of a source, with content, that are recorded to have shown any of the posts."""
    query = """SELECT DISTINCT e.id FROM shown h JOIN evidence e ON e.id = h.evidence_id
        WHERE e.source = :source AND e.body_hash IS NOT NULL AND h.post_id IN :keys ORDER BY e.id"""
    return [row.id for row in rows_among(connection, query, sorted(post_ids), source=source)]


def unrecorded_answer(connection: Connection, source: str, since: str, after: int) -> Kept | None:
    """The first answer of a source, with content, of which is not recorded what it showed: got at ``since`` or later, its
    id above ``after``."""
    query = text(
        f"""{KEPT} e.source = :s AND e.fetched_at >= :t AND e.body_hash IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM shown h WHERE h.evidence_id = e.id) ORDER BY e.id LIMIT 1"""  # noqa: S608
    )
    return as_kept(connection.execute(query, {"s": source, "t": since, "after": after}).first())


def drop_content(connection: Connection, evidence_id: int) -> None:
    """Takes an answer's content away, from every answer that had the same; that they came stays."""
    digest = connection.execute(text("SELECT body_hash FROM evidence WHERE id = :id"), {"id": evidence_id}).scalar()
    connection.execute(text("UPDATE evidence SET body_hash = NULL WHERE body_hash = :h"), {"h": digest})
    connection.execute(text("DELETE FROM evidence_body WHERE hash = :h"), {"h": digest})
