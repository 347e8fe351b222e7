"""How far each stream has been read."""

from sqlalchemy import Connection
from sqlmodel import select

from .models import StreamCursor
from .statements import statements

SQL = statements("cursors")


def stream_cursor(connection: Connection, stream: str) -> int | None:
    """How far a stream was read; None where it never was."""
    found: int | None = connection.execute(select(StreamCursor.position).where(StreamCursor.stream == stream)).scalar()
    return found


def move_cursor(connection: Connection, stream: str, position: int) -> None:
    """Records how far a stream was read; never back."""
    connection.execute(SQL["move"], {"stream": stream, "position": position})
