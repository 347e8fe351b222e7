"""The pages and the webmention receiver."""

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from storywake.collector.settings import Settings
from storywake.db.webmentions import receive_webmention
from storywake.jobs.watch import watch_seed
from storywake.web.app import build
from storywake.web.gate import Clients

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
    missing = pages.get("/none", headers={"Accept": "text/html"})
    assert (missing.status_code, "There is no such page." in missing.text) == (404, True)


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


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 401),
        ("127.0.0.1", 401),
        ("[::1]:8000", 401),
        ("LOCALHOST", 401),
        ("10.1.2.3", 401),
        ("wake.example", 401),
        ("rebound.example", 400),
        ("localhost.rebound.example", 400),
        ("127.0.0.1.rebound.example:8000", 400),
        ("", 400),
    ],
)
def test_who_does_not_name_this_server_is_not_even_asked_for_an_account(
    sqlite: Engine, settings: Settings, host: str, status: int
) -> None:
    chosen = settings.model_copy(update={"serve_hosts": ["wake.example"]})
    client = TestClient(build(sqlite, chosen, "10.1.2.3"))
    assert client.get("/", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("path", ["/story/a%00b", "/story/%1b[31m", "/%00", "/story/%ff%fe"])
def test_an_address_that_names_no_page_is_not_found(engine: Engine, settings: Settings, path: str) -> None:
    client = TestClient(build(engine, settings), base_url="http://localhost", raise_server_exceptions=False)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "form",
    [{"source": "https://b.example/\0", "target": TARGET}, {"source": "https://b.example/", "target": TARGET + "\0"}],
)
def test_a_webmention_with_unprintable_characters_is_refused(
    engine: Engine, settings: Settings, form: dict[str, str]
) -> None:
    watch_seed(engine, settings, "moscow-times")
    with engine.begin() as connection:
        connection.execute(text("UPDATE article SET key = 'https://moscowtimes.example/talks' WHERE role = 'original'"))
    client = TestClient(build(engine, settings), base_url="http://localhost", raise_server_exceptions=False)
    assert client.post("/webmention", data=form).status_code == 400


@pytest.mark.parametrize("waiting", [100])
def test_one_site_that_sends_many_does_not_shut_the_door_for_others(sqlite: Engine, pages: httpx.Client) -> None:
    answers = [
        pages.post("/webmention", data={"source": f"https://loud.example/{n}", "target": TARGET}).status_code
        for n in range(30)
    ]
    assert answers == [202] * 20 + [429] * 10
    assert pages.post("/webmention", data={"source": "https://quiet.example/", "target": TARGET}).status_code == 202


@pytest.mark.parametrize("waiting", [1000])
def test_one_client_may_send_sixty_an_hour(pages: httpx.Client) -> None:
    answers = [
        pages.post("/webmention", data={"source": f"https://b{n}.example/", "target": TARGET}) for n in range(70)
    ]
    assert [a.status_code for a in answers] == [202] * 60 + [429] * 10
    assert answers[60].headers["retry-after"] == "3600"


def test_clients_are_admitted_again_after_an_hour_and_counted_by_network() -> None:
    time = [0.0]
    clients = Clients(2, lambda: time[0])
    assert [clients.admits(a) for a in ("2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1")] == [
        True,
        True,
        False,
        True,
    ]
    time[0] = 3600.0
    assert clients.admits("2001:db8::3")


def test_where_too_many_wait_the_oldest_of_the_loudest_site_gives_way(engine: Engine, settings: Settings) -> None:
    story = watch_seed(engine, settings, "moscow-times")
    with engine.begin() as connection:

        def receive(source: str, second: int) -> bool:
            at = f"2024-01-01T00:00:{second:02}Z"
            return receive_webmention(connection, story.id, source, TARGET, at, most_waiting=5)

        assert receive("https://quiet.example/", 0)
        assert all(receive(f"https://loud.example/{n}", 1 + n) for n in range(4))
        assert not receive("https://loud.example/more", 10)
        assert receive("https://new.example/", 11)
        waiting = set(connection.execute(text("SELECT source FROM webmention WHERE status = 'waiting'")).scalars())
    assert waiting == {
        "https://quiet.example/",
        "https://new.example/",
        *(f"https://loud.example/{n}" for n in (1, 2, 3)),
    }
