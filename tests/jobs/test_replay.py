"""Jetstream v2, played on loopback: the hours before a watch are read from its archive, and no break loses or doubles anything."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.errors import TryLater
from storywake.collector.net.stream import Form, form_of
from storywake.collector.platforms.bluesky import PLATFORM
from storywake.collector.platforms.bluesky.cbor import decode
from storywake.collector.settings import Settings
from storywake.db.cursors import Place, move_cursor, stream_place
from storywake.db.unheard import waiting
from storywake.jobs.replay import Archive
from storywake.jobs.stream import follow
from storywake.jobs.watch import watch_seed

from .jetstream import FIRST, Happened, Jetstream, cbor

LINK = "https://www.moscowtimes.example/talks"


def post(words: str, link: str | None = LINK) -> dict[str, Any]:
    facets = [{"features": [{"$type": "app.bsky.richtext.facet#link", "uri": link}]}] if link else []
    return {"$type": "app.bsky.feed.post", "text": words, "createdAt": "2026-01-01T10:00:00Z", "facets": facets}


def begin(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, after_events: int) -> None:
    """Watches a story since the event of that number."""
    watch_seed(engine, settings, "moscow-times")
    at = stamp(datetime.fromtimestamp(FIRST / 1e6 + after_events, UTC))
    for module in ("jobs.stream", "jobs.hearing", "jobs.unheard", "jobs.intake"):
        monkeypatch.setattr(f"storywake.{module}.now", lambda: at, raising=False)
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE article SET url = :u, key = 'https://moscowtimes.example/talks', published_at = NULL WHERE role = 'original'"
            ),
            {"u": LINK},
        )
        connection.execute(text("UPDATE story SET created_at = :at, watch_until = '2099-01-01T00:00:00Z'"), {"at": at})


def heard(engine: Engine, settings: Settings, server: Jetstream, path: str | None = None) -> list[str]:
    """Listens, at a path other than the server's own where one is given, until the server has sent all; the words of the reactions, deleted ones in brackets."""

    async def run() -> None:
        async def no_pause(_: float) -> None:
            await asyncio.sleep(0)

        async with server.serving() as address:
            at = urlsplit(address)._replace(path=path).geturl() if path else address
            chosen = settings.model_copy(update={"bluesky_stream_url": at})
            await asyncio.wait_for(follow(engine, chosen, lambda: is_done(engine, server), no_pause), 120)

    asyncio.run(run())
    return told(engine)


def is_done(engine: Engine, server: Jetstream) -> bool:
    """Whether the server has sent all, and nothing of the past is to be read any more."""
    if not server.ended.is_set():
        return False
    with engine.begin() as connection:
        return not waiting(connection, "bluesky", "2026-01-01T00:00:00Z")


