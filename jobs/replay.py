"""Reads Jetstream v2's archive: the hours before a story was watched, and what a stream missed.

``planSnapshot`` names the segments and blocks that may hold posts, ``getSegment`` and ``getBlock`` give them
(github.com/bluesky-social/jetstream, lexicons; read 2026-11-27). The archive is asked by numbers of events, not by times:
where a time lies in it is found by looking at the first block of what it names.
"""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from storywake.collector.errors import FetchError, TryLater, Unreadable
from storywake.collector.net.fetch import Fetcher
from storywake.collector.net.stream import POSTS, Event
from storywake.collector.platforms.asking import load
from storywake.collector.platforms.bluesky.segments import HEADER_BYTES, blocks, end_of_blocks, rows, times
from storywake.collector.values import at, count, items, text

log = logging.getLogger("storywake")
XRPC = "/xrpc/network.bsky.jetstream."
FIRST_SPAN = 2_000_000
"""Events before the archive's end among which a time is looked for first; each further attempt takes twice as many."""
END = 1 << 53
"""A number that no event has."""
SLICE_BYTES = 8_000_000
"""Of a segment, in one answer."""
MAX_REPLAY_BYTES = 4_000_000_000
"""Of an archive, for one stretch of the past, in all attempts."""


class Unit(NamedTuple):
    """What the archive names: a segment's blocks from one to another, or all (``ranges`` None)."""

    name: str
    ranges: tuple[tuple[int, int], ...] | None


class TooLarge(FetchError):
    """What is asked for is more than may be read of an archive."""


class Archive:
    """A host's archive; ``before`` are bytes that were read of it already, in earlier attempts."""

    def __init__(self, fetcher: Fetcher, stream: str, before: int = 0) -> None:
        parts = urlsplit(stream)
        self._base = f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"
        self._fetcher = fetcher
        self._before = before
        self.read = 0
        """Bytes of blocks and segments that were read now."""
        self.tip = 0
        """The number of the last event that it holds, as it was when the replay began."""

    async def begin(self, since: datetime | None, after: int | None) -> AsyncGenerator[Event]:
        """Events of posts after a number, or from a time on, to the archive's end, in their order. Raises FetchError, TooLarge."""
        self.tip = count(at(await self._plan(END), "sealedTipSeq")) or 0
        here = after if after is not None else 0
        skipping = since if after is None else None
        if skipping:
            here = await self._start(skipping)
        while here < self.tip:
            page = await self._plan(here)
            for unit in await self._needed(_units(page), skipping):
                async for event in self._read(unit):
                    if here < event.position <= self.tip:
                        yield event
            skipping = None
            reached = count(at(page, "plannedThroughSeq")) or 0
            if reached <= here:
                raise FetchError(self._base, "the archive's plan does not go on")
            here = reached

    async def _plan(self, after: int) -> Any:
        evidence = await self._fetcher.query(
            f"{self._base}{XRPC}planSnapshot", {"collections": [POSTS], "afterSeq": after}
        )
        page = load(evidence)
        if evidence.status != 200 or count(at(page, "sealedTipSeq")) is None:
            raise FetchError(evidence.url, f"answered {evidence.status} to planSnapshot")
        return page

    async def _start(self, since: datetime) -> int:
        """A number before the first event of a time, not far before it."""
        span = FIRST_SPAN
        while span < self.tip:
            first = _units(await self._plan(self.tip - span))[:1]
            seen = await self._seen(first[0]) if first else None
            if seen is not None and seen <= since.timestamp():
                return self.tip - span
            span *= 2
        return 0

    async def _needed(self, units: list[Unit], since: datetime | None) -> list[Unit]:
        """The units without those at the beginning that end before a time."""
        if since is None:
            return units
        first = 0
        for index in range(1, len(units)):
            seen = await self._seen(units[index])
            if seen is None or seen > since.timestamp():
                break
            first = index
        return units[first:]

    async def _seen(self, unit: Unit) -> float | None:
        """When a unit's first event was seen, in seconds since 1970; None where that cannot be told."""
        first = unit.ranges[0][0] if unit.ranges else 0
        try:
            told = times(await self._block(unit.name, first))
        except (FetchError, Unreadable):
            return None
        return told[0] / 1e6 if told else None

    async def _read(self, unit: Unit) -> AsyncIterator[Event]:
        frames = self._segment(unit.name) if unit.ranges is None else self._ranges(unit.name, unit.ranges)
        async for frame in frames:
            try:
                for row in rows(frame, POSTS):
                    yield Event(row.seq, row.event, row.time_us)
            except Unreadable as error:
                log.warning("stream: a block of %s cannot be read: %s", unit.name, error)

    async def _ranges(self, name: str, ranges: tuple[tuple[int, int], ...]) -> AsyncIterator[bytes]:
        for first, last in ranges:
            for index in range(first, last + 1):
                yield await self._block(name, index)

    async def _block(self, name: str, index: int) -> bytes:
        evidence = await self._fetcher.api(self._base, f"{XRPC}getBlock", {"segment": name, "blockIndex": str(index)})
        if evidence.status != 200:
            raise FetchError(evidence.url, f"answered {evidence.status}")
        self._count(evidence.body)
        return evidence.body

    async def _segment(self, name: str) -> AsyncIterator[bytes]:
        """A segment's blocks, in slices; a host that knows no slices gives it whole. Raises TryLater where it changes meanwhile."""
        held, read, end, tag = b"", 0, 0, None
        while not end or read < end:
            asked = {"Range": f"bytes={read}-{read + SLICE_BYTES - 1}"}
            evidence = await self._fetcher.api(self._base, f"{XRPC}getSegment", {"name": name}, headers=asked)
            if evidence.status not in (200, 206) or not evidence.body:
                raise FetchError(evidence.url, f"answered {evidence.status}")
            tag = tag or evidence.headers.get("etag")
            if evidence.headers.get("etag") != tag:
                raise TryLater(evidence.url, "the segment changed while it was read")
            self._count(evidence.body)
            held += evidence.body[read:] if evidence.status == 200 else evidence.body
            if not read:
                end = end_of_blocks(held) or len(held)
                held = held[HEADER_BYTES:]
            read = end if evidence.status == 200 else read + len(evidence.body)
            over = max(0, read - end)
            held = held[: len(held) - over] if evidence.status == 206 else held[: end - HEADER_BYTES]
            whole, taken = blocks(held, more=read < end)
            for frame in whole:
                yield frame
            held = held[taken:]

    def _count(self, body: bytes) -> None:
        self.read += len(body)
        if self._before + self.read > MAX_REPLAY_BYTES:
            raise TooLarge(self._base, f"the archive of that time is larger than {MAX_REPLAY_BYTES:,} bytes")


def _units(page: Any) -> list[Unit]:
    """What a page of a plan names; what names no segment is left out."""
    found = []
    for one in items(at(page, "segments")):
        name = text(one.get("name"))
        told = [(count(r.get("first")), count(r.get("last"))) for r in items(one.get("blocks"))]
        ranges = tuple((a, b) for a, b in told if a is not None and b is not None and a <= b)
        if name and (ranges or one.get("mode") != "blocks"):
            found.append(Unit(name, ranges if one.get("mode") == "blocks" else None))
    return found
