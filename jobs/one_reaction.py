"""A reaction's page in facts: its words and counts over time, what it rests on, its stance and who said so."""

from collections.abc import Sequence
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process
from sqlalchemy import Connection

from storywake.collector.match.copies import is_copy, signature
from storywake.collector.stance import STANCES
from storywake.db.one_reaction import find_reaction, parts_of
from storywake.db.post_keys import ERASED

from .charts import counts_chart, thinned
from .word_changes import word_changes

ALIKE = 85.0
"""Likeness (0 to 100, Indel) of words from which short posts are near-copies."""
MAX_COUNTS = 24
"""Rows of a table of counts."""
Row = dict[str, Any]


def reaction_facts(connection: Connection, reaction_id: int) -> Row | None:
    """All that a reaction's page shows; None where there is none.

    Keys: reaction (with ``erased``), witnesses, counts (some observations), has_chart, reach (its row of the view, or None
    where it has no counts), odd_steps, versions (at, pieces), claims (claim, number, now, older, labels), answers_kept,
    above, below, notes, alike.
    """
    reaction = find_reaction(connection, reaction_id)
    if reaction is None:
        return None
    reaction["erased"] = reaction["key"].startswith(ERASED)
    parts = parts_of(connection, reaction)
    return {
        "reaction": reaction,
        "witnesses": parts["witnesses"],
        "counts": thinned(parts["observations"], MAX_COUNTS),
        "has_chart": counts_chart(parts["observations"]) is not None,
        "reach": next((row for row in parts["reach"] if row["looks"]), None),
        "odd_steps": parts["odd_steps"],
        "versions": versions(parts["revisions"], reaction["text"]),
        "claims": judged(parts["assessments"], parts["labels"]),
        "answers_kept": parts["answers_kept"],
        "above": parts["above"],
        "below": parts["below"],
        "notes": parts["notes"],
        "alike": [other for other in parts["alike"] if is_near_copy(reaction["text"], other["text"])],
    }


def versions(revisions: Sequence[Row], text: str | None) -> list[Row]:
    """The changes of a post's words, oldest first: at (when the words before were found replaced), pieces."""
    if text is None:
        return []
    after = [*(row["text"] for row in revisions[1:]), text]
    return [
        {"at": row["replaced_at"], "pieces": word_changes(row["text"], new)}
        for row, new in zip(revisions, after, strict=False)
    ]


def judged(assessments: Sequence[Row], labels: Sequence[Row]) -> list[Row]:
    """By claim, in the claims' order: claim, number (from 1), now (what is in force, or None), older (assessments that
    are not), labels (analysts' judgements, newest first, also those replaced or taken back).
    """
    found: dict[int, Row] = {}
    for row in assessments:
        claim = found.setdefault(
            row["claim_id"], {"claim": row["claim"], "number": len(found) + 1, "now": None, "older": [], "labels": []}
        )
        if row["model"] is None:
            continue
        row["probabilities"] = {stance: row[stance] for stance in STANCES}
        if claim["now"] is None:
            claim["now"] = row
        else:
            claim["older"].append(row)
    for label in labels:
        if label["claim_id"] in found:
            found[label["claim_id"]]["labels"].append(label)
    return list(found.values())


def is_near_copy(one: str | None, other: str | None) -> bool:
    """Whether two posts say the same in nearly the same words."""
    if not one or not other:
        return False
    return (
        is_copy(signature(one), signature(other))
        or fuzz.ratio(one, other, processor=default_process, score_cutoff=ALIKE) > 0
    )
