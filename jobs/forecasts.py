"""What a story is forecast to have gathered a week after it came out, and what there is to say where it cannot be told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from storywake.collector.dates import moment, now, stamp
from storywake.collector.figures.ages import Curve, curve
from storywake.collector.figures.forecast import END, FORECAST_AGES, MIN_COUNT, Forecast, forecast
from storywake.db.articles import original_of
from storywake.db.stories import StoryRow
from storywake.db.summaries import other_curves

from .series import Row, engagement_by_hour

COUNTED = ("reactions", "engagement")
WHY = {
    "young": "the story is not an hour old",
    "few": f"there are fewer than {MIN_COUNT}",
    "unknown": "no network told counts by then",
    "passed": "there is more already than nine of ten like it came to",
    "late": f"{FORECAST_AGES[-1]} hours have passed, after which little comes",
}
"""Why there is no forecast, in words."""


def forecasts(own: Curve, others: Iterable[Curve]) -> dict[str, Forecast]:
    """The forecasts of a story by its curve and those of others."""
    others = list(others)
    return {name: forecast(own, name, others) for name in COUNTED}


def as_told(found: Mapping[str, Forecast], start: str, there: Mapping[str, int | None]) -> dict[str, Any]:
    """Forecasts as a report has them: ``ends_at``, and by count the fields of ``Forecast``, ``why`` in words. One that is
    less than what is ``there`` by now, by count, is not told: between two ages a story may outgrow it.
    """
    began = moment(start)
    passed = {name for name, told in found.items() if (told.high or 0) < (there[name] or 0) and told.why is None}
    return {
        "ends_at": stamp(began + timedelta(hours=END)) if began else None,
        **{name: _fields(Forecast("passed") if name in passed else told) for name, told in found.items()},
    }


def _fields(told: Forecast) -> dict[str, Any]:
    return {**told._asdict(), "why": WHY[told.why] if told.why else None}


def forecast_of(
    connection: Connection, story: StoryRow, reactions: Sequence[Mapping[str, Any]], reach: Sequence[Row]
) -> dict[str, Any]:
    """A story's forecasts of now, by rows of the views ``reactions`` and ``reach_over_time``."""
    times = [row["posted_at"] or row["first_seen_at"] for row in reactions]
    start = began_at(connection, story, times)
    engaged = engagement_by_hour(reach)
    own = curve(start, now(), times, {"engagement": engaged})
    there = {"reactions": len(times), "engagement": int(max(engaged.values())) if engaged else None}
    return as_told(forecasts(own, other_curves(connection, story.id)), start, there)


def began_at(connection: Connection, story: StoryRow, times: Iterable[str]) -> str:
    """When a story came out; where its article tells no time, when it was first watched or reacted to (``times``)."""
    return original_of(connection, story.id).published_at or min((story.created_at, *times))
