"""A Constellation on loopback: an index of who links to what, in its documented form, with pages, limits and faults."""

from collections import Counter
from collections.abc import Callable

from ..loopback import Asked, Reply, Site
from .world import reply

CARD = "app.bsky.feed.post:embed.external.uri"
WORDS = "app.bsky.feed.post:facets[].features[app.bsky.richtext.facet#link].uri"
QUOTE = "app.bsky.feed.post:embed.record.uri"
ANSWER = "app.bsky.feed.post:reply.parent.uri"


class Constellation:
    """Backlinks by subject and source, the newest first; 16 a page where no limit is given, 100 at most."""

    def __init__(self, site: Site) -> None:
        self.links: dict[tuple[str, str], list[str]] = {}
        self.asked: Counter[tuple[str, str]] = Counter()
        self.agents: set[str] = set()
        self.fault: Callable[[int], Reply | None] = lambda number: None
        """What is answered in place of the n-th answer; None where nothing goes wrong."""
        self.requests = 0
        site.routes["/xrpc/blue.microcosm.links.getBacklinks"] = self._backlinks

    def add(self, subject: str, source: str, *uris: str) -> None:
        """Has posts name a subject in a source."""
        self.links.setdefault((subject, source), []).extend(uris)

    def _backlinks(self, asked: Asked) -> Reply:
        self.requests += 1
        self.agents.add(asked.headers["user-agent"])
        wrong = self.fault(self.requests)
        if wrong:
            return wrong
        subject, source = asked.query["subject"][0], asked.query["source"][0]
        self.asked[subject, source] += 1
        limit = int(asked.query.get("limit", ["16"])[0])
        if limit > 100:
            return Reply(b'{"error": "limit"}', 400)
        start = int(asked.query.get("cursor", ["0"])[0])
        found = self.links.get((subject, source), [])
        named = [dict(zip(("did", "collection", "rkey"), uri[5:].split("/"), strict=True)) for uri in found]
        page = named[start : start + limit]
        more = start + limit < len(named)
        return reply({"total": len(named), "records": page, "cursor": str(start + limit) if more else None})
