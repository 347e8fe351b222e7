"""YouTube: videos and comments from the Data API v3; oEmbed without a key.

Format: developers.google.com/youtube/v3/docs (videos, search, commentThreads, comments); oembed.com.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any
from uuid import uuid4

from ..addresses import identify
from ..clock import LookKind
from ..dates import utc
from ..markup.flattened import find_links
from ..markup.fragments import read_fragment
from ..net.evidence import Evidence
from ..net.fetch import Fetcher
from ..records import Author, Kind, Post, Reach
from ..settings import Settings, revealed
from ..values import at, count, items, language, text
from .base import Answer, Recorded, pages, paid, shown_in_markup

BATCH = 50
UNITS = {"search": 100}
"""What a request costs of the day's quota where it is more than one unit (Data API v3, quota calculator)."""


class YouTube(Recorded):
    """Videos and their comments."""

    name = "youtube"
    help = "title and channel by oEmbed; counts, comments and search need STORYWAKE_YOUTUBE_KEY"
    documentation = "developers.google.com/youtube/v3/docs"
    whole_threads = True
    search_units = 100
    settings = ("youtube_url", "youtube_oembed_url", "youtube_key", "youtube_budget")

    def missing(self, settings: Settings) -> str | None:
        """Without a key, only title and channel can be read."""
        return (
            None
            if settings.youtube_key
            else "no STORYWAKE_YOUTUBE_KEY: title and channel only, no counts, comments or search"
        )

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A video's counts and the comments below it."""
        return () if kind is Kind.COMMENT else (LookKind.COUNTS, LookKind.REPLIES)

    def normalise(self, payload: Any) -> list[Post]:
        """Videos, comment threads, comments, search results, or an oEmbed answer."""
        if isinstance(payload, str):
            return shown_in_markup(self.name, payload)
        return list({p.external_id: p for p in _read(payload, 0)}.values())

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Fifty videos at once with a key; else one at a time by oEmbed."""
        ids = [p.external_id for p in wanted if p.external_id and p.kind is not Kind.COMMENT]
        if not settings.youtube_key:
            for identity in ids:
                address = f"https://www.youtube.com/watch?v={identity}"
                evidence = await fetcher.get(
                    settings.youtube_oembed_url, params={"url": address, "format": "json"}, robots=False
                )
                yield Answer(
                    evidence, await fetcher.read(self.name, evidence), (identity,) if evidence.status == 404 else ()
                )
            return
        for start in range(0, len(ids), BATCH):
            asked = ids[start : start + BATCH]
            evidence = await _ask(fetcher, settings, "videos", {"part": "snippet,statistics", "id": ",".join(asked)})
            found = await fetcher.read(self.name, evidence)
            known = {p.external_id for p in found}
            yield Answer(evidence, found, tuple(i for i in asked if i not in known) if evidence.status == 200 else ())

    async def replies(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The comments under a video, page by page."""
        if settings.youtube_key and post.external_id and post.kind is not Kind.COMMENT:
            params = {
                "part": "snippet,replies",
                "videoId": post.external_id,
                "maxResults": "100",
                "textFormat": "plainText",
            }
            async for answer in self._pages(fetcher, settings, "commentThreads", params):
                yield answer

    async def linking(self, fetcher: Fetcher, settings: Settings, url: str) -> AsyncIterator[Answer]:
        """Videos found by an address. A page of search costs a hundred of the day's units."""
        if settings.youtube_key:
            evidence = await _ask(
                fetcher, settings, "search", {"part": "snippet", "q": f'"{url}"', "type": "video", "maxResults": "50"}
            )
            yield Answer(evidence, await fetcher.read(self.name, evidence))

    def _pages(self, fetcher: Fetcher, settings: Settings, path: str, params: dict[str, str]) -> AsyncIterator[Answer]:
        async def ask(token: str | None) -> Evidence:
            return await _ask(fetcher, settings, path, {**params, **({"pageToken": token} if token else {})})

        return pages(fetcher, self.name, ask, lambda payload: text(at(payload, "nextPageToken")), settings.thread_pages)


async def _ask(fetcher: Fetcher, settings: Settings, path: str, params: dict[str, str]) -> Evidence:
    """A request, charged as often as it was made: one that failed costs units too (Data API v3, quota calculator)."""
    cost = UNITS.get(path, 1)
    return await paid(
        fetcher,
        "youtube",
        cost * settings.attempts,
        lambda: fetcher.get(
            f"{settings.youtube_url.rstrip('/')}/youtube/v3/{path}",
            params=params,
            headers={"X-Goog-Api-Key": revealed(settings.youtube_key)},
            robots=False,
        ),
        lambda evidence: {f"{path} {uuid4().hex}": cost * evidence.attempts},
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
    kind = text(payload.get("kind")) or ""
    if isinstance(payload.get("items"), list):
        yield from _read(payload["items"], depth + 1)
    elif isinstance(payload.get("html"), str) and "author_name" in payload:
        yield from _oembed(payload)
    elif kind == "youtube#commentThread" or isinstance(at(payload, "snippet", "topLevelComment"), dict):
        yield from _thread(payload)
    elif kind == "youtube#comment":
        yield from _comment(payload, None, None)
    elif isinstance(payload.get("snippet"), dict):
        yield from _video(payload)


def _video(item: dict[str, Any]) -> Iterator[Post]:
    identity = text(item.get("id")) or text(at(item, "id", "videoId"))
    snippet = item["snippet"]
    if not identity or "title" not in snippet:
        return
    statistics = item.get("statistics")
    description = text(snippet.get("description"))
    yield Post(
        platform="youtube",
        external_id=identity,
        url=f"https://www.youtube.com/watch?v={identity}",
        author=Author(
            name=text(snippet.get("channelTitle")),
            external_id=text(snippet.get("channelId")),
            followers=count(at(statistics, "subscriberCount")),
        ),
        text="\n\n".join(filter(None, (text(snippet.get("title")), description))) or None,
        language=language(snippet.get("defaultAudioLanguage")) or language(snippet.get("defaultLanguage")),
        posted_at=utc(text(snippet.get("publishedAt"))),
        links=find_links(description or ""),
        reach=Reach(
            likes=count(at(statistics, "likeCount")),
            replies=count(at(statistics, "commentCount")),
            views=count(at(statistics, "viewCount")),
        ),
    )


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
        platform="youtube",
        external_id=identity,
        url=f"https://www.youtube.com/watch?v={video}&lc={identity}" if video else None,
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


def _oembed(payload: dict[str, Any]) -> Iterator[Post]:
    for post in shown_in_markup("youtube", payload["html"])[:1]:
        address = text(payload.get("author_url")) or ""
        handle = address.rsplit("/@", 1)[1] if "/@" in address else None
        found = identify(post.url or "")
        if found:
            yield Post(
                platform="youtube",
                external_id=found.external_id,
                url=found.url,
                author=Author(handle=handle, name=text(payload.get("author_name"))),
                text=text(payload.get("title")),
            )
