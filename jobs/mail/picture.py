"""The chart of a mail: stance over time as a small PNG, drawn once for all readers of a language."""

from ..charts import as_png, stance_chart
from ..drawing import Form, Theme
from .news import StoryNews
from .readers import Reader

FORM = Form(480, 220, 88, 46, 120, 14)
"""As wide as a phone shows sharply and a desk program does not enlarge much."""


class Pictures:
    """Charts that were drawn."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, str, str], bytes | None] = {}

    def of(self, news: StoryNews, reader: Reader) -> bytes | None:
        """A story's chart as PNG; None where there is too little for one."""
        last = news.hours[-1]["hour"] if news.hours else ""
        key = news.story.id, last, str(reader.language)
        if key not in self._drawn:
            chart = stance_chart(news.hours, (), FORM, Theme.LIGHT)
            self._drawn[key] = as_png(chart, Theme.LIGHT) if chart else None
        return self._drawn[key]
