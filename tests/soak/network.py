"""A Bluesky and a Mastodon on loopback, whose posts appear and vanish at times laid down beforehand."""

import json
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..loopback import Asked, Reply, Site

TICK = 10.0
"""Seconds in which every root gains an answer."""
DELETED = 0.1
BUSY = 0.2
DEEPEST = 3
"""Answers below a root at most, one below the other: what follow_depth 2 reaches."""
PUBLIC_DESCENDANTS = 60
"""What Mastodon tells of a thread without a token (docs.joinmastodon.org/methods/statuses, context)."""


@dataclass(eq=False)
class Item:
    """A post on one platform: a root, a reply or a quote. Times are Unix seconds."""

    platform: str
    key: str
    id: str  # as the platform names it
    born: float
    parent: "Item | None" = None
    quoted: "Item | None" = None
    gone: float | None = None
    children: "list[Item]" = field(default_factory=list)

    @property
    def depth(self) -> int:
        above = self.parent or self.quoted
        return above.depth + 1 if above else 0

    @property
    def thread(self) -> "Item":
        """What opened its thread: a quote opens one of its own."""
        return self.parent.thread if self.parent else self

    def there(self, at: float) -> bool:
        return self.born <= at and (self.gone is None or self.gone > at)

    def replies(self, at: float) -> "list[Item]":
        return [c for c in self.children if c.parent is self and c.there(at)]

    def quotes(self, at: float) -> "list[Item]":
        return [c for c in self.children if c.quoted is self and c.there(at)]

    def below(self, at: float) -> "Iterator[Item]":
        """The replies below it, those to replies too."""
        for reply in self.replies(at):
            yield reply
            yield from reply.below(at)


