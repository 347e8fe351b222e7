"""The mail over days, years and the end of a story."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from storywake.collector.records import Post, Stance
from storywake.collector.settings import Settings
from storywake.db.posts import save_posts
from storywake.jobs.digest import build

from .mailed import MONDAY, TUESDAY, Said, react, story


@pytest.fixture
def mailing(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": "https://wake.example", "platforms": []})


def test_a_past_day_tells_the_words_of_that_day_of_a_post_that_was_edited_since(
    engine: Engine, mailing: Settings
) -> None:
    found = story(engine)
    reworded = "It was inspected, I was wrong."
    said = Said("Ann", "It was never inspected, I know it.", f"{MONDAY}T12:00:00Z", Stance.SUPPORT, 900)
    react(engine, found.id, [said])
    with engine.begin() as connection:
        edited = Post(platform="bluesky", external_id=f"at://did:plc:s{found.id}/app.bsky.feed.post/0", text=reworded)  # fmt: skip
        save_posts(connection, [edited], "2026-03-04T12:00:00Z")
    late = datetime(2026, 3, 9, tzinfo=UTC)
    then, since = (build(engine, mailing, day, None, late).text for day in (TUESDAY, "2026-03-05"))
    assert said.words in then
    assert reworded not in then
    assert said.words not in since


def test_a_story_that_ended_is_told_only_where_something_came_of_it(sqlite: Engine, mailing: Settings) -> None:
    ended, going = story(sqlite, "ended", "The old ferry"), story(sqlite, "going", "The new bridge")
    react(sqlite, going.id, [Said("Bob", "It opened.", "2026-03-01T12:00:00Z")])
    with sqlite.begin() as connection:
        connection.execute(text("UPDATE story SET watch_until = '2026-03-01T09:00:00Z' WHERE slug = 'ended'"))
    late = datetime(2026, 3, 9, tzinfo=UTC)
    first, after = (build(sqlite, mailing, day, None, late).text for day in (MONDAY, "2026-03-04"))
    assert "The old ferry" in first, "it ended since the mail before"
    assert ("The old ferry" in after, "The new bridge" in after) == (False, True)
    react(sqlite, ended.id, [Said("Ann", "It sails again.", "2026-03-05T12:00:00Z", likes=9)])
    assert "It sails again." in build(sqlite, mailing, "2026-03-06", None, late).text
    with sqlite.begin() as connection:
        connection.execute(text("UPDATE story SET watch_until = '2026-03-01T09:00:00Z'"))
    nothing = build(sqlite, mailing, "2026-03-08", None, late)
    assert "No story is being watched" in nothing.text


def test_a_post_of_another_year_is_told_with_it(sqlite: Engine, mailing: Settings) -> None:
    found = story(sqlite)
    react(sqlite, found.id, [Said("Ann", "It was never inspected.", f"{MONDAY}T12:00:00Z", likes=9)])
    with sqlite.begin() as connection:
        connection.execute(text("UPDATE post SET posted_at = '2023-03-01T10:00:00Z'"))
    assert "Wed 1 Mar 2023 10:00" in build(sqlite, mailing, TUESDAY, None, datetime(2026, 3, 9, tzinfo=UTC)).text
