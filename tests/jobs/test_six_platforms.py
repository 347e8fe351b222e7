"""Two stories, three hundred reactions on six platforms, with the platforms' own pages and limits, and their bad days."""

import asyncio
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.stories import StoryRow
from storywake.jobs.collect import collect
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site

EACH = 25  # reactions a platform and story
PAGE = 10
WINDOW = 0.1  # seconds a rate limit lasts here
ALLOWED = 25  # requests in a window


def answer(payload: Any, **headers: str) -> Reply:
    return Reply(json.dumps(payload).encode(), headers={"Content-Type": "application/json", **headers})


class Limit:
    """A platform's limit: so many requests a window; says in its headers what remains, and counts what exceeds it."""

    def __init__(self) -> None:
        self.started = 0.0
        self.used = 0
        self.exceeded = 0
        self.requests = 0

    def __call__(self, route: Callable[[Asked], Reply]) -> Callable[[Asked], Reply]:
        def limited(asked: Asked) -> Reply:
            self.requests += 1
            if asked.at - self.started > WINDOW:
                self.started, self.used = asked.at, 0
            self.used += 1
            left = ALLOWED - self.used
            reset = datetime.fromtimestamp(time.time() + WINDOW - (asked.at - self.started) + 0.05, UTC).isoformat()
            headers = {
                "X-RateLimit-Limit": str(ALLOWED),
                "X-RateLimit-Remaining": str(max(left, 0)),
                "X-RateLimit-Reset": reset,
            }
            if left < 0:
                self.exceeded += 1
                return Reply(b"{}", 429, headers)
            reply = route(asked)
            return reply._replace(headers={**reply.headers, **headers})

        return limited


def story_of(asked: Asked, *names: str) -> str:
    """Which story a request is about, by the address it asks for."""
    given = " ".join(value for name in names for value in asked.query.get(name, []))
    return "two" if "/two" in given else "one"


