"""TikTok: its open oEmbed; the Research API's and browser recordings' items as archives hold them.

Formats: developers.tiktok.com/doc/embed-videos, .../research-api-specs-query-videos and -query-video-comments.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from ..clock import LookKind
from ..dates import utc
from ..markup.flattened import find_links
from ..net.fetch import Fetcher
from ..records import Author, Kind, Post, Reach
from ..settings import Settings
from ..values import at, count, text
from .base import Answer, Recorded, shown_in_markup


class TikTok(Recorded):
    """Videos on TikTok."""

    name = "tiktok"
    help = "caption and author of a known video, by oEmbed; recordings; no counts are open"
    documentation = "developers.tiktok.com/doc/embed-videos"
    settings = ("tiktok_oembed_url",)

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A video."""
        return (LookKind.COUNTS,)

    def normalise(self, payload: Any) -> list[Post]:
        """An oEmbed answer, research videos and comments, or recorded items."""
        if isinstance(payload, str):
            return shown_in_markup(self.name, payload)
        return list({p.external_id: p for p in _read(payload, 0)}.values())

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Each by oEmbed."""
        for post in wanted:
            if post.external_id and post.url and post.author.handle:
                evidence = await fetcher.get(settings.tiktok_oembed_url, params={"url": post.url}, robots=False)
                yield Answer(
                    evidence,
                    await fetcher.read(self.name, evidence),
                    (post.external_id,) if evidence.status == 404 else (),
                )


def _read(payload: Any, depth: int) -> Iterator[Post]:
    if depth > 6:
        return
    if isinstance(payload, list):
        for item in payload:
            yield from _read(item, depth + 1)
        return
    if not isinstance(payload, dict):
        return
    if isinstance(payload.get("html"), str) and "author_url" in payload:
        yield from _oembed(payload)
    elif "video_description" in payload or ("username" in payload and "create_time" in payload and "id" in payload):
        yield _research(payload)
    elif "video_id" in payload and "text" in payload and text(payload.get("id")):
        yield _comment(payload)
    elif "createTime" in payload and text(payload.get("id")) and ("desc" in payload or "author" in payload):
        yield _recorded(payload)
    else:
        for key in ("data", "videos", "comments", "itemList", "items", "item_list", "itemInfo", "itemStruct"):
            yield from _read(payload.get(key), depth + 1)


def _address(handle: str | None, identity: str) -> str:
    return f"https://www.tiktok.com/@{handle or ''}/video/{identity}"


def _oembed(payload: dict[str, Any]) -> Iterator[Post]:
    shown = shown_in_markup("tiktok", payload["html"])
    identity = text(payload.get("embed_product_id")) or (shown[0].external_id if shown else None)
    address = text(payload.get("author_url")) or ""
    handle = text(payload.get("author_unique_id")) or (address.rsplit("/@", 1)[1] if "/@" in address else None)
    if identity and identity.isdigit():
        words = text(payload.get("title"))
        yield Post(
            platform="tiktok",
            external_id=identity,
            url=_address(handle, identity),
            author=Author(handle=handle, name=text(payload.get("author_name"))),
            text=words,
            links=find_links(words or ""),
        )


def _research(video: dict[str, Any]) -> Post:
    identity, handle = text(video.get("id")) or "", text(video.get("username"))
    words = text(video.get("video_description"))
    return Post(
        platform="tiktok",
        external_id=identity,
        url=_address(handle, identity),
        author=Author(handle=handle),
        text=words,
        posted_at=utc(count(video.get("create_time"))),
        links=find_links(words or ""),
        reach=Reach(
            likes=count(video.get("like_count")),
            reposts=count(video.get("share_count")),
            replies=count(video.get("comment_count")),
            views=count(video.get("view_count")),
        ),
    )


def _comment(comment: dict[str, Any]) -> Post:
    parent, video = text(comment.get("parent_comment_id")), text(comment.get("video_id"))
    words = text(comment.get("text"))
    return Post(
        platform="tiktok",
        external_id=text(comment.get("id")),
        kind=Kind.COMMENT,
        text=words,
        posted_at=utc(count(comment.get("create_time"))),
        in_reply_to=parent or video,
        links=find_links(words or ""),
        reach=Reach(likes=count(comment.get("like_count")), replies=count(comment.get("reply_count"))),
    )


def _recorded(item: dict[str, Any]) -> Post:
    identity = text(item.get("id")) or ""
    author = item.get("author")
    handle = text(at(author, "uniqueId")) or text(author)
    words = text(item.get("desc"))
    counts = item.get("statsV2") if isinstance(item.get("statsV2"), dict) else item.get("stats")
    return Post(
        platform="tiktok",
        external_id=identity,
        url=_address(handle, identity),
        author=Author(
            handle=handle,
            name=text(at(author, "nickname")) or text(item.get("nickname")),
            external_id=text(at(author, "id")),
            followers=count(at(item, "authorStats", "followerCount")),
        ),
        text=words,
        posted_at=utc(count(item.get("createTime"))),
        links=find_links(words or ""),
        reach=Reach(
            likes=count(at(counts, "diggCount")),
            reposts=count(at(counts, "shareCount")),
            replies=count(at(counts, "commentCount")),
            views=count(at(counts, "playCount")),
        ),
    )
