"""Posts are written once, observed many times, and found again when their id turns up."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from storywake.collector.records import Author, Post, Reach, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.forgetting import forget_post, forgettable
from storywake.db.posts import mark_deleted, save_posts
from storywake.db.reactions import save_reaction
from storywake.db.stories import add_story
from storywake.jobs.watch import watch_seed

ANN = Author(handle="ann", name="Ann Lee", external_id="1", followers=10)


def post(identity: str | None = "100", words: str | None = "Some words", **more: Any) -> Post:
    return Post(
        **{
            "platform": "x",
            "external_id": identity,
            "text": words,
            "author": ANN,
            "posted_at": "2024-03-03T10:00:00Z",
            **more,
        }
    )


def rows(engine: Engine, query: str) -> list[Any]:
    with engine.begin() as connection:
        return list(connection.execute(text(query)).all())


def save(engine: Engine, at: str, *posts: Post) -> None:
    with engine.begin() as connection:
        save_posts(connection, posts, at)


def test_a_post_seen_twice_is_one_row_with_two_observations(engine: Engine) -> None:
    save(engine, "2024-03-03T11:00:00Z", post(reach=Reach(likes=1)))
    save(engine, "2024-03-03T12:00:00Z", post(reach=Reach(likes=5, views=100)))
    assert rows(engine, "SELECT COUNT(*) FROM post") == [(1,)]
    assert rows(engine, "SELECT likes, views FROM observation ORDER BY observed_at") == [(1, None), (5, 100)]


def test_unknown_never_overwrites_known(engine: Engine) -> None:
    save(engine, "2024-03-03T11:00:00Z", post(language="en", links=("https://a.example/",)))
    save(engine, "2024-03-03T12:00:00Z", Post(platform="x", external_id="100", posted_at="2024-03-03"))
    assert rows(engine, "SELECT text, language, links, posted_at FROM post") == [
        ("Some words", "en", "https://a.example/", "2024-03-03T10:00:00Z")
    ]


def test_an_edit_keeps_the_text_before(engine: Engine) -> None:
    save(engine, "2024-03-03T11:00:00Z", post())
    save(engine, "2024-03-03T12:00:00Z", post(words="Other words"))
    save(engine, "2024-03-03T13:00:00Z", post(words="Other words"))
    assert rows(engine, "SELECT text FROM post") == [("Other words",)]
    assert rows(engine, "SELECT text, replaced_at FROM post_revision") == [("Some words", "2024-03-03T12:00:00Z")]


@pytest.mark.parametrize("first_known", [True, False])
def test_a_provisional_post_and_the_real_one_become_one(engine: Engine, first_known: bool) -> None:
    provisional = Post(
        platform="x",
        text="Some words https://t.co/x",
        author=Author(handle="Ann", name="Ann Lee"),
        posted_at="2024-03-03",
    )
    real = post(words="Some  words! https://t.co/y")
    for at, one in enumerate([real, provisional] if first_known else [provisional, real]):
        with engine.begin() as connection:
            story = add_story(
                connection, slug="s", title=None, url=None, claims=(), created_at="2024", watch_until="2025"
            )
            save_posts(connection, [one], f"2024-03-03T1{at}:00:00Z")
            save_reaction(
                connection,
                story.id,
                one,
                Tie(kind=TieKind.EMBEDDED, source=f"a{at}", rests_on="b", confidence=1),
                "2024-03-03T10:00:00Z",
            )
    assert rows(engine, "SELECT external_id FROM post") == [("100",)]
    assert rows(engine, "SELECT COUNT(*) FROM reaction") == [(1,)]
    assert rows(engine, "SELECT COUNT(*) FROM witness") == [(2,)]
    assert rows(engine, "SELECT COUNT(*) FROM account") == [(1,)]


def test_other_words_of_the_same_author_stay_another_post(engine: Engine) -> None:
    save(
        engine,
        "2024-03-03T11:00:00Z",
        Post(platform="x", text="Quite other words", author=Author(handle="ann"), posted_at="2024-03-03"),
    )
    save(engine, "2024-03-03T12:00:00Z", post())
    assert rows(engine, "SELECT COUNT(*) FROM post") == [(2,)]


def test_a_bluesky_post_named_by_handle_becomes_the_one_named_by_did(engine: Engine) -> None:
    named = Post(
        platform="bluesky",
        external_id="at://ann.example/app.bsky.feed.post/3k",
        url="https://bsky.app/profile/ann.example/post/3k",
        author=Author(handle="ann.example"),
    )
    real = Post(
        platform="bluesky",
        external_id="at://did:plc:a/app.bsky.feed.post/3k",
        url="https://bsky.app/profile/ann.example/post/3k",
        author=Author(handle="ann.example", external_id="did:plc:a"),
        text="hi",
    )
    save(engine, "2024-03-03T11:00:00Z", named)
    save(engine, "2024-03-03T12:00:00Z", real)
    assert rows(engine, "SELECT external_id, text FROM post") == [("at://did:plc:a/app.bsky.feed.post/3k", "hi")]


def test_a_deleted_post_keeps_its_row_loses_its_text_in_time_and_may_return(engine: Engine) -> None:
    save(engine, "2024-03-03T11:00:00Z", post())
    with engine.begin() as connection:
        assert mark_deleted(connection, "x", ["100", "200"], "2024-03-04T00:00:00Z") == 1
        assert forgettable(connection, "2024-03-04T00:00:00Z") == []
    save(engine, "2024-03-04T11:00:00Z", post())
    assert rows(engine, "SELECT deleted_at FROM post") == [(None,)]
    save(engine, "2024-03-05T11:00:00Z", Post(platform="x", external_id="100", deleted=True))
    with engine.begin() as connection:
        [gone] = forgettable(connection, "2024-04-05T00:00:00Z")
        forget_post(connection, gone.id, "2024-04-05T00:00:00Z")
        assert forgettable(connection, "2024-04-05T00:00:00Z") == []
    assert rows(engine, "SELECT text, deleted_at FROM post") == [(None, "2024-03-05T11:00:00Z")]
    save(engine, "2024-05-01T00:00:00Z", post())
    assert rows(engine, "SELECT text, deleted_at, forgotten_at FROM post") == [(post().text, None, None)]


def test_nothing_older_and_no_copy_brings_a_deleted_post_back(engine: Engine) -> None:
    save(engine, "2024-03-03T11:00:00Z", post())
    with engine.begin() as connection:
        mark_deleted(connection, "x", ["100"], "2024-03-04T00:00:00Z")
        [gone] = forgettable(connection, "2024-04-05T00:00:00Z")
        forget_post(connection, gone.id, "2024-04-05T00:00:00Z")
        save_posts(connection, [post()], "2024-03-03T12:00:00Z")
        save_posts(connection, [post()], "2024-06-01T00:00:00Z", copied=True)
    assert rows(engine, "SELECT text, deleted_at FROM post") == [(None, "2024-03-04T00:00:00Z")]


def test_reach_over_time_carries_forward_and_says_what_share_it_saw(engine: Engine) -> None:
    posts = [post("1", reach=Reach(likes=5)), post("2", reach=Reach())]
    with engine.begin() as connection:
        story = add_story(connection, slug="s", title=None, url=None, claims=(), created_at="2024", watch_until="2025")
        save_posts(connection, posts, "2024-03-03T10:10:00Z")
        for one in posts:
            save_reaction(
                connection,
                story.id,
                one,
                Tie(kind=TieKind.LINKS, source="a", rests_on="b", confidence=1),
                "2024-03-03T10:10:00Z",
            )
        save_posts(connection, [post("2", reach=Reach(likes=7))], "2024-03-03T12:10:00Z")
    seen = rows(engine, "SELECT hour, likes, views, posts, observed_share FROM reach_over_time ORDER BY hour")
    assert [tuple(r) for r in seen] == [
        ("2024-03-03T10:00:00Z", 5, None, 2, 0.5),
        ("2024-03-03T12:00:00Z", 12, None, 2, 1.0),
    ]


def test_an_analysts_label_stands_above_the_model(engine: Engine, settings: Settings) -> None:
    from storywake.jobs.assess import assess

    assess(engine, watch_seed(engine, settings, "moscow-times"))
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO label (reaction_id, claim_id, analyst, stance, set_at) SELECT MIN(r.id), MIN(c.id), 'ann', 'deny', '2026-01-01T00:00:00Z' FROM reaction r, claim c"
            )
        )
    [first] = rows(
        engine,
        "SELECT stance, by_analyst, model FROM stances WHERE reaction_id = (SELECT MIN(id) FROM reaction) AND claim LIKE '%secret%'",
    )
    assert (first.stance, bool(first.by_analyst), first.model) == ("deny", True, "analyst:ann")


@given(
    st.lists(
        st.tuples(st.sampled_from(["1", "2", "3", None]), st.sampled_from(["a", "b", "c"]), st.integers(0, 9)),
        max_size=12,
    )
)
@property_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_looks_gives_each_post_once(sqlite: Engine, looks: list[tuple[str | None, str, int]]) -> None:
    with sqlite.begin() as connection:
        for table in ("observation", "post_revision", "post", "account"):
            connection.execute(text(f"DELETE FROM {table}"))
        for number, (identity, words, likes) in enumerate(looks):
            save_posts(
                connection,
                [post(identity, words if identity is None else f"text {identity}", reach=Reach(likes=likes))],
                f"2024-03-03T10:{number:02}:00Z",
            )
    stored = rows(sqlite, "SELECT external_id, text FROM post")
    known = {identity for identity, _, _ in looks if identity}
    loose = {words for identity, words, _ in looks if identity is None}
    assert len(stored) == len(known) + len(loose)
