"""A story's page: what it says of planted stories, of none, of hostile words; and the report that holds the same parts."""

import re
import threading
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.records import Author, Kind, Post, Reach, Stance, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.collector.stance import Assessment
from storywake.db.assessments import Pending, save_assessments, set_label
from storywake.db.engine import writing
from storywake.db.looks import Settled, add_look, settle_looks
from storywake.db.posts import save_posts
from storywake.db.reactions import save_reaction
from storywake.db.status import LookOutcome, StoryStatus
from storywake.db.stories import StoryRow, add_story, set_status
from storywake.jobs import front, summary
from storywake.jobs.erase import erase
from storywake.jobs.report import ReportFormat, report
from storywake.web.app import build

AT = "2026-03-02T10:00:00Z"
PAPER = "https://paper.example/bridge"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e\x1b[31m{{7*7}} javascript:alert(3)"


class Tags(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def pages(engine: Engine, settings: Settings) -> TestClient:
    return TestClient(build(engine, settings), base_url="http://localhost")


def start(
    engine: Engine, title: str = "Bridge", claim: str = "It fell.", until: str = "2099-01-01T00:00:00Z"
) -> StoryRow:
    with writing(engine) as connection:
        return add_story(
            connection, slug="bridge", title=title, url=PAPER, claims=(claim,), created_at=AT, watch_until=until
        )


def react(
    engine: Engine, story: StoryRow, words: str, name: str = "Ann", number: int = 1, url: str | None = None
) -> int:
    post = Post(platform="bluesky", external_id=f"at://did:plc:{number}/app.bsky.feed.post/1", kind=Kind.POST, url=url, author=Author(handle=f"h{number}.example", name=name), text=words, language="en", posted_at=f"2026-03-02T1{number}:00:00Z", reach=Reach(likes=10 * number))  # fmt: skip
    with writing(engine) as connection:
        save_posts(connection, [post], AT)
        save_reaction(connection, story.id, post, Tie(kind=TieKind.LINKS, source=PAPER, rests_on="its text links", confidence=1.0), AT)  # fmt: skip
        reaction: int = connection.execute(text("SELECT MAX(id) FROM reaction")).scalar_one()
        claim = connection.execute(text("SELECT MIN(id) FROM claim")).scalar_one()
        found = Assessment((0.05, 0.85, 0.05, 0.05), Stance.DENY, 0.85)
        save_assessments(connection, "blend@10", [(Pending(reaction, claim, str(reaction), None), found)], AT)  # type: ignore[arg-type]
    return reaction


def test_a_story_with_nothing_yet_says_so(pages: TestClient, engine: Engine) -> None:
    start(engine)
    page = pages.get("/story/bridge").text
    assert "not looked at yet" in page
    assert "Nobody reacted yet" in page
    assert "nothing was assessed yet" in page
    assert page.count("<h1>") == 1
    assert "<img" not in page, "there is nothing to draw"


def test_a_paused_and_an_ended_story_say_so(pages: TestClient, engine: Engine) -> None:
    story = start(engine)
    with writing(engine) as connection:
        set_status(connection, story.id, StoryStatus.PAUSED)
    assert "none to come: the watch is paused" in pages.get("/story/bridge").text
    with writing(engine) as connection:
        set_status(connection, story.id, StoryStatus.WATCHED, "2026-03-03T00:00:00Z")
    assert "none to come: the watch has ended" in pages.get("/story/bridge").text


def test_of_an_ended_story_nothing_is_new_a_day_after_its_figures_were_made(
    pages: TestClient, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = start(engine, until="2026-03-02T10:30:00Z")
    react(engine, story, "It is not so.")
    for time, said in (("2026-03-02T11:30:00Z", "+1 in 24 h"), ("2026-05-02T11:30:00Z", "unchanged in 24 h")):
        for module in (summary, front):
            monkeypatch.setattr(module, "now", lambda time=time: time)
        summary.tell_summary(engine, story, settings)
        for shown in (pages.get("/story/bridge").text, report(engine, "bridge", ReportFormat.HTML, settings)):
            tiles = re.findall(r'<p class="note">([^;<]*in 24&nbsp;h)', shown)
            assert {one.replace("&nbsp;", " ") for one in tiles} == {said}, time


def test_a_story_that_was_never_read_says_why(engine: Engine, settings: Settings) -> None:
    asking = settings.model_copy(update={"platforms": ["bluesky", "web"]})
    pages, story = TestClient(build(engine, asking), base_url="http://localhost"), start(engine)
    with writing(engine) as connection:
        add_look(connection, story.id, "page", "web", PAPER, "its own", AT)
        number = connection.execute(text("SELECT id FROM look")).scalar_one()
        fault = "paper.example: answered 503 <b>now</b>"
        settle_looks(connection, [Settled(number, AT, "2026-03-02T11:00:00Z", LookOutcome.FAILED, fault, failures=3)])
    page = pages.get("/story/bridge").text
    assert (
        "Its article could not be read yet: paper.example: answered 503 &lt;b&gt;now&lt;/b&gt;, tried 3 times" in page
    )
    assert "last look <b><time" in page
    assert "1 of 1 look fails" in page


def test_hostile_words_run_nowhere(pages: TestClient, engine: Engine, settings: Settings) -> None:
    story = start(engine, HOSTILE, HOSTILE)
    for n in range(1, 5):
        react(engine, story, f"{HOSTILE} {n}", HOSTILE, n, "javascript:alert(4)")
    with writing(engine) as connection:
        connection.execute(
            text("""INSERT INTO article (story_id, key, url, title, publisher, role, corrected, correction, corrected_at, first_seen_at)
            VALUES (:s, :url, 'javascript:alert(5)', :w, :w, 'original', :yes, :w, :at, :at)"""),
            {"s": story.id, "url": PAPER, "w": HOSTILE, "yes": True, "at": AT},
        )
        person = connection.execute(text("INSERT INTO person (story_id, name, affiliation) VALUES (:s, :w, :w) RETURNING id"), {"s": story.id, "w": HOSTILE}).scalar_one()  # fmt: skip
        connection.execute(text("UPDATE reaction SET person_id = :p WHERE id < 3"), {"p": person})
    shown = {"page": pages.get("/story/bridge").text, "report": report(engine, "bridge", ReportFormat.HTML, settings)}
    for name, page in shown.items():
        tags = Tags(page).found
        assert "script" not in {tag for tag, _ in tags}, name
        assert not [1 for _, attributes in tags for key in attributes if key.startswith("on")], name
        addresses = [a.get("href") or a.get("src") or "" for _, a in tags]
        assert not [address for address in addresses if address.startswith("javascript")], name
        assert "\u202e" not in page and "\x1b" not in page, name
        assert "49" not in re.findall(r"alert\(2\)&gt;\s*(\d+)", page)
    assert not [1 for _, attributes in Tags(shown["page"]).found if "style" in attributes], "the policy forbids it"


def test_a_label_shows_at_once_and_words_of_the_erased_are_gone_at_once(
    pages: TestClient, engine: Engine, settings: Settings
) -> None:
    story = start(engine)
    reaction = react(engine, story, "It never fell, says Ann.")
    assert "85\N{NO-BREAK SPACE}% sure" in pages.get("/story/bridge").text
    with writing(engine) as connection:
        claim = connection.execute(text("SELECT MIN(id) FROM claim")).scalar_one()
        set_label(connection, reaction, claim, "maria", "query", AT)
    page = pages.get("/story/bridge").text
    assert "said by an analyst" in page and "85\N{NO-BREAK SPACE}% sure" not in page
    erase(engine, "bluesky", "h1.example")
    page = pages.get("/story/bridge").text
    assert "It never fell" not in page and "h1.example" not in page


def test_what_came_since_a_time_is_marked(pages: TestClient, engine: Engine) -> None:
    story = start(engine)
    react(engine, story, "It never fell.")
    assert '<strong class="fresh">1 new</strong>' in pages.get("/story/bridge?since=2026-03-02T09:00:00Z").text
    assert '<strong class="fresh">new</strong>' in pages.get("/story/bridge?since=2026-03-02").text
    later = pages.get("/story/bridge?since=2026-03-02T11:00:00Z").text
    assert '<strong class="fresh">0 new</strong>' in later and 'fresh">new<' not in later
    assert pages.get("/story/bridge?since=never").status_code == 400


def test_the_report_is_one_file_with_the_same_parts(pages: TestClient, engine: Engine, settings: Settings) -> None:
    story = start(engine)
    for n in range(1, 4):
        react(engine, story, f"It never fell, says number {n}.", f"Name {n}", n)
    page, whole = pages.get("/story/bridge").text, report(engine, "bridge", ReportFormat.HTML, settings)
    headings = re.compile(r'<h2 id="([\w-]+)"')
    assert set(headings.findall(page)) - {"reactions"} <= set(headings.findall(whole))
    assert not [a for tag, a in Tags(whole).found if tag in ("img", "link", "script")]
    assert not [a for _, a in Tags(whole).found if (a.get("href") or "").startswith("/")]
    assert whole.count("<svg") >= 5 and "<style>" in whole
    assert len(page.encode()) < 80_000


def test_every_claim_says_what_is_missing_and_how_sure(pages: TestClient, engine: Engine) -> None:
    story = start(engine)
    react(engine, story, "It never fell.")
    page = pages.get("/story/bridge").text
    assert page.count('href="#coverage"') >= 3
    assert "What was asked and what is missing" in page
    assert "95 of 100 cases" in page
    assert 'href="/story/bridge/reactions?stance=deny"' in page


def test_a_large_story_whose_figures_are_not_made_yet_says_so_at_once_and_makes_them(
    pages: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, make, go_on, over = start(engine), summary._make_and_keep, threading.Event(), threading.Event()
    react(engine, story, "It did fall.")

    def slowly(*values: Any) -> Any:
        go_on.wait(20)
        made = make(*values)
        over.set()
        return made

    monkeypatch.setattr(summary, "LARGE", 0)
    monkeypatch.setattr(summary, "_make_and_keep", slowly)
    for _ in range(2):
        page = pages.get("/story/bridge")
        assert "are being worked out" in page.text and "1 reaction: Bluesky 1" in page.text
        assert '<noscript><meta http-equiv="refresh"' in page.text and page.headers["cache-control"] == "no-store"
    go_on.set()
    assert over.wait(20)
    assert "In short" in pages.get("/story/bridge").text
