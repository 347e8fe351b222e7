"""Bluesky's Jetstream: every post as it is made, as JSON over a WebSocket.

Format: docs.bsky.app, "Jetstream"; ``wantedCollections`` and ``cursor`` (Unix microseconds) in the address.
"""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from ..errors import TryLater
from ..groups import NetSettings

REWIND_MICROSECONDS = 5_000_000
"""How far back a new connection starts, so that no event is missed; a post that comes twice is stored once."""
MAX_EVENT_BYTES = 1_000_000
"""Of one event."""


class Event(msgspec.Struct, frozen=True):
    """An event: its time (Unix microseconds) and all its JSON."""

    time_us: int
    payload: dict[str, Any]


async def listen(stream: str, settings: NetSettings, cursor: int | None) -> AsyncIterator[Event]:
    """Events of posts at the address ``stream``, from shortly before ``cursor`` (Unix microseconds) on, or from now. Unreadable ones are skipped.

    Raises TryLater when the connection ends.
    """
    asked = {
        "wantedCollections": "app.bsky.feed.post",
        **({"cursor": str(cursor - REWIND_MICROSECONDS)} if cursor else {}),
    }
    address = f"{stream}?{urlencode(asked)}"
    decoder = msgspec.json.Decoder(dict[str, Any])
    try:
        async with connect(
            address, max_size=MAX_EVENT_BYTES, open_timeout=settings.timeout, user_agent_header=settings.user_agent
        ) as socket:
            async for message in socket:
                try:
                    payload = decoder.decode(message)
                except msgspec.DecodeError:
                    continue
                when = payload.get("time_us")
                if type(when) is int:
                    yield Event(when, payload)
    except (OSError, TimeoutError, WebSocketException, ValueError) as error:
        raise TryLater(stream, " ".join(str(error).split()) or type(error).__name__) from None
    raise TryLater(stream, "the stream ended")
