"""Stances: what is still to be assessed, and what was."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from collector.stance import Assessment, Reaction

ARTICLE_LETTERS = 600
"""Of an article, its opening is assessed: what follows is mostly background."""


class Pending(NamedTuple):
    """A reaction and claim whose words the model has not assessed."""

    reaction_id: int
    claim_id: int
    input_hash: str
    reaction: Reaction


def fingerprint(words: str) -> str:
    """What tells words assessed from others."""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def pending(connection: Connection, story_id: int, model: str) -> list[Pending]:
    """What ``model`` has still to assess in a story: new reactions, new claims, changed words.

    A reaction is assessed by its post's own words; what prose reports of it stands beside them only
    where the post has none.
    """
    done = {
        (r.reaction_id, r.claim_id, r.input_hash)
        for r in connection.execute(
            text(
                "SELECT t.reaction_id, t.claim_id, t.input_hash FROM stance t JOIN reaction r ON r.id = t.reaction_id WHERE r.story_id = :s AND t.model = :m"
            ),
            {"s": story_id, "m": model},
        )
    }
    rows = connection.execute(
        text(
            """SELECT r.id AS reaction_id, c.id AS claim_id, c.text AS claim, p.text, p.language, p.kind, parent.text AS parent_text
            FROM reaction r JOIN claim c ON c.story_id = r.story_id JOIN post p ON p.id = r.post_id
            LEFT JOIN post parent ON parent.platform = p.platform AND parent.key = COALESCE(p.in_reply_to, p.quotes)
            WHERE r.story_id = :s AND p.text IS NOT NULL ORDER BY r.id, c.position"""
        ),
        {"s": story_id},
    )
    found = []
    for row in rows:
        words = row.text[:ARTICLE_LETTERS] if row.kind == "article" else row.text
        item = Reaction(words, row.claim, row.parent_text, None, None, row.language)
        digest = fingerprint("\0".join([words, row.claim, row.parent_text or ""]))
        if (row.reaction_id, row.claim_id, digest) not in done:
            found.append(Pending(row.reaction_id, row.claim_id, digest, item))
    return found


def save_assessments(connection: Connection, model: str, done: Sequence[tuple[Pending, Assessment]], at: str) -> None:
    """Writes assessments; earlier ones, with their model and version, stay."""
    rows = []
    for item, assessment in done:
        support, deny, query, comment = assessment.probabilities
        rows.append(
            {
                "r": item.reaction_id,
                "c": item.claim_id,
                "m": model,
                "h": item.input_hash,
                "at": at,
                "stance": assessment.stance,
                "support": support,
                "deny": deny,
                "query": query,
                "comment": comment,
            }
        )
    if rows:
        connection.execute(
            text(
                """INSERT INTO stance (reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment)
                VALUES (:r, :c, :m, :h, :at, :stance, :support, :deny, :query, :comment)
                ON CONFLICT (reaction_id, claim_id, model, input_hash) DO NOTHING"""
            ),
            rows,
        )
