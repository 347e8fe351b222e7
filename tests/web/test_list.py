"""How the list of reactions looks, and that its form asks what it says."""

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.settings import Settings

from .harbour import EVIL, client, plant


@pytest.fixture
def pages(engine: Engine, settings: Settings) -> TestClient:
    plant(engine, settings)
    return client(engine, settings)


def shown(pages: TestClient, question: str = "") -> str:
    answer = pages.get(f"/story/bridge/reactions?{question}")
    assert answer.status_code == 200
    return answer.text


def row(page: str, number: int) -> str:
    """The row of a reaction."""
    return next(piece for piece in page.split("<tr")[1:] if f'"/reaction/{number}"' in piece)


def test_each_row_says_who_what_why_and_how_much(pages: TestClient) -> None:
    first = row(shown(pages), 1)
    for words in ("Anna Berg", "X @anna", "inspected twice", "embedded by Herald", "32", "3\N{NO-BREAK SPACE}000 views", "/person/"):  # fmt: skip
        assert words in first, words
    assert "+11" in first, "20 likes and a repost became 30 and two"
    assert EVIL not in shown(pages)


def test_what_is_unknown_is_a_dash_and_what_is_deleted_says_so(pages: TestClient) -> None:
    page = shown(pages)
    assert "I never said this" not in page and "deleted on its platform" in row(page, 3)
    assert row(page, 5).count(">–<") == 2


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("platform=mastodon", [4]),
        ("tie=replies", [2]),
        ("language=en&q=lovely", [5]),
        ("q=inspected", [1]),
        ("person=Bo+Ek", [2]),
        ("since=2026-11-23", []),
        ("until=2026-11-23&tie=replies", [2]),
        ("sort=reach&platform=x&q=inspected", [1]),
    ],
)
def test_each_filter_shows_what_it_asks_for(pages: TestClient, question: str, numbers: list[int]) -> None:
    page = shown(pages, question)
    assert [n for n in range(1, 6) if f'"/reaction/{n}"' in page] == numbers
    assert ("Nothing fits" in page) == (not numbers)


def test_stance_and_what_cannot_be_told_are_filters(engine: Engine, pages: TestClient) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE stance SET unclear = :no, stance = 'query'"), {"no": False})
        connection.execute(text("UPDATE stance SET unclear = :yes WHERE reaction_id = 5"), {"yes": True})
    assert '"/reaction/2"' in shown(pages, "stance=query") and '"/reaction/5"' not in shown(pages, "stance=query")
    assert [n for n in range(1, 6) if f'"/reaction/{n}"' in shown(pages, "unclear=1")] == [5]
    assert '"/reaction/5"' not in shown(pages, "unclear=0")


def test_the_form_holds_the_question_and_the_files_answer_it(pages: TestClient) -> None:
    page = shown(pages, "platform=x&since=2026-11-22T09:00:00Z&q=%22%3E%3Cb%3E&unclear=0")
    assert '<option value="x" selected>' in page and 'value="2026-11-22"' in page and '<option value="0" selected>' in page  # fmt: skip
    assert "<b>&" not in page and "&#34;&gt;&lt;b&gt;" in page
    assert "reactions.csv?platform=x&amp;since=2026-11-22T09" in page
