"""Analysts' labels: which reactions teach most, and how far judges agree."""

from itertools import combinations
from typing import Any, NamedTuple

from sqlalchemy import Connection

from collector.agreement import kappa
from collector.copies import is_copy, signature
from collector.errors import BadInput
from collector.stance import STANCES
from collector.stance.base import margin
from db.assessments import labelled, set_label, stances_of
from db.reactions import story_of_reaction
from db.store import fingerprint
from db.stories import StoryRow, claims_of


class Agreement(NamedTuple):
    """How far two judges agree on the reactions that both judged."""

    one: str
    other: str
    reactions: int
    agreed: float  # share, 0 to 1
    kappa: float | None


def put(connection: Connection, reaction_id: int, stance: str, claim: str | None, analyst: str, at: str) -> None:
    """Keeps an analyst's label of a reaction towards a claim, the main one where none is named. Raises BadInput."""
    if stance not in STANCES:
        raise BadInput(f"{stance!r} is none of {', '.join(STANCES)}")
    story_id = story_of_reaction(connection, reaction_id)
    if story_id is None:
        raise BadInput(f"no reaction {reaction_id}")
    claims = claims_of(connection, story_id)
    found = next((c for c in claims if claim is None or c.text == claim), None)
    if found is None:
        raise BadInput("the story has no such claim" if claims else "the story has no claim")
    set_label(connection, reaction_id, found.id, analyst, stance, at)


def suggest(connection: Connection, story: StoryRow, most: int) -> list[dict[str, Any]]:
    """The unlabelled reactions that teach most about the main claim: those the model is least sure of, no two alike.

    Unsure is a small margin between the two likeliest stances.
    """
    chosen: list[dict[str, Any]] = []
    known: set[str] = set()
    signatures: list[bytes | None] = []
    for row in sorted(stances_of(connection, story.id), key=lambda r: (_margin(r), r.reaction_id)):
        mark = fingerprint(None, row.text)
        if row.label is not None or mark in known:
            continue
        own = signature(row.text)
        if not any(is_copy(own, other) for other in signatures):
            known.add(mark)
            signatures.append(own)
            chosen.append(
                {
                    "reaction_id": row.reaction_id,
                    "claim": row.claim,
                    "text": row.text,
                    "stance": row.stance,
                    "margin": round(_margin(row), 4),
                }
            )
        if len(chosen) == most:
            break
    return chosen


def _margin(row: Any) -> float:
    return margin((row.support, row.deny, row.query, row.comment))


def agreement(connection: Connection, story: StoryRow) -> list[Agreement]:
    """How far each two analysts agree, and each analyst with the model in force, over all claims."""
    judges: dict[str, dict[tuple[int, int], str]] = {}
    for item in labelled(connection, story.id):
        judges.setdefault(item.analyst, {})[(item.reaction_id, item.claim_id)] = item.stance
    analysts = sorted(judges)
    models: dict[tuple[int, int], str] = {
        (row.reaction_id, row.claim_id): row.stance for row in stances_of(connection, story.id, main_only=False)
    }
    pairs = [(a, judges[a], b, judges[b]) for a, b in combinations(analysts, 2)]
    pairs += [(a, judges[a], "the model", models) for a in analysts]
    found = []
    for one, ours, other, theirs in pairs:
        both = sorted(ours.keys() & theirs.keys())
        if both:
            mine, yours = [ours[k] for k in both], [theirs[k] for k in both]
            agreed = sum(a == b for a, b in zip(mine, yours, strict=True)) / len(both)
            found.append(Agreement(one, other, len(both), agreed, kappa(mine, yours)))
    return found
