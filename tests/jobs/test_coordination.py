"""Who posted together, from posts to view, report and page, on both databases."""

import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.records import Article, Author, Kind, Post, Role, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.db.articles import save_article
from storywake.db.coordination import coordination_of
from storywake.db.dropping import drop_reaction
from storywake.db.engine import reading, writing
from storywake.db.posts import save_posts
from storywake.db.questions import asked, find_question
from storywake.db.reactions import save_reaction
from storywake.db.sql import read_only
from storywake.db.stories import StoryRow, add_story
from storywake.jobs.coordination import tell_coordination
from storywake.jobs.erase import erase
from storywake.jobs.manage import remove
from storywake.jobs.report import ReportFormat, report
from storywake.jobs.summary import summary_of

AT = "2026-03-01T10:00:00Z"
STORY = "https://herald.example/bridge"
HEADLINE = "The bridge at Kallvik stays closed until the autumn"
SETTINGS = Settings(_env_file=None)
SAID = [
    "Nobody ever asked the people of Kallvik what they think of this bridge {}",
    "The council has wasted millions on a bridge that nobody can use {}",
    "Ask the mayor where all that money went, she will not answer {}",
]


class Square:
    """A story, its article and posts about it."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.count = engine, 0
        with writing(engine) as connection:
            self.story: StoryRow = add_story(
                connection, slug="bridge", title="B", url=STORY, claims=("It is closed",), created_at=AT, watch_until=AT
            )
            original = Article(url=STORY, title=HEADLINE, publisher="Kallvik Herald", text="Words", published_at=AT)
            save_article(connection, self.story.id, original, Role.ORIGINAL, AT)

    def post(self, handle: str, at: int, words: str = "", platform: str = "x", **values: Any) -> None:
        """Stores a post, so many seconds after ten o'clock, as a reaction."""
        self.count += 1
        moment = stamp(datetime.fromisoformat(AT) + timedelta(seconds=at))
        tie = Tie(kind=TieKind.LINKS, source=STORY, rests_on="its text links", confidence=1.0)
        post = Post(platform=platform, external_id=str(self.count), author=Author(handle=handle), text=words,
                    posted_at=moment, **values)  # fmt: skip
        with writing(self.engine) as connection:
            save_posts(connection, [post], AT)
            save_reaction(connection, self.story.id, post, tie, AT)

    def crowd(self, people: int = 120) -> None:
        """Posts of people who share the article, most of them with its headline soon after it came out."""
        chance = random.Random(people)
        for number in range(people):
            at = int(chance.expovariate(1 / 400 if number % 2 else 1 / 40_000))
            words = HEADLINE if number % 3 else f"I drove over it {number} times, and now this and that {number * 7}"
            self.post(f"reader{number}", at, words, links=(STORY,))

    def together(self, handles: Sequence[str], words: Sequence[str] = SAID, **values: Any) -> None:
        """Lets accounts post near-copies of each text within seconds, one text an afternoon."""
        for time, said in enumerate(words, 1):
            for number, handle in enumerate(handles):
                self.post(handle, time * 20_000 + 3 * number, said.format(["!", "", "#bridge"][number % 3]), **values)

    def rows(self, columns: str = "group_number, occasion, account, shared, seconds") -> list[tuple[Any, ...]]:
        query = f"SELECT {columns} FROM coordination WHERE story = 'bridge' ORDER BY group_number, occasion, seconds"
        with read_only(self.engine, query) as result:
            return [tuple(row) for row in result.rows]


@pytest.fixture
def square(engine: Engine) -> Square:
    """A story that many shared, one by one."""
    square = Square(engine)
    square.crowd()
    return square


