"""Invented: posts as their networks would answer for them, so that the networks' own readers read them.

The shapes are those that ``collector/platforms`` reads and documents.
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from html import escape
from random import Random
from typing import Any, NamedTuple

from storywake.collector.dates import stamp
from storywake.collector.prose.language import detect
from storywake.collector.sources import SOURCES

from .script import Line, Script

HOURS = {"x": 5, "bluesky": 8, "mastodon": 9, "reddit": 10, "youtube": 20, "telegram": 4, "hackernews": 7, "lemmy": 12}
"""In how many hours a post's counts reach two thirds of what they come to."""
MAX_BY_CHANCE = 320
"""The most likes that chance gives."""
X_EPOCH = 1_288_834_974_657
"""The Unix milliseconds from which X counts its ids (github.com/twitter-archive/snowflake)."""
NOT_FETCHED = {"pa": 4}
"""How many answers a network tells of a post and does not show."""


class Seen(NamedTuple):
    """A post as its network shows it at a time."""

    line: Line
    script: Script
    at: datetime

    @property
    def words(self) -> str:
        """How it reads."""
        return self.line.words(self.at)

    @property
    def language(self) -> str:
        """The language that its network says."""
        return _language(self.words)

    @property
    def posted(self) -> str:
        """When it was posted."""
        return stamp(self.line.at)

    @property
    def link(self) -> str | None:
        """The address that it links to."""
        return next((p.url for p in self.script.papers if p.key == self.line.article), None)

    @property
    def parent(self) -> Line | None:
        """The post that it answers."""
        return self.script.keys[self.line.answers] if self.line.answers else None

    @property
    def quoted(self) -> Line | None:
        """The post that it quotes."""
        return self.script.keys[self.line.quotes] if self.line.quotes else None

    @property
    def likes(self) -> int:
        """Its likes, which grow fast at first."""
        in_the_end = by_chance(self.line) if self.line.likes is None else self.line.likes
        return round(in_the_end * grown(self.line, self.at))

    @property
    def replies(self) -> int:
        """The answers that its network tells of."""
        mine = [key for key, line in self.script.keys.items() if line is self.line]
        told = sum(line.answers in mine and line.at <= self.at for line in self.script.lines)
        return told + sum(NOT_FETCHED.get(key, 0) for key in mine)

    @property
    def quotes(self) -> int:
        """How often it was quoted."""
        mine = [key for key, line in self.script.keys.items() if line is self.line]
        return sum(line.quotes in mine and line.at <= self.at for line in self.script.lines)


@cache
def _language(words: str) -> str:
    return detect(words) or "en"


def grown(line: Line, at: datetime) -> float:
    """The part of a post's counts that it has at a time, 0 to 1."""
    return 1 - math.exp(-((at - line.at) / timedelta(hours=1)) / HOURS[line.network])


def by_chance(line: Line) -> int:
    """Likes of a post: mostly few, seldom many; the same each time."""
    return min(int(2.2 * (1 - Random(line.number).random()) ** -0.75 - 1.2), MAX_BY_CHANCE)


def followers(line: Line) -> int:
    """Followers of an author; the same each time."""
    luck = Random(f"{line.network} {line.handle}").random()
    return int(40 * (1 - luck) ** -1.1) + 9 * (line.likes or 0)


def number_of(words: str, digits: int) -> int:
    """A number for a name, the same each time."""
    return int(sha256(words.encode()).hexdigest(), 16) % int(10**digits)


def external_id(line: Line) -> str:
    """The id that its network's reader gives a post."""
    host = line.handle.partition("@")[2]
    return {
        "x": lambda: str((int(line.at.timestamp() * 1000) - X_EPOCH << 22) + line.number),
        "bluesky": lambda: f"at://{_did(line)}/app.bsky.feed.post/3kv{line.number:010}",
        "mastodon": lambda: f"https://{host}/users/{_user(line)}/statuses/{7000 + line.number}",
        "reddit": lambda: f"{'t1' if line.answers else 't3'}_kv{line.number:04}",
        "youtube": lambda: f"UgkvInvented{line.number:04}" if line.answers else f"kvInven{line.number:04}",
        "telegram": lambda: f"{line.handle}/{100 + line.number}",
        "hackernews": lambda: str(9_900_000_000 + line.number),
        "lemmy": lambda: f"https://forum.kust.example/{'comment' if line.answers else 'post'}/{line.number}",
    }[line.network]()


def _did(line: Line) -> str:
    return f"did:plc:{sha256(line.handle.encode()).hexdigest()[:24]}"


def _user(line: Line) -> str:
    return line.handle.partition("@")[0]


