"""How looking goes: what is due, what fails and why, what a platform told of and is not stored yet, what was never read."""

import re
from collections import Counter
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from .many import rows_among
from .status import LookOutcome

TAKEN = """SELECT l.kind, l.source, l.target, l.last_at, l.due_at, l.outcome, l.note, l.failures, NULL AS url
    FROM look l WHERE l.post_id IS NULL AND l.story_id IN :keys
    UNION ALL SELECT l.kind, l.source, l.target, l.last_at, l.due_at, l.outcome, l.note, l.failures, COALESCE(p.url, p.external_id) AS url
    FROM look l JOIN post p ON p.id = l.post_id WHERE (p.external_id IS NOT NULL OR p.url IS NOT NULL)
    AND EXISTS (SELECT 1 FROM reaction r WHERE r.post_id = l.post_id AND r.dropped_at IS NULL AND r.story_id IN :keys
        AND (l.kind = 'counts' OR r.depth <= :depth))"""
"""The looks that a pass over stories may take."""
UNMADE = {LookOutcome.FAILED, LookOutcome.GIVEN_UP, LookOutcome.PUT_OFF}
ADDRESS = re.compile(r"https?://([^/\s]+)[^\s]*?(?=:?(?:\s|\Z))")
"""An address within a note, of which its host is told, so that like reasons are counted together."""


class Looks(NamedTuple):
    """How the looks of stories stand: when the last was made and the next is due, how many ended how, and why most of them did."""

    last_at: str | None
    next_at: str | None
    due: int
    failed: int
    given_up: int
    put_off: int
    reason: str | None  # the commonest of those that failed, were given up or put off


class Unread(NamedTuple):
    """A story whose own article was looked for and could not be read yet."""

    slug: str
    reason: str
    tried: int  # failures in a row
    again_at: str | None


def looks_now(connection: Connection, stories: Collection[int], at: str, depth: int, unasked: Collection[str]) -> Looks:
    """How the looks of ``stories`` stand at a time; ``unasked`` are sources that the settings leave out, ``depth`` is how far quotes are followed."""
    query = f"""SELECT source, outcome, note, COUNT(*) AS n, MAX(last_at) AS last_at, MIN(due_at) AS due_at,
        SUM(CASE WHEN due_at <= :at THEN 1 ELSE 0 END) AS due FROM ({TAKEN}) taken GROUP BY source, outcome, note"""  # noqa: S608
    rows = [
        row for row in rows_among(connection, query, sorted(stories), at=at, depth=depth) if row.source not in unasked
    ]
    ended: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for row in rows:
        ended[row.outcome or ""] += row.n
        if row.note and row.outcome in UNMADE:
            reasons[ADDRESS.sub(r"\1", row.note)] += row.n
    return Looks(
        max((row.last_at for row in rows if row.last_at), default=None),
        min((row.due_at for row in rows if row.due_at), default=None),
        sum(row.due for row in rows),
        ended[LookOutcome.FAILED],
        ended[LookOutcome.GIVEN_UP],
        ended[LookOutcome.PUT_OFF],
        min(reasons, key=lambda reason: (-reasons[reason], reason), default=None),
    )


def failing_looks(
    connection: Connection, story_id: int, depth: int, unasked: Collection[str], most: int
) -> list[dict[str, Any]]:
    """A story's looks that failed the last time: kind, address, failures (in a row) and note, those that failed most often first."""
    query = f"""SELECT kind, source, COALESCE(url, target) AS address, failures, note FROM ({TAKEN}) taken
        WHERE outcome IN ('failed', 'given up') ORDER BY failures DESC, kind, address"""  # noqa: S608
    rows = rows_among(connection, query, [story_id], depth=depth)
    asked = [dict(row._mapping) for row in rows if row.source not in unasked]
    return [{key: row[key] for key in ("kind", "address", "failures", "note")} for row in asked[:most]]


def unread_stories(connection: Connection, stories: Collection[int]) -> list[Unread]:
    """Those of ``stories`` whose own article was asked for and never read.

    A story's own article rests on nothing but the story (``rests_on`` NULL) and, once read, has a text.
    """
    query = """SELECT s.slug, l.note, l.failures, l.due_at FROM story s JOIN look l ON l.story_id = s.id AND l.kind = 'page' AND l.target = s.url
        WHERE s.id IN :keys AND l.outcome IN ('failed', 'put off', 'given up') AND NOT EXISTS (SELECT 1 FROM article a
            JOIN article_revision v ON v.article_id = a.id WHERE a.story_id = s.id AND a.rests_on IS NULL) ORDER BY s.id"""
    rows = rows_among(connection, query, sorted(stories))
    return [Unread(row.slug, row.note or "no reason was noted", row.failures, row.due_at) for row in rows]


def lag_of(connection: Connection, slug: str) -> list[dict[str, Any]]:
    """What platforms told of a story's answers and is not stored yet: the rows of the view ``lag``, those that lack most first."""
    query = text("SELECT * FROM lag WHERE story = :s ORDER BY told - stored DESC, platform, external_id")
    return [dict(row) for row in connection.execute(query, {"s": slug}).mappings()]


def lacking(connection: Connection) -> list[dict[str, Any]]:
    """The stories to which platforms told of more answers than are stored: story, answers, posts, since."""
    query = text(
        "SELECT story, SUM(told - stored) AS answers, COUNT(*) AS posts, MIN(since) AS since FROM lag GROUP BY story ORDER BY story"
    )
    return [{**row, "answers": int(row["answers"])} for row in connection.execute(query).mappings()]
