"""Open networks, in their documented forms, with their documented limits.

Limits, read on 2026-11-27: docs.bsky.app/docs/advanced-guides/rate-limits; docs.joinmastodon.org/api/rate-limits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx

from .planted import Asked, Network, Thing, Window, stamp

POST = "app.bsky.feed.post"


class Bluesky(Network):
    """The AppView, the server that signs in and searches, and Constellation's index of links."""

    name = "bluesky"
    hosts = ("public.api.bsky.app", "bsky.social", "constellation.microcosm.blue")
    windows = {
        "public.api.bsky.app": (Window(3000, 300),),
        "bsky.social": (Window(3000, 300),),
        "createSession": (Window(30, 300), Window(300, 24 * 3600)),
    }

    def id_of(self, thing: Thing) -> str:
        return f"at://did:plc:u{thing.number}/{POST}/k{thing.number}"

    def bucket(self, asked: Asked) -> str:
        return "createSession" if asked.path.endswith("createSession") else asked.host

    def refusal(self, asked: Asked, wait: float, at: datetime) -> httpx.Response:
        reset = str(int((at + timedelta(seconds=wait)).timestamp()))
        return httpx.Response(429, headers={"ratelimit-remaining": "0", "ratelimit-reset": reset})

    def answer(self, asked: Asked, at: datetime) -> Any:
        method = asked.path.rsplit("/", 1)[-1].rsplit(".", 1)[-1]
        if method == "createSession":
            return {"accessJwt": f"token{int(at.timestamp())}", "refreshJwt": "r", "did": "did:plc:me", "handle": "me"}
        if method == "searchPosts":
            return self._search(asked, at)
        if method == "getBacklinks":
            return self._backlinks(asked, at)
        if method == "getPosts":
            wanted = asked.query.get("uris", [])
            if len(wanted) > 25:
                return httpx.Response(400, json={"error": "InvalidRequest"})
            return {"posts": [self._view(t, at) for u in wanted if (t := self.by_id.get(u)) and t.there(at)]}
        thing = self.by_id.get(asked.one("uri"))
        if thing is None or not thing.there(at):
            return httpx.Response(400, json={"error": "NotFound"})
        if method == "getPostThread":
            return {"thread": self._below(thing, at, int(asked.one("depth", "6")))}
        shown, following = self.page(thing.beside(at, "quotes"), int(asked.one("cursor") or 0), 2)
        return {"posts": [self._view(t, at) for t in shown], **_cursor(following)}

    def _search(self, asked: Asked, at: datetime) -> Any:
        token = asked.headers.get("authorization", "").removeprefix("Bearer token")
        if not token.isdigit() or at.timestamp() - int(token) > 7200:  # a session's token lasts for two hours
            return httpx.Response(400, json={"error": "ExpiredToken", "message": "Token has expired"})
        words = asked.one("url") or asked.one("q")
        shown, following = self.page(self.linking(words, at), int(asked.one("cursor") or 0), 5)
        return {"posts": [self._view(t, at) for t in shown], **_cursor(following)}

    def _backlinks(self, asked: Asked, at: datetime) -> Any:
        """Newest first, 100 at most a page."""
        subject, source, size = asked.one("subject"), asked.one("source"), int(asked.one("limit", "16"))
        if size > 100:
            return httpx.Response(400)
        thing = self.by_id.get(subject)
        if source.endswith("embed.external.uri") and ".media." not in source:
            found = [t for t in self.linking(subject, at) if subject == t.story.url]
        elif thing:
            how = {f"{POST}:embed.record.uri": "quotes", f"{POST}:reply.parent.uri": "replies"}.get(source, "")
            found = thing.beside(at, how)[::-1]
        else:
            found = []
        shown, following = self.page(found, int(asked.one("cursor") or 0), min(size, 4))
        records = [{"did": f"did:plc:u{t.number}", "collection": POST, "rkey": f"k{t.number}"} for t in shown]
        return {"total": len(found), "records": records, **_cursor(following)}

    def _below(self, thing: Thing, at: datetime, depth: int) -> dict[str, Any]:
        below = [self._below(t, at, depth - 1) for t in thing.beside(at, "replies")] if depth else []
        return {"$type": "app.bsky.feed.defs#threadViewPost", "post": self._view(thing, at), "replies": below}

    def _view(self, thing: Thing, at: datetime) -> dict[str, Any]:
        record: dict[str, Any] = {"$type": POST, "text": f"words {thing.number}", "createdAt": stamp(thing.born)}
        if thing.how == "links":
            external = {"uri": thing.story.url, "title": "t", "description": ""}
            record["embed"] = {"$type": "app.bsky.embed.external", "external": external}
        elif thing.parent and thing.how == "quotes":
            quoted = {"uri": self.id_of(thing.parent), "cid": "c"}
            record["embed"] = {"$type": "app.bsky.embed.record", "record": quoted}
        elif thing.parent:
            record["reply"] = {"parent": {"uri": self.id_of(thing.parent)}, "root": {"uri": self.id_of(thing.root)}}
        return {
            "uri": self.id_of(thing),
            "cid": "c",
            "author": {"did": f"did:plc:u{thing.number}", "handle": f"u{thing.number}.example"},
            "record": record,
            "indexedAt": stamp(thing.born),
            "likeCount": 3,
            "repostCount": 0,
            "replyCount": len(thing.beside(at, "replies")),
            "quoteCount": len(thing.beside(at, "quotes")),
        }


