"""A story's reactions as a list that can be asked: filtered, sorted, a page at a time."""

from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from storywake.collector.records import Stance


class Sort(StrEnum):
    """The orders of a list."""

    REACH = "reach"
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


POSTED = "COALESCE(posted_at, first_seen_at)"
REACH = "COALESCE(likes, 0) + COALESCE(reposts, 0) + COALESCE(replies, 0) + COALESCE(quotes, 0)"
ORDERS = {
    Sort.REACH: f"{REACH} DESC, {POSTED} DESC",
    Sort.NEW: f"{POSTED} DESC",
    Sort.OLD: POSTED,
    Sort.UNSURE: "CASE WHEN stance_probability IS NULL THEN 1 ELSE 0 END, stance_probability",
}


def list_reactions(
    connection: Connection, slug: str, question: Question, limit: int | None = None, skip: int = 0
) -> tuple[list[dict[str, Any]], int]:
    """Rows of the view ``reactions`` that a question asks for, from the ``skip``-th on, and how many it asks for in
    all.
    """
    wanted, values = _conditions(question)
    values["story"] = slug
    where = " AND ".join(["story = :story", *wanted])
    total = connection.execute(text(f"SELECT COUNT(*) FROM reactions WHERE {where}"), values).scalar_one()  # noqa: S608
    part = "" if limit is None else " LIMIT :limit OFFSET :skip"
    query = f"SELECT * FROM reactions WHERE {where} ORDER BY {ORDERS[question.sort]}, reaction_id{part}"  # noqa: S608
    rows = connection.execute(text(query), values | ({} if limit is None else {"limit": limit, "skip": skip}))
    return [dict(row) for row in rows.mappings()], int(total)


def _conditions(question: Question) -> tuple[list[str], dict[str, Any]]:
    """What a row must fulfil, and the values in it. Nothing that was asked stands in the words of the query."""
    found: list[str] = []
    values: dict[str, Any] = {}
    for name in ("platform", "stance", "language", "person", "tie"):
        if (value := getattr(question, name)) is not None:
            found.append(f"{name} = :{name}")
            values[name] = str(value)
    if question.unclear is not None or question.stance is not None:
        found.append("unclear" if question.unclear else "(unclear IS NULL OR NOT unclear)")
    if question.since is not None:
        found.append(f"{POSTED} >= :since")
        values["since"] = question.since
    if question.until is not None:
        found.append(f"{POSTED} < :until")
        values["until"] = question.until
    if question.words:
        plain = question.words.translate({ord(c): f"!{c}" for c in "!%_"})
        ways = {plain, plain.lower(), plain.capitalize(), plain.upper()}  # SQLite knows the cases of ASCII alone
        values |= {f"words{n}": f"%{way}%" for n, way in enumerate(sorted(ways))}
        alike = " OR ".join(
            f"LOWER(text) LIKE LOWER(:words{n}) ESCAPE '!' OR text LIKE :words{n} ESCAPE '!'" for n in range(len(ways))
        )
        found.append(f"({alike})")
    return found, values
