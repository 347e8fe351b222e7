"""GDELT's files from before a story was watched: which of them are to be read for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.dates import known_moment, moment
from storywake.collector.pages.gdelt_files import File, at_time, between
from storywake.db.articles import original_of
from storywake.db.cursors import stream_cursor
from storywake.db.stories import StoryRow

MAX_PAST = timedelta(days=1)
"""How old a file of a story's past may be."""


class Past(NamedTuple):
    """The files of a series that came after a story's publication and before it was watched, and were not read for it."""

    story: StoryRow
    mark: str  # the name under which it is kept how far they were read
    files: list[File]
    left_out: bool  # whether older ones are not read


def past_of(connection: Connection, story: StoryRow, series: str, latest: File, at: datetime) -> Past | None:
    """What is to be read of a story's past; None where that is nothing, or its publication is not known (yet)."""
    if not _is_new(story, at):
        return None
    mark, end = _mark(series, story), stream_cursor(connection, _end(series, story))
    published, until = moment(original_of(connection, story.id).published_at), at_time(end) if end else None
    if published is None or until is None:
        return None
    last = stream_cursor(connection, mark)
    oldest = max(published, at - MAX_PAST)
    since = max(oldest, (last and at_time(last)) or oldest)
    files = between(since, min(until, known_moment(story.created_at)), latest)
    return Past(story, mark, files, last is None and published < oldest) if files else None


def without_end(connection: Connection, stories: Sequence[StoryRow], series: str, at: datetime) -> list[str]:
    """The names under which it is still to be kept how far a series had been read when stories joined: what comes later is read for them."""
    names = [_end(series, story) for story in stories if _is_new(story, at)]
    return [name for name in names if stream_cursor(connection, name) is None]


def _is_new(story: StoryRow, at: datetime) -> bool:
    return known_moment(story.created_at) >= at - MAX_PAST


def _mark(series: str, story: StoryRow) -> str:
    return f"{series} {story.slug}@{story.created_at}"


def _end(series: str, story: StoryRow) -> str:
    return f"{_mark(series, story)} until"
