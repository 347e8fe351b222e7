"""Stories are managed: shown, changed, paused, dropped from, removed, on both databases."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from storywake.collector.errors import BadInput
from storywake.collector.match.tie import embedded
from storywake.collector.net.evidence import Evidence
from storywake.collector.records import Article, Author, Post, Reach, Role
from storywake.collector.settings import Settings
from storywake.db.articles import article_keys, page_dropped, save_article
from storywake.db.claims import claims_of, first_claim
from storywake.db.evidence import save_evidence
from storywake.db.looks import add_look, look_again
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.status import StoryStatus
from storywake.db.stories import find_story, set_title_if_missing, stories
from storywake.jobs.intake import Arrival, store
from storywake.jobs.manage import Changes, change, list_stories, remove, show
from storywake.jobs.resolution import update_people
from storywake.jobs.watch import watch

SEEN = "2024-03-03T10:00:00Z"
PAPER, OTHER = "https://paper.example/bridge", "https://other.example/ferry"
CLAIMS = ("The bridge was never inspected.", "The mayor knew.")


def rows(engine: Engine, query: str) -> list[Any]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(query)).all()]


def post(key: str, **more: Any) -> Post:
    author = Author(handle=f"user{key}", external_id=f"u{key}", name=f"User {key}")
    return Post(platform="x", external_id=key, text=f"words {key}", author=author, reach=Reach(likes=1), **more)


def answered(engine: Engine, slug: str | None, body: bytes, shown: list[Post]) -> int:
    """An answer that a story was given, and what it showed."""
    with engine.begin() as connection:
        story = find_story(connection, slug).id if slug else None
        evidence = Evidence(
            url="https://x.example/api", final_url="https://x.example/api", fetched_at=SEEN, status=200, body=body
        )
        kept = save_evidence(connection, story, "x", evidence)
        save_posts(connection, shown, SEEN)
        for each in shown:
            connection.execute(
                text("INSERT INTO shown (evidence_id, post_id) SELECT :e, id FROM post WHERE key = :k"),
                {"e": kept, "k": each.external_id},
            )
        if story:
            store(
                connection,
                Arrival("x", SEEN, [find_story(connection, slug or "")], posts=shown),
                Settings(_env_file=None),
            )
    if story:
        update_people(engine, story)
    return kept


@pytest.fixture
def watched(engine: Engine, settings: Settings) -> Engine:
    """A story about a bridge: its article, a page that covers it, a post that links to it, an answer to that, a page's post."""
    watch(engine, settings, PAPER, claims=CLAIMS, slug="bridge")
    with engine.begin() as connection:
        story = find_story(connection, "bridge")
        save_article(connection, story.id, Article(url=PAPER, title="Bridge", text="Words."), Role.ORIGINAL, SEEN)
        save_article(connection, story.id, Article(url=OTHER, title="Ferry", text="Others."), Role.COVERAGE, SEEN)
        save_posts(connection, [post("30")], SEEN)
        save_reaction(connection, story.id, post("30"), embedded(OTHER), SEEN)
    answered(engine, "bridge", b"one answer", [post("10", links=(PAPER,)), post("11", in_reply_to="10")])
    return engine


def kept(engine: Engine) -> list[str]:
    return [row[0] for row in rows(engine, "SELECT external_id FROM reactions ORDER BY external_id")]


def test_stories_are_listed_with_how_they_stand(watched: Engine, settings: Settings) -> None:
    [row] = list_stories(watched)
    assert row["slug"] == "bridge"
    assert (row["status"], row["reactions"], row["title"], row["last_pass"]) == ("watched", 3, None, None)
    with watched.begin() as connection:
        look_again(connection, find_story(connection, "bridge").id, "page", "web", PAPER, "its own", SEEN)
        connection.execute(text("UPDATE look SET last_at = '2024-03-03T11:00:00Z' WHERE kind = 'page'"))
        connection.execute(text("UPDATE story SET watch_until = '2024-03-04T00:00:00Z'"))
    [row] = list_stories(watched)
    assert (row["status"], row["last_pass"]) == ("ended", "2024-03-03T11:00:00Z")


def test_a_story_is_shown_whole(watched: Engine, settings: Settings) -> None:
    change(watched, settings, "bridge", Changes(add_pages=["https://third.example/1"]))
    lines = "\n".join(show(watched, settings, "bridge"))
    for told in (PAPER, "status: watched, until 20", "1. The bridge was never inspected.", "2. The mayor knew.",
                 f"coverage: {OTHER} - Ferry", "reactions: 3 (x 3)", "looks: 1 due"):  # fmt: skip
        assert told in lines
    with pytest.raises(BadInput, match="no story 'ferry'"):
        show(watched, settings, "ferry")


def test_a_pasted_text_is_a_page_without_an_address(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "pool.txt").write_text(
        "The pool is closed\n\nThe council closed the pool on Monday, since it has mould.\n"
    )
    watch(engine, settings, str(tmp_path / "pool.txt"), slug="pool")
    lines = "\n".join(show(engine, settings, "pool"))
    assert "original: a text - The pool is closed" in lines
    assert "None" not in lines


