"""What strangers write to break a reader: addresses that are none, characters that no store keeps, nesting, forged times."""

import asyncio
import json
from typing import Any

import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.addresses import identify
from storywake.collector.cleaning import clean_post
from storywake.collector.errors import FetchError
from storywake.collector.match.remarks import words
from storywake.collector.net.evidence import Evidence
from storywake.collector.net.fetch import Fetcher
from storywake.collector.pages.article import read_article
from storywake.collector.pages.charsets import decode
from storywake.collector.pages.feeds import read_feed
from storywake.collector.platforms.asking import load
from storywake.collector.reading.answers import posts_in
from storywake.collector.records import Author, Post, Reach
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.collector.stance.encoder import plain
from storywake.collector.urls import canonical, host_of, join, resolve, split
from storywake.collector.values import clean, text

NO_ADDRESSES = ["http://[", "http://a℀b.com/", "http://a:99999/", "//[::1", "http://[v1.x", "http://" + "a" * 20_000]
DEEP = 5_000


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_none_and_never_an_error(address: str) -> None:
    assert split(address) is None
    assert join("https://news.example/", address) is None
    assert resolve("https://news.example/", address) is None
    assert identify(address) is None
    assert host_of(address) == ""
    assert canonical(address) == address


@pytest.mark.parametrize(
    "inside", ["https://twitframe.com/show?url={}", "https://facebook.com/plugins/post.php?href={}"]
)
def test_an_address_inside_an_address_may_be_none(inside: str) -> None:
    assert identify(inside.format("http://[")) is None
    assert identify(inside.format("https://facebook.com/%70lugins/x?href=" * 300)) is None


def test_an_address_with_half_a_character_folds() -> None:
    assert canonical("https://news.example/\ud800a?b=\udc00") == "https://news.example/a?b="


@respx.mock
@pytest.mark.parametrize("location", NO_ADDRESSES[:3])
@pytest.mark.parametrize("robots", [True, False])
def test_a_redirect_to_what_is_no_address_is_one_clear_line(settings: Settings, location: str, robots: bool) -> None:
    respx.get("https://news.example/robots.txt").respond(302, headers={b"Location": location.encode()})
    respx.get("https://news.example/a").respond(302, headers={b"Location": location.encode()})

    async def ask() -> None:
        async with Fetcher(settings, read=posts_in) as fetcher:
            await fetcher.get("https://news.example/a", robots=robots)

    with pytest.raises(FetchError) as caught:
        asyncio.run(ask())
    assert "\n" not in str(caught.value)


def test_characters_that_no_store_keeps_are_taken_out() -> None:
    assert clean("a\x00b\ud800c\x1bd\x85e\tf\ng") == "abcde\tf\ng"
    assert text("\x00\ud800") is None
    assert text(10**5000) is None


def test_a_record_is_clean_in_every_string() -> None:
    post = Post(platform="x", text="a\x00", author=Author(handle="\ud800", name="b\x07"), links=("c\x00", "d"))
    assert clean_post(post) == Post(platform="x", text="a", author=Author(name="b"), links=("c", "d"))
    kept = Post(platform="x", text="plain", reach=Reach(likes=1))
    assert clean_post(kept) is kept


MARKUP = "<b>" * DEEP + "the words" + "</b>" * DEEP
STATUS = {
    "id": "1",
    "uri": "https://s.example/1",
    "content": MARKUP,
    "account": {"acct": "ann"},
    "created_at": "2024-03-03",
}
NOTE = {"type": "Note", "id": "https://s.example/2", "content": MARKUP, "attributedTo": "http://["}


@pytest.mark.parametrize(
    "platform, payload",
    [
        ("mastodon", STATUS),
        ("truthsocial", STATUS),
        ("mastodon", NOTE),
        ("hackernews", {"id": 3, "author": "ann", "text": MARKUP}),
    ],
)
def test_markup_nested_thousands_deep_is_read(platform: str, payload: dict[str, Any]) -> None:
    (post,) = SOURCES[platform].normalise(payload)
    assert post.text == "the words"


def test_a_feed_with_nested_markup_is_read() -> None:
    item = f"<item><link>https://news.example/a</link><description><![CDATA[{'<b>' * 1200}words]]></description></item>"
    (entry,) = read_feed(f'<rss version="2.0"><channel>{item}</channel></rss>'.encode(), "https://news.example/")
    assert entry.summary == "words"


def thread(depth: int) -> dict[str, Any]:
    """A Bluesky thread in which every post answers the one before."""
    below: dict[str, Any] = {}
    for number in reversed(range(depth)):
        uri = f"at://did:plc:ann/app.bsky.feed.post/{number}"
        post = {"uri": uri, "record": {"text": str(number)}, "indexedAt": "2026-01-05T12:00:00Z"}
        below = {"post": post, "replies": [below]}
    return {"thread": below}