class Network:
    """Two platforms and the story's page. Everything that happens is a function of the clock and the seed."""

    def __init__(self, roots: int, seconds: float, *, seed: int = 7, busy: float = BUSY, every: float = TICK) -> None:
        self.bluesky, self.mastodon, self.pages = Site(), Site(), Site()
        self.random = random.Random(seed)
        self._failing = random.Random(seed + 1)
        self._lock = threading.Lock()
        self._busy = busy
        self.busy_answers = 0
        self.starts = time.time()
        self.roots = [self._item(p, self.starts - 60.0) for p in ("bluesky", "mastodon") for _ in range(roots)]
        self.items = {item.id: item for item in self.roots}
        self.last_change = self.starts + seconds
        self._lay_down(every)
        self._serve()

    def _item(self, platform: str, born: float) -> Item:
        number = 110_000_000_000_000_000 + self.random.randrange(10**15)
        key = f"k{number:x}" if platform == "bluesky" else str(number)
        named = f"at://did:plc:{key}/app.bsky.feed.post/{key}"
        return Item(
            platform, key, named if platform == "bluesky" else f"{self.mastodon.url}/users/u/statuses/{key}", born
        )

    def grow(self, platform: str) -> Item:
        """One post more, an hour old, that nothing answers yet."""
        item = self._item(platform, time.time() - 3600)
        self.items[item.id] = item
        return item

    def _lay_down(self, every: float) -> None:
        moment = self.starts + every
        while moment < self.last_change:
            for root in self.roots:
                born = moment + self.random.uniform(0, every)
                if born < self.last_change:
                    self._answer(root, born)
            moment += every

    def _answer(self, root: Item, born: float) -> None:
        item = self._item(root.platform, born)
        lasting = [i for i in (root, *_all_below(root)) if i.gone is None and i.depth < DEEPEST]
        above = root if self.random.random() < 0.5 else self.random.choice(lasting)
        if root.platform == "bluesky" and self.random.random() < 0.2:
            item.quoted = above
        else:
            item.parent = above
        if self.random.random() < DELETED:
            gone = born + self.random.uniform(10, 120)
            item.gone = gone if gone < self.last_change else None
        above.children.append(item)
        self.items[item.id] = item

    def _serve(self) -> None:
        for name, route in (
            ("getPosts", self._posts),
            ("getPostThread", self._thread),
            ("getQuotes", self._quotes),
        ):
            self.bluesky.routes[f"/xrpc/app.bsky.feed.{name}"] = self.failing(route)
        self.mastodon.routes = _Patterns(
            {
                r"/api/v1/statuses/(\d+)": self.failing(self._status),
                r"/api/v1/statuses/(\d+)/context": self.failing(self._context),
                r"/api/v1/statuses": self.failing(self._statuses),
                r"/api/v2/search": self.failing(self._search),
            }
        )

    def failing(self, route: Callable[[Asked], Reply]) -> Callable[[Asked], Reply]:
        """A route that answers 503 as often as the network is busy."""

        def answer(asked: Asked) -> Reply:
            with self._lock:
                fails = self._failing.random() < self._busy
                self.busy_answers += fails
            return Reply(b"busy", 503) if fails else route(asked)

        return answer

    def page(self, path: str, *links: str) -> str:
        """Serves a story's page that shows the Bluesky roots and links to ``links``. Returns its address."""
        words = "".join(
            f'<p>As <a href="{link}">others reported</a> on the day before, at length.</p>' for link in links
        )
        html = story_page("Bridge never inspected", [r.id for r in self.roots if r.platform == "bluesky"], words)
        self.pages.page(path, html)
        self.pages.routes[path] = self.failing(self.pages.routes[path])
        self.story = self.pages.url + path
        return self.story

    def requests(self) -> Counter[str]:
        """Requests so far by kind, those answered 503 too."""
        kinds: Counter[str] = Counter()
        for site in (self.bluesky, self.mastodon, self.pages):
            kinds.update(kind_of(asked.path) for asked in list(site.log))
        return kinds

    def _view(self, item: Item, at: float) -> dict[str, Any]:
        record: dict[str, Any] = {
            "$type": "app.bsky.feed.post",
            "text": f"words of {item.key}",
            "createdAt": stamp(item.born),
        }
        if item.parent:
            record["reply"] = {"parent": {"uri": item.parent.id}, "root": {"uri": item.thread.id}}
        if item.quoted:
            record["embed"] = {"$type": "app.bsky.embed.record", "record": {"uri": item.quoted.id, "cid": "c"}}
        return {
            "uri": item.id,
            "cid": "c",
            "author": {"did": f"did:plc:{item.key}", "handle": f"{item.key}.example", "displayName": item.key},
            "record": record,
            "indexedAt": stamp(item.born),
            "likeCount": max(0, int((at - item.born) / 30)),
            "repostCount": 0,
            "replyCount": len(item.replies(at)),
            "quoteCount": len(item.quotes(at)),
        }

    def _posts(self, asked: Asked) -> Reply:
        at, wanted = time.time(), asked.query.get("uris", [])
        if len(wanted) > 25:
            return answer({"error": "InvalidRequest", "message": "too many uris"}, 400)
        found = [i for uri in wanted if (i := self.items.get(uri)) and i.there(at)]
        return answer({"posts": [self._view(i, at) for i in found]})

    def _thread(self, asked: Asked) -> Reply:
        at, item = time.time(), self.items.get(asked.query["uri"][0])
        if item is None or not item.there(at):
            return answer({"error": "NotFound", "message": "Post not found"}, 400)
        depth = int(asked.query.get("depth", ["6"])[0])

        def level(one: Item, deep: int) -> dict[str, Any]:
            below = [level(r, deep + 1) for r in one.replies(at)] if deep < depth else []
            return {
                "$type": "app.bsky.feed.defs#threadViewPost",
                "post": self._view(one, at),
                "replies": below,
            }

        return answer({"thread": level(item, 0)})

    def _quotes(self, asked: Asked) -> Reply:
        at, item = time.time(), self.items.get(asked.query["uri"][0])
        start, size = int(asked.query.get("cursor", ["0"])[0]), int(asked.query.get("limit", ["50"])[0])
        found = item.quotes(at) if item else []
        more = {"cursor": str(start + size)} if len(found) > start + size else {}
        return answer(
            {
                "uri": asked.query["uri"][0],
                "posts": [self._view(i, at) for i in found[start : start + size]],
                **more,
            }
        )

    def status(self, item: Item, at: float) -> dict[str, Any]:
        """A Status entity (docs.joinmastodon.org/entities/Status)."""
        linked = "" if item.parent else f' <a href="{self.story}">{self.story}</a>'
        return {
            "id": item.key,
            "uri": item.id,
            "url": f"{self.mastodon.url}/@u{item.key}/{item.key}",
            "created_at": stamp(item.born),
            "in_reply_to_id": item.parent.key if item.parent else None,
            "content": f"<p>words of {item.key}{linked}</p>",
            "account": {
                "id": item.key,
                "acct": f"u{item.key}",
                "username": f"u{item.key}",
                "url": f"{self.mastodon.url}/@u{item.key}",
            },
            "favourites_count": max(0, int((at - item.born) / 30)),
            "reblogs_count": 0,
            "replies_count": len(item.replies(at)),
        }

    def _named(self, key: str, at: float) -> Item | None:
        item = self.items.get(f"{self.mastodon.url}/users/u/statuses/{key}")
        return item if item and item.there(at) else None

    def _status(self, asked: Asked) -> Reply:
        at = time.time()
        item = self._named(asked.path.split("/")[4], at)
        return answer(self.status(item, at)) if item else answer({"error": "Record not found"}, 404)

    def _statuses(self, asked: Asked) -> Reply:
        """Up to twenty at once (docs.joinmastodon.org/methods/statuses, 4.3)."""
        at, keys = time.time(), [*asked.query.get("id[]", []), *asked.query.get("id", [])]
        return answer([self.status(i, at) for key in keys[:20] if (i := self._named(key, at))])

    def _context(self, asked: Asked) -> Reply:
        at = time.time()
        item = self._named(asked.path.split("/")[4], at)
        if item is None:
            return answer({"error": "Record not found"}, 404)
        above: list[Item] = []
        here = item.parent
        while here:
            above.insert(0, here)
            here = here.parent
        below = list(item.below(at))[: 4096 if "authorization" in asked.headers else PUBLIC_DESCENDANTS]
        return answer(
            {"ancestors": [self.status(i, at) for i in above], "descendants": [self.status(i, at) for i in below]}
        )

    def _search(self, asked: Asked) -> Reply:
        at, start = time.time(), int(asked.query.get("offset", ["0"])[0])
        size = int(asked.query.get("limit", ["20"])[0])
        found = [r for r in self.roots if r.platform == "mastodon" and self.story in asked.query["q"][0]]
        return answer(
            {"accounts": [], "statuses": [self.status(i, at) for i in found[start : start + size]], "hashtags": []}
        )

    def __enter__(self) -> "Network":
        for site in (self.bluesky, self.mastodon, self.pages):
            site.__enter__()
        return self

    def __exit__(self, *rest: Any) -> None:
        for site in (self.bluesky, self.mastodon, self.pages):
            site.__exit__(None, None, None)


