"""A small world for passes: a clock that a test sets, a Bluesky that keeps its posts, pages of papers."""

import asyncio
import atexit
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.dates import stamp
from storywake.collector.reading.workers import Readers
from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.stories import stories
from storywake.jobs.collect import Result, collect

from ..loopback import Asked, Reply, Site

WORDS = "The harbour bridge in Northport was opened without a final inspection, as a report by engineers says."
LONG = f"<p>{WORDS}</p>" * 3


class Clock:
    """The time for everything that a pass does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, start: str = "2024-03-03T10:00:00Z") -> None:
        self.at = datetime.fromisoformat(start).astimezone(UTC)
        clock = self

        class Frozen(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return clock.at

        monkeypatch.setattr("storywake.collector.net.fetch.stamp", lambda moment: clock.now)
        monkeypatch.setattr("storywake.db.spending.Spending._now", lambda purse: clock.at)
        for module in ("storywake.jobs.settling", "storywake.jobs.collect", "storywake.collector.platforms.youtube"):
            monkeypatch.setattr(f"{module}.datetime", Frozen)
        for module in (
            "storywake.jobs.settling",
            "storywake.jobs.collect",
            "storywake.jobs.pages",
            "storywake.jobs.watch",
        ):
            monkeypatch.setattr(f"{module}.now", lambda: clock.now)

    @property
    def now(self) -> str:
        return stamp(self.at)

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


class Bluesky:
    """An AppView on a site: posts by key, what they answer or quote, and which questions were asked about which post."""

    def __init__(self, site: Site) -> None:
        self.posts: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str]] = []
        site.routes["/xrpc/app.bsky.feed.getPosts"] = self._posts
        site.routes["/xrpc/app.bsky.feed.getPostThread"] = self._thread
        site.routes["/xrpc/app.bsky.feed.getQuotes"] = self._quotes
        site.routes["/xrpc/com.atproto.identity.resolveHandle"] = lambda asked: reply(
            {"did": f"did:plc:{asked.query['handle'][0].partition('.')[0]}"}
        )

    def add(self, key: str, *, answers: str | None = None, quotes: str | None = None, **more: Any) -> str:
        """Adds a post, by an author of the same name; ``replyCount``, ``quoteCount`` and so on may be told otherwise than they are."""
        self.posts[key] = {"answers": answers, "quotes": quotes, "created": "2024-03-03T09:00:00Z", **more}
        return uri(key)

    def told(self, what: str, key: str) -> int:
        """How often a question was asked about a post."""
        return self.asked.count((what, key))

    def view(self, key: str) -> dict[str, Any]:
        post = self.posts[key]
        record: dict[str, Any] = {"text": post.get("text", f"words of {key}"), "createdAt": post["created"]}
        if post["answers"]:
            record["reply"] = {"parent": {"uri": uri(post["answers"])}, "root": {"uri": uri(post["answers"])}}
        if post["quotes"]:
            record["embed"] = {"$type": "app.bsky.embed.record", "record": {"uri": uri(post["quotes"]), "cid": "c"}}
        if post.get("link"):
            record["embed"] = {"$type": "app.bsky.embed.external", "external": {"uri": post["link"], "title": "t"}}
        counts = {
            "likeCount": 1,
            "repostCount": 0,
            "replyCount": len(self._children(key, "answers")),
            "quoteCount": len(self._children(key, "quotes")),
        }
        counts |= {name: post[name] for name in counts if name in post}
        author = {"did": f"did:plc:{key}", "handle": f"{key}.example", "displayName": key}
        return {"uri": uri(key), "author": author, "record": record, **counts}

    def _children(self, key: str, how: str) -> list[str]:
        return [name for name, post in self.posts.items() if post[how] == key]

    def _posts(self, asked: Asked) -> Reply:
        keys = [key_of(u) for u in asked.query["uris"]]
        self.asked += [("posts", key) for key in keys]
        return reply({"posts": [self.view(key) for key in keys if key in self.posts]})

    def _thread(self, asked: Asked) -> Reply:
        key = key_of(asked.query["uri"][0])
        self.asked.append(("replies", key))
        if key not in self.posts:
            return Reply(b'{"error": "NotFound"}', 400)
        return reply({"thread": self._below(key, int(asked.query["depth"][0]))})

    def _below(self, key: str, depth: int) -> dict[str, Any]:
        found = [self._below(name, depth - 1) for name in self._children(key, "answers")] if depth else []
        return {"post": self.view(key), "replies": found}

    def _quotes(self, asked: Asked) -> Reply:
        key = key_of(asked.query["uri"][0])
        self.asked.append(("quotes", key))
        return reply({"posts": [self.view(name) for name in self._children(key, "quotes")]})


def uri(key: str) -> str:
    return f"at://did:plc:{key}/app.bsky.feed.post/{key}"


def key_of(address: str) -> str:
    return address.rsplit("/", 1)[1]


def reply(payload: Any) -> Reply:
    return Reply(json.dumps(payload).encode(), headers={"Content-Type": "application/json"})


def embed(key: str, words: str | None = None) -> str:
    """A post as an article embeds it."""
    shown = words or f"words of {key}"
    return f"""<blockquote class="bluesky-embed" data-bluesky-uri="{uri(key)}"><p lang="en">{shown}</p>&mdash; {key}
    (<a href="https://bsky.app/profile/did:plc:{key}">@{key}.example</a>)
    <a href="https://bsky.app/profile/did:plc:{key}/post/{key}">March 3, 2024 at 9:00 AM</a></blockquote>"""


def page(
    title: str,
    body: str = LONG,
    *,
    published: str = "2024-03-03T08:00:00Z",
    publisher: str = "Northport Times",
    language: str = "en",
) -> str:
    data = {"@type": "NewsArticle", "headline": title, "datePublished": published, "publisher": {"name": publisher}}
    return f"""<html lang="{language}"><head><title>{title}</title><meta property="og:site_name" content="{publisher}">
    <script type="application/ld+json">{json.dumps(data)}</script></head><body><article><h1>{title}</h1>{body}</article></body></html>"""


def one_pass(engine: Engine, settings: Settings, due_at: str | None = None) -> dict[str, Result]:
    """A pass over all stories; what it did, by slug. All passes of a test run share the processes that read pages."""
    with reading(engine) as connection:
        watched = stories(connection)
    return asyncio.run(collect(engine, settings, watched, due_at=due_at, readers=readers()))


@cache
def readers() -> Readers:
    """Worker processes, whose start takes longer than most passes; they end with the test run."""
    shared = Readers()
    atexit.register(shared.__exit__, None, None, None)
    return shared


def ask(engine: Engine, query: str, **values: Any) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(text(query), values).all())
