"""Facebook, as articles show it, and from the user's own recordings and exports.

Nothing is asked for: the terms of Meta's oEmbed forbid keeping or analysing what it answers, and the pages
want a sign-in. Formats: developers.facebook.com/docs (Page Post), CrowdTangle's posts. Embeds: Meta's "Embedded Posts"
plugin page, AMP's amp-facebook.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote

from ..dates import utc
from ..markup.links import find_links
from ..markup.marks import Marks
from ..records import Author, Kind, Post, PostAddress, Reach
from ..urls import split
from ..values import at, count, items, language, mapping, text
from .meta import MetaPlatform, first_count, is_ad, unwrapped
from .words import media

NAME = "facebook"
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

    def read(self, item: dict[str, Any]) -> Iterator[Post]:
        """A Graph API post or comment, a CrowdTangle post, one of the Content Library's, or a story of the web client's."""
        identity = _identity(item)
        if identity and "post_owner" in item and "text" in item:
            yield _from_library(item, identity)
        elif (
            identity
            and not is_ad(item)
            and any(key in item for key in ("message", "story", "permalink_url", "postUrl"))
        ):
            yield _post(item, identity)

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """Whatever lies in an object; comments within a post or comment are told what they answer."""
        found, below, own = super().inside(item), items(at(item, "comments", "data")), _identity(item)
        if not found or not below or not own:
            return found
        answers = [{"parent": {"id": own}, **comment} for comment in below]
        return [*(value for value in found if value is not item["comments"]), answers]


def _identity(item: dict[str, Any]) -> str | None:
    return text(item.get("platformId")) or text(item.get("post_id")) or text(item.get("id"))


def _post(item: dict[str, Any], identity: str) -> Post:
    author = mapping(item.get("from")) or item.get("account") or at(item, "actors", 0)
    words = text(item.get("message")) or text(at(item, "message", "text")) or text(item.get("story"))
    created = text(item.get("created_time")) or text(item.get("date"))
    attached = at(item, "attachments", "data", 0)
    parent = text(at(item, "parent", "id"))
    links = [
        *find_links(words or ""),
        *(unwrapped(link) for link in _attached(item) if link and link.startswith("http")),
    ]
    return Post(
        platform=NAME,
        external_id=identity,
        url=text(item.get("postUrl")) or text(item.get("permalink_url")) or text(item.get("wwwURL")),
        kind=Kind.COMMENT if "comment_count" in item or parent is not None else Kind.POST,
        author=Author(
            handle=text(at(author, "handle")) or text(at(author, "username")),
            name=text(at(author, "name")),
            external_id=text(at(author, "platformId")) or text(at(author, "id")),
            followers=count(at(author, "subscriberCount")),
        ),
        text=words,
        posted_at=utc(created or count(item.get("creation_time"))),
        in_reply_to=parent,
        links=tuple(dict.fromkeys(links)),
        media=media(
            card=[at(attached, "title") or item.get("title"), at(attached, "description") or item.get("description")]
        ),
        reach=_reach(item),
    )


def _from_library(item: dict[str, Any], identity: str) -> Post:
    """A post as the Meta Content Library gives it (developers.facebook.com/docs/content-library-and-api)."""
    words, owner, link = text(item.get("text")), item.get("post_owner"), item.get("link_attachment")
    counts = item.get("statistics")
    shared = text(at(link, "link"))
    return Post(
        platform=NAME,
        external_id=identity,
        url=text(item.get("mcl_url")),
        author=Author(
            handle=text(at(owner, "username")), name=text(at(owner, "name")), external_id=text(at(owner, "id"))
        ),
        text=words,
        language=language(item.get("lang")),
        posted_at=utc(count(item.get("creation_time")) or text(item.get("creation_time"))),
        links=tuple(dict.fromkeys([*find_links(words or ""), *([shared] if shared else [])])),
        media=media(card=[at(link, "name"), at(link, "description")]),
        reach=Reach(
            likes=first_count(at(counts, "reaction_count"), at(counts, "like_count")),
            reposts=count(at(counts, "share_count")),
            replies=count(at(counts, "comment_count")),
            views=count(at(counts, "views")),
        ),
    )


def _attached(item: dict[str, Any]) -> list[str | None]:
    """The addresses that a post shows beside its words."""
    attachments = items(at(item, "attachments", "data"))
    return [
        *(text(a.get("unshimmed_url")) or text(a.get("url")) for a in attachments),
        text(item.get("link")),
        *(text(e.get("expanded")) for e in items(item.get("expandedLinks"))),
    ]


def _reach(item: dict[str, Any]) -> Reach:
    counts = at(item, "statistics", "actual")
    return Reach(
        likes=first_count(
            at(item, "reactions", "summary", "total_count"),
            at(item, "likes", "summary", "total_count"),
            item.get("like_count"),
            at(counts, "likeCount"),
        ),
        reposts=first_count(at(item, "shares", "count"), at(counts, "shareCount")),
        replies=first_count(
            at(item, "comments", "summary", "total_count"), item.get("comment_count"), at(counts, "commentCount")
        ),
    )


PLATFORM = Facebook()
