"""Comments below an Instagram medium, as the Graph API, the web client and its older GraphQL hold them.

Formats: developers.facebook.com/docs/instagram-platform (IG Comment), and browser recordings of the web client. A medium's
number written to the base of 64 is the code in its address.
"""

from typing import Any

from ..dates import utc
from ..markup.links import find_links
from ..records import Author, Kind, Post, Reach
from ..values import at, count, items, mapping, text, text_in
from .meta import first_count

BELOW = "_below"
"""Where a comment is told, while it is looked for, what it answers: (the medium's code, the comment above or None)."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LISTS = ("comments", "replies", "preview_child_comments", "child_comments")
EDGES = ("edge_media_to_parent_comment", "edge_media_to_comment", "edge_threaded_comments")
MAX_DIGITS = 24


def is_below(item: dict[str, Any]) -> bool:
    """Whether an object is a comment that was told what it answers (a tuple, which no JSON holds)."""
    return isinstance(item.get(BELOW), tuple)


def with_places(item: dict[str, Any], code: str | None) -> list[dict[str, Any]]:
    """The comments right below a medium of a code, or below a comment, each with what it answers."""
    place = (code, None) if code else _place(item)
    if place is None:
        return []
    if is_below(item):
        place = (place[0], text_in(item, "pk", "id"))
    found: list[Any] = []
    for name in LISTS:
        if listed := item.get(name):
            found += items(listed) or items(at(listed, "data"))
    for name in EDGES:
        if name in item:
            found += [edge.get("node") for edge in items(at(item[name], "edges"))]
    return [{**comment, BELOW: place} for comment in found if isinstance(comment, dict)]


def _place(item: dict[str, Any]) -> tuple[str, str | None] | None:
    """What is above the comments of a comment, or of the web client's answer to a question for a medium's comments."""
    if is_below(item):
        place: tuple[str, str | None] = item[BELOW]
        return place
    code = code_of(text(at(item, "caption", "media_id"))) if "comments" in item and "caption" in item else None
    return (code, None) if code else None


def code_of(number: str | None) -> str | None:
    """The code of a medium by its number, which may stand before its owner's: ``3501_17`` as ``3501``."""
    digits = (number or "").partition("_")[0]
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MAX_DIGITS):
        return None
    left, code = int(digits), ""
    while left:
        left, place = divmod(left, 64)
        code = LETTERS[place] + code
    return code or None


def comment(item: dict[str, Any]) -> Post | None:
    """A comment that was told what it answers; None where it has no id."""
    code, above = item[BELOW]
    identity = text_in(item, "pk", "id")
    if not identity:
        return None
    user = mapping(mapping(item.get("user")) or item.get("owner") or item.get("from"))
    words = text(item.get("text"))
    return Post(
        platform="instagram",
        external_id=identity,
        url=f"https://www.instagram.com/p/{code}/c/{identity}/",
        kind=Kind.COMMENT,
        author=Author(
            handle=text(user.get("username")) or text(item.get("username")),
            name=text(user.get("full_name")),
            external_id=text_in(user, "pk", "id"),
        ),
        text=words,
        posted_at=utc(count(item.get("created_at")) or text(item.get("timestamp"))),
        in_reply_to=text_in(item, "parent_id", "parent_comment_id", "replied_to_comment_id") or above or code,
        links=find_links(words or ""),
        reach=Reach(
            likes=first_count(item.get("like_count"), item.get("comment_like_count"), _edge(item, "edge_liked_by")),
            replies=first_count(item.get("child_comment_count"), _edge(item, "edge_threaded_comments")),
        ),
    )


def _edge(item: dict[str, Any], name: str) -> Any:
    return at(item[name], "count") if name in item else None
