"""How the bodies of answers are unpacked: in all forms of compression, whatever a server says of them, and never past the cap."""

import gzip
import zlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
import respx

from storywake.collector.errors import FetchError
from storywake.collector.net.body import Inflater
from storywake.collector.settings import Settings

from .test_fetch import URL, fetch


@pytest.mark.parametrize("make", [gzip.compress, zlib.compress, lambda b: zlib.compress(b)[2:-4]])
def test_compression_in_all_its_forms(make: Callable[[bytes], bytes]) -> None:
    words = b"words " * 500
    packed = make(words)
    inflater = Inflater(10_000)
    assert b"".join(inflater.feed(packed[i : i + 7]) for i in range(0, len(packed), 7)) == words


@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_all_members_of_a_gzip_file_are_read(step: int) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two ") + gzip.compress(b"three")
    for behind in (b"", bytes(20), b"\x1f", b"left over"):
        body, inflater = packed + behind, Inflater(10_000)
        assert b"".join(inflater.feed(body[i : i + step]) for i in range(0, len(body), step)) == b"one two three"
    assert len(Inflater(9).feed(packed)) == 10


@respx.mock
@pytest.mark.parametrize(
    "encoding", ["utf-8", "UTF-8", "none", "binary", "text/html", "identity", "", "utf-8, gzip", "gzip", "x-gzip"]
)
def test_what_is_no_compression_changes_nothing(settings: Settings, encoding: str) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    body = gzip.compress(b"words") if "gzip" in encoding else b"words"
    respx.get(URL).mock(return_value=packed(body, encoding))
    assert fetch(settings, lambda f: f.get(URL)).body == b"words"


@respx.mock
@pytest.mark.parametrize("body", [b"<!doctype html><p>words", b' {"words": 1}', b"\n[1]"])
def test_what_says_that_it_is_packed_and_is_not_is_read_as_it_is(settings: Settings, body: bytes) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    respx.get(URL).mock(return_value=packed(body, "gzip"))
    assert fetch(settings, lambda f: f.get(URL)).body == body


@respx.mock
@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(gzip.compress(b"words", mtime=0), mtime=0), "gzip, gzip"),
        (gzip.compress(b"words", mtime=0), "gzip, x-gzip"),  # said twice, by the site and by what stands before it
        (b"<p>words", "br"),
    ],
)
def test_what_a_server_packed_twice_or_not_at_all_is_read(settings: Settings, body: bytes, encoding: str) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    respx.get(URL).mock(return_value=packed(body, encoding))
    assert fetch(settings, lambda f: f.get(URL)).body.removeprefix(b"<p>") == b"words"


@respx.mock
@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "deflate, gzip", "compress"])
def test_a_compression_that_was_not_asked_for_is_refused(settings: Settings, encoding: str) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    respx.get(URL).mock(return_value=packed(b"words", encoding))
    with pytest.raises(FetchError, match="not asked for"):
        fetch(settings, lambda f: f.get(URL))


def packed(body: bytes, encoding: str) -> httpx.Response:
    """An answer whose bytes are on the wire as given."""

    async def pieces() -> AsyncIterator[bytes]:
        yield body

    return httpx.Response(200, headers={"Content-Encoding": encoding}, content=pieces())


def test_inflating_never_passes_the_cap() -> None:
    assert len(Inflater(1000).feed(gzip.compress(bytes(10_000_000)))) == 1001
