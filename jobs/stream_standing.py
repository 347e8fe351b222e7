"""How listening to Bluesky's stream stands: when it was last heard, and what stories lack of its past."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.dates import known_moment, moment, now
from storywake.collector.net.stream import Form
from storywake.collector.platforms.bluesky import BlueskySettings
from storywake.collector.platforms.bluesky.formats import NAME as STREAM
from storywake.collector.settings import Settings
from storywake.db.cursors import Place, stream_place
from storywake.db.unheard import Missing, missing

STALE = timedelta(minutes=15)
"""After which a stream that was not heard is told of; its place is written every minute or two."""
NO_PAST = "this form of it keeps no past: what was posted before a story was watched is not heard"


class Standing(NamedTuple):
    """When and where a stream was last heard, and what stories lack of its past."""

    place: Place | None
    silent: timedelta | None  # for how long it was not heard; None before the first event
    missing: list[Missing]

    @property
    def is_heard(self) -> bool:
        """Whether it was heard lately."""
        return self.silent is not None and self.silent < STALE


def is_wanted(settings: Settings) -> bool:
    """Whether the settings ask for the stream to be listened to."""
    return isinstance(settings, BlueskySettings) and settings.bluesky_stream


def stream_standing(connection: Connection, settings: Settings, story_id: int | None = None) -> Standing | None:
    """How listening stands, for all stories or one; None where the settings do not ask for it."""
    if not is_wanted(settings):
        return None
    at, place = now(), stream_place(connection, STREAM)
    heard = moment(place.heard_at) if place else None
    silent = max(timedelta(0), known_moment(at) - heard) if heard else None
    return Standing(place, silent, missing(connection, STREAM, at, story_id))


def told_of(standing: Standing) -> str:
    """When and where the stream was last heard, in words."""
    place = standing.place
    if place is None or place.heard_at is None:
        return "its stream was not heard yet"
    where = f"{place.host or 'a host that counts anew'} ({place.kind})"
    return f"its stream was {'last heard' if standing.is_heard else 'not heard since'} {place.heard_at}, at {where}"


def limits(standing: Standing) -> list[str]:
    """What is not heard, in words."""
    found = [] if standing.is_heard else [told_of(standing)]
    if standing.place and standing.place.kind == Form.V1:
        found.append(f"its stream: {NO_PAST}")
    return found + [lack(one) for one in standing.missing]


def lack(one: Missing) -> str:
    """What a story lacks of a stream's past, in words."""
    span = f"its stream from {one.since} to {one.until}"
    if one.cut:
        return f"{span} was left out: {one.note}"
    return f"{span} is not read yet" + (f": {one.note}" if one.note else "")
