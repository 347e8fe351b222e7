"""The view ``lag``: where a platform told of more answers than are here, and since when."""

import re
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.records import Kind, Post, Reach, Tie, TieKind
from storywake.collector.sources import SOURCES
from storywake.db.engine import reading, writing
from storywake.db.posts import mark_deleted, save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import add_story
from storywake.db.views import view_sql

TEN, ELEVEN, NOON = "2024-03-03T10:00:00Z", "2024-03-03T11:00:00Z", "2024-03-03T12:00:00Z"


@pytest.fixture
def story(engine: Engine) -> int:
    with writing(engine) as connection:
        return add_story(
            connection,
            slug="bridge",
            title="Bridge",
            url=None,
            claims=(),
            created_at=TEN,
            watch_until="2025-01-01T00:00:00Z",
        ).id


def put(engine: Engine, story: int, at: str, *posts: Post) -> None:
    with writing(engine) as connection:
        save_posts(connection, posts, at)
        for post in posts:
            save_reaction(
                connection, story, post, Tie(kind=TieKind.LINKS, source="a", rests_on="b", confidence=1.0), at
            )


def post(platform: str, key: str, *, told: int | None = None, quoted: int | None = None, **more: Any) -> Post:
    return Post(platform=platform, external_id=key, text=key, reach=Reach(replies=told, quotes=quoted), **more)


def answer(platform: str, key: str, to: str) -> Post:
    return post(platform, key, kind=Kind.REPLY, in_reply_to=to)


def lag(engine: Engine) -> list[tuple[Any, ...]]:
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT platform, external_id, told, stored, since FROM lag ORDER BY 1, 2"))
        return [tuple(row) for row in rows]


def test_a_post_of_which_more_is_told_than_is_here_lags_since_it_was_told(engine: Engine, story: int) -> None:
    put(engine, story, TEN, post("mastodon", "root", told=1, quoted=0), answer("mastodon", "a", "root"))
    assert lag(engine) == []
    put(engine, story, ELEVEN, post("mastodon", "root", told=2, quoted=0))
    put(engine, story, NOON, post("mastodon", "root", told=2, quoted=2))
    put(engine, story, NOON, post("mastodon", "q", kind=Kind.QUOTE, quotes="root"))
    assert lag(engine) == [("mastodon", "root", 4, 2, NOON)]
    put(engine, story, NOON, post("mastodon", "r", kind=Kind.QUOTE, quotes="root"), answer("mastodon", "b", "root"))
    assert lag(engine) == []


def test_an_answer_that_is_gone_is_not_here(engine: Engine, story: int) -> None:
    put(engine, story, TEN, post("mastodon", "root", told=1), answer("mastodon", "a", "root"))
    with writing(engine) as connection:
        mark_deleted(connection, "mastodon", ["a"], ELEVEN)
    assert lag(engine) == [("mastodon", "root", 1, 0, TEN)]


def test_reddit_tells_of_deleted_comments_too_so_they_are_not_missing(engine: Engine, story: int) -> None:
    put(
        engine,
        story,
        TEN,
        post("reddit", "t3_a", told=2),
        answer("reddit", "t1_b", "t3_a"),
        answer("reddit", "t1_c", "t1_b"),
    )
    with writing(engine) as connection:
        mark_deleted(connection, "reddit", ["t1_b"], ELEVEN)
    assert lag(engine) == []
    put(engine, story, NOON, post("reddit", "t3_a", told=3))
    assert lag(engine) == [("reddit", "t3_a", 3, 2, NOON)]


@pytest.mark.parametrize("platform", ["reddit", "hackernews", "lemmy", "youtube"])
def test_where_a_platform_counts_answers_to_answers_a_whole_thread_lags_nothing(
    engine: Engine, story: int, platform: str
) -> None:
    put(
        engine,
        story,
        TEN,
        post(platform, "root", told=4),
        answer(platform, "a", "root"),
        answer(platform, "aa", "a"),
        answer(platform, "aaa", "aa"),
        answer(platform, "b", "root"),
    )
    assert lag(engine) == []
    with writing(engine) as connection:
        mark_deleted(connection, platform, ["aa"], ELEVEN)
    missing = [] if platform == "reddit" else [(platform, "root", 4, 3, TEN)]
    assert lag(engine) == missing, "what is below one that is gone is here"


@pytest.mark.parametrize("platform", ["mastodon", "x"])
def test_where_it_counts_direct_answers_only_theirs_are_no_part(engine: Engine, story: int, platform: str) -> None:
    put(
        engine,
        story,
        TEN,
        post(platform, "root", told=2),
        answer(platform, "a", "root"),
        answer(platform, "aa", "a"),
        answer(platform, "aaa", "aa"),
    )
    assert lag(engine) == [(platform, "root", 2, 1, TEN)]


def test_posts_that_answer_each_other_in_a_circle_are_counted_once(engine: Engine, story: int) -> None:
    put(engine, story, TEN, post("reddit", "root", told=5, in_reply_to="b"))
    put(engine, story, TEN, answer("reddit", "a", "root"), answer("reddit", "b", "a"))
    assert lag(engine) == [("reddit", "root", 5, 2, TEN)]


def test_the_view_names_the_platforms_that_say_they_count_whole_threads() -> None:
    [named] = re.findall(r"IN \((.*?)\)", view_sql("lag"))
    assert set(re.findall(r"'(\w+)'", named)) == {name for name, source in SOURCES.items() if source.whole_threads}
