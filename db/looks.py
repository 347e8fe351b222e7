"""What is to be looked at: a row each, with a clock of its own."""

from sqlalchemy import Connection, text


def add_look(
    connection: Connection,
    story_id: int | None,
    kind: str,
    source: str,
    target: str,
    reason: str,
    at: str,
    about: str | None = None,
    post_id: int | None = None,
) -> bool:
    """Adds a thing to look at, due at ``at``; one that is known already is due then at the latest, its failures forgiven.

    ``kind``, ``source``, ``target`` and ``about`` are as ``db.models.Look`` says. Returns whether it is new.
    """
    values = {
        "story": story_id, "kind": kind, "source": source, "target": target, "post": post_id, "about": about,
        "reason": reason, "at": at,
    }  # fmt: skip
    added = connection.execute(
        text(
            """INSERT INTO look (story_id, kind, source, target, post_id, about, reason, added_at, due_at)
            VALUES (:story, :kind, :source, :target, :post, :about, :reason, :at, :at)
            ON CONFLICT (kind, source, target, COALESCE(story_id, 0)) DO NOTHING"""
        ),
        values,
    ).rowcount
    if not added:
        connection.execute(
            text(
                """UPDATE look SET reason = :reason, about = COALESCE(:about, about), post_id = COALESCE(:post, post_id),
                    due_at = CASE WHEN due_at < :at THEN due_at ELSE :at END, failures = 0, outcome = NULL, note = NULL
                WHERE kind = :kind AND source = :source AND target = :target AND COALESCE(story_id, 0) = COALESCE(CAST(:story AS INTEGER), 0)"""
            ),
            values,
        )
    return added > 0
