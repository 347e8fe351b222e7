"""A Jetstream v2 on loopback, in its documented form: an archive of sealed segments, and the stream from a number on."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pyarrow
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

POSTS = "app.bsky.feed.post"
FIRST = 1_790_000_000_000_000
"""When the event number 0 was seen, in microseconds since 1970."""


def cbor(value: Any) -> bytes:
    """A value in DAG-CBOR."""

    def head(kind: int, number: int) -> bytes:
        return bytes([kind << 5 | number]) if number < 24 else bytes([kind << 5 | 26]) + struct.pack(">I", number)

    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


class Happened:
    """An event: its number, who did what to which record."""

    def __init__(self, seq: int, key: str, record: dict[str, Any] | None, collection: str = POSTS) -> None:
        self.seq, self.key, self.record, self.collection = seq, key, record, collection
        self.operation = "create" if record is not None else "delete"
        self.at = FIRST + seq * 1_000_000

    def frame(self) -> str:
        time = f"{self.at // 1_000_000}"
        shown = {
            "$type": "network.bsky.jetstream.subscribeEvents#commit",
            "seq": self.seq,
            "did": "did:plc:ann",
            "rev": "3l",
        }
        shown |= {"operation": self.operation, "collection": self.collection, "rkey": self.key, "time": _iso(int(time))}
        shown |= {"record": self.record} if self.record is not None else {}
        return json.dumps({"$type": "message", "payload": shown})


def _iso(seconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def block(events: list[Happened]) -> bytes:
    """A block as it lies in a segment: columns in one zstd frame."""
    texts = [(e.collection, "did:plc:ann", e.key, "3l") for e in events]
    payloads = [cbor(e.record) if e.record is not None else b"" for e in events]
    n = len(events)
    fixed = struct.pack(f"<I{n}Q", n, *(e.seq for e in events)) + struct.pack(f"<{n}q", *(e.at for e in events))
    fixed += bytes(8 * n) + bytes(1 if e.record is not None else 3 for e in events)
    fixed += bytes(len(t[0]) for t in texts) + struct.pack(f"<{n}H", *(len(t[1]) for t in texts))
    fixed += bytes(len(t[2]) for t in texts) + bytes(len(t[3]) for t in texts)
    fixed += struct.pack(f"<{n}I", *map(len, payloads))
    variable = b"".join("".join(t[i] for t in texts).encode() for i in range(4))
    return bytes(pyarrow.compress(fixed + variable + b"".join(payloads), codec="zstd", asbytes=True))


def segment(blocks: list[bytes]) -> bytes:
    """A sealed segment: header, blocks after their lengths, and a footer."""
    body = b"".join(struct.pack("<Q", len(one)) + one for one in blocks)
    header = struct.pack("<4sQHIIIQQqqQ", b"jss0", 1, 1, len(blocks), 0, 0, 0, 0, 0, 0, 256 + len(body))
    return header.ljust(256, b"\0") + body + b"footer"


class Jetstream:
    """Events in sealed segments of ``sealed`` events each two blocks, the rest live; faults by request and frame."""

    def __init__(self, events: list[Happened], sealed: int, size: int = 10) -> None:
        self.events = events
        past = [e for e in events if e.seq <= sealed]
        self.sealed = sealed
        self.segments = [past[i : i + size] for i in range(0, len(past), size)]
        self.cursors: list[int | None] = []
        self.asked: list[str] = []
        self.live_from = min(sealed + 1, events[-1].seq)
        """From which event on a connection without a cursor hears."""
        self.floor = 0
        self.cut: Callable[[int], int | None] = lambda connection: None
        """After how many frames the n-th connection is cut."""
        self.fault: Callable[[int], bool] = lambda number: False
        """Whether the n-th request to the archive fails."""
        self.newest_where_ahead = False
        """Whether a cursor beyond all events brings those from now on, which are the last three."""
        self.told_all = False
        self.ended = asyncio.Event()
        self.order: Callable[[list[Happened]], list[Happened]] = lambda events: events

    def _blocks(self, index: int) -> list[bytes]:
        events = self.segments[index]
        return [block(events[: len(events) // 2 or 1]), block(events[len(events) // 2 or 1 :])]

    async def plan(self, request: Request) -> Response:
        if self._fails("plan"):
            return Response(status_code=503)
        after = (await request.json()).get("afterSeq", 0)
        found = [(i, s) for i, s in enumerate(self.segments) if s[-1].seq > after][:3]
        through = found[-1][1][-1].seq if found else self.sealed
        named = [
            {"name": f"seg_{i}.jss", "index": i, "checksum": "0" * 16, "minSeq": s[0].seq, "maxSeq": s[-1].seq}
            | ({"mode": "blocks", "blocks": [{"first": 0, "last": 1}]} if i % 2 else {"mode": "segment"})
            for i, s in found
        ]
        through = through if len([s for s in self.segments if s[-1].seq > after]) > 3 else self.sealed
        return JSONResponse({"plannedThroughSeq": through, "sealedTipSeq": self.sealed, "segments": named, "stats": {}})

    async def get_block(self, request: Request) -> Response:
        if self._fails("block"):
            return Response(status_code=503)
        index = int(request.query_params["segment"][4:-4])
        return Response(self._blocks(index)[int(request.query_params["blockIndex"])])

    async def get_segment(self, request: Request) -> Response:
        if self._fails("segment"):
            return Response(status_code=503)
        whole = segment(self._blocks(int(request.query_params["name"][4:-4])))
        first, last = map(int, request.headers["range"].removeprefix("bytes=").split("-"))
        return Response(whole[first : last + 1], 206, headers={"etag": '"1"'})

    def _fails(self, what: str) -> bool:
        self.asked.append(what)
        return self.fault(len(self.asked))

    async def subscribe(self, socket: WebSocket) -> None:
        cursor = int(socket.query_params["cursor"]) if "cursor" in socket.query_params else None
        assert socket.query_params["collections"] == POSTS
        if cursor is not None and cursor < self.floor:
            await socket.send_denial_response(JSONResponse({"error": "CursorTooOld"}, 400))
            return
        await socket.accept()
        if self.told_all:
            self.ended.set()
        self.cursors.append(cursor)
        number = len(self.cursors)
        first = self.live_from if cursor is None else cursor
        sent = self.order([e for e in self.events if e.seq >= first])
        if self.newest_where_ahead and cursor is not None and cursor > self.events[-1].seq:
            sent = self.events[-3:]
        cut = self.cut(number)
        for event in sent[:cut] if cut is not None else sent:
            await socket.send_text(event.frame())
        self.told_all |= cut is None
        await socket.close()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """The address of its stream."""
        xrpc = "/xrpc/network.bsky.jetstream."
        app = Starlette(
            routes=[
                Route(f"{xrpc}planSnapshot", self.plan, methods=["POST"]),
                Route(f"{xrpc}getBlock", self.get_block),
                Route(f"{xrpc}getSegment", self.get_segment),
                WebSocketRoute(f"{xrpc}subscribeEvents", self.subscribe),
            ]
        )
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}{xrpc}subscribeEvents"
        server.should_exit = True
        await task
