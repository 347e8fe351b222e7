"""Who answers and quotes whom in a story."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from .statements import statements

SQL = statements("interchange")
MAX_BATCH = 1000
"""Rows held at once."""


class Speaker(NamedTuple):
    """An account that reacts to a story; names are None where its holder was erased."""

    id: int
    platform: str
    handle: str | None
    name: str | None
    followers: int | None
    person: str | None
    reactions: int
    first_seen_at: str


class Answers(NamedTuple):
    """How often an account answers (``replies``) or quotes (``quotes``) another."""

    source: int
    target: int
    kind: str
    weight: int


def speakers(connection: Connection, story_id: int) -> Iterator[Speaker]:
    """The accounts that react to a story, one after another."""
    rows = connection.execution_options(yield_per=MAX_BATCH).execute(SQL["accounts"], {"story_id": story_id})
    return (Speaker._make(row) for row in rows)


def answers(connection: Connection, story_id: int) -> Iterator[Answers]:
    """Who answers and quotes whom, one after another."""
    rows = connection.execution_options(yield_per=MAX_BATCH).execute(SQL["answers"], {"story_id": story_id})
    return (Answers._make(row) for row in rows)
