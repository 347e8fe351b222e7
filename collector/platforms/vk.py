"""VK: wall posts and their comments, from recordings of the API.

Format: dev.vk.com/reference/objects/post, .../comment; methods wall.get, wall.getById, wall.getComments.
A post's external id is ``OWNER_ID``; a comment's is ``OWNER_POST?reply=ID``.
"""

from collections.abc import Iterator
from typing import Any

from ..dates import utc
from ..markup.flattened import find_links
from ..records import Author, Kind, Post, Reach
from ..values import at, count, items, text
from .base import Recorded, shown_in_markup


class Vk(Recorded):
    """Posts on VK, from recordings."""

    name = "vk"
    help = "posts as articles show them, and recordings of the API; nothing is asked for"
    documentation = "dev.vk.com/reference/objects/post"

    def normalise(self, payload: Any) -> list[Post]:
        """Wall posts, the posts that they copy, and comments."""
        if isinstance(payload, str):
            return shown_in_markup(self.name, payload)
        people = _people(payload, 0)
        return list({p.external_id: p for p in _read(payload, people, 0)}.values())


def _people(payload: Any, depth: int) -> dict[int, Author]:
    """Authors of an extended answer, by id; a group's is negative."""
    found: dict[int, Author] = {}
    if depth > 4 or not isinstance(payload, dict):
        return found
    for profile in items(payload.get("profiles")):
        identity = count(profile.get("id"))
        if identity is not None:
            name = " ".join(filter(None, (text(profile.get("first_name")), text(profile.get("last_name")))))
            found[identity] = Author(
                handle=text(profile.get("screen_name")),
                name=name or None,
                external_id=str(identity),
                followers=count(profile.get("followers_count")),
            )
    for group in items(payload.get("groups")):
        identity = count(group.get("id"))
        if identity is not None:
            found[-identity] = Author(
                handle=text(group.get("screen_name")),
                name=text(group.get("name")),
                external_id=str(-identity),
                followers=count(group.get("members_count")),
            )
    return found | _people(payload.get("response"), depth + 1)


def _read(payload: Any, people: dict[int, Author], depth: int) -> Iterator[Post]:
    if depth > 8:
        return
    if isinstance(payload, list):
        for item in payload:
            yield from _read(item, people, depth + 1)
    elif isinstance(payload, dict):
        owner = payload.get("owner_id", payload.get("to_id"))
        if type(payload.get("id")) is int and type(owner) is int:
            yield from (
                _comment(payload, people, depth)
                if "post_id" in payload and "post_type" not in payload
                else _post(payload, owner, people, depth)
            )
        else:
            for key in ("response", "items", "wall", "thread", "post"):
                yield from _read(payload.get(key), people, depth + 1)


def _author(identity: Any, people: dict[int, Author]) -> Author:
    if type(identity) is not int:
        return Author()
    return people.get(identity, Author(external_id=str(identity)))


def _post(post: dict[str, Any], owner: int, people: dict[int, Author], depth: int) -> Iterator[Post]:
    identity = f"{owner}_{post['id']}"
    copied = items(post.get("copy_history"))
    words = text(post.get("text"))
    origin = (
        f"{copied[0].get('owner_id')}_{copied[0].get('id')}"
        if copied and type(copied[0].get("owner_id")) is int and type(copied[0].get("id")) is int
        else None
    )
    reply = text(post.get("reply_post_id")) if post.get("post_type") == "reply" else None
    yield Post(
        platform="vk",
        external_id=identity,
        url=f"https://vk.com/wall{identity}",
        kind=Kind.REPLY if reply else (Kind.QUOTE if words else Kind.REPOST) if copied else Kind.POST,
        author=_author(post.get("from_id", owner), people),
        text=words,
        posted_at=utc(post.get("date") if type(post.get("date")) is int else None),
        in_reply_to=f"{owner}_{reply}" if reply else None,
        quotes=origin,
        links=_links(post, words),
        reach=Reach(
            likes=count(at(post, "likes", "count")),
            reposts=count(at(post, "reposts", "count")),
            replies=count(at(post, "comments", "count")),
            views=count(at(post, "views", "count")),
        ),
        deleted=post.get("is_deleted") is True or "deleted_reason" in post,
    )
    yield from _read(copied, people, depth + 1)


def _comment(comment: dict[str, Any], people: dict[int, Author], depth: int) -> Iterator[Post]:
    owner, post = comment.get("owner_id"), comment.get("post_id")
    above = comment.get("reply_to_comment")
    words = text(comment.get("text"))
    yield Post(
        platform="vk",
        external_id=f"{owner}_{post}?reply={comment['id']}",
        url=f"https://vk.com/wall{owner}_{post}?reply={comment['id']}",
        kind=Kind.COMMENT,
        author=_author(comment.get("from_id"), people),
        text=words,
        posted_at=utc(comment.get("date") if type(comment.get("date")) is int else None),
        in_reply_to=f"{owner}_{post}?reply={above}" if type(above) is int and above else f"{owner}_{post}",
        links=_links(comment, words),
        reach=Reach(likes=count(at(comment, "likes", "count")), replies=count(at(comment, "thread", "count"))),
        deleted=comment.get("deleted") is True,
    )
    yield from _read(at(comment, "thread", "items"), people, depth + 1)


def _links(post: dict[str, Any], words: str | None) -> tuple[str, ...]:
    attached = [text(at(a, "link", "url")) for a in items(post.get("attachments")) if a.get("type") == "link"]
    return tuple(dict.fromkeys([*find_links(words or ""), *(a for a in attached if a and a.startswith("http"))]))
