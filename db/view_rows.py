"""Rows of a view about one story, a page at a time, each value of the type that the dictionary tells."""

from typing import Any

from sqlalchemy import Connection, text

from .dictionary import ColumnType, dictionary

ORDERS = {
    "articles": "article_id",
    "people": "reactions DESC, person_id",
    "changes": "at DESC, kind, what, COALESCE(reaction_id, 0), COALESCE(article_id, 0), found_at",
    "notes": "reaction_id, written_at, note_id",
    "remarks": "position, stance, reactions DESC, reaction_id",
}
"""The views that can be asked so, and how their rows are sorted."""


def view_rows(connection: Connection, view: str, slug: str, limit: int, skip: int) -> list[dict[str, Any]]:
    """``limit`` rows of a view of ``ORDERS`` about a story, from the ``skip``-th on."""
    names = ", ".join(column.name for column in dictionary()[view].columns)
    query = f"SELECT {names} FROM {view} WHERE story = :story ORDER BY {ORDERS[view]} LIMIT :limit OFFSET :skip"  # noqa: S608
    rows = connection.execute(text(query), {"story": slug, "limit": limit, "skip": skip})
    return [typed(view, dict(row)) for row in rows.mappings()]


def typed(view: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row of a view with truths as bools and numbers as numbers, whatever the database keeps them as."""
    return {
        column.name: MADE.get(column.type, _as_it_is)(row[column.name]) if row[column.name] is not None else None
        for column in dictionary()[view].columns
    }


def _as_it_is(value: Any) -> Any:
    return value


MADE = {ColumnType.BOOLEAN: bool, ColumnType.INTEGER: int, ColumnType.NUMBER: float}
