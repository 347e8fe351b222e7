"""Lemmy: posts and comments of any server.

Format: join-lemmy.org/docs, API v3 (PostView, CommentView). Keyed on the ActivityPub id.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from ..clock import LookKind
from ..dates import utc
from ..markup.flattened import find_links
from ..net.fetch import Fetcher
from ..records import Author, Kind, Post, Reach
from ..settings import Settings
from ..urls import split
from ..values import at, count, items, text
from .base import Answer, Recorded, load

PAGE = 50


class Lemmy(Recorded):
    """Posts and comments on Lemmy."""

    name = "lemmy"
    help = "posts, comments and posts that link to an address, from one server's view; no key"
    documentation = "join-lemmy.org/docs/contributors/04-api.html"
    whole_threads = True
    thread_answers = PAGE
    settings = ("lemmy_url",)

    def missing(self, settings: Settings) -> str | None:
        """Nothing: the API is open."""
        return None

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts and the comments below it, a comment's counts."""
        return (LookKind.COUNTS,) if kind is Kind.COMMENT else (LookKind.COUNTS, LookKind.REPLIES)

    def normalise(self, payload: Any) -> list[Post]:
        """Posts and comments of views, lists and search answers."""
        ids = {
            count(at(v, "comment", "id")): text(at(v, "comment", "ap_id")) for v in _views(payload, 0) if "comment" in v
        }
        posts = [
            _comment(view, ids) if isinstance(view.get("comment"), dict) else _post(view) for view in _views(payload, 0)
        ]
        return list({p.external_id: p for p in posts if p}.values())

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Each at the server of its id."""
        for post in wanted:
            place = _place(post)
            if place:
                kind = "comment" if post.kind is Kind.COMMENT else "post"
                evidence = await fetcher.get(f"{place[0]}/api/v3/{kind}", params={"id": place[1]}, robots=False)
                gone = (post.external_id or "",) if evidence.status == 404 else ()
                yield Answer(evidence, await fetcher.read(self.name, evidence), gone)

    async def replies(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The comments below a post, page by page to the end."""
        place = _place(post)
        if not place or post.kind is Kind.COMMENT:
            return
        for page in range(1, settings.thread_pages + 1):
            params = {"post_id": place[1], "limit": str(PAGE), "page": str(page), "sort": "New"}
            evidence = await fetcher.get(f"{place[0]}/api/v3/comment/list", params=params, robots=False)
            payload = load(evidence)
            yield Answer(evidence, await fetcher.read(self.name, evidence))
            if len(items(at(payload, "comments"))) < PAGE:
                return

    async def linking(self, fetcher: Fetcher, settings: Settings, url: str) -> AsyncIterator[Answer]:
        """Posts of an address, page by page."""
        for page in range(1, settings.thread_pages + 1):
            params = {"q": url, "type_": "Url", "limit": str(PAGE), "page": str(page)}
            evidence = await fetcher.get(f"{settings.lemmy_url.rstrip('/')}/api/v3/search", params=params, robots=False)
            payload = load(evidence)
            yield Answer(evidence, await fetcher.read(self.name, evidence))
            if len(items(at(payload, "posts"))) < PAGE:
                return


def _place(post: Post) -> tuple[str, str] | None:
    parts = split(post.external_id or post.url)
    if parts is None:
        return None
    identity = parts.path.rstrip("/").rsplit("/", 1)[-1]
    return (f"{parts.scheme}://{parts.netloc}", identity) if parts.netloc and identity.isdigit() else None


def _views(payload: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(payload, list):
        for item in payload:
            yield from _views(item, depth + 1)
    elif isinstance(payload, dict):
        if (isinstance(payload.get("comment"), dict) and isinstance(payload.get("creator"), dict)) or (
            isinstance(payload.get("post"), dict) and isinstance(payload.get("creator"), dict)
        ):
            yield payload
        else:
            for key in ("post_view", "posts", "comment_view", "comments", "cross_posts"):
                yield from _views(payload.get(key), depth + 1)


def _author(creator: Any) -> Author:
    return Author(
        handle=text(at(creator, "name")),
        name=text(at(creator, "display_name")),
        external_id=text(at(creator, "actor_id")),
    )


def _post(view: dict[str, Any]) -> Post | None:
    post, counts = view["post"], view.get("counts")
    identity = text(post.get("ap_id"))
    if not identity:
        return None
    gone = post.get("deleted") is True or post.get("removed") is True
    body, target = text(post.get("body")), text(post.get("url"))
    links = [*([target] if target and target.startswith("http") else []), *find_links(body or "")]
    return Post(
        platform="lemmy",
        external_id=identity,
        url=identity,
        author=_author(view["creator"]),
        text="\n\n".join(filter(None, (text(post.get("name")), body))) or None,
        posted_at=utc(text(post.get("published"))),
        links=tuple(dict.fromkeys(links)),
        reach=Reach(likes=count(at(counts, "upvotes")), replies=count(at(counts, "comments"))),
        deleted=gone,
    )


def _comment(view: dict[str, Any], ids: dict[int | None, str | None]) -> Post | None:
    comment, counts = view["comment"], view.get("counts")
    identity = text(comment.get("ap_id"))
    if not identity:
        return None
    gone = comment.get("deleted") is True or comment.get("removed") is True
    path = (text(comment.get("path")) or "").split(".")
    above = count(path[-2]) if len(path) > 2 else None
    parent = ids.get(above) if above else text(at(view, "post", "ap_id"))
    words = None if gone else text(comment.get("content"))
    return Post(
        platform="lemmy",
        external_id=identity,
        url=identity,
        kind=Kind.COMMENT,
        author=_author(view["creator"]),
        text=words,
        posted_at=utc(text(comment.get("published"))),
        in_reply_to=parent,
        links=find_links(words or ""),
        reach=Reach(likes=count(at(counts, "upvotes")), replies=count(at(counts, "child_count"))),
        deleted=gone,
    )