def test_title_and_claims_are_changed_and_the_last_claim_stays(watched: Engine, settings: Settings) -> None:
    change(watched, settings, "bridge", Changes(title="A bridge", add_claims=["It fell."], drop_claims=[CLAIMS[0]]))
    with watched.begin() as connection:
        story = find_story(connection, "bridge")
        assert (story.title, [row.text for row in claims_of(connection, story.id)]) == (
            "A bridge",
            [CLAIMS[1], "It fell."],
        )
    with pytest.raises(BadInput, match="the last claim stays"):
        change(watched, settings, "bridge", Changes(drop_claims=["It fell.", CLAIMS[1]]))
    assert rows(watched, "SELECT COUNT(*) FROM claim") == [(2,)], "all of it or nothing"


def test_a_dropped_claim_takes_its_stances_and_labels_along(watched: Engine, settings: Settings) -> None:
    with watched.begin() as connection:
        for claim in claims_of(connection, find_story(connection, "bridge").id):
            values = {"c": claim.id, "at": SEEN}
            connection.execute(
                text(
                    "INSERT INTO label (reaction_id, claim_id, analyst, stance, set_at) SELECT id, :c, 'ann', 'deny', :at FROM reaction"
                ),
                values,
            )
            connection.execute(text("INSERT INTO stance (reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment) SELECT id, :c, 'm@1', 'h', :at, 'deny', 0, 1, 0, 0 FROM reaction"), values)  # fmt: skip
    change(watched, settings, "bridge", Changes(drop_claims=[CLAIMS[0]]))
    assert rows(watched, "SELECT DISTINCT claim FROM stances") == [(CLAIMS[1],)]
    assert rows(watched, "SELECT (SELECT COUNT(*) FROM label), (SELECT COUNT(*) FROM stance)") == [(3, 3)]


def test_a_paused_story_is_not_watched_and_an_ended_one_is_revived(watched: Engine, settings: Settings) -> None:
    def due() -> list[str]:
        with watched.begin() as connection:
            return [story.slug for story in stories(connection, watched_at="2024-03-03T10:00:00Z")]

    assert due() == ["bridge"]
    for status in (StoryStatus.PAUSED, StoryStatus.ENDED):
        change(watched, settings, "bridge", Changes(status=status))
        assert due() == []
        assert list_stories(watched)[0]["status"] == status
    with watched.begin() as connection:
        connection.execute(text("UPDATE story SET watch_until = '2024-03-04T00:00:00Z'"))
    change(watched, settings, "bridge", Changes(status=StoryStatus.WATCHED))
    assert list_stories(watched)[0]["status"] == "watched"


@pytest.mark.parametrize("change_to", ["paused", "ended", "over"])
def test_a_story_that_is_not_watched_has_no_due_looks(watched: Engine, settings: Settings, change_to: str) -> None:
    change(watched, settings, "bridge", Changes(add_pages=["https://third.example/1"]))
    assert "looks: 1 due, 0 failed the last time, 0 given up" in show(watched, settings, "bridge")
    if change_to == "over":
        with watched.begin() as connection:
            connection.execute(text("UPDATE story SET watch_until = '2024-03-04T00:00:00Z'"))
    else:
        change(watched, settings, "bridge", Changes(status=StoryStatus(change_to)))
    assert not [line for line in show(watched, settings, "bridge") if line.startswith("looks:")]


def test_looks_at_a_network_that_is_left_out_since_are_not_due(watched: Engine, settings: Settings) -> None:
    change(watched, settings, "bridge", Changes(add_pages=["https://third.example/1"]))
    with watched.begin() as connection:
        story = find_story(connection, "bridge")
        add_look(connection, story.id, "linking", "reddit", PAPER, "posts that link to the story", SEEN)
    told = {
        networks: next(line for line in show(watched, chosen, "bridge") if line.startswith("looks:"))
        for networks in ("web", "web reddit")
        if (chosen := settings.model_copy(update={"platforms": networks.split()}))
    }
    assert told == {
        "web": "looks: 1 due, 0 failed the last time, 0 given up",
        "web reddit": "looks: 2 due, 0 failed the last time, 0 given up",
    }


def test_a_page_that_is_added_is_looked_at_at_once(watched: Engine, settings: Settings) -> None:
    for _ in range(2):
        change(watched, settings, "bridge", Changes(add_pages=["https://third.example/1"]))
    query = "SELECT kind, source, target, about, reason, due_at <= '2999' FROM look WHERE post_id IS NULL"
    assert rows(watched, query) == [("link", "web", "https://third.example/1", "coverage", "an analyst added it", True)]
    with pytest.raises(BadInput, match="no address"):
        change(watched, settings, "bridge", Changes(add_pages=["third"]))


