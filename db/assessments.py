"""Stances: what is still to be assessed, and what was."""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete
from sqlmodel import col

from storywake.collector.records import with_media
from storywake.collector.stance import Assessment, Reaction
from storywake.collector.stance.of_another import of_another

from . import models
from .claims import ClaimRow, claims_of
from .statements import statements

SQL = statements("assessments")
LABELLING = statements("labelling")
MAX_ARTICLE_LETTERS = 600
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
    """Which of the ``items`` ``model`` has still to assess towards a claim of a story: new reactions, changed words, and those
    of which another assessment is in force.
    """
    values = {"story_id": story_id, "model": model, "claim_id": claim_id}
    done = {tuple(row) for row in connection.execute(SQL["assessed"], values)}
    return [item for item in items if (item.reaction_id, item.claim_id, item.input_hash) not in done]


def assessable(connection: Connection, story_id: int, claim_id: int) -> list[Pending]:
    """All that is said to a claim of a story, as an assessor reads it.

    A reaction is assessed by its post's own words; what prose reports of it stands beside them only
    where the post has none.
    """
    claims = claims_of(connection, story_id)
    rows = connection.execute(SQL["assessable"], {"story_id": story_id, "claim_id": claim_id})
    found = []
    for row in rows:
        item = _as_assessed(row, claims)
        words = [item.text, row.claim, row.parent_text or "", *(["of another claim"] if of_another(item) else [])]
        found.append(Pending(row.reaction_id, row.claim_id, text_digest("\0".join(words)), item))
    return found


def _as_assessed(row: Row[Any], claims: Sequence[ClaimRow]) -> Reaction:
    """A stored reaction to a story with these claims as an assessor reads it."""
    words = row.text[:MAX_ARTICLE_LETTERS] if row.kind == "article" else row.text
    if row.media:
        words = with_media(words, row.media)
    others = tuple(sorted(claim.text for claim in claims if claim.id != row.claim_id))
    return Reaction(words, row.claim, row.parent_text, None, None, row.language, others)


class Labelled(NamedTuple):
    """A reaction that an analyst judged, as an assessor reads it."""

    reaction_id: int
    claim_id: int
    analyst: str
    stance: str
    reaction: Reaction


def labelled(connection: Connection, story_id: int) -> list[Labelled]:
    """A story's labels with the words that they are about, oldest first."""
    claims = claims_of(connection, story_id)
    rows = connection.execute(SQL["labelled"], {"story_id": story_id})
    return [Labelled(row.reaction_id, row.claim_id, row.analyst, row.stance, _as_assessed(row, claims)) for row in rows]


class Assessed(NamedTuple):
    """A model's newest assessment of a reaction towards a claim: its stance, the probabilities of the four, a label."""

    reaction_id: int
    claim_id: int
    claim: str
    text: str
    language: str | None
    stance: str
    unclear: bool
    support: float
    deny: float
    query: float
    comment: float
    label: str | None


def set_label(connection: Connection, reaction_id: int, claim_id: int, analyst: str, stance: str, at: str) -> None:
    """Keeps an analyst's judgement; their later one takes its place, and the one before stays as an earlier one."""
    values = {"reaction_id": reaction_id, "claim_id": claim_id, "analyst": analyst, "stance": stance, "at": at}
    connection.execute(LABELLING["keep_earlier"], values)
    connection.execute(SQL["set_label"], values)


def take_back_label(connection: Connection, reaction_id: int, claim_id: int, analyst: str, at: str) -> bool:
    """Takes an analyst's judgement back; it stays as an earlier one. False where there was none."""
    values = {"reaction_id": reaction_id, "claim_id": claim_id, "analyst": analyst, "stance": None, "at": at}
    connection.execute(LABELLING["keep_earlier"], values)
    label = models.Label
    its = (col(label.reaction_id) == reaction_id, col(label.claim_id) == claim_id, col(label.analyst) == analyst)
    return connection.execute(delete(label).where(*its)).rowcount > 0


def to_label(connection: Connection, claim_id: int, analyst: str, most: int) -> list[dict[str, Any]]:
    """The reactions to a claim that an analyst has not judged, those whose stance is least sure first, then those with
    most reach.
    """
    values = {"claim_id": claim_id, "analyst": analyst, "most": most}
    return [dict(row) for row in connection.execute(LABELLING["to_label"], values).mappings()]


def last_label(connection: Connection, claim_id: int, analyst: str) -> dict[str, Any] | None:
    """What an analyst judged last of a claim: reaction_id, stance, set_at, text; None where nothing."""
    row = connection.execute(LABELLING["last_label"], {"claim_id": claim_id, "analyst": analyst}).mappings().first()
    return dict(row) if row else None


def stances_of(connection: Connection, story_id: int, *, main_only: bool = True) -> list[Assessed]:
    """The models' newest assessments of a story's reactions, towards the main claim alone or towards all."""
    rows = connection.execute(SQL["stances_of"], {"story_id": story_id, "main": int(main_only)})
    return [Assessed._make(row) for row in rows]


def save_assessments(
    connection: Connection,
    model: str,
    done: Sequence[tuple[Pending, Assessment]],
    at: str,
    *,
    verdict: bool = False,
) -> None:
    """Writes assessments; earlier ones, with their model and version, stay. One that is made again is in force again.

    ``verdict``: they are fact-checks' own and stand above every model's.
    """
    rows = []
    for item, assessment in done:
        support, deny, query, comment = assessment.probabilities
        rows.append(
            {
                "reaction_id": item.reaction_id,
                "claim_id": item.claim_id,
                "model": assessment.model or model,
                "input_hash": item.input_hash,
                "at": at,
                "stance": assessment.stance,
                "support": support,
                "deny": deny,
                "query": query,
                "comment": comment,
                "confidence": assessment.confidence,
                "covered": assessment.covered,
                "unclear": assessment.unclear,
                "verdict": verdict,
            }
        )
    if rows:
        connection.execute(SQL["save_assessment"], rows)
