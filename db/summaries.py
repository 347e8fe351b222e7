"""The figures that are kept ready of each story, and by what it is told that they have to be made anew."""

import json
from typing import Any, NamedTuple

from sqlalchemy import Connection

from .statements import statements

SQL = statements("summaries")


class Kept(NamedTuple):
    """A story's figures as they were made (``jobs/summary.py`` says what they hold)."""

    state: str
    made_at: str
    took: float  # seconds
    figures: dict[str, Any]


def kept_summary(connection: Connection, story_id: int) -> Kept | None:
    """The figures kept of a story; None where there are none."""
    row = connection.execute(SQL["kept"], {"story_id": story_id}).first()
    if row is None:
        return None
    return Kept(row.state, row.made_at, row.took, json.loads(row.figures))


def kept_series(connection: Connection, story_id: int) -> dict[str, Any]:
    """What is kept of a story's ``stance`` and ``reach`` over time: rows of the views, thinned; and ``drawn``, by claim,
    the estimates of its stances by hour. None where nothing is kept.
    """
    found = connection.execute(SQL["series"], {"story_id": story_id}).scalar()
    kept: dict[str, Any] = json.loads(found) if found else {"stance": [], "reach": [], "drawn": {}}
    return kept


def keep_summary(
    connection: Connection, story_id: int, made: Kept, series: dict[str, Any], curve: dict[str, Any]
) -> None:
    """Keeps a story's figures; nothing is kept of a story that was removed meanwhile."""
    words = {"figures": made.figures, "series": series, "curve": curve}
    values = {name: json.dumps(value, ensure_ascii=False) for name, value in words.items()}
    connection.execute(
        SQL["keep"],
        {"story_id": story_id, "state": made.state, "made_at": made.made_at, "took": made.took, **values},
    )


def summary_state(connection: Connection, story_id: int) -> str:
    """What a story's figures rest on, as a word that changes whenever it does."""
    row = connection.execute(SQL["state"], {"story_id": story_id}).one()
    return " ".join("" if value is None else str(value) for value in row)


def other_curves(connection: Connection, story_id: int) -> list[dict[str, Any]]:
    """How large each other story was at each age, as ``keep_summary`` was given it."""
    return [json.loads(row.curve) for row in connection.execute(SQL["curves"], {"story_id": story_id})]
