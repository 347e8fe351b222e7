"""YouTube: videos and comments from the Data API v3; oEmbed without a key.

Format: developers.google.com/youtube/v3/docs (videos, search, commentThreads, comments); oembed.com. Embeds: "IFrame player",
AMP's amp-youtube, the element lite-youtube, tarteaucitron's class youtube_player.

Quotas, read on 2026-11-27 at developers.google.com/youtube/data/determine_quota_cost and revision_history: since 1 June 2026
``search.list`` has a bucket of its own, 100 calls a day; since 3 June ``videos.batchGetStats`` another, 10,000 calls of up to
50 videos; everything else shares 10,000 units, one each. A day ends at midnight Pacific Time. A request that fails is charged too.
Since 27 August a view counts from the first frame for every kind of video, as the revision history says.

A thread in commentThreads.list holds "a limited number of replies": where it tells of more, comments.list with ``parentId`` has them
all (the reference of commentThreads, read on 2026-11-28); the reference of comments names no field for the video.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import uuid4
from zlib import crc32

import msgspec
from pydantic import Field, SecretStr

from ...clock import LookKind
from ...errors import FetchError
from ...groups import FollowSettings, NetSettings, WebAddress, revealed
from ...markup.marks import Attributes, Marks
from ...net.budget import Budget, Period
from ...net.evidence import Evidence
from ...records import Author, Kind, Post, PostAddress
from ...values import at, text
from ..asking import left_out, pages, paid
from ..base import Answer, Break, Row, Source
from . import formats
from .formats import NAME, address_of

if TYPE_CHECKING:
    from ...net.fetch import Fetcher

HOSTS = ("youtube.com", "m.youtube.com", "youtube-nocookie.com", "music.youtube.com", "yewtu.be", "piped.video")
BATCH = 50
"""Videos that one request may ask about (videos.list, videos.batchGetStats)."""
PACIFIC_DAY = Period("today (Pacific time)", "America/Los_Angeles")
SEARCH, COUNTS = "youtube/search", "youtube/counts"
"""Budgets beside the one for everything else."""
WORDS_EVERY = 7
"""Days in which a video's title and description are read again once: a batch of counts tells neither."""


