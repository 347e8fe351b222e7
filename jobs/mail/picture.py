"""The chart of a mail: stance over time as a small PNG in the reader's words and time, drawn once for all alike."""

from datetime import datetime
from zoneinfo import ZoneInfo

from storywake.collector.dates import moment
from storywake.collector.stance import STANCES

from ..charts import as_png, stance_chart
from ..drawing import Form, Speech, Theme
from .news import StoryNews
from .readers import Reader
from .standing import Row
from .words import Words

FORM = Form(480, 220, 88, 46, 146, 14)
"""As wide as a phone shows sharply and a desk program does not enlarge much."""
ZOOM = 1.5
"""Pixels of the PNG for each of those: sharp enough for letters, and half the bytes of two."""


class Pictures:
    """Charts that were drawn."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, str, str, str], bytes | None] = {}

    def of(self, news: StoryNews, reader: Reader, words: Words) -> bytes | None:
        """A story's chart as PNG; None where there is too little for one."""
        last = news.hours[-1]["hour"] if news.hours else ""
        key = news.lately.story.id, last, str(reader.language), reader.zone
        if key not in self._drawn:
            speech = Speech({name: words.word("stances", name) for name in STANCES}, words.short_day)
            chart = stance_chart(_there(news.hours, reader.zone), (), FORM, Theme.LIGHT, speech)
            self._drawn[key] = as_png(chart, Theme.LIGHT, ZOOM) if chart else None
        return self._drawn[key]


def _there(rows: list[Row], zone: str) -> list[Row]:
    """Rows with their hours in a time zone: what the axis of a chart is to say."""
    place = ZoneInfo(zone)
    return [{**row, "hour": _local(moment(row["hour"]), place) or row["hour"]} for row in rows]


def _local(at: datetime | None, place: ZoneInfo) -> str | None:
    return f"{at.astimezone(place):%Y-%m-%dT%H:%M:%SZ}" if at else None
