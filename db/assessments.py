"""Stances: what is still to be assessed, and what was."""

import hashlib
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, text

from storywake.collector.stance import Assessment, Reaction

from .engine import reading, writing

ARTICLE_LETTERS = 600
"""Of an article, its opening is assessed: what follows is mostly background."""


class Pending(NamedTuple):
    """A reaction and claim whose words the model has not assessed."""

    reaction_id: int
    claim_id: int
    input_hash: str
    reaction: Reaction


def text_digest(words: str) -> str:
    """A digest (SHA-256, 32 hexadecimal digits) by which a text that was assessed is known again."""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def pending(
    connection: Connection, items: Sequence[Pending], story_id: int, model: str, claim_id: int
) -> list[Pending]:
    """Which of the ``items`` ``model`` has still to assess towards a claim of a story: new reactions, changed words."""
    done = {
        (r.reaction_id, r.claim_id, r.input_hash)
        for r in connection.execute(
            text(
                "SELECT t.reaction_id, t.claim_id, t.input_hash FROM stance t JOIN reaction r ON r.id = t.reaction_id WHERE r.story_id = :s AND t.model = :m AND t.claim_id = :c"
            ),
            {"s": story_id, "m": model, "c": claim_id},
        )
    }
    return [item for item in items if (item.reaction_id, item.claim_id, item.input_hash) not in done]


def assessable(connection: Connection, story_id: int, claim_id: int) -> list[Pending]:
    """All that is said to a claim of a story, as an assessor reads it.

    A reaction is assessed by its post's own words; what prose reports of it stands beside them only
    where the post has none.
    """
    rows = connection.execute(
        text(
            """SELECT r.id AS reaction_id, c.id AS claim_id, c.text AS claim, p.text, p.language, p.kind, parent.text AS parent_text
            FROM reaction r JOIN claim c ON c.story_id = r.story_id JOIN post p ON p.id = r.post_id
            LEFT JOIN post parent ON parent.platform = p.platform AND parent.key = COALESCE(p.in_reply_to, p.quotes)
            WHERE r.story_id = :s AND r.dropped_at IS NULL AND c.id = :c AND p.text IS NOT NULL ORDER BY r.id"""
        ),
        {"s": story_id, "c": claim_id},
    )
    found = []
    for row in rows:
        item = _as_assessed(row)
        digest = text_digest("\0".join([item.text, row.claim, row.parent_text or ""]))
        found.append(Pending(row.reaction_id, row.claim_id, digest, item))
    return found


def _as_assessed(row: Row[Any]) -> Reaction:
    """A stored reaction as an assessor reads it."""
    words = row.text[:ARTICLE_LETTERS] if row.kind == "article" else row.text
    return Reaction(words, row.claim, row.parent_text, None, None, row.language)


class Labelled(NamedTuple):
    """A reaction that an analyst judged, as an assessor reads it."""

    reaction_id: int
    claim_id: int
    analyst: str
    stance: str
    reaction: Reaction


def labelled(connection: Connection, story_id: int) -> list[Labelled]:
    """A story's labels with the words that they are about, oldest first."""
    rows = connection.execute(
        text(
            """SELECT l.reaction_id, l.claim_id, l.analyst, l.stance, c.text AS claim, p.text, p.language, p.kind, parent.text AS parent_text
            FROM label l JOIN reaction r ON r.id = l.reaction_id JOIN claim c ON c.id = l.claim_id JOIN post p ON p.id = r.post_id
            LEFT JOIN post parent ON parent.platform = p.platform AND parent.key = COALESCE(p.in_reply_to, p.quotes)
            WHERE r.story_id = :s AND r.dropped_at IS NULL AND p.text IS NOT NULL ORDER BY l.set_at, l.id"""
        ),
        {"s": story_id},
    )
    return [Labelled(row.reaction_id, row.claim_id, row.analyst, row.stance, _as_assessed(row)) for row in rows]


