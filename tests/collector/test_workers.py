"""Reading in processes of their own: what hangs, eats memory or dies costs one line, and the next answer is read."""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storywake.collector.errors import Unreadable
from storywake.collector.net.evidence import Evidence
from storywake.collector.reading.answers import Content, read
from storywake.collector.reading.workers import MAX_INLINE_BYTES, Readers

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parents[1] / "fixtures"
SLOW = b"<html><body><p " + b" ".join(b"a%d" % i for i in range(400_000)) + b">x</p>"
"""A tag with more attributes than anybody writes: parsers compare each with all before."""


def answer(body: bytes, kind: str = "text/html", url: str = "https://news.example/a") -> Evidence:
    headers = {"content-type": kind}
    return Evidence(url=url, final_url=url, fetched_at="2024-03-03T09:00:00Z", status=200, headers=headers, body=body)


def page(words: str) -> Evidence:
    return answer(f"<html><body><h1>{words}</h1><p>{words * 30}</p></body></html>".encode())


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(workers=1) as running:
        yield running


@pytest.fixture(scope="module")
def patient() -> Iterator[Readers]:
    """For what has to be read however busy the machine is: how long it takes is no test's business."""
    with Readers(workers=1, seconds=90) as running:
        yield running


@pytest.fixture(scope="module")
def hasty() -> Iterator[Readers]:
    with Readers(workers=1, seconds=4) as running:
        yield running


def test_a_worker_finds_what_is_found_without_one(readers: Readers) -> None:
    for name in ("bridge-en.txt", "farja-sv.txt"):
        evidence = answer((FIXTURES / "articles" / name).read_bytes())
        assert readers.read_now("web", evidence) == read("web", evidence)
    for path in (FIXTURES / "payloads" / "telegram").glob("*.html"):
        assert readers.read_now("telegram", answer(path.read_bytes())) == read("telegram", answer(path.read_bytes()))


def test_a_page_has_its_signature_and_stands_for_itself(readers: Readers) -> None:
    found = readers.read_now("web", page("It rained in the town. "))
    assert found.article is not None
    assert found.signature is not None
    assert [p.url for p in found.posts] == ["https://news.example/a"]


def test_what_is_no_page_has_no_article(readers: Readers) -> None:
    for other in (answer(b"%PDF-1.7", "application/pdf"), answer(b"")):
        assert readers.read_now("web", other) == Content(readable=False)


def test_feeds_sitemaps_and_searches_have_entries(readers: Readers) -> None:
    feed = b'<rss version="2.0"><channel><item><link>/a</link><title>A</title></item></channel></rss>'
    assert [e.url for e in readers.read_now("feed", answer(feed, url="https://n.example/f")).entries] == [
        "https://n.example/a"
    ]
    index = b"<sitemapindex><sitemap><loc>https://n.example/s.xml</loc></sitemap></sitemapindex>"
    assert readers.read_now("feed", answer(index)).inner == ["https://n.example/s.xml"]
    assert not readers.read_now("feed", answer(b"nothing")).readable
    listed = json.dumps({"articles": [{"url": "https://n.example/b", "title": "B\x00\ud800"}]}).encode()
    assert [(e.url, e.title) for e in readers.read_now("gdelt", answer(listed)).entries] == [
        ("https://n.example/b", "B")
    ]