class YouTubeSettings(FollowSettings, NetSettings):
    """Where YouTube is asked, as whom, and what that may cost."""

    youtube_url: WebAddress = Field("https://www.googleapis.com", description="YouTube's Data API")
    youtube_oembed_url: WebAddress = Field("https://www.youtube.com/oembed", description="YouTube's oEmbed endpoint")
    youtube_key: SecretStr | None = Field(
        None, description="key of YouTube's Data API; without it title and channel only"
    )
    youtube_budget: int = Field(
        10_000,
        ge=0,
        description="quota units of YouTube's API in a Pacific day, searches and batches of counts left out",
    )
    youtube_searches: int = Field(100, ge=0, description="searches (search.list) at YouTube in a Pacific day")
    youtube_counts: int = Field(
        10_000, ge=0, description="requests for batches of counts (videos.batchGetStats) at YouTube in a Pacific day"
    )


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(
        r"/(?:embed|v|e|shorts|live)/([A-Za-z0-9_-]{11})(?:$|[/?&])", path + ("/" if path[-1:] != "/" else "")
    )
    video = found[1] if found else parse_qs(query).get("v", [""])[0] if path.rstrip("/") == "/watch" else ""
    if re.fullmatch(r"[A-Za-z0-9_-]{11}", video) and video not in ("videoseries", "live_stream"):
        return PostAddress(NAME, video, address_of(video), None)
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
    limits = (
        "in a day that ends at midnight Pacific time: 100 searches, 10,000 batches of counts, 10,000 units for the rest "
        "(developers.google.com/youtube/data/determine_quota_cost)"
    )
    checked = "2026-11-27"

    hosts = {
        **dict.fromkeys(HOSTS, _path),
        "youtu.be": _short,
    }
    profiles = {"youtube.com": r"/@([\w.-]+)/?$"}
    marks = Marks(
        selectors=("lite-youtube", "[data-youtube-id]", "embetty-video", ".youtube_player[videoid]"),
        amp=("amp-youtube",),
        openings=("<lite-youtube",),
        names=("youtube",),
        called=("youtube",),
        by_id=_by_id,
        element=_element,
    )

    group = YouTubeSettings
    breaks = (
        Break("2026-08-27", "views", "a view counts from the first frame: views from before and after do not compare"),
    )
    search_budget = SEARCH
    whole_threads = True

    def budgets(self, settings: YouTubeSettings) -> tuple[Budget, ...]:
        """Units, searches, batches of counts: each a bucket of the Pacific day's quota."""
        return (
            Budget(NAME, settings.youtube_budget, PACIFIC_DAY, self.shown_amount),
            Budget(SEARCH, settings.youtube_searches, PACIFIC_DAY, "{} searches".format),
            Budget(COUNTS, settings.youtube_counts, PACIFIC_DAY, "{} batches of counts".format),
        )

    def missing(self, settings: YouTubeSettings) -> str | None:
        """Without a key, only title and channel can be read."""
        known = settings.youtube_key
        return None if known else "no STORYWAKE_YOUTUBE_KEY: title and channel only, no counts, comments or search"

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A video's counts and the comments below it; the answers to a comment."""
        return (LookKind.REPLIES,) if kind is Kind.COMMENT else (LookKind.COUNTS, LookKind.REPLIES)

    def read(self, item: dict[str, Any]) -> Iterable[Post]:
        """A video, a comment thread, a comment, a search result, or an oEmbed answer."""
        if "items" in item and isinstance(item["items"], list):
            return ()
        if "html" in item and isinstance(item["html"], str) and "author_name" in item:
            return self._oembed(item)
        kind, snippet = text(item.get("kind")) or "", item.get("snippet")
        if kind == "youtube#commentThread" or isinstance(at(snippet, "topLevelComment"), dict):
            return formats.thread(item)
        if kind == "youtube#comment":
            return formats.comment(item, None, None)
        if "title" in item and _extractor(item) == "youtube":
            return formats.downloaded(item)
        if kind in formats.STATISTICS:
            return formats.statistics(item)
        return formats.video(item) if isinstance(snippet, dict) and (not kind or kind in formats.VIDEOS) else ()

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """The items of a list; the videos of a playlist that yt-dlp tells of."""
        return [item[name] for name in ("items", "entries") if item.get(name)]

    def counts_at_once(self, settings: YouTubeSettings) -> int:
        """As many as a request may ask about, with access."""
        return BATCH if settings.youtube_key else 1

    async def posts(self, fetcher: Fetcher, settings: YouTubeSettings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Fifty videos at once with a key; else one at a time by oEmbed.

        Videos that are known get their counts by the batch; those that a batch leaves out, and all where it is refused,
        are asked for whole, which tells what is gone.
        """
        videos = [p for p in wanted if p.external_id and p.kind is not Kind.COMMENT]
        ids = [p.external_id or "" for p in videos]
        if not settings.youtube_key:
            for identity in ids:
                asked = {"url": address_of(identity), "format": "json"}
                evidence = await fetcher.api(settings.youtube_oembed_url, "", asked)
                gone = (identity,) if evidence.status == 404 else ()
                yield Answer(evidence, await fetcher.read(NAME, evidence), gone)
            return
        today = datetime.now(UTC)
        counted: set[str | None] = set()
        for batch in _batches([p.external_id or "" for p in videos if p.posted_at and not _words_due(p, today)]):
            answer = await self._counts(fetcher, settings, batch)
            if answer is None:
                break
            counted |= {p.external_id for p in answer.posts}
            yield answer
        for batch in _batches([i for i in ids if i not in counted]):
            evidence = await _ask(fetcher, settings, "videos", {"part": "snippet,statistics", "id": ",".join(batch)})
            found = await fetcher.read(NAME, evidence)
            yield Answer(evidence, found, left_out(evidence, batch, found, "items"))

    async def _counts(self, fetcher: Fetcher, settings: YouTubeSettings, batch: list[str]) -> Answer | None:
        """The counts of known videos; None where the batch is refused, fails or is over its budget."""
        asked = {"part": "snippet,statistics", "id": ",".join(batch)}
        try:
            evidence = await _ask(fetcher, settings, "videos:batchGetStats", asked, COUNTS)
        except FetchError:
            return None
        return Answer(evidence, await fetcher.read(NAME, evidence)) if evidence.status == 200 else None

    async def replies(self, fetcher: Fetcher, settings: YouTubeSettings, post: Post) -> AsyncIterator[Answer]:
        """The comments under a video with some of their answers, or all answers to a comment, page by page."""
        if not settings.youtube_key or not post.external_id:
            return
        to_comment = post.kind is Kind.COMMENT
        about = {"parentId" if to_comment else "videoId": post.external_id}
        asked = {"part": "snippet" if to_comment else "snippet,replies", **about}
        asked |= {"maxResults": "100", "textFormat": "plainText"}

        async def ask(token: str) -> Evidence:
            path = "comments" if to_comment else "commentThreads"
            return await _ask(fetcher, settings, path, {**asked, "pageToken": token or None})

        def following(_: str, payload: Any) -> str | None:
            return text(at(payload, "nextPageToken"))

        known = self.identify(post.url) if to_comment else None
        video = known.external_id if known else None
        async for answer in pages(fetcher, NAME, "", ask, following, settings.thread_pages):
            yield answer._replace(posts=[_placed(p, video) for p in answer.posts])

    async def linking(self, fetcher: Fetcher, settings: YouTubeSettings, url: str) -> AsyncIterator[Answer]:
        """Videos found by an address: one page, since each further one is another of the day's hundred searches."""
        if settings.youtube_key:
            asked = {"part": "snippet", "q": f'"{url}"', "type": "video", "maxResults": "50"}
            evidence = await _ask(fetcher, settings, "search", asked, SEARCH)
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


def _extractor(item: dict[str, Any]) -> str:
    """By which part yt-dlp reads what an object tells of: one of a playlist that was not opened names it as ``ie_key``."""
    return str(item.get("ie_key") or item.get("extractor") or item.get("extractor_key") or "").lower()


def _batches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _placed(post: Post, video: str | None) -> Post:
    """An answer with its address, which the list of answers to a comment does not tell."""
    if post.url or not video or not post.external_id:
        return post
    return msgspec.structs.replace(post, url=formats.address_within(video, post.external_id))


def _words_due(video: Post, today: datetime) -> bool:
    """Whether a video is asked for whole today, so that a new title is noticed; by its id, since nothing else is known."""
    return (crc32((video.external_id or "").encode()) + today.toordinal()) % WORDS_EVERY == 0


async def _ask(
    fetcher: Fetcher, settings: YouTubeSettings, path: str, params: Mapping[str, str | None], budget: str = NAME
) -> Evidence:
    """A request, charged as often as it was made: one that failed costs too (Data API v3, quota calculator)."""
    key = {"X-Goog-Api-Key": revealed(settings.youtube_key)}
    return await paid(
        fetcher,
        budget,
        settings.attempts,
        lambda: fetcher.api(settings.youtube_url, f"/youtube/v3/{path}", params, headers=key),
        lambda evidence: {f"{path} {uuid4().hex}": evidence.attempts},
    )


PLATFORM = YouTube()
