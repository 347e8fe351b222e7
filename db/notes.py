"""Notes that a crowd wrote about posts."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from storywake.collector.platforms.x.notes import LEVELS, Note, Status

from .many import run_many
from .statements import statements

SQL = statements("notes")
Row = dict[str, Any]


def noted_posts(connection: Connection, platform: str) -> dict[str, int]:
    """The posts of a platform that stories hold: their rows by their ids there."""
    rows = connection.execute(SQL["noted_posts"], {"platform": platform})
    return {row.external_id: row.id for row in rows}


def save_notes(
    connection: Connection,
    posts: Mapping[str, int],
    notes: Mapping[str, Note],
    statuses: Sequence[Status],
    ratings: Mapping[str, Mapping[str, int]] | None,
    at: str,
) -> None:
    """Stores what a day's files tell: all notes on ``posts``, their statuses, and their ratings where these were read.

    A stored note that the files do not have is gone. Of a note's statuses the last of the list is the current one.
    """
    rows = [{**note._asdict(), "post_id": posts[note.post_id], "at": at} for note in notes.values()]
    run_many(connection, SQL["save_note"], sorted(rows, key=lambda row: str(row["note_id"])))
    known = known_notes(connection)
    told = [status._asdict() for status in statuses if status.note_id in known]
    run_many(connection, SQL["save_status"], told)
    run_many(connection, SQL["set_status"], list({row["note_id"]: row for row in told}.values()))
    if ratings is not None:
        run_many(connection, SQL["set_ratings"], [_counted(note_id, ratings) for note_id in sorted(notes)])
    run_many(connection, SQL["set_gone"], [{"note_id": one, "at": at} for one in sorted(known - notes.keys())])


def _counted(note_id: str, ratings: Mapping[str, Mapping[str, int]]) -> Row:
    found = ratings.get(note_id, {})
    return {"note_id": note_id, **{level.lower(): found.get(level, 0) for level in LEVELS}}


def known_notes(connection: Connection) -> set[str]:
    """The ids of the notes that are stored and not gone, on posts that stories hold."""
    return {row.id for row in connection.execute(SQL["known_notes"])}


def notes_of(connection: Connection, post_id: int) -> list[Row]:
    """The notes on a post, the earliest first, each with ``history``: its statuses (since, status), oldest first."""
    notes = [dict(row) for row in connection.execute(SQL["notes_of"], {"post_id": post_id}).mappings()]
    statuses = connection.execute(SQL["statuses"], {"post_id": post_id}).all()
    for note in notes:
        note["history"] = [{"since": s.since, "status": s.status} for s in statuses if s.note_id == note["note_id"]]
    return notes


def notes_of_story(connection: Connection, slug: str) -> list[Row]:
    """The rows of the view ``notes`` about a story."""
    return [dict(row) for row in connection.execute(SQL["notes_of_story"], {"story": slug}).mappings()]
