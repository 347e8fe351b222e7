"""TikTok: its open oEmbed; the Research API's and browser recordings' items as archives hold them.

Formats: developers.tiktok.com/doc/embed-videos, .../research-api-specs-query-videos and -query-video-comments.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field
from selectolax.lexbor import LexborNode

from ..clock import LookKind
from ..dates import utc
from ..groups import FollowSettings, WebAddress
from ..markup.links import find_links
from ..markup.marks import Attributes, Marks
from ..markup.page import Page
from ..records import NO_MEDIA, Author, Kind, Media, Post, PostAddress, Reach
from ..values import at, count, items, language, mapping, text
from .base import Answer, Row, Source
from .words import media

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

NAME = "tiktok"


class TikTokSettings(FollowSettings):
    """Where TikTok is asked."""

    tiktok_oembed_url: WebAddress = Field("https://www.tiktok.com/oembed", description="TikTok's oEmbed endpoint")


def _address(handle: str | None, identity: str) -> str:
    return f"https://www.tiktok.com/@{handle or ''}/video/{identity}"


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/@([^/]*)/(?:video|photo)/(\d+)", path)
    if found:
        return PostAddress(NAME, found[2], _address(found[1], found[2]), found[1] or None)
    found = re.match(r"/(?:embed(?:/v\d)?|player/v1|v|share/video)/(\d+)", path)
    return PostAddress(NAME, found[1], _address(None, found[1]), None) if found else None


def _by_id(identity: str) -> PostAddress | None:
    return _path(f"/embed/{identity}", "") if 17 <= len(identity) <= 20 else None


def _element(tag: str, attributes: Attributes) -> PostAddress | None:
    """AMP's component holds the address of a video, or its number."""
    source = (attributes.get("data-src") or attributes.get("src") or "") if tag == "amp-tiktok" else ""
    return PLATFORM.identify(f"https://www.tiktok.com/embed/{source}" if source.isdigit() else source)


def _caption(page: Page, node: LexborNode) -> str | None:
    """A blockquote's caption: what stands between the author's handle and the name of the tune."""
    section = node.css_first("section")
    shown = page.words(section).partition("♬")[0].rstrip() if section else ""
    return re.sub(r"^@[\w.]+\s*", "", shown).strip() or None


LISTS = (
    "data", "videos", "comments", "itemList", "items", "item_list", "itemInfo", "itemStruct", "aweme_list", "aweme_detail",
    "reply_comment", "__DEFAULT_SCOPE__", "webapp.video-detail",
)  # fmt: skip
"""Where answers and recordings hold videos and comments."""
HOLDING = frozenset(LISTS)


class TikTok(Source[TikTokSettings]):
    """Videos on TikTok."""

    name = NAME
    title = "TikTok"
    rank = 8
    help = "caption and author of a known video, by oEmbed; recordings; no counts are open"
    row = Row("caption and author of a known video", "none", "none open")
    documentation = "developers.tiktok.com/doc/embed-videos"
    limits = "none stated; by its page of 23 October 2026 embedded videos are to give way to the Embed Player"
    checked = "2026-11-28"

    hosts = {"tiktok.com": _path, "m.tiktok.com": _path}
    shares = {
        **dict.fromkeys(("vm.tiktok.com", "vt.tiktok.com"), r"/\w{6,}/?$"),
        "www.tiktok.com": r"/t/\w{6,}/?$",
    }
    profiles = {"tiktok.com": r"/@([\w.]+)/?$"}
    marks = Marks(
        classes=("tiktok-embed",),
        amp=("amp-tiktok",),
        names=("tiktok",),
        called=("tiktok",),
        by_id=_by_id,
        element=_element,
        words=_caption,
    )
    group = TikTokSettings
    zeeschuimer = ("tiktok.com", "tiktok-comments")

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A video."""
        return (LookKind.COUNTS,)

    def read(self, item: dict[str, Any]) -> Iterable[Post]:
        """An oEmbed answer, a research video or comment, or a recorded item."""
        if "html" in item and isinstance(item["html"], str) and "author_url" in item:
            return self._oembed(item)
        if "video_description" in item or ("username" in item and "create_time" in item and "id" in item):
            return (_research(item),)
        if "cid" in item and "text" in item and text(item["cid"]):
            return (_client_comment(item),)
        if "aweme_id" in item and "desc" in item and text(item["aweme_id"]):
            return () if item.get("is_ads") is True else (_app_video(item),)
        if "id" not in item or item.get("isAd") is True or not text(item["id"]):
            return ()
        if "video_id" in item and "text" in item:
            return (_comment(item),)
        return (_recorded(item),) if "createTime" in item and ("desc" in item or "author" in item) else ()

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """Lists of videos or comments, by the names that the Research API and the web client give them."""
        return [] if item.keys().isdisjoint(HOLDING) else [item[key] for key in LISTS if key in item]

    async def posts(self, fetcher: Fetcher, settings: TikTokSettings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Each by oEmbed."""
        for post in wanted:
            if post.external_id and post.url and post.author.handle:
                evidence = await fetcher.api(settings.tiktok_oembed_url, "", {"url": post.url})
                gone = (post.external_id,) if evidence.status == 404 else ()
                yield Answer(evidence, await fetcher.read(NAME, evidence), gone)

    def _oembed(self, payload: dict[str, Any]) -> Iterator[Post]:
        identity = text(payload.get("embed_product_id"))
        if not identity:
            shown = next(iter(self.read_markup(payload["html"])), None)
            identity = shown.external_id if shown else None
        address = text(payload.get("author_url")) or ""
        handle = text(payload.get("author_unique_id")) or (address.rsplit("/@", 1)[1] if "/@" in address else None)
        words = text(payload.get("title"))
        if identity and identity.isdigit():
            yield Post(
                platform=NAME,
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
        platform=NAME,
        external_id=identity,
        url=_address(handle, identity),
        author=Author(handle=handle),
        text=words,
        posted_at=utc(count(video.get("create_time"))),
        links=find_links(words or ""),
        media=media(alt=[video["voice_to_text"]]) if "voice_to_text" in video else NO_MEDIA,
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
        platform=NAME,
        external_id=text(comment.get("id")),
        kind=Kind.COMMENT,
        text=words,
        posted_at=utc(count(comment.get("create_time"))),
        in_reply_to=parent or video,
        links=find_links(words or ""),
        reach=Reach(likes=count(comment.get("like_count")), replies=count(comment.get("reply_count"))),
    )