def told(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT text, deleted FROM reactions WHERE platform = 'bluesky'")).all()
    return sorted(f"({row.text})" if row.deleted else row.text for row in rows)


def history(count: int) -> list[Happened]:
    """Events of which every third links to the story; likes and strangers' posts between them, one is deleted."""
    events = [
        Happened(n, f"k{n}", post(f"p{n:03}", LINK if n % 3 == 0 else "https://elsewhere.example/"))
        if n % 2 or n % 3 == 0
        else Happened(n, f"k{n}", {"subject": {"uri": "at://x"}}, "app.bsky.feed.like")
        for n in range(1, count + 1)
    ]
    events[7] = Happened(8, "k3", None)
    return events


def expected(count: int) -> list[str]:
    return sorted("(p003)" if n == 3 else f"p{n:03}" for n in range(3, count + 1, 3))


def test_a_story_watched_late_has_all_posts_of_the_hours_before(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, settings, monkeypatch, 36_000)
    server = Jetstream(history(90), sealed=75)
    assert heard(engine, settings, server) == expected(90)
    assert server.cursors[0] is None, "what comes is heard at once"
    assert {"plan", "block", "segment"} == set(server.asked)
    with engine.begin() as connection:
        place = stream_place(connection, "bluesky")
        assert place is not None
        assert (place.position, place.kind) == (90, "v2")
        assert connection.execute(text("SELECT replayed_at FROM story")).scalar() is not None


def test_without_hours_to_replay_only_what_comes_is_heard(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(sqlite, settings, monkeypatch, 36_000)
    server = Jetstream(history(90), sealed=75)
    assert heard(sqlite, settings.model_copy(update={"bluesky_replay_hours": 0}), server) == [
        words for words in expected(90) if words > "p075"
    ]
    assert (server.cursors[0], server.asked) == (None, [])


def test_a_cursor_of_v1_is_never_sent_and_what_was_missed_is_read_from_the_archive(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(sqlite, settings, monkeypatch, 36_000)
    with sqlite.begin() as connection:
        connection.execute(text("UPDATE story SET replayed_at = created_at"))
        move_cursor(
            connection,
            "bluesky",
            Place(FIRST, "old.example", "v1", stamp(datetime.fromtimestamp(FIRST / 1e6 + 30, UTC))),
        )
    server = Jetstream(history(90), sealed=75)
    assert set(heard(sqlite, settings, server)) >= set(expected(90)[10:])
    assert all(cursor is None or cursor <= 90 for cursor in server.cursors)


def test_a_connection_lost_at_each_of_a_hundred_places_loses_and_doubles_nothing(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(sqlite, settings, monkeypatch, 36_000)
    server = Jetstream(history(120), sealed=20)
    server.cut = lambda connection: connection if connection <= 100 else None
    server.fault = lambda number: number in (2, 5)
    assert heard(sqlite, settings, server) == expected(120)
    assert len(server.cursors) >= 101


def test_a_host_that_is_down_at_first_is_asked_again_how_it_speaks(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(sqlite, settings, monkeypatch, 36_000)
    server, asked = Jetstream(history(30), sealed=20), []

    class Down(Archive):
        def begin(self, *of: Any) -> Any:
            asked.append(of)
            if len(asked) == 1:
                raise TryLater("ws://j.example/", "no answer")
            return super().begin(*of)

    monkeypatch.setattr("storywake.jobs.stream.Archive", Down)
    assert heard(sqlite, settings, server, path="/") == expected(30)


def test_events_out_of_order_are_all_stored_once(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(sqlite, settings, monkeypatch, 36_000)
    server = Jetstream(history(60), sealed=10)
    server.order = lambda events: [*reversed(events[20:]), *events[:40]]
    server.cut = lambda connection: 15 if connection == 1 else None
    found = heard(sqlite, settings, server)
    assert [words.strip("()") for words in found] == [words.strip("()") for words in expected(60)]


def test_a_cursor_that_is_too_old_is_caught_up_from_the_archive(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(sqlite, settings, monkeypatch, 36_000)
    monkeypatch.setattr("storywake.collector.net.stream.REWIND_EVENTS", 10)
    server = Jetstream(history(300), sealed=290, size=30)
    server.floor = 150

    async def run() -> None:
        async def no_pause(_: float) -> None:
            await asyncio.sleep(0)

        async with server.serving() as address:
            chosen = settings.model_copy(update={"bluesky_stream_url": address, "bluesky_replay_hours": 0})
            with sqlite.begin() as connection:
                host = address.split("/")[2]
                move_cursor(connection, "bluesky", Place(120, host, "v2", stamp(datetime.now(UTC))))
            await asyncio.wait_for(follow(sqlite, chosen, lambda: is_done(sqlite, server), no_pause), 120)

    asyncio.run(run())
    assert set(told(sqlite)) >= {f"p{n:03}" for n in range(123, 301, 3)}
    assert min(cursor for cursor in server.cursors if cursor is not None) >= 150


def test_records_are_read_as_the_protocol_writes_them() -> None:
    record = post("ä" * 30) | {"n": -5, "yes": True, "none": None}
    assert decode(cbor(record)) == record
    link = b"\xd8\x2a\x43\x00\x01\x02"
    assert decode(b"\xa1\x61a" + link) == {"a": {"$link": "AAEC"}}
    for broken in (b"", b"\xa1", b"\x9a\xff\xff\xff\xff", b"\x81" * 500, b"\xa1\x01\x02", b"\x61\xff", b"\x00\x00"):
        assert decode(broken) is None


def test_the_form_of_a_stream_is_told_by_its_address() -> None:
    assert form_of("wss://j.example/xrpc/network.bsky.jetstream.subscribeEvents") is Form.V2
    assert form_of("wss://j.example/subscribe") is Form.V1
    assert form_of("wss://j.example/") is None


def test_a_recorded_event_of_the_second_form_is_a_post() -> None:
    (found,) = PLATFORM.normalise({"$type": "message", "payload": {
        "$type": "network.bsky.jetstream.subscribeEvents#commit", "seq": 5, "did": "did:plc:ann", "time": "2026-03-01T10:00:05.000001Z",
        "operation": "create", "collection": "app.bsky.feed.post", "rkey": "a", "record": post("words") | {"createdAt": "2026-03-01T10:00:00Z"},
    }})  # fmt: skip
    assert (found.external_id, found.text, found.posted_at) == (
        "at://did:plc:ann/app.bsky.feed.post/a", "words", "2026-03-01T10:00:00Z",
    )  # fmt: skip


def test_a_host_that_counts_anew_is_taken_up_by_the_time_of_what_was_heard_last(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, settings, monkeypatch, 36_000)
    with engine.begin() as connection:
        connection.execute(text("UPDATE story SET replayed_at = created_at"))
    server = Jetstream(history(90), sealed=75)
    server.newest_where_ahead = True
    server.cut = lambda connection: 4 if connection == 1 else None

    async def run() -> None:
        async def no_pause(_: float) -> None:
            await asyncio.sleep(0)

        async with server.serving() as address:
            chosen = settings.model_copy(update={"bluesky_stream_url": address})
            with engine.begin() as connection:
                last = stamp(datetime.fromtimestamp(FIRST / 1e6 + 30, UTC))
                move_cursor(connection, "bluesky", Place(50_000_000, address.split("/")[2], "v2", last))
            await asyncio.wait_for(follow(engine, chosen, lambda: is_done(engine, server), no_pause), 120)

    asyncio.run(run())
    assert set(told(engine)) >= {words for words in expected(90) if words > "p030"}
    with engine.begin() as connection:
        place = stream_place(connection, "bluesky")
    assert place is not None and place.position == 90


def test_what_was_deleted_is_not_revived_by_a_past_that_is_read_again(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, settings, monkeypatch, 36_000)
    heard(engine, settings, Jetstream(history(30), sealed=20))
    gone_at = stamp(datetime.fromtimestamp(FIRST / 1e6 + 60, UTC))
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE post SET text = NULL, deleted_at = :at WHERE external_id LIKE '%/k3'"), {"at": gone_at}
        )
        connection.execute(text("UPDATE story SET replayed_at = NULL"))
    before = [one for one in history(30) if one.seq != 8]
    heard(engine, settings, Jetstream(before, sealed=30))
    with engine.begin() as connection:
        found = connection.execute(text("SELECT text, deleted_at FROM post WHERE external_id LIKE '%/k3'")).all()
    assert [tuple(row) for row in found] == [(None, gone_at)]
    heard(engine, settings, Jetstream([Happened(90, "k3", post("again"))], sealed=0))
    assert "again" in told(engine)
