"""Hacker News: Algolia's items and search, Firebase's items.

Formats: hn.algolia.com/api; github.com/HackerNews/API.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from pydantic import Field

from ..clock import LookKind
from ..dates import utc
from ..groups import FollowSettings, WebAddress
from ..markup.fragments import read_fragment
from ..net.evidence import Evidence
from ..records import NO_MEDIA, Author, Kind, Post, PostAddress, Reach
from ..values import at, count, items, text, text_in
from . import words
from .asking import pages
from .base import Answer, Row, Source

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

NAME = "hackernews"
NOTICES = ("[flagged]", "[dead]", "[deleted]", "[flagged] [dead]", "[delayed]")
"""What stands in place of words that are not shown."""
EMPTIED = ("author", "text")
"""Fields of which a deleted comment that Algolia still lists, since others answer it, has neither."""
NAMED = frozenset(("author", "by", "type", "deleted", "_tags"))
"""Fields of which every item has one."""


class HackerNewsSettings(FollowSettings):
    """Where Hacker News is asked."""

    hackernews_url: WebAddress = Field("https://hn.algolia.com", description="Hacker News by Algolia")


def _address(identity: str) -> str:
    return f"https://news.ycombinator.com/item?id={identity}"


def _path(path: str, query: str) -> PostAddress | None:
    item = parse_qs(query).get("id", [""])[0]
    return PostAddress(NAME, item, _address(item), None) if path == "/item" and item.isdigit() else None


class HackerNews(Source[HackerNewsSettings]):
    """Stories and comments on Hacker News."""

    name = NAME
    title = "Hacker News"
    rank = 5
    help = "stories, comments and stories that link to an address, from Algolia; no key"
    row = Row("stories, comments, stories of an address", "none needed", "points, comments")
    documentation = "hn.algolia.com/api"
    limits = "10,000 requests an hour for an address (hn.algolia.com/api)"
    checked = "2026-11-26"

    hosts = {"news.ycombinator.com": _path}
    group = HackerNewsSettings
    whole_threads = True
    searches_words = True

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A story, which comes with every comment below it."""
        return () if kind is Kind.COMMENT else (LookKind.COUNTS,)

    def read(self, item: dict[str, Any]) -> Iterable[Post]:
        """An item with its children, a search hit, or a Firebase item."""
        if item.keys().isdisjoint(NAMED) or item.get("type") == "pollopt" or isinstance(item.get("hits"), list):
            return ()
        identity = text_in(item, "objectID", "id")
        return (_item(item, identity),) if identity and identity.isdigit() else ()

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """Hits of a search, or the children of an item."""
        if "hits" in item and isinstance(item["hits"], list):
            return [item["hits"]]
        return [item["children"]] if item.get("children") else []

    async def posts(
        self, fetcher: Fetcher, settings: HackerNewsSettings, wanted: Sequence[Post]
    ) -> AsyncIterator[Answer]:
        """Each with everything below it, which is how the item endpoint answers."""
        for post in wanted:
            if post.external_id and post.kind is not Kind.COMMENT:
                evidence = await fetcher.api(settings.hackernews_url, f"/api/v1/items/{post.external_id}")
                gone = (post.external_id,) if evidence.status == 404 else ()
                yield Answer(evidence, await fetcher.read(NAME, evidence), gone)

    async def linking(self, fetcher: Fetcher, settings: HackerNewsSettings, url: str) -> AsyncIterator[Answer]:
        """Stories of an address, page by page."""
        async for answer in _search(fetcher, settings, {"query": url, "restrictSearchableAttributes": "url"}):
            yield answer

    async def naming(self, fetcher: Fetcher, settings: HackerNewsSettings, words: str) -> AsyncIterator[Answer]:
        """Stories and comments that have all of some words (hn.algolia.com/api, 2026-11-27), page by page."""
        async for answer in _search(fetcher, settings, {"query": words, "tags": "(story,comment)"}):
            yield answer


def _search(fetcher: Fetcher, settings: HackerNewsSettings, asked: dict[str, str]) -> AsyncIterator[Answer]:
    """Pages of a search, to the last that it tells of."""

    async def ask(page: int) -> Evidence:
        params = {**asked, "hitsPerPage": "100", "page": str(page)}
        return await fetcher.api(settings.hackernews_url, "/api/v1/search", params)

    def following(page: int, payload: Any) -> int | None:
        return page + 1 if page + 1 < (count(at(payload, "nbPages")) or 0) else None

    return pages(fetcher, NAME, 0, ask, following, settings.thread_pages)


def _item(item: dict[str, Any], identity: str) -> Post:
    comment = item.get("type") == "comment" or "comment" in _tags(item) or text_in(item, "comment_text") is not None
    body = text_in(item, "comment_text", "text", "story_text")
    hidden = body in NOTICES
    said = read_fragment(None if hidden else body)
    title, target = text(item.get("title")), text(item.get("url"))
    parent = text_in(item, "parent_id", "parent") if comment else None
    links = tuple(dict.fromkeys([target, *said.links])) if target and target.startswith("http") else said.links
    when = item["time"] if type(item.get("time")) is int else item.get("created_at_i")
    shown = None if title in NOTICES else title
    emptied = comment and all(name in item and item[name] is None for name in EMPTIED)
    deleted = item.get("deleted") is True or hidden or emptied or title in NOTICES
    return Post(
        platform=NAME,
        external_id=identity,
        url=_address(identity),
        kind=Kind.COMMENT if comment else Kind.POST,
        author=Author(handle=text_in(item, "author", "by")),
        text=f"{shown}\n\n{said.text}" if shown and said.text else shown or said.text,
        posted_at=utc(when if type(when) is int else text(item.get("created_at"))),
        in_reply_to=parent,
        links=links,
        media=words.media(poll=[option.get("text") for option in items(item.get("options"))])
        if "options" in item
        else NO_MEDIA,
        reach=Reach(
            likes=count(item["points"]) if "points" in item else count(item.get("score")),
            replies=count(item["num_comments"]) if "num_comments" in item else count(item.get("descendants")),
        ),
        deleted=deleted,
    )


def _tags(item: dict[str, Any]) -> list[Any]:
    tags = item.get("_tags")
    return tags if isinstance(tags, list) else []


PLATFORM = HackerNews()