def test_who_posted_together_is_told_in_view_report_and_question(square: Square) -> None:
    square.together(["ann", "ben", "cat", "dan"])
    summary_of(square.engine, square.story, SETTINGS)
    rows = square.rows()
    assert rows[:4] == [(1, 1, "x:ann", "text", 0), (1, 1, "x:ben", "text", 3), (1, 1, "x:cat", "text", 6),
                        (1, 1, "x:dan", "text", 9)]  # fmt: skip
    assert len(rows) == 12
    assert set(square.rows("accounts, times, chance")) == {(4, 3, 0.025)}
    with read_only(square.engine, asked(find_question("together"), {"story": "bridge"})) as result:
        assert len(list(result.rows)) == 12
    told = json.loads(report(square.engine, "bridge", ReportFormat.JSON, SETTINGS))["coordination"]
    assert [(one["accounts"], one["times"], one["who"]) for one in told] == [
        (4, 3, ["x:ann", "x:ben", "x:cat", "x:dan"])
    ]
    assert [(one["shared"], one["seconds"], len(one["posts"])) for one in told[0]["occasions"]] == [("text", 9, 4)] * 3
    assert "\nPosted together (to be looked at" in report(square.engine, "bridge", ReportFormat.TEXT, SETTINGS)
    page = report(square.engine, "bridge", ReportFormat.HTML, SETTINGS)
    assert '<h2 id="together">Posted together</h2>' in page and "4 accounts, 3 times" in page


def test_the_burst_of_headlines_is_no_group_and_a_page_without_groups_says_nothing_of_them(square: Square) -> None:
    assert tell_coordination(square.engine, square.story) == 0
    assert "Posted together" not in report(square.engine, "bridge", ReportFormat.HTML, SETTINGS)
    assert "Posted together" not in report(square.engine, "bridge", ReportFormat.TEXT, SETTINGS)


def test_papers_own_accounts_reposts_quotes_and_one_persons_accounts_are_no_group(square: Square) -> None:
    square.together(["KallvikHerald", "kallvikheraldsport", "official_kallvikherald"])
    square.together([f"fan{number}" for number in range(4)], kind=Kind.REPOST)
    square.together([f"critic{number}" for number in range(4)], kind=Kind.QUOTE, quotes="1")
    square.together([f"passer{number}" for number in range(4)], [f"RT @ann: {said}" for said in SAID])
    for platform in ("x", "bluesky", "mastodon"):
        square.together(["eva"], platform=platform)
    assert tell_coordination(square.engine, square.story) == 0


def test_a_link_shared_in_step_is_told_with_the_link(square: Square) -> None:
    for time in range(1, 6):
        for number, handle in enumerate(("ann", "ben", "cat")):
            square.post(
                handle, time * 20_000 + number, f"Read {number}", links=(f"https://blog{time}.example/?utm_source=x",)
            )
    assert tell_coordination(square.engine, square.story) == 1
    assert square.rows("shared, link")[0] == ("link", "https://blog1.example/")


@pytest.mark.parametrize("gone", ["dropped", "erased"])
def test_who_is_gone_leaves_at_once(square: Square, gone: str) -> None:
    square.together(["ann", "ben", "cat", "dan"])
    tell_coordination(square.engine, square.story)
    if gone == "erased":
        erase(square.engine, "x", "ann")
    else:
        with reading(square.engine) as connection:
            query = "SELECT reaction_id FROM reactions WHERE author = 'ann'"
            numbers = list(connection.execute(text(query)).scalars())
        with writing(square.engine) as connection:
            for number in numbers:
                drop_reaction(connection, square.story.id, number, AT)
    assert {account for _, _, account, _, _ in square.rows()} == {"x:ben", "x:cat", "x:dan"}
    with reading(square.engine) as connection:
        assert coordination_of(connection, "bridge")[0]["who"] == ["x:ben", "x:cat", "x:dan"]
    remove(square.engine, "bridge")
    with reading(square.engine) as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM coordination_post")).scalar() == 0


def test_groups_that_are_no_more_go(square: Square) -> None:
    square.together(["ann", "ben", "cat", "dan"])
    assert tell_coordination(square.engine, square.story) == 1
    with writing(square.engine) as connection:
        connection.execute(text("UPDATE post SET posted_at = '2026-03-01' WHERE account_id IN (SELECT id FROM account WHERE handle = 'ben' OR handle = 'cat' OR handle = 'dan')"))  # fmt: skip
    assert tell_coordination(square.engine, square.story) == 0
    assert square.rows() == []
