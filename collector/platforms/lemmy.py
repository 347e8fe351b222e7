"""Lemmy: posts and comments of any server.

Format: join-lemmy.org/docs, API v3 (PostView, CommentView), and v4 of Lemmy 1.0, which keeps the counts on the post and
``published_at`` beside them; PieFed's, which says ``title``, ``body`` and ``user_name`` (its own /api/alpha).
Keyed on the ActivityPub id.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ..clock import LookKind
from ..dates import utc
from ..groups import FollowSettings, WebAddress
from ..markup.links import find_links
from ..net.evidence import Evidence
from ..records import NO_MEDIA, Author, Kind, Post, PostAddress, Reach
from ..urls import split
from ..values import at, count, items, mapping, text, text_in, walk
from . import words
from .asking import each, is_gone, pages
from .base import Answer, Row, Source

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

NAME = "lemmy"
PAGE = 50
"""Posts or comments in a page, the most that one gives."""
LISTS = (
    "post_view", "posts", "comment_view", "comments", "cross_posts", "items", "results", "replies", "mentions", "saved",
    "comment_reply_view", "person_mention_view", "resolved",
)  # fmt: skip
"""Where answers hold views of posts and comments."""
DESCRIBED = frozenset(("alt_text", "embed_title", "embed_description"))
"""Fields with words beside the text."""
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
"""How addresses of pictures end."""
PURGED = re.compile(r"\*Permana?nent?ly Deleted\*")
"""What Lemmy puts in place of words that are gone for good, in its own spelling too."""
SERVERS = (
    "lemmy",
    "beehaw",
    "sh",
    "feddit",
    "lemm",
    "programming",
    "sopuli",
    "slrpnk",
    "reddthat",
    "hexbear",
    "mander",
)
"""First parts of the names of servers that are known to be Lemmy's; so is any name with "lemmy" in it."""


class LemmySettings(FollowSettings):
    """The server whose search is asked."""

    lemmy_url: WebAddress = Field("https://lemmy.world", description="the Lemmy server whose search is asked")
    lemmy_servers: list[WebAddress] = Field(
        default_factory=list, description="further servers whose search is asked, a JSON list of addresses"
    )


