"""A story is added and worked on by form."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from storywake.collector.settings import Settings
from storywake.db.claims import claims_of
from storywake.db.engine import reading
from storywake.db.stories import find_story, stories
from storywake.jobs.first_pass import MAX_WAITING, FirstPasses
from storywake.web.app import build

from ..loopback import Site
from .signing import csrf_of

ARTICLE = "<html><head><title>Ferry late</title></head><body><article><h1>Ferry late</h1><p>The ferry to Kallvik was an hour late on Monday, the harbour master said, and nobody knows why.</p></article></body></html>"


@pytest.fixture
def app(engine: Engine, settings: Settings) -> Starlette:
    return build(engine, settings.model_copy(update={"platforms": ["web"], "coverage": False}))


@pytest.fixture
def desk(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        client.headers["X-CSRF-Token"] = csrf_of(client.get("/watch").text)
        yield client


def passes_of(app: Starlette) -> FirstPasses:
    found: FirstPasses = app.state.passes
    return found


def claims(engine: Engine, slug: str) -> list[str]:
    with reading(engine) as connection:
        return [row.text for row in claims_of(connection, find_story(connection, slug).id)]


def test_an_address_is_watched_and_its_first_pass_shown(app: Starlette, desk: TestClient, site: Site) -> None:
    site.page("/ferry", ARTICLE)
    answer = desk.post(
        "/watch", data={"what": site.url + "/ferry", "claims": "The ferry was late.\n\nOn Monday.", "slug": "ferry"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/watch/ferry")
    passes_of(app).finish()
    shown = desk.get("/watch/ferry").text
    assert "Ferry late" in shown and "The first pass is through" in shown
    assert "refresh" not in shown, "nothing more is to come"
    again = desk.post("/watch", data={"what": site.url + "/ferry"})
    assert again.status_code == 400 and "/story/ferry/edit" in again.text


def test_a_page_that_waits_reloads_itself_without_script(app: Starlette, desk: TestClient, engine: Engine) -> None:
    desk.post("/watch", data={"what": "A ferry was late. Nobody knows why.", "slug": "ferry"})
    passes_of(app).finish()
    progress = passes_of(app).progress("ferry")
    assert progress is not None
    progress.stage = type(progress.stage).RUNNING
    progress.what, progress.done, progress.of = "<b>looking</b>", 3, 7
    shown = desk.get("/watch/ferry").text
    assert '<noscript><meta http-equiv="refresh"' in shown
    assert "&lt;b&gt;looking&lt;/b&gt;, 3 of 7" in shown


def test_a_text_is_watched_once_however_often_it_is_sent(app: Starlette, desk: TestClient, engine: Engine) -> None:
    form = {"what": "The ferry was late on Monday.\nNobody knows why.", "claims": "The ferry was late."}
    assert [desk.post("/watch", data=form).status_code for _ in range(3)] == [303, 400, 400]
    passes_of(app).finish()
    with reading(engine) as connection:
        assert [story.slug for story in stories(connection)] == ["the-ferry-was-late-on-monday"]


@pytest.mark.parametrize(
    "form",
    [
        {"what": ""},
        {"what": " \n "},
        {"what": "www.paper.example/ferry"},
        {"what": "https://"},
        {"what": "http://paper.example/\x00"},
        {"what": "\x00\x01\x02\x03\x04" * 100},
        {"what": "A ferry.", "slug": "../../etc"},
        {"what": "A ferry.", "slug": "a b"},
        {"what": "A ferry.", "claims": "\n".join(map(str, range(30)))},
        {"what": "A ferry.", "claims": "a" * 600},
        {"what": "a " * 300_000},
    ],
)
def test_what_cannot_be_watched_is_said_in_words(desk: TestClient, engine: Engine, form: dict[str, str]) -> None:
    answer = desk.post("/watch", data=form)
    assert answer.status_code == 400
    assert re.search('role="alert">[^<]', answer.text)
    with reading(engine) as connection:
        assert stories(connection) == []


def test_hostile_words_are_shown_as_words(app: Starlette, desk: TestClient) -> None:
    desk.post(
        "/watch",
        data={
            "what": "<script>alert(1)</script> is what the ferry said.",
            "slug": "ferry",
            "claims": "<img src=x onerror=alert(1)>",
        },
    )
    passes_of(app).finish()
    for address in ("/watch/ferry", "/story/ferry/edit"):
        shown = desk.get(address).text
        assert "alert(1)</script>" not in shown and "<img" not in shown


def test_too_many_first_passes_are_left_to_the_scheduler(engine: Engine, settings: Settings) -> None:
    passes = FirstPasses(engine, settings)
    passes.stop()
    with engine.begin() as connection:
        for number in range(MAX_WAITING + 1):
            values = {"s": f"s{number}"}
            connection.execute(
                text(
                    "INSERT INTO story (slug, status, created_at, watch_until) VALUES (:s, 'watched', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')"
                ),
                values,
            )
    with reading(engine) as connection:
        found = stories(connection)
    assert [passes.begin(story) for story in found] == [True] * MAX_WAITING + [False]
    assert passes.progress("none") is None


def test_a_story_is_worked_on_by_form(app: Starlette, desk: TestClient, engine: Engine) -> None:
    desk.post("/watch", data={"what": "The ferry was late.", "slug": "ferry", "claims": "One.\nTwo."})
    passes_of(app).finish()

    def edit(does: str, what: str = "", **more: str) -> tuple[int, str]:
        answer = desk.post("/story/ferry/edit", data={"do": does, "what": what, **more})
        return answer.status_code, answer.text

    assert "title: The late ferry" in edit("title", "The late ferry")[1]
    edit("add-claim", "Three.")
    edit("raise-claim", "Three.")
    edit("raise-claim", "Three.")
    assert claims(engine, "ferry") == ["Three.", "One.", "Two."]
    assert "is the main one" in edit("raise-claim", "Three.")[1]
    edit("drop-claim", "One.")
    assert claims(engine, "ferry") == ["Three.", "Two."]
    assert "read by the next pass" in edit("add-page", "https://paper.example/ferry")[1]
    assert "dropped: https://paper.example/ferry" in edit("drop", "https://paper.example/ferry")[1]
    for does, state in (("pause", "paused"), ("resume", "watched"), ("end", "ended")):
        assert f"It is {state}" in edit(does)[1]
    for does, what in (
        ("title", ""), ("title", "a" * 3000), ("drop-claim", "None."), ("raise-claim", "None."), ("add-page", "ftp://x"),
        ("drop", "99999999999"), ("drop", "12"), ("drop", "x y"), ("nothing", ""), ("", ""), ("remove", ""),
    ):  # fmt: skip
        assert edit(does, what)[0] == 400, (does, what)
    assert edit("remove", confirm="ferry ")[0] == 303
    assert desk.get("/story/ferry/edit").status_code == 404
    assert edit("title", "x")[0] == 404
    assert desk.get("/watch/ferry").status_code == 404
