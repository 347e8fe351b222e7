"""A fediverse on loopback: servers that know posts of their own and of others, by Mastodon's API, within its rate limit."""

import json
from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from ..loopback import Asked, Reply, Site
from .world import Clock

LIMIT = 300
WINDOW = timedelta(minutes=5)
PAGE = 40


class Status:
    """A post as its author wrote it."""

    def __init__(
        self, home: "Server", key: str, content: str, answers: "Status | None", quotes: "Status | None"
    ) -> None:
        self.home, self.key, self.content, self.answers, self.quotes = home, key, content, answers, quotes
        self.state = "accepted"
        self.likes = 0
        self.account: dict[str, Any] = {}
        self.more: dict[str, Any] = {}
        self.uri = f"{home.url}/users/u{key}/statuses/{key}"


class Server:
    """A server: ``known`` are the posts it has, by the ids that it gave them."""

    def __init__(self, site: Site, clock: Clock, first: int) -> None:
        self.site, self.clock, self.url = site, clock, site.url
        self.known: dict[str, Status] = {}
        self.trending: set[str] = set()  # addresses
        self.refresh: str | None = None  # what it says of the answers that it gathers
        self.asked: Counter[tuple[str, str]] = Counter()
        self.limit = LIMIT
        self.refused = 0
        self.most = 0  # requests in any window
        self.down = self.closed = False
        self._times: deque[datetime] = deque()
        self._next = first
        site.routes["/api/v2/search"] = self._limited(self._search)
        site.routes["/api/v1/timelines/link"] = self._limited(self._link)
        site.routes["/api/v1/statuses"] = self._limited(self._several)

    def post(self, content: str, answers: Status | None = None, quotes: Status | None = None) -> Status:
        """Somebody here writes."""
        status = Status(self, str(self._next), content, answers, quotes)
        self.learn(status)
        return status

    def learn(self, status: Status) -> str:
        """The server has a post from now on. Returns the id that it gave it."""
        key = status.key if status.home is self else str(self._next)
        self._next += 1
        self.known[key] = status
        self.site.routes[f"/api/v1/statuses/{key}"] = self._limited(lambda asked: self._status(key))
        self.site.routes[f"/api/v1/statuses/{key}/context"] = self._limited(lambda asked: self._context(key))
        self.site.routes[f"/api/v1/statuses/{key}/quotes"] = self._limited(lambda asked: self._quotes(key, asked))
        return key

    def id_of(self, status: Status | None) -> str | None:
        return next((key for key, known in self.known.items() if known is status), None)

    def view(self, status: Status, nested: bool = False) -> dict[str, Any]:
        here = status.home is self
        key = self.id_of(status)
        below = [s for s in self.known.values() if s.answers is status]
        quoting = [s for s in self.known.values() if s.quotes is status and s.state == "accepted"]
        account = {
            "id": f"9{status.key}", "acct": f"u{status.key}" + ("" if here else f"@{status.home.url[7:]}"),
            "url": f"{status.home.url}/@u{status.key}", **status.account,
        }  # fmt: skip
        return {
            "id": key, "uri": status.uri, "url": f"{status.home.url}/@u{status.key}/{status.key}",
            "created_at": "2024-03-03T09:00:00Z", "in_reply_to_id": self.id_of(status.answers), "visibility": "public",
            "content": status.content, "account": account, "quote": self._quote(status, nested),
            "favourites_count": status.likes if here else 0, "replies_count": len(below) if here else 0,
            "quotes_count": len(quoting) if here else 0, **status.more,
        }  # fmt: skip

    def _quote(self, status: Status, nested: bool) -> dict[str, Any] | None:
        if status.quotes is None:
            return None
        shown = status.state == "accepted"
        if nested:
            return {"state": status.state, "quoted_status_id": self.id_of(status.quotes) if shown else None}
        return {"state": status.state, "quoted_status": self.view(status.quotes, nested=True) if shown else None}

    def _limited(self, route: Any) -> Any:
        def answer(asked: Asked) -> Reply:
            now = self.clock.at
            while self._times and self._times[0] <= now - WINDOW:
                self._times.popleft()
            self._times.append(now)
            self.most = max(self.most, len(self._times))
            reset = (datetime.now(UTC) + (self._times[0] + WINDOW - now)).isoformat()
            left = self.limit - len(self._times)
            headers = {"X-RateLimit-Limit": str(self.limit), "X-RateLimit-Remaining": str(max(left, 0)), "X-RateLimit-Reset": reset}  # fmt: skip
            if left < 0 or self.down:
                self.refused += 1
                return Reply(b'{"error": "Too many requests"}', 503 if self.down else 429, headers)
            reply: Reply = route(asked)
            return reply._replace(headers={**reply.headers, **headers})

        return answer

    def _search(self, asked: Asked) -> Reply:
        words = asked.query["q"][0]
        self.asked["search", words] += 1
        token = asked.headers.get("authorization")
        if not token:
            return as_json({"error": "This action requires a token"}, 401)
        if asked.query.get("resolve"):
            return as_json({"statuses": [self.view(s) for s in self.known.values() if s.uri == words]})
        start = int(asked.query.get("offset", ["0"])[0])
        found = [s for s in self.known.values() if words in s.content]
        return as_json({"statuses": [self.view(s) for s in found[start : start + PAGE]]})

    def _link(self, asked: Asked) -> Reply:
        url = asked.query["url"][0]
        self.asked["link", url] += 1
        if url not in self.trending:
            return as_json({"error": "Record not found"}, 404)
        before = int(asked.query.get("max_id", ["999999999"])[0])
        found = sorted((int(k) for k, s in self.known.items() if url in s.content and int(k) < before), reverse=True)
        shown = found[: int(asked.query["limit"][0])]
        headers = {}
        if len(found) > len(shown):
            query = urlencode({"url": url, "max_id": shown[-1]})
            headers["Link"] = (
                f'<{self.url}/api/v1/timelines/link?{query}>; rel="next", <{self.url}/x?min_id=1>; rel="prev"'
            )
        return as_json([self.view(self.known[str(key)]) for key in shown], headers=headers)

    def _several(self, asked: Asked) -> Reply:
        keys = asked.query.get("id[]", [])
        self.asked["several", ",".join(keys)] += 1
        return as_json([self.view(self.known[key]) for key in keys if key in self.known])

    def _status(self, key: str) -> Reply:
        self.asked["status", key] += 1
        if self.closed:
            return as_json({"error": "This API requires an authenticated user"}, 401)
        return as_json(self.view(self.known[key])) if key in self.known else as_json({"error": "Record not found"}, 404)

    def _context(self, key: str) -> Reply:
        self.asked["context", key] += 1
        if self.closed:
            return as_json({"error": "This API requires an authenticated user"}, 401)
        headers = {"Mastodon-Async-Refresh": self.refresh} if self.refresh else {}
        return as_json({"ancestors": [], "descendants": self._below(self.known[key])}, headers=headers)

    def _quotes(self, key: str, asked: Asked) -> Reply:
        """What quotes a status, the newest first, for whoever has a token."""
        self.asked["quotes", key] += 1
        if not asked.headers.get("authorization"):
            return as_json({"error": "This method requires an authenticated user"}, 401)
        quoted, before = self.known[key], int(asked.query.get("max_id", ["999999999"])[0])
        found = [k for k, s in self.known.items() if s.quotes is quoted and s.state == "accepted" and int(k) < before]
        shown = sorted(found, key=int, reverse=True)[: int(asked.query["limit"][0])]
        later = f'<{self.url}/api/v1/statuses/{key}/quotes?max_id={shown[-1]}>; rel="next"' if shown else ""
        headers = {"Link": later} if len(found) > len(shown) else {}
        return as_json([self.view(self.known[k]) for k in shown], headers=headers)

    def _below(self, status: Status) -> list[dict[str, Any]]:
        below = [s for s in self.known.values() if s.answers is status]
        return [view for one in below for view in (self.view(one), *self._below(one))]


def as_json(payload: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    return Reply(json.dumps(payload).encode(), status, {"Content-Type": "application/json", **(headers or {})})
