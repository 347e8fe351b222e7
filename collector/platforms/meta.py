"""Instagram, Facebook and Threads: as articles show them, and from the user's own recordings and exports.

Nothing is asked for: the terms of Meta's oEmbed forbid keeping or analysing what it answers, and the pages
want a sign-in. Formats: developers.facebook.com/docs (Instagram Media, Page Post, Threads Media), CrowdTangle's
posts, and the web clients' own items as browser recordings hold them.
"""

from collections.abc import Callable, Iterator
from typing import Any

from ..addresses import identify
from ..dates import utc
from ..markup.flattened import find_links
from ..records import Author, Kind, Post, Reach
from ..values import at, count, items, text
from .base import Recorded, shown_in_markup

Reader = Callable[[dict[str, Any]], Post | None]
NESTED = (
    "data",
    "items",
    "posts",
    "result",
    "media",
    "feed",
    "edges",
    "node",
    "children",
    "comments",
    "quoted_post",
    "reposted_post",
    "thread_items",
    "post",
)


class _Meta(Recorded):
    documentation = "developers.facebook.com/docs"

    def __init__(self, name: str, help: str, read: Reader) -> None:
        self.name, self.help, self._read = name, help, read

    def normalise(self, payload: Any) -> list[Post]:
        """Every item of the platform in a recording or export."""
        if isinstance(payload, str):
            return shown_in_markup(self.name, payload)
        return list({p.external_id: p for p in _walk(payload, self._read, 0)}.values())


def _walk(payload: Any, read: Reader, depth: int) -> Iterator[Post]:
    if depth > 10:
        return
    if isinstance(payload, list):
        for item in payload:
            yield from _walk(item, read, depth + 1)
    elif isinstance(payload, dict):
        post = read(payload)
        if post:
            yield post
        for key in NESTED:
            if isinstance(payload.get(key), dict | list):
                yield from _walk(payload[key], read, depth + 1)


def _instagram(item: dict[str, Any]) -> Post | None:
    """A Graph API medium, a web client's item, or a GraphQL node."""
    code = text(item.get("code")) or text(item.get("shortcode"))
    address = identify(text(item.get("permalink")) or "")
    code = code or (address.external_id if address and address.platform == "instagram" else None)
    if (
        not code
        or not any(
            k in item for k in ("caption", "taken_at", "taken_at_timestamp", "timestamp", "owner", "user", "username")
        )
        or "text_post_app_info" in item
    ):
        return None
    user = item.get("user") if isinstance(item.get("user"), dict) else item.get("owner")
    caption = item.get("caption")
    words = (
        text(at(caption, "text"))
        or text(caption)
        or text(at(item, "edge_media_to_caption", "edges", 0, "node", "text"))
    )
    return Post(
        platform="instagram",
        external_id=code,
        url=f"https://www.instagram.com/{'reel' if address and '/reel/' in address.url else 'p'}/{code}/",
        author=Author(
            handle=text(at(user, "username")) or text(item.get("username")),
            name=text(at(user, "full_name")),
            external_id=text(at(user, "pk")) or text(at(user, "id")),
            followers=count(at(user, "follower_count")),
        ),
        text=words,
        posted_at=utc(
            count(item.get("taken_at")) or count(item.get("taken_at_timestamp")) or text(item.get("timestamp"))
        ),
        links=find_links(words or ""),
        reach=Reach(
            likes=_first(
                item.get("like_count"), at(item, "edge_media_preview_like", "count"), at(item, "edge_liked_by", "count")
            ),
            replies=_first(
                item.get("comments_count"),
                item.get("comment_count"),
                at(item, "edge_media_to_comment", "count"),
                at(item, "edge_media_to_parent_comment", "count"),
            ),
            views=_first(item.get("play_count"), item.get("view_count"), item.get("video_view_count")),
        ),
    )


