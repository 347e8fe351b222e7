"""Servers that break every rule cost one line each, and nothing else."""

import asyncio
import gzip
import itertools
import json
import resource
import socket
import threading
import zlib
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, text

from storywake.collector.pages.article import read_article
from storywake.collector.settings import Settings
from storywake.db.stories import stories
from storywake.jobs.collect import collect
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site, raw_server

GOOD = (
    b"<html><head><title>Good page</title></head><body><article>"
    + b"<p>A sentence of an article that is long enough to be read as one by anybody.</p>" * 3
    + b"</article></body></html>"
)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(100_000):
        connection.sendall(b"x" * 65_536)


PACKER = zlib.compressobj(9, zlib.DEFLATED, 31)
FUSE = PACKER.compress(bytes(1_000_000)) + PACKER.flush(zlib.Z_FULL_FLUSH)
CHARGE = PACKER.compress(bytes(10_000_000)) + PACKER.flush(zlib.Z_FULL_FLUSH)


def bomb(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + FUSE)
    for _ in range(300):
        connection.sendall(CHARGE)


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    stop = threading.Event()
    for _ in range(100):
        connection.sendall(b".")
        stop.wait(0.05)


def garbage(connection: socket.socket) -> None:
    connection.sendall(b"\x16\x03\x01 nonsense \xff\xfe\r\n:::\r\n\r\n")


def brotli(connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nabcd"
    )


def unmeasured(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + GOOD.replace(b"Good page", b"No length"))


def wrongly_encoded(connection: socket.socket) -> None:
    body = GOOD.replace(b"Good page", "Härkä on väärin".encode("cp1252"))
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )


def broken_gzip(connection: socket.socket) -> None:
    body = gzip.compress(b"hello " * 1000)[:-20] + b"\xff" * 12
    body = body[:15] + b"\xff\xff\xff\xff" + body[19:]
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
        % len(body)
        + body
    )


HOSTILE: dict[str, Callable[[socket.socket], None]] = {
    "endless": endless,
    "bomb": bomb,
    "drip": drip,
    "garbage": garbage,
    "brotli": brotli,
    "broken": broken_gzip,
}
ODD: dict[str, Callable[[socket.socket], None]] = {"unmeasured": unmeasured, "encoded": wrongly_encoded}


@pytest.fixture
def loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 counts as public here, the rest of loopback does not: so redirects to private addresses can be tried."""
    monkeypatch.setattr("storywake.collector.net.guard.is_public", lambda address: address == "127.0.0.1")


@pytest.fixture
def circle(site: Site) -> Site:
    """A site with a redirect loop, a redirect to a private address, and a page that answers 500 once."""
    site.routes["/circle"] = lambda asked: Reply(status=302, headers={"Location": "/circle2"})
    site.routes["/circle2"] = lambda asked: Reply(status=302, headers={"Location": "/circle"})
    numbers = itertools.count()
    site.routes["/long"] = lambda asked: Reply(status=302, headers={"Location": f"/long?{next(numbers)}"})
    site.routes["/inward"] = lambda asked: Reply(status=302, headers={"Location": "http://127.0.0.2:1/secret"})
    failed: list[Asked] = []

    def once(asked: Asked) -> Reply:
        failed.append(asked)
        return (
            Reply(b"oops", 500)
            if len(failed) == 1
            else Reply(GOOD.replace(b"Good page", b"Second time fine"), headers={"Content-Type": "text/html"})
        )

    site.routes["/flaky"] = once
    site.page("/good", GOOD.decode())
    return site


@pytest.mark.usefixtures("loopback_is_public")
def test_each_costs_one_line_and_the_rest_is_collected(sqlite: Engine, circle: Site, settings: Settings) -> None:
    settings = settings.model_copy(
        update={"allow_private": False, "timeout": 2.0, "max_bytes": 2_000_000, "attempts": 2}
    )
    with ExitStack() as stack, Site() as home:
        links = {
            name: stack.enter_context(raw_server(speak)) + f"/{name}" for name, speak in {**HOSTILE, **ODD}.items()
        }
        links |= {path: f"{circle.url}/{path}" for path in ("circle", "long", "inward", "flaky", "good")}
        body = "".join(
            f'<p>This is a paragraph of the story with <a href="{url}">a link called {name}</a> in it.</p>'
            for name, url in links.items()
        )
        home.page("/story", f"<html><head><title>Story</title></head><body><article>{body}</article></body></html>")
        story = watch(sqlite, settings, f"{home.url}/story", slug="story")
        read_article(GOOD.decode())  # what is loaded once is not growth
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        result = asyncio.run(collect(sqlite, settings, [story]))["story"]
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    notes = {name: [n for n in result.notes if f"/{name}" in n] for name in links}
    assert {name: len(lines) for name, lines in notes.items()} == {
        **dict.fromkeys(HOSTILE, 1),
        **dict.fromkeys(ODD, 0),
        "circle": 1,
        "long": 1,
        "inward": 1,
        "flaky": 0,
        "good": 0,
    }
    assert all("\n" not in line and len(line) < 400 for line in result.notes)
    assert "larger than" in notes["endless"][0]
    assert "larger than" in notes["bomb"][0]
    assert "no full answer" in notes["drip"][0]
    assert "circle" in notes["circle"][0]
    assert "redirects" in notes["long"][0]
    assert "private address" in notes["inward"][0]
    assert "broken compression" in notes["broken"][0]
    assert grown < 60, f"memory grew by {grown:.0f} MiB"
    with sqlite.begin() as connection:
        titles = {row.title for row in connection.execute(text("SELECT title FROM articles"))}
        [run] = connection.execute(text("SELECT status, notes FROM job_run")).all()
        assert len(stories(connection)) == 1
    assert titles == {"Story", "Good page", "No length", "Härkä on väärin", "Second time fine"}
    assert run.status == "done"
    assert run.notes.splitlines() == result.notes


def test_every_answer_that_came_is_kept_as_evidence(sqlite: Engine, site: Site, settings: Settings) -> None:
    site.page("/good", GOOD.decode())
    site.routes["/short"] = lambda asked: Reply(status=301, headers={"Location": "/good"})
    story = watch(sqlite, settings, f"{site.url}/short", slug="story")
    asyncio.run(collect(sqlite, settings, [story]))
    with sqlite.begin() as connection:
        [row] = connection.execute(
            text(
                "SELECT url, final_url, chain, status, headers, packed FROM evidence JOIN evidence_body ON hash = body_hash"
            )
        ).all()
    assert row.url == f"{site.url}/short"
    assert row.final_url == f"{site.url}/good"
    assert row.chain.split("\n") == [row.url, row.final_url]
    assert json.loads(row.headers)["content-type"].startswith("text/html")
    assert zlib.decompress(row.packed) == GOOD
