"""How far each stream has been read, and whose past was read of it."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, update
from sqlmodel import col

from .models import Story, StreamCursor
from .rows import select_rows
from .statements import statements

SQL = statements("cursors")


class Place(NamedTuple):
    """How far a stream was read: a position as its host counts, and when that was; another host counts otherwise."""

    position: int
    host: str | None = None
    kind: str | None = None
    heard_at: str | None = None


class Unreplayed(NamedTuple):
    """A story whose past was not read of a stream yet; ``published_at`` is its article's, where that is known."""

    id: int
    created_at: str
    published_at: str | None


def stream_cursor(connection: Connection, stream: str) -> int | None:
    """How far a stream was read; None where it never was."""
    place = stream_place(connection, stream)
    return place.position if place else None


def stream_place(connection: Connection, stream: str) -> Place | None:
    """How far a stream was read, and at whom; None where it never was."""
    row = connection.execute(select_rows(StreamCursor, Place).where(col(StreamCursor.stream) == stream)).first()
    return Place._make(row) if row else None


def move_cursor(connection: Connection, stream: str, place: Place | int) -> None:
    """Records how far a stream was read; never back at the same host. A number alone is a place in what has one host."""
    place = place if isinstance(place, Place) else Place(place)
    connection.execute(SQL["move"], {"stream": stream, **place._asdict()})


def forget_host(connection: Connection, stream: str) -> None:
    """Makes a stream's place nobody's, so that only its time counts: its host counts otherwise from now on."""
    connection.execute(update(StreamCursor).where(col(StreamCursor.stream) == stream).values(host=None))


def unreplayed(connection: Connection, since: str) -> list[Unreplayed]:
    """The stories that have been watched since ``since`` at the earliest and whose past was not read yet."""
    return [Unreplayed._make(row) for row in connection.execute(SQL["unreplayed"], {"since": since})]


def mark_replayed(connection: Connection, stories: Collection[int], at: str) -> None:
    """Records that the past of stories was read."""
    connection.execute(update(Story).where(col(Story.id).in_(stories)).values(replayed_at=at))
