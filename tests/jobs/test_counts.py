"""When counts are looked at again: by what a post gathers for its age, whoever showed it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from storywake.collector.records import Kind, Post, Reach, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.looks import due_looks
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.intake import Arrival, take_in
from storywake.jobs.turns import in_order

from .world import ask

POSTED = datetime.fromisoformat("2026-03-01T10:00:00Z")
TIE = Tie(kind=TieKind.LINKS, source="a", rests_on="b", confidence=1.0)
SECONDS = "%Y-%m-%dT%H:%M:%SZ"


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    return new_story(engine, "s")


def new_story(engine: Engine, slug: str) -> StoryRow:
    with writing(engine) as connection:
        return add_story(
            connection, slug=slug, title=None, url=None, claims=(), created_at=at(0), watch_until=at(10_000)
        )


def at(hours: float) -> str:
    return (POSTED + timedelta(hours=hours)).strftime(SECONDS)


def shown(
    engine: Engine, settings: Settings, story: StoryRow, hours: float, likes: int | None, *, key: str = "1", age: float = 0
) -> float:  # fmt: skip
    """Bluesky shows a post of ``age`` hours at zero o'clock; hours until its counts are looked at again."""
    post = Post(
        platform="bluesky",
        external_id=f"at://did:plc:a/{key}",
        kind=Kind.POST,
        text=f"words of {key}",
        posted_at=at(-age),
        reach=Reach(likes=likes),
    )
    take_in(engine, Arrival("bluesky", at(hours), [story], posts=[post], tie=TIE), settings)
    [row] = ask(
        engine,
        "SELECT l.due_at FROM look l JOIN post p ON p.id = l.post_id WHERE l.kind = 'counts' AND p.text = :words",
        words=f"words of {key}",
    )
    return (datetime.fromisoformat(row.due_at) - POSTED) / timedelta(hours=1) - hours


def test_a_post_that_gathers_is_looked_at_often_and_a_quiet_one_seldom(
    engine: Engine, settings: Settings, story: StoryRow
) -> None:
    for hours, likes in ((0.25, 20), (1, 60), (6, 150), (24, 230)):
        busy = shown(engine, settings, story, hours, likes, key="busy")
        quiet = shown(engine, settings, story, hours, 0, key="quiet")
        assert 0.25 <= busy <= quiet <= 48
    assert busy < 0.5
    assert quiet > 2


def test_a_dead_post_that_grows_again_is_looked_at_soon(engine: Engine, settings: Settings, story: StoryRow) -> None:
    for hours in (0.25, 1, 4, 16, 64):
        quiet = shown(engine, settings, story, hours, 1)
    assert shown(engine, settings, story, 80, 90) < quiet / 4


def test_what_an_old_post_had_before_its_story_says_nothing_of_its_tempo(
    engine: Engine, settings: Settings, story: StoryRow
) -> None:
    old = shown(engine, settings, story, 0.25, 90_000, key="old", age=24 * 700)
    new = shown(engine, settings, story, 0.25, 0, key="new", age=0)
    assert old == new


def test_a_platform_that_tells_no_counts_is_asked_ever_more_seldom_and_at_least_every_two_days(
    engine: Engine, settings: Settings, story: StoryRow
) -> None:
    waits = [shown(engine, settings, story, hours, None) for hours in (1, 10, 100, 1000, 9000)]
    assert waits == sorted(waits)
    assert waits[-1] == 48


def test_where_not_all_can_be_asked_stories_take_turns(engine: Engine, settings: Settings, story: StoryRow) -> None:
    other = new_story(engine, "other")
    for number in range(6):
        shown(engine, settings, story, 0.25, 500 - number, key=f"large {number}")
    shown(engine, settings, other, 0.25, 1, key="small")
    with reading(engine) as connection:
        looks = [look for look in due_looks(connection, [story.id, other.id], at(50), 2) if look.kind == "counts"]
    order = [(look.external_id or "").rpartition("/")[2] for look in in_order(looks, at(50))]
    assert order[:3] == ["large 0", "small", "large 1"]