def set_label(connection: Connection, reaction_id: int, claim_id: int, analyst: str, stance: str, at: str) -> None:
    """Keeps an analyst's judgement; their later one takes its place."""
    connection.execute(
        text(
            """INSERT INTO label (reaction_id, claim_id, analyst, stance, set_at) VALUES (:r, :c, :a, :s, :at)
            ON CONFLICT (reaction_id, claim_id, analyst) DO UPDATE SET stance = excluded.stance, set_at = excluded.set_at"""
        ),
        {"r": reaction_id, "c": claim_id, "a": analyst, "s": stance, "at": at},
    )


def stances_of(connection: Connection, story_id: int, *, main_only: bool = True) -> Sequence[Row[Any]]:
    """The models' newest assessments: reaction_id, claim_id, claim, text, language, stance, unclear, its probabilities, a label."""
    return connection.execute(
        text(
            """SELECT x.reaction_id, x.claim_id, c.text AS claim, p.text, p.language, x.stance, x.unclear, x.support, x.deny, x.query, x.comment,
                (SELECT MIN(l.stance) FROM label l WHERE l.reaction_id = x.reaction_id AND l.claim_id = x.claim_id) AS label
            FROM (SELECT s.*, ROW_NUMBER() OVER (PARTITION BY reaction_id, claim_id ORDER BY assessed_at DESC, id DESC) AS n FROM stance s) x
            JOIN reaction r ON r.id = x.reaction_id JOIN post p ON p.id = r.post_id JOIN claim c ON c.id = x.claim_id
            WHERE x.n = 1 AND r.story_id = :s AND r.dropped_at IS NULL AND p.text IS NOT NULL
            AND (:main = 0 OR c.position = (SELECT MIN(m.position) FROM claim m WHERE m.story_id = :s)) ORDER BY x.reaction_id"""
        ),
        {"s": story_id, "main": int(main_only)},
    ).all()


class AnswerCache(MutableMapping[str, str]):
    """Language models' answers, kept in the database one by one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getitem__(self, key: str) -> str:
        with reading(self._engine) as connection:
            found = connection.execute(text("SELECT answer FROM model_answer WHERE key = :k"), {"k": key}).scalar()
        if found is None:
            raise KeyError(key)
        return str(found)

    def __setitem__(self, key: str, value: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                text("INSERT INTO model_answer (key, answer) VALUES (:k, :v) ON CONFLICT (key) DO NOTHING"),
                {"k": key, "v": value},
            )

    def __delitem__(self, key: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(text("DELETE FROM model_answer WHERE key = :k"), {"k": key})

    def __iter__(self) -> Iterator[str]:
        with reading(self._engine) as connection:
            return iter([row.key for row in connection.execute(text("SELECT key FROM model_answer ORDER BY key"))])

    def __len__(self) -> int:
        with reading(self._engine) as connection:
            return int(connection.execute(text("SELECT COUNT(*) FROM model_answer")).scalar_one())


def save_assessments(connection: Connection, model: str, done: Sequence[tuple[Pending, Assessment]], at: str) -> None:
    """Writes assessments; earlier ones, with their model and version, stay."""
    rows = []
    for item, assessment in done:
        support, deny, query, comment = assessment.probabilities
        rows.append(
            {
                "r": item.reaction_id,
                "c": item.claim_id,
                "m": assessment.model or model,
                "h": item.input_hash,
                "at": at,
                "stance": assessment.stance,
                "support": support,
                "deny": deny,
                "query": query,
                "comment": comment,
                "confidence": assessment.confidence,
                "covered": assessment.covered,
                "unclear": assessment.unclear,
            }
        )
    if rows:
        connection.execute(
            text(
                """INSERT INTO stance (reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment, confidence, covered, unclear)
                VALUES (:r, :c, :m, :h, :at, :stance, :support, :deny, :query, :comment, :confidence, :covered, :unclear)
                ON CONFLICT (reaction_id, claim_id, model, input_hash) DO NOTHING"""
            ),
            rows,
        )
