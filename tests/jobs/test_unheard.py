"""Jetstream v2, played on loopback: live listening waits for no archive, and nothing between the two is lost."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.settings import Settings
from storywake.db.cursors import Place, move_cursor
from storywake.db.unheard import missing
from storywake.jobs.stream import follow

from .jetstream import FIRST, Happened, Jetstream
from .test_replay import begin, expected, heard, history, is_done, post, told


@pytest.fixture(autouse=True)
def _little_is_heard_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storywake.collector.net.stream.REWIND_EVENTS", 10)


def sparse(count: int) -> list[Happened]:
    """Posts of which every fiftieth links to the story."""
    elsewhere = "https://elsewhere.example/"
    return [
        Happened(n, f"k{n}", post(f"p{n:04}", elsewhere) if n % 50 else post(f"p{n:04}")) for n in range(1, count + 1)
    ]


def linking(first: int, last: int) -> list[str]:
    return [f"p{n:04}" for n in range(first, last + 1) if n % 50 == 0]


def at(number: int) -> str:
    return stamp(datetime.fromtimestamp(FIRST / 1e6 + number, UTC))


def follow_until(
    engine: Engine, settings: Settings, server: Jetstream, done: Callable[[], bool], heard_to: int | None = None
) -> list[float]:
    """Listens until ``done``, from a place where the server was heard before; the pauses that were made, in seconds."""
    pauses: list[float] = []

    async def no_pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    async def run() -> None:
        async with server.serving() as address:
            chosen = settings.model_copy(update={"bluesky_stream_url": address})
            if heard_to is not None:
                with engine.begin() as connection:
                    move_cursor(connection, "bluesky", Place(heard_to, urlsplit(address).netloc, "v2", at(heard_to)))
            await asyncio.wait_for(follow(engine, chosen, done, no_pause), 120)

    asyncio.run(run())
    return pauses


def test_a_story_that_comes_while_the_stream_runs_has_what_lies_between_the_archive_and_now(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, settings, monkeypatch, 36_000)
    server = Jetstream(sparse(600), sealed=200, size=50)
    follow_until(engine, settings, server, lambda: is_done(engine, server), heard_to=570)
    assert told(engine) == linking(1, 600)
    with engine.begin() as connection:
        assert missing(connection, "bluesky", at(36_000)) == []
        assert connection.execute(text("SELECT replayed_at FROM story")).scalar() is not None
        place = connection.execute(text("SELECT position FROM stream_cursor WHERE stream = 'bluesky'")).scalar()
    assert place == 600


def test_an_archive_that_fails_stops_no_listening_and_is_read_when_it_is_back_however_late(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, settings, monkeypatch, 36_000)
    server = Jetstream(sparse(400), sealed=300, size=50)
    server.live_from = 360
    server.fault = lambda number: True
    pauses = follow_until(engine, settings, server, lambda: len(server.asked) > 20)
    assert told(engine) == linking(360, 400)
    assert {5.0, 10.0, 20.0} <= set(pauses), "each further attempt waits twice as long"
    with engine.begin() as connection:
        [lack] = connection.execute(text("SELECT note, until FROM unheard")).all()
    assert "planSnapshot: answered 503" in lack.note
    later = at(36_000 + 10 * 86_400)
    for module in ("jobs.stream", "jobs.hearing", "jobs.unheard", "jobs.intake"):
        monkeypatch.setattr(f"storywake.{module}.now", lambda: later, raising=False)
    back = Jetstream(sparse(400), sealed=300, size=50)
    follow_until(engine, settings, back, lambda: is_done(engine, back))
    assert told(engine) == linking(1, 400)


def test_an_archive_that_is_too_large_is_read_as_far_as_that_goes_and_once(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, settings, monkeypatch, 36_000)
    monkeypatch.setattr("storywake.jobs.replay.MAX_REPLAY_BYTES", 5_000)
    server = Jetstream(sparse(700), sealed=600, size=50)
    server.live_from = 690
    follow_until(engine, settings, server, lambda: is_done(engine, server))
    found = told(engine)
    assert found[0] == "p0050"
    assert set(linking(601, 700)) < set(found) < set(linking(1, 700))
    with engine.begin() as connection:
        [lack] = missing(connection, "bluesky", at(36_000))
    assert lack.cut and "larger than" in str(lack.note)
    assert at(0) < lack.since < at(600)
    again = len(server.asked)
    follow_until(engine, settings, server, lambda: len(server.cursors) > 6)
    assert len(server.asked) == again


def test_an_archive_that_breaks_off_is_read_on_from_there(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(sqlite, settings, monkeypatch, 36_000)
    server = Jetstream(sparse(1_000), sealed=900, size=100)
    server.fault = lambda number: number in (8, 13, 20)
    follow_until(sqlite, settings, server, lambda: is_done(sqlite, server))
    assert told(sqlite) == linking(1, 1_000)
    assert server.asked.count("segment") + server.asked.count("block") < 25


def test_what_is_deleted_live_while_the_past_is_read_is_deleted(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, settings, monkeypatch, 36_000)
    server = Jetstream([*history(90), Happened(91, "k6", None)], sealed=80)
    server.live_from = 91
    assert heard(engine, settings, server) == sorted(["(p006)", *(w for w in expected(90) if w != "p006")])


def test_a_deletion_or_edit_that_is_heard_before_its_post_holds(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, settings, monkeypatch, 36_000)
    edited = Happened(6, "d", post("fourth, edited"))
    edited.operation = "update"
    events = [
        Happened(1, "a", post("first")),
        Happened(2, "b", post("second")),
        Happened(3, "b", None),
        Happened(4, "c", post("third")),
        Happened(5, "d", post("fourth")),
        edited,
    ]
    server = Jetstream(events, sealed=0)
    server.order = lambda sent: [one for n in (1, 3, 2, 4, 6, 5) for one in sent if one.seq == n]
    assert heard(engine, settings, server) == ["(second)", "first", "fourth, edited", "third"]
