"""What is said, from posts to view and report, on both databases."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from markupsafe import escape
from sqlalchemy import Engine, text

from storywake.collector.records import Author, Post, Reach, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.collector.stance import Reaction
from storywake.db.claims import add_claim, drop_claim
from storywake.db.dropping import drop_reaction
from storywake.db.engine import reading, writing
from storywake.db.posts import mark_deleted, save_posts
from storywake.db.reactions import save_reaction
from storywake.db.sql import read_only
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.assess import assess
from storywake.jobs.erase import erase
from storywake.jobs.forget import forget
from storywake.jobs.labels import put
from storywake.jobs.manage import remove
from storywake.jobs.remarks import tell_remarks
from storywake.jobs.report import ReportFormat, report

AT, LATER = "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"
CLAIM = "The bridge was never inspected"
DENY = ["The minutes of 2021 show an inspection of the bridge", "According to the minutes the bridge was inspected in 2021",
        "But the minutes of 2021 prove there was an inspection", "The minutes of 2021 show an inspection of that bridge"]  # fmt: skip
QUERY = ["Where is the source for that?", "Is there any source for this?", "Does anybody have a source for that?"]
BESIDE = ["Nice photo by the way", "My uncle worked for the railways"]


class Hall:
    """A story, and what tests ask of it. Reactions are numbered from 1, their authors ``u1`` and so on."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.count = engine, 0
        with writing(engine) as connection:
            self.story: StoryRow = add_story(
                connection, slug="bridge", title="B", url=None, claims=(CLAIM,), created_at=AT, watch_until=AT
            )

    def say(self, texts: Sequence[str], stance: str | None, at: str = AT, first: int | None = None) -> None:
        """Stores posts that react, each with an analyst's stance; from number ``first`` where they are edited."""
        tie = Tie(kind=TieKind.LINKS, source="https://a.example/", rests_on="its text links", confidence=1.0)
        start = self.count + 1 if first is None else first
        for number, words in enumerate(texts, start):
            post = Post(platform="x", external_id=str(number), author=Author(handle=f"u{number}"), text=words,
                        language="en", posted_at=f"2026-03-01T09:{number:02}:00Z", reach=Reach(likes=number))  # fmt: skip
            with writing(self.engine) as connection:
                save_posts(connection, [post], at)
                save_reaction(connection, self.story.id, post, tie, at)
                if stance:
                    put(connection, number, stance, CLAIM, "maria", at)
        self.count = max(self.count, start + len(texts) - 1)

    def rows(self, columns: str = "stance, reactions, engagement, first_at, reaction_id, remark") -> list[Any]:
        query = (
            f"SELECT {columns} FROM remarks WHERE story = 'bridge' AND claim = '{CLAIM}' ORDER BY stance, reaction_id"
        )
        with read_only(self.engine, query) as result:
            return [tuple(row) for row in result.rows]

    def ids(self) -> list[int]:
        with reading(self.engine) as connection:
            return [row.id for row in connection.execute(text("SELECT id FROM remark ORDER BY id"))]

    def left(self, table: str) -> int:
        with reading(self.engine) as connection:
            return int(connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


@pytest.fixture
def hall(engine: Engine) -> Hall:
    """A story with four denials and three questions that each say the same, told."""
    hall = Hall(engine)
    hall.say(DENY, "deny")
    hall.say(QUERY, "query")
    hall.say(BESIDE, "comment")
    assess(engine, hall.story, Settings(_env_file=None, stance_model="cues"))
    return hall


def test_what_is_said_and_asked_is_told_with_its_most_central_post(hall: Hall) -> None:
    deny, query = hall.rows()
    assert deny[:4] == ("deny", 4, 1 + 2 + 3 + 4, "2026-03-01T09:01:00Z")
    assert query[:4] == ("query", 3, 5 + 6 + 7, "2026-03-01T09:05:00Z")
    assert deny[5] == DENY[deny[4] - 1] and query[5] == QUERY[query[4] - 5]


def test_a_report_has_what_is_said(hall: Hall) -> None:
    settings = Settings(_env_file=None)
    told = json.loads(report(hall.engine, "bridge", ReportFormat.JSON, settings))["remarks"]
    assert list(told[0]) == ["claim", "stance", "remark", "reactions", "engagement", "first_at", "reaction_id"]
    assert [(row["claim"], row["stance"], row["reactions"]) for row in told] == [
        (CLAIM, "deny", 4),
        (CLAIM, "query", 3),
    ]
    words = report(hall.engine, "bridge", ReportFormat.TEXT, settings)
    assert f"\nWhat is said: {CLAIM}\n     4  deny     {told[0]['remark']}\n" in words
    assert "engagement 10, since 2026-03-01T09:01:00Z" in words
    page = report(hall.engine, "bridge", ReportFormat.HTML, settings)
    assert '<h2 id="said">What is said and what is asked</h2>' in page
    assert str(escape(told[0]["remark"])) in page.partition('<h2 id="said">')[2]


def test_a_text_report_shows_three_remarks_a_stance(hall: Hall) -> None:
    for words in ("Exactly", "Indeed", "Amen", "Hooray", "Bravo"):
        hall.say([words, f"{words}!", f"@bo {words}"], "support")
    tell_remarks(hall.engine, hall.story)
    said = (
        report(hall.engine, "bridge", ReportFormat.TEXT, Settings(_env_file=None))
        .partition("\nWhat is said:")[2]
        .partition("\n\n")[0]
    )
    assert said.count(" support ") == 3 and said.count(" deny ") == 1
    assert len(json.loads(report(hall.engine, "bridge", ReportFormat.JSON, Settings(_env_file=None)))["remarks"]) == 7


def test_nothing_is_worked_out_where_nothing_changed(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hall.rows()

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("worked out again")

    monkeypatch.setattr("storywake.jobs.remarks.group", never)
    monkeypatch.setattr("storywake.collector.stance.meanings.meanings", never)
    assert tell_remarks(hall.engine, hall.story) == 0
    assert hall.rows() == before


def test_groups_stay_themselves_while_others_join_and_found_more(hall: Hall) -> None:
    before, ids = hall.rows("stance, reaction_id"), hall.ids()
    hall.say(["The minutes of 2021 do show an inspection of the bridge"], "deny")
    hall.say(
        ["My thoughts are with the families", "Our thoughts are with the families", "Thoughts with the families"],
        "comment",
    )
    assert tell_remarks(hall.engine, hall.story) == 1
    assert [row for row in hall.rows("stance, reaction_id") if row[0] != "comment"] == before
    assert hall.ids()[:2] == ids and len(hall.ids()) == 3
    assert hall.rows("stance, reactions") == [("comment", 3), ("deny", 5), ("query", 3)]


def test_vectors_are_made_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    import storywake.collector.stance.meanings as made

    asked: list[int] = []
    make = made.meanings

    def counted(reactions: Sequence[Reaction]) -> list[bytes]:
        asked.append(len(reactions))
        return make(reactions)

    monkeypatch.setattr(made, "meanings", counted)
    hall.say(["The minutes do show it"], "deny")
    tell_remarks(hall.engine, hall.story)
    assert asked == [1] and hall.left("meaning") == 10


def test_a_reaction_whose_stance_is_judged_anew_leaves_its_group(hall: Hall) -> None:
    with writing(hall.engine) as connection:
        put(connection, 2, "support", CLAIM, "maria", LATER)
    assess(hall.engine, hall.story, Settings(_env_file=None, stance_model="cues"))
    assert hall.rows("stance, reactions") == [("deny", 3), ("query", 3)]


def test_what_is_unclear_is_grouped_apart_from_comments(hall: Hall) -> None:
    with writing(hall.engine) as connection:
        connection.execute(text("DELETE FROM label WHERE stance = 'query'"))
        connection.execute(text("UPDATE stance SET stance = 'comment', unclear = :yes"), {"yes": True})
    tell_remarks(hall.engine, hall.story)
    assert hall.rows("stance, reactions") == [("deny", 4), ("unclear", 3)]


def test_an_edited_post_says_no_longer_what_it_said(hall: Hall) -> None:
    hall.say(["I was wrong, sorry, forget about it"], None, LATER, first=1)
    tell_remarks(hall.engine, hall.story)
    assert hall.rows("stance, reactions") == [("deny", 3), ("query", 3)]


@pytest.mark.parametrize("gone", ["dropped", "deleted", "forgotten", "erased"])
def test_what_is_gone_leaves_at_once_even_the_most_central(hall: Hall, gone: str) -> None:
    """Before the next look: the view has it no more, and another one stands for the group."""
    [(_, centre), _] = hall.rows("stance, reaction_id")
    words = DENY[centre - 1]
    if gone == "dropped":
        with writing(hall.engine) as connection:
            drop_reaction(connection, hall.story.id, centre, LATER)
    elif gone == "erased":
        erase(hall.engine, "x", f"u{centre}")
    else:
        with writing(hall.engine) as connection:
            mark_deleted(connection, "x", [str(centre)], LATER)
        if gone == "forgotten":
            forget(hall.engine, "2026-04-01T00:00:00Z")
    [deny, _] = hall.rows()
    assert deny[1] == 3 and deny[4] != centre and deny[5] != words
    if gone in ("forgotten", "erased"):
        assert (hall.left("meaning"), hall.left("remark_member")) == (8, 6)
    tell_remarks(hall.engine, hall.story)
    assert hall.rows("stance, reactions") == [("deny", 3), ("query", 3)]
    assert hall.left("remark_member") == 6


def test_a_claim_and_a_story_take_their_remarks_along(hall: Hall) -> None:
    with writing(hall.engine) as connection:
        add_claim(connection, hall.story.id, "It fell")
        for number in range(1, 5):
            put(connection, number, "comment", "It fell", "maria", AT)
    tell_remarks(hall.engine, hall.story)
    assert len(hall.ids()) == 3
    with writing(hall.engine) as connection:
        drop_claim(connection, hall.story.id, "It fell")
    assert len(hall.ids()) == 2
    remove(hall.engine, "bridge")
    assert [hall.left(table) for table in ("remark", "remark_member", "remarked", "meaning")] == [0] * 4


def test_what_few_of_very_many_say_is_not_shown(hall: Hall) -> None:
    with writing(hall.engine) as connection:
        connection.execute(text("UPDATE remark SET among = 1501 WHERE stance = 'query'"))
    assert hall.rows("stance, reactions") == [("deny", 4)]
