"""The networks of companies, in their documented forms, with their documented limits.

Limits, read on 2026-11-27: docs.x.com/x-api/fundamentals/rate-limits (for an app, in 15 minutes; without ``Retry-After``);
docs.bsky.app/docs/advanced-guides/rate-limits; reddit.com/dev/api; hn.algolia.com/api;
developers.google.com/youtube/data/determine_quota_cost; developers.facebook.com/documentation/threads/keyword-search.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx

from .planted import Asked, Network, Thing, Window, stamp

QUARTER = 900
NOT_FOUND = {
    "resource_type": "tweet",
    "parameter": "ids",
    "title": "Not Found Error",
    "type": "https://api.twitter.com/2/problems/resource-not-found",
}
SHOWN_ANSWERS = 5
"""How many answers to a comment YouTube's list of threads shows."""


class X(Network):
    """X's API v2, which keeps the bill: each post and user returned, once a UTC day."""

    name = "x"
    hosts = ("api.x.com",)
    windows = {
        "search/recent": (Window(450, QUARTER),),
        "search/all": (Window(300, QUARTER), Window(1, 1)),
        "counts/all": (Window(300, QUARTER),),
        "tweets": (Window(3500, QUARTER),),
        "quote_tweets": (Window(75, QUARTER),),
    }
    post, user, counts = 5_000, 10_000, 10_000  # millionths of a dollar

    def __init__(self, seed: int, faults: bool = True) -> None:
        super().__init__(seed, faults)
        self.bill: dict[str, dict[str, int]] = defaultdict(dict)  # by UTC day and item

    def dollars(self) -> dict[str, float]:
        """What each day cost."""
        return {day: sum(items.values()) / 1e6 for day, items in sorted(self.bill.items())}

    def posts(self, days: int = 31) -> int:
        """The most posts returned in so many days, each once a day."""
        told = [sum(item.startswith("post") for item in items) for _, items in sorted(self.bill.items())]
        return max((sum(told[first : first + days]) for first in range(len(told))), default=0)

    def id_of(self, thing: Thing) -> str:
        return str(1_980_000_000_000_000_000 + thing.number)

    def bucket(self, asked: Asked) -> str:
        last = "/".join(asked.path.split("/")[-2:])
        return last if last in self.windows else asked.path.rsplit("/", 1)[-1]

    def refusal(self, asked: Asked, wait: float, at: datetime) -> httpx.Response:
        reset = str(int((at + timedelta(seconds=wait)).timestamp()))
        self._closed[asked.host] = (at, at + timedelta(seconds=wait))
        return httpx.Response(429, headers={"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset})

    def told(self, bucket: str, at: datetime) -> dict[str, str]:
        window = self.windows[bucket][0]
        left = window.most - window.used(self.hits[bucket], at)
        reset = int((at + timedelta(seconds=window.seconds)).timestamp())
        return {"x-rate-limit-remaining": str(left), "x-rate-limit-reset": str(reset)}

    def answer(self, asked: Asked, at: datetime) -> Any:
        if asked.path == "/2/tweets":
            wanted = asked.one("ids").split(",")
            if len(wanted) > 100:
                return httpx.Response(400)
            shown = [t for i in wanted if (t := self.by_id.get(i)) and t.there(at)]
            lacking = sorted({*wanted} - {self.id_of(t) for t in shown})
            return {**self._told(shown, at), "errors": [{**NOT_FOUND, "resource_id": i, "value": i} for i in lacking]}
        if asked.path == "/2/tweets/counts/all":
            self.bill[at.date().isoformat()][f"counts {at} {asked.query}"] = self.counts
            return {"data": [], "meta": {"total_tweet_count": len(self._spanned(asked, at))}}
        size = int(asked.one("max_results", "10"))
        if not 10 <= size <= (500 if asked.path.endswith("/all") else 100):
            return httpx.Response(400)
        start = int(asked.one("next_token") or asked.one("pagination_token") or 0)
        found, following = self.page(self._found(asked, at), start, size)
        return self._told(found, at, following)

    def _found(self, asked: Asked, at: datetime) -> Sequence[Thing]:
        if asked.path.endswith("/quote_tweets"):
            thing = self.by_id.get(asked.path.split("/")[3])
            return thing.beside(at, "quotes") if thing else []
        if asked.path.endswith("/search/all"):
            return self._spanned(asked, at)
        operator, _, words = asked.one("query").partition(":")
        since, named = at - timedelta(days=7), self.by_id.get(words)
        if operator == "url":
            found = self.linking(words, at)
        elif named is None:
            found = []
        else:
            found = list(named.below(at)) if operator == "conversation_id" else named.beside(at, "replies")
        oldest = asked.one("start_time")
        return [t for t in found if t.born > since and (not oldest or stamp(t.born) > oldest)]

    def _spanned(self, asked: Asked, at: datetime) -> list[Thing]:
        operator, _, words = asked.one("query").partition(":")
        named = self.by_id.get(words)
        below = list(named.below(at)) if named else []
        found = below if operator == "conversation_id" else self.linking(words, at)
        return [t for t in found if asked.one("start_time") <= stamp(t.born) < asked.one("end_time")]

    def _told(self, found: Sequence[Thing], at: datetime, following: int | None = None) -> dict[str, Any]:
        day = self.bill[at.date().isoformat()]
        for thing in found:
            day[f"post {thing.number}"], day[f"user {thing.number}"] = self.post, self.user
        users = [{"id": str(t.number), "username": f"user{t.number}", "name": f"U {t.number}"} for t in found]
        meta = {"result_count": len(found)} | ({"next_token": str(following)} if following else {})
        return {"data": [self._tweet(t, at) for t in found], "includes": {"users": users}, "meta": meta}

    def _tweet(self, thing: Thing, at: datetime) -> dict[str, Any]:
        kinds = {"replies": "replied_to", "quotes": "quoted"}
        referred = [{"type": kinds[thing.how], "id": self.id_of(thing.parent)}] if thing.parent else []
        linked = {"urls": [{"expanded_url": thing.story.url}]} if thing.how == "links" else {}
        return {
            "id": self.id_of(thing),
            "author_id": str(thing.number),
            "text": f"words {thing.number} of someone",
            "created_at": stamp(thing.born),
            "conversation_id": self.id_of(thing.root),
            "entities": linked,
            "referenced_tweets": referred,
            "public_metrics": {
                "like_count": 3,
                "retweet_count": 0,
                "reply_count": len(thing.beside(at, "replies")),
                "quote_count": len(thing.beside(at, "quotes")),
            },
        }


class Reddit(Network):
    """Reddit's API for an approved application."""

    name = "reddit"
    hosts = ("oauth.reddit.com",)
    windows = {"": (Window(100, 60),)}
    hows = ("replies",)

    def id_of(self, thing: Thing) -> str:
        return f"{'t3' if thing.how == 'links' else 't1'}_z{thing.number}"

    def refusal(self, asked: Asked, wait: float, at: datetime) -> httpx.Response:
        self._closed[asked.host] = (at, at + timedelta(seconds=wait))
        return httpx.Response(429, headers={"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": str(int(wait))})

    def told(self, bucket: str, at: datetime) -> dict[str, str]:
        window = self.windows[""][0]
        return {
            "x-ratelimit-remaining": f"{window.most - window.used(self.hits[''], at)}.0",
            "x-ratelimit-reset": "60",
        }

    def answer(self, asked: Asked, at: datetime) -> Any:
        if asked.path == "/api/info" and asked.one("id"):
            found = [t for i in asked.one("id").split(",") if (t := self.by_id.get(i)) and t.there(at)]
            return _listing([self._thing(t, at) for t in found])
        if asked.path == "/api/info":
            shown, following = self.page(self.linking(asked.one("url"), at), int(asked.one("after") or 0), 3)
            return _listing([self._thing(t, at) for t in shown], str(following) if following else None)
        if asked.path == "/search":
            return _listing([self._thing(t, at) for t in self.linking(asked.one("q"), at)])
        if asked.path == "/api/morechildren":
            found = [t for i in asked.one("children").split(",") if (t := self.by_id.get(f"t1_{i}"))]
            return {"json": {"data": {"things": [self._thing(t, at) for t in found]}}}
        post = self.by_id.get(f"t3_{asked.path.rsplit('/', 1)[-1]}")
        if post is None:
            return httpx.Response(404)
        below = list(post.below(at))
        held = [self.id_of(t)[3:] for t in below[2:]]
        more = [{"kind": "more", "data": {"children": held}}] if held else []
        return [_listing([self._thing(post, at)]), _listing([*(self._thing(t, at) for t in below[:2]), *more])]

    def _thing(self, thing: Thing, at: datetime) -> dict[str, Any]:
        name, root = self.id_of(thing), self.id_of(thing.root)
        data: dict[str, Any] = {
            "name": name,
            "id": name[3:],
            "author": f"user{thing.number}",
            "created_utc": thing.born.timestamp(),
            "score": 3,
            "permalink": f"/r/news/comments/{root[3:]}/" + ("" if name == root else f"comment/{name[3:]}/"),
        }
        if thing.parent:
            data |= {"body": f"words {thing.number}", "link_id": root, "parent_id": self.id_of(thing.parent)}
            return {"kind": "t1", "data": data}
        data |= {
            "title": f"post {thing.number}",
            "selftext": "",
            "is_self": False,
            "url": thing.story.url,
            "num_comments": sum(t.root is thing and t.born <= at for t in self.things) - 1,  # deleted ones too
        }
        return {"kind": "t3", "data": data}


def _listing(children: list[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"children": children, "after": after}}


class HackerNews(Network):
    """Algolia's search and items."""

    name = "hackernews"
    buries = False
    hosts = ("hn.algolia.com",)
    windows = {"": (Window(10_000, 3600),)}
    hows = ("replies",)

    def id_of(self, thing: Thing) -> str:
        return str(40_000_000 + thing.number)

    def answer(self, asked: Asked, at: datetime) -> Any:
        if asked.path.startswith("/api/v1/items/"):
            thing = self.by_id.get(asked.path.rsplit("/", 1)[-1])
            return self._item(thing, at) if thing and thing.there(at) else httpx.Response(404)
        found, number = self.linking(asked.one("query"), at), int(asked.one("page"))
        shown = found[number * 5 : number * 5 + 5]
        hits = [{**self._item(t, at), "objectID": self.id_of(t), "_tags": ["story"]} for t in shown]
        return {"hits": hits, "page": number, "nbPages": -(-len(found) // 5), "hitsPerPage": 5}

    def _item(self, thing: Thing, at: datetime) -> dict[str, Any]:
        shared = {
            "id": int(self.id_of(thing)),
            "author": f"user{thing.number}",
            "created_at_i": int(thing.born.timestamp()),
            "children": [self._item(child, at) for child in thing.beside(at, "replies")],
        }
        if thing.parent:
            return {
                **shared,
                "type": "comment",
                "text": f"words {thing.number}",
                "parent_id": int(self.id_of(thing.parent)),
            }
        told = {"title": f"post {thing.number}", "url": thing.story.url, "points": 3}
        return {**shared, **told, "type": "story", "num_comments": len(list(thing.below(at)))}


class YouTube(Network):
    """YouTube's Data API v3, which charges for requests that fail, too; its day ends at midnight in California."""

    name = "youtube"
    buries = False
    hosts = ("www.googleapis.com",)
    windows = {
        "search": (Window(100, zone="America/Los_Angeles"),),
        "videos:batchGetStats": (Window(10_000, zone="America/Los_Angeles"),),
        "units": (Window(10_000, zone="America/Los_Angeles"),),
    }
    hows = ("replies",)

    def id_of(self, thing: Thing) -> str:
        return f"vid{thing.number:08}" if thing.how == "links" else f"Ugcomment{thing.number}"

    def bucket(self, asked: Asked) -> str:
        name = asked.path.rsplit("/", 1)[-1]
        return name if name in self.windows else "units"

    def refusal(self, asked: Asked, wait: float, at: datetime) -> httpx.Response:
        return httpx.Response(403, json={"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}]}})

    def answer(self, asked: Asked, at: datetime) -> Any:
        if asked.path.endswith("/search"):
            return {
                "items": [self._video(t, at, "youtube#searchResult") for t in self.linking(asked.one("q"), at)[:50]]
            }
        if asked.path.endswith("/commentThreads"):
            video = self.by_id[asked.one("videoId")]
            found = video.beside(at, "replies")
            shown, following = self.page(found, int(asked.one("pageToken") or 0), 3)
            more = {"nextPageToken": str(following)} if following else {}
            return {"items": [self._thread(t, video, at) for t in shown], **more}
        if asked.path.endswith("/comments"):
            parent = asked.one("parentId")
            shown, following = self.page(list(self.by_id[parent].below(at)), int(asked.one("pageToken") or 0), 3)
            more = {"nextPageToken": str(following)} if following else {}
            return {"items": [self._comment(t, None, parent) for t in shown], **more}
        wanted = asked.one("id").split(",")
        kind = "youtube#videoStats" if "batchGetStats" in asked.path else "youtube#video"
        found = [t for i in wanted if (t := self.by_id.get(i)) and t.there(at)]
        return {"items": [self._video(t, at, kind) for t in found]}

    def _video(self, thing: Thing, at: datetime, kind: str) -> dict[str, Any]:
        words = {"title": f"video {thing.number}", "description": thing.story.url, "channelId": f"c{thing.number}"}
        told = {"viewCount": "9", "likeCount": "3", "commentCount": str(len(list(thing.below(at))))}
        name = self.id_of(thing)
        return {
            "kind": kind,
            "id": {"videoId": name} if kind == "youtube#searchResult" else name,
            "snippet": {"publishTime": stamp(thing.born)}
            if kind == "youtube#videoStats"
            else {**words, "publishedAt": stamp(thing.born)},
            **({} if kind == "youtube#searchResult" else {"statistics": told}),
        }

    def _thread(self, thing: Thing, video: Thing, at: datetime) -> dict[str, Any]:
        below = list(thing.below(at))
        snippet = {
            "videoId": self.id_of(video),
            "topLevelComment": self._comment(thing, video),
            "totalReplyCount": len(below),
        }
        comments = [self._comment(t, video, self.id_of(thing)) for t in below[:SHOWN_ANSWERS]]
        return {"kind": "youtube#commentThread", "snippet": snippet, "replies": {"comments": comments}}

    def _comment(self, thing: Thing, video: Thing | None, parent: str | None = None) -> dict[str, Any]:
        snippet = {
            **({"videoId": self.id_of(video)} if video else {}),
            "textOriginal": f"words {thing.number}",
            "authorDisplayName": f"@user{thing.number}",
            "publishedAt": stamp(thing.born),
            **({"parentId": parent} if parent else {}),
        }
        return {"kind": "youtube#comment", "id": self.id_of(thing), "snippet": snippet}


class Threads(Network):
    """Threads' keyword search, for an approved token."""

    name = "threads"
    hosts = ("graph.threads.net",)
    windows = {"": (Window(2_200, 24 * 3600),)}
    hows = ()

    def id_of(self, thing: Thing) -> str:
        return f"Cz{thing.number}"

    def answer(self, asked: Asked, at: datetime) -> Any:
        shown, following = self.page(self.linking(asked.one("q"), at), int(asked.one("after") or 0), 4)
        data = [
            {
                "id": str(t.number),
                "permalink": f"https://www.threads.net/@user{t.number}/post/{self.id_of(t)}",
                "username": f"user{t.number}",
                "text": f"words {t.number} {t.story.url}",
                "timestamp": stamp(t.born),
                "media_type": "TEXT_POST",
            }
            for t in shown
        ]
        paging = (
            {"paging": {"cursors": {"after": str(following)}, "next": "https://graph.threads.net/"}}
            if following
            else {}
        )
        return {"data": data, **paging}
