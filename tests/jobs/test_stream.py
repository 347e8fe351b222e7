"""Bluesky's Jetstream, played by a server on loopback: what concerns a story is kept once, and a break loses nothing."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError
from websockets.asyncio.server import ServerConnection, serve

from storywake.collector.dates import now
from storywake.collector.settings import Settings
from storywake.db.cursors import move_cursor, stream_cursor, stream_place
from storywake.jobs.stream import follow
from storywake.jobs.watch import watch_seed

LINK = "https://www.moscowtimes.example/talks"


def event(at: int, key: str, *, operation: str = "create", **record: Any) -> str:
    commit: dict[str, Any] = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": key}
    if operation == "create":
        commit["record"] = {"$type": "app.bsky.feed.post", "text": key, "createdAt": "2026-03-01T10:00:00Z", **record}
    return json.dumps({"did": "did:plc:ann", "time_us": at, "kind": "commit", "commit": commit})


def linking(link: str) -> dict[str, Any]:
    return {"facets": [{"features": [{"$type": "app.bsky.richtext.facet#link", "uri": link}]}]}


def quoting(key: str) -> dict[str, Any]:
    uri = f"at://did:plc:ann/app.bsky.feed.post/{key}"
    return {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": uri, "cid": "c"}}}


EVENTS = [
    event(10_000_000, "other", **linking("https://elsewhere.example/")),
    event(11_000_000, "first", **linking(LINK + "?utm_source=bsky")),
    "not json",
    event(12_000_000, "quote", **quoting("first")),
    '{"kind": "identity", "time_us": 12500000}',
    event(13_000_000, "first", operation="delete"),
]


async def played(engine: Engine, settings: Settings, cut: int) -> tuple[int, list[str | None]]:
    """Plays the events to a listener, hanging up once after ``cut`` of them. Returns reactions found and cursors asked for."""
    cursors: list[str | None] = []
    ended = asyncio.Event()

    async def jetstream(connection: ServerConnection) -> None:
        query = parse_qs(urlsplit(connection.request.path if connection.request else "").query)
        assert query["wantedCollections"] == ["app.bsky.feed.post"]
        cursors.append(query.get("cursor", [None])[0])
        if len(cursors) > 2:
            ended.set()
            return
        start = int(cursors[-1] or 0)
        for message in EVENTS[:cut] if len(cursors) == 1 else EVENTS:
            if not message.startswith("{") or json.loads(message)["time_us"] >= start:
                await connection.send(message)

    async with serve(jetstream, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        chosen = settings.model_copy(update={"bluesky_stream_url": f"ws://me:hush@127.0.0.1:{port}/subscribe"})

        async def no_pause(_: float) -> None:
            await asyncio.sleep(0)

        found = await follow(engine, chosen, ended.is_set, no_pause)
    return found, cursors


def watch_story(engine: Engine, settings: Settings) -> None:
    """Watches the story to which the events link."""
    watch_seed(engine, settings, "moscow-times")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE article SET url = :u, key = 'https://moscowtimes.example/talks' WHERE role = 'original'"),
            {"u": LINK},
        )


def test_a_stream_that_breaks_is_taken_up_where_it_was(engine: Engine, settings: Settings) -> None:
    watch_story(engine, settings)
    found, cursors = asyncio.run(played(engine, settings, 4))
    assert found == 2
    assert cursors[:2] == [None, str(12_000_000 - 5_000_000)]
    with engine.begin() as connection:
        rows = connection.execute(
            text("SELECT text, tie, deleted FROM reactions WHERE platform = 'bluesky' ORDER BY text")
        ).all()
        cursor = stream_cursor(connection, "bluesky")
        place = stream_place(connection, "bluesky")
    assert place and place.host and place.host.startswith("127.0.0.1:"), "a name and a password are not kept, nor shown"
    assert [(r.text, r.tie, bool(r.deleted)) for r in rows] == [("first", "links", True), ("quote", "quotes", False)]
    assert cursor == 13_000_000


@pytest.mark.parametrize(
    "fault", [OperationalError("UPDATE", {}, Exception("the disk is full")), OverflowError("too large to convert")]
)
def test_what_fails_once_ends_nothing(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    watch_story(sqlite, settings)
    faults = iter([fault])

    def failing(connection: Connection, stream: str, position: int) -> None:
        for fault in faults:
            raise fault
        move_cursor(connection, stream, position)

    monkeypatch.setattr("storywake.jobs.intake.move_cursor", failing)
    asyncio.run(played(sqlite, settings, len(EVENTS)))
    with sqlite.begin() as connection:
        rows = connection.execute(text("SELECT text FROM reactions WHERE platform = 'bluesky' ORDER BY text")).all()
        cursor = stream_cursor(connection, "bluesky")
    assert [row.text for row in rows] == ["first", "quote"]
    assert cursor == 13_000_000


@pytest.mark.parametrize("ahead", [2**63, 2**64 - 1, 4_102_444_800_000_000])
def test_a_time_that_no_event_can_have_ends_nothing_and_moves_the_cursor_no_further_than_now(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    watch_story(engine, settings)
    events = [event(1_790_000_000_000_000, "first", **linking(LINK)), event(ahead, "ahead", **linking(LINK))]
    monkeypatch.setitem(globals(), "EVENTS", events)
    found, _ = asyncio.run(played(engine, settings, 2))
    assert found == 2
    with engine.begin() as connection:
        place = stream_place(connection, "bluesky")
    assert place is not None and place.heard_at is not None
    assert place.position <= datetime.now(UTC).timestamp() * 1e6
    assert place.heard_at <= now()
