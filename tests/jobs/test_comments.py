"""Comments under an article: WordPress, a feed of comments, Disqus, each with its pages, limits and refusals."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.engine import writing
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site
from .world import LONG, WORDS, ask, one_pass

MARKS = '<link rel="https://api.w.org/" href="/wp-json/"><link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/7">'
FOUND = "SELECT author_name, text, tie, tie_source, deleted FROM reactions WHERE kind = 'comment' ORDER BY external_id"


def page(site: Site, head: str, body: str = "") -> None:
    site.page(
        "/bridge/",
        f"<html><head><title>Bridge</title>{head}</head><body><article><h1>Bridge</h1>{LONG}</article>{body}</body></html>",
    )


class WordPress:
    """The comments of post 7 as WordPress's interface gives them: 100 a page at most, their number in headers."""

    def __init__(self, site: Site, number: int) -> None:
        self.site = site
        self.comments = {n: self.comment(n, parent=n - 1 if n % 10 == 0 else 0) for n in range(1, number + 1)}
        self.faults: list[Reply] = []
        site.routes["/wp-json/wp/v2/comments"] = self._answer
        page(site, MARKS)

    def comment(self, n: int, parent: int = 0) -> dict[str, Any]:
        return {
            "id": n, "post": 7, "parent": parent, "author": 0, "author_name": f"Reader {n}", "author_url": "https://me.example",
            "date_gmt": f"2024-03-03T09:{n // 60 % 60:02}:{n % 60:02}", "content": {"rendered": f"<p>Words {n}</p>"},
            "link": f"{self.site.url}/bridge/comment-page-{n // 50 + 1}/#comment-{n}", "status": "approved", "type": "comment",
        }  # fmt: skip

    def _answer(self, asked: Asked) -> Reply:
        if self.faults:
            return self.faults.pop(0)
        size, number = int(asked.query["per_page"][0]), int(asked.query["page"][0])
        assert asked.query["post"] == ["7"] and size <= 100
        listed = sorted(self.comments.values(), key=lambda c: -c["id"])
        pages = -(-len(listed) // size)
        if number > max(pages, 1):
            return Reply(b'{"code": "rest_comment_invalid_page_number"}', 400)
        told = {"X-WP-Total": str(len(listed)), "X-WP-TotalPages": str(pages), "Content-Type": "application/json"}
        return Reply(json.dumps(listed[(number - 1) * size : number * size]).encode(), headers=told)


@pytest.fixture
def chosen(engine: Engine, site: Site, settings: Settings) -> Settings:
    chosen = settings.model_copy(update={"platforms": ["web"], "coverage": False, "disqus_url": site.url})
    watch(engine, chosen, f"{site.url}/bridge/", claims=(WORDS,), slug="bridge")
    return chosen


def test_every_comment_of_a_wordpress_is_a_reaction_once(engine: Engine, site: Site, chosen: Settings) -> None:
    wordpress = WordPress(site, 250)
    wordpress.faults = [Reply(b"slow down", 429, {"Retry-After": "0"}), Reply(b"", 503)]
    assert one_pass(engine, chosen)["bridge"].counts["reactions"] == 0  # two attempts, both in vain
    assert one_pass(engine, chosen)["bridge"].counts["reactions"] == 250
    found = ask(engine, FOUND)
    assert {row.tie for row in found} == {"replies"}
    assert ask(engine, "SELECT reply_to_author FROM reactions WHERE author_name = 'Reader 20'") == [("Reader 19",)]
    asked = len(site.asked("/wp-json/wp/v2/comments"))
    del wordpress.comments[17], wordpress.comments[250]
    wordpress.comments[251] = wordpress.comment(251)
    counts = one_pass(engine, chosen)["bridge"].counts
    assert (counts["reactions"], counts["gone"]) == (1, 2)
    assert len(site.asked("/wp-json/wp/v2/comments")) - asked == 3
    assert sorted(row.author_name for row in ask(engine, FOUND) if row.deleted) == ["Reader 17", "Reader 250"]
    wordpress.comments[17] = wordpress.comment(17)
    with writing(engine) as connection:  # time passes: within one second it stays deleted
        connection.execute(text("UPDATE post SET deleted_at = '2024-03-04T00:00:00Z' WHERE deleted_at IS NOT NULL"))
    one_pass(engine, chosen)
    assert [row.author_name for row in ask(engine, FOUND) if row.deleted] == ["Reader 250"]


def test_what_is_no_list_of_comments_takes_nothing_away(engine: Engine, site: Site, chosen: Settings) -> None:
    wordpress = WordPress(site, 3)
    one_pass(engine, chosen)
    for body in (
        b"<html>blocked</html>",
        b'{"code": "oops"}',
        b'[{"id": "x"}, {"id": 4, "link": "javascript:x"}, null, 3]',
        b"[]",
    ):
        wordpress.faults = [Reply(body)]
        one_pass(engine, chosen)
    assert [bool(row.deleted) for row in ask(engine, FOUND)] == [False] * 3


FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Comments on: Bridge</title>{items}</channel></rss>"""
ITEM = """<item><title>By: Ann</title><link>{site}/bridge/#comment-{n}</link><dc:creator><![CDATA[Ann]]></dc:creator>
<pubDate>Sun, 03 Mar 2024 09:15:02 +0000</pubDate><content:encoded><![CDATA[<p>It <b>is</b> true.</p>]]></content:encoded></item>"""


@pytest.mark.parametrize("how", ["forbidden", "robots"])
def test_where_the_interface_is_closed_the_feed_is_read_and_the_site_is_left_alone(
    engine: Engine, site: Site, chosen: Settings, how: str
) -> None:
    page(site, MARKS)
    if how == "robots":
        site.routes["/robots.txt"] = lambda asked: Reply(b"User-agent: *\nDisallow: /wp-json/\n")
    else:
        site.routes["/wp-json/wp/v2/comments"] = lambda asked: Reply(b'{"code": "rest_forbidden"}', 403)
    site.routes["/bridge/feed/"] = lambda asked: Reply(FEED.format(items=ITEM.format(site=site.url, n=5)).encode())
    for _ in range(3):
        one_pass(engine, chosen)
    assert [tuple(row)[:3] for row in ask(engine, FOUND)] == [("Ann", "It is true.", "replies")]
    assert len(site.asked("/wp-json/wp/v2/comments")) == (1 if how == "forbidden" else 0)
    assert len(site.asked("/bridge/feed/")) >= 2


def test_what_disqus_shows_at_first_is_read_deleted_comments_without_words(
    engine: Engine, site: Site, chosen: Settings
) -> None:
    page(
        site,
        "",
        '<div id="disqus_thread"></div><script>var disqus_shortname = "times"; var disqus_identifier = "b 7";</script>',
    )
    author = {"name": "Ann", "username": "ann7", "id": "31", "isAnonymous": False}
    posts = [
        {"id": "91", "parent": None, "author": author, "message": "<p>True?</p>", "createdAt": "2024-03-03T09:00:00", "likes": 4, "isDeleted": False},
        {"id": "92", "parent": 91, "author": {"name": "Guest"}, "message": "<p>Gone</p>", "createdAt": "2024-03-03T09:05:00", "isDeleted": True},
    ]  # fmt: skip
    told = json.dumps({"code": 0, "response": {"posts": posts, "thread": {"id": "1"}}})
    site.routes["/embed/comments/"] = lambda asked: Reply(
        f'<html><body><script type="text/json" id="disqus-threadData">{told}</script></body></html>'.encode()
    )
    one_pass(engine, chosen)
    found = ask(
        engine, "SELECT author, text, likes, deleted FROM reactions WHERE kind = 'comment' ORDER BY external_id"
    )
    assert [(row.author, row.text, row.likes, bool(row.deleted)) for row in found] == [
        ("ann7", "True?", 4, False),
        (None, None, None, True),
    ]
    assert site.asked("/embed/comments/")[0].query["f"] == ["times"]
    assert site.asked("/embed/comments/")[0].query["t_i"] == ["b 7"]


def test_comments_are_left_out_where_the_settings_say_so(engine: Engine, site: Site, chosen: Settings) -> None:
    WordPress(site, 3)
    one_pass(engine, chosen.model_copy(update={"comments": False}))
    assert not site.asked("/wp-json/wp/v2/comments")


def test_a_site_tells_no_comments_of_another_site(engine: Engine, site: Site, chosen: Settings) -> None:
    wordpress = WordPress(site, 2)
    one_pass(engine, chosen)
    elsewhere = {"link": "https://another.example/bridge/#comment-9", "id": 9, "author_name": "Forged"}
    wordpress.comments[3] = wordpress.comment(3) | elsewhere
    wordpress.comments[4] = wordpress.comment(4)
    one_pass(engine, chosen)
    assert [row.author_name for row in ask(engine, FOUND)] == ["Reader 1", "Reader 2", "Reader 4"]
