"""The list of reactions, labels and SQL, as a person uses them."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from bench.pictures import serving
from storywake.db.engine import reading

from .conftest import opened_page

pytestmark = pytest.mark.slow
LIST = "/story/kallvik-bridge/reactions"
FILTERS = {
    "platform": ("mastodon", "platform = 'mastodon'"),
    "stance": ("query", "stance = 'query' AND NOT unclear"),
    "unclear": ("1", "unclear"),
    "language": ("sv", "language = 'sv'"),
    "tie": ("quotes", "tie = 'quotes'"),
    "person": ("Rasmus Kallio", "person = 'Rasmus Kallio'"),
    "since": ("2026-11-25", "COALESCE(posted_at, first_seen_at) >= '2026-11-25'"),
    "q": ("summary", "lower(text) LIKE '%summary%'"),
}
PLANTED = FILTERS | {
    "tie": ("replies", "tie = 'replies'"),
    "person": ("Person 3", "person = 'Person 3'"),
    "since": ("2026-03-05", "COALESCE(posted_at, first_seen_at) >= '2026-03-05'"),
    "q": ("ferry", "lower(text) LIKE '%ferry%'"),
}
ASKED = {"kallvik-bridge": FILTERS, "planted-317": PLANTED, "planted-100000": PLANTED}


def count(engine: Engine, condition: str, story: str = "kallvik-bridge") -> int:
    with reading(engine) as connection:
        query = f"SELECT COUNT(*) FROM reactions WHERE story = '{story}' AND {condition}"
        return int(connection.execute(text(query)).scalar_one())


@pytest.mark.parametrize(("story", "name"), [(story, name) for story, filters in ASKED.items() for name in filters])
def test_a_filter_of_the_form_shows_what_sql_counts(story: str, name: str, page: Any, engine: Engine) -> None:
    value, condition = ASKED[story][name]
    shown = f"/story/{story}/reactions"
    page.goto(shown)
    field = page.locator(f"form [name={name}]").first
    if not field.count():  # asked by the address alone
        page.goto(f"{shown}?{name}={value}")
    elif field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)
    if field.count():
        with page.expect_navigation():
            page.locator("form button:visible", has_text="Show").first.click()
    answer = page.request.get(page.url.replace("/reactions?", "/reactions.json?"))
    expected = count(engine, condition, story)
    assert len(answer.json() if isinstance(answer.json(), list) else answer.json()["reactions"]) == expected
    told = page.locator("main p", has_text="the same as").locator("b").inner_text()
    assert int("".join(filter(str.isdecimal, told))) == expected, "in groups of three digits"


def test_pages_of_the_list_follow_each_other(page: Any) -> None:
    seen = set()
    page.goto(f"{LIST}?sort=old")
    for _ in range(3):
        seen |= {row.inner_text() for row in page.locator("main table tr:has(td)").all()}
        with page.expect_navigation():
            page.get_by_role("link", name="Next").click()
    assert len(seen) > 140, "three pages of fifty; some say the same"


def test_the_list_is_downloaded_as_csv_and_json(page: Any, engine: Engine, tmp_path: Path) -> None:
    page.goto(f"{LIST}?language=fi")
    expected = count(engine, "language = 'fi'")
    for name in ("CSV", "JSON"):
        with page.expect_download() as started:
            page.get_by_role("link", name=name, exact=True).first.evaluate("e => { e.download = ''; e.click() }")
        started.value.save_as(tmp_path / name)
    with (tmp_path / "CSV").open(encoding="utf-8-sig", newline="") as handle:
        assert len(list(csv.DictReader(handle))) == expected
    told = json.loads((tmp_path / "JSON").read_text("utf-8"))
    assert len(told if isinstance(told, list) else told["reactions"]) == expected


def test_keys_label_a_row_of_suggestions(page: Any, engine: Engine) -> None:
    page.goto("/story/kallvik-bridge/label")
    for key in ("j", "k"):
        page.keyboard.press(key)
    with page.expect_response(lambda answer: answer.url.endswith("/label") and answer.request.method == "POST"):
        page.keyboard.press("2")
    first, second = page.locator(".row-of > li").nth(0), page.locator(".row-of > li").nth(1)
    first.get_by_text("kept: deny").wait_for()
    second.and_(page.locator(".current")).wait_for()
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT stance FROM label")).all()
    assert ("deny",) in [tuple(row) for row in rows]
    for key in ("k", "u"):
        page.keyboard.press(key)
    first.get_by_text("taken back").wait_for()
    for key, stance in {"1": "support", "3": "query", "4": "comment"}.items():
        page.keyboard.press(key)
        page.locator(f".row-of .said:text-is('kept: {stance}')").wait_for()


def test_a_label_is_set_and_undone_by_form_without_scripts(chromium: Any, served: str, engine: Engine) -> None:
    with reading(engine) as connection:
        query = "SELECT MAX(reaction_id) FROM reactions WHERE story = 'kallvik-bridge' AND platform = 'lemmy'"
        reaction = connection.execute(text(query)).scalar_one()
    with opened_page(chromium, served, java_script_enabled=False) as page:
        page.goto(f"/reaction/{reaction}")
        pressed = page.locator("button[value=query][aria-pressed=true]")
        page.locator("button[name=stance][value=query]").first.click()
        pressed.first.wait_for()
        page.locator("button[name=stance][value=undo]:visible").first.click()
        pressed.first.wait_for(state="detached")


def test_a_question_in_sql_is_answered_as_table_and_file(page: Any, tmp_path: Path) -> None:
    page.goto("/sql")
    page.locator("textarea[name=q]").fill(
        "SELECT platform, COUNT(*) AS n FROM reactions WHERE story = 'kallvik-bridge' GROUP BY platform ORDER BY n DESC"
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Ask", exact=True).first.click()
    first = page.locator("table tbody tr").first.inner_text().split()
    assert first == ["x", "138"]
    with page.expect_download() as started:
        page.get_by_role("button", name="CSV").or_(page.get_by_role("link", name="CSV")).first.click()
    started.value.save_as(tmp_path / "answer.csv")
    assert (tmp_path / "answer.csv").read_text("utf-8-sig").splitlines()[0] == "platform,n"


def test_a_publisher_s_reactions_are_asked_for(page: Any) -> None:
    page.goto(f"{LIST}?publisher=Coast+Daily")
    shown = page.locator("main table tr:has(td)").count()
    assert 0 < shown < 50, "what Coast Daily showed, on one page"
    assert len(page.request.get(page.url.replace("/reactions?", "/reactions.json?")).json()) == shown


def test_a_story_is_added_by_pasting_its_text(chromium: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PLATFORMS": '["web"]', "COVERAGE": "0"}.items():
        monkeypatch.setenv(f"STORYWAKE_{name}", value)
    with serving(f"sqlite:///{tmp_path / 'own.db'}") as address, opened_page(chromium, address) as page:
        page.goto("/watch")
        page.locator("[name=what]").fill("Harbour pilots strike\n\nPilots stopped work on Monday.")
        page.locator("[name=claims]").fill("Pilots stopped work.")
        page.locator("[name=slug]").fill("pilots")
        page.get_by_role("button", name="Watch it").click()
        page.wait_for_url("**/watch/pilots")
        page.get_by_role("link", name="To the story").click()
        page.get_by_role("heading", name="Harbour pilots strike").wait_for()
