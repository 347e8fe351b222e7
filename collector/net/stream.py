"""Bluesky's Jetstream: every post as it is made, as JSON over a WebSocket, in its first and its second form.

Formats (read 2026-11-27): v1, docs.bsky.app, "Jetstream": ``wantedCollections`` and ``cursor`` (Unix microseconds) in the
address. v2, github.com/bluesky-social/jetstream, lexicon ``network.bsky.jetstream.subscribeEvents``: frames
``{"$type": "message", "payload": {"seq", "time", …}}``, ``collections``, ``kinds`` and ``cursor``, the number of an event, from
which on it sends; 400 ``CursorTooOld`` where it has only the archive of that. Either sends what comes from now on where a cursor
lies ahead of it; v2 takes a number of 10**15 and more for one of v1 (ozone.christian.sh, ``SubscribeQueryParams``, read 2026-11-28).
"""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException

from ..dates import stamp, utc
from ..errors import TryLater
from ..groups import NetSettings

REWIND_MICROSECONDS = 5_000_000
"""How far back a new connection to v1 starts, so that no event is missed; a post that comes twice is stored once."""
REWIND_EVENTS = 1_000
"""The same for v2: a second or two of the whole network."""
FIRST_TIME = 10**15
"""From which on a number is a time (v1), and no event's of v2."""
MAX_EVENT_BYTES = 1_000_000
"""Of one event."""
MAX_CLOSE_TIME = 0.5
"""Seconds in which a host may agree to an end; what it sends meanwhile is not read."""
SUBSCRIBE = "/xrpc/network.bsky.jetstream.subscribeEvents"
POSTS = "app.bsky.feed.post"
DECODER = msgspec.json.Decoder(dict[str, Any])


class Form(StrEnum):
    """How a host speaks at an address."""

    V1 = "v1"
    V2 = "v2"


BEHIND = {Form.V1: 7_200_000_000, Form.V2: 100_000}
"""How far before a cursor no event lies of a host that counts as it did: two hours, since a cursor of v1 may be taken up an hour
earlier; some minutes of the whole network."""


class CursorTooOld(TryLater):
    """The host sends what follows a cursor no longer: its archive has it."""


class Event(msgspec.Struct, frozen=True):
    """An event: its place as its host counts (v1: Unix microseconds, v2: a number), its time (as ``heard_at`` reads it), and all its JSON."""

    position: int
    payload: dict[str, Any]
    heard_at: int | str | None = None


def form_of(stream: str) -> Form | None:
    """How the host speaks at an address; None where only the host can tell."""
    path = urlsplit(stream).path.rstrip("/")
    if path == SUBSCRIBE:
        return Form.V2
    return Form.V1 if path else None


async def listen(stream: str, form: Form, settings: NetSettings, cursor: int | None) -> AsyncGenerator[str | bytes]:
    """Events of posts as the address ``stream`` sends them, from shortly before ``cursor`` on, or from now; ``event_of`` reads one.

    ``cursor`` is one of this host and form. Raises TryLater when the connection ends, CursorTooOld where it is too old. Who does not
    ask for the next event holds the host up: a few are kept, then it is not read from.
    """
    address = _address(stream, form, cursor)
    try:
        async with connect(
            address,
            max_size=MAX_EVENT_BYTES,
            open_timeout=settings.timeout,
            close_timeout=MAX_CLOSE_TIME,
            user_agent_header=settings.user_agent,
        ) as socket:
            async for message in socket:
                yield message
    except InvalidStatus as error:
        if b"CursorTooOld" in (error.response.body or b""):
            raise CursorTooOld(stream, "the cursor is too old") from None
        raise TryLater(stream, f"answered {error.response.status_code}") from None
    except (OSError, TimeoutError, WebSocketException, ValueError) as error:
        raise TryLater(stream, " ".join(str(error).split()) or type(error).__name__) from None
    raise TryLater(stream, "the stream ended")


def event_of(message: str | bytes, form: Form) -> Event | None:
    """An event as a host sent it; None where it cannot be read. Raises TryLater where the host says that something went wrong."""
    try:
        payload = DECODER.decode(message)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    if payload.get("$type") == "error":
        raise TryLater("the stream", f"said {payload.get('error')}")
    return (_first if form is Form.V1 else _second)(payload)


def host_of(stream: str) -> str:
    """The host and port of a stream's address, without the name and password that may stand before them."""
    return urlsplit(stream).netloc.rpartition("@")[2]


def place_of(position: int, form: Form, at: datetime) -> int:
    """A cursor from which on nothing is missed, by an event that was heard at ``at``: what no event can have counts as 0, a time ahead as now."""
    if form is Form.V1:
        return min(position, int(at.timestamp() * 1e6))
    return position if position < FIRST_TIME else 0


def _address(stream: str, form: Form, cursor: int | None) -> str:
    if form is Form.V1:
        back = {"cursor": str(cursor - REWIND_MICROSECONDS)} if cursor else {}
        path = stream if urlsplit(stream).path.strip("/") else f"{stream.rstrip('/')}/subscribe"
        return f"{path}?{urlencode({'wantedCollections': POSTS, **back})}"
    back = {"cursor": str(max(1, cursor - REWIND_EVENTS))} if cursor is not None else {}
    parts = urlsplit(stream)
    asked = urlencode({"collections": POSTS, "kinds": "commit", **back})
    return f"{parts.scheme}://{parts.netloc}{SUBSCRIBE}?{asked}"


def _first(payload: dict[str, Any]) -> Event | None:
    when = payload.get("time_us")
    return Event(when, payload, heard_at(when)) if type(when) is int else None


def _second(frame: dict[str, Any]) -> Event | None:
    payload = frame.get("payload")
    seq = payload.get("seq") if isinstance(payload, dict) else None
    if not isinstance(payload, dict) or type(seq) is not int:
        return None
    return Event(seq, payload, heard_at(payload.get("witnessedAt") or payload.get("time")))


def heard_at(told: Any) -> str | None:
    """When a host says that it heard an event (v1: Unix microseconds, v2: a time); None where that cannot be read."""
    if type(told) is not int:
        return utc(told)
    try:
        return stamp(datetime.fromtimestamp(told // 1_000_000, UTC))
    except (ValueError, OverflowError, OSError):
        return None
