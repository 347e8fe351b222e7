"""What of a stream's past was not heard: what is still to be read of it, and what was left out for good."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, insert, update
from sqlmodel import col

from .models import Story, Unheard
from .statements import statements

SQL = statements("unheard")


class Unreplayed(NamedTuple):
    """A story whose past was not read of a stream yet; ``published_at`` is its article's, where that is known."""

    id: int
    created_at: str
    published_at: str | None


class Stretch(NamedTuple):
    """A stretch of a stream that is to be read: for a story, or for all that are watched (``story_id`` None)."""

    id: int
    story_id: int | None
    since: str
    host: str | None
    position: int | None
    bytes: int
    cut_at: str | None


class Missing(NamedTuple):
    """What a story lacks of a stream's past, in times; ``note`` says why. It is still to be read unless it was ``cut``."""

    story: str
    story_id: int
    since: str
    until: str
    note: str | None
    cut: bool


def unreplayed(connection: Connection, stream: str, since: str) -> list[Unreplayed]:
    """The stories that have been watched since ``since`` at the earliest and of whose past nothing is noted yet."""
    rows = connection.execute(SQL["unreplayed"], {"stream": stream, "since": since})
    return [Unreplayed._make(row) for row in rows]


def note_unheard(
    connection: Connection,
    stream: str,
    since: str,
    until: str,
    *,
    story_id: int | None = None,
    host: str | None = None,
    position: int | None = None,
) -> None:
    """Notes that a stretch is to be read: from a time on, or after a position as a host counts."""
    row = {"since": since, "until": until, "story_id": story_id, "host": host, "position": position}
    connection.execute(insert(Unheard).values(stream=stream, **row))


def waiting(connection: Connection, stream: str, at: str) -> list[Stretch]:
    """The stretches that are to be read, for stories that are watched at a time or for all."""
    return [Stretch._make(row) for row in connection.execute(SQL["waiting"], {"stream": stream, "at": at})]


def missing(connection: Connection, stream: str, at: str, story_id: int | None = None) -> list[Missing]:
    """What the stories that are watched at a time, or one of them, lack of a stream's past."""
    rows = connection.execute(SQL["missing"], {"stream": stream, "at": at, "story_id": story_id})
    return [Missing(row.story, row.story_id, row.since, row.until, row.note, bool(row.cut)) for row in rows]


def go_on(
    connection: Connection,
    stretches: Collection[Stretch],
    host: str,
    position: int,
    since: str | None,
    read: int,
    note: str | None,
) -> None:
    """Notes how far stretches were read: a position and its time, how many more bytes that took, and what went wrong."""
    told = {"host": host, "position": position, "since": since, "bytes": read, "note": note}
    connection.execute(SQL["go_on"], [{"id": one.id, **told} for one in stretches])


def fail(connection: Connection, stretches: Collection[Stretch], read: int, note: str) -> None:
    """Notes why nothing could be read of stretches, and how many bytes that took."""
    row = {"note": note, "bytes": col(Unheard.bytes) + read}
    connection.execute(update(Unheard).where(_among(stretches)).values(row))


def cut(connection: Connection, stretches: Collection[Stretch], note: str) -> None:
    """Notes that stretches are too large: what follows where they were read to is left out, unless some was before."""
    left_out = update(Unheard).where(_among(stretches), col(Unheard.cut_at).is_(None))
    connection.execute(left_out.values(cut_at=Unheard.since))
    connection.execute(update(Unheard).where(_among(stretches)).values(note=note))


def close(connection: Connection, stretches: Collection[Stretch], at: str) -> None:
    """Notes that stretches were read: they go, but for those of which some was left out."""
    connection.execute(delete(Unheard).where(_among(stretches), col(Unheard.cut_at).is_(None)))
    connection.execute(update(Unheard).where(_among(stretches)).values(done_at=at))
    stories = [one.story_id for one in stretches if one.story_id is not None]
    connection.execute(update(Story).where(col(Story.id).in_(stories)).values(replayed_at=at))


def _among(stretches: Collection[Stretch]) -> ColumnElement[bool]:
    return col(Unheard.id).in_([one.id for one in stretches])
