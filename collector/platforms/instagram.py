"""Instagram, as articles show it, and from the user's own recordings and exports.

Nothing is asked for: the terms of Meta's oEmbed forbid keeping or analysing what it answers, and the pages
want a sign-in. Formats: developers.facebook.com/docs (Instagram Media), and the web client's own items as browser
recordings hold them. Embeds: Meta's "oEmbed" pages, AMP's amp-instagram.
"""

import re
from collections.abc import Iterator
from typing import Any

from ..dates import utc
from ..markup.links import find_links
from ..markup.marks import Attributes, Marks
from ..records import Author, Post, PostAddress, Reach
from ..values import at, count, mapping, text
from .meta import MetaPlatform, first_count, is_ad
from .words import media

NAME = "instagram"
DATED = ("caption", "taken_at", "taken_at_timestamp", "timestamp", "owner", "user", "username")
"""Fields of which every medium has one."""


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:([A-Za-z0-9_.]+)/)?(p|reel|reels|tv)/([A-Za-z0-9_-]+)", path)
    if not found:
        return None
    part = "reel" if found[2] == "reels" else found[2]
    return PostAddress(NAME, found[3], f"https://www.instagram.com/{part}/{found[3]}/", found[1])


def _element(tag: str, attributes: Attributes) -> PostAddress | None:
    code = attributes.get("data-shortcode") if tag == "amp-instagram" else None
    return PLATFORM.identify(f"https://www.instagram.com/p/{code}/") if code else None


class Instagram(MetaPlatform):
    """Posts on Instagram, from recordings."""

    name = NAME
    title = "Instagram"
    rank = 9

    hosts = dict.fromkeys(("instagram.com", "instagr.am", "ddinstagram.com"), _path)
    shares = {"www.instagram.com": r"/share/(?:(?:p|reel)/)?[\w-]{6,}/?$"}
    profiles = {"instagram.com": r"/([\w.]+)/?$"}
    marks = Marks(
        called=("instagram",),
        classes=("instagram-media",),
        amp=("amp-instagram",),
        names=("instagram",),
        addresses=("data-instgrm-permalink",),
        element=_element,
        signature=re.compile(
            r"(?:A (?:post|photo|video|reel) (?:shared|posted) by|Ein (?:von|Beitrag)[^\n]{0,30}?"
            r"|Una publicación compartida (?:por|de)|Une publication partagée par|Un post condiviso da"
            r"|Uma publicação compartilhada por|Julkaisun jakoi|Ett inlägg delat av|Публикация от)"
            r"\s{1,9}(?P<name>[^\n()]{0,80}?)\s{0,9}\((?P<handle>@[\w.]{1,100})\)"
        ),
    )
    zeeschuimer = ("instagram.com",)

    def read(self, item: dict[str, Any]) -> Iterator[Post]:
        """A Graph API medium, a web client's item, or a GraphQL node."""
        address = self.identify(text(item.get("permalink")))
        code = text(item.get("code")) or text(item.get("shortcode")) or (address.external_id if address else None)
        if code and any(key in item for key in DATED) and "text_post_app_info" not in item and not is_ad(item):
            yield _medium(item, code, "reel" if address and "/reel/" in address.url else "p")


def _medium(item: dict[str, Any], code: str, part: str) -> Post:
    user = mapping(item.get("user")) or item.get("owner")
    caption = item.get("caption")
    words = (
        text(at(caption, "text"))
        or text(caption)
        or text(at(item, "edge_media_to_caption", "edges", 0, "node", "text"))
    )
    taken = count(item.get("taken_at")) or count(item.get("taken_at_timestamp"))
    return Post(
        platform=NAME,
        external_id=code,
        url=f"https://www.instagram.com/{part}/{code}/",
        author=Author(
            handle=text(at(user, "username")) or text(item.get("username")),
            name=text(at(user, "full_name")),
            external_id=text(at(user, "pk")) or text(at(user, "id")),
            followers=count(at(user, "follower_count")),
        ),
        text=words,
        posted_at=utc(taken or text(item.get("timestamp"))),
        links=find_links(words or ""),
        media=media(alt=[item.get("alt_text"), item.get("custom_accessibility_caption")]),
        reach=Reach(
            likes=first_count(
                item.get("like_count"), at(item, "edge_media_preview_like", "count"), at(item, "edge_liked_by", "count")
            ),
            replies=first_count(
                item.get("comments_count"),
                item.get("comment_count"),
                at(item, "edge_media_to_comment", "count"),
                at(item, "edge_media_to_parent_comment", "count"),
            ),
            views=first_count(item.get("play_count"), item.get("view_count"), item.get("video_view_count")),
        ),
    )


PLATFORM = Instagram()