class _Patterns(dict[str, Callable[[Asked], Reply]]):
    """Routes whose paths are regular expressions."""

    def get(self, path: str, default: Any = None) -> Any:
        return next((route for pattern, route in self.items() if re.fullmatch(pattern, path)), default)


def _all_below(item: Item) -> Iterator[Item]:
    for child in item.children:
        yield child
        yield from _all_below(child)


def kind_of(path: str) -> str:
    """What a request asks for, in a word."""
    name = path.rsplit(".", 1)[-1].rsplit("/", 1)[-1]
    if path.startswith("/api/v1/statuses"):
        return "context" if name == "context" else "status"
    known = {"robots.txt": "robots", "txt": "robots"}
    return known.get(name, name) if path.startswith(("/xrpc", "/api", "/robots")) else "page"


def answer(payload: Any, status: int = 200) -> Reply:
    """JSON."""
    return Reply(json.dumps(payload).encode(), status, {"Content-Type": "application/json"})


def stamp(moment: float) -> str:
    """Unix seconds in ISO 8601."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def story_page(title: str, uris: list[str], more: str) -> str:
    """An article that shows Bluesky posts and goes on with ``more``."""
    shown = "".join(
        f'<blockquote class="bluesky-embed" data-bluesky-uri="{uri}"><p>words of {uri.rsplit("/", 1)[1]}</p></blockquote>'
        "<p>And this is what the paper has to say about it, at some length, for its readers.</p>"
        for uri in uris
    )
    return (
        f'<html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>'
        "<p>The new harbour bridge was opened without a final inspection, a leaked engineering report says.</p>"
        f"{shown}{more}</article></body></html>"
    )


@contextmanager
def silent_server(address: str = "127.0.0.1", port: int = 0) -> Iterator[tuple[str, list[float]]]:
    """A host that accepts every connection and never answers. Yields its address and the times of the connections."""
    listener = socket.create_server((address, port), backlog=256)
    accepted: list[float] = []
    held: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            accepted.append(time.time())
            held.append(connection)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://{address}:{listener.getsockname()[1]}", accepted
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in held:
            connection.close()
