"""Posts from before a platform's search begins: which stories need them, and of which stretch of time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from storywake.collector.clock import LookKind
from storywake.collector.dates import known_moment, moment
from storywake.collector.platforms.base import Source
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.articles import original_of
from storywake.db.engine import reading
from storywake.db.stories import StoryRow

HEAD_START, OVERLAP = timedelta(days=1), timedelta(hours=1)
"""How long before its publication a story may be linked to, and how much of what a search holds is asked for twice."""


def past_looks(
    connection: Connection, settings: Settings, story: StoryRow, addresses: Sequence[str]
) -> list[tuple[int | None, str, str, str, str]]:
    """A look at the archive of each platform whose search does not reach back to a story's publication, an address of its."""
    archives = {name: s for name, s in SOURCES.items() if settings.asks(name) and s.has_archive(settings)}
    if not addresses or not archives:
        return []
    stretches = {name: _stretch(connection, story, source) for name, source in archives.items()}
    reason = "posts that linked to the story before it was watched"
    return [
        (story.id, LookKind.ARCHIVE, name, url, reason)
        for name, (since, until) in stretches.items()
        if since < until
        for url in addresses
    ]


def reaching_back(engine: Engine, story: StoryRow, source: Source[Any]) -> tuple[datetime, datetime]:
    """The time from a story's publication to where the platform's search began when it was first watched."""
    with reading(engine) as connection:
        return _stretch(connection, story, source)


def _stretch(connection: Connection, story: StoryRow, source: Source[Any]) -> tuple[datetime, datetime]:
    """Both ends; an empty stretch where the publication is not known."""
    assert source.search_holds is not None
    until = known_moment(story.created_at) - source.search_holds + OVERLAP
    published = moment(original_of(connection, story.id).published_at)
    return (published - HEAD_START if published else until), until
