"""How far each reaction reached, told by the views ``reach``, ``steps`` and ``own_posts`` from its looks."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, text

from storywake.collector.records import Author, Kind, Post, Reach, Tie, TieKind
from storywake.collector.sources import SOURCES
from storywake.db.engine import reading, writing
from storywake.db.posts import save_posts
from storywake.db.questions import asked, find_question
from storywake.db.reactions import save_reaction
from storywake.db.sql import read_only
from storywake.db.stories import add_story

TIE = Tie(kind=TieKind.LINKS, source="a", rests_on="it links", confidence=1.0)
DAY = "2026-11-20"


def at(hours: float) -> str:
    return f"2026-11-{20 + int(hours) // 24:02}T{int(hours) % 24:02}:{round(hours % 1 * 60):02}:00Z"


def put(
    connection: Connection, key: str, looks: Sequence[tuple[float, Reach]], *, posted: str | None = None,
    author: str = "anna", platform: str = "x", kind: Kind = Kind.POST,
) -> None:  # fmt: skip
    """A reaction of the story that was posted at zero o'clock of ``DAY``, where no other time is given, with its looks by hours."""
    post = Post(
        platform=platform, external_id=key, kind=kind, text=key, posted_at=posted or at(0),
        author=Author(external_id=author, handle=author, followers=900),
    )  # fmt: skip
    save_posts(connection, [post], posted or at(0))
    for hours, counts in looks:
        save_posts(connection, [replace(post, reach=counts)], at(hours))
    save_reaction(connection, 1, post, TIE, posted or at(0))


@pytest.fixture
def story(engine: Engine) -> Engine:
    with writing(engine) as connection:
        add_story(
            connection, slug="bridge", title=None, url=None, claims=(), created_at=at(0), watch_until="2027-01-01T00:00:00Z"
        )  # fmt: skip
    return engine


def rows(engine: Engine, query: str) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def test_rate_peak_and_half_life_are_told_between_looks(story: Engine) -> None:
    with writing(story) as connection:
        put(
            connection, "one",
            [(1, Reach(likes=10, reposts=2, views=500)), (2, Reach(likes=40, reposts=2, views=900)), (6, Reach(likes=88, reposts=12, views=1300))],
        )  # fmt: skip
    [row] = rows(story, "SELECT * FROM reach")
    assert (row["story"], row["author"], row["engagement"], row["views"]) == ("bridge", "anna", 100, 1300)
    assert (row["audience"], row["looks"], row["age"], row["last_observed_at"]) == (900, 3, 6, at(6))
    assert (row["rate"], row["view_rate"]) == (58 / 4, 100)
    assert (row["peak_rate"], row["peak_since"], row["peak_until"]) == (30, at(1), at(2))
    assert row["half_life"] == 2 + 4 * 8 / 58, "of 100 there were 42 after two hours and 50 somewhat later"
    assert (row["half_by"], row["longest_gap"], row["falls"], row["broken"]) == (6, 4, 0, None)


def test_of_one_look_there_is_no_rate_no_peak_and_no_half_life(story: Engine) -> None:
    with writing(story) as connection:
        put(connection, "one", [(5, Reach(likes=10))])
        put(connection, "none", [])
    seen, unseen = rows(story, "SELECT * FROM reach ORDER BY reaction_id")
    for name in ("rate", "view_rate", "peak_rate", "peak_since", "half_life", "usual", "beside_usual"):
        assert seen[name] is None, name
        assert unseen[name] is None, name
    assert (seen["engagement"], seen["half_by"], seen["longest_gap"]) == (10, 5, 5)
    assert (unseen["looks"], unseen["engagement"], unseen["age"]) == (0, None, None)


def test_half_life_is_unknown_where_the_first_look_found_half_already(story: Engine) -> None:
    with writing(story) as connection:
        put(connection, "late", [(30, Reach(likes=90)), (31, Reach(likes=100))])
        put(connection, "by day", [(30, Reach(likes=10)), (31, Reach(likes=100))], posted=DAY)
    late, by_day = rows(story, "SELECT * FROM reach ORDER BY reaction_id")
    assert (late["half_life"], late["half_by"]) == (None, 30)
    assert (late["peak_rate"], late["peak_since"]) == (10, at(30)), "from posting to the first look it was 3 an hour"
    assert (by_day["half_life"], by_day["half_by"], by_day["age"], by_day["rate"]) == (None, None, None, 90)


def test_counts_that_fall_are_said_and_no_gain(story: Engine) -> None:
    with writing(story) as connection:
        put(connection, "one", [(1, Reach(likes=100, replies=5)), (2, Reach(likes=60, replies=7)), (3, Reach(likes=60, replies=7))])  # fmt: skip
    steps = rows(story, "SELECT fell, gained, rate, from_posting FROM steps ORDER BY observed_at")
    assert [(s["fell"], s["gained"], bool(s["from_posting"])) for s in steps] == [
        (None, 105, True),
        ("likes", -38, False),
        (None, 0, False),
    ]
    [row] = rows(story, "SELECT * FROM reach")
    assert (row["falls"], row["rate"], row["half_by"]) == (1, 0, 1)


