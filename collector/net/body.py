"""Reads the bodies of answers within a limit of memory."""

import asyncio
import zlib
from collections.abc import Iterator

import httpx

from ..errors import FetchError

SMALL_BODY_BYTES = 1_000_000
"""Bytes that every request may hold without waiting."""
MAX_LARGE_BODIES_BYTES = 64_000_000
"""Bytes that all larger bodies may hold together."""
MAX_STEP_BYTES = 262_144
"""Bytes that decompression yields at a time."""


UNDONE = frozenset(("gzip", "x-gzip", "deflate"))
"""Compressions that are asked for."""
OTHERS = frozenset((
    "br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "aes128gcm", "bzip2", "x-bzip2",
    "xz", "lzma", "lz4", "snappy", "sdch",
))  # fmt: skip
"""Further content codings (iana.org/assignments/http-parameters) and those that servers make up."""
MAX_LAYERS = 3
"""Of gzip around a file."""
PLAIN = (b"<", b"{", b"[")
"""How pages and JSON begin, and gzip never."""
MEMBER = b"\x1f\x8b"
"""How a member of a gzip file begins (RFC 1952, 2.3.1)."""


def packed_as(encoding: str) -> list[str]:
    """The compressions that a Content-Encoding names; what is none (``utf-8``, ``identity``, ``none``) changes no bytes."""
    named = [name.strip().lower() for name in encoding.split(",")]
    return [name for name in named if name in UNDONE or name in OTHERS]


class Reader:
    """Reads bodies of up to ``limit`` bytes after decompression; of those above a megabyte, only a few at a time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._large = asyncio.Semaphore(max(1, MAX_LARGE_BODIES_BYTES // limit))

    async def read(self, url: str, response: httpx.Response, until: asyncio.Timeout) -> bytes:
        """The body, decompressed. The time-out ``until`` is extended by the wait for room.

        Raises FetchError where the body is too large, its compression broken or not one that was asked for.
        """
        packings = packed_as(response.headers.get("content-encoding", ""))
        twice = len(packings) == 2 and set(packings) <= {"gzip", "x-gzip"}  # said twice, or done twice
        unknown = not UNDONE.issuperset(packings) or (len(packings) > 1 and not twice)
        unzip = Inflater(self._limit) if packings else None
        pieces: list[bytes] = []
        size = received = 0
        roomy = False
        try:
            async for packed in response.aiter_raw(65_536):
                if not received and packings[:1] != ["deflate"] and packed.lstrip().startswith(PLAIN):
                    unzip, unknown, twice = None, False, False  # it says that it is packed, and is not
                if unknown:
                    raise FetchError(url, f"a compression that was not asked for: {', '.join(packings)[:40]}")
                received += len(packed)
                for piece in unzip.pieces(packed) if unzip else (packed,):
                    pieces.append(piece)
                    size += len(piece)
                    if max(size, received) > self._limit:
                        raise FetchError(url, f"larger than {self._limit} bytes")
                    if size > SMALL_BODY_BYTES and not roomy:
                        await self._room(until)
                        roomy = True
            return unzipped(b"".join(pieces), self._limit) if twice else b"".join(pieces)
        except zlib.error:
            raise FetchError(url, "broken compression") from None
        finally:
            if roomy:
                self._large.release()

    async def _room(self, until: asyncio.Timeout) -> None:
        """Waits until a larger body may be held; the time-out ``until`` stands still meanwhile."""
        loop = asyncio.get_running_loop()
        end, begun = until.when(), loop.time()
        until.reschedule(None)
        await self._large.acquire()
        if end is not None:
            until.reschedule(end + loop.time() - begun)


class Inflater:
    """Decompresses gzip (of several members too) or deflate (with or without its header); yields at most ``limit`` bytes and one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._engine = zlib.decompressobj(47)
        self._fresh = True
        self._out = 0
        self._gzip = False
        self._held = b""
        """What follows a member, while it is too short to tell whether another begins."""

    def feed(self, piece: bytes) -> bytes:
        """The content of the next piece, cut just above the limit. Raises zlib.error where it is broken."""
        return b"".join(self.pieces(piece))

    def pieces(self, piece: bytes) -> Iterator[bytes]:
        """The same in steps of ``MAX_STEP_BYTES``. What follows the last member is left out."""
        if self._fresh and piece:
            self._gzip = piece[:1] == MEMBER[:1]
        while (room := self._limit - self._out + 1) > 0:
            if self._engine.eof:
                piece = self._held + piece
                self._held = b""
                if not self._gzip or not MEMBER.startswith(piece[:2]):
                    return
                if len(piece) < 2:
                    self._held = piece
                    return
                self._engine = zlib.decompressobj(31)
            step = min(room, MAX_STEP_BYTES)
            out = self._step(piece, step)
            self._out += len(out)
            if out:
                yield out
            piece = self._engine.unused_data if self._engine.eof else self._engine.unconsumed_tail
            if len(out) < step and not piece:
                return

    def _step(self, piece: bytes, step: int) -> bytes:
        try:
            out = self._engine.decompress(piece, step)
        except zlib.error:
            if not self._fresh:
                raise
            self._engine = zlib.decompressobj(-15)
            out = self._engine.decompress(piece, step)
        self._fresh = False
        return out


def unzipped(body: bytes, limit: int) -> bytes:
    """A gzip file's content, at most ``limit`` bytes and one; what comes after a fault is left out. Any other body as it is."""
    for _ in range(MAX_LAYERS):
        if not body.startswith(MEMBER):
            break
        found: list[bytes] = []
        try:
            found.extend(Inflater(limit).pieces(body))
        except zlib.error:
            return b"".join(found) or body
        body = b"".join(found)
    return body