def _x(posts: Sequence[Seen]) -> Any:
    users = {
        seen.line.handle: {
            "id": str(number_of(seen.line.handle, 12)), "username": seen.line.handle, "name": seen.line.name,
            "public_metrics": {"followers_count": followers(seen.line)},
        }
        for seen in posts
    }  # fmt: skip
    return {"data": [_tweet(seen) for seen in posts], "includes": {"users": list(users.values())}}


def _tweet(seen: Seen) -> dict[str, Any]:
    likes = seen.likes
    above = [("replied_to", seen.parent), ("quoted", seen.quoted)]
    return {
        "id": external_id(seen.line), "text": seen.words, "author_id": str(number_of(seen.line.handle, 12)),
        "created_at": seen.posted, "lang": seen.language,
        "public_metrics": {
            "like_count": likes, "retweet_count": likes * 2 // 5, "reply_count": seen.replies,
            "quote_count": seen.quotes, "impression_count": likes * 61 + round(170 * grown(seen.line, seen.at)),
        },
        "referenced_tweets": [{"type": how, "id": external_id(line)} for how, line in above if line],
        "entities": {"urls": [{"url": "https://t.co/kv", "expanded_url": seen.link}] if seen.link else []},
    }  # fmt: skip


def _bluesky(posts: Sequence[Seen]) -> Any:
    return {"posts": [_skeet(seen) for seen in posts]}


def _skeet(seen: Seen) -> dict[str, Any]:
    record: dict[str, Any] = {"text": seen.words, "createdAt": seen.posted, "langs": [seen.language]}
    if seen.parent:
        record["reply"] = {"parent": {"uri": external_id(seen.parent)}, "root": {"uri": external_id(seen.parent)}}
    if seen.quoted:
        record["embed"] = {"$type": "app.bsky.embed.record", "record": {"uri": external_id(seen.quoted)}}
    if seen.link:
        record["embed"] = {"$type": "app.bsky.embed.external", "external": {"uri": seen.link}}
    author = {
        "did": _did(seen.line), "handle": seen.line.handle, "displayName": seen.line.name,
        "followersCount": followers(seen.line),
    }  # fmt: skip
    return {
        "uri": external_id(seen.line), "author": author, "record": record, "likeCount": seen.likes,
        "repostCount": seen.likes // 5, "replyCount": seen.replies, "quoteCount": seen.quotes,
        "indexedAt": seen.posted,
    }  # fmt: skip


def _mastodon(posts: Sequence[Seen]) -> Any:
    return [_toot(seen) for seen in posts]


def _toot(seen: Seen) -> dict[str, Any]:
    host = seen.line.handle.partition("@")[2]
    owner = f"https://{host}/users/{_user(seen.line)}"
    link = f' <a href="{seen.link}">{seen.link}</a>' if seen.link else ""
    return {
        "id": str(7000 + seen.line.number), "uri": external_id(seen.line), "url": external_id(seen.line),
        "content": f"<p>{escape(seen.words)}{link}</p>", "created_at": seen.posted, "language": seen.language,
        "in_reply_to_id": str(7000 + seen.parent.number) if seen.parent else None,
        "account": {
            "acct": seen.line.handle, "username": _user(seen.line), "display_name": seen.line.name, "uri": owner,
            "url": owner, "followers_count": followers(seen.line),
        },
        "favourites_count": seen.likes, "reblogs_count": seen.likes // 3, "replies_count": seen.replies,
    }  # fmt: skip


def _reddit(posts: Sequence[Seen]) -> Any:
    return {"kind": "Listing", "data": {"children": [_thing(seen) for seen in posts]}}


def _thing(seen: Seen) -> dict[str, Any]:
    name, author = external_id(seen.line), seen.line.handle
    data: dict[str, Any] = {
        "name": name, "author": author, "author_fullname": f"t2_{number_of(author, 8)}", "score": seen.likes,
        "created_utc": seen.line.at.timestamp(),
    }  # fmt: skip
    if not seen.parent:
        place = f"/r/kallvik/comments/{name[3:]}/a/"
        shown = {"title": seen.words, "selftext": "", "is_self": False, "url": seen.link, "num_comments": seen.replies}
        return {"kind": "t3", "data": {**data, **shown, "permalink": place}}
    above = external_id(seen.parent)
    place = f"/r/kallvik/comments/{above[3:]}/a/{name[3:]}/"
    return {
        "kind": "t1",
        "data": {**data, "body": seen.words, "parent_id": above, "link_id": above, "permalink": place, "replies": ""},
    }


def _youtube(posts: Sequence[Seen]) -> Any:
    return {"items": [_comment(seen) if seen.parent else _video(seen) for seen in posts]}


