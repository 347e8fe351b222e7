"""How fast a story's posts gather: those that reached furthest, and others beyond what their accounts usually gather."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from storywake.db.reporting import reach_among, reach_beside_usual

from .carried import MAX_FURTHEST

MAX_COMPARED = 50
"""Posts that are looked through, those with most engagement."""
MAX_BEYOND = 5
MIN_BEYOND = 2.0
"""Times what its account usually gathers, from which a post is told for that."""
Row = dict[str, Any]


def paces(connection: Connection, furthest: Sequence[int]) -> list[Row]:
    """Rows of the view ``reach``: of the first ``MAX_FURTHEST`` of some reactions, and of those among the first
    ``MAX_COMPARED`` that went beyond their accounts' usual. ``furthest`` and what is given back have most engagement first.
    """
    compared = {row["reaction_id"]: row for row in reach_beside_usual(connection, furthest[:MAX_COMPARED])}
    known = [
        compared[number] for number in furthest[:MAX_COMPARED] if number in compared and compared[number]["engagement"]
    ]
    others = [row for row in known[MAX_FURTHEST:] if (row["beside_usual"] or 0) >= MIN_BEYOND]
    beyond = sorted(others, key=lambda row: -row["beside_usual"])[:MAX_BEYOND]
    told = [row["reaction_id"] for row in known[:MAX_FURTHEST] + [row for row in others if row in beyond]]
    rows = {row["reaction_id"]: row for row in reach_among(connection, told)}
    return [rows[number] for number in told]
