"""PeerTube's own API: a video's counts, and the comments under it. Its videos and comments are posts of the fediverse like others.

Formats: docs.joinpeertube.org/api-rest-reference (VideoDetails, CommentThreadResponse, VideoCommentThreadTree), read 2026-11-27: 100
threads a page at most; the answers in a thread are a tree, of which a server leaves out what is deep. No key. By default a server
answers 50 requests in ten seconds (its configuration's ``rates_limit.api``).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ...dates import utc
from ...markup.fragments import read_fragment
from ...markup.links import find_links
from ...net.evidence import Evidence
from ...records import Author, Kind, Post, Reach
from ...urls import split
from ...values import at, count, items, language, text, walk
from ..asking import is_gone, load
from ..base import Answer
from .statuses import NAME

if TYPE_CHECKING:
    from ...net.fetch import Fetcher

PAGE = 100
"""Threads in a page, the most that it gives."""
PACE = 1.0
"""Seconds between two requests to a server."""
MAX_TREES = 100
"""Threads whose answers are asked for at one look, those begun last."""
UUID = r"(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
WATCHED = re.compile(rf"/videos/watch/{UUID}$")
ASKED = re.compile(rf"/api/v1/videos/{UUID}(?:/comment-threads(?:/\d+)?)?$")


class Video(NamedTuple):
    """A video, where it is asked about."""

    server: str
    uuid: str

    @property
    def uri(self) -> str:
        """By what it is known in the fediverse."""
        return f"{self.server}/videos/watch/{self.uuid}"


def video_of(post: Post) -> Video | None:
    """The video that a post is; None where it is none."""
    return _video_at(WATCHED, post.external_id) or _video_at(WATCHED, post.url)


def asked_video(address: str) -> Video | None:
    """The video that a request was about."""
    return _video_at(ASKED, address)


def _video_at(form: re.Pattern[str], address: str | None) -> Video | None:
    parts = split(address)
    found = form.match(parts.path) if parts and parts.netloc else None
    return Video(f"{parts.scheme}://{parts.netloc.lower()}", found["uuid"]) if parts and found else None


async def ask_details(fetcher: Fetcher, video: Video, post: Post) -> Answer:
    """A video's title, words and counts."""
    evidence = await _ask(fetcher, video)
    gone = (post.external_id or "",) if is_gone(evidence) else ()
    return Answer(evidence, await fetcher.read(NAME, evidence), gone)


async def ask_comments(fetcher: Fetcher, video: Video, pages: int) -> AsyncIterator[Answer]:
    """The comments under a video, the newest threads first, at most so many pages of them, each with its answers."""
    trees = 0
    for page in range(pages):
        asked = {"start": str(page * PAGE), "count": str(PAGE), "sort": "-createdAt"}
        evidence = await _ask(fetcher, video, "/comment-threads", asked)
        yield Answer(evidence, await fetcher.read(NAME, evidence))
        threads = items(at(load(evidence), "data"))
        for thread in threads:
            number = count(thread.get("id"))
            if number and count(thread.get("totalReplies")) and trees < MAX_TREES:
                trees += 1
                tree = await _ask(fetcher, video, f"/comment-threads/{number}")
                yield Answer(tree, await fetcher.read(NAME, tree))
        if len(threads) < PAGE:
            return


async def _ask(fetcher: Fetcher, video: Video, what: str = "", params: dict[str, str] | None = None) -> Evidence:
    fetcher.slow_down(video.server, PACE)
    return await fetcher.api(video.server, f"/api/v1/videos/{video.uuid}{what}", params)


def read_peertube(payload: Any, video: Video | None) -> Iterator[Post]:
    """The video or the comments in an answer; ``video`` is the one that was asked about, where that is known."""
    if isinstance(payload, dict) and {"uuid", "name", "account"} <= payload.keys():
        yield _video(payload, video)
        return
    found = [item for item in walk(payload, _inside) if "threadId" in item and "videoId" in item]
    known = {count(item.get("id")): text(item.get("url")) for item in found}
    for item in found:
        identity = text(item.get("url"))
        if identity and item.get("isDeleted") is True:
            yield Post(platform=NAME, external_id=identity, url=identity, deleted=True)
        elif identity:
            yield _comment(item, identity, known, video)


def _inside(item: dict[str, Any]) -> list[Any]:
    return [item.get("data"), item.get("comment"), item.get("children")]


def _comment(item: dict[str, Any], identity: str, known: dict[int | None, str | None], video: Video | None) -> Post:
    answered, words = count(item.get("inReplyToCommentId")), read_fragment(item.get("text"))
    return Post(
        platform=NAME,
        external_id=identity,
        url=identity,
        kind=Kind.REPLY,
        author=_author(item, video),
        text=words.text,
        posted_at=utc(item.get("createdAt")),
        in_reply_to=known.get(answered) if answered else video.uri if video else None,
        links=words.links,
    )


def _video(item: dict[str, Any], video: Video | None) -> Post:
    address = text(item.get("url"))
    words = "\n\n".join(filter(None, (text(item.get("name")), text(item.get("description")))))
    return Post(
        platform=NAME,
        external_id=video.uri if video else address,
        url=address or (video.uri if video else None),
        author=_author(item, video),
        text=words or None,
        language=language(at(item, "language", "id")),
        posted_at=utc(item.get("publishedAt")),
        links=find_links(words),
        reach=Reach(
            likes=count(item.get("likes")), replies=count(item.get("comments")), views=count(item.get("views"))
        ),
    )


def _author(item: dict[str, Any], video: Video | None) -> Author:
    """An account; what another server's account has of followers is not known here."""
    account = item.get("account")
    name, host = text(at(account, "name")), text(at(account, "host"))
    own = video is not None and host is not None and video.server.endswith(f"://{host.lower()}")
    return Author(
        handle=f"{name}@{host}" if name and host else None,
        name=text(at(account, "displayName")),
        external_id=text(at(account, "url")),
        followers=count(at(account, "followersCount")) if own else None,
    )
