"""What of all stories tells which of them needs a look."""

from typing import NamedTuple

from sqlalchemy import Connection

from .statements import statements

SQL = statements("attention")


class Size(NamedTuple):
    """How many reactions a story has, and how many of them were found in the last span and in the one before it."""

    reactions: int
    fresh: int
    earlier: int


def sizes(connection: Connection, since: str, before: str) -> dict[int, Size]:
    """The sizes of stories by id; those without reactions are left out."""
    rows = connection.execute(SQL["sizes"], {"since": since, "before": before})
    return {row.story_id: Size(row.reactions, int(row.fresh), int(row.earlier)) for row in rows}


def happened(connection: Connection, since: str) -> dict[str, dict[str, int]]:
    """How much of each kind (of the view ``changes``) happened since a time, by a story's slug."""
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(SQL["happened"], {"since": since}):
        found.setdefault(row.story, {})[row.kind] = row.n
    return found


def waiting(connection: Connection) -> dict[int, int]:
    """How many webmentions wait to be verified, by story."""
    return {row.story_id: row.n for row in connection.execute(SQL["waiting"])}


def last_looks(connection: Connection) -> dict[int, str]:
    """When stories were last looked at; those that never were are left out."""
    return {row.story_id: row.at for row in connection.execute(SQL["last_looks"]) if row.at}
