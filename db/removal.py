"""Taking a story out of the database, with everything that no other story needs."""

from typing import NamedTuple

from sqlalchemy import Connection, bindparam
from sqlmodel import col, select

from .models import Story
from .statements import statements
from .stories import StoryRow

SQL = statements("removal")
HELD = select(Story.id).where(col(Story.id) == bindparam("story_id")).with_for_update()
"""Waits for whoever is storing something of a story, and lets nobody begin to."""


class Removed(NamedTuple):
    """What a story's removal took out."""

    reactions: int
    posts: int
    answers: int


def remove_story(connection: Connection, story: StoryRow) -> Removed:
    """Deletes a story, its answers and its posts, but for those that another story has too.

    The statements of ``removal.sql`` run in the order of the file: first what goes is written down, then it is deleted.
    """
    connection.execute(HELD, {"story_id": story.id})
    counts = {}
    for name, statement in SQL.items():
        # A value, not a parameter: PostgreSQL takes none where a table is made. It is the number of a row.
        words = statement.text.replace(":story_id", str(int(story.id)))
        counts[name] = connection.exec_driver_sql(words).rowcount
    return Removed(counts["reactions"], counts["posts"], counts["evidence"])
