"""The page to ask in SQL: queries and saved questions, answers to see and to take along, and what is refused."""

import io
import json
import re
from collections.abc import Iterator

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.sql import Bounds, answered
from storywake.jobs.watch import watch_seed
from storywake.web import sql as page
from storywake.web.app import build

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"
MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) SELECT i FROM n"


@pytest.fixture
def browser(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    watch_seed(engine, settings, "moscow-times")
    with TestClient(build(engine, settings), base_url="http://localhost") as client:
        yield client


def ask(browser: TestClient, query: str, form: str = "") -> tuple[int, str]:
    answer = browser.get(f"/sql{form}", params={"q": query})
    return answer.status_code, answer.text


def table(html: str) -> list[list[str]]:
    """The cells of the answer."""
    [body] = re.findall(r"<tbody>(.*?)</tbody>", html, re.S)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in body.split("</tr>") if "<td" in row]


def test_a_query_is_answered_as_a_table_and_its_address_holds_it(browser: TestClient) -> None:
    status, html = ask(browser, "SELECT story, author, reaction_id FROM reactions WHERE author = 'maxseddon'")
    assert status == 200 and "1 row " in html
    [[story, author, reaction]] = table(html)
    assert 'href="/story/moscow-times"' in story and author == "maxseddon" and 'href="/reaction/' in reaction
    assert "/sql.parquet?q=SELECT+story" in html
    assert "SELECT story, author" in html, "the query stands in its form"


def test_what_is_shown_is_bounded_and_says_so(browser: TestClient) -> None:
    _, html = ask(browser, MANY)
    assert "The first 1\N{NO-BREAK SPACE}000 rows; there are more" in html
    assert len(table(html)) == 1000
    assert ask(browser, MANY, ".csv")[1].count("\n") == 1501, "files have all"


def test_cells_that_are_cut_are_told_of(browser: TestClient) -> None:
    said = "are cut at 280 characters"
    for letters, cut in ((280, False), (281, True)):
        status, html = ask(browser, f"SELECT '{'w' * letters}' AS words")
        assert status == 200 and (said in html) is cut
    assert "w" * 281 in ask(browser, f"SELECT '{'w' * 281}' AS words", ".csv")[1]


def test_an_answer_is_taken_along_in_three_forms(browser: TestClient) -> None:
    query = "SELECT author, deleted, '=1+1' AS formula FROM reactions WHERE author = 'maxseddon'"
    csv = browser.get("/sql.csv", params={"q": query})
    assert "'=1+1" in csv.text and csv.headers["content-disposition"] == 'attachment; filename="answer.csv"'
    assert json.loads(ask(browser, query, ".json")[1])[0]["author"] == "maxseddon"
    parquet = browser.get("/sql.parquet", params={"q": query})
    assert pq.read_table(io.BytesIO(parquet.content))["author"].to_pylist() == ["maxseddon"]
    assert browser.get("/sql.exe", params={"q": query}).status_code == 404


def test_a_number_without_end_is_written_as_json_has_it(engine: Engine, browser: TestClient) -> None:
    endless = "9e999" if engine.dialect.name == "sqlite" else "CAST('-Infinity' AS DOUBLE PRECISION)"
    _, told = ask(browser, f"SELECT {endless} AS n", ".json")
    assert isinstance(json.loads(told, parse_constant=pytest.fail)[0]["n"], str)


def test_saved_questions_are_forms_and_their_answers_addresses(browser: TestClient) -> None:
    start = browser.get("/sql").text
    assert '<a href="/sql?ask=first">Who reacted first?</a>' in start
    html = browser.get("/sql", params={"ask": "first", "story": "moscow-times", "most": "2"}).text
    assert len(table(html)) == 2
    assert (
        'name="story" value="moscow-times"' in html and "/sql.csv?ask=first&amp;story=moscow-times&amp;most=2" in html
    )
    assert "LIMIT 2" in html, "the same in SQL, to change"
    assert browser.get("/sql", params={"ask": "curve"}).status_code == 200, "a value that is needed is asked for"
    assert browser.get("/sql", params={"ask": "first", "most": "many"}).status_code == 400
    assert browser.get("/sql", params={"ask": "none"}).status_code == 400


