"""The posts that tell most of what is said: of each stance a few, by reach and by how central they are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from storywake.collector.match.telling import Candidate, choose, copies_among, ranked, shared_word
from storywake.collector.stance import STANCES
from storywake.db.remarks import remarks_of
from storywake.db.telling import Saying, words_of, words_of_remarks

from .tally import Item

MAX_SHOWN = 3
"""Posts of a stance."""
MAX_REMARKS = 10
"""Remarks on a page."""
MAX_CANDIDATES = 60
"""Posts of a stance that are compared."""
NOWHERE = Saying(0, 0.0, False)


def most_telling(
    connection: Connection, items: Sequence[Item], said: Mapping[int, Saying]
) -> dict[str, list[dict[str, int]]]:
    """By stance towards the main claim: reaction_id, and ``alike``, how many others are near-copies of it.

    ``said`` tells which remark each reaction belongs to.
    """
    sizes = Counter(each.remark_id for each in said.values())
    same = Counter(item.said for item in items if item.said is not None and not item.deleted)
    by_id = {item.reaction_id: item for item in items}
    found: dict[str, list[dict[str, int]]] = {}
    for stance in STANCES:
        best = ranked([_candidate(item, said, sizes) for item in items if _is_said(item, stance)])[:MAX_CANDIDATES]
        texts = words_of(connection, [each.reaction for each in best])
        chosen = [each.reaction for each in choose(best, texts.get, MAX_SHOWN)]
        others = words_of_remarks(connection, {said[number].remark_id for number in chosen if number in said})
        found[stance.value] = [
            {
                "reaction_id": number,
                "alike": _copies(
                    by_id[number], texts[number], same, others.get(said.get(number, NOWHERE).remark_id, {})
                ),
            }
            for number in chosen
        ]
    return found


def _is_said(item: Item, stance: str) -> bool:
    return item.counted == stance and item.said is not None and not item.deleted


def _candidate(item: Item, said: Mapping[int, Saying], sizes: Mapping[int, int]) -> Candidate:
    own = said.get(item.reaction_id, NOWHERE)
    likeness = 1.0 if own.central else max(0.0, min(1.0, own.likeness))
    return Candidate(
        item.reaction_id,
        item.who or f"article of {item.account_id}",
        item.engagement,
        sizes.get(own.remark_id, 0),
        likeness,
    )


def _copies(item: Item, text: str, same: Mapping[Any, int], others: Mapping[int, str]) -> int:
    """How many other reactions are near-copies of one: those of the same words, and those of its remark nearly so."""
    near = copies_among(text, {number: words for number, words in others.items() if number != item.reaction_id})
    return max(same[item.said] - 1, len(near))


def remarks_told(connection: Connection, slug: str, said: Mapping[int, Saying]) -> list[dict[str, Any]]:
    """What is said, by claim, that which most say first: rows of the view ``remarks`` without the words, for whose reaction_id
    stands; ``word`` is one that most of the remark share (None where unknown), by which a list finds them.
    """
    found = []
    for row in remarks_of(connection, slug)[:MAX_REMARKS]:
        own = said.get(row["reaction_id"])
        texts = words_of_remarks(connection, [own.remark_id])[own.remark_id] if own else {}
        kept = {name: value for name, value in row.items() if name not in ("remark", "story")}
        found.append({**kept, "word": shared_word(texts.values())})
    return found
