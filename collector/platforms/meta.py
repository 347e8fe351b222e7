"""What the three platforms of Meta share: how their recordings and exports hold posts."""

from typing import Any

from ..values import count
from .base import Recorded

NESTED = (
    "data",
    "items",
    "posts",
    "result",
    "media",
    "feed",
    "edges",
    "node",
    "children",
    "comments",
    "quoted_post",
    "reposted_post",
    "thread_items",
    "post",
)
"""Fields of posts and lists that hold further posts."""


class MetaPlatform(Recorded):
    """A platform of Meta, from recordings and exports."""

    help = "posts as articles show them, and the user's own recordings and exports; nothing is asked for"
    documentation = "developers.facebook.com/docs"

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """Whatever lies in lists, comments, and posts quoted or passed on."""
        return [item.get(key) for key in NESTED]


def first_count(*values: Any) -> int | None:
    """The first of some fields that holds a count."""
    return next((found for found in map(count, values) if found is not None), None)
