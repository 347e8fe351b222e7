"""The posts in one decoded document of an export: read as the platform's or the tool's that says "mine"."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from ..records import Post
from ..sources import SOURCES
from ..values import at
from .flat import Reader, Unread
from .known import MAX_DEPTH, NO_POSTS, Known, whose

BY_ZEESCHUIMER = {name: source for source in SOURCES.values() for name in source.zeeschuimer}


class Read(NamedTuple):
    """The posts of a document, and in a few words why there are none."""

    posts: list[Post]
    why: str | None = None


def exported(payload: Any, platform: str | None = None) -> Read:
    """Every post in a decoded document of an export. ``platform`` is whose the user says it is; else its marks decide."""
    if isinstance(payload, dict) and isinstance(payload.get("data"), dict) and "source_platform" in payload:
        return _zeeschuimer(payload, platform)
    if platform:
        return _told(platform, payload)
    claims = whose(payload)
    if not claims:
        return Read([], "no platform knows this form as its own")
    if len(claims) > 1:
        names = " and ".join(sorted(_name(claim) for claim in claims))
        return Read([], f"{names} both know this form as theirs: say which with --platform")
    [claim] = claims
    if isinstance(claim, Known):
        return _flat(claim, payload)
    if claim == NO_POSTS:
        return Read([], "it tells of accounts, not of posts")
    return _of(claim, payload)


def _zeeschuimer(item: Mapping[str, Any], platform: str | None) -> Read:
    """An item of Zeeschuimer's, which names its platform (github.com/digitalmethodsinitiative/zeeschuimer)."""
    told = str(item["source_platform"]).removeprefix("www.")
    named = SOURCES[platform] if platform else BY_ZEESCHUIMER.get(told)
    if named is None:
        found = exported({"item": item["data"]})
        return found if found.posts else Read([], f"Zeeschuimer's {told[:40]!r} is of no platform that is read")
    found = _of(named.name, named.exported(item["data"]))
    if found.posts:
        return found
    claims = whose(item["data"])
    return _flat(claims[0], item["data"]) if len(claims) == 1 and isinstance(claims[0], Known) else found


def _of(platform: str, payload: Any) -> Read:
    posts = SOURCES[platform].normalise(payload)
    return Read(posts, None if posts else f"{SOURCES[platform].title}, but no post in it is read")


def _told(platform: str, payload: Any) -> Read:
    """The posts of a document that the user says is a platform's: its own forms, else those of tools that tell of it."""
    found = _of(platform, payload)
    if found.posts:
        return found
    tools = [claim for claim in whose(payload) if isinstance(claim, Known) and claim.platform in (None, platform)]
    flat = _flat(tools[0], payload).posts if len(tools) == 1 else []
    posts = [post for post in flat if post.platform == platform]
    return Read(posts) if posts else found


def _flat(known: Known, payload: Any) -> Read:
    posts: list[Post] = []
    why = f"{known.tool}, but no post in it is read"
    reader = Reader(known)
    for item in _those(known, payload, MAX_DEPTH):
        try:
            posts.append(reader.post(partial(_value, item)))
        except Unread as error:
            why = f"{known.tool}: {error}"
    return Read(posts, None if posts else why)


def _value(item: dict[str, Any], path: str) -> Any:
    return at(item, *path.split("."))


def _those(known: Known, payload: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects of a known export in a document: a post, then those that it passes on or quotes."""
    if isinstance(payload, dict) and known.is_it(payload):
        yield payload
    if isinstance(payload, dict | list) and depth:
        for value in payload.values() if isinstance(payload, dict) else payload:
            yield from _those(known, value, depth - 1)


def _name(claim: str | Known) -> str:
    if isinstance(claim, Known):
        return claim.tool
    return SOURCES[claim].title if claim in SOURCES else "a list of accounts"
