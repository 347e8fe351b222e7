"""Which looks are made together: those at counts, so many as a request tells, each other one alone."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from sqlalchemy import Engine

from storywake.collector.clock import LookKind
from storywake.collector.dates import known_moment, stamp
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.engine import reading
from storywake.db.looks import Look, counts_due_soon
from storywake.db.stories import StoryRow

from .settling import due, lane_of

MAX_BATCH = 100
"""Posts whose counts are asked for together."""
SOON = timedelta(hours=1)
"""Looks that are due by then may be made already."""
MIN_WAITED = 0.5
"""The share of its wait that such a look must have waited, so that none comes right after another."""


def units(looks: Iterable[Look], settings: Settings) -> list[tuple[str, list[Look]]]:
    """Looks in the order given, as they are made: the lane (host), and one look or several at counts of one platform."""
    found: list[tuple[str, list[Look]]] = []
    batches: dict[tuple[str, str], list[Look]] = {}
    for look in looks:
        lane = lane_of(look, settings)
        batch = batches.get((lane, look.source)) if look.kind == LookKind.COUNTS else None
        if batch is None or len(batch) == MAX_BATCH:
            batch = []
            found.append((lane, batch))
            if look.kind == LookKind.COUNTS:
                batches[lane, look.source] = batch
        batch.append(look)
    return found


def to_fill_up(
    engine: Engine,
    settings: Settings,
    stories: Sequence[StoryRow],
    unit: Sequence[Look],
    at: str,
    taken: Collection[int],
) -> list[Look]:
    """Looks at counts that fill the last request of a unit, which costs the same half empty: those of its platform that are
    nearest to due, and are not ``taken`` (ids). None where a request asks about one post, or is paid by the post.
    """
    room = -len(unit) % SOURCES[unit[0].source].counts_at_once(settings) if unit[0].kind == LookKind.COUNTS else 0
    if not room:
        return []
    now = known_moment(at)
    with reading(engine) as connection:
        soon = counts_due_soon(connection, unit[0].source, at, stamp(now + SOON))
    nearest = [
        look.id
        for look in soon
        if look.id not in taken
        and now - known_moment(look.last_at) >= MIN_WAITED * (known_moment(look.due_at) - known_moment(look.last_at))
    ]
    found = {look.id: look for look in due(engine, settings, stories, None, nearest)} if nearest else {}
    return [found[number] for number in nearest if number in found][:room]
