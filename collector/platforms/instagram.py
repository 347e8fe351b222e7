"""Instagram, as articles show it, and from the user's own recordings and exports.

Nothing is asked for: the terms of Meta's oEmbed forbid keeping or analysing what it answers, and the pages
want a sign-in. Formats: developers.facebook.com/docs (Instagram Media), and the web client's own items as browser
recordings hold them. Embeds: Meta's "oEmbed" pages, AMP's amp-instagram.
"""

import re
from collections.abc import Iterable
from typing import Any

from ..dates import utc
from ..markup.links import find_links
from ..markup.marks import Attributes, Marks
from ..records import NO_MEDIA, Author, Post, PostAddress, Reach
from ..values import at, count, mapping, text, text_in
from .instagram_comments import EDGES, LISTS, comment, is_below, with_places
from .meta import MetaPlatform, first_count, is_ad
from .words import media

NAME = "instagram"
DATED = frozenset(("caption", "taken_at", "taken_at_timestamp", "timestamp", "owner", "user", "username"))
"""Fields of which every medium has one."""
HOLDING = frozenset((*LISTS, *EDGES))
"""Fields that hold comments."""
DESCRIPTIONS = ("alt_text", "custom_accessibility_caption")


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
            r"(?:A (?:post|photo|video|reel) (?:shared|posted) by|Ein (?:Beitrag|Foto|Video|Reel),? geteilt von|Ein von"
            r"|Una publicación compartida (?:por|de)|Une publication partagée par|Un post condiviso da"
            r"|Uma publicação compartilhada por|Julkaisun jakoi|Ett inlägg delat av|Публикация от"
            r"|Допис,? поширений|Henkilön(?=[^\n()]{0,80}\(@[\w.]{1,100}\)\s{0,9}jakama))"
            r"\s{1,9}(?P<name>[^\n()]{0,80}?)\s{0,9}\((?P<handle>@[\w.]{1,100})\)"
        ),
    )
    zeeschuimer = ("instagram.com",)

    def read(self, item: dict[str, Any]) -> Iterable[Post]:
        """A Graph API medium, a web client's item, a GraphQL node, or a comment below one of them."""
        if is_below(item):
            found = comment(item)
            return (found,) if found else ()
        if item.keys().isdisjoint(DATED) or "text_post_app_info" in item or is_ad(item):
            return ()
        code, part = self._code(item)
        return (_medium(item, code, part),) if code else ()

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """Whatever lies in an object; comments are told what they answer."""
        found = super().inside(item)
        if not found or item.keys().isdisjoint(HOLDING):
            return found
        comments = with_places(item, None if is_below(item) else self._code(item)[0])
        held = [item[name] for name in HOLDING if name in item] if comments else []
        return [*(value for value in found if not any(value is each for each in held)), comments]

    def _code(self, item: dict[str, Any]) -> tuple[str | None, str]:
        """A medium's code, and the part of its address before it."""
        address = self.identify(text(item["permalink"])) if "permalink" in item else None
        code = text_in(item, "code", "shortcode") or (address.external_id if address else None)
        return code, "reel" if address and "/reel/" in address.url else "p"


def _medium(item: dict[str, Any], code: str, part: str) -> Post:
    user = mapping(mapping(item.get("user")) or item.get("owner"))
    words = _caption(item)
    taken = count(item.get("taken_at")) or count(item.get("taken_at_timestamp"))
    described = [item[name] for name in DESCRIPTIONS if name in item]
    return Post(
        platform=NAME,
        external_id=code,
        url=f"https://www.instagram.com/{part}/{code}/",
        author=Author(
            handle=text(user.get("username")) or text(item.get("username")),
            name=text(user.get("full_name")),
            external_id=text_in(user, "pk", "id"),
            followers=count(user.get("follower_count")),
        ),
        text=words,
        posted_at=utc(taken or text(item.get("timestamp"))),
        links=find_links(words or ""),
        media=media(alt=described) if described else NO_MEDIA,
        reach=Reach(
            likes=first_count(item.get("like_count"), *_edges(item, "edge_media_preview_like", "edge_liked_by")),
            replies=first_count(
                item.get("comments_count"),
                item.get("comment_count"),
                *_edges(item, "edge_media_to_comment", "edge_media_to_parent_comment"),
            ),
            views=first_count(item.get("play_count"), item.get("view_count"), item.get("video_view_count")),
        ),
    )


def _caption(item: dict[str, Any]) -> str | None:
    caption = item.get("caption")
    if caption is not None and (words := text(at(caption, "text")) or text(caption)):
        return words
    edge = item.get("edge_media_to_caption")
    return text(at(edge, "edges", 0, "node", "text")) if edge else None


def _edges(item: dict[str, Any], *names: str) -> list[Any]:
    """The counts that GraphQL's edges tell."""
    return [at(item[name], "count") for name in names if name in item]


PLATFORM = Instagram()
