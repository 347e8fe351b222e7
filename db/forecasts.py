"""Forecasts of stories, kept at each age so that they can be compared with what came."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.figures.forecast import Forecast

from .many import run_many
from .statements import statements

SQL = statements("forecasts")


class Outlook(NamedTuple):
    """What a story's reactions were last forecast to be a week after it came out."""

    seen: int
    low: int
    high: int
    alike: int  # cascades that it rests on
    own: int  # stories kept here that it rests on


def outlook_of(connection: Connection, story_id: int, since: str, until: str) -> Outlook | None:
    """The last forecast of a story's reactions that was made after ``since`` and no later than ``until``."""
    row = connection.execute(SQL["outlook"], {"story_id": story_id, "since": since, "until": until}).first()
    return Outlook._make(row) if row else None


def keep_forecasts(connection: Connection, story_id: int, forecasts: Mapping[str, Forecast], at: str) -> None:
    """Keeps what was forecast of a story's counts at a time, by their names; what could not be is left out."""
    rows = [
        {**told._asdict(), "story_id": story_id, "counted": name, "made_at": at}
        for name, told in sorted(forecasts.items())
        if told.why is None
    ]
    run_many(connection, SQL["keep"], rows)
