"""A daily look, for all stories at once, at the notes that X's crowd wrote about their posts (Community Notes)."""

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import IO, TypeVar

from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.net.download import download
from storywake.collector.platforms.x import XSettings
from storywake.collector.platforms.x.notes import (
    MAX_PARTS,
    Note,
    Status,
    Unfilled,
    address,
    notes_in,
    ratings_in,
    statuses_in,
)
from storywake.collector.settings import Settings
from storywake.db.cursors import move_cursor, stream_cursor
from storywake.db.engine import reading, writing
from storywake.db.notes import known_notes, noted_posts, save_notes

PLATFORM = "x"
CURSOR = "x notes"
"""Under which the day of the files that were read last is kept, as a number of days."""
MAX_DAYS_LATE = 3
"""Days before today whose files are looked for where today's are not there."""
Found = TypeVar("Found")


def is_wanted(settings: Settings) -> bool:
    """Whether notes are looked at."""
    return isinstance(settings, XSettings) and settings.x_notes and settings.asks(PLATFORM)


def look_at_notes(engine: Engine, settings: Settings) -> dict[str, int]:
    """Reads the newest day's files that were not read yet, and stores the notes on the stories' posts.

    Returns how many notes and posts with notes there are; {} where nothing is new. Raises FetchError, Unreadable.
    """
    if not isinstance(settings, XSettings) or not is_wanted(settings):
        return {}
    with reading(engine) as connection:
        posts = noted_posts(connection, PLATFORM)
        read = stream_cursor(connection, CURSOR) or 0
    return asyncio.run(_look(engine, settings, posts, read)) if posts else {}


async def _look(engine: Engine, settings: XSettings, posts: dict[str, int], read: int) -> dict[str, int]:
    today = datetime.now(UTC).date()
    for day in (today - timedelta(days=late) for late in range(MAX_DAYS_LATE + 1)):
        if day.toordinal() <= read:
            return {}
        told = await _day(engine, settings, day, posts)
        if told is not None:
            break
    else:
        return {}
    notes, statuses = told
    ratings = await _ratings(settings, day, notes.keys()) if settings.x_notes_ratings and notes else None
    with writing(engine) as connection:
        save_notes(connection, posts, notes, statuses, ratings, now())
        move_cursor(connection, CURSOR, day.toordinal())
    return {"notes": len(notes), "noted_posts": len({note.post_id for note in notes.values()})}


async def _day(
    engine: Engine, settings: XSettings, day: date, posts: Collection[str]
) -> tuple[dict[str, Note], list[Status]] | None:
    """The notes on posts that a day's files hold, and all known notes' statuses; None where one of the two tables is not there yet."""
    found = await _table(settings, day, "notes", lambda file: notes_in(file, posts))
    if found is None:
        return None
    notes = {note.note_id: note for note in found}
    with reading(engine) as connection:
        known: Collection[str] = {*notes, *known_notes(connection)}
    statuses = await _table(settings, day, "noteStatusHistory", lambda file: statuses_in(file, known)) if known else []
    return None if statuses is None else (notes, statuses)


async def _ratings(settings: XSettings, day: date, notes: Collection[str]) -> dict[str, Counter[str]] | None:
    rated = await _table(settings, day, "noteRatings", lambda file: ratings_in(file, notes))
    if rated is None:
        return None
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for note, level in rated:
        found[note][level] += 1
    return found


async def _table(
    settings: XSettings, day: date, table: str, read: Callable[[IO[bytes]], Iterator[Found]]
) -> list[Found] | None:
    """What all parts of a day's table hold of what is wanted; None where the day has none, or no row yet. One part is kept at a time."""
    found: list[Found] = []
    for part in range(MAX_PARTS):
        with tempfile.TemporaryFile() as file:
            if not await download(settings, address(settings.x_notes_url, day, table, part), file):
                return found if part else None
            file.seek(0)
            try:
                found += await asyncio.to_thread(lambda: list(read(file)))
            except Unfilled:
                return found if part else None
    return found
