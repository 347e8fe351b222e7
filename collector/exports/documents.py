"""The posts in one decoded document of an export: read as the platform's or the tool's that says "mine"."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, NamedTuple

import msgspec

from ..records import Post
from ..sources import SOURCES
from ..values import at
from . import cells
from .flat import WEB, Reader, Unread
from .known import MAX_DEPTH, MAX_OBJECTS, NO_POSTS, Known, known_exports, whose
from .names import name_of

NOTHING_POSTED = "it tells of accounts, or of what happened in a chat, not of posts"
MAX_UNKNOWN_DEPTH = 4
"""How deep in a document of an unknown tool its posts are looked for."""
COUNTED_AT = (("__twarc", "retrieved_at"), ("timestamp_collected",), ("epoch",))
"""Where tools write when they took a document from its platform: twarc2, Zeeschuimer, yt-dlp."""
BY_ZEESCHUIMER = {name: source for source in SOURCES.values() for name in source.zeeschuimer}


class Read(NamedTuple):
    """The posts of a document, and in a few words why there are none."""

    posts: list[Post]
    why: str | None = None


def exported(payload: Any, platform: str | None = None) -> Read:
    """Every post in a decoded document of an export. ``platform`` is whose the user says it is; else its marks decide."""
    read = _read(payload, platform)
    told = next((at(payload, *path) for path in COUNTED_AT if at(payload, *path)), None)
    taken = cells.time(told) if told else None
    if taken is None:
        return read
    return read._replace(posts=[msgspec.structs.replace(post, counted_at=taken) for post in read.posts])


def _read(payload: Any, platform: str | None) -> Read:
    if isinstance(payload, dict) and isinstance(payload.get("data"), dict) and "source_platform" in payload:
        return _zeeschuimer(payload, platform)
    if platform:
        return _told(platform, payload)
    claims = whose(payload)
    if not claims:
        return _unknown(payload) or Read([], "no platform knows this form as its own")
    if len(claims) > 1:
        names = " and ".join(sorted(_name(claim) for claim in claims))
        return Read([], f"{names} both know this form as theirs: say which with --platform")
    [claim] = claims
    if isinstance(claim, Known):
        return Read([], f"{claim.tool}: {claim.no_posts}") if claim.no_posts else _flat(claim, payload)
    if claim == NO_POSTS:
        return Read([], NOTHING_POSTED)
    return _of(claim, payload)


def _zeeschuimer(item: Mapping[str, Any], platform: str | None) -> Read:
    """An item of Zeeschuimer's, which names its platform (github.com/digitalmethodsinitiative/zeeschuimer)."""
    told = str(item["source_platform"]).removeprefix("www.")
    named = SOURCES[platform] if platform else BY_ZEESCHUIMER.get(told)
    if named is None:
        found = _read({"item": item["data"]}, None)
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
    kin = [
        other for other in known_exports() if (other.form, other.tool) == ("json", known.tool) and not other.no_posts
    ]
    found = _Found([Reader(other) for other in kin if other.platform in (None, known.platform)])
    found.look(payload, MAX_DEPTH)
    why = found.why or f"{known.tool}, but no post in it is read"
    return Read(found.posts, None if found.posts else why)


class _Found:
    """The posts of a tool's objects in a document, read as they are met: a post, then those within it."""

    def __init__(self, readers: list[Reader]) -> None:
        self._readers = readers
        self.posts: list[Post] = []
        self.why: str | None = None

    def look(self, value: Any, depth: int, above: str | None = None) -> None:
        """Reads what a value holds; ``above`` is the id of the post that it answers."""
        if not depth:
            return
        if isinstance(value, list):
            for item in value:
                self.look(item, depth - 1, above)
        elif isinstance(value, dict):
            reader = next((reader for reader in self._readers if reader.known.is_it(value)), None)
            own = self._read(reader, value, above) if reader else above
            for key, inner in value.items():
                if isinstance(inner, dict | list):
                    self.look(inner, depth - 1, own if reader and key == reader.known.answers else None)

    def _read(self, reader: Reader, item: dict[str, Any], above: str | None) -> str | None:
        try:
            post = reader.post(partial(_value, item))
        except Unread as error:
            self.why = f"{reader.known.tool}: {error}"
            return None
        if above and post.in_reply_to is None:
            post = msgspec.structs.replace(post, in_reply_to=above)
        self.posts.append(post)
        return post.external_id


def _unknown(payload: Any) -> Read | None:
    """The posts in objects of an unknown tool: those with an address that names a post, a text and a time, read as a table's rows
    are; None where there are none.
    """
    level = [payload]
    for _ in range(MAX_UNKNOWN_DEPTH):
        objects = [value for value in level if isinstance(value, dict)]
        found = [post for item in objects if (post := _unknown_post(item))]
        if found:
            return Read(found)
        inner = [value for item in objects for value in item.values() if isinstance(value, dict | list)]
        level = [part for value in inner for part in (value if isinstance(value, list) else [value])][:MAX_OBJECTS]
    return None


def _unknown_post(item: dict[str, Any]) -> Post | None:
    cells: dict[str, Any] = {}
    for key, value in item.items():
        cells.setdefault(name_of(key), value)
        if isinstance(value, dict):
            for inner, held in value.items():
                cells.setdefault(name_of(f"{key}.{inner}"), held)
    *tables, plain = (known for known in known_exports() if known.form == "table" and not known.no_posts)
    told = {field: any(cells.get(name) for name in plain.columns[field]) for field in ("text", "comment_text", "at")}
    if not (told["at"] and (told["text"] or told["comment_text"])):
        return None
    try:
        post = Reader(next((known for known in tables if known.is_it(cells)), plain)).post(cells.get)
    except Unread:
        return None
    return post if post.platform != WEB and post.text else None


def _value(item: dict[str, Any], path: str) -> Any:
    return at(item, *_steps(path))


@cache
def _steps(path: str) -> tuple[str | int, ...]:
    """The steps of a column's path, numbers as places in lists."""
    return tuple(int(step) if step.isdecimal() else step for step in path.split("."))


def _name(claim: str | Known) -> str:
    if isinstance(claim, Known):
        return claim.tool
    return SOURCES[claim].title if claim in SOURCES else "a list of accounts or events"
