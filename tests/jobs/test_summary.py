"""A story's figures, kept ready: every number of a planted story is known, and they are made only where it changed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from storywake.collector.match.remarks import Remark
from storywake.collector.records import Author, Post, Reach, Stance, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.collector.stance import Assessment
from storywake.db.assessments import Pending, save_assessments, set_label
from storywake.db.changes import balance_changes
from storywake.db.claims import add_claim
from storywake.db.engine import reading, writing
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.remarks import save_remarks
from storywake.db.removal import remove_story
from storywake.db.stories import StoryRow, add_story, find_story
from storywake.db.summaries import kept_series, kept_summary
from storywake.jobs import summary
from storywake.jobs.summary import freshen, summary_now, summary_of, tell_summary

NOW = "2026-03-05T12:00:00Z"
CORRECTED = "2026-03-03T10:00:00Z"
PAPER = "https://paper.example/bridge"
CLAIM = "The bridge was never inspected."
CORRECTION = "An earlier version said that the bridge was never inspected; it was inspected once in May 2021."
SURE = {
    "support": (0.85, 0.05, 0.05, 0.05),
    "deny": (0.05, 0.85, 0.05, 0.05),
    "query": (0.05, 0.05, 0.85, 0.05),
    "comment": (0.05, 0.05, 0.05, 0.85),
}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(summary, "now", lambda: NOW)
    return NOW


@pytest.fixture
def story(engine: Engine) -> StoryRow:
    """A corrected story of a paper, with nothing said to it yet."""
    with writing(engine) as connection:
        found = add_story(connection, slug="bridge", title="Bridge", url=PAPER, claims=(CLAIM,), created_at="2026-03-01T08:00:00Z", watch_until="2026-04-01T00:00:00Z")  # fmt: skip
        for number, (publisher, role, correction) in enumerate([("The Paper", "original", CORRECTION), ("Coast Daily", "coverage", None)]):  # fmt: skip
            connection.execute(
                text("""INSERT INTO article (story_id, key, url, title, publisher, role, corrected, correction, corrected_at, published_at, first_seen_at)
                VALUES (:story, :url, :url, 'Bridge', :publisher, :role, :corrected, :correction, :at, '2026-03-01T08:00:00Z', '2026-03-01T08:00:00Z')"""),
                {
                    "story": found.id, "url": PAPER if number == 0 else "https://coast.example/bridge", "publisher": publisher,
                    "role": role, "corrected": correction is not None, "correction": correction, "at": CORRECTED if correction else None,
                },
            )  # fmt: skip
    return found


def said(
    engine: Engine, story: StoryRow, author: str, at: str, words: str, stance: str | None = "comment",
    likes: dict[str, int] | None = None, source: str = PAPER, answers: str | None = None, seen: str | None = None, links: tuple[str, ...] = (),
) -> int:  # fmt: skip
    """Plants a reaction that was seen at once, or at ``seen``; ``likes`` are those at each time. Returns its id."""
    seen = seen or (at if len(at) > 10 else f"{at}T23:00:00Z")
    number = f"{author}-{at}"
    post = Post(platform="bluesky", external_id=f"at://did:plc:{number}/app.bsky.feed.post/1", author=Author(handle=author, name=author.title()), text=words, language="en", posted_at=at, in_reply_to=answers and f"at://did:plc:{answers}/app.bsky.feed.post/1", links=links)  # fmt: skip
    with writing(engine) as connection:
        for moment, count in (likes or {}).items():
            save_posts(connection, [Post(**{**{name: getattr(post, name) for name in post.__struct_fields__}, "reach": Reach(likes=count)})], moment)  # fmt: skip
        save_posts(connection, [post], seen)
        save_reaction(connection, story.id, post, Tie(kind=TieKind.LINKS, source=source, rests_on="its text links", confidence=1.0), seen)  # fmt: skip
        reaction: int = connection.execute(text("SELECT MAX(id) FROM reaction")).scalar_one()
        if stance:
            claim = connection.execute(text("SELECT MIN(id) FROM claim")).scalar_one()
            found = Assessment(SURE[stance], Stance(stance), 0.85)
            save_assessments(connection, "blend@14", [(Pending(reaction, claim, str(reaction), None), found)], at)  # type: ignore[arg-type]
    return reaction


@pytest.fixture
def told(engine: Engine, story: StoryRow, now: str) -> dict[str, int]:
    """Six reactions, two of them from the last day, around a correction."""
    return {
        "first": said(engine, story, "ann", "2026-03-01T09:00:00Z", "Never inspected? I worked there.", "support", {"2026-03-01T09:30:00Z": 100, "2026-03-04T09:00:00Z": 160}),
        "copy": said(engine, story, "bob", "2026-03-02T09:00:00Z", "NEVER inspected? I worked there!", "support", {"2026-03-02T10:00:00Z": 7}),
        "again": said(engine, story, "ann", "2026-03-03T11:00:00Z", "So it was inspected once in May 2021 after all.", "deny", {"2026-03-03T12:00:00Z": 20}),
        "link": said(engine, story, "cid", "2026-03-04T10:00:00Z", "They put it right.", "deny", {"2026-03-05T10:00:00Z": 30}, answers="ann-2026-03-01T09:00:00Z", links=(f"{PAPER}?utm_source=x",)),
        "day": said(engine, story, "dan", "2026-03-03", "What do they say?", "query", source="https://coast.example/bridge"),
        "new": said(engine, story, "eve", "2026-03-05T11:00:00Z", "What a day.", None, {"2026-03-05T11:30:00Z": 3}, source="https://coast.example/bridge"),
    }  # fmt: skip


def figures(engine: Engine, story: StoryRow) -> dict[str, Any]:
    return summary_of(engine, story, Settings(_env_file=None)).figures


def test_sizes_and_what_is_new_since_yesterday(engine: Engine, story: StoryRow, told: dict[str, int]) -> None:
    found = figures(engine, story)
    assert found["since"] == "2026-03-04T12:00:00Z"
    assert found["size"] == {
        "reactions": 6, "new_reactions": 1, "people": 5, "new_people": 1, "engagement": 220, "engagement_then": 187,
        "views": None, "telling_views": 0, "telling_engagement": 5, "deleted": 0, "assessed": 5,
    }  # fmt: skip
    [stance] = found["stance"]
    assert (stance["support"], stance["deny"], stance["query"], stance["comment"], stance["unclear"]) == (2, 2, 1, 0, 0)
    assert stance["estimated"] and sum(stance["shares"].values()) == pytest.approx(1.0)
    for name, share in stance["shares"].items():
        low, high = stance["intervals"][name]
        assert low <= share <= high
    assert not stance["leads"], "five reactions give no stance the lead"


def test_who_was_first_and_who_carried_it(engine: Engine, story: StoryRow, told: dict[str, int]) -> None:
    found = figures(engine, story)
    assert found["first"] == [told[name] for name in ("first", "copy", "again", "link", "new")], (
        "the day's hour is unknown"
    )
    assert found["furthest"] == [told[name] for name in ("first", "link", "again", "copy", "new")]
    carriers = [(one["posts"], one["engagement"], one["reaction_id"]) for one in found["accounts"]]
    assert carriers == [(2, 180, told["first"]), (1, 30, told["link"]), (1, 7, told["copy"]), (1, 3, told["new"])]
    assert found["publishers"] == [
        {"publisher": "The Paper", "posts": 4, "engagement": 217, "views": None},
        {"publisher": "Coast Daily", "posts": 2, "engagement": 3, "views": None},
    ]


def test_people_matter_by_name_affiliation_or_a_second_reaction(
    engine: Engine, story: StoryRow, told: dict[str, int]
) -> None:
    with writing(engine) as connection:
        for name, affiliation, reactions in [("Ann", None, ("first", "again")), ("Bob", None, ("copy",)), ("Cid", "Port Agency", ("link",)), ("Eve", None, ("new",))]:  # fmt: skip
            values = {"story": story.id, "name": name, "affiliation": affiliation}
            person = connection.execute(text("INSERT INTO person (story_id, name, affiliation) VALUES (:story, :name, :affiliation) RETURNING id"), values).scalar_one()  # fmt: skip
            for reaction in reactions:
                connection.execute(text("UPDATE reaction SET person_id = :p WHERE id = :r"), {"p": person, "r": told[reaction]})  # fmt: skip
        connection.execute(text("UPDATE witness SET tie = 'reported' WHERE reaction_id = :r"), {"r": told["new"]})
    found = figures(engine, story)
    with reading(engine) as connection:
        names = dict(tuple(row) for row in connection.execute(text("SELECT id, name FROM person")))
    assert [(names[one["person_id"]], one["named"], one["posts"]) for one in found["people"]] == [("Eve", True, 1), ("Ann", False, 2), ("Cid", False, 1)]  # fmt: skip
    assert found["in_all"] == 3


def test_most_telling_folds_near_copies(engine: Engine, story: StoryRow, told: dict[str, int]) -> None:
    found = figures(engine, story)["telling"]
    assert found["support"] == [{"reaction_id": told["first"], "alike": 1}]
    assert [one["reaction_id"] for one in found["deny"]] == [told["link"], told["again"]]
    assert found["comment"] == []


def test_what_is_asked_is_told_by_its_most_central_reaction(engine: Engine, story: StoryRow, now: str) -> None:
    asked = [said(engine, story, f"q{n}", f"2026-03-02T1{n}:00:00Z", f"Where is the protocol{'?' * n}", "query") for n in range(1, 5)]  # fmt: skip
    with writing(engine) as connection:
        claim = connection.execute(text("SELECT MIN(id) FROM claim")).scalar_one()
        group = [Remark(None, asked[1], 4, dict.fromkeys(asked, 0.9))]
        save_remarks(connection, claim, {"query": group}, {"query": 4}, "now")
    [remark] = figures(engine, story)["remarks"]
    assert (remark["reaction_id"], remark["stance"], remark["reactions"]) == (asked[1], "query", 4)
    assert remark["word"] == "protocol"
    assert "remark" not in remark, "nobody's words are kept"
    [one] = figures(engine, story)["telling"]["query"]
    assert one["alike"] == 3, "near-copies are folded"


def test_what_the_correction_reached(engine: Engine, story: StoryRow, told: dict[str, int]) -> None:
    """Ann saw the error and says the correction; Cid links to the corrected article under her first post."""
    found = figures(engine, story)["correction"]
    assert (found["at"], found["publisher"]) == (CORRECTED, "The Paper")
    assert found["before"] == {"posts": 2, "people": 2, "engagement": 167, "views": None, "unknown": 0}
    assert found["after"] == {"posts": 3, "people": 3, "engagement": 53, "views": None, "unknown": 0}
    assert found["carrying"] == {"posts": 2, "people": 2, "engagement": 50, "views": None, "unknown": 0}
    assert found["gained"] == {"engagement": 60, "posts": 1}
    assert found["shared"] == {"of": 2, "answered": 1}
    assert found["returned"] == {"of": 2, "people": 1}
    assert found["undated"] == 1


def test_what_was_found_after_the_correction_without_a_time_is_on_neither_side(
    engine: Engine, story: StoryRow, told: dict[str, int]
) -> None:
    early, late = told["first"], told["link"]
    with writing(engine) as connection:
        connection.execute(text("UPDATE post SET posted_at = NULL WHERE id IN (SELECT post_id FROM reaction WHERE id IN (:a, :b))"), {"a": early, "b": late})  # fmt: skip
    found = figures(engine, story)["correction"]
    assert found["before"]["posts"] == 2, "what was there before it was posted before it"
    assert (found["after"]["posts"], found["carrying"]["posts"], found["undated"]) == (2, 1, 2)


def test_of_a_correction_that_was_there_at_the_first_look_nothing_is_known_to_come_before(
    engine: Engine, story: StoryRow, told: dict[str, int]
) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE article SET first_seen_at = corrected_at WHERE corrected_at IS NOT NULL"))
    found = figures(engine, story)["correction"]
    assert (found["at"], found["by_then"]) == (CORRECTED, True)
    assert (found["before"]["posts"], found["after"]["posts"], found["undated"]) == (0, 3, 3)


def test_a_changed_balance_is_kept_where_it_was_first_found(engine: Engine, story: StoryRow, now: str) -> None:
    for n in range(60):
        said(engine, story, f"u{n}", f"2026-03-0{2 + n // 30}T{n % 24:02}:{n % 60:02}:00Z", f"Words {n}.", "support" if n < 30 else "deny")  # fmt: skip
    assert tell_summary(engine, story, Settings(_env_file=None))
    with reading(engine) as connection:
        [first] = balance_changes(connection, story.id)
        assert {row["stance"] for row in kept_series(connection, story.id)["stance"]} >= {"support", "deny"}
    assert first.at[:10] == "2026-03-03" and first.after["deny"] > 0.9
    said(engine, story, "late", "2026-03-04T10:00:00Z", "One more.", "deny")
    assert tell_summary(engine, story, Settings(_env_file=None))
    with reading(engine) as connection:
        assert balance_changes(connection, story.id) == [first]


def test_figures_are_made_anew_where_what_they_rest_on_changed(
    engine: Engine, story: StoryRow, told: dict[str, int]
) -> None:
    plain = Settings(_env_file=None)
    assert tell_summary(engine, story, plain)
    assert not tell_summary(engine, story, plain)
    with reading(engine) as connection:
        claim = connection.execute(text("SELECT MIN(id) FROM claim")).scalar_one()
    changes: dict[str, Callable[[Connection], Any]] = {
        "a label": lambda c: set_label(c, told["day"], claim, "maria", "deny", NOW),
        "a drop": lambda c: c.execute(text("UPDATE reaction SET dropped_at = :at WHERE id = :r"), {"at": NOW, "r": told["new"]}),
        "a deletion": lambda c: c.execute(text("UPDATE post SET deleted_at = :at WHERE id = (SELECT MIN(id) FROM post)"), {"at": NOW}),
        "a count": lambda c: c.execute(text("INSERT INTO observation (post_id, observed_at, likes) SELECT MIN(id), '2026-03-05T11:59:00Z', 9000 FROM post")),
        "a claim": lambda c: add_claim(c, story.id, "The mayor knew."),
    }  # fmt: skip
    for name, change in changes.items():
        with writing(engine) as connection:
            change(connection)
        assert tell_summary(engine, story, plain), name
        assert not tell_summary(engine, story, plain), name
    found = figures(engine, story)
    assert found["size"]["reactions"] == 5
    assert (found["stance"][0]["deny"], found["stance"][0]["query"]) == (3, 0)


def test_ten_who_ask_at_once_have_it_made_once(
    engine: Engine, story: StoryRow, told: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    make = summary._make

    def counted(*words: Any) -> Any:
        made.append(1)
        return make(*words)

    monkeypatch.setattr(summary, "_make", counted)
    askers = [threading.Thread(target=figures, args=(engine, story)) for _ in range(10)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(made) == 1


def test_a_request_has_old_figures_looked_at_again(
    engine: Engine, story: StoryRow, told: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Settings(_env_file=None)
    monkeypatch.setattr(summary, "now", lambda: "2099-01-01T00:00:00Z")
    summary_of(engine, story, plain)
    said(engine, story, "fay", "2026-03-05T11:30:00Z", "Late.")
    freshen(engine, story, plain)
    assert figures(engine, story)["size"]["reactions"] == 6, "they are young"
    assert summary_now(engine, story, plain).figures["size"]["reactions"] == 7, "a report tells what is now"
    with writing(engine) as connection:
        connection.execute(text("UPDATE story_summary SET made_at = '2026-03-05T11:00:00Z'"))
    freshen(engine, story, plain)
    assert figures(engine, story)["size"]["reactions"] == 7


def test_what_another_version_kept_is_made_anew(engine: Engine, story: StoryRow, told: dict[str, int]) -> None:
    tell_summary(engine, story, Settings(_env_file=None))
    with writing(engine) as connection:
        connection.execute(text("UPDATE story_summary SET state = '0 ', figures = '{}'"))
    assert figures(engine, story)["size"]["reactions"] == 6


def test_a_removed_story_keeps_no_figures(engine: Engine, story: StoryRow, told: dict[str, int]) -> None:
    tell_summary(engine, story, Settings(_env_file=None))
    with writing(engine) as connection:
        remove_story(connection, story)
    with reading(engine) as connection:
        assert kept_summary(connection, story.id) is None


def test_others_of_the_same_age_are_company(engine: Engine, story: StoryRow, told: dict[str, int]) -> None:
    with writing(engine) as connection:
        for n in range(6):
            other = add_story(connection, slug=f"other{n}", title=None, url=None, claims=("So.",), created_at="2026-02-01T08:00:00Z", watch_until=NOW)  # fmt: skip
            assert other.id
    for n in range(6):
        with reading(engine) as connection:
            tell_summary(engine, find_story(connection, f"other{n}"), Settings(_env_file=None))
    beside = figures(engine, story)["beside"]
    assert beside["age"] == 96
    assert beside["reactions"] == {"value": 5, "of": 6, "more_than": 6}
    assert "engagement" not in beside, "of the others it is unknown"
