"""Taking a story out of the database, with everything that no other story needs."""

from typing import NamedTuple

from sqlalchemy import Connection, delete
from sqlmodel import col

from .models import JobRun
from .statements import statements
from .stories import StoryRow

SQL = statements("removal")
TEMPORARY = ("going_post", "going_evidence", "going_body", "going_account")
JOBS = ("collect", "discover", "refresh")
"""Jobs that run for one story."""


class Removed(NamedTuple):
    """What a story's removal took out."""

    reactions: int
    posts: int
    answers: int


def remove_story(connection: Connection, story: StoryRow) -> Removed:
    """Deletes a story, its answers and its posts, but for those that another story has too.

    The statements of ``removal.sql`` run in the order of the file: first what goes is written down, then it is deleted.
    """
    counts = {}
    for name, statement in SQL.items():
        # A value, not a parameter: PostgreSQL takes none where a table is made. It is the number of a row.
        words = statement.text.replace(":story_id", str(int(story.id)))
        counts[name] = connection.exec_driver_sql(words).rowcount
    of_story = [f"{job}:{story.slug}" for job in JOBS]
    connection.execute(delete(JobRun).where(col(JobRun.job).in_(of_story)))
    for table in TEMPORARY:
        connection.exec_driver_sql(f"DROP TABLE {table}")
    return Removed(counts["reactions"], counts["posts"], counts["evidence"])
