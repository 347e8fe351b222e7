"""Facebook, as articles show it, and from the user's own recordings and exports.

Nothing is asked for: the terms of Meta's oEmbed forbid keeping or analysing what it answers, and the pages
want a sign-in. Formats: developers.facebook.com/docs (Page Post), CrowdTangle's posts. Embeds: Meta's "Embedded Posts"
plugin page, AMP's amp-facebook.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, unquote

from ..dates import utc
from ..markup.links import find_links
from ..markup.marks import Marks
from ..records import NO_MEDIA, NO_REACH, Author, Kind, Media, Post, PostAddress, Reach
from ..urls import split
from ..values import at, containers, count, items, language, mapping, text, text_in
from . import meta
from .meta import MetaPlatform, first_count, is_ad, unwrapped
from .words import media

NAME = "facebook"
SHOWN = frozenset(("message", "story", "permalink_url", "postUrl"))
"""Fields of which every post has one."""
CARDS = frozenset(("attachments", "title", "description"))
MARKED = SHOWN | meta.ADS | {"post_owner", "comments"}
"""Fields without one of which an object is neither a post nor holds answers to one."""
COUNTS = frozenset(("reactions", "likes", "like_count", "shares", "comments", "comment_count", "statistics"))
"""Where cards and counts are told."""
SITE = "https://www.facebook.com"


def _path(path: str, query: str) -> PostAddress | None:
    values = {name: given[0] for name, given in parse_qs(query).items()}
    if path.startswith("/plugins/"):
        return _framed(values.get("href", ""))
    if path in ("/permalink.php", "/story.php") and "story_fbid" in values:
        story, owner = values["story_fbid"], values.get("id", "")
        return PostAddress(NAME, story, f"{SITE}/permalink.php?story_fbid={story}&id={owner}", None)
    if path.rstrip("/") in ("/watch", "/watch/live") and values.get("v", "").isdigit():
        return PostAddress(NAME, values["v"], f"{SITE}/watch/?v={values['v']}", None)
    if path == "/video.php" and values.get("v", "").isdigit():
        return PostAddress(NAME, values["v"], f"{SITE}/watch/?v={values['v']}", None)
    if path.startswith("/photo") and values.get("fbid", "").isdigit():
        return PostAddress(NAME, values["fbid"], f"{SITE}/photo.php?fbid={values['fbid']}", None)
    found = re.match(r"/([^/]+)/(posts|videos|photos)/(?:[^/]+/)*?([A-Za-z0-9]+)/?$", path)
    if found:
        return PostAddress(NAME, found[3], f"{SITE}/{found[1]}/{found[2]}/{found[3]}", found[1])
    found = re.match(r"/groups/([^/]+)/(?:posts|permalink)/(\d+)", path) or re.match(r"/(reel)/(\d+)", path)
    return PostAddress(NAME, found[2], f"{SITE}{found[0]}", None) if found else None


def _framed(inner: str) -> PostAddress | None:
    """The post whose address a plugin's frame carries; a plugin within a plugin is not followed."""
    parts = split(inner)
    return PLATFORM.identify(inner) if parts and not unquote(parts.path).startswith("/plugins/") else None


class Facebook(MetaPlatform):
    """Posts on Facebook, from recordings."""

    name = NAME
    title = "Facebook"
    rank = 10

    hosts = {"facebook.com": _path, "m.facebook.com": _path, "fb.com": _path}
    domains = {"facebook.com": _path}
    shares = {
        "www.facebook.com": r"/share/(?:[prv]/)?[A-Za-z0-9]{6,}/?$",
        "fb.watch": r"/[\w-]{6,}/?$",
        "fb.me": r"/(?:[a-z]/)?[\w-]{6,}/?$",
    }
    profiles = {"facebook.com": r"/([\w.]+)/?$"}
    marks = Marks(
        called=("facebook",),
        classes=("fb-post", "fb-xfbml"),
        selectors=(".fb-post", ".fb-video"),
        amp=("amp-facebook",),
        openings=('<div class="fb-',),
        names=("facebook",),
        addresses=("data-href",),
    )

    def visited(self, item: dict[str, Any]) -> tuple[Iterable[Post], list[Any]]:
        """Most objects are small ones that lie within posts."""
        return ((), containers(item)) if item.keys().isdisjoint(MARKED) else (self.read(item), self.inside(item))

    def read(self, item: dict[str, Any]) -> Iterable[Post]:
        """A Graph API post or comment, a CrowdTangle post, one of the Content Library's, or a story of the web client's."""
        of_library = "post_owner" in item and "text" in item
        if not of_library and (item.keys().isdisjoint(SHOWN) or is_ad(item)):
            return ()
        identity = _identity(item)
        if not identity:
            return ()
        return (_from_library(item, identity) if of_library else _post(item, identity),)

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """Whatever lies in an object; comments within a post or comment are told what they answer."""
        found = meta.inside(item)
        if not found or "comments" not in item:
            return found
        below, own = items(at(item, "comments", "data")), _identity(item)
        if not below or not own:
            return found
        answers = [{"parent": {"id": own}, **comment} for comment in below]
        return [*(value for value in found if value is not item["comments"]), answers]


