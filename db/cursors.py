"""How far each stream has been read."""

from typing import NamedTuple

from sqlalchemy import Connection, update
from sqlmodel import col

from .models import StreamCursor, Unheard
from .rows import select_rows
from .statements import statements

SQL = statements("cursors")


class Place(NamedTuple):
    """How far a stream was read: a position as its host counts, and when that was; another host counts otherwise."""

    position: int
    host: str | None = None
    kind: str | None = None
    heard_at: str | None = None


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
    """Makes a stream's places nobody's, so that only their times count: its host counts otherwise from now on."""
    for table in (StreamCursor, Unheard):
        connection.execute(update(table).where(col(table.stream) == stream).values(host=None))
