"""VK: wall posts and their comments, from recordings of the API.

Format: dev.vk.com/reference/objects/post, .../comment; methods wall.get, wall.getById, wall.getComments, newsfeed.get.
A post's external id is ``OWNER_ID``; a comment's is ``OWNER_POST?reply=ID``. Embeds: dev.vk.com "Widgets: Post", AMP's amp-vk.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from ..dates import utc
from ..markup.links import find_links
from ..markup.marks import Attributes, Marks
from ..records import NO_MEDIA, Author, Kind, Media, Post, PostAddress, Reach
from ..values import at, count, items, text, walk
from . import words
from .base import Recorded

NAME = "vk"


def _path(path: str, query: str) -> PostAddress | None:
    found = re.search(r"(wall|video|clip)(-?\d+_\d+)", path + "?" + query)
    if found:
        identity = found[2] if found[1] == "wall" else f"{found[1]}{found[2]}"
        return PostAddress(NAME, identity, f"https://vk.com/{found[1]}{found[2]}", None)
    values = parse_qs(query)
    if path == "/video_ext.php" and "oid" in values and "id" in values:
        identity = f"video{values['oid'][0]}_{values['id'][0]}"
        return PostAddress(NAME, identity, f"https://vk.com/{identity}", None)
    return None


def _wall(owner: str, post: str) -> PostAddress | None:
    return PLATFORM.identify(f"https://vk.com/wall{owner}_{post}")


def _element(tag: str, attributes: Attributes) -> PostAddress | None:
    owner, post = attributes.get("data-owner-id"), attributes.get("data-post-id")
    return _wall(owner, post) if tag == "amp-vk" and owner and post else None


class Vk(Recorded):
    """Posts on VK, from recordings."""

    name = NAME
    title = "VK"
    rank = 13
    help = "posts as articles show them, and recordings of the API; nothing is asked for"
    documentation = "dev.vk.com/reference/objects/post"
    limits = "nothing is asked: its API answers applications with a key (dev.vk.com/api/api-requests)"
    checked = "2026-11-28"

    hosts = dict.fromkeys(("vk.com", "m.vk.com", "vk.ru", "vkvideo.ru"), _path)
    profiles = {"vk.com": r"/([\w.]+)/?$"}
    marks = Marks(
        amp=("amp-vk",),
        element=_element,
        scripts=(
            re.compile(r"VK\.Widgets\.Post\(\s*['\"][^'\"]*['\"]\s*,\s*(-?\d+)\s*,\s*(\d+)"),
            lambda call: _wall(call[1], call[2]),
        ),
        script_name="VK.Widgets",
    )

    def read_payload(self, payload: Any) -> Iterator[Post]:
        """Wall posts, the posts that they copy, and comments."""
        people = {identity: author for item in walk(payload, _wrapped) for identity, author in _people(item)}
        for item in walk(payload, _inside):
            owner = _owner(item)
            if owner is not None:
                yield _comment(item, people) if _is_comment(item) else _post(item, owner, people)


def _wrapped(item: dict[str, Any]) -> list[Any]:
    return [item.get("response")]


def _people(answer: dict[str, Any]) -> Iterator[tuple[int, Author]]:
    """The accounts of an extended answer, by id; a group's is negative."""
    for profile in items(answer.get("profiles")):
        identity = count(profile.get("id"))
        if identity is not None:
            name = " ".join(filter(None, (text(profile.get("first_name")), text(profile.get("last_name")))))
            yield identity, _account(profile, identity, name or None, "followers_count")
    for group in items(answer.get("groups")):
        identity = count(group.get("id"))
        if identity is not None:
            yield -identity, _account(group, -identity, text(group.get("name")), "members_count")


def _account(found: dict[str, Any], identity: int, name: str | None, followers: str) -> Author:
    return Author(
        handle=text(found.get("screen_name")),
        name=name,
        external_id=str(identity),
        followers=count(found.get(followers)),
    )