def _identity(item: dict[str, Any]) -> str | None:
    return text_in(item, "platformId", "post_id", "id")


def _post(item: dict[str, Any], identity: str) -> Post:
    author = mapping(mapping(item.get("from")) or item.get("account") or at(item, "actors", 0))
    words = text(item.get("message")) or text(at(item, "message", "text")) or text(item.get("story"))
    attached = items(at(item, "attachments", "data")) if "attachments" in item else []
    parent = text(at(item, "parent", "id")) if "parent" in item else None
    return Post(
        platform=NAME,
        external_id=identity,
        url=text_in(item, "postUrl", "permalink_url", "wwwURL"),
        kind=Kind.COMMENT if "comment_count" in item or parent is not None else Kind.POST,
        author=Author(
            handle=text_in(author, "handle", "username"),
            name=text(author.get("name")),
            external_id=text_in(author, "platformId", "id"),
            followers=count(author.get("subscriberCount")),
        ),
        text=words,
        posted_at=utc(text_in(item, "created_time", "date") or count(item.get("creation_time"))),
        in_reply_to=parent,
        links=_links(item, words, attached),
        media=_card(item),
        reach=_reach(item),
    )


def _links(item: dict[str, Any], words: str | None, attached: list[dict[str, Any]]) -> tuple[str, ...]:
    """The addresses in a post's words, and those that it shows beside them."""
    written = find_links(words or "")
    shown = [text_in(attachment, "unshimmed_url", "url") for attachment in attached]
    if "link" in item:
        shown.append(text(item["link"]))
    if "expandedLinks" in item:
        shown += [text(expanded.get("expanded")) for expanded in items(item["expandedLinks"])]
    if not shown:
        return written
    beside = [unwrapped(link) for link in shown if link and link.startswith("http")]
    return tuple(dict.fromkeys([*written, *beside]))


def _card(item: dict[str, Any]) -> Media:
    if item.keys().isdisjoint(CARDS):
        return NO_MEDIA
    attached = at(item, "attachments", "data", 0)
    return media(
        card=[at(attached, "title") or item.get("title"), at(attached, "description") or item.get("description")]
    )


def _from_library(item: dict[str, Any], identity: str) -> Post:
    """A post as the Meta Content Library gives it (developers.facebook.com/docs/content-library-and-api)."""
    words, owner = text(item.get("text")), mapping(item.get("post_owner"))
    link, counts = mapping(item.get("link_attachment")), mapping(item.get("statistics"))
    shared = text(link.get("link"))
    links = find_links(words or "")
    return Post(
        platform=NAME,
        external_id=identity,
        url=text(item.get("mcl_url")),
        author=Author(
            handle=text(owner.get("username")), name=text(owner.get("name")), external_id=text(owner.get("id"))
        ),
        text=words,
        language=language(item.get("lang")),
        posted_at=utc(count(item.get("creation_time")) or text(item.get("creation_time"))),
        links=tuple(dict.fromkeys([*links, shared])) if shared else links,
        media=media(card=[link.get("name"), link.get("description")]) if link else NO_MEDIA,
        reach=Reach(
            likes=first_count(counts.get("reaction_count"), counts.get("like_count")),
            reposts=count(counts.get("share_count")),
            replies=count(counts.get("comment_count")),
            views=count(counts.get("views")),
        ),
    )


def _reach(item: dict[str, Any]) -> Reach:
    if item.keys().isdisjoint(COUNTS):
        return NO_REACH
    counts = mapping(at(item, "statistics", "actual")) if "statistics" in item else {}
    return Reach(
        likes=first_count(
            _total(item, "reactions"), _total(item, "likes"), item.get("like_count"), counts.get("likeCount")
        ),
        reposts=first_count(at(item, "shares", "count") if "shares" in item else None, counts.get("shareCount")),
        replies=first_count(_total(item, "comments"), item.get("comment_count"), counts.get("commentCount")),
    )


def _total(item: dict[str, Any], name: str) -> Any:
    """The ``total_count`` in an edge's summary; None where there is none."""
    return at(item[name], "summary", "total_count") if name in item else None


PLATFORM = Facebook()
