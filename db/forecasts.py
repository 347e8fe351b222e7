"""Forecasts of stories, kept at each age so that they can be compared with what came."""

from collections.abc import Mapping

from sqlalchemy import Connection

from storywake.collector.figures.forecast import Forecast

from .many import run_many
from .statements import statements

SQL = statements("forecasts")


def keep_forecasts(connection: Connection, story_id: int, forecasts: Mapping[str, Forecast], at: str) -> None:
    """Keeps what was forecast of a story's counts at a time, by their names; what could not be is left out."""
    rows = [
        {**told._asdict(), "story_id": story_id, "counted": name, "made_at": at}
        for name, told in sorted(forecasts.items())
        if told.why is None
    ]
    run_many(connection, SQL["keep"], rows)