def _facebook(item: dict[str, Any]) -> Post | None:
    """A Graph API post or comment, or a CrowdTangle post."""
    identity = text(item.get("platformId")) or text(item.get("id"))
    shown = "message" in item or "story" in item or "permalink_url" in item or "postUrl" in item
    if not identity or not shown:
        return None
    author = item.get("from") if isinstance(item.get("from"), dict) else item.get("account")
    address = text(item.get("postUrl")) or text(item.get("permalink_url"))
    words = text(item.get("message")) or text(item.get("story"))
    counts = at(item, "statistics", "actual")
    parent = text(at(item, "parent", "id"))
    attached = (
        [text(at(a, "unshimmed_url")) or text(at(a, "url")) for a in items(at(item, "attachments", "data"))]
        + [text(item.get("link"))]
        + [text(e.get("expanded")) for e in items(item.get("expandedLinks"))]
    )
    comment = "comment_count" in item or parent is not None
    return Post(
        platform="facebook",
        external_id=identity,
        url=address,
        kind=Kind.COMMENT if comment else Kind.POST,
        author=Author(
            handle=text(at(author, "handle")) or text(at(author, "username")),
            name=text(at(author, "name")),
            external_id=text(at(author, "platformId")) or text(at(author, "id")),
            followers=count(at(author, "subscriberCount")),
        ),
        text=words,
        language=None,
        posted_at=utc((text(item.get("created_time")) or text(item.get("date")) or "").replace("+0000", "+00:00")),
        in_reply_to=parent,
        links=tuple(dict.fromkeys([*find_links(words or ""), *(a for a in attached if a and a.startswith("http"))])),
        reach=Reach(
            likes=_first(
                at(item, "reactions", "summary", "total_count"),
                at(item, "likes", "summary", "total_count"),
                item.get("like_count"),
                at(counts, "likeCount"),
            ),
            reposts=_first(at(item, "shares", "count"), at(counts, "shareCount")),
            replies=_first(
                at(item, "comments", "summary", "total_count"), item.get("comment_count"), at(counts, "commentCount")
            ),
        ),
    )


def _threads(item: dict[str, Any]) -> Post | None:
    """A Threads API medium, or a web client's item."""
    address = identify(text(item.get("permalink")) or "")
    code = (
        text(item.get("shortcode"))
        or text(item.get("code"))
        or (address.external_id if address and address.platform == "threads" else None)
    )
    if not code or not any(k in item for k in ("text", "caption", "media_type", "text_post_app_info", "timestamp")):
        return None
    user = item.get("user")
    handle = text(item.get("username")) or text(at(user, "username"))
    info = item.get("text_post_app_info")
    words = text(item.get("text")) or text(at(item, "caption", "text"))
    quoted = (
        item.get("quoted_post") if isinstance(item.get("quoted_post"), dict) else at(info, "share_info", "quoted_post")
    )
    reposted = (
        item.get("reposted_post")
        if isinstance(item.get("reposted_post"), dict)
        else at(info, "share_info", "reposted_post")
    )
    replied = _code(item.get("replied_to")) or _code(at(info, "reply_to_post"))
    link = text(item.get("link_attachment_url")) or text(at(info, "link_preview_attachment", "url"))
    is_reply = item.get("is_reply") is True or replied is not None
    return Post(
        platform="threads",
        external_id=code,
        url=f"https://www.threads.net/@{handle}/post/{code}" if handle else f"https://www.threads.net/t/{code}",
        kind=Kind.REPOST
        if reposted
        else Kind.REPLY
        if is_reply
        else Kind.QUOTE
        if quoted or item.get("is_quote_post") is True
        else Kind.POST,
        author=Author(handle=handle, name=text(at(user, "full_name")), external_id=text(at(user, "pk"))),
        text=words,
        posted_at=utc((text(item.get("timestamp")) or "").replace("+0000", "+00:00") or count(item.get("taken_at"))),
        in_reply_to=replied,
        quotes=_code(quoted) or _code(reposted),
        links=tuple(dict.fromkeys([*find_links(words or ""), *([link] if link and link.startswith("http") else [])])),
        reach=Reach(
            likes=count(item.get("like_count")),
            reposts=_first(at(info, "repost_count")),
            replies=_first(at(info, "direct_reply_count")),
            quotes=_first(at(info, "quote_count")),
        ),
    )


def _code(item: Any) -> str | None:
    address = identify(text(at(item, "permalink")) or "")
    return text(at(item, "shortcode")) or text(at(item, "code")) or (address.external_id if address else None)


def _first(*values: Any) -> int | None:
    return next((c for c in map(count, values) if c is not None), None)


HELP = "posts as articles show them, and the user's own recordings and exports; nothing is asked for"
INSTAGRAM, FACEBOOK, THREADS = (
    _Meta("instagram", HELP, _instagram),
    _Meta("facebook", HELP, _facebook),
    _Meta("threads", HELP, _threads),
)