def test_a_thread_is_read_to_its_end_however_deep() -> None:
    assert len(SOURCES["bluesky"].normalise(thread(DEEP))) == DEEP
    items: list[Any] = []
    for number in range(1, DEEP):
        items = [{"id": number, "author": "ann", "children": items}]
    assert len(SOURCES["hackernews"].normalise(items)) == DEEP - 1


@pytest.mark.parametrize(
    "created, indexed, posted",
    [
        ("2099-01-01T00:00:00Z", "2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"),
        ("1970-01-01T00:00:00Z", "2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"),
        ("0001-01-01T00:00:00Z", "2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"),
        ("2018-12-31T23:59:59Z", "2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"),
        ("2025-01-01T00:00:00Z", "2026-01-05T12:00:00Z", "2025-01-01T00:00:00Z"),
        ("yesterday", "2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"),
        ("2025-01-01T00:00:00Z", None, "2025-01-01T00:00:00Z"),
        ("1970-01-01T00:00:00Z", None, None),
    ],
)
def test_a_forged_time_gives_way_to_the_platforms_own_clock(
    created: str, indexed: str | None, posted: str | None
) -> None:
    view = {"uri": "at://did:plc:ann/app.bsky.feed.post/1", "record": {"text": "a", "createdAt": created}}
    (post,) = SOURCES["bluesky"].normalise({"posts": [{**view, "indexedAt": indexed}]})
    assert (post.posted_at, post.indexed_at) == (posted, indexed)


def test_the_streams_own_clock_judges_a_forged_time() -> None:
    record = {"text": "a", "createdAt": "2099-01-01T00:00:00Z"}
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "1", "record": record}
    event = {"did": "did:plc:ann", "time_us": 1_767_614_400_000_000, "kind": "commit", "commit": commit}
    (post,) = SOURCES["bluesky"].normalise(event)
    assert post.posted_at == post.indexed_at == "2026-01-05T12:00:00Z"


def test_a_reference_to_a_character_of_thousands_of_digits_is_read() -> None:
    text = f"Never &#{'9' * 5_000}; so"
    found = {"kind": "youtube#searchResult", "id": {"videoId": "abcdefghijk"}, "snippet": {"title": text}}
    [video] = SOURCES["youtube"].normalise(found)
    assert video.text == "Never \ufffd so"
    assert words(text) == ("never", "so")
    assert plain(text) == "Never \ufffd so"


def test_a_score_that_no_store_holds_is_unknown() -> None:
    comment = {"name": "t1_a", "body": "a", "link_id": "t3_b"}
    assert [p.reach.likes for n in (-5, 1 << 70) for p in SOURCES["reddit"].normalise({**comment, "score": n})] == [
        -5,
        None,
    ]


def test_an_article_has_no_characters_that_no_store_keeps() -> None:
    data = '{"@type": "NewsArticle", "headline": "A\\u0000 b\\ud800 c", "author": {"name": "Ann\\u001b Berg"}}'
    page = f'<html><script type="application/ld+json">{data}</script><body><p>Words.</p></body></html>'
    article = read_article(page)
    assert (article.title, article.authors) == ("A b c", ("Ann Berg",))


def test_a_charset_that_no_page_is_written_in_is_not_believed() -> None:
    assert decode("å".encode() * 500_000, "punycode")[:2] == "åå"
    assert decode("å".encode("latin-1"), "ISO-8859-1") == "å"


@given(
    st.text(st.sampled_from('a\\"u0\n\t\r\b\f\0\x1f\x7f\x80\x85\x9f\xa0\xab\u00c2é\u2028\ud800\U0001f600'), max_size=8),
    st.text(max_size=20),
)
def test_a_record_is_cleaned_as_its_strings_are(one: str, other: str) -> None:
    post = Post(platform="x", text=one, author=Author(name=other), links=(one, other))
    wanted = Post(platform="x", text=clean(one) or (None if one else ""), author=Author(name=clean(other) or (None if other else "")), links=(clean(one), clean(other)))  # fmt: skip
    assert clean_post(post) == wanted


@pytest.mark.parametrize("body", [b'{"a": NaN}', b'{"a": "\\ud800"}', b'[1e999, 123456789012345678901234567890]', b'\xef\xbb\xbf{"a": 1}', b'{"a": 1, "a": 2}', b'{"a": "\xff"}', '{"a": "é"}'.encode("utf-16"), b"[" * 100_000, b"1" * 5000, b"", b'"a'])  # fmt: skip
def test_an_answer_is_read_as_the_standard_library_reads_it(body: bytes) -> None:
    try:
        wanted = json.loads(body)
    except (ValueError, RecursionError):
        wanted = None
    assert repr(load(Evidence(url="", final_url="", fetched_at="", status=200, body=body))) == repr(wanted)