def _client_comment(comment: dict[str, Any]) -> Post:
    """A comment as the web client and the app get it."""
    identity, video, words = text(comment.get("cid")), text(comment.get("aweme_id")), text(comment.get("text"))
    above = text(comment.get("reply_id"))
    user = mapping(comment.get("user"))
    return Post(
        platform=NAME,
        external_id=identity,
        url=text(at(comment["share_info"], "url")) if "share_info" in comment else None,
        kind=Kind.COMMENT,
        author=Author(
            handle=text(user.get("unique_id")), name=text(user.get("nickname")), external_id=text(user.get("uid"))
        ),
        text=words,
        language=language(comment.get("comment_language")),
        posted_at=utc(count(comment.get("create_time"))),
        in_reply_to=above if above and above != "0" else video,
        links=find_links(words or ""),
        reach=Reach(likes=count(comment.get("digg_count")), replies=count(comment.get("reply_comment_total"))),
    )


def _app_video(video: dict[str, Any]) -> Post:
    """A video as the app gets it."""
    identity, words = text(video.get("aweme_id")) or "", text(video.get("desc"))
    counts, author = mapping(video.get("statistics")), mapping(video.get("author"))
    handle = text(author.get("unique_id"))
    return Post(
        platform=NAME,
        external_id=identity,
        url=_address(handle, identity),
        author=Author(
            handle=handle,
            name=text(author.get("nickname")),
            external_id=text(author.get("uid")),
            followers=count(author.get("follower_count")),
        ),
        text=words,
        language=language(video.get("desc_language")),
        posted_at=utc(count(video.get("create_time"))),
        links=find_links(words or ""),
        reach=Reach(
            likes=count(counts.get("digg_count")),
            reposts=count(counts.get("share_count")),
            replies=count(counts.get("comment_count")),
            views=count(counts.get("play_count")),
        ),
    )


def _stickers(item: dict[str, Any]) -> list[Any]:
    """The words that an author wrote onto a video."""
    shown = [sticker.get("stickerText") for sticker in items(item.get("stickersOnItem"))]
    return [words for lines in shown if isinstance(lines, list) for words in lines]


def _media(item: dict[str, Any]) -> Media:
    if "stickersOnItem" not in item and "imagePost" not in item:
        return NO_MEDIA
    return media(alt=[*_stickers(item), at(item, "imagePost", "title")])


def _recorded(item: dict[str, Any]) -> Post:
    identity = text(item.get("id")) or ""
    author = mapping(item.get("author"))
    handle = text(author.get("uniqueId")) or text(item.get("author"))
    words = text(item.get("desc"))
    counts = mapping(mapping(item.get("statsV2")) or item.get("stats"))
    return Post(
        platform=NAME,
        external_id=identity,
        url=_address(handle, identity),
        author=Author(
            handle=handle,
            name=text(author.get("nickname")) or text(item.get("nickname")),
            external_id=text(author.get("id")),
            followers=count(at(item["authorStats"], "followerCount")) if "authorStats" in item else None,
        ),
        text=words,
        language=language(item.get("textLanguage")),
        posted_at=utc(count(item.get("createTime"))),
        links=find_links(words or ""),
        media=_media(item),
        reach=Reach(
            likes=count(counts.get("diggCount")),
            reposts=count(counts.get("shareCount")),
            replies=count(counts.get("commentCount")),
            views=count(counts.get("playCount")),
        ),
    )


PLATFORM = TikTok()