MENTION = re.compile(r"\[([^\[\]|\n]{1,300})\|([^\[\]|\n]{1,500})(?:\|([^\[\]|\n]{1,500}))?\]")
"""``[id77|Ann]``, ``[address|words]``, ``[#alias|words|address]``: how VK writes mentions and links into a text."""
NAMED = re.compile(r"@?(?:id|club|public|event|app)\d+(?::[\w-]+)?|@[\w.]+")
ADDRESS = re.compile(r"\A(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
ADS = ("ads", "promo_button", "ads_post")
HELD = ("response", "items", "wall", "thread", "post")
"""Where answers hold posts and comments."""


def _plain(written: str | None) -> tuple[str | None, tuple[str, ...]]:
    """A text with its mentions and links as people see them, and the addresses of those links."""
    if not written or "|" not in written:
        return written, find_links(written or "")
    linked: list[str] = []

    def shown(found: re.Match[str]) -> str:
        target = found[3] or found[1]
        if not NAMED.fullmatch(target):
            if not ADDRESS.fullmatch(target):
                return found[0]
            linked.append(target if target.startswith("http") else f"https://{target}")
        return found[2]

    plain = MENTION.sub(shown, written)
    return plain, tuple(dict.fromkeys([*linked, *find_links(plain)]))


def _owner(item: dict[str, Any]) -> int | None:
    """The wall that a post or comment stands on; None for what is neither. In a news feed it is called the source."""
    owner = item.get("owner_id", item.get("to_id"))
    if owner is None and type(item.get("post_id")) is int and item.get("type") == "post":
        return item["source_id"] if type(item.get("source_id")) is int else None
    return owner if type(owner) is int and type(item.get("id")) is int and item.get("type") not in ADS else None


def _is_comment(item: dict[str, Any]) -> bool:
    return "post_id" in item and "post_type" not in item and "source_id" not in item


def _inside(item: dict[str, Any]) -> list[Any]:
    """Where posts and comments lie: in answers, below comments, and what a post copies."""
    if _owner(item) is None:
        return [item[key] for key in HELD if key in item]
    if _is_comment(item):
        return [at(item["thread"], "items")] if "thread" in item else []
    return [items(item["copy_history"])] if "copy_history" in item else []


def _author(identity: Any, people: dict[int, Author]) -> Author:
    if type(identity) is not int:
        return Author()
    return people.get(identity, Author(external_id=str(identity)))


def _post(post: dict[str, Any], owner: int, people: dict[int, Author]) -> Post:
    identity = f"{owner}_{post['post_id'] if 'source_id' in post else post['id']}"
    copied = items(post.get("copy_history"))
    written, linked = _plain(text(post.get("text")))
    origin = (
        f"{copied[0].get('owner_id')}_{copied[0].get('id')}"
        if copied and type(copied[0].get("owner_id")) is int and type(copied[0].get("id")) is int
        else None
    )
    reply = text(post.get("reply_post_id")) if post.get("post_type") == "reply" else None
    return Post(
        platform=NAME,
        external_id=identity,
        url=f"https://vk.com/wall{identity}",
        kind=Kind.REPLY if reply else (Kind.QUOTE if written else Kind.REPOST) if copied else Kind.POST,
        author=_author(post.get("from_id", owner), people),
        text=written,
        posted_at=utc(post.get("date") if type(post.get("date")) is int else None),
        in_reply_to=f"{owner}_{reply}" if reply else None,
        quotes=origin,
        links=_links(post, linked),
        media=_media(post),
        reach=Reach(
            likes=_counted(post, "likes"),
            reposts=_counted(post, "reposts"),
            replies=_counted(post, "comments"),
            views=_counted(post, "views"),
        ),
        deleted=post.get("is_deleted") is True or "deleted_reason" in post,
    )


def _comment(comment: dict[str, Any], people: dict[int, Author]) -> Post:
    owner, post = comment.get("owner_id"), comment.get("post_id")
    above = comment.get("reply_to_comment")
    written, linked = _plain(text(comment.get("text")))
    return Post(
        platform=NAME,
        external_id=f"{owner}_{post}?reply={comment['id']}",
        url=f"https://vk.com/wall{owner}_{post}?reply={comment['id']}",
        kind=Kind.COMMENT,
        author=_author(comment.get("from_id"), people),
        text=written,
        posted_at=utc(comment.get("date") if type(comment.get("date")) is int else None),
        in_reply_to=f"{owner}_{post}?reply={above}" if type(above) is int and above else f"{owner}_{post}",
        links=_links(comment, linked),
        media=_media(comment),
        reach=Reach(likes=_counted(comment, "likes"), replies=_counted(comment, "thread")),
        deleted=comment.get("deleted") is True,
    )


def _counted(item: dict[str, Any], name: str) -> int | None:
    return count(at(item[name], "count")) if name in item else None


def _links(post: dict[str, Any], linked: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses in a text, of the pages that are attached to it, and of the source that it names."""
    if "attachments" not in post and "copyright" not in post:
        return linked
    attached = [text(at(a, "link", "url")) for a in items(post.get("attachments")) if a.get("type") == "link"]
    attached.append(text(at(post, "copyright", "link")))
    return tuple(dict.fromkeys([*linked, *(a for a in attached if a and a.startswith("http"))]))


def _media(post: dict[str, Any]) -> Media:
    attached = items(post["attachments"]) if "attachments" in post else []
    if not attached:
        return NO_MEDIA
    poll = next((a.get("poll") for a in attached if a.get("type") == "poll"), None)
    link = next((a.get("link") for a in attached if a.get("type") == "link"), None)
    videos = [a.get("video") for a in attached if a.get("type") == "video"]
    return words.media(
        alt=[
            *(at(a, "photo", "text") for a in attached if a.get("type") == "photo"),
            *(at(video, name) for video in videos for name in ("title", "description")),
        ],
        card=[at(link, "title"), at(link, "description")],
        poll=[at(poll, "question"), *(answer.get("text") for answer in items(at(poll, "answers")))],
    )


PLATFORM = Vk()
