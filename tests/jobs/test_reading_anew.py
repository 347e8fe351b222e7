"""What today's readers make of an article is no other wording of it."""

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.stories import find_story
from storywake.jobs.renormalise import renormalise
from storywake.jobs.watch import watch

from ..loopback import Site
from .world import LONG, Clock, ask, one_pass, page

TITLE = "Bridge never inspected"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def chosen(engine: Engine, site: Site, clock: Clock, settings: Settings) -> Settings:
    """Settings with which a story is watched whose article an earlier reader stored with its heading."""
    chosen = settings.model_copy(update={"coverage": False, "attempts": 1})
    site.page("/bridge", page(TITLE, LONG))
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    one_pass(engine, chosen, clock.now)
    as_read_earlier(engine)
    return chosen


def as_read_earlier(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE article_revision SET text = '{TITLE}' || text, text_hash = 'earlier' || id"))


def versions(engine: Engine) -> list[str]:
    return [row.text for row in ask(engine, "SELECT text FROM article_revision ORDER BY id")]


def test_an_article_whose_page_changed_around_its_words_has_one_version(
    engine: Engine, site: Site, clock: Clock, chosen: Settings
) -> None:
    site.page("/bridge", page(TITLE, LONG).replace("</body>", "<!-- another advertisement --></body>"))
    clock.forward(hours=1)
    one_pass(engine, chosen, clock.now)
    [words] = versions(engine)
    assert not words.startswith(TITLE)
    assert ask(engine, "SELECT revisions FROM articles") == [(1,)]


def test_an_article_that_changed_differs_from_its_version_before_in_what_changed_alone(
    engine: Engine, site: Site, clock: Clock, chosen: Settings
) -> None:
    site.page("/bridge", page(TITLE, LONG + "<p>The council has since said that it was inspected in May.</p>"))
    clock.forward(hours=1)
    one_pass(engine, chosen, clock.now)
    before, after = versions(engine)
    assert after == f"{before}\n\nThe council has since said that it was inspected in May."


def test_words_that_were_taken_back_stay_a_version(engine: Engine, site: Site, clock: Clock, chosen: Settings) -> None:
    taken_back = "It was inspected in May, says the council."

    def reads(more: str) -> None:
        site.page("/bridge", page(TITLE, f"{LONG}<p>{more}</p>"))
        clock.forward(hours=1)
        one_pass(engine, chosen, clock.now)

    reads(taken_back)
    reads("")
    as_read_earlier(engine)
    reads("The mayor has resigned.")
    found = versions(engine)
    assert taken_back in found[-2] and not found[-2].startswith(TITLE)
    assert "resigned" in found[-1]
    assert sum(taken_back in words for words in found) == 1


def test_evidence_that_is_read_anew_gives_an_article_no_second_version(engine: Engine, chosen: Settings) -> None:
    with reading(engine) as connection:
        story = find_story(connection, "bridge")
    assert renormalise(engine, chosen, story).revisions == 0
    [words] = versions(engine)
    assert not words.startswith(TITLE)
