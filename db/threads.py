"""Threads: how many answers a platform told of, how many are stored, and when they are looked at."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from .looks import Look
from .many import rows_among, run_many
from .statements import statements

SQL = statements("threads")


class Thread(NamedTuple):
    """The answers to a post: how many its platform told of, how many are stored and not gone, and the look at them."""

    post_id: int
    platform: str
    kind: str
    told: int | None
    stored: int
    look_id: int
    due_at: str | None
    last_at: str | None
    grown_at: str | None
    added_at: str
    told_before: int | None
    idle: int


class Woken(NamedTuple):
    """When a thread's look is due (None: not until it is woken), what was told, and how often it was asked in vain."""

    look_id: int
    due_at: str | None
    told: int
    idle: int


def threads_of(connection: Connection, posts: Collection[int], whole: Collection[str]) -> list[Thread]:
    """The threads of ``posts`` that have looks. Platforms in ``whole`` count answers to answers as well."""
    rows = [Thread._make(row) for row in rows_among(connection, SQL["threads_of"], sorted(posts))]
    deep = {row.post_id for row in rows if row.platform in whole and row.kind == "replies"}
    stored = {row.root: row.stored for row in rows_among(connection, SQL["stored_below"], list(deep))}
    return [
        row._replace(stored=stored.get(row.post_id, 0)) if row.post_id in deep and row.kind == "replies" else row
        for row in rows
    ]


def threads_above(connection: Connection, posts: Collection[int]) -> list[tuple[int, int, Look]]:
    """For each of ``posts`` that answers another, its id and its thread: how many answers were told of at its top, and
    the look there.
    """
    rows = map(tuple, rows_among(connection, SQL["threads_above"], sorted(posts)))
    return [(start, told or 0, Look._make(look)) for start, told, *look in rows]


def wake(connection: Connection, woken: Sequence[Woken]) -> None:
    """Writes when threads are due."""
    run_many(connection, SQL["wake"], [thread._asdict() for thread in woken])


def wake_answers(connection: Connection, posts: Collection[int], at: str) -> None:
    """Makes the looks at the answers to ``posts`` due, since their platform counts fewer answers than before."""
    found = rows_among(connection, SQL["looks_at_answers"], sorted(posts))
    run_many(connection, SQL["due_sooner"], [{"id": row.id, "at": at} for row in found])
