"""Addresses of posts on X."""

import re
from urllib.parse import parse_qs, unquote

from ...markup.marks import NO_HANDLES, Attributes
from ...records import PostAddress
from ...urls import split

NAME = "x"
HOSTS = (
    "twitter.com",
    "x.com",
    "mobile.twitter.com",
    "m.twitter.com",
    "platform.twitter.com",
    "fxtwitter.com",
    "vxtwitter.com",
    "fixupx.com",
    "fixvx.com",
    "xcancel.com",
    "mobile.x.com",
    "nitter.net",
)


def address_of(identity: str, handle: str | None) -> str:
    """Where a person reads the post of an id; X leads ``/i/`` on to its author."""
    return f"https://x.com/{handle or 'i'}/status/{identity}"


def read_path(path: str, query: str) -> PostAddress | None:
    """The post that a path on one of X's hosts names."""
    found = re.match(r"/(?:#!/)?([A-Za-z0-9_]{1,20}|i/web|i)/(?:status(?:es)?|article)/(\d{1,20})", path)
    if found:
        handle = None if found[1] in NO_HANDLES or "/" in found[1] else found[1]
        return PostAddress(NAME, found[2], address_of(found[2], handle), handle)
    identity = parse_qs(query).get("id", [""])[0] if path.lower().startswith("/embed/") else ""
    return PostAddress(NAME, identity, address_of(identity, None), None) if identity.isdigit() else None


def read_twitframe(path: str, query: str) -> PostAddress | None:
    """Twitframe's frames carry the post's address as ``url``."""
    parts = split(parse_qs(query).get("url", [""])[0])
    return read_path(parts.path, "") if parts else None


def by_id(identity: str) -> PostAddress | None:
    """The post of an id, as embeds state it; None where it is no id."""
    usable = re.fullmatch(r"\d{5,20}", identity)
    return PostAddress(NAME, identity, address_of(identity, None), None) if usable else None


def by_long_id(identity: str) -> PostAddress | None:
    """The post of an id of today's length, where any other number may stand too."""
    return by_id(identity) if len(identity) >= 15 else None


def embetty(tag: str, attributes: Attributes) -> PostAddress | None:
    """The post that Embetty's element names (github.com/heiseonline/embetty)."""
    return by_id(attributes.get("status") or "") if tag == "embetty-tweet" else None


def with_handle(address: PostAddress, handle: str) -> PostAddress:
    """The address of a post with its author's handle, which ``/i/status/`` leaves out."""
    named = "/i/status/" in address.url
    return address._replace(url=address_of(address.external_id or "", handle)) if named else address


READERS = {**dict.fromkeys(HOSTS, read_path), "twitframe.com": read_twitframe}


def names(url: str, identity: str) -> bool:
    """Whether an address is that of the post with an id."""
    parts = split(url)
    read = READERS.get((parts.hostname or "").removeprefix("www.")) if parts else None
    found = read(unquote(parts.path), parts.query) if parts and read else None
    return found is not None and found.external_id == identity
