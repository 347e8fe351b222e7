"""One article of a story with its versions, its copies and what it shows."""

from typing import Any

from sqlalchemy import Connection

from storywake.collector.records import TieKind

from .statements import statements

SQL = statements("article")
MAX_SHOWN = 50
"""Reactions of a kind on an article's page."""
Row = dict[str, Any]


def find_article(connection: Connection, article_id: int) -> Row | None:
    """An article with its story, dropped or not; None where there is none."""
    row = connection.execute(SQL["article"], {"article_id": article_id}).mappings().first()
    return dict(row) if row else None


def versions_of(connection: Connection, article_id: int) -> list[Row]:
    """The versions seen of an article, oldest first: id, seen_at, title, letters."""
    return [dict(row) for row in connection.execute(SQL["versions"], {"article_id": article_id}).mappings()]


def version_of(connection: Connection, article_id: int, version: int) -> Row | None:
    """A version's title and text; None where the article has no such version."""
    values = {"article_id": article_id, "version": version}
    row = connection.execute(SQL["version"], values).mappings().first()
    return dict(row) if row else None


def relatives_of(connection: Connection, article: Row) -> list[Row]:
    """The articles with the same text: kind first (it had it before this one) or copy."""
    values = {name: article[name] for name in ("story_id", "article_id", "copy_of")}
    return [dict(row) for row in connection.execute(SQL["relatives"], values).mappings()]


def shown_by(connection: Connection, article: Row, tie: TieKind) -> list[Row]:
    """The reactions that an article ties to the story in a way, oldest first."""
    values = {"story_id": article["story_id"], "url": article["url"], "key": article["key"], "tie": tie.value}
    return [dict(row) for row in connection.execute(SQL["shown"], {**values, "most": MAX_SHOWN}).mappings()]
