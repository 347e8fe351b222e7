"""What the three platforms of Meta share: how their recordings and exports hold posts."""

from typing import Any

from ..urls import canonical, host_of
from ..values import containers, count
from .base import Recorded

ADS = frozenset(("ad_id", "is_ad", "sponsored_data", "injected"))
"""Marks of an advertisement."""


WRAPPING = frozenset(("l.facebook.com", "lm.facebook.com", "l.instagram.com", "l.threads.net", "l.threads.com"))
"""Hosts through which Meta's pages lead to other sites, with the address behind in the query."""
WRAPPERS = ("facebook", "instagram", "threads")
"""Words of theirs, without one of which an address need not be taken apart."""


class MetaPlatform(Recorded):
    """A platform of Meta, from recordings and exports."""

    help = "posts as articles show them, and the user's own recordings and exports; nothing is asked for"
    documentation = "developers.facebook.com/docs"
    limits = (
        "nothing is asked: its oEmbed, without a token since 15 June 2026 (1,000 requests an hour), is for showing posts alone "
        "(developers.facebook.com/docs/graph-api/reference/oembed-post, .../features-reference/meta-oembed-read)"
    )
    checked = "2026-11-28"

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """Whatever lies in an object."""
        return inside(item)


def inside(item: dict[str, Any]) -> list[Any]:
    """Whatever lies in an object, since the clients frame posts anew every few weeks; nothing of an advertisement."""
    return [] if is_ad(item) else containers(item)


def is_ad(item: dict[str, Any]) -> bool:
    """Whether an object is an advertisement."""
    return not item.keys().isdisjoint(ADS) and any(item.get(mark) for mark in ADS)


def unwrapped(url: str) -> str:
    """Where a link leads that Meta wraps into an address of its own; any other as it is."""
    written = url.lower()
    return canonical(url) if any(word in written for word in WRAPPERS) and host_of(url) in WRAPPING else url


def first_count(*values: Any) -> int | None:
    """The first of some fields that holds a count."""
    for value in values:
        if value is not None and (found := count(value)) is not None:
            return found
    return None
