"""Counts of which no file tells when they were taken: those that were observed already, and those of an older file."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from storywake.collector.records import NO_REACH, Post

from .many import rows_among
from .post_keys import key_of
from .posts import Counted, by_platform, counts_of
from .statements import statements

SQL = statements("posts")


class Undated(NamedTuple):
    """Posts with the counts that may be observed now, and how many lost theirs because they are of an older time."""

    posts: list[Post]
    older: int  # that lost lower counts
    stale: frozenset[tuple[str, str]]  # platform and key of those that are of an older time


def without_old_counts(
    connection: Connection, posts: Sequence[Post], last: Mapping[tuple[str, str], Counted]
) -> Undated:
    """Posts without those counts of which it is not told when they were taken and which would turn back what is known:
    counts observed before, and lower ones than the ``last`` where more of the posts fell than rose. A post falls where
    a count of it is lower and none is higher.
    """
    undated = [post for post in posts if post.counted_at is None and (post.platform, key_of(post)) in last]
    known = {
        (platform, *row)
        for platform, keys in by_platform((post.platform, key_of(post)) for post in undated).items()
        for row in rows_among(connection, SQL["all_counts"], keys, platform=platform)
    }
    new = [post for post in undated if (post.platform, key_of(post), *counts_of(post).values()) not in known]
    gained = {id(post): _gained(post, last[post.platform, key_of(post)]) for post in new}
    is_older = sum(gained.values()) < 0
    lost = {id(post) for post in undated if id(post) not in gained or (is_older and gained[id(post)] < 0)}
    told = [msgspec.structs.replace(post, reach=NO_REACH) if id(post) in lost else post for post in posts]
    stale = frozenset(
        (post.platform, key_of(post))
        for post in undated
        if (is_older and gained.get(id(post), 0) <= 0)
        or (id(post) not in gained and _differ(post, last[post.platform, key_of(post)]))
    )
    return Undated(told, sum(sign < 0 for sign in gained.values()) if is_older else 0, stale)


def _differ(post: Post, last: Counted) -> bool:
    return tuple(counts_of(post).values()) != last.counts


def _gained(post: Post, last: Counted) -> int:
    """1 where a count of a post is higher than the last, -1 where some are lower and none is higher, else 0."""
    both = [
        (now, then)
        for now, then in zip(counts_of(post).values(), last.counts, strict=True)
        if now is not None and then is not None
    ]
    if any(now > then for now, then in both):
        return 1
    return -1 if any(now < then for now, then in both) else 0
