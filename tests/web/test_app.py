"""The pages and the webmention receiver."""

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from sqlalchemy import Engine, text

from collector.settings import Settings
from jobs.watch import watch_seed
from web.app import build

TARGET = "https://www.moscowtimes.example/talks"


@pytest.fixture
def waiting() -> int:
    """How many webmentions may wait."""
    return 10


@pytest.fixture
def pages(sqlite: Engine, settings: Settings, waiting: int) -> Iterator[httpx.Client]:
    """The pages of one story, served on loopback."""
    watch_seed(sqlite, settings, "moscow-times")
    with sqlite.begin() as connection:
        connection.execute(
            text("UPDATE article SET url = :u, key = 'https://moscowtimes.example/talks' WHERE role = 'original'"),
            {"u": TARGET},
        )
    app = build(sqlite, settings.model_copy(update={"webmention_pending": waiting}))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
        yield client
    server.should_exit = True
    thread.join()
    listener.close()


def test_a_story_is_listed_and_its_report_shown(pages: httpx.Client) -> None:
    listed = pages.get("/")
    assert "/story/moscow-times" in listed.text
    assert listed.headers["link"] == '</webmention>; rel="webmention"'
    shown = pages.get("/story/moscow-times")
    assert "Lawrence Freedman" in shown.text
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert pages.get("/story/none").status_code == 404


def test_what_was_fetched_reaches_a_page_escaped(sqlite: Engine, pages: httpx.Client) -> None:
    with sqlite.begin() as connection:
        connection.execute(text("UPDATE story SET title = '<script>alert(1)</script>'"))
    assert "<script>" not in pages.get("/").text


def test_a_webmention_of_a_watched_article_waits_to_be_verified(sqlite: Engine, pages: httpx.Client) -> None:
    for _ in range(2):
        answer = pages.post(
            "/webmention", data={"source": "https://blog.example/1", "target": TARGET + "?utm_source=x"}
        )
        assert answer.status_code == 202
    with sqlite.begin() as connection:
        rows = connection.execute(text("SELECT source, status FROM webmention")).all()
    assert [tuple(r) for r in rows] == [("https://blog.example/1", "waiting")]


@pytest.mark.parametrize("waiting", [1])
def test_other_webmentions_are_refused_in_a_line(pages: httpx.Client) -> None:
    asked = [
        ({}, 400),
        ({"source": "https://blog.example/1", "target": "https://other.example/"}, 400),
        ({"source": "ftp://blog.example/1", "target": TARGET}, 400),
        ({"source": TARGET, "target": TARGET}, 400),
        ({"source": "https://blog.example/" + "a" * 3000, "target": TARGET}, 400),
        ({"source": "https://blog.example/" + "a" * 9000, "target": TARGET}, 413),
        ({"source": "https://blog.example/1", "target": TARGET}, 202),
        ({"source": "https://blog.example/2", "target": TARGET}, 429),
    ]
    for form, status in asked:
        answer = pages.post("/webmention", data=form)
        assert (answer.status_code, answer.text.count("\n")) == (status, 1), form
