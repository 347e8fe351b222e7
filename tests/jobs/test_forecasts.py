"""How large a story may become: kept at each age, and shown beside its reach with what it rests on."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from storywake.collector.dates import stamp
from storywake.collector.figures.forecast import FORECAST_AGES
from storywake.collector.records import Post, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import StoryRow, add_story
from storywake.jobs import forecasts, summary
from storywake.jobs.digest import build
from storywake.jobs.mail.form import mail
from storywake.jobs.report import ReportFormat, report
from storywake.jobs.summary import tell_summary

TIE = Tie(kind=TieKind.LINKS, source="a", rests_on="b", confidence=1.0)


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    return plant(engine)


def plant(engine: Engine) -> StoryRow:
    """A story that came out at eight, with a reaction every five minutes until two o'clock."""
    with writing(engine) as connection:
        found = add_story(
            connection, slug="bridge", title="Bridge", url=None, claims=("It fell.",),
            created_at="2026-03-01T08:00:00Z", watch_until="2026-04-01T00:00:00Z",
        )  # fmt: skip
        for minute in range(0, 360, 5):
            at = f"2026-03-01T{8 + minute // 60:02}:{minute % 60:02}:00Z"
            post = Post(platform="bluesky", external_id=f"at://did:plc:a/{minute}", text=f"w {minute}", posted_at=at)
            save_posts(connection, [post], at)
            save_reaction(connection, found.id, post, TIE, at)
    return found


def at(monkeypatch: pytest.MonkeyPatch, time: str) -> None:
    for module in (summary, forecasts):
        monkeypatch.setattr(module, "now", lambda: time)


def test_a_forecast_is_kept_at_each_age_and_told_with_what_it_rests_on(
    engine: Engine, settings: Settings, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for time in ("2026-03-01T10:10:00Z", "2026-03-01T14:30:00Z"):
        at(monkeypatch, time)
        tell_summary(engine, story, settings)
        with writing(engine) as connection:  # what makes the figures be made anew at the next age
            save_posts(connection, [Post(platform="bluesky", external_id="at://did:plc:b/1", text="more")], time)
            save_reaction(
                connection, story.id, Post(platform="bluesky", external_id="at://did:plc:b/1", text="more"), TIE, time
            )
    with reading(engine) as connection:
        rows = connection.exec_driver_sql(
            "SELECT counted, age, seen, low, likely, high, own FROM forecasts WHERE story = 'bridge' ORDER BY age"
        ).all()
    assert [tuple(row)[:3] for row in rows] == [("reactions", 2, 25), ("reactions", 6, 73)]
    assert all(row.seen <= row.low <= row.likely <= row.high and row.own == 0 for row in rows)

    told = json.loads(report(engine, "bridge", ReportFormat.JSON, settings))["forecast"]
    assert told["ends_at"] == "2026-03-08T08:00:00Z"
    assert (told["reactions"]["age"], told["reactions"]["seen"], told["reactions"]["why"]) == (6, 73, None)
    assert told["engagement"]["why"] == "no network told counts by then"
    words = report(engine, "bridge", ReportFormat.TEXT, settings)
    assert "Forecast for 2026-03-08T08:00:00Z" in words
    assert f"reactions: {told['reactions']['low']} to {told['reactions']['high']}, likely" in words
    assert "engagement: cannot be told, since no network told counts by then" in words
    page = report(engine, "bridge", ReportFormat.HTML, settings)
    assert "How large it may become" in page


def test_a_story_of_four_days_has_none_and_says_so(
    engine: Engine, settings: Settings, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-03-05T12:00:00Z")
    tell_summary(engine, story, settings)
    told = json.loads(report(engine, "bridge", ReportFormat.JSON, settings))["forecast"]
    assert told["reactions"]["why"] == f"{FORECAST_AGES[-1]} hours have passed, after which little comes"
    assert told["reactions"]["likely"] is None
    assert "How large it may become" not in report(engine, "bridge", ReportFormat.HTML, settings)


def test_the_mail_says_between_how_many_a_story_is_likely_to_end(
    sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = plant(sqlite)
    made, later = datetime(2026, 3, 1, 14, 30, tzinfo=UTC), datetime(2026, 3, 3, 14, 30, tzinfo=UTC)
    at(monkeypatch, stamp(made))
    tell_summary(sqlite, story, settings)
    with reading(sqlite) as connection:
        [row] = connection.exec_driver_sql("SELECT low, high, seen, alike FROM forecasts").all()
    words = mail(build(sqlite, settings, None, None, made + timedelta(hours=2)), settings, "a@b.example").as_string()
    told = f"Likely to end between {row.low} and {row.high} reactions a week after it came out ({row.seen} by the time"
    assert told in " ".join(words.replace("=\n", "").split())
    late = mail(build(sqlite, settings, None, None, later), settings, "a@b.example").as_string()
    assert "Likely to end" not in late.replace("=\n", "")


def test_a_forecast_that_was_outgrown_before_the_next_age_is_told_nowhere(
    engine: Engine, settings: Settings, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = datetime(2026, 3, 1, 14, 30, tzinfo=UTC)
    at(monkeypatch, stamp(made))
    tell_summary(engine, story, settings)
    assert "Likely to end between" in build(engine, settings, None, None, made + timedelta(hours=1)).text
    with writing(engine) as connection:
        for number in range(400):
            post = Post(platform="bluesky", external_id=f"at://did:plc:c/{number}", text="w", posted_at=stamp(made))
            save_posts(connection, [post], stamp(made))
            save_reaction(connection, story.id, post, TIE, stamp(made))
    at(monkeypatch, stamp(made + timedelta(minutes=30)))
    tell_summary(engine, story, settings)
    assert "Likely to end" not in build(engine, settings, None, None, made + timedelta(hours=1)).text
    told = json.loads(report(engine, "bridge", ReportFormat.JSON, settings))["forecast"]["reactions"]
    assert (told["high"], told["why"]) == (None, "there is more already than nine of ten like it came to")
    assert "How large it may become" not in report(engine, "bridge", ReportFormat.HTML, settings)


def test_a_story_whose_time_is_unknown_is_no_younger_than_what_reacts_to_it(
    engine: Engine, settings: Settings, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-03-01T14:30:00Z")
    old = Post(platform="x", external_id="1", text="Old news.", posted_at="2023-07-26")
    with writing(engine) as connection:
        save_posts(connection, [old], "2026-03-01T14:20:00Z")
        save_reaction(connection, story.id, old, TIE, "2026-03-01T14:20:00Z")
    tell_summary(engine, story, settings)
    told = json.loads(report(engine, "bridge", ReportFormat.JSON, settings))["forecast"]
    assert told["reactions"]["likely"] is None
    assert f"{FORECAST_AGES[-1]} hours have passed" in told["reactions"]["why"]
