"""Feeds and sitemaps as they come: packed, with marks before them, cut off, not quite XML."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.pages.feed_bytes import readable_bytes, root_of
from storywake.collector.pages.feeds import read_feed, sitemap_index

BASE = "https://paper.example/feed"
MAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://paper.example/a</loc></url><url><loc>https://paper.example/b</loc></url></urlset>'
RSS = "<rss version='2.0'><channel><title>P</title><item><title>A</title><link>https://paper.example/a</link></item><item><title>B</title><link>https://paper.example/b</link></item></channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title><link href='https://paper.example/a'/></entry><entry><title>B</title><link href='https://paper.example/b'/></entry></feed>"
PREFIXED = "<sm:urlset xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'><sm:url><sm:loc>https://paper.example/a</sm:loc></sm:url><sm:url><sm:loc>https://paper.example/b</sm:loc></sm:url></sm:urlset>"
PROLOGUE = f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y 'z'>]><!-- {'made by > <urlx> ' * 400} --><?xml-stylesheet href='x'?>"
BOTH = ["https://paper.example/a", "https://paper.example/b"]


def places(body: bytes) -> list[str]:
    return [entry.url for entry in read_feed(body, BASE)]


@pytest.mark.parametrize("document", [MAP, PREFIXED, RSS, ATOM])
def test_a_feed_is_read_however_it_is_wrapped(document: str) -> None:
    body = document.encode()
    for wrapped in (
        body,
        gzip.compress(body),
        gzip.compress(body[:60]) + gzip.compress(body[60:]),
        b"\xef\xbb\xbf" + body,
        b"\n\n  " + body,
        PROLOGUE.encode() + body,
        ('<?xml version="1.0" encoding="utf-16"?>' + document).encode("utf-16"),
        body + b"\n<!-- made in 0.2 s -->",
        b'<?xml version="1.0" encoding="UTF-\x00\x008"?>' + body.replace(b">A<", b">\x00A<"),
    ):
        assert places(wrapped) == BOTH


@pytest.mark.parametrize("document", [MAP, PREFIXED, RSS, ATOM])
def test_of_a_file_that_was_cut_off_the_whole_entries_are_read(document: str) -> None:
    second = document.index("paper.example/b")
    for end in range(second - 3, second + 14):
        assert places(document[:end].encode()) == BOTH[:1]
    assert places(document[: document.index("paper.example/a") + 9].encode()) == []
    assert places(gzip.compress(document.encode())[:-30])[1:] in ([], BOTH[1:])


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("https://paper.example/?a=1&b=2", "https://paper.example/?a=1&b=2"),
        ("https://paper.example/?a=1&amp;b=2", "https://paper.example/?a=1&b=2"),
        ("<![CDATA[https://paper.example/?a=1&b=2]]>", "https://paper.example/?a=1&b=2"),
        ("\n https://paper.example/a \n", "https://paper.example/a"),
        ("https://paper.example/&auml;l", "https://paper.example/äl"),
        ("https://paper.example/?a&#38;b", "https://paper.example/?a&b"),
        ("https://paper.example/?a=1&copy=2", "https://paper.example/?a=1&copy=2"),
    ],
)
def test_an_ampersand_is_read_as_it_was_meant(written: str, place: str) -> None:
    assert places(f"<urlset><url><loc>{written}</loc></url></urlset>".encode()) == [place]
    assert places(f"<rss><channel><item><link>{written}</link></item></channel></rss>".encode()) == [place]


def test_what_images_and_videos_have_is_not_the_pages() -> None:
    body = b"""<urlset xmlns:image="i" xmlns:video="v" xmlns:news="n"><url>
    <image:image><image:loc>https://paper.example/a.jpg</image:loc><image:title>Picture</image:title></image:image>
    <video:video><video:title>Film</video:title><video:publication_date>2020-01-01</video:publication_date></video:video>
    <loc>https://paper.example/a</loc><lastmod>2024-03-05</lastmod></url>
    <url><loc>https://paper.example/b</loc><news:news><news:publication><news:name>Paper</news:name>
    <news:language>fi</news:language></news:publication><news:publication_date>2024-03-05T10:00:00Z</news:publication_date>
    <news:title>Bridge &amp; tunnel</news:title></news:news></url></urlset>"""
    first, second = read_feed(body, BASE)
    assert (first.url, first.title, first.published_at) == ("https://paper.example/a", None, "2024-03-05")
    assert (second.title, second.published_at, second.language) == ("Bridge & tunnel", "2024-03-05T10:00:00Z", "fi")


@pytest.mark.parametrize(
    ("item", "place"),
    [
        ("<link>https://counted.example/~r/1</link><fb:origLink>https://paper.example/a</fb:origLink>", BOTH[0]),
        ("<link>https://counted.example/click</link><ph:origLink>https://paper.example/a</ph:origLink>", BOTH[0]),
        ("<guid>https://paper.example/a</guid>", BOTH[0]),
        ("<guid isPermaLink='false'>tag-1</guid><link>/a</link>", BOTH[0]),
        ("<link/><guid>https://paper.example/a</guid>", BOTH[0]),
    ],
)
def test_the_pages_own_address_counts(item: str, place: str) -> None:
    spaces = "xmlns:fb='http://rssnamespace.org/feedburner/ext/1.0' xmlns:ph='http://www.pheedo.com/namespace/pheedo'"
    assert places(f"<rss {spaces}><channel><item>{item}</item></channel></rss>".encode()) == [place]


@pytest.mark.parametrize("written", ["Ferry &amp;amp; pier", "<![CDATA[Ferry &#38; pier]]>", "Ferry & pier", "&lt;b&gt;Ferry&lt;/b&gt; &amp;amp; pier"])  # fmt: skip
def test_a_title_is_read_as_it_was_meant(written: str) -> None:
    item = f"<item><link>https://paper.example/a</link><title>{written}</title></item>"
    (entry,) = read_feed(f"<rss><channel>{item}</channel></rss>".encode(), BASE)
    assert entry.title == "Ferry & pier"


def test_a_sitemap_may_have_its_root_twice() -> None:
    assert places(f"<urlset>{MAP}</urlset>".encode()) == BOTH


def test_a_file_may_be_packed_twice() -> None:
    assert places(gzip.compress(gzip.compress(MAP.encode()))) == BOTH


def test_an_entry_of_a_json_feed_may_be_named_by_its_address_alone() -> None:
    assert places(b'{"items": [{"id": "https://paper.example/a"}, {"id": "7"}]}') == [BOTH[0]]


def test_a_sitemap_may_be_plain_text_and_other_text_is_none() -> None:
    assert places("\ufeffhttps://paper.example/a\r\n\r\n  https://paper.example/b \nnot an address".encode()) == BOTH
    assert places(b"Read https://paper.example/a\nor https://paper.example/b") == []


def test_an_index_of_sitemaps_is_known_by_its_root() -> None:
    body = "<s:sitemapindex xmlns:s='x'><s:sitemap><s:loc>https://paper.example/?m=1&n=2</s:loc></s:sitemap><s:sitemap><s:loc>https://pap"
    assert sitemap_index(gzip.compress((PROLOGUE + body).encode()), BASE) == ["https://paper.example/?m=1&n=2"]
    assert sitemap_index(f"<!-- <sitemapindex> -->{MAP}".encode(), BASE) == []


def test_a_json_feed_may_have_a_byte_order_mark() -> None:
    body = '{"items": [{"url": "https://paper.example/a"}]}'
    assert places(("\ufeff" + body).encode()) == places(gzip.compress(body.encode())) == BOTH[:1]


@given(st.binary(max_size=200), st.sampled_from(["", "<!--", "<?", "<!x [", "<urlset>", "\x1f\x8b", "<rss><![CDATA["]))
def test_no_bytes_break_what_makes_them_readable(body: bytes, start: str) -> None:
    assert isinstance(root_of(readable_bytes(start.encode("latin-1") + body)), str)
    assert isinstance(read_feed(start.encode("latin-1") + body, BASE), list)


def test_many_openings_cost_little() -> None:
    assert root_of(b"<!--" * 200_000) == root_of(b"<![" * 200_000) == ""
    assert read_feed(b"<urlset>" + b"<url>" * 100_000 + b"<![CDATA[" * 100_000, BASE) == []
