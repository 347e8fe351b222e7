"""A story's page: its charts, and its reactions as a list that can be asked."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.settings import Settings
from storywake.jobs.assess import assess
from storywake.jobs.charts import MAX_POINTS, Mark, reach_chart, stance_chart
from storywake.jobs.watch import watch_seed
from storywake.web.app import build

STANCES = {"support": 0.5, "deny": 0.2, "query": 0.1, "comment": 0.2}


@pytest.fixture
def pages(engine: Engine, settings: Settings) -> TestClient:
    story = watch_seed(engine, settings, "moscow-times")
    assess(engine, story)
    return TestClient(build(engine, settings), base_url="http://localhost")


def hours(count: int) -> list[str]:
    return [f"2026-03-{1 + n // 24:02}T{n % 24:02}:00:00Z" for n in range(count)]


def shares(count: int) -> list[dict[str, object]]:
    return [
        {"hour": hour, "stance": name, "share": share, "low": share - 0.1, "high": share + 0.1}
        for hour in hours(count)
        for name, share in STANCES.items()
    ]


def test_the_stance_chart_says_in_words_what_it_shows() -> None:
    picture = stance_chart(shares(5), [Mark("2026-03-01T02:00:00Z", "the balance <changed>")])
    assert picture is not None
    svg = ET.fromstring(picture)
    told = svg.findtext("{*}desc") or ""
    assert "at the end support 50% (40% to 60%), deny 20% (10% to 30%)" in told
    assert "2026-03-01T02:00:00Z: the balance <changed>." in told
    labels = [element.text for element in svg.findall(".//{*}text")]
    assert {"support 50%", "deny 20%", "query 10%", "comment 20%"} <= set(labels)
    assert len({path.get("stroke-dasharray") for path in svg.findall(".//{*}path")}) == 4, "told apart without colour"


def test_labels_do_not_lie_on_each_other() -> None:
    picture = stance_chart(shares(2))
    assert picture is not None
    ends = [e for e in ET.fromstring(picture).findall(".//{*}text") if (e.get("class") or "").startswith("end")]
    heights = sorted(float(e.get("y") or 0) for e in ends)
    assert all(b - a >= 15 for a, b in zip(heights, heights[1:], strict=False))


def test_a_long_story_makes_no_long_picture() -> None:
    picture = stance_chart(shares(24 * 30))
    assert picture is not None
    for path in ET.fromstring(picture).findall(".//{*}path"):
        assert (path.get("d") or "").count(",") == MAX_POINTS


@pytest.mark.parametrize("count", [0, 1])
def test_a_single_hour_is_no_curve(count: int) -> None:
    assert stance_chart(shares(count)) is None
    rows = [{"platform": "x", "hour": hour, "views": 1, "likes": 1, "replies": 1} for hour in hours(count)]
    assert reach_chart(rows) is None


def test_each_network_has_its_curve_by_the_count_that_it_tells() -> None:
    rows = [
        {"platform": name, "hour": hour, "views": views and views * (n + 1), "likes": 10 * (n + 1), "replies": None}
        for n, hour in enumerate(hours(3))
        for name, views in (("x", 500_000), ("bluesky", None))
    ]
    rows.append({"platform": "vk", "hour": hours(1)[0], "views": None, "likes": None, "replies": None})
    picture = reach_chart(rows)
    assert picture is not None
    labels = [element.text for element in ET.fromstring(picture).findall(".//{*}text")]
    assert "1.5M views" in labels and "30 likes" in labels and "vk" not in labels


def test_charts_stand_on_the_page_and_at_addresses_of_their_own(pages: TestClient) -> None:
    page = pages.get("/story/moscow-times").text
    assert '<svg class="chart"' in page and "Stance over time" in page
    answer = pages.get("/story/moscow-times/stance.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert ET.fromstring(answer.text).get("role") == "img"
    rows = list(csv.DictReader(io.StringIO(pages.get("/story/moscow-times/stance.csv").text)))
    assert {"claim", "hour", "stance", "share", "low", "high"} <= set(rows[0])
    assert pages.get("/story/moscow-times/reach.svg").status_code == 404, "nothing was observed twice"
    assert pages.get("/story/moscow-times/other.svg").status_code == 404
    assert pages.get("/story/none/stance.svg").status_code == 404


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
