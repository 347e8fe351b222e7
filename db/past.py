"""The stories as they were known at a time: counts, stances and reach up to then, and what was new in a span before it.

One question for all stories, each answered by story (its slug). At the present they say what the report says.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlmodel import func, select

from storywake.collector.stance import COUNTED

from .deliveries import Window
from .models import Reaction
from .statements import statements
from .stories import StoryRow, stories

SQL = statements("past")
COUNTS = ("likes", "reposts", "replies", "quotes", "views")
FOREVER = "9999-12-31T23:59:59Z"


class Probable(NamedTuple):
    """What a reaction counts as towards a claim, and an assessor's probabilities of the four stances.

    The probabilities are None where that assessor did not read it. ``covered``: whether its language and the kind of
    claim were measured and held.
    """

    story: str
    claim: str
    counted: str | None
    by_person: bool
    support: float | None
    deny: float | None
    query: float | None
    comment: float | None
    covered: bool | None


class ProbableNow(NamedTuple):
    """The same of a reaction now, with when and where it was posted and its counts."""

    claim: str
    counted: str
    at: str
    platform: str
    language: str | None
    likes: int | None
    reposts: int | None
    replies: int | None
    quotes: int | None
    by_person: bool
    support: float | None
    deny: float | None
    query: float | None
    comment: float | None
    covered: bool | None


def stories_then(connection: Connection, until: str) -> list[StoryRow]:
    """The stories that were there."""
    return [story for story in stories(connection) if story.created_at <= until]


def sizes_then(connection: Connection, until: str) -> dict[str, tuple[int, int]]:
    """How many reactions were known, by how many people."""
    rows = connection.execute(SQL["sizes_then"], {"until": until})
    return {row.story: (row.reactions, row.people) for row in rows}


def stances_then(connection: Connection, until: str) -> dict[str, list[dict[str, Any]]]:
    """How many reactions took each stance towards each claim: claim, support, deny, query, comment, unclear, in the
    claims' order.
    """
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for row in connection.execute(SQL["stances_then"], {"until": until}):
        table = tables.setdefault(row.story, {})
        table.setdefault(row.claim, {"claim": row.claim, **dict.fromkeys(COUNTED, 0)})[row.stance] = row.n
    return {story: list(table.values()) for story, table in tables.items()}


def reach_then(connection: Connection, until: str) -> dict[str, dict[str, int | None]]:
    """Each count added up over the posts' last observations; None where no platform told it."""
    rows = connection.execute(SQL["reach_then"], {"until": until})
    return {row.story: {name: getattr(row, name) for name in COUNTS} for row in rows}


def corrections_then(connection: Connection, until: str) -> dict[str, list[dict[str, Any]]]:
    """The corrected articles (publisher, title, url, correction); one that was read anew since is left out, as it may
    have been corrected since.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(SQL["corrections_then"], {"until": until}).mappings():
        found.setdefault(row["story"], []).append(dict(row))
    return found


def new_then(connection: Connection, window: Window, most: int) -> dict[str, tuple[int, list[dict[str, Any]]]]:
    """The reactions that a digest tells as new: how many, and the newest ``most`` of a story."""
    values = {"since": window.since, "after": window.after, "until": window.until, "most": most}
    found: dict[str, tuple[int, list[dict[str, Any]]]] = {}
    for row in connection.execute(SQL["new_then"], values).mappings():
        found.setdefault(row["story"], (row["n"], []))[1].append(dict(row))
    return found


def probabilities_then(connection: Connection, assessor: str, until: str) -> list[Probable]:
    """What was known at ``until`` of all stories' reactions towards their claims, with the probabilities by
    ``assessor``.
    """
    rows = connection.execute(SQL["probabilities_then"], {"until": until, **_named(assessor)})
    return [Probable._make(row) for row in rows]


def probabilities_of(connection: Connection, assessor: str, slug: str) -> list[ProbableNow]:
    """What a story's reactions count as towards its claims, with the probabilities by ``assessor``, in the claims'
    order.
    """
    rows = connection.execute(SQL["probabilities_of"], {"slug": slug, "until": FOREVER, **_named(assessor)})
    return [ProbableNow._make(row) for row in rows]


def _named(assessor: str) -> dict[str, str]:
    return {"assessor": f"{assessor}%", "unadapted": f"{assessor}@%"}


def last_reaction(connection: Connection) -> int:
    """The highest reaction id; 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(Reaction.id), 0))).scalar_one())
