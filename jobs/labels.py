"""Analysts' labels: which reactions teach most, and how far judges agree."""

from itertools import combinations
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from storywake.collector.errors import BadInput
from storywake.collector.figures.agreement import kappa
from storywake.collector.match.copies import is_copy, signature
from storywake.collector.printable import one_line
from storywake.collector.stance import STANCES, UNCLEAR
from storywake.collector.stance.base import margin
from storywake.db.assessments import labelled, set_label, stances_of, take_back_label
from storywake.db.claims import claims_of
from storywake.db.engine import reading
from storywake.db.post_keys import fingerprint
from storywake.db.reactions import story_of_reaction
from storywake.db.remarks import spoken
from storywake.db.stories import StoryRow

from .remarks import places_of
from .ticking import Tick, silent

MAX_READ = 2000
"""Reactions that suggestions are chosen from."""
MAX_NAME = 80
"""Characters of an analyst's name."""


class Suggestion(NamedTuple):
    """A reaction whose label would teach, and what the model in force says of it."""

    reaction_id: int
    claim: str
    text: str
    stance: str
    unclear: bool
    margin: float  # by how much the highest probability exceeds the next, 0 to 1


class Agreement(NamedTuple):
    """How far two judges agree on the reactions that both judged."""

    one: str
    other: str
    reactions: int
    agreed: float | None  # share, 0 to 1
    kappa: float | None
    unclear: int  # further reactions where the model is unclear


def put(connection: Connection, reaction_id: int, stance: str, claim: str | None, analyst: str, at: str) -> None:
    """Stores an analyst's label of a reaction towards a claim (default: the main one). Raises BadInput."""
    if stance not in STANCES:
        raise BadInput(f"{stance!r} is none of {', '.join(STANCES)}")
    set_label(connection, reaction_id, _claim_id(connection, reaction_id, claim), name_of_analyst(analyst), stance, at)


def name_of_analyst(told: str) -> str:
    """An analyst's name in one line. Raises BadInput where there is none."""
    name = one_line(told, MAX_NAME)
    if not name:
        raise BadInput("the analyst has no name")
    return name


def take_back(connection: Connection, reaction_id: int, claim: str | None, analyst: str, at: str) -> None:
    """Takes an analyst's label of a reaction towards a claim back. Raises BadInput where there is none."""
    if not take_back_label(connection, reaction_id, _claim_id(connection, reaction_id, claim), analyst, at):
        raise BadInput(f"{analyst} has no label of reaction {reaction_id}")


def _claim_id(connection: Connection, reaction_id: int, claim: str | None) -> int:
    """The claim of a reaction's story with a text (default: the main one). Raises BadInput."""
    story_id = story_of_reaction(connection, reaction_id)
    if story_id is None:
        raise BadInput(f"no reaction {reaction_id}")
    claims = claims_of(connection, story_id)
    found = next((c for c in claims if claim is None or c.text == claim), None)
    if found is None:
        raise BadInput("the story has no such claim" if claims else "the story has no claim")
    return found.id


def suggest(engine: Engine, story: StoryRow, most: int, tick: Tick = silent) -> list[Suggestion]:
    """The reactions whose labels would teach most about the main claim, the most useful first: those most like the
    unlabelled ones, in what they mean and in their words.

    No two are copies of each other. ``margin`` is the difference between the two highest probabilities.
    """
    from storywake.collector.stance.likeness import most_telling

    with reading(engine) as connection:
        items = {item.reaction_id: item for item in spoken(connection, story.slug)}
        stances = [row for row in stances_of(connection, story.id) if row.reaction_id in items]
    found = sorted(stances, key=lambda row: (row.label is not None, -row.reaction_id))
    different = list({fingerprint(None, row.text): row for row in found}.values())
    rows = _evenly([row for row in different if not row.label]) + [row for row in different if row.label]
    if not rows:
        return []
    places = places_of(engine, story, [items[row.reaction_id] for row in rows], tick)
    chosen: list[Suggestion] = []
    signatures: list[bytes | None] = []
    for place in most_telling(places, [place for place, row in enumerate(rows) if row.label]):
        row = rows[place]
        own = signature(row.text)
        if not any(is_copy(own, other) for other in signatures):
            signatures.append(own)
            chosen.append(
                Suggestion(
                    row.reaction_id,
                    row.claim,
                    row.text,
                    row.stance,
                    bool(row.unclear),
                    round(margin(_chances(row)), 4),
                )
            )
        if len(chosen) == most:
            break
    return chosen


def _evenly(rows: list[Any]) -> list[Any]:
    return rows[:: 1 + len(rows) // MAX_READ]


def _chances(row: Any) -> tuple[float, float, float, float]:
    return row.support, row.deny, row.query, row.comment


def agreement(connection: Connection, story: StoryRow) -> list[Agreement]:
    """The agreement of each two analysts, and of each analyst with the current model where it is not unclear, over all
    claims.
    """
    judges: dict[str, dict[tuple[int, int], str]] = {}
    for item in labelled(connection, story.id):
        judges.setdefault(item.analyst, {})[(item.reaction_id, item.claim_id)] = item.stance
    analysts = sorted(judges)
    models = {
        (row.reaction_id, row.claim_id): UNCLEAR if row.unclear else row.stance
        for row in stances_of(connection, story.id, main_only=False)
    }
    pairs = [(a, judges[a], b, judges[b]) for a, b in combinations(analysts, 2)]
    pairs += [(a, judges[a], "the model", models) for a in analysts]
    found = []
    for one, ours, other, theirs in pairs:
        both = sorted(ours.keys() & theirs.keys())
        if both:
            told = [k for k in both if theirs[k] != UNCLEAR]
            mine, yours = [ours[k] for k in told], [theirs[k] for k in told]
            agreed = sum(a == b for a, b in zip(mine, yours, strict=True)) / len(told) if told else None
            found.append(Agreement(one, other, len(told), agreed, kappa(mine, yours), len(both) - len(told)))
    return found
