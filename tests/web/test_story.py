"""A story's reactions as a list that can be asked."""

import csv
import io
import re

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.settings import Settings
from storywake.jobs.assess import assess
from storywake.jobs.watch import watch_seed
from storywake.web.app import build


@pytest.fixture
def pages(engine: Engine, settings: Settings) -> TestClient:
    story = watch_seed(engine, settings, "moscow-times")
    assess(engine, story)
    return TestClient(build(engine, settings), base_url="http://localhost")


def found(pages: TestClient, question: str) -> list[str]:
    return [
        row["author_name"] or row["person"]
        for row in pages.get(f"/story/moscow-times/reactions.json?{question}").json()
    ]


def test_the_list_is_filtered_and_sorted_by_its_address(pages: TestClient, engine: Engine) -> None:
    everyone = found(pages, "")
    assert len(everyone) == 5
    assert len(found(pages, "platform=x")) == 4
    assert found(pages, "platform=bluesky") == []
    assert found(pages, "person=Lawrence+Freedman") == ["Lawrence Freedman"]
    assert found(pages, "sort=old") == list(reversed(found(pages, "sort=new"))) or len(set(everyone)) == 5
    with engine.begin() as connection:
        words = {"w": "ЖДЁМ 100 % правды_"}
        connection.execute(text("UPDATE post SET text = :w WHERE id = (SELECT MIN(post_id) FROM reaction)"), words)
    assert len(found(pages, "q=ждём")) == 1
    assert len(found(pages, "q=100+%25+")) == 1
    assert found(pages, "q=1__+%25") == []
    sided = [found(pages, f"stance={name}") for name in ("support", "deny", "query", "comment", "unclear")]
    assert sorted(name for group in sided for name in group) == sorted(everyone)


def test_a_page_shows_the_list_with_its_question_in_the_form(pages: TestClient) -> None:
    shown = pages.get("/story/moscow-times/reactions", params={"platform": "x", "q": '"><b>a'}).text
    assert '<option value="x" selected>' in shown
    assert "<b>a" not in shown
    assert "reactions.csv?platform=x" in shown
    assert shown.count("<main ") == 1


@pytest.mark.parametrize(
    "question",
    [
        "platform=none",
        "sort=best",
        "since=yesterday",
        "until=2026-13-45",
        "page=0",
        "page=x",
        "page=²",
        "page=000000001" + "0" * 30,
        "unclear=yes",
        "colour=red",
        "q=" + "a" * 300,
        "q=%00",
    ],
)
def test_what_makes_no_question_is_said_in_a_line(pages: TestClient, question: str) -> None:
    answer = pages.get(f"/story/moscow-times/reactions?{question}")
    assert (answer.status_code, answer.text.count("\n")) == (400, 1)


def test_formulas_are_guarded_in_the_csv(pages: TestClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE post SET text = '=1+1'"))
    rows = list(csv.DictReader(io.StringIO(pages.get("/story/moscow-times/reactions.csv").text)))
    assert {row["text"] for row in rows} == {"'=1+1"}


def test_a_correction_that_was_there_when_the_story_was_first_read_has_no_time(pages: TestClient) -> None:
    shown = re.sub(r"<[^>]+>", "", pages.get("/story/moscow-times").text)
    assert "The Moscow Times had corrected by then" in shown
    assert "when it was first read: The Moscow Times corrects" in shown
    assert "posts from before that time are on neither side of it" in shown
    assert "from before it" not in shown