MEGABYTE = 1_000_000
NAMES = [
    f"A{chr(97 + n % 26)}{chr(97 + n // 26 % 26)} B{chr(97 + n // 676 % 26)}{chr(97 + n % 25)}son"
    for n in range(24_000)
]
HOSTILE = {
    "a dash and spaces": "x —" + " " * MEGABYTE + "y",
    "pairs of dashes": " — a " * (MEGABYTE // 5),
    "names": "\n".join(f"{name} said that it was so." for name in NAMES),
    "short paragraphs": "\n\n".join(["It rained all day in the town and nobody went out."] * 19_000),
    "nested elements": "<html><body>" + "<div>" * (MEGABYTE // 5),
    "nested blockquotes": "<html><body>" + "<blockquote>" * 20_000,
    "blockquotes": "<html><body>" + "<blockquote>a — b (@c) July 26, 2023</blockquote>" * 20_000,
    "links in one blockquote": "<html><body><blockquote class=twitter-tweet><p>"
    + "".join(f"<a href=https://a.example/{n}>https://b.example/{n}</a> " for n in range(16_000)),
    "nested fragments": "<html><body>" + "<noscript>" * 5_000 + "<blockquote>twitter",
    "dots": "https://a" + "." * MEGABYTE,
    "an author of spaces": '<html><script type="application/ld+json">{"@type":"NewsArticle","author":"a' + " " * MEGABYTE + 'b"}</script>',
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_what_took_minutes_is_read(patient: Readers, name: str) -> None:
    assert patient.read_now("web", answer(HOSTILE[name].encode())).article is not None


CUT = ["only the first 20000 elements of the page were read for its text"]
LONG = ["only the first 200000 characters were read for statements and mentions"]
PLAIN = {
    "paragraphs": ("<p>It rained all day in the town and nobody went out.</p>", LONG),
    "short paragraphs": ("<p>It rained.</p>", CUT + LONG),
    "short blocks": ("<div>It rained.</div>", CUT + LONG),
    "short list items": ("<li>It rained.</li>", CUT + LONG),
    "short lines": ("It rained.<br>", CUT + LONG),
    "empty paragraphs": ("<p>", CUT),
    "breaks": ("<br>", CUT),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_megabyte_of_plain_elements_is_read_and_what_was_cut_is_said(readers: Readers, name: str) -> None:
    piece, notes = PLAIN[name]
    shown = f"<blockquote class=twitter-tweet><a href=https://x.com/eve/status/{10**17}>May 1, 2024</a></blockquote>"
    found = readers.read_now("web", answer(f"<html><body>{piece * (MEGABYTE // len(piece))}{shown}".encode()))
    assert found.article is not None
    assert found.notes == notes
    assert [embed.external_id for embed in found.article.embeds] == [str(10**17)], "what it shows is found to the end"


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "utf-7"])
def test_a_megabyte_in_a_charset_of_no_page_is_read(readers: Readers, charset: str) -> None:
    found = readers.read_now("web", answer(b"a" * MEGABYTE, f"text/html; charset={charset}"))
    assert found.article is not None


def test_a_megabyte_of_unclosed_links_in_a_feed_is_read_or_one_line(readers: Readers) -> None:
    feed = b"<rss><channel><item><link>x</link><description>" + b"<a>" * (MEGABYTE // 3)
    line = None
    try:
        readers.read_now("feed", answer(feed))
    except Unreadable as error:
        line = str(error)
    assert line in (None, "took longer than 5 s to read")


def test_a_page_waits_for_a_busy_machine_longer_than_it_may_take_to_read() -> None:
    with Readers(workers=1, seconds=1) as running, ThreadPoolExecutor(1) as threads:
        running.read_now("web", page("It rained. "))
        (worker,) = (one._process.pid for one in running._running)
        ended = os.pidfd_open(worker)
        os.kill(worker, signal.SIGSTOP)  # as where others have the processor
        found = threads.submit(running.read_now, "web", page("It rained again. "))
        assert not select.select([ended], [], [], 1.3)[0], "it was given up while it waited"
        os.kill(worker, signal.SIGCONT)
        os.close(ended)
        assert found.result().article is not None


def test_what_waits_without_working_ends_too() -> None:
    with Readers(workers=1, seconds=0.2) as running, ThreadPoolExecutor(1) as threads:
        running.read_now("web", page("It rained. "))
        (worker,) = (one._process.pid for one in running._running)
        os.kill(worker, signal.SIGSTOP)
        with pytest.raises(Unreadable, match=r"^no answer of its reader within 2\.4 s$"):
            threads.submit(running.read_now, "web", page("It rained again. ")).result()


def test_a_page_that_takes_too_long_is_one_line_and_the_next_is_read(hasty: Readers) -> None:
    before = hasty.killed
    with pytest.raises(Unreadable, match=r"^took longer than 4 s to read$"):
        hasty.read_now("web", answer(SLOW))
    assert hasty.killed == before + 1
    assert hasty.read_now("web", page("It rained. ")).article is not None


def test_a_page_that_takes_too_much_memory_is_one_line_and_the_next_is_read() -> None:
    with Readers(workers=1, seconds=120, memory=500_000_000) as tight:
        with pytest.raises(Unreadable) as caught:
            tight.read_now("gdelt", answer(b"[" + b"{}," * 5_000_000 + b"{}]"))
        assert "memory" in str(caught.value) or "died" in str(caught.value)
        assert tight.read_now("web", page("It rained. ")).article is not None


def test_a_worker_that_is_killed_is_one_line_and_the_next_is_read(readers: Readers) -> None:
    readers.read_now("web", page("It rained. "))
    for child in children_of(os.getpid(), "storywake.collector.reading.worker"):
        os.kill(child, signal.SIGKILL)
    with pytest.raises(Unreadable, match="^the reader died reading it$"):
        readers.read_now("web", page("It rained. "))
    assert readers.read_now("web", page("It rained. ")).article is not None


def test_several_answers_are_read_at_once(readers: Readers) -> None:
    async def all_of_them() -> list[Content]:
        return await asyncio.gather(*(readers.read("web", page(f"It rained {n} times. ")) for n in range(6)))

    found = asyncio.run(all_of_them())
    assert [c.article.title for c in found if c.article] == [f"It rained {n} times." for n in range(6)]


def test_a_small_answer_of_a_platform_is_read_without_a_worker() -> None:
    payload = {"posts": [{"uri": "at://did:plc:ann/app.bsky.feed.post/1", "record": {"text": "a\x00"}}]}
    with Readers() as idle:
        assert [p.text for p in idle.read_now("bluesky", answer(json.dumps(payload).encode())).posts] == ["a"]
        assert not idle._running
    assert MAX_INLINE_BYTES < 100_000


def test_nothing_outlives_a_parent_that_is_killed() -> None:
    script = textwrap.dedent("""
        import sys
        from tests.collector.test_workers import SLOW, answer, page
        from storywake.collector.reading.workers import Readers
        readers = Readers(workers=1, seconds=1)
        readers.read_now("web", page("It rained. "))
        (worker,) = readers._running
        print(worker._process.pid, flush=True)
        sys.stdin.read()
    """)
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    ended = os.pidfd_open(worker)
    parent.kill()
    parent.communicate()
    assert select.select([ended], [], [], 60)[0], "the worker outlived its parent"
    os.close(ended)


def test_an_interrupt_of_the_parent_prints_nothing_from_a_worker() -> None:
    script = textwrap.dedent("""
        import os, signal
        from tests.collector.test_workers import page
        from storywake.collector.reading.workers import Readers
        try:
            with Readers(workers=1) as readers:
                readers.read_now("web", page("It rained. "))
                os.kill(0, signal.SIGINT)
                readers.read_now("web", page("It rained. "))
        except KeyboardInterrupt:
            print("interrupted")
    """)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, process_group=0)
    assert (done.stdout, done.stderr) == ("interrupted\n", "")


def children_of(parent: int, module: str) -> list[int]:
    """The processes that ``parent`` started with a module's name on their command line."""
    listed = Path(f"/proc/{parent}/task").glob("*/children")
    found = [int(pid) for path in listed for pid in path.read_text().split()]
    return [pid for pid in found if module in Path(f"/proc/{pid}/cmdline").read_text()]
