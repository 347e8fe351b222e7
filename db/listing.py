"""A story's reactions as a list that can be asked: filtered, sorted, a page at a time, or whole, one after another."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from storywake.collector.dates import stamp
from storywake.collector.records import Stance

from .many import rows_among
from .reporting import Row
from .statements import statements

SQL = statements("listing")
FRESH = timedelta(days=1)
"""Growth counts where a post was looked at so shortly before the newest look at any of the story's."""
MAX_AT_ONCE = 1000
"""Rows read at a time where all are asked for."""


class Sort(StrEnum):
    """The orders of a list."""

    REACH = "reach"
    GROWTH = "growth"
    NEW = "new"
    OLD = "old"
    UNSURE = "unsure"


class Question(NamedTuple):
    """What a list is asked for; None asks for all."""

    platform: str | None = None
    stance: Stance | None = None  # with ``unclear`` None or False, what is unclear is no stance
    unclear: bool | None = None
    language: str | None = None
    person: str | None = None
    tie: str | None = None
    since: str | None = None  # a day or a time: posted then or later
    until: str | None = None  # posted earlier than that
    words: str | None = None  # in the text, in any case
    sort: Sort = Sort.REACH
    publisher: str | None = None  # a page or post of theirs, or one that their articles embed or report


REACH = "COALESCE(k.engagement, -1) DESC"
GROWN = "CASE WHEN k.growth IS NULL THEN 2 WHEN k.observed_at >= :fresh THEN 0 ELSE 1 END, COALESCE(k.growth, 0) DESC"
ORDERS = {
    Sort.REACH: f"{REACH}, k.posted_at DESC",
    Sort.GROWTH: f"{GROWN}, {REACH}",
    Sort.NEW: "k.posted_at DESC",
    Sort.OLD: "k.posted_at",
    Sort.UNSURE: f"CASE WHEN k.probability IS NULL THEN 1 ELSE 0 END, k.probability, {REACH}",
}


def list_reactions(
    connection: Connection, slug: str, question: Question, limit: int, skip: int = 0
) -> tuple[list[Row], int]:
    """Rows of the view ``reactions`` that a question asks for, from the ``skip``-th on, and how many it asks for in
    all.
    """
    tables, values = _asked(connection, slug, question)
    if question.words:  # texts are gone through once
        found = _in_order(connection, question, tables, values)
        return _shown(connection, found[skip : skip + limit]), len(found)
    total = connection.execute(text(f"SELECT COUNT(*) {tables}"), values).scalar_one()
    return _shown(connection, _in_order(connection, question, tables, values, limit, skip)), int(total)


def every_reaction(connection: Connection, slug: str, question: Question) -> tuple[list[str], Iterator[list[Any]]]:
    """The columns of the view ``reactions``, and all its rows that a question asks for, read as they are wanted."""
    tables, values = _asked(connection, slug, question)
    found = _in_order(connection, question, tables, values)
    columns = list(connection.execute(SQL["columns"]).keys())
    parts = (found[start : start + MAX_AT_ONCE] for start in range(0, len(found), MAX_AT_ONCE))
    return columns, (list(row.values()) for part in parts for row in _shown(connection, part))


def _in_order(
    connection: Connection, question: Question, tables: str, values: dict[str, Any], limit: int | None = None, skip: int = 0
) -> list[int]:  # fmt: skip
    """The numbers of the reactions that a question asks for."""
    part = "" if limit is None else " LIMIT :limit OFFSET :skip"
    query = f"SELECT k.reaction_id {tables} ORDER BY {ORDERS[question.sort]}, k.reaction_id{part}"
    bounds = {} if limit is None else {"limit": limit, "skip": skip}
    return list(connection.execute(text(query), values | bounds).scalars())


def _shown(connection: Connection, found: list[int]) -> list[Row]:
    """The rows of reactions, in the order of their numbers."""
    rows = {row.reaction_id: dict(row._mapping) for row in rows_among(connection, SQL["rows"], found)}
    return [rows[number] for number in found]


def _asked(connection: Connection, slug: str, question: Question) -> tuple[str, dict[str, Any]]:
    """Where the answers to a question are, and the values in it. Nothing that was asked stands in the words of the
    query.
    """
    values: dict[str, Any] = {"story": connection.execute(SQL["story"], {"slug": slug}).scalar()}
    wanted = ["k.story_id = :story"]
    for name in ("platform", "stance", "language", "tie"):
        if (value := getattr(question, name)) is not None:
            wanted.append(f"k.{name} = :{name}")
            values[name] = str(value)
    if question.unclear is not None or question.stance is not None:
        wanted.append("k.unclear" if question.unclear else "(k.unclear IS NULL OR NOT k.unclear)")
    if question.since is not None:
        wanted.append("k.posted_at >= :since")
        values["since"] = question.since
    if question.until is not None:
        wanted.append("k.posted_at < :until")
        values["until"] = question.until
    if question.person is not None:
        wanted.append("k.person_id IN (" + SQL["persons"].text + ")")
        values["person"] = question.person
    if question.publisher is not None:
        wanted.append("k.reaction_id IN (" + SQL["of_publisher"].text + ")")
        values["publisher"] = question.publisher
    if question.words:
        alike, ways = _alike(connection, question.words)
        wanted.append(f"({alike})")
        values |= ways
    if question.sort is Sort.GROWTH:
        values["fresh"] = _fresh(connection, values["story"])
    posts = "JOIN post p ON p.id = k.post_id " if question.words else ""
    return f"FROM latest k {posts}WHERE {' AND '.join(wanted)}", values


def _alike(connection: Connection, words: str) -> tuple[str, dict[str, str]]:
    """The condition that a post has words in it, in any case, and the values in it. SQLite knows the cases of ASCII
    alone; there other words are looked for as they are, small, large, and with a capital.
    """
    plain = words.translate({ord(c): f"!{c}" for c in "!%_"})
    if connection.dialect.name == "postgresql":
        return "p.text ILIKE :words ESCAPE '!'", {"words": f"%{plain}%"}
    ways = {plain} if plain.isascii() else {plain, plain.lower(), plain.capitalize(), plain.upper()}
    values = {f"words{n}": f"%{way}%" for n, way in enumerate(sorted(ways))}
    return " OR ".join(f"p.text LIKE :{name} ESCAPE '!'" for name in values), values


def _fresh(connection: Connection, story_id: int | None) -> str:
    """The time from which a story's looks are fresh; "" where there was none."""
    newest = connection.execute(SQL["newest_look"], {"story_id": story_id}).scalar()
    return stamp(datetime.fromisoformat(newest) - FRESH) if newest else ""
