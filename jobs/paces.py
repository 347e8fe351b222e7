"""How fast a story's posts gather: those that reached furthest, and others beyond what their accounts usually gather."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from storywake.db.reporting import reach_among

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
    rows = {row["reaction_id"]: row for row in reach_among(connection, furthest[:MAX_COMPARED])}
    known = [rows[number] for number in furthest[:MAX_COMPARED] if number in rows and rows[number]["engagement"]]
    others = [row for row in known[MAX_FURTHEST:] if (row["beside_usual"] or 0) >= MIN_BEYOND]
    told = sorted(others, key=lambda row: -row["beside_usual"])[:MAX_BEYOND]
    return known[:MAX_FURTHEST] + [row for row in others if row in told]