def test_views_are_not_compared_across_a_change_of_what_they_count(story: Engine) -> None:
    with writing(story) as connection:
        put(
            connection, "video", [], platform="youtube", posted="2026-08-25T00:00:00Z"
        )  # fmt: skip
        for when, views, likes in (("2026-08-26T12:00:00Z", 1000, 10), ("2026-08-27T12:00:00Z", 9000, 34), ("2026-08-28T12:00:00Z", 9600, 58)):  # fmt: skip
            post = Post(platform="youtube", external_id="video", text="video", reach=Reach(views=views, likes=likes))
            save_posts(connection, [post], when)
    steps = rows(story, "SELECT gained_views, gained, broken FROM steps ORDER BY observed_at")
    assert [tuple(s.values()) for s in steps] == [(1000, 10, None), (None, 24, "views"), (600, 24, None)]
    [row] = rows(story, "SELECT * FROM reach")
    assert (row["broken"], row["view_rate"], row["rate"]) == ("views", 25, 1)


def test_the_days_of_such_changes_are_those_that_the_platforms_tell(story: Engine) -> None:
    told = {(s.name, one.metric, one.day) for s in SOURCES.values() for one in s.breaks}
    assert {tuple(row.values()) for row in rows(story, "SELECT * FROM breaks")} == told


def test_a_post_is_compared_with_its_accounts_own_at_the_same_age(story: Engine) -> None:
    """Looked at after six hours: others by two looks around that age, by one that is near, and not by one that is far."""
    with writing(story) as connection:
        put(connection, "it", [(1, Reach(likes=10)), (6, Reach(likes=100))])
        put(connection, "by two", [(4, Reach(likes=10)), (8, Reach(likes=30))])
        put(connection, "same age", [(6, Reach(likes=4)), (90, Reach(likes=4000))])
        put(connection, "near before", [(5.5, Reach(likes=16))])
        put(connection, "near after", [(6.5, Reach(likes=30))])
        put(connection, "far", [(3, Reach(likes=5000))])
        put(connection, "untold", [(6, Reach(views=9))])
        put(connection, "answer", [(6, Reach(likes=1))], kind=Kind.REPLY)
        put(connection, "another's", [(6, Reach(likes=1))], author="ben")
        put(connection, "by day", [(6, Reach(likes=1))], posted=DAY)
    query = "SELECT usual, usual_of, beside_usual FROM reach ORDER BY reaction_id LIMIT 1"
    assert [tuple(row.values()) for row in rows(story, query)] == [(None, 4, None)], "four are too few"
    with writing(story) as connection:
        put(connection, "more", [(6, Reach(likes=50))])
    assert [tuple(row.values()) for row in rows(story, query)] == [(20, 5, 5)]
    known = rows(story, "SELECT engagement FROM own_posts WHERE reaction_id = 1 AND engagement IS NOT NULL ORDER BY 1")
    assert [row["engagement"] for row in known] == [4, 16, 20, 30, 50]


def test_an_account_is_compared_with_its_last_hundred_posts(story: Engine) -> None:
    with writing(story) as connection:
        put(connection, "it", [(6, Reach(likes=60))], posted=at(0))
        old = [f"2026-{1 + n // 28:02}-{1 + n % 28:02}T10:00:00Z" for n in range(105)]
        for n, posted in enumerate(old):
            put(connection, f"old {n}", [], posted=posted)
            later = posted.replace("T10", "T16")
            post = Post(platform="x", external_id=f"old {n}", text=f"old {n}", reach=Reach(likes=7 if n > 5 else 900))
            save_posts(connection, [post], later)
    [row] = rows(story, "SELECT usual, usual_of, beside_usual FROM reach WHERE reaction_id = 1")
    assert row["usual"] == 7
    assert row["usual_of"] == 100


FIRST_ROWS: dict[str, dict[str, Any]] = {
    "fastest": {"rate": 8, "reaction_id": 2},
    "peaks": {"peak_rate": 60, "peak_since": at(0), "reaction_id": 1},
    "half-lives": {"half_life": 5.3125, "half_by": 10, "reaction_id": 2},
    "beyond-usual": {"beside_usual": 5, "usual_of": 5, "reaction_id": 3},
    "fell": {"fell": "likes", "since": at(1), "observed_at": at(2), "reaction_id": 1},
    "gaps": {"hours": 9, "from_posting": False, "reaction_id": 2},
}


def test_a_question_for_each_is_saved(story: Engine) -> None:
    with writing(story) as connection:
        put(connection, "fell", [(1, Reach(likes=60)), (2, Reach(likes=50))], author="ben")
        put(connection, "grows", [(1, Reach(likes=3)), (10, Reach(likes=75))], author="carl")
        put(connection, "it", [(6, Reach(likes=10))])
        for n in range(5):
            put(connection, f"own {n}", [(6, Reach(likes=2))])
    for name, wanted in FIRST_ROWS.items():
        with read_only(story, asked(find_question(name), {"story": "bridge"})) as result:
            row = dict(zip(result.columns, next(iter(result.rows)), strict=True))
        assert {column: row[column] for column in wanted} == wanted, name
