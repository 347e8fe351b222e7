"""What reports are made of: rows of the views, of one story."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from .many import rows_among
from .statements import statements

SQL = statements("reporting")
Row = dict[str, Any]
"""A view's row by its columns, as reports and exports print it."""


class StanceCount(NamedTuple):
    """How many reactions take a stance (``counted``: one of the four, or unclear) towards a claim."""

    claim: str
    position: int
    counted: str
    n: int


def _rows(connection: Connection, name: str, **values: Any) -> list[Row]:
    return [dict(row) for row in connection.execute(SQL[name], values).mappings()]


def reactions_of(connection: Connection, slug: str) -> list[Row]:
    """A story's rows of the view ``reactions``, in the order in which they were posted; truth values are bools."""
    rows = _rows(connection, "reactions", slug=slug)
    for row in rows:
        row["deleted"] = bool(row["deleted"])
        row["unclear"] = None if row["unclear"] is None else bool(row["unclear"])
    return rows


def new_reactions(connection: Connection, slug: str, since: str | None) -> list[Row]:
    """A story's reactions first seen after ``since`` (all where None), newest first."""
    return _rows(connection, "new_reactions", slug=slug, since=since or "")


def witnesses_of(connection: Connection, story_id: int) -> dict[int, list[Row]]:
    """What each of a story's reactions rests on: tie, source, rests_on, words, verbatim."""
    found: dict[int, list[Row]] = {}
    for row in _rows(connection, "witnesses", story_id=story_id):
        found.setdefault(row.pop("reaction_id"), []).append(row)
    return found


class ReactedBy(NamedTuple):
    """Whose a reaction is."""

    kind: str
    person_id: int | None
    account_id: int | None
    reaction_id: int


def reacted_by(connection: Connection, story_id: int) -> list[ReactedBy]:
    """Whose each of a story's reactions is."""
    return [ReactedBy._make(row) for row in connection.execute(SQL["reacted_by"], {"story_id": story_id})]


def links_of(connection: Connection, story_id: int) -> dict[int, list[str]]:
    """The links in each of a story's reactions."""
    rows = connection.execute(SQL["links"], {"story_id": story_id})
    return {row.id: (row.links or "").split() for row in rows}


def articles_of(connection: Connection, slug: str) -> list[Row]:
    """A story's rows of the view ``articles``: the original, what came before it, what covers it, the rest."""
    rows = _rows(connection, "articles", slug=slug)
    return [{**row, "corrected": bool(row["corrected"])} for row in rows]


def people_of(connection: Connection, slug: str) -> list[Row]:
    """A story's people: person, affiliation, accounts, reactions, rests_on; those who reacted most first."""
    return _rows(connection, "people", slug=slug)


def reach_of(connection: Connection, slug: str) -> list[Row]:
    """A story's rows of the view ``reach_over_time``."""
    return _rows(connection, "reach_over_time", slug=slug)


def reach_beside_usual(connection: Connection, reactions: Sequence[int]) -> list[Row]:
    """Of some reactions the engagement, and ``beside_usual`` as the view ``reach`` has it, which costs a thirtieth of its whole rows."""
    return [dict(row._mapping) for row in rows_among(connection, SQL["reach_beside_usual"], reactions)]


def reach_among(connection: Connection, reactions: Sequence[int]) -> list[Row]:
    """The rows of the view ``reach`` of some reactions."""
    return [dict(row._mapping) for row in rows_among(connection, SQL["reach_among"], reactions)]


def stance_counts(connection: Connection, slug: str) -> list[StanceCount]:
    """How many reactions take each stance towards each claim of a story, in the claims' order."""
    return [StanceCount._make(row) for row in connection.execute(SQL["stance_counts"], {"slug": slug})]


def stance_over_time(connection: Connection, slug: str) -> list[Row]:
    """A story's rows of the view ``stance_over_time``."""
    return _rows(connection, "stance_over_time", slug=slug)
