"""A story's corrections, and what happened to its reactions since."""

from typing import Any, NamedTuple

from sqlalchemy import Connection

from .articles import SOURCES
from .many import rows_among
from .statements import statements

SQL = statements("correcting")


class Corrected(NamedTuple):
    """A corrected article."""

    id: int
    url: str | None
    publisher: str | None
    role: str
    correction: str | None
    at: str  # when it was first known to be corrected
    by_then: bool  # whether it was so when it was first seen


def corrected_articles(connection: Connection, story_id: int) -> list[Corrected]:
    """A story's corrected articles that reactions may be to, as first seen."""
    return [Corrected._make(row) for row in rows_among(connection, SQL["corrected"], SOURCES, story_id=story_id)]


def gained_since(connection: Connection, story_id: int, at: str) -> tuple[int | None, int]:
    """What the posts from before a time gathered since, and how many of them were observed on both sides of it."""
    row = connection.execute(SQL["gained"], {"story_id": story_id, "at": at}).one()
    return (None if row.engagement is None else int(row.engagement)), row.posts


def corrections_and_headlines(connection: Connection, slug: str) -> list[dict[str, Any]]:
    """A story's corrections and headline changes in the order of time: at, kind, what (publisher), before, after, url,
    article_id, by_then (a correction that was there when its article was first seen).
    """
    return [dict(row) for row in connection.execute(SQL["happened"], {"slug": slug}).mappings()]
