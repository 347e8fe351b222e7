"""What authors ask for their posts, and how it is honoured.

A platform's reader says with a post's and an account's ``labels`` what was asked; here it is read, for all platforms.
Bridgy Fed takes nothing from accounts with these marks either (fed.brid.gy/docs#opt-out, read 2026-11-27).
"""

from collections.abc import Collection
from typing import Any

import msgspec

from .records import NO_MEDIA, Post

WISHES = frozenset({"!no-unauthenticated", "unlisted", "noindex"})
"""Labels by which an author asks not to be shown to everybody: Bluesky's, and the fediverse's two."""
MAX_LABELS = 20
"""Labels kept of a post or an account."""
MAX_LABEL_LENGTH = 128
"""Characters of a label (com.atproto.label.defs)."""
NAMES = ("uri", "id", "url")
"""By which keys payloads name a post."""
WORDS = frozenset({"text", "content", "spoiler_text", "cw", "alt", "description", "title", "source", "plain_text"})
"""Under which keys payloads hold an author's words."""


def words_of(values: Collection[Any]) -> tuple[str, ...]:
    """Labels as they are kept: one word each, in order, each once; what is no text is left out."""
    told = ("-".join(value.split())[:MAX_LABEL_LENGTH] for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(filter(None, told)))[:MAX_LABELS]


def is_withheld(post: Post) -> bool:
    """Whether a post's author asks not to be shown to everybody."""
    return not WISHES.isdisjoint((*(post.labels or ()), *(post.author.labels or ())))


def without_words(post: Post) -> Post:
    """A post that counts, of which no word is taken."""
    return msgspec.structs.replace(post, text=None, media=NO_MEDIA, language=None)


def blanked(body: bytes, posts: Collection[str]) -> bytes:
    """A JSON answer without the words of some posts, named by id or address; one that is not JSON comes back empty."""
    try:
        held = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return b""
    waiting = [(held, False)]
    while waiting:
        item, theirs = waiting.pop()
        if isinstance(item, list):
            waiting += [(inner, theirs) for inner in item]
        elif isinstance(item, dict):
            theirs = theirs or any(item.get(name) in posts for name in NAMES if isinstance(item.get(name), str))
            if theirs:
                item.update((key, "") for key in WORDS & item.keys() if isinstance(item[key], str))
            waiting += [(inner, theirs) for inner in item.values()]
    return msgspec.json.encode(held)
