"""A story on the network, watched as it changes: a post added, a correction, counts growing."""

import asyncio
import json
from typing import Any

from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.stories import stories
from storywake.jobs.collect import Result, collect
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site

PAGE = """<html lang="en"><head><title>Bridge never inspected</title><meta property="og:site_name" content="Northport Times">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Bridge never inspected", "datePublished": "2024-03-03T08:00:00Z"}}</script></head>
<body><article><p>The new harbour bridge was opened without a final inspection, according to a leaked engineering report seen by this newspaper.</p>
<p>The city declined to answer questions about the inspection, and the contractor did not return calls on Sunday evening.</p>{more}</article></body></html>"""


def embed(key: str, words: str) -> str:
    uri = f"at://did:plc:maria/app.bsky.feed.post/{key}"
    return f"""<blockquote class="bluesky-embed" data-bluesky-uri="{uri}"><p lang="en">{words}</p>&mdash; Maria (<a href="https://bsky.app/profile/did:plc:maria">@maria.example</a>)
    <a href="https://bsky.app/profile/did:plc:maria/post/{key}">March 3, 2024 at 9:00 AM</a></blockquote>"""


class AppView:
    """A Bluesky AppView that knows some posts; likes grow with each look."""

    def __init__(self, site: Site, keys: list[str]) -> None:
        self.keys = keys
        self.looks = 0
        self.replies = 0
        site.routes["/xrpc/app.bsky.feed.getPosts"] = self.posts
        site.routes["/xrpc/app.bsky.feed.getPostThread"] = lambda asked: reply(
            {
                "thread": {
                    "$type": "app.bsky.feed.defs#threadViewPost",
                    "post": self.view(asked.query["uri"][0]),
                    "replies": [],
                }
            }
        )
        site.routes["/xrpc/app.bsky.feed.getQuotes"] = lambda asked: reply({"uri": asked.query["uri"][0], "posts": []})

    def posts(self, asked: Asked) -> Reply:
        return reply({"posts": [self.view(uri) for uri in asked.query["uris"] if uri.rsplit("/", 1)[1] in self.keys]})

    def view(self, uri: str) -> dict[str, Any]:
        self.looks += 1
        return {
            "uri": uri,
            "author": {"did": "did:plc:maria", "handle": "maria.example", "displayName": "Maria"},
            "record": {
                "$type": "app.bsky.feed.post",
                "text": f"post {uri.rsplit('/', 1)[1]}",
                "createdAt": "2024-03-03T09:00:00Z",
            },
            "likeCount": 10 * self.looks,
            "repostCount": 1,
            "replyCount": self.replies,
            "quoteCount": 0,
        }


def reply(payload: Any) -> Reply:
    return Reply(json.dumps(payload).encode(), headers={"Content-Type": "application/json"})


def one_pass(engine: Engine, settings: Settings) -> Result:
    with engine.begin() as connection:
        watched = stories(connection)
    return asyncio.run(collect(engine, settings, watched))["bridge"]


def ask(engine: Engine, query: str) -> list[Any]:
    with engine.begin() as connection:
        return list(connection.execute(text(query)).all())


