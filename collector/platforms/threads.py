"""Threads, as articles show it, and from the user's own recordings and exports.

Nothing is asked for: the terms of Meta's oEmbed forbid keeping or analysing what it answers, and the pages
want a sign-in. Formats: developers.facebook.com/docs (Threads Media), and the web client's own items as browser recordings
hold them. Embeds: Meta's "oEmbed" pages.
"""

import re
from collections.abc import Iterator
from typing import Any

from ..dates import utc
from ..markup.links import find_links
from ..markup.marks import Marks
from ..records import Author, Kind, Post, PostAddress, Reach
from ..values import at, count, mapping, text
from .meta import MetaPlatform, is_ad, unwrapped
from .words import media

NAME = "threads"
SHOWN = ("text", "caption", "media_type", "text_post_app_info", "timestamp")
"""Fields of which every medium has one."""


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:@([A-Za-z0-9_.]+)/post|t)/([A-Za-z0-9_-]+)", path)
    return PostAddress(NAME, found[2], _address(found[1], found[2]), found[1]) if found else None


def _address(handle: str | None, code: str) -> str:
    return f"https://www.threads.net/{f'@{handle}/post' if handle else 't'}/{code}"


class Threads(MetaPlatform):
    """Posts on Threads, from recordings."""

    name = NAME
    title = "Threads"
    rank = 11

    hosts = {"threads.net": _path, "threads.com": _path}
    profiles = dict.fromkeys(("threads.net", "threads.com"), r"/@([\w.]+)/?$")
    marks = Marks(called=("threads",), classes=("text-post-media",), addresses=("data-text-post-permalink",))
    zeeschuimer = ("threads.net", "threads.com")

    def read(self, item: dict[str, Any]) -> Iterator[Post]:
        """A Threads API medium, or a web client's item."""
        code = _code(item)
        if code and any(key in item for key in SHOWN) and not is_ad(item):
            yield _medium(item, code)


def _medium(item: dict[str, Any], code: str) -> Post:
    user = item.get("user")
    handle = text(item.get("username")) or text(at(user, "username"))
    info = item.get("text_post_app_info")
    words = text(item.get("text")) or text(at(item, "caption", "text"))
    quoted = mapping(item.get("quoted_post")) or at(info, "share_info", "quoted_post")
    reposted = mapping(item.get("reposted_post")) or at(info, "share_info", "reposted_post")
    replied = _code(item.get("replied_to")) or _code(at(info, "reply_to_post"))
    link = text(item.get("link_attachment_url")) or text(at(info, "link_preview_attachment", "url")) or ""
    return Post(
        platform=NAME,
        external_id=code,
        url=_address(handle, code),
        kind=_kind(item, reposted, replied, quoted),
        author=Author(handle=handle, name=text(at(user, "full_name")), external_id=text(at(user, "pk"))),
        text=words,
        posted_at=utc(text(item.get("timestamp")) or count(item.get("taken_at"))),
        in_reply_to=replied,
        quotes=_code(quoted) or _code(reposted),
        media=media(
            alt=[item.get("alt_text"), item.get("custom_accessibility_caption")],
            card=[at(info, "link_preview_attachment", "title")],
            poll=[at(item, "poll_attachment", f"option_{letter}") for letter in "abcd"],
        ),
        links=tuple(dict.fromkeys([*find_links(words or ""), *([unwrapped(link)] if link.startswith("http") else [])])),
        reach=Reach(
            likes=count(item.get("like_count")),
            reposts=count(at(info, "repost_count")),
            replies=count(at(info, "direct_reply_count")),
            quotes=count(at(info, "quote_count")),
        ),
    )


def _kind(item: dict[str, Any], reposted: object, replied: str | None, quoted: object) -> Kind:
    if reposted:
        return Kind.REPOST
    if item.get("is_reply") is True or replied is not None:
        return Kind.REPLY
    return Kind.QUOTE if quoted or item.get("is_quote_post") is True else Kind.POST


def _code(item: Any) -> str | None:
    """The short code of a medium, by which its address names it."""
    address = PLATFORM.identify(text(at(item, "permalink")))
    return text(at(item, "shortcode")) or text(at(item, "code")) or (address.external_id if address else None)


PLATFORM = Threads()
