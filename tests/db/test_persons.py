"""One person on several networks: what it rests on, and how it is undone."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, text

from storywake.collector.records import Author, Kind, Post, Tie, TieKind
from storywake.db import persons
from storywake.db.dropping import drop_reaction
from storywake.db.persons import set_identity, undo_identity
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.reporting import people_of
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.resolution import update_people

AT = "2026-03-01T10:00:00Z"


def post(platform: str, handle: str, name: str, *links: str) -> Post:
    author = Author(handle=handle, name=name, external_id=f"{platform}-{handle}", links=links)
    return Post(platform=platform, external_id=f"{platform}-{handle}-1", author=author, text=f"{handle} writes")


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    with engine.begin() as connection:
        return add_story(connection, slug="bridge", title="Bridge", url=None, claims=(), created_at=AT, watch_until=AT)


def people(engine: Engine, story: StoryRow, *posts: Post) -> list[dict[str, Any]]:
    tie = Tie(kind=TieKind.EMBEDDED, source="https://a.example/", rests_on="the article shows it", confidence=1.0)
    with engine.begin() as connection:
        save_posts(connection, posts, AT)
        for each in posts:
            save_reaction(connection, story.id, each, tie, AT)
    update_people(engine, story.id)
    with engine.begin() as connection:
        return people_of(connection, "bridge")


def test_profiles_that_declare_each_other_are_one_person(engine: Engine, story: StoryRow) -> None:
    found = people(
        engine,
        story,
        post("x", "bridgewatcher", "Bridge Watcher", "https://hachyderm.example/@ann"),
        post("mastodon", "ann@hachyderm.example", "Ann Lee", "https://x.com/bridgewatcher"),
    )
    assert [p["rests_on"] for p in found] == ["x:bridgewatcher and mastodon:ann@hachyderm.example declare each other"]
    assert set(found[0]["accounts"].split(", ")) == {"mastodon:ann@hachyderm.example", "x:bridgewatcher"}


def test_a_link_in_one_profile_alone_is_not_enough(engine: Engine, story: StoryRow) -> None:
    found = people(
        engine, story, post("x", "annlee", "Ann Lee", "https://bsky.app/profile/globe.example"), post("bluesky", "globe.example", "The Daily Globe")
    )  # fmt: skip
    assert len(found) == 2


def test_a_link_and_the_same_handle_are(engine: Engine, story: StoryRow) -> None:
    found = people(
        engine, story, post("x", "ann_lee", "ann 🌻", "https://bsky.app/profile/annlee.bsky.social"), post("bluesky", "annlee.bsky.social", "A.")
    )  # fmt: skip
    assert [p["rests_on"] for p in found] == ["x:ann_lee declares bluesky:annlee.bsky.social as its own"]


def test_an_analyst_sets_two_apart_and_takes_it_back(engine: Engine, story: StoryRow) -> None:
    posts = (post("x", "annlee", "Ann Lee"), post("bluesky", "ann.example", "Ann Lee"))
    assert len(people(engine, story, *posts)) == 1
    with engine.begin() as connection:
        set_identity(connection, story.id, "x:annlee", "bluesky:ann.example", False, "Maria", AT)
    apart = people(engine, story, *posts)
    assert sorted(p["accounts"] for p in apart) == ["bluesky:ann.example", "x:annlee"]
    assert people(engine, story, *posts) == apart
    with engine.begin() as connection:
        assert undo_identity(connection, story.id, "bluesky:ann.example", "x:annlee")
    assert len(people(engine, story, *posts)) == 1


def test_an_analyst_says_that_two_are_one(engine: Engine, story: StoryRow) -> None:
    posts = (post("x", "annlee", "Ann Lee"), post("youtube", "northportdiary", "Northport Diary"))
    assert len(people(engine, story, *posts)) == 2
    with engine.begin() as connection:
        set_identity(connection, story.id, "x:annlee", "youtube:northportdiary", True, "Maria", AT)
    assert [p["rests_on"] for p in people(engine, story, *posts)] == ["Maria says so"]


def test_three_accounts_called_anna_are_three_people(engine: Engine, story: StoryRow) -> None:
    found = people(engine, story, post("x", "anna88", "Anna"), post("bluesky", "an.example", "Anna"), post("reddit", "a1", "Anna"))  # fmt: skip
    assert sorted(p["accounts"] for p in found) == ["bluesky:an.example", "reddit:a1", "x:anna88"]


def test_an_account_is_asked_once_however_many_posts_it_wrote(
    engine: Engine, story: StoryRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persons, "ROWS_AT_ONCE", 2)  # reactions at once
    ann, ben = post("x", "annlee", "Ann Lee"), post("x", "benray", "Ben Ray")
    more = [replace(each, external_id=f"{each.external_id}{n}") for n in range(5) for each in (ann, ben)]
    page = Post(platform="web", external_id="https://b.example/1", kind=Kind.ARTICLE, author=Author(name="Ann Lee"))
    found = people(engine, story, ann, *more, page)
    assert [(p["accounts"], p["reactions"]) for p in found] == [("x:annlee", 6), ("x:benray", 5)]
    with engine.begin() as connection:
        assert [author.handle for author in persons.authors(connection, story.id)] == ["annlee", "benray"]


def test_a_reaction_that_was_dropped_counts_for_nobody(engine: Engine, story: StoryRow) -> None:
    first = post("x", "annlee", "Ann Lee")
    second = Post(platform="x", external_id="2", author=first.author, text="another")
    [found] = people(engine, story, first, second)
    assert (found["accounts"], found["reactions"]) == ("x:annlee", 2)
    with engine.begin() as connection:
        which = text("SELECT r.id FROM reaction r JOIN post p ON p.id = r.post_id WHERE p.key = '2'")
        reaction = connection.execute(which).scalar_one()
        drop_reaction(connection, story.id, reaction, AT)
        [left] = people_of(connection, "bridge")
        [shown] = connection.execute(text("SELECT accounts, reactions FROM people"))
    assert (left["accounts"], left["reactions"]) == tuple(shown) == ("x:annlee", 1)
