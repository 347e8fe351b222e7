"""How listening to Bluesky's stream stands is told where people and machines look: doctor, /healthz, /metrics, a story's page."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.dates import stamp
from storywake.collector.settings import Settings
from storywake.db.cursors import Place, move_cursor
from storywake.db.engine import open_database, reading, writing
from storywake.db.unheard import cut, note_unheard, waiting
from storywake.jobs.watch import watch_seed
from storywake.web.app import build

from .test_report import storywake

DAY = ("2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z")


def listening(settings: Settings) -> Settings:
    return settings.model_copy(update={"platforms": ["bluesky"], "coverage": False, "bluesky_stream": True})


def heard(engine: Engine, ago: timedelta, form: str = "v2") -> str:
    """Notes that the stream was heard a while ago; when that was."""
    at = stamp(datetime.now(UTC) - ago)
    with writing(engine) as connection:
        move_cursor(connection, "bluesky", Place(5, "stream.example", form, at))
    return at


def lacking(engine: Engine) -> None:
    """Notes two stretches that a story lacks: one that waits, of an archive that fails, and one that is left out."""
    with writing(engine) as connection:
        [story] = connection.execute(text("SELECT id FROM story")).scalars()
        connection.execute(
            text("UPDATE story SET created_at = '2026-03-02T10:00:00Z', watch_until = '2099-01-01T00:00:00Z'")
        )
        note_unheard(connection, "bluesky", *DAY, story_id=story)
        connection.execute(text("UPDATE unheard SET note = 'stream.example: answered 503'"))
        note_unheard(connection, "bluesky", "2026-03-05T10:00:00Z", "2026-03-05T12:00:00Z")
        cut(connection, waiting(connection, "bluesky", stamp(datetime.now(UTC)))[1:], "it is larger than may be read")


def test_doctor_tells_when_the_stream_was_heard_and_what_is_not_read(
    address: str, tmp_path: Path, settings: Settings
) -> None:
    asked = {"STORYWAKE_PLATFORMS": '["bluesky"]', "STORYWAKE_BLUESKY_STREAM": "1"}
    engine = open_database(address)
    watch_seed(engine, settings, "moscow-times")
    assert "stream      bluesky" not in storywake("doctor", address=address, folder=tmp_path).stdout
    said = storywake("doctor", address=address, folder=tmp_path, **asked).stdout
    assert "limited  stream      bluesky: its stream was not heard yet" in said
    at = heard(engine, timedelta(minutes=1))
    lacking(engine)
    engine.dispose()
    said = storywake("doctor", address=address, folder=tmp_path, **asked).stdout
    assert f"ok       stream      bluesky: its stream was last heard {at}, at stream.example (v2)" in said
    waits = f"its stream from {DAY[0]} to {DAY[1]} is not read yet: stream.example: answered 503"
    assert f"limited  stream      moscow-times: {waits}" in said
    assert "from 2026-03-05T10:00:00Z to 2026-03-05T12:00:00Z was left out: it is larger than may be read" in said


def test_machines_are_told_how_long_the_stream_is_silent_and_what_is_not_read(
    engine: Engine, settings: Settings
) -> None:
    watch_seed(engine, settings, "moscow-times")
    with TestClient(build(engine, listening(settings)), base_url="http://localhost") as desk:
        assert desk.get("/healthz").json()["stream_seconds"] is None
    heard(engine, timedelta(hours=2))
    lacking(engine)
    with TestClient(build(engine, listening(settings)), base_url="http://localhost") as desk:
        assert 7_200 <= desk.get("/healthz").json()["stream_seconds"] < 7_500
        words = desk.get("/metrics").text
    assert 'storywake_stream_seconds{stream="bluesky",host="stream.example",form="v2"} 72' in words
    assert 'storywake_stream_unread_seconds{story="moscow-times",state="waiting"} 86400' in words
    assert 'storywake_stream_unread_seconds{story="moscow-times",state="left out"} 7200' in words
    with TestClient(build(engine, settings), base_url="http://localhost") as desk:
        assert "stream_seconds" not in desk.get("/healthz").json()


@pytest.mark.parametrize("form", ["v1", "v2"])
def test_a_storys_page_says_what_was_not_heard(engine: Engine, settings: Settings, form: str) -> None:
    watch_seed(engine, settings, "moscow-times")
    at = heard(engine, timedelta(hours=2), form)
    lacking(engine)
    with TestClient(build(engine, listening(settings)), base_url="http://localhost") as desk:
        page = desk.get("/story/moscow-times").text
    assert f"its stream was not heard since {at}, at stream.example ({form})" in page
    assert "is not read yet: stream.example: answered 503" in page
    assert ("keeps no past" in page) is (form == "v1")
    with reading(engine) as connection:
        assert len(waiting(connection, "bluesky", at)) == 2
