"""YouTube: videos and comments from the Data API v3; oEmbed without a key.

Format: developers.google.com/youtube/v3/docs (videos, search, commentThreads, comments); oembed.com. Embeds: "IFrame player",
AMP's amp-youtube, the element lite-youtube.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import uuid4

from pydantic import Field, SecretStr

from ..clock import LookKind
from ..dates import utc
from ..groups import FollowSettings, NetSettings, WebAddress, revealed
from ..markup.fragments import read_fragment
from ..markup.links import find_links
from ..markup.marks import Attributes, Marks
from ..net.evidence import Evidence
from ..records import Author, Kind, Post, PostAddress, Reach
from ..values import at, count, items, language, text, unescape
from .asking import pages, paid
from .base import Answer, Row, Source

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

NAME = "youtube"
HOSTS = ("youtube.com", "m.youtube.com", "youtube-nocookie.com", "music.youtube.com", "yewtu.be", "piped.video")
BATCH = 50
"""Videos that one request may ask about (videos.list)."""
SEARCH_UNITS = 100
"""What a page of search counts in ``youtube_budget``: of its usual 10,000 units, a hundred searches, as many as Google allows a day.

Every other request costs one unit (Data API v3, quota calculator).
"""


class YouTubeSettings(FollowSettings, NetSettings):
    """Where YouTube is asked, as whom, and what that may cost."""

    youtube_url: WebAddress = Field("https://www.googleapis.com", description="YouTube's Data API")
    youtube_oembed_url: WebAddress = Field("https://www.youtube.com/oembed", description="YouTube's oEmbed endpoint")
    youtube_key: SecretStr | None = Field(
        None, description="key of YouTube's Data API; without it title and channel only"
    )
    youtube_budget: int = Field(10_000, ge=0, description="quota units that YouTube's API may cost in a UTC day")


def _address(video: str) -> str:
    return f"https://www.youtube.com/watch?v={video}"


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(
        r"/(?:embed|v|e|shorts|live)/([A-Za-z0-9_-]{11})(?:$|[/?&])", path + ("/" if path[-1:] != "/" else "")
    )
    video = found[1] if found else parse_qs(query).get("v", [""])[0] if path.rstrip("/") == "/watch" else ""
    if re.fullmatch(r"[A-Za-z0-9_-]{11}", video) and video not in ("videoseries", "live_stream"):
        return PostAddress(NAME, video, _address(video), None)
    return None


def _short(path: str, query: str) -> PostAddress | None:
    return _path("/embed" + path, "")


def _by_id(identity: str) -> PostAddress | None:
    return _path(f"/embed/{identity}", "")


def _element(tag: str, attributes: Attributes) -> PostAddress | None:
    video = next(
        (v for n in ("videoid", "video-id", "data-youtube-id", "data-videoid") if (v := attributes.get(n))), None
    )
    named = (
        tag in ("amp-youtube", "lite-youtube", "youtube-video")
        or (tag == "embetty-video" and attributes.get("type") == "youtube")
        or "youtube" in (attributes.get("class") or "")
        or "data-youtube-id" in attributes
    )
    return PLATFORM.identify(f"https://www.youtube.com/embed/{video}") if video and named else None


class YouTube(Source[YouTubeSettings]):
    """Videos and their comments."""

    name = NAME
    title = "YouTube"
    rank = 6
    help = "title and channel by oEmbed; counts, comments and search need STORYWAKE_YOUTUBE_KEY"
    row = Row(
        "title and channel of a known video",
        "`STORYWAKE_YOUTUBE_KEY`: counts, comments, search",
        "views, likes, comments",
    )
    documentation = "developers.google.com/youtube/v3/docs"
    limits = "10,000 units a day, and 100 searches (developers.google.com/youtube/v3/determine_quota_cost)"
    checked = "2026-11-26"

    hosts = {
        **dict.fromkeys(HOSTS, _path),
        "youtu.be": _short,
    }
    profiles = {"youtube.com": r"/@([\w.-]+)/?$"}
    marks = Marks(
        selectors=("lite-youtube", "[data-youtube-id]", "embetty-video"),
        amp=("amp-youtube",),
        openings=("<lite-youtube",),
        names=("youtube",),
        called=("youtube",),
        by_id=_by_id,
        element=_element,
    )

    group = YouTubeSettings
    search_units = SEARCH_UNITS
    whole_threads = True

    def budget(self, settings: YouTubeSettings) -> int:
        """Units of the day's quota."""
        return settings.youtube_budget

    def missing(self, settings: YouTubeSettings) -> str | None:
        """Without a key, only title and channel can be read."""
        known = settings.youtube_key
        return None if known else "no STORYWAKE_YOUTUBE_KEY: title and channel only, no counts, comments or search"

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A video's counts and the comments below it."""
        return () if kind is Kind.COMMENT else (LookKind.COUNTS, LookKind.REPLIES)

    def read(self, item: dict[str, Any]) -> Iterable[Post]:
        """A video, a comment thread, a comment, a search result, or an oEmbed answer."""
        kind = text(item.get("kind")) or ""
        if isinstance(item.get("items"), list):
            return ()
        if isinstance(item.get("html"), str) and "author_name" in item:
            return self._oembed(item)
        if kind == "youtube#commentThread" or isinstance(at(item, "snippet", "topLevelComment"), dict):
            return _thread(item)
        if kind == "youtube#comment":
            return _comment(item, None, None)
        if str(item.get("extractor", item.get("extractor_key", ""))).lower() == "youtube" and "title" in item:
            return _downloaded(item)
        video = not kind or kind in VIDEOS
        return _video(item) if video and isinstance(item.get("snippet"), dict) else ()

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """The items of a list; the videos of a playlist that yt-dlp tells of."""
        return [item.get("items"), item.get("entries")]

    async def posts(self, fetcher: Fetcher, settings: YouTubeSettings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Fifty videos at once with a key; else one at a time by oEmbed."""
        ids = [p.external_id for p in wanted if p.external_id and p.kind is not Kind.COMMENT]
        if not settings.youtube_key:
            for identity in ids:
                asked = {"url": _address(identity), "format": "json"}
                evidence = await fetcher.api(settings.youtube_oembed_url, "", asked)
                gone = (identity,) if evidence.status == 404 else ()
                yield Answer(evidence, await fetcher.read(NAME, evidence), gone)
            return
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            evidence = await _ask(fetcher, settings, "videos", {"part": "snippet,statistics", "id": ",".join(batch)})
            found = await fetcher.read(NAME, evidence)
            known = {p.external_id for p in found}
            yield Answer(evidence, found, tuple(i for i in batch if i not in known) if evidence.status == 200 else ())

    async def replies(self, fetcher: Fetcher, settings: YouTubeSettings, post: Post) -> AsyncIterator[Answer]:
        """The comments under a video, page by page."""
        if not settings.youtube_key or not post.external_id or post.kind is Kind.COMMENT:
            return
        asked = {"part": "snippet,replies", "videoId": post.external_id, "maxResults": "100", "textFormat": "plainText"}

        async def ask(token: str) -> Evidence:
            return await _ask(fetcher, settings, "commentThreads", {**asked, "pageToken": token or None})

        def following(_: str, payload: Any) -> str | None:
            return text(at(payload, "nextPageToken"))

        async for answer in pages(fetcher, NAME, "", ask, following, settings.thread_pages):
            yield answer

    async def linking(self, fetcher: Fetcher, settings: YouTubeSettings, url: str) -> AsyncIterator[Answer]:
        """Videos found by an address: one page, since a page of search costs a hundred of the day's units."""
        if settings.youtube_key:
            asked = {"part": "snippet", "q": f'"{url}"', "type": "video", "maxResults": "50"}
            evidence = await _ask(fetcher, settings, "search", asked)
            yield Answer(evidence, await fetcher.read(NAME, evidence))

    def _oembed(self, payload: dict[str, Any]) -> Iterator[Post]:
        address = text(payload.get("author_url")) or ""
        author = Author(
            handle=address.rsplit("/@", 1)[1] if "/@" in address else None, name=text(payload.get("author_name"))
        )
        for post in list(self.read_markup(payload["html"]))[:1]:
            yield Post(
                platform=NAME,
                external_id=post.external_id,
                url=post.url,
                author=author,
                text=text(payload.get("title")),
            )


async def _ask(fetcher: Fetcher, settings: YouTubeSettings, path: str, params: Mapping[str, str | None]) -> Evidence:
    """A request, charged as often as it was made: one that failed costs units too (Data API v3, quota calculator)."""
    cost = SEARCH_UNITS if path == "search" else 1
    key = {"X-Goog-Api-Key": revealed(settings.youtube_key)}
    return await paid(
        fetcher,
        NAME,
        cost * settings.attempts,
        lambda: fetcher.api(settings.youtube_url, f"/youtube/v3/{path}", params, headers=key),
        lambda evidence: {f"{path} {uuid4().hex}": cost * evidence.attempts},
    )


VIDEOS = ("youtube#video", "youtube#searchResult", "youtube#playlistItem")
"""Kinds of things that are videos or name one; channels and playlists are none."""
NOTICES = ("Deleted video", "Private video")
"""Titles of videos in playlists that are not shown."""


def _video(item: dict[str, Any]) -> Iterator[Post]:
    snippet = item["snippet"]
    listed = text(at(snippet, "resourceId", "videoId"))
    identity = listed or text(item.get("id")) or text(at(item, "id", "videoId"))
    if not identity or "title" not in snippet:
        return
    if listed and snippet["title"] in NOTICES:
        yield Post(platform=NAME, external_id=identity, url=_address(identity), deleted=snippet["title"] == NOTICES[0])
        return
    statistics = item.get("statistics")
    is_escaped = item.get("kind") == "youtube#searchResult"
    title, description, channel = (
        unescape(told) if told and is_escaped else told
        for told in (
            text(snippet.get("title")),
            text(snippet.get("description")),
            text(snippet.get("videoOwnerChannelTitle" if listed else "channelTitle")),
        )
    )
    yield Post(
        platform=NAME,
        external_id=identity,
        url=_address(identity),
        author=Author(
            name=channel,
            external_id=text(snippet.get("videoOwnerChannelId" if listed else "channelId")),
            followers=count(at(statistics, "subscriberCount")),
        ),
        text="\n\n".join(filter(None, (title, description))) or None,
        language=language(snippet.get("defaultAudioLanguage")) or language(snippet.get("defaultLanguage")),
        posted_at=utc(text(at(item, "contentDetails", "videoPublishedAt") if listed else snippet.get("publishedAt"))),
        links=find_links(description or ""),
        reach=Reach(
            likes=count(at(statistics, "likeCount")),
            replies=count(at(statistics, "commentCount")),
            views=count(at(statistics, "viewCount")),
        ),
    )


def _downloaded(info: dict[str, Any]) -> Iterator[Post]:
    """A video and its comments as yt-dlp writes them (``--write-info-json``; github.com/yt-dlp/yt-dlp, "Output template")."""
    video = text(info.get("id"))
    if not video:
        return
    description, day = text(info.get("description")), text(info.get("upload_date")) or ""
    yield Post(
        platform=NAME,
        external_id=video,
        url=_address(video),
        author=Author(
            handle=_handle(info.get("uploader_id")),
            name=text(info.get("channel")) or text(info.get("uploader")),
            external_id=text(info.get("channel_id")),
            followers=count(info.get("channel_follower_count")),
        ),
        text="\n\n".join(filter(None, (text(info.get("title")), description))) or None,
        language=language(info.get("language")),
        posted_at=utc(count(info.get("timestamp")) or f"{day[:4]}-{day[4:6]}-{day[6:8]}"),
        links=find_links(description or ""),
        reach=Reach(
            likes=count(info.get("like_count")),
            replies=count(info.get("comment_count")),
            views=count(info.get("view_count")),
        ),
    )
    for comment in items(info.get("comments")):
        identity, said, parent = text(comment.get("id")), text(comment.get("text")), text(comment.get("parent"))
        if identity:
            yield Post(
                platform=NAME,
                external_id=identity,
                url=f"{_address(video)}&lc={identity}",
                kind=Kind.COMMENT,
                author=Author(
                    handle=_handle(comment.get("author")),
                    name=text(comment.get("author")),
                    external_id=text(comment.get("author_id")),
                ),
                text=said,
                posted_at=utc(count(comment.get("timestamp"))),
                in_reply_to=parent if parent and parent != "root" else video,
                links=find_links(said or ""),
                reach=Reach(likes=count(comment.get("like_count"))),
            )


def _handle(shown: Any) -> str | None:
    """A handle where a name is one."""
    name = text(shown)
    return name[1:] if name and name.startswith("@") else None


def _thread(item: dict[str, Any]) -> Iterator[Post]:
    snippet = item.get("snippet")
    if not isinstance(snippet, dict):
        return
    video = text(snippet.get("videoId"))
    top = snippet.get("topLevelComment")
    if isinstance(top, dict):
        yield from _comment(top, video, count(snippet.get("totalReplyCount")))
    for reply in items(at(item, "replies", "comments")):
        yield from _comment(reply, video, None)


def _comment(item: dict[str, Any], video: str | None, replies: int | None) -> Iterator[Post]:
    identity, snippet = text(item.get("id")), item.get("snippet")
    if not identity or not isinstance(snippet, dict):
        return
    video = text(snippet.get("videoId")) or video
    shown = text(snippet.get("authorDisplayName"))
    words = text(snippet.get("textOriginal")) or read_fragment(text(snippet.get("textDisplay"))).text
    yield Post(
        platform=NAME,
        external_id=identity,
        url=f"{_address(video)}&lc={identity}" if video else None,
        kind=Kind.COMMENT,
        author=Author(
            handle=shown[1:] if shown and shown.startswith("@") else None,
            name=shown,
            external_id=text(at(snippet, "authorChannelId", "value")),
        ),
        text=words,
        posted_at=utc(text(snippet.get("publishedAt"))),
        in_reply_to=text(snippet.get("parentId")) or video,
        links=find_links(words or ""),
        reach=Reach(likes=count(snippet.get("likeCount")), replies=replies),
    )


PLATFORM = YouTube()