def _cursor(following: int | None) -> dict[str, str]:
    return {"cursor": str(following)} if following else {}


class Mastodon(Network):
    """One server with a token; its search, the thread below a status, what quotes it."""

    name = "mastodon"
    hosts = ("mastodon.social",)
    windows = {"": (Window(300, 300),)}

    def id_of(self, thing: Thing) -> str:
        return f"https://mastodon.social/users/u/statuses/{self._key(thing)}"

    def _key(self, thing: Thing) -> str:
        return str(115_000_000_000_000_000 + thing.number)

    def refusal(self, asked: Asked, wait: float, at: datetime) -> httpx.Response:
        self._closed[asked.host] = (at, at + timedelta(seconds=wait))
        return httpx.Response(429, headers=self._left(0, at + timedelta(seconds=wait)))

    def told(self, bucket: str, at: datetime) -> dict[str, str]:
        window = self.windows[""][0]
        return self._left(window.most - window.used(self.hits[""], at), at + timedelta(seconds=300))

    def _left(self, number: int, reset: datetime) -> dict[str, str]:
        return {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": str(number), "X-RateLimit-Reset": stamp(reset)}

    def answer(self, asked: Asked, at: datetime) -> Any:
        if asked.path == "/api/v2/search":
            start, size = int(asked.one("offset", "0")), int(asked.one("limit", "20"))
            found = self.linking(asked.one("q"), at)[start : start + size]
            return {"accounts": [], "statuses": [self._status(t, at) for t in found], "hashtags": []}
        if asked.path == "/api/v1/timelines/link":
            return httpx.Response(404, json={"error": "Record not found"})
        if asked.path == "/api/v1/statuses":
            found = [t for key in asked.query.get("id[]", []) if (t := self._named(key, at))]
            return [self._status(t, at) for t in found]
        thing = self._named(asked.path.split("/")[4], at)
        if thing is None:
            return httpx.Response(404, json={"error": "Record not found"})
        if asked.path.endswith("/context"):
            return {"ancestors": self._above(thing, at), "descendants": [self._status(t, at) for t in thing.below(at)]}
        if asked.path.endswith("/quotes"):
            return [self._status(t, at) for t in thing.beside(at, "quotes")]
        return self._status(thing, at)

    def _named(self, key: str, at: datetime) -> Thing | None:
        found = self.by_id.get(f"https://mastodon.social/users/u/statuses/{key}")
        return found if found and found.there(at) else None

    def _above(self, thing: Thing, at: datetime) -> list[dict[str, Any]]:
        return [*self._above(thing.parent, at), self._status(thing.parent, at)] if thing.parent else []

    def _status(self, thing: Thing, at: datetime) -> dict[str, Any]:
        linked = f' <a href="{thing.story.url}">{thing.story.url}</a>' if thing.how == "links" else ""
        name = f"u{thing.number}"
        return {
            "id": self._key(thing),
            "uri": self.id_of(thing),
            "url": f"https://mastodon.social/@{name}/{self._key(thing)}",
            "created_at": stamp(thing.born),
            "visibility": "public",
            "in_reply_to_id": self._key(thing.parent) if thing.parent and thing.how == "replies" else None,
            "quote": {"state": "accepted", "quoted_status": self._status(thing.parent, at)}
            if thing.parent and thing.how == "quotes"
            else None,
            "content": f"<p>words {thing.number}{linked}</p>",
            "account": {
                "id": str(thing.number),
                "acct": name,
                "username": name,
                "url": f"https://mastodon.social/@{name}",
            },
            "favourites_count": 3,
            "reblogs_count": 0,
            "replies_count": len(thing.beside(at, "replies")),
            "quotes_count": len(thing.beside(at, "quotes")),
        }


class Lemmy(Network):
    """One server's search, posts and comments."""

    name = "lemmy"
    hosts = ("lemmy.world",)
    hows = ("replies",)

    def id_of(self, thing: Thing) -> str:
        return f"https://lemmy.world/{'post' if thing.how == 'links' else 'comment'}/{thing.number}"

    def answer(self, asked: Asked, at: datetime) -> Any:
        number, size = int(asked.one("page", "1")), int(asked.one("limit", "50"))
        if asked.path == "/api/v3/search":
            found = self.linking(asked.one("q"), at)[(number - 1) * size : number * size]
            return {"posts": [self._post(t, at) for t in found], "comments": []}
        if asked.path == "/api/v3/comment/list":
            post = self.by_id[f"https://lemmy.world/post/{asked.one('post_id')}"]
            found = sorted(post.below(at), key=lambda t: t.born, reverse=True)[(number - 1) * size : number * size]
            return {"comments": [self._comment(t, at) for t in found]}
        kind = asked.path.rsplit("/", 1)[-1]
        thing = self.by_id.get(f"https://lemmy.world/{kind}/{asked.one('id')}")
        if thing is None or not thing.there(at):
            return httpx.Response(404, json={"error": "couldnt_find_post"})
        view = self._post(thing, at) if kind == "post" else self._comment(thing, at)
        return {f"{kind}_view": view}

    def _shared(self, thing: Thing) -> dict[str, Any]:
        name = f"u{thing.number}"
        return {"creator": {"name": name, "actor_id": f"https://lemmy.world/u/{name}"}}

    def _post(self, thing: Thing, at: datetime) -> dict[str, Any]:
        post = {
            "id": thing.number,
            "name": f"post {thing.number}",
            "url": thing.story.url,
            "ap_id": self.id_of(thing),
            "published": stamp(thing.born),
        }
        return {**self._shared(thing), "post": post, "counts": {"upvotes": 3, "comments": len(list(thing.below(at)))}}

    def _comment(self, thing: Thing, at: datetime) -> dict[str, Any]:
        path, here = [str(thing.number)], thing.parent
        while here and here.parent:
            path.insert(0, str(here.number))
            here = here.parent
        comment = {
            "id": thing.number,
            "content": f"words {thing.number}",
            "ap_id": self.id_of(thing),
            "path": ".".join(["0", *path]),
            "published": stamp(thing.born),
        }
        root = {"id": thing.root.number, "ap_id": self.id_of(thing.root), "name": "post"}
        counts = {"upvotes": 1, "child_count": len(list(thing.below(at)))}
        return {**self._shared(thing), "comment": comment, "post": root, "counts": counts}


class Misskey(Network):
    """One server with a token; its search, the notes that answer or quote one."""

    name = "misskey"
    hosts = ("misskey.io",)

    def id_of(self, thing: Thing) -> str:
        return f"https://misskey.io/notes/{self._key(thing)}"

    def _key(self, thing: Thing) -> str:
        """An id in the order of time, as Misskey makes them."""
        return f"9{int(thing.born.timestamp()) % 10**7:07}{thing.number % 100:02}"

    def answer(self, asked: Asked, at: datetime) -> Any:
        size, until = int(asked.body.get("limit", 10)), str(asked.body.get("untilId", "a"))
        if asked.path == "/api/notes/search":
            found: Sequence[Thing] = self.linking(asked.body["query"], at)
        else:
            thing = self.by_id.get(f"https://misskey.io/notes/{asked.body['noteId']}")
            if thing is None or not thing.there(at):
                return httpx.Response(400, json={"error": {"code": "NO_SUCH_NOTE"}})
            if asked.path == "/api/notes/show":
                return self._note(thing, at)
            found = [*thing.beside(at, "replies"), *thing.beside(at, "quotes")]
        newest = sorted((t for t in found if self._key(t) < until), key=self._key, reverse=True)
        return [self._note(t, at) for t in newest[:size]]

    def _note(self, thing: Thing, at: datetime) -> dict[str, Any]:
        name, linked = f"u{thing.number}", f" {thing.story.url}" if thing.how == "links" else ""
        referred = {"replies": "replyId", "quotes": "renoteId"}.get(thing.how)
        return {
            "id": self._key(thing),
            "createdAt": stamp(thing.born),
            "visibility": "public",
            "user": {"id": name, "username": name, "host": None},
            "text": f"words {thing.number}{linked}",
            "replyId": None,
            "renoteId": None,
            "reactions": {"👍": 3},
            "renoteCount": len(thing.beside(at, "quotes")),
            "repliesCount": len(thing.beside(at, "replies")),
            **({referred: self._key(thing.parent)} if referred and thing.parent else {}),
        }