def test_a_second_pass_shows_what_changed(engine: Engine, site: Site, settings: Settings, monkeypatch: Any) -> None:
    clock = iter(f"2024-03-03T{hour:02}:{minute:02}:00Z" for hour in range(10, 24) for minute in range(60))
    monkeypatch.setattr("storywake.collector.net.fetch.stamp", lambda moment: next(clock))
    settings = settings.model_copy(update={"bluesky_url": site.url})
    AppView(site, ["one", "two"])
    site.page("/bridge", PAGE.format(more=embed("one", "So nobody inspected it?")))
    watch(engine, settings, f"{site.url}/bridge", claims=("The bridge was never inspected.",), slug="bridge")

    first = one_pass(engine, settings)
    assert first.counts["reactions"] == 1
    assert first.notes == []

    second = one_pass(engine, settings)
    assert second.counts["unchanged"] == 1, "the page is asked for conditionally and answers 304"
    assert site.asked("/bridge")[-1].headers["if-none-match"]
    assert ask(engine, "SELECT COUNT(*) FROM reactions") == [(1,)]
    likes = [row.likes for row in ask(engine, "SELECT likes FROM observations ORDER BY observed_at")]
    assert len(likes) >= 2
    assert likes == sorted(likes)
    assert likes[-1] > likes[0]

    site.page(
        "/bridge",
        PAGE.format(
            more=embed("one", "So nobody inspected it?")
            + embed("two", "This matches what our members told us.")
            + "<p>Correction: an earlier version of this article named the wrong contractor.</p>"
        ),
    )
    third = one_pass(engine, settings)
    assert third.counts["revisions"] == 1
    assert {row.external_id.rsplit("/", 1)[1] for row in ask(engine, "SELECT external_id FROM reactions")} == {
        "one",
        "two",
    }
    [article] = ask(engine, "SELECT revisions, corrected, correction, role FROM articles")
    assert (article.revisions, bool(article.corrected), article.role) == (2, True, "original")
    assert "wrong contractor" in article.correction
    assert ask(engine, "SELECT DISTINCT stance FROM reactions WHERE stance IS NULL") == []


def test_a_deleted_post_is_marked_and_kept(engine: Engine, site: Site, settings: Settings) -> None:
    settings = settings.model_copy(update={"bluesky_url": site.url})
    view = AppView(site, ["one"])
    site.page("/bridge", PAGE.format(more=embed("one", "So nobody inspected it?")))
    watch(engine, settings, f"{site.url}/bridge", slug="bridge")
    one_pass(engine, settings)
    view.keys = []
    site.routes["/xrpc/app.bsky.feed.getPostThread"] = lambda asked: Reply(b'{"error":"NotFound"}', 400)
    result = one_pass(engine, settings)
    assert result.counts["gone"] == 1
    [row] = ask(engine, "SELECT deleted, text FROM reactions")
    assert bool(row.deleted)
    assert row.text == "post one"


def test_prose_and_page_shape_are_read_from_linked_articles_too(engine: Engine, site: Site, settings: Settings) -> None:
    with Site() as other:
        other.page(
            "/news/earlier.html", PAGE.format(more="").replace("Bridge never inspected", "Inspection postponed twice")
        )
        site.page(
            "/bridge",
            PAGE.format(
                more=f'<p>The inspection had been <a href="{other.url}/news/earlier.html">postponed twice</a>, as was reported in January.</p>'
            ).replace("</p>{more}", ""),
        )
        watch(engine, settings, f"{site.url}/bridge", slug="bridge")
        one_pass(engine, settings)
    titles = {row.title for row in ask(engine, "SELECT title FROM articles")}
    assert titles == {"Bridge never inspected", "Inspection postponed twice"}


def test_short_links_are_expanded_once_and_tie_the_post(
    engine: Engine, site: Site, settings: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setattr("storywake.collector.urls.SHORTENERS", frozenset({"127.0.0.1"}))
    settings = settings.model_copy(update={"bluesky_url": site.url})
    AppView(site, ["one"])
    site.routes["/s1"] = lambda asked: Reply(status=301, headers={"Location": "/bridge"})
    site.page("/bridge", PAGE.format(more=embed("one", f'Read <a href="{site.url}/s1">this</a>')))
    watch(engine, settings, f"{site.url}/bridge", slug="bridge")
    one_pass(engine, settings)
    one_pass(engine, settings)
    assert len(site.asked("/s1")) == 1
    assert {row.tie for row in ask(engine, "SELECT tie FROM witness")} == {"embedded", "links"}
    assert ask(engine, "SELECT tie FROM reactions") == [("embedded",)]
    [chain] = ask(engine, "SELECT chain FROM evidence WHERE url LIKE '%/s1'")
    assert chain.chain.split("\n") == [f"{site.url}/s1", f"{site.url}/bridge"]
