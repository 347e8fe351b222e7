"""Quotes of quotes are followed as deep as is set, and no deeper."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.stories import stories
from storywake.jobs.collect import collect
from storywake.jobs.watch import watch

from ..loopback import Reply, Site
from .test_live_story import PAGE, embed


def uri(key: str) -> str:
    return f"at://did:plc:maria/app.bsky.feed.post/{key}"


def view(key: str, quotes: str | None) -> dict[str, Any]:
    record: dict[str, Any] = {"$type": "app.bsky.feed.post", "text": key, "createdAt": "2024-03-03T09:00:00Z"}
    if quotes:
        record["embed"] = {"$type": "app.bsky.embed.record", "record": {"uri": uri(quotes), "cid": "c"}}
    counts = {"likeCount": 1, "repostCount": 0, "replyCount": 0, "quoteCount": 1}
    return {
        "uri": uri(key),
        "author": {"did": f"did:plc:{key}", "handle": f"{key}.example"},
        "record": record,
        **counts,
    }


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_chain_of_quotes_is_followed_to_the_depth(engine: Engine, site: Site, settings: Settings, depth: int) -> None:
    chain = ["root", "one", "two", "three", "four"]
    site.page("/story", PAGE.format(more=embed("root", "words")))
    before = dict(zip(chain[1:], chain, strict=False))
    site.routes["/xrpc/app.bsky.feed.getPosts"] = lambda asked: Reply(
        json.dumps({"posts": [view(u.rsplit("/", 1)[1], before.get(u.rsplit("/", 1)[1])) for u in asked.query["uris"]]}).encode()
    )  # fmt: skip
    site.routes["/xrpc/app.bsky.feed.getPostThread"] = lambda asked: Reply(b"{}")
    after = {quoted: quoting for quoting, quoted in before.items()}
    site.routes["/xrpc/app.bsky.feed.getQuotes"] = lambda asked: Reply(
        json.dumps({"posts": [view(after[key], key) for key in [asked.query["uri"][0].rsplit("/", 1)[1]] if key in after]}).encode()
    )  # fmt: skip
    chosen = settings.model_copy(update={"bluesky_url": site.url, "follow_depth": depth})
    watch(engine, chosen, f"{site.url}/story", slug="bridge")
    for _ in range(2):
        with engine.begin() as connection:
            watched = stories(connection)
        asyncio.run(collect(engine, chosen, watched))
    with engine.begin() as connection:
        found = {row.text for row in connection.execute(text("SELECT text FROM reactions WHERE platform = 'bluesky'"))}
    assert found == {"root", *chain[1 : depth + 2]}
