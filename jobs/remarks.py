"""Groups the reactions to a story's claims by what they say, where something changed."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from storywake.collector.match.remarks import group, space
from storywake.collector.stance.base import Reaction
from storywake.db.assessments import text_digest
from storywake.db.claims import claims_of
from storywake.db.engine import reading, writing
from storywake.db.remarks import Kept, Spoken, keep_vectors, kept_vectors, known_remarks, save_remarks, spoken, told_by
from storywake.db.stories import StoryRow

from .ticking import Tick, silent

MAX_BATCH = 500
NONE = Kept("", "", b"")
GROUPING = "1"
"""The version of the grouping: a new one makes all claims be grouped again."""


def tell_remarks(engine: Engine, story: StoryRow, tick: Tick = silent) -> int:
    """Groups the reactions to each claim by stance and meaning, where reactions, words or stances changed.

    Returns the number of claims.

    Nothing is computed within a transaction; each batch of vectors and each claim's groups are written in a short one.
    """
    with reading(engine) as connection:
        said = spoken(connection, story.slug)
        told = told_by(connection, story.id)
        claims = {row.id: [item for item in said if item.claim_id == row.id] for row in claims_of(connection, story.id)}
    states = {claim: _state(items) for claim, items in claims.items()}
    changed = [claim for claim, state in states.items() if told.get(claim, _state([])) != state]
    if not changed:
        return 0
    different = {item.reaction_id: item for item in said}
    reactions = sorted(different)
    places = places_of(engine, story, [different[reaction] for reaction in reactions], tick)
    rows = {reaction: row for row, reaction in enumerate(reactions)}
    for claim in changed:
        tick(0, None, f"grouping what is said to {story.slug}")
        with reading(engine) as connection:
            known = known_remarks(connection, claim)
        items = sorted(claims[claim], key=attrgetter("stance"))
        remarks, among = {}, {}
        for stance, found in groupby(items, key=attrgetter("stance")):
            some = list(found)
            own = places[[rows[item.reaction_id] for item in some]]
            numbers = [item.reaction_id for item in some]
            remarks[stance] = group(numbers, own, [item.text for item in some], known.get(stance, ()))
            among[stance] = len(some)
        with writing(engine) as connection:
            save_remarks(connection, claim, remarks, among, states[claim])
    return len(changed)


def _state(items: Sequence[Spoken]) -> str:
    """A digest of who says what to a claim, to notice changes; "" for nobody."""
    each = (f"{item.reaction_id} {item.stance} {item.input_hash}" for item in items)
    return text_digest("\n".join([GROUPING, *each])) if items else ""


def places_of(engine: Engine, story: StoryRow, items: Sequence[Spoken], tick: Tick = silent) -> NDArray[np.float32]:
    """A row per reaction, in order, by which they are compared (``match.remarks.space``). Vectors of new or changed words are
    computed and kept.
    """
    from storywake.collector.stance.meanings import VERSION, as_vectors, meanings

    with reading(engine) as connection:
        kept = kept_vectors(connection, story.id)
    posts = {item.post_id: item for item in items}
    todo = [item for item in posts.values() if kept.get(item.post_id, NONE)[:2] != (item.input_hash, VERSION)]
    for start in range(0, len(todo), MAX_BATCH):
        tick(start, len(todo), f"reading what is said to {story.slug}")
        batch = todo[start : start + MAX_BATCH]
        found = meanings([Reaction(item.text, language=item.language) for item in batch])
        new = {item.post_id: Kept(item.input_hash, VERSION, vector) for item, vector in zip(batch, found, strict=True)}
        reworded = [post for post, made in new.items() if kept.get(post, made).input_hash != made.input_hash]
        with writing(engine) as connection:
            keep_vectors(connection, new, reworded)
        kept |= new
    return space(as_vectors([kept[item.post_id].vector for item in items]), [item.text for item in items])