def test_a_long_query_is_posted_with_the_forms_token(browser: TestClient) -> None:
    query = "SELECT 1 AS one -- " + "x" * 9000
    csrf = re.findall(r'name="csrf" value="(\w+)"', browser.get("/sql").text)[0]
    answer = browser.post("/sql", data={"q": query, "csrf": csrf})
    assert table(answer.text) == [["1"]] and 'action="/sql.csv"' in answer.text
    assert browser.post("/sql.json", data={"q": query, "csrf": csrf}).json() == [{"one": 1}]
    assert browser.post("/sql", data={"q": query}).status_code == 403


def test_faults_are_told_in_the_databases_words(browser: TestClient) -> None:
    for query, said in (
        ("SELECT nothing FROM reactions", "nothing"),
        ("DELETE FROM post", "only reading is allowed"),
        ("SELECT value FROM secret", "the database refused"),
        ("SELECT name FROM reader", "the database refused"),
        ("SELECT '" + "x" * 60_000 + "'", "at most 50000 characters"),
    ):
        status, html = ask(browser, query)
        assert status == 400 and said in html and "Traceback" not in html
        assert ask(browser, query, ".csv")[0] == 400


def test_what_takes_too_long_ends_and_leaves_the_server_free(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "SHOWN", Bounds(seconds=0.5, rows=1000))
    status, html = ask(browser, ENDLESS)
    assert status == 400 and "it takes longer than 0.5 s" in html
    assert ask(browser, "SELECT 1")[0] == 200


def test_a_function_that_heeds_no_time_limit_gets_no_long_value(sqlite: Engine) -> None:
    long = "SELECT INSTR(PRINTF('%.*c', 30000000, 'a'), PRINTF('%.*c', 15000000, 'a') || 'b')"
    assert answered(sqlite, long, page.SHOWN).rows == [(None,)], "it would run for minutes"
    with pytest.raises(BadInput, match="too big"):
        answered(sqlite, "SELECT HEX(ZEROBLOB(200000))", page.SHOWN)


def test_a_story_that_is_none_is_told_beside_its_empty_answer(browser: TestClient) -> None:
    said = "no story &#39;moscow-tmies&#39;; there are: moscow-times"
    html = browser.get("/sql", params={"ask": "first", "story": "moscow-tmies"}).text
    assert said in html and table(html) == []
    for values in ({"story": " moscow-times "}, {"story": "NULL"}, {}):
        assert "no story" not in browser.get("/sql", params={"ask": "first", **values}).text


def test_a_visitor_asks_one_thing_at_a_time() -> None:
    turns = page.Turns()
    with turns.taken("anna"), turns.taken("ben"), pytest.raises(page.Busy, match="one at a time"):
        turns.taken("anna").__enter__()
    with turns.taken("anna"):
        pass


def test_hostile_cells_and_columns_are_words(engine: Engine, browser: TestClient) -> None:
    evil = "<script>alert(1)</script>\u202e" + "y" * 400
    with engine.begin() as connection:
        connection.execute(text("UPDATE post SET text = :evil, url = 'javascript:alert(1)'"), {"evil": evil})
    status, html = ask(browser, 'SELECT text, url, \'"><script>\' AS "<script>" FROM reactions')
    assert status == 200 and "<script>" not in html and 'href="javascript' not in html and "\u202e" not in html
    assert "y" * 400 not in html, "a table's cells are cut"


def test_times_and_counts_become_a_chart_that_the_policy_allows(browser: TestClient) -> None:
    query = "SELECT '2026-11-23T0' || n || ':00:00Z' AS hour, n * 10 AS likes FROM (SELECT 1 AS n UNION SELECT 2) AS v"
    answer = browser.get("/sql", params={"q": query})
    assert '<svg class="chart"' in answer.text and "likes 20" in answer.text
    assert "style-src 'self' 'sha256-" in answer.headers["content-security-policy"]
    plain = browser.get("/sql", params={"q": "SELECT 1 AS likes"})
    assert "<svg" not in plain.text and "sha256" not in plain.headers["content-security-policy"]


def test_the_dictionary_stands_beside(browser: TestClient) -> None:
    html = browser.get("/sql").text
    assert '<dt>likes <span class="note">integer, likes</span></dt>' in html
    assert "secret" not in html and "<b>reader</b>" not in html
    looks = re.findall(r'href="(/sql\?q=[^"]+)">Look', html)
    assert len(looks) > 20 and all(browser.get(look.replace("&amp;", "&")).status_code == 200 for look in looks)
