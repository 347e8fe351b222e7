"""What indexes and comments of the open web hold: read by example, and nothing that a stranger sends breaks a reader."""

import io
import json
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.errors import Unreadable
from storywake.collector.pages import gdelt_files
from storywake.collector.pages.comment_places import CommentPlace, comment_places
from storywake.collector.pages.comments import read_comment_feed, read_disqus, read_wordpress
from storywake.collector.pages.gdelt_files import File, missed, newest, read_gkg

from ..jobs.gdelt import packed, row

API = '<link rel="https://api.w.org/" href="https://paper.example/wp-json/">'
PAGE = "https://paper.example/2024/bridge/"
LATEST = File(20240303101500, ".gkg.csv.zip", "https://x.example/")
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"><title>t</title><entry><author><name>Ann</name></author>
<link href="https://paper.example/2024/bridge/comment-page-1/#comment-8"/><id>https://paper.example/2024/bridge/#comment-8</id><updated>2024-03-03T09:00:00Z</updated>
<content type="html">&lt;p&gt;It is.&lt;/p&gt;</content><thr:in-reply-to ref="https://paper.example/2024/bridge/#comment-7" href="https://paper.example/2024/bridge/#comment-7" type="text/html"/></entry></feed>"""


@pytest.mark.parametrize(
    "head, expected",
    [
        (API + '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/4">', ("wordpress", "https://paper.example/wp-json/wp/v2/comments?post=4")),
        (API + "<link rel=shortlink href='https://paper.example/?p=44'>", ("wordpress", "https://paper.example/wp-json/wp/v2/comments?post=44")),
        ('<link rel="https://api.w.org/" href="/index.php?rest_route=/"><link rel=shortlink href="/?p=4">', ("wordpress", "https://paper.example/index.php?rest_route=/wp/v2/comments&post=4")),
        (API.replace("paper.example", "evil.example") + "<link rel=shortlink href='https://paper.example/?p=44'>", None),
        (API, None),  # a list of posts, no post
        ('<link rel="alternate" type="application/rss+xml" href="feed/">', ("comment_feed", "https://paper.example/2024/bridge/feed/")),
        ('<link rel="alternate" type="application/rss+xml" href="/feed/">', None),  # the site's
        ('<link rel="alternate" type="application/rss+xml" href="/comments/feed/">', None),
    ],
)  # fmt: skip
def test_a_page_declares_where_its_comments_are(head: str, expected: tuple[str, str] | None) -> None:
    assert comment_places(f"<html><head>{head}</head><body>x</body></html>", PAGE) == (
        [CommentPlace(*expected)] if expected else []
    )


def test_atom_tells_what_a_comment_answers() -> None:
    [post] = read_comment_feed(ATOM.encode(), PAGE + "feed/atom/")
    assert (post.external_id, post.in_reply_to) == (
        "https://paper.example/2024/bridge#comment-8",
        "https://paper.example/2024/bridge#comment-7",
    )
    assert (post.author.name, post.text, post.posted_at) == ("Ann", "It is.", "2024-03-03T09:00:00Z")


def test_a_file_of_gdelt_gives_headline_language_time_and_links() -> None:
    [first, second] = read_gkg(
        packed([row("https://a.example/x", "Br&#xFC;cke &amp; Hafen", links="https://b.example/;javascript:1", translated="srclc:deu; eng:x"), row("https://a.example/2024/north-port_bridge", ""), b"half\ta row", row("javascript:1", "no")])
    )  # fmt: skip
    assert (first.title, first.language, first.published_at, first.links) == (
        "Brücke & Hafen",
        "de",
        "2024-03-03T09:45:00Z",
        ("https://b.example/",),
    )
    assert (second.title, second.language) == ("2024 north port bridge", "en")


def test_the_newest_file_is_named_and_what_was_missed_is_counted() -> None:
    line = f"12 {'a' * 32} http://data.gdeltproject.org/gdeltv2/20240303101500.gkg.csv.zip"
    found = newest(f"7 {'b' * 32} http://x/20240303101500.export.CSV.zip\n{line}\n".encode())
    assert found == File(20240303101500, ".gkg.csv.zip", "http://data.gdeltproject.org/gdeltv2/", "a" * 32)
    assert newest(b"<html>") is newest(f"12 {'a' * 32} http://x/99999999999999.gkg.csv.zip".encode()) is None
    assert missed(None, LATEST, 9) == ([LATEST], 0)
    assert missed(LATEST.stamp, LATEST, 9) == missed(20250101000000, LATEST, 9) == ([], 0)
    assert [file.stamp for file in missed(20240303093000, LATEST, 2)[0]] == [20240303100000, 20240303101500]
    assert missed(20240303093000, LATEST, 2)[1] == 1


def test_a_bomb_and_an_endless_line_cost_themselves_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    good = row("https://a.example/x", "t")
    assert [entry.url for entry in read_gkg(packed([b"x" * 3_000_000, good]))] == ["https://a.example/x"]
    monkeypatch.setattr(gdelt_files, "MAX_UNPACKED_BYTES", 1_000_000)
    with pytest.raises(Unreadable):
        read_gkg(packed([b"\t" * 5_000_000]))


@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_bytes_break_a_file_of_gdelt(noise: bytes, place: int) -> None:
    whole = packed([row("https://a.example/x", "t")])
    for body in (noise, whole[:place] + noise + whole[place:], whole[:place]):
        with suppress(Unreadable):
            read_gkg(body)
    newest(noise)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.csv", noise)
    read_gkg(held.getvalue())


KEYS = ["id", "post", "parent", "link", "content", "rendered", "author", "author_name", "date_gmt", "type", "response", "posts", "thread", "message", "isDeleted", "likes", "createdAt"]  # fmt: skip
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["https://a.example/x#comment-1", "7"])
)


@given(
    st.recursive(
        VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    )
)
def test_no_json_breaks_comments(payload: object) -> None:
    read_wordpress(payload)
    page = f'<script type="text/json" id="disqus-threadData">{json.dumps(payload)}</script>'
    read_disqus(page.encode("utf-8", "replace"), "https://disqus.com/embed/comments/?t_u=https://a.example/x")


@given(st.binary(max_size=300), st.text(max_size=100))
def test_no_bytes_break_a_feed_of_comments_or_a_page_that_declares_one(body: bytes, words: str) -> None:
    read_comment_feed(body, PAGE)
    comment_places(
        f'<html><head>{API}<link rel="alternate" type="application/json" href="{words}"><script>disqus {words}</script>',
        PAGE,
    )
