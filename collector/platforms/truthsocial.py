"""Truth Social, as embedded and as archives hold it: Mastodon's Status entity on a single server, so its ids are enough."""

import re
from collections.abc import Iterator
from typing import Any

from ..markup.marks import Marks
from ..records import Post, PostAddress
from .base import Recorded
from .mastodon.statuses import read_statuses

NAME = "truthsocial"


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:users/|@)([A-Za-z0-9_.-]+)/(?:posts/|statuses/)?(\d+)", path)
    if not found:
        return None
    return PostAddress(NAME, found[2], f"https://truthsocial.com/@{found[1]}/posts/{found[2]}", found[1])


class TruthSocial(Recorded):
    """Posts on Truth Social, from recordings."""

    name = NAME
    title = "Truth Social"
    rank = 14
    help = "posts as articles show them, and recordings; nothing is asked for"
    documentation = "docs.joinmastodon.org/entities/Status"
    limits = "nothing is asked; no documentation of its own was found"
    checked = "2026-11-28"

    hosts = {"truthsocial.com": _path}
    profiles = {"truthsocial.com": r"/@(\w+)/?$"}
    marks = Marks(called=("truthsocial",), classes=("truthsocial",))
    zeeschuimer = ("truthsocial.com",)

    def read_payload(self, payload: Any) -> Iterator[Post]:
        """Posts of a status, a context or a list."""
        return read_statuses(payload, NAME, "id")


PLATFORM = TruthSocial()