def _video(seen: Seen) -> dict[str, Any]:
    return {
        "kind": "youtube#video", "id": external_id(seen.line),
        "snippet": {
            "publishedAt": seen.posted, "channelId": f"UC{seen.line.handle}", "channelTitle": seen.line.name,
            "title": seen.words, "description": f"Read more: {seen.link}",
        },
        "statistics": {
            "viewCount": str(seen.likes * 74), "likeCount": str(seen.likes), "commentCount": str(seen.replies),
        },
    }  # fmt: skip


def _comment(seen: Seen) -> dict[str, Any]:
    video = external_id(seen.parent) if seen.parent else None
    told = {
        "videoId": video, "textOriginal": seen.words, "authorDisplayName": f"@{seen.line.handle}",
        "authorChannelId": {"value": f"UC{seen.line.handle}"}, "likeCount": seen.likes, "publishedAt": seen.posted,
    }  # fmt: skip
    top = {"kind": "youtube#comment", "id": external_id(seen.line), "snippet": told}
    inside = {"videoId": video, "topLevelComment": top, "totalReplyCount": 0}
    return {"kind": "youtube#commentThread", "id": external_id(seen.line), "snippet": inside}


def _telegram(posts: Sequence[Seen]) -> str:
    return "<body>" + "".join(map(_message, posts)) + "</body>"


def _message(seen: Seen) -> str:
    views = 900 + seen.likes * 40 if seen.likes else 350
    return f"""<div class="tgme_widget_message" data-post="{external_id(seen.line)}">
    <a class="tgme_widget_message_owner_name" href="https://t.me/{seen.line.handle}">{escape(seen.line.name or "")}</a>
    <div class="tgme_widget_message_text">{escape(seen.words)} <a href="{seen.link}">{seen.link}</a></div>
    <span class="tgme_widget_message_views">{round(views * grown(seen.line, seen.at))}</span>
    <a class="tgme_widget_message_date" href="#"><time datetime="{seen.line.at.isoformat()}"></time></a></div>"""


def _hackernews(posts: Sequence[Seen]) -> Any:
    return {"hits": [_hit(seen) for seen in posts]}


def _hit(seen: Seen) -> dict[str, Any]:
    told = {
        "objectID": external_id(seen.line), "created_at_i": int(seen.line.at.timestamp()), "author": seen.line.handle,
    }  # fmt: skip
    if seen.parent:
        above = external_id(seen.parent)
        return {**told, "comment_text": escape(seen.words), "parent_id": above, "story_id": above, "_tags": ["comment"]}
    shown = {"title": seen.words, "url": seen.link, "points": seen.likes, "num_comments": seen.replies}
    return {**told, **shown, "_tags": ["story"]}


def _lemmy(posts: Sequence[Seen]) -> Any:
    return {
        "comments": [_view(seen) for seen in posts if seen.parent],
        "posts": [_view(s) for s in posts if not s.parent],
    }


def _view(seen: Seen) -> dict[str, Any]:
    line, identity = seen.line, external_id(seen.line)
    owner = f"https://forum.kust.example/u/{line.handle}"
    creator = {"id": number_of(line.handle, 8), "name": line.handle, "display_name": line.name, "actor_id": owner}
    own = {"id": line.number, "ap_id": identity, "published": seen.posted, "deleted": False, "removed": False}
    above = seen.parent or line
    post = {"id": above.number, "ap_id": external_id(above)}
    if seen.parent:
        comment = {**own, "content": seen.words, "path": f"0.{line.number}", "post_id": above.number}
        counts = {"score": seen.likes, "upvotes": seen.likes, "downvotes": 0, "child_count": 0}
        return {"comment": comment, "post": post, "creator": creator, "counts": counts}
    counts = {"score": seen.likes, "upvotes": seen.likes, "downvotes": 0, "comments": seen.replies}
    community = {"id": 1, "name": "kallvik"}
    shown = {**own, "name": seen.words, "url": seen.link}
    return {"post": shown, "creator": creator, "community": community, "counts": counts}


WRITERS: dict[str, Callable[[Sequence[Seen]], Any]] = {
    "x": _x, "bluesky": _bluesky, "mastodon": _mastodon, "reddit": _reddit, "youtube": _youtube, "telegram": _telegram,
    "hackernews": _hackernews, "lemmy": _lemmy,
}  # fmt: skip


def payload(network: str, posts: Sequence[Seen]) -> Any:
    """What a network answers when it shows posts: decoded JSON, or a page."""
    return WRITERS[network](posts)


def address(network: str, at: datetime) -> str:
    """The address that the answer is said to come from; a name that leads nowhere."""
    return f"https://{network}.example/{SOURCES[network].name}?at={stamp(at)}"