class Platforms:
    """Six platforms, each on a site of its own, each with its own way of turning pages."""

    def __init__(self, home: Site) -> None:
        self.home = home
        self.sites = {name: Site() for name in ("x", "bluesky", "mastodon", "reddit", "hackernews", "lemmy")}
        self.limits = {name: Limit() for name in self.sites}
        self.serve()

    def route(self, name: str, path: str, route: Callable[[Asked], Reply]) -> None:
        self.sites[name].routes[path] = self.limits[name](route)

    def link(self, story: str) -> str:
        return f"{self.home.url}/{story}"

    def settings(self, base: Settings) -> Settings:
        urls = {f"{name}_url": site.url for name, site in self.sites.items()}
        return base.model_copy(
            update={
                **urls,
                "platforms": list(self.sites),
                "x_token": "t",
                "reddit_token": "t",
                "mastodon_token": "t",
                "host_concurrency": 1,
                "attempts": 4,
                "max_wait": 1.0,
            }
        )

    def serve(self) -> None:
        self.route("x", "/2/tweets/search/recent", self.x_search)
        self.route(
            "x", "/2/tweets", lambda asked: answer({"data": [self.tweet(i) for i in asked.query["ids"][0].split(",")]})
        )
        self.route(
            "bluesky",
            "/xrpc/app.bsky.feed.getPosts",
            lambda asked: answer({"posts": [self.view(u) for u in asked.query["uris"]]}),
        )
        self.route(
            "bluesky",
            "/xrpc/app.bsky.feed.getPostThread",
            lambda asked: answer({"thread": {"post": self.view(asked.query["uri"][0]), "replies": []}}),
        )
        self.route("bluesky", "/xrpc/app.bsky.feed.getQuotes", self.bluesky_quotes)
        self.route("mastodon", "/api/v2/search", self.mastodon_search)
        self.route("mastodon", "/api/v1/timelines/link", lambda asked: answer([]))
        self.route("reddit", "/api/info", self.reddit_info)
        self.route("reddit", "/search", lambda asked: answer({"kind": "Listing", "data": {"children": []}}))
        self.route("hackernews", "/api/v1/search", self.hackernews_search)
        self.route("lemmy", "/api/v3/search", self.lemmy_search)
        self.route("lemmy", "/api/v3/post", lambda asked: answer({}))
        self.route("lemmy", "/api/v3/comment/list", lambda asked: answer({"comments": []}))
        for story, n in (("one", 1), ("two", 2)):
            for i in range(EACH):
                key = f"{n}{i:03}"
                self.route("mastodon", f"/api/v1/statuses/{key}", partial(self.one_status, key, story))
                self.route(
                    "mastodon",
                    f"/api/v1/statuses/{key}/context",
                    lambda asked: answer({"ancestors": [], "descendants": []}),
                )
                self.route("mastodon", f"/api/v1/statuses/{key}/quotes", lambda asked: answer([]))
                self.route("reddit", f"/comments/r{key}", lambda asked: answer([]))
                self.route("hackernews", f"/api/v1/items/{key}", partial(self.one_item, key, story))
                self.route("x", f"/2/tweets/{key}/quote_tweets", lambda asked: answer({"meta": {}}))

    def one_status(self, key: str, story: str, asked: Asked) -> Reply:
        return answer(self.status(key, story))

    def one_item(self, key: str, story: str, asked: Asked) -> Reply:
        return answer({**self.hit(key, story), "id": int(key), "type": "story", "children": []})

    def pages(self, asked: Asked, start: int) -> range:
        return range(start, min(start + PAGE, EACH))

    def tweet(self, identity: str) -> dict[str, Any]:
        story = "one" if identity[0] == "1" else "two"
        return {
            "id": identity,
            "text": f"tweet {identity}",
            "author_id": identity,
            "created_at": "2024-03-03T09:00:00Z",
            "entities": {"urls": [{"expanded_url": self.link(story)}]},
            "public_metrics": {"like_count": 1},
        }

    def x_search(self, asked: Asked) -> Reply:
        if "conversation_id" in asked.query["query"][0]:
            return answer({"meta": {}})
        number = "1" if story_of(asked, "query") == "one" else "2"
        start = int(asked.query.get("next_token", ["0"])[0])
        found = [self.tweet(f"{number}{i:03}") for i in self.pages(asked, start)]
        return answer({"data": found, "meta": {"next_token": str(start + PAGE)} if start + PAGE < EACH else {}})

    def view(self, uri: str) -> dict[str, Any]:
        quoted = (
            {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": f"{uri.rsplit('q', 1)[0]}", "cid": "c"}}}
            if "q" in uri.rsplit("/", 1)[1]
            else {}
        )
        return {
            "uri": uri,
            "author": {"did": uri.split("/")[2], "handle": "a.example"},
            "record": {"text": uri, "createdAt": "2024-03-03T09:00:00Z", **quoted},
            "likeCount": 1,
        }

    def bluesky_quotes(self, asked: Asked) -> Reply:
        uri = asked.query["uri"][0]
        if "q" in uri.rsplit("/", 1)[1]:
            return answer({"posts": []})
        start = int(asked.query.get("cursor", ["0"])[0])
        found = [self.view(f"{uri}q{i}") for i in range(start, min(start + PAGE, EACH - 1))]
        return answer({"posts": found, **({"cursor": str(start + PAGE)} if start + PAGE < EACH - 1 else {})})

    def status(self, key: str, story: str) -> dict[str, Any]:
        site = self.sites["mastodon"].url
        return {
            "id": key,
            "uri": f"{site}/users/a/statuses/{key}",
            "url": f"{site}/@a/{key}",
            "created_at": "2024-03-03T09:00:00Z",
            "content": f'<p>see <a href="{self.link(story)}">it</a></p>',
            "account": {"acct": "a"},
        }

    def mastodon_search(self, asked: Asked) -> Reply:
        story = story_of(asked, "q")
        number = "1" if story == "one" else "2"
        start, size = int(asked.query["offset"][0]), int(asked.query["limit"][0])
        return answer(
            {"statuses": [self.status(f"{number}{i:03}", story) for i in range(start, min(start + size, EACH))]}
        )

    def thing(self, key: str, story: str) -> dict[str, Any]:
        return {
            "kind": "t3",
            "data": {
                "name": f"t3_r{key}",
                "title": key,
                "selftext": "",
                "is_self": False,
                "url": self.link(story),
                "author": "a",
                "permalink": f"/r/n/comments/r{key}/x/",
                "created_utc": 1709456400,
                "score": 1,
                "num_comments": 0,
            },
        }

    def reddit_info(self, asked: Asked) -> Reply:
        if "id" in asked.query:
            found = [self.thing(i[4:], "one" if i[4] == "1" else "two") for i in asked.query["id"][0].split(",")]
            return answer({"kind": "Listing", "data": {"children": found, "after": None}})
        story = story_of(asked, "url")
        number = "1" if story == "one" else "2"
        start = int(asked.query.get("after", ["0"])[0])
        found = [self.thing(f"{number}{i:03}", story) for i in self.pages(asked, start)]
        return answer(
            {
                "kind": "Listing",
                "data": {"children": found, "after": str(start + PAGE) if start + PAGE < EACH else None},
            }
        )

    def hit(self, key: str, story: str) -> dict[str, Any]:
        return {
            "objectID": key,
            "author": "a",
            "title": key,
            "url": self.link(story),
            "points": 1,
            "num_comments": 0,
            "created_at_i": 1709456400,
            "_tags": ["story"],
        }

    def hackernews_search(self, asked: Asked) -> Reply:
        story = story_of(asked, "query")
        number = "1" if story == "one" else "2"
        page = int(asked.query["page"][0])
        found = [self.hit(f"{number}{i:03}", story) for i in self.pages(asked, page * PAGE)]
        return answer({"hits": found, "nbPages": -(-EACH // PAGE), "page": page})

    def lemmy_search(self, asked: Asked) -> Reply:
        story = story_of(asked, "q")
        number = 1000 if story == "one" else 2000
        start = 50 * (int(asked.query["page"][0]) - 1)
        site = self.sites["lemmy"].url
        found = [
            {
                "post": {
                    "id": number + i,
                    "name": "t",
                    "ap_id": f"{site}/post/{number + i}",
                    "url": self.link(story),
                    "published": "2024-03-03T09:00:00Z",
                },
                "creator": {"name": "a"},
                "counts": {"upvotes": 1},
            }
            for i in range(start, min(start + 50, EACH))
        ]
        return answer({"posts": found})

    def __enter__(self) -> "Platforms":
        for running in self.sites.values():
            running.__enter__()
        return self

    def __exit__(self, *rest: Any) -> None:
        for running in self.sites.values():
            running.__exit__(None, None, None)


@pytest.fixture
def platforms(site: Site) -> Iterator[Platforms]:
    for number, story in enumerate(("one", "two"), 1):
        uri = f"at://did:plc:s{number}/app.bsky.feed.post/p"
        words = (
            f"<p>This is the article of story {story}, long enough to be read as an article by anybody at all.</p>" * 3
        )
        site.page(
            f"/{story}",
            f'<html><head><title>Story {story}</title></head><body><article>{words}<blockquote class="bluesky-embed" data-bluesky-uri="{uri}"><p>first</p></blockquote></article></body></html>',
        )
    with Platforms(site) as running:
        yield running


def stories_of(engine: Engine, settings: Settings, site: Site) -> list[StoryRow]:
    return [watch(engine, settings, f"{site.url}/{slug}", slug=slug) for slug in ("one", "two")]


def found(engine: Engine) -> Counter[tuple[str, str]]:
    with engine.begin() as connection:
        return Counter(
            {
                (r.story, r.platform): r.n
                for r in connection.execute(
                    text("SELECT story, platform, COUNT(*) AS n FROM reactions GROUP BY story, platform")
                )
            }
        )


ALL = Counter(
    {
        (story, name): EACH
        for story in ("one", "two")
        for name in ("x", "bluesky", "mastodon", "reddit", "hackernews", "lemmy")
    }
)


def test_all_are_found_each_once_and_no_limit_is_exceeded(
    sqlite: Engine, platforms: Platforms, site: Site, settings: Settings
) -> None:
    settings = platforms.settings(settings)
    results = asyncio.run(collect(sqlite, settings, stories_of(sqlite, settings, site)))
    assert [r.notes for r in results.values()] == [[], []]
    assert found(sqlite) == ALL
    assert sum(ALL.values()) == 300
    assert {name: limit.exceeded for name, limit in platforms.limits.items()} == dict.fromkeys(platforms.limits, 0)
    asked = sum(limit.requests for limit in platforms.limits.values()) + len(site.log)
    assert results["two"].requests == asked, "requests are counted"


def test_bad_days_of_some_stop_no_others_and_the_next_pass_catches_up(
    sqlite: Engine, platforms: Platforms, site: Site, settings: Settings
) -> None:
    settings = platforms.settings(settings).model_copy(update={"attempts": 2, "timeout": 0.5, "max_wait": 0.05})
    good = {name: dict(running.routes) for name, running in platforms.sites.items()}
    down, slow, busy, garbage = "reddit", "hackernews", "mastodon", "lemmy"
    numbers = itertools.count()

    def never(asked: Asked) -> Reply:
        threading.Event().wait(0.8)
        return Reply(b"{}")

    for name, route in (
        (down, lambda asked: Reply(b"", 503)),
        (slow, never),
        (busy, lambda asked: Reply(b"", 429, {"Retry-After": "60"})),
        (garbage, lambda asked: Reply(b"\xff{not json" + str(next(numbers)).encode())),
    ):
        platforms.sites[name].routes = dict.fromkeys(platforms.sites[name].routes, route)
        if name == garbage:
            platforms.sites[name].routes["/api/v3/search"] = route
    watched = stories_of(sqlite, settings, site)
    results = asyncio.run(collect(sqlite, settings, watched))
    assert {name for _, name in found(sqlite)} == {"x", "bluesky"}
    for result in results.values():
        for name in (down, slow, busy, garbage):
            assert [note for note in result.notes if note.startswith(platforms.sites[name].url)], name
    for name, routes in good.items():
        platforms.sites[name].routes = routes
    results = asyncio.run(collect(sqlite, platforms.settings(settings).model_copy(update={"timeout": 5}), watched))
    assert [r.notes for r in results.values()] == [[], []]
    assert found(sqlite) == ALL
