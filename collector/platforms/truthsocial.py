"""Truth Social, as embedded and as archives hold it: Mastodon's Status entity on a single server, so its ids are enough."""

from typing import Any

from ..records import Post
from ..values import text
from .base import Recorded, shown_in_markup
from .mastodon import read_status, statuses


class TruthSocial(Recorded):
    """Posts on Truth Social, from recordings."""

    name = "truthsocial"
    help = "posts as articles show them, and recordings; nothing is asked for"
    documentation = "docs.joinmastodon.org/entities/Status"

    def normalise(self, payload: Any) -> list[Post]:
        """Posts of a status, a context or a list."""
        if isinstance(payload, str):
            return shown_in_markup(self.name, payload)
        posts = [
            read_status(status, self.name, {}, by_uri=False)
            for status in statuses(payload, 0)
            if text(status.get("id"))
        ]
        return list({p.external_id: p for p in posts if p}.values())
