"""What posts are stored under."""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from storywake.collector.match.same_words import signs
from storywake.collector.records import Post
from storywake.collector.sources import is_final

ERASED = "erased:"
"""How the id of a post begins whose author was taken out (db/erasing.py)."""


NO_IDS: Mapping[tuple[str, str], int] = MappingProxyType({})
"""Ids of posts that are known, by platform and key: none."""


def known_id(post: Post) -> str | None:
    """A post's external id, where its platform says that it is final."""
    identity = post.external_id
    return identity if identity and _is_known(post.platform, identity) else None


@lru_cache(maxsize=8192)
def _is_known(platform: str, identity: str) -> bool:
    """Whether an id is final; each is asked about a dozen times while its post is stored."""
    return identity.startswith(ERASED) or is_final(platform, identity)


def is_erased(post: Post) -> bool:
    """Whether a post's author was taken out: it has no words, and neither may what showed it."""
    return (post.external_id or "").startswith(ERASED)


def key_of(post: Post) -> str:
    """What a post is stored under: its external id, or a fingerprint of author, day and text while that is unknown."""
    identity = post.external_id
    if identity and _is_known(post.platform, identity):
        return identity
    if post.url and post.kind != "statement":
        return url_key(post.url)
    day = (post.posted_at or "")[:10]
    return f"~{fingerprint(post.author.handle or post.author.name, post.text)}:{day}"


def url_key(url: str) -> str:
    """What a post of which only the address is known is stored under."""
    return f"~url:{url}"


def fingerprint(author: str | None, words: str | None) -> str:
    """Author and text without what copies change: case, spaces, links, and punctuation where it has words."""
    plain = re.sub(r"https?://\S+|pic\.twitter\.com/\S+", "", words or "")
    squeezed = "".join(c for c in plain.casefold() if c.isalnum()) or signs(plain)
    return hashlib.sha256(f"{(author or '').casefold()}\0{squeezed[:120]}".encode("utf-8", "replace")).hexdigest()[:24]