def test_a_dropped_reaction_stays_dropped_and_what_answered_it_goes(watched: Engine, settings: Settings) -> None:
    [(reaction,)] = rows(watched, "SELECT reaction_id FROM reactions WHERE external_id = '10'")
    change(watched, settings, "bridge", Changes(drop=[str(reaction)]))
    assert kept(watched) == ["30"]
    answered(watched, "bridge", b"again", [post("10", links=(PAPER,)), post("11", in_reply_to="10")])
    assert kept(watched) == ["30"], "found again, it stays dropped"
    for view in ("stances", "reach_over_time", "people"):
        told = str(rows(watched, f"SELECT * FROM {view}"))  # noqa: S608
        assert "User 10" not in told and "user10" not in told
    assert rows(watched, "SELECT MAX(posts) FROM reach_over_time") == [(1,)]
    with pytest.raises(BadInput, match="no reaction 9999"):
        change(watched, settings, "bridge", Changes(drop=["9999"]))


def test_a_dropped_page_is_left_out_with_what_it_alone_showed(watched: Engine, settings: Settings) -> None:
    change(watched, settings, "bridge", Changes(drop=[OTHER]))
    assert kept(watched) == ["10", "11"]
    assert rows(watched, "SELECT url FROM articles") == [(PAPER,)]
    with watched.begin() as connection:
        story = find_story(connection, "bridge")
        save_article(connection, story.id, Article(url=OTHER, text="Others anew."), Role.COVERAGE, SEEN)
        assert page_dropped(connection, story.id, OTHER)
        assert OTHER not in article_keys(connection, story.id)
        assert not save_reaction(connection, story.id, post("30"), embedded(OTHER), SEEN)
    assert rows(watched, "SELECT url FROM articles") == [(PAPER,)]


def test_an_unknown_address_that_is_dropped_is_never_taken_up(watched: Engine, settings: Settings) -> None:
    unknown = "https://third.example/1"
    change(watched, settings, "bridge", Changes(add_pages=[unknown]))
    change(watched, settings, "bridge", Changes(drop=[unknown]))
    assert rows(watched, "SELECT COUNT(*) FROM look WHERE post_id IS NULL") == [(0,)]
    with watched.begin() as connection:
        assert page_dropped(connection, find_story(connection, "bridge").id, f"{unknown}?utm_source=x")
    with pytest.raises(BadInput, match="was dropped"):
        change(watched, settings, "bridge", Changes(add_pages=[unknown]))
    with pytest.raises(BadInput, match="what bridge is about"):
        change(watched, settings, "bridge", Changes(drop=[PAPER]))


def test_a_post_is_dropped_by_its_address(watched: Engine, settings: Settings) -> None:
    change(watched, settings, "bridge", Changes(drop=["https://x.com/user10/status/10"]))
    assert kept(watched) == ["30"]
    assert rows(watched, "SELECT COUNT(*) FROM article") == [(2,)]


def test_a_removed_story_leaves_nothing_behind(watched: Engine, settings: Settings) -> None:
    change(watched, settings, "bridge", Changes(add_pages=["https://third.example/1"]))
    answered(watched, None, b"a look at a post alone", [post("10")])
    remove(watched, "bridge")
    left = {
        table: rows(watched, f"SELECT COUNT(*) FROM {table}")[0][0]  # noqa: S608
        for table in inspect(watched).get_table_names()
        if table not in ("alembic_version", "view_text")
    }
    assert {table: count for table, count in left.items() if count} == {}


def test_what_another_story_has_too_survives_a_removal(watched: Engine, settings: Settings) -> None:
    watch(watched, settings, "https://second.example/story", claims=("Another.",), slug="second")
    with watched.begin() as connection:
        second = find_story(connection, "second")
        save_article(connection, second.id, Article(url="https://second.example/story", text="S."), Role.ORIGINAL, SEEN)
    answered(watched, "second", b"second's own", [post("40", links=("https://second.example/story",))])
    answered(watched, "bridge", b"shows both", [post("10", links=(PAPER,)), post("40")])
    alone = answered(watched, None, b"a look at both", [post("11"), post("40")])
    remove(watched, "bridge")
    assert rows(watched, "SELECT slug FROM story") == [("second",)]
    assert kept(watched) == ["40"]
    assert rows(watched, "SELECT likes FROM observations WHERE external_id = '40'") == [(1,)]
    left = rows(watched, "SELECT e.id, s.slug FROM evidence e LEFT JOIN story s ON s.id = e.story_id ORDER BY e.id")
    assert [slug for _, slug in left] == ["second", "second", None]
    assert left[-1][0] == alone
    assert rows(watched, "SELECT COUNT(*) FROM evidence_body") == [(3,)]
    assert [row[0] for row in rows(watched, "SELECT external_id FROM post ORDER BY external_id")] == ["10", "40"]


def test_title_and_first_claim_come_from_the_first_reading_where_none_was_given(
    engine: Engine, settings: Settings
) -> None:
    watch(engine, settings, PAPER, slug="bridge")
    with engine.begin() as connection:
        story = find_story(connection, "bridge")
        assert set_title_if_missing(connection, story.id, "Bridge never inspected")
        assert first_claim(connection, story.id, "Bridge never inspected")
        assert not set_title_if_missing(connection, story.id, "Another")
        assert not first_claim(connection, story.id, "Another")
        assert not first_claim(connection, story.id, None)
        assert find_story(connection, "bridge").title == "Bridge never inspected"
        assert [row.text for row in claims_of(connection, story.id)] == ["Bridge never inspected"]
