"""What happened to a story, in one list: corrections, headlines, the balance, deletions, publishers, fact-checks."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.records import Article, Author, Kind, Post, Reach, Review, Role, Stance, Tie, TieKind
from storywake.db.articles import save_article
from storywake.db.changes import balance_changes, keep_balance_changes
from storywake.db.claims import add_claim, drop_claim
from storywake.db.dropping import drop_address, drop_reaction
from storywake.db.forgetting import forget_post
from storywake.db.posts import mark_deleted, save_posts
from storywake.db.reactions import save_reaction
from storywake.db.removal import remove_story
from storywake.db.reviews import save_review
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.erase import erase

CLAIM = "The bridge is unsafe"
PAGE = "https://herald.example/bridge"
LINK = Tie(kind=TieKind.LINKS, source=PAGE, rests_on="its text links", confidence=1.0)
DAYS = [f"2024-03-0{day}T12:00:00Z" for day in range(1, 10)]
BEFORE, AFTER = {"support": 0.7, "deny": 0.1, "query": 0.1, "comment": 0.1}, {"support": 0.3, "deny": 0.5, "query": 0.1, "comment": 0.1}  # fmt: skip


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    with engine.begin() as connection:
        return add_story(
            connection,
            slug="bridge",
            title="Bridge",
            url=PAGE,
            claims=(CLAIM,),
            created_at=DAYS[0],
            watch_until=DAYS[8],
        )


def told(engine: Engine, kind: str, columns: str = "at, what, before, after, url, found_at") -> list[tuple[Any, ...]]:
    with engine.begin() as connection:
        query = f"SELECT {columns} FROM changes WHERE story = 'bridge' AND kind = :kind ORDER BY at, what"
        return [tuple(row) for row in connection.execute(text(query), {"kind": kind})]


def ask(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def page(
    engine: Engine,
    story: StoryRow,
    day: int,
    title: str = "Bridge unsafe",
    words: str = "Words.",
    publisher: str = "Herald",
    url: str = PAGE,
    **more: Any,
) -> None:
    role = more.pop("role", Role.ORIGINAL)
    with engine.begin() as connection:
        article = Article(url=url, title=title, publisher=publisher, text=words, **more)
        save_article(connection, story.id, article, role, DAYS[day])


def react(engine: Engine, story: StoryRow, number: str, **more: Any) -> Post:
    post = Post(**{"platform": "x", "external_id": number, "author": Author(handle="ann"), "text": "No!", **more})
    with engine.begin() as connection:
        save_posts(connection, [post], DAYS[0])
        save_reaction(connection, story.id, post, LINK, DAYS[0])
    return post


def test_a_correction_is_dated_by_when_it_was_first_known(engine: Engine, story: StoryRow) -> None:
    page(engine, story, 0)
    assert told(engine, "correction") == []
    page(engine, story, 2, words="Other words.", corrections=("An earlier version was wrong.",))
    page(engine, story, 3, words="Words again.", corrections=("An earlier version was wrong.",))
    note = "An earlier version was wrong."
    assert told(engine, "correction") == [(DAYS[2], "Herald", None, note, PAGE, DAYS[2])]


def test_a_headline_is_told_with_the_one_before(engine: Engine, story: StoryRow) -> None:
    for day, (title, words) in enumerate(
        (("Unsafe", "A."), ("Unsafe", "B."), ("Safe after all", "B."), ("Safe", "C."))
    ):
        page(engine, story, day, title, words)
    assert told(engine, "headline") == [
        (DAYS[2], "Herald", "Unsafe", "Safe after all", PAGE, DAYS[2]),
        (DAYS[3], "Herald", "Safe after all", "Safe", PAGE, DAYS[3]),
    ]
    assert ask(engine, "SELECT kind, replaced_at, title, text FROM revisions ORDER BY replaced_at") == [
        ("article", DAYS[1], "Unsafe", "A."),
        ("article", DAYS[2], "Unsafe", "B."),
        ("article", DAYS[3], "Safe after all", "B."),
    ]


def test_a_publisher_is_told_once_by_its_first_article(engine: Engine, story: StoryRow) -> None:
    page(engine, story, 0)
    page(engine, story, 1, "Old news", publisher="Post", url="https://post.example/0", role=Role.EARLIER)
    page(engine, story, 2, "Picked up", publisher="Post", url="https://post.example/1", published_at=DAYS[1])
    page(engine, story, 3, "Again", publisher="Post", url="https://post.example/2", role=Role.COVERAGE)
    assert told(engine, "publisher") == [
        (DAYS[0], "Herald", None, "Bridge unsafe", PAGE, DAYS[0]),
        (DAYS[1], "Post", None, "Picked up", "https://post.example/1", DAYS[2]),
    ]
    with engine.begin() as connection:
        drop_address(connection, story.id, "https://post.example/1", DAYS[4])
    assert [row[3] for row in told(engine, "publisher")] == ["Bridge unsafe", "Again"]


def test_a_deletion_shows_the_words_as_long_as_they_are_kept(engine: Engine, story: StoryRow) -> None:
    react(engine, story, "1", url="https://x.example/1")
    with engine.begin() as connection:
        mark_deleted(connection, "x", ["1"], DAYS[4])
    assert told(engine, "deletion") == [(DAYS[4], "ann", "No!", None, "https://x.example/1", DAYS[4])]
    [(number, post)] = ask(engine, "SELECT id, post_id FROM reaction")
    with engine.begin() as connection:
        forget_post(connection, post, DAYS[5])
    assert told(engine, "deletion", "before, reaction_id") == [(None, number)]
    with engine.begin() as connection:
        drop_reaction(connection, story.id, number, DAYS[6])
    assert told(engine, "deletion") == []


def test_a_fact_check_is_told_with_its_rating(engine: Engine, story: StoryRow) -> None:
    post = react(
        engine, story, "https://check.example/1", platform="web", kind=Kind.ARTICLE, url="https://check.example/1"
    )
    review = Review(claim=CLAIM, claimant=None, rating="Mostly false", value=0.25, stance=Stance.DENY)
    with engine.begin() as connection:
        save_review(connection, story.id, post, review, DAYS[3])
    assert told(engine, "factcheck") == [(DAYS[3], CLAIM, None, "Mostly false", "https://check.example/1", DAYS[3])]


def test_an_edit_is_a_revision_which_goes_when_the_person_is_taken_out(engine: Engine, story: StoryRow) -> None:
    react(engine, story, "1", text="Unsafe, I say")
    with engine.begin() as connection:
        author = Author(handle="ann")
        save_posts(connection, [Post(platform="x", external_id="1", author=author, text="Safe")], DAYS[2])
    assert ask(
        engine, "SELECT v.kind, v.replaced_at, v.text FROM revisions v JOIN reactions r ON r.reaction_id = v.id"
    ) == [("post", DAYS[2], "Unsafe, I say")]
    with engine.begin() as connection:
        mark_deleted(connection, "x", ["1"], DAYS[3])
    erase(engine, "x", "ann")
    assert ask(engine, "SELECT text FROM revisions") == []
    assert told(engine, "deletion", "what, before, url") == [(None, None, None)]


def change(at: str, after: dict[str, float] = AFTER, claim: str = CLAIM) -> dict[str, Any]:
    return {"claim": claim, "at": at, "before": BEFORE, "after": after, "chance": 0.001}


def test_a_change_of_the_balance_stays_where_it_was_first_found(engine: Engine, story: StoryRow) -> None:
    with engine.begin() as connection:
        [new] = keep_balance_changes(connection, story.id, [change("2024-03-03T09:00:00Z")], DAYS[3])
        assert (new.at, new.after, new.found_at) == ("2024-03-03T09:00:00Z", AFTER, DAYS[3])
        moved = change("2024-03-03T15:00:00Z", AFTER | {"deny": 0.6})
        assert keep_balance_changes(connection, story.id, [moved], DAYS[4]) == []
        assert balance_changes(connection, story.id) == [new]
    [row] = told(engine, "balance")
    assert row[:2] == ("2024-03-03T09:00:00Z", CLAIM) and row[5] == DAYS[3] and '"deny": 0.5' in row[3]


def test_another_day_another_stance_and_another_claim_are_other_changes(engine: Engine, story: StoryRow) -> None:
    with engine.begin() as connection:
        add_claim(connection, story.id, "The mayor knew")
        changes = [
            change("2024-03-03T09:00:00Z"),
            change("2024-03-04T09:00:01Z"),
            change("2024-03-03T10:00:00Z", {"support": 0.1, "deny": 0.1, "query": 0.7, "comment": 0.1}),
            change("2024-03-03T09:00:00Z", claim="The mayor knew"),
            change("2024-03-03T09:00:00Z", claim="No claim of this story"),
        ]
        assert len(keep_balance_changes(connection, story.id, changes, DAYS[4])) == 4
        assert keep_balance_changes(connection, story.id, changes, DAYS[5]) == []
        drop_claim(connection, story.id, "The mayor knew")
        assert len(balance_changes(connection, story.id)) == 3


def test_a_change_that_a_recount_does_not_bear_out_is_withdrawn_and_never_new_again(
    engine: Engine, story: StoryRow
) -> None:
    with engine.begin() as connection:
        keep_balance_changes(connection, story.id, [change("2024-03-03")], DAYS[3])
        keep_balance_changes(connection, story.id, [], DAYS[4])
        assert balance_changes(connection, story.id) == []
    assert told(engine, "balance") == []
    with engine.begin() as connection:
        assert keep_balance_changes(connection, story.id, [change("2024-03-03T01:00:00Z")], DAYS[5]) == []
        assert [row.found_at for row in balance_changes(connection, story.id)] == [DAYS[3]]
        remove_story(connection, story)
    assert ask(engine, "SELECT * FROM balance_change") == []


def observe(engine: Engine, number: str, at: str, **counts: int) -> None:
    post = Post(platform="x", external_id=number, text="No!", author=Author(handle="ann"), reach=Reach(**counts))
    with engine.begin() as connection:
        save_posts(connection, [post], at)


def test_growth_is_what_a_day_added_to_the_last_look_before_it(engine: Engine, story: StoryRow) -> None:
    react(engine, story, "1", posted_at="2024-03-01T08:00:00Z")
    react(engine, story, "2", posted_at="2024-02-01")
    for at, counts in (
        ("2024-03-01T09:00:00Z", {"likes": 3}),
        ("2024-03-01T23:59:59Z", {"likes": 10, "views": 100}),
        ("2024-03-04T00:00:00Z", {"likes": 8, "views": 250, "replies": 1}),
        ("2024-03-05T00:00:00Z", {"likes": 9}),
    ):
        observe(engine, "1", at, **counts)
    observe(engine, "2", "2024-03-01T10:00:00Z", likes=500)
    query = """SELECT g.day, g.likes, g.views, g.replies, g.since FROM growth g JOIN reactions r ON r.reaction_id = g.reaction_id
        WHERE r.external_id = '{}' ORDER BY g.day"""
    assert ask(engine, query.format(1)) == [
        ("2024-03-01", 10, 100, None, None),
        ("2024-03-04", -2, 150, None, "2024-03-01T23:59:59Z"),
        ("2024-03-05", 1, None, None, "2024-03-04T00:00:00Z"),
    ]
    assert ask(engine, query.format(2)) == [("2024-03-01", None, None, None, None)], "posted before it was seen"


def test_a_reaction_tells_its_engagement_followers_and_whom_it_answers(engine: Engine, story: StoryRow) -> None:
    react(engine, story, "1", reach=Reach(likes=5, quotes=2, views=900), author=Author(handle="ann", followers=70))
    react(engine, story, "2", in_reply_to="1", author=Author(name="Ben"))
    react(engine, story, "3", in_reply_to="2", reach=Reach(views=5))
    query = """SELECT external_id, engagement, followers, reply_to_author, story_title, deleted_at FROM reactions
        ORDER BY external_id"""
    assert ask(engine, query) == [
        ("1", 7, 70, None, "Bridge", None),
        ("2", None, None, "ann", "Bridge", None),
        ("3", None, 70, "Ben", "Bridge", None),
    ]
