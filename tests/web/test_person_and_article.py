"""The pages of a person and of an article."""

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.settings import Settings

from .harbour import DAYS, EVIL, client, csrf_of, plant


@pytest.fixture
def pages(engine: Engine, settings: Settings) -> TestClient:
    plant(engine, settings)
    return client(engine, settings)


def person_of(engine: Engine, reaction: int) -> int:
    with engine.begin() as connection:
        found = connection.execute(text("SELECT person_id FROM reaction WHERE id = :r"), {"r": reaction}).scalar_one()
    return int(found)


def say(pages: TestClient, number: int, **form: str) -> tuple[int, str]:
    token = csrf_of(pages.get(f"/person/{number}").text)
    answer = pages.post(f"/person/{number}/said", data={"csrf": token, **form})
    return answer.status_code, answer.headers.get("location", "")


def test_a_person_shows_accounts_and_reactions(engine: Engine, pages: TestClient) -> None:
    page = pages.get(f"/person/{person_of(engine, 2)}").text
    for shown in ("Bo Ek", "@bo", "Is that true?", "1 reaction to this story", "Nothing had to be put together"):
        assert shown in page, shown
    assert EVIL not in pages.get(f"/person/{person_of(engine, 1)}").text


def test_an_analyst_merges_and_parts_and_takes_it_back(engine: Engine, pages: TestClient) -> None:
    bo, dan = person_of(engine, 2), person_of(engine, 5)
    assert bo != dan
    status, place = say(pages, bo, one="x:bo", other="bluesky:dan.example", verdict="same")
    assert status == 303 and place == f"/person/{person_of(engine, 2)}"
    assert person_of(engine, 2) == person_of(engine, 5)
    page = pages.get(place).text
    assert "One person, because:" in page and "analyst said" in page and "@dan.example" in page
    assert say(pages, person_of(engine, 2), one="x:bo", other="bluesky:dan.example", verdict="apart")[0] == 303
    assert person_of(engine, 2) != person_of(engine, 5)
    assert say(pages, person_of(engine, 2), one="x:bo", other="bluesky:dan.example", verdict="undo")[0] == 303
    assert "analyst said" not in pages.get(f"/person/{person_of(engine, 2)}").text


@pytest.mark.parametrize(
    "form",
    [
        {"one": "x:bo", "verdict": "same"},
        {"one": "x:bo", "other": "x:bo", "verdict": "same"},
        {"one": "x:bo", "other": "x:dan", "verdict": "love"},
        {"one": "x:bo", "other": "x:dan", "verdict": "undo"},
    ],
)
def test_what_says_nothing_of_two_is_refused(engine: Engine, pages: TestClient, form: dict[str, str]) -> None:
    assert say(pages, person_of(engine, 2), **form)[0] == 400


def test_a_merge_without_this_sites_token_is_refused(engine: Engine, pages: TestClient) -> None:
    form = {"one": "x:bo", "other": "bluesky:dan.example", "verdict": "same"}
    assert pages.post(f"/person/{person_of(engine, 2)}/said", data=form).status_code == 403
    assert person_of(engine, 2) != person_of(engine, 5)


def test_an_article_shows_its_versions_side_by_side(pages: TestClient) -> None:
    page = pages.get("/article/1").text
    assert "<del>Never inspected</del>" in page and "<ins>Inspected once</ins>" in page
    assert page.count("<del>never inspected, </del>") == 3 and page.count("<ins>inspected once, </ins>") == 3
    assert EVIL not in page and "The story&#39;s own article" in page or "The story's own article" in page
    assert "It shows" in page and '<a href="/reaction/5">Dan Falk' in page
    same = pages.get("/article/1?from=1&to=1").text
    assert "<del>" not in same and "<ins>" not in same
    assert pages.get("/article/1?from=x&to=99999999999999999999").status_code == 200


def test_copies_lead_to_each_other_and_a_dropped_article_says_so(engine: Engine, pages: TestClient) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO article (story_id, key, url, publisher, role, corrected, copy_of, first_seen_at) "
                "VALUES (1, 'k', 'https://coast.example/b', 'Coast', 'coverage', :no, 1, :at)"
            ),
            {"no": False, "at": DAYS[1]},
        )
        number = connection.execute(text("SELECT id FROM article WHERE key = 'k'")).scalar_one()
    assert f'<a href="/article/{number}">Coast</a>' in pages.get("/article/1").text
    copy = pages.get(f"/article/{number}").text
    assert "The same text was first here" in copy and "Its text was not read" in copy
    with engine.begin() as connection:
        connection.execute(text("UPDATE article SET dropped_at = :at WHERE key = 'k'"), {"at": DAYS[2]})
    assert "Dropped by an analyst" in pages.get(f"/article/{number}").text
    assert "Coast" not in pages.get("/article/1").text


@pytest.mark.parametrize(
    "path", ["/person/99", "/article/99", "/person/99999999999999999999", "/article/0", "/article/" + "9" * 5000]
)
def test_a_number_without_a_thing_is_not_found(pages: TestClient, path: str) -> None:
    assert pages.get(path).status_code == 404
