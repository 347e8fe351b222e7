"""Hacker News: Algolia's items and search, Firebase's items.

Formats: hn.algolia.com/api; github.com/HackerNews/API.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from ..clock import LookKind
from ..dates import utc
from ..markup.fragments import read_fragment
from ..net.fetch import Fetcher
from ..records import Author, Kind, Post, Reach
from ..settings import Settings
from ..values import at, count, text, walk
from .base import Answer, Recorded, load


class HackerNews(Recorded):
    """Stories and comments on Hacker News."""

    name = "hackernews"
    help = "stories, comments and stories that link to an address, from Algolia; no key"
    documentation = "hn.algolia.com/api"
    whole_threads = True
    settings = ("hackernews_url",)

    def missing(self, settings: Settings) -> str | None:
        """Nothing: the search is open."""
        return None

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A story, which comes with every comment below it."""
        return () if kind is Kind.COMMENT else (LookKind.COUNTS,)

    def normalise(self, payload: Any) -> list[Post]:
        """Posts of an item with its children, of search hits, or of Firebase items."""
        return list({p.external_id: p for p in _read(payload)}.values())

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Each with everything below it, which is how the item endpoint answers."""
        for post in wanted:
            if post.external_id and post.kind is not Kind.COMMENT:
                evidence = await fetcher.get(
                    f"{settings.hackernews_url.rstrip('/')}/api/v1/items/{post.external_id}", robots=False
                )
                yield Answer(
                    evidence,
                    await fetcher.read(self.name, evidence),
                    (post.external_id,) if evidence.status == 404 else (),
                )

    async def linking(self, fetcher: Fetcher, settings: Settings, url: str) -> AsyncIterator[Answer]:
        """Stories of an address, page by page."""
        for page in range(settings.thread_pages):
            params = {"query": url, "restrictSearchableAttributes": "url", "hitsPerPage": "100", "page": str(page)}
            evidence = await fetcher.get(
                f"{settings.hackernews_url.rstrip('/')}/api/v1/search", params=params, robots=False
            )
            payload = load(evidence)
            yield Answer(evidence, await fetcher.read(self.name, evidence))
            if page + 1 >= (count(at(payload, "nbPages")) or 0):
                return


def _read(payload: Any) -> Iterator[Post]:
    for item in walk(
        payload, lambda item: [item["hits"] if isinstance(item.get("hits"), list) else item.get("children")]
    ):
        identity = text(item.get("objectID")) or text(item.get("id"))
        named = any(key in item for key in ("author", "by", "type", "deleted", "_tags"))
        if identity and identity.isdigit() and named and not isinstance(item.get("hits"), list):
            yield _item(item, identity)


def _item(item: dict[str, Any], identity: str) -> Post:
    comment = item.get("type") == "comment" or "comment" in _tags(item) or bool(text(item.get("comment_text")))
    words = read_fragment(text(item.get("comment_text")) or text(item.get("text")) or text(item.get("story_text")))
    title, target = text(item.get("title")), text(item.get("url"))
    parent = text(item.get("parent_id")) or text(item.get("parent")) if comment else None
    links = tuple(dict.fromkeys([*([target] if target and target.startswith("http") else []), *words.links]))
    when = item.get("time") if type(item.get("time")) is int else item.get("created_at_i")
    deleted = item.get("deleted") is True
    return Post(
        platform="hackernews",
        external_id=identity,
        url=f"https://news.ycombinator.com/item?id={identity}",
        kind=Kind.COMMENT if comment else Kind.POST,
        author=Author(handle=text(item.get("author")) or text(item.get("by"))),
        text="\n\n".join(filter(None, (title, words.text))) or None,
        posted_at=utc(when if type(when) is int else text(item.get("created_at"))),
        in_reply_to=parent,
        links=links,
        reach=Reach(
            likes=count(item["points"]) if "points" in item else count(item.get("score")),
            replies=count(item["num_comments"]) if "num_comments" in item else count(item.get("descendants")),
        ),
        deleted=deleted,
    )


def _tags(item: dict[str, Any]) -> list[Any]:
    tags = item.get("_tags")
    return tags if isinstance(tags, list) else []