class Lemmy(Source[LemmySettings]):
    """Posts and comments on Lemmy."""

    name = NAME
    title = "Lemmy"
    rank = 12
    help = "posts, comments and posts that link to an address, by servers' searches; no key"
    row = Row(
        "posts, comments, posts of an address by the searches of servers (`STORYWAKE_LEMMY_SERVERS`)",
        "none needed",
        "upvotes, comments",
    )
    documentation = "join-lemmy.org/docs/contributors/04-api.html"
    limits = "each server's own, by the client's address"
    checked = "2026-11-28"

    federated = True
    group = LemmySettings
    whole_threads = True
    searches_words = True
    thread_answers = PAGE

    def anywhere(self, host: str, path: str) -> PostAddress | None:
        """A post or comment, on a server whose name tells that it is Lemmy's."""
        found = re.match(r"/(?:post/\d+/)?(post|comment)/(\d+)/?$", path)
        below = re.match(r"/post/\d+/(\d+)/?$", path)
        if not (found or below) or not (host.split(".")[0] in SERVERS or "lemmy" in host):
            return None
        kind, number = found.groups() if found else ("comment", below[1] if below else "")
        uri = f"https://{host}/{kind}/{number}"
        return PostAddress(NAME, uri, uri, None)

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts and the comments below it, a comment's counts."""
        return (LookKind.COUNTS,) if kind is Kind.COMMENT else (LookKind.COUNTS, LookKind.REPLIES)

    def read_payload(self, payload: Any) -> Iterator[Post]:
        """Posts and comments of views, lists and search answers."""
        views = [item for item in walk(payload, _inside) if _is_view(item)]
        comments = [mapping(view["comment"]) for view in views if "comment" in view]
        ids = {count(comment.get("id")): text(comment.get("ap_id")) for comment in comments}
        for view in views:
            post = _comment(view, ids) if isinstance(view.get("comment"), dict) else _post(view)
            if post:
                yield post

    async def posts(self, fetcher: Fetcher, settings: LemmySettings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Each at the server of its id."""
        for post in wanted:
            place = _place(post)
            if place:
                kind = "comment" if post.kind is Kind.COMMENT else "post"
                evidence = await fetcher.api(place[0], f"/api/v3/{kind}", {"id": place[1]})
                gone = (post.external_id or "",) if is_gone(evidence) else ()
                yield Answer(evidence, await fetcher.read(NAME, evidence), gone)

    async def replies(self, fetcher: Fetcher, settings: LemmySettings, post: Post) -> AsyncIterator[Answer]:
        """The comments below a post, page by page to the end."""
        place = _place(post)
        if place and post.kind is not Kind.COMMENT:
            asked = {"post_id": place[1], "sort": "New"}
            async for answer in _pages(fetcher, settings, place[0], "/comment/list", asked, "comments"):
                yield answer

    async def linking(self, fetcher: Fetcher, settings: LemmySettings, url: str) -> AsyncIterator[Answer]:
        """Posts of an address, by each server's search, page by page.

        Raises FetchError where a server failed, after the others were asked.
        """
        servers = dict.fromkeys((settings.lemmy_url, *settings.lemmy_servers))
        asked = {"q": url, "type_": "Url"}
        async for answer in each([_pages(fetcher, settings, s, "/search", asked, "posts") for s in servers]):
            yield answer

    async def naming(self, fetcher: Fetcher, settings: LemmySettings, words: str) -> AsyncIterator[Answer]:
        """The newest posts with some words (join-lemmy.org/api, "search", 2026-11-27), page by page."""
        asked = {"q": words, "type_": "Posts", "sort": "New"}
        async for answer in _pages(fetcher, settings, settings.lemmy_url, "/search", asked, "posts"):
            yield answer


def _pages(
    fetcher: Fetcher, settings: LemmySettings, server: str, path: str, params: dict[str, str], key: str
) -> AsyncIterator[Answer]:
    """Pages of a list, which ends with the first that is not full; ``key`` is where its entries stand."""

    async def ask(page: int) -> Evidence:
        return await fetcher.api(server, f"/api/v3{path}", {**params, "limit": str(PAGE), "page": str(page)})

    def following(page: int, payload: Any) -> int | None:
        return page + 1 if len(items(at(payload, key))) >= PAGE else None

    return pages(fetcher, NAME, 1, ask, following, settings.thread_pages)


def _place(post: Post) -> tuple[str, str] | None:
    """The server that holds a post, and its number there, from its id."""
    parts = split(post.external_id or post.url)
    if parts is None:
        return None
    identity = parts.path.rstrip("/").rsplit("/", 1)[-1]
    return (f"{parts.scheme}://{parts.netloc}", identity) if parts.netloc and identity.isdigit() else None


def _is_view(item: dict[str, Any]) -> bool:
    if "creator" not in item or not isinstance(item["creator"], dict):
        return False
    return isinstance(item.get("comment"), dict) or isinstance(item.get("post"), dict)


def _inside(item: dict[str, Any]) -> list[Any]:
    if _is_view(item):
        return []
    return [item.get(key) for key in LISTS if key in item]


def _author(creator: dict[str, Any]) -> Author:
    return Author(
        handle=text_in(creator, "name", "user_name"),
        name=text_in(creator, "display_name", "title"),
        external_id=text_in(creator, "actor_id", "ap_id"),
        bio=(text(creator["bio"]) or "") if "bio" in creator else None,
        labels=_label(creator.get("bot_account"), "bot"),
    )


def _label(told: Any, name: str) -> tuple[str, ...] | None:
    """The label of what is told to be true; None where nothing is told of it."""
    return None if told is None else (name,) if told is True else ()


def _counts(view: dict[str, Any], thing: dict[str, Any]) -> dict[str, Any]:
    """Where a view keeps the counts: beside the post, or (v4) on it."""
    found = view.get("counts")
    return found if isinstance(found, dict) else thing


def _time(thing: dict[str, Any]) -> str | None:
    return utc(text_in(thing, "published_at", "published"))


def _said(value: Any) -> str | None:
    """Words, unless they are the notice that stands for words."""
    found = text(value)
    return None if found and found[:1] == "*" and PURGED.fullmatch(found) else found


def _is_gone(thing: dict[str, Any]) -> bool:
    if thing.get("deleted") is True or thing.get("removed") is True:
        return True
    written = [thing[key] for key in ("name", "body", "content") if key in thing]
    return any(isinstance(words_, str) and words_[:1] == "*" and PURGED.fullmatch(words_) for words_ in written)


def _post(view: dict[str, Any]) -> Post | None:
    post = view["post"]
    counts = _counts(view, post)
    identity = text(post.get("ap_id"))
    if not identity:
        return None
    body, target = _said(post.get("body")), text(post.get("url"))
    title, links = _said(post.get("name")) or _said(post.get("title")), find_links(body or "")
    return Post(
        platform=NAME,
        external_id=identity,
        url=identity,
        author=_author(view["creator"]),
        text=f"{title}\n\n{body}" if title and body else title or body,
        posted_at=_time(post),
        links=tuple(dict.fromkeys([target, *links])) if target and target.startswith("http") else links,
        labels=_label(post.get("nsfw"), "sensitive"),
        media=NO_MEDIA
        if post.keys().isdisjoint(DESCRIBED)
        else words.media(alt=[post.get("alt_text")], card=[post.get("embed_title"), post.get("embed_description")]),
        pictures=(target,) if target and _is_picture(post, target) else (),
        reach=Reach(likes=count(counts.get("upvotes")), replies=count(counts.get("comments"))),
        deleted=_is_gone(post),
    )


def _is_picture(post: dict[str, Any], target: str) -> bool:
    """Whether what a post links to is a picture: Lemmy tells the kind (``url_content_type``, since 0.19.6), else its address does."""
    kind = text(post.get("url_content_type"))
    return kind.startswith("image/") if kind else target.lower().endswith(PICTURES)


def _comment(view: dict[str, Any], ids: dict[int | None, str | None]) -> Post | None:
    comment = view["comment"]
    counts = _counts(view, comment)
    identity = text(comment.get("ap_id"))
    if not identity:
        return None
    gone = _is_gone(comment)
    path = (text(comment.get("path")) or "").split(".")
    above = count(path[-2]) if len(path) > 2 else None
    parent = ids.get(above) if above else text(at(view, "post", "ap_id"))
    said = None if gone else text(comment.get("content")) or text(comment.get("body"))
    return Post(
        platform=NAME,
        external_id=identity,
        url=identity,
        kind=Kind.COMMENT,
        author=_author(view["creator"]),
        text=said,
        posted_at=_time(comment),
        in_reply_to=parent,
        links=find_links(said or ""),
        reach=Reach(likes=count(counts.get("upvotes")), replies=count(counts.get("child_count"))),
        deleted=gone,
    )


PLATFORM = Lemmy()
