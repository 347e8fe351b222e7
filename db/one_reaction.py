"""One reaction with all that is known of it."""

from typing import Any

from sqlalchemy import Connection, TextClause

from .notes import notes_of
from .statements import statements

SQL = statements("reaction")
LABELS = statements("labelling")
MAX_ANSWERS = 50
"""Answers to a post, near-copies of it, and answers that showed it."""
Row = dict[str, Any]


def find_reaction(connection: Connection, reaction_id: int) -> Row | None:
    """A reaction with its story, post, account and person, dropped or not; None where there is none."""
    row = connection.execute(SQL["reaction"], {"reaction_id": reaction_id}).mappings().first()
    return dict(row) if row else None


def parts_of(connection: Connection, row: Row) -> dict[str, list[Row]]:
    """What belongs to a reaction (``row`` as ``find_reaction`` gives it), each as rows.

    Keys: witnesses (surest first), observations and revisions (oldest first), reach (one row of the view, or none),
    odd_steps (newest first), answers_kept (newest first), assessments (by claim, what is in force first), labels (newest
    first), above (what it answers and quotes), below (what answers and quotes it), alike (what says the same), notes (a
    crowd's, with their history).
    """
    values = {**row, "most": MAX_ANSWERS}
    parts = (
        "witnesses", "observations", "reach", "odd_steps", "revisions", "answers_kept", "assessments", "above", "below",
        "alike",
    )  # fmt: skip
    found = {name: _rows(connection, SQL[name], values) for name in parts}
    return found | {
        "labels": _rows(connection, LABELS["labels_of"], values),
        "notes": notes_of(connection, row["post_id"]),
    }


def observations_of(connection: Connection, post_id: int) -> list[Row]:
    """A post's counts, oldest first."""
    return _rows(connection, SQL["observations"], {"post_id": post_id})


def _rows(connection: Connection, statement: TextClause, values: Row) -> list[Row]:
    """The rows of a statement, given those of ``values`` that it names."""
    asked = {name: values[name] for name in statement.compile().params}
    return [dict(row) for row in connection.execute(statement, asked).mappings()]
