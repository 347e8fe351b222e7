"""Posts and observations: upserted once, observed many times."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, update
from sqlmodel import col, select

from storywake.collector.platforms.base import Edit
from storywake.collector.records import Post, media_text
from storywake.collector.wishes import WISHES

from . import models
from .accounts import adopt_accounts, save_accounts, stored_accounts
from .at_once import write_looks
from .many import rows_among, run_many, save_many
from .merging import adopt
from .post_keys import NO_IDS, key_of, known_id
from .rows import tells_nothing_new
from .statements import statements

SQL = statements("posts")
MAX_POSTS = 2000
"""Posts written with one statement a table."""
IN_ORDER = itemgetter("platform", "key")
"""One order, whoever writes: two passes that take the same rows in other orders lock each other out (PostgreSQL)."""

TOLD = ("url", "account_key", "text", "language", "posted_at", "in_reply_to", "quotes", "links", "media", "labels")
"""What a post tells that may have been told before."""


def save_posts(
    connection: Connection, posts: Sequence[Post], seen_at: str, *, copied: bool = False
) -> set[tuple[str, str]]:
    """Writes posts as they were at ``seen_at``: each once, its edits as revisions, its counts as an observation
    (``counted_at``, where that is told).

    Returns the platform and key of those that are new or told otherwise than before, counts and followers aside.

    Unknown values never overwrite known ones. A provisional post (no external id) that turns out to be one already
    stored, or the other way round, becomes one row. A deleted post comes back where its platform shows it after its
    deletion. ``copied`` posts were seen in an embed or an import, not on the platform itself (as ``relayed`` ones at
    another server): their words give way to the platform's own and are no edit of them, and they never revive a
    deleted post.
    """
    changed: set[tuple[str, str]] = set()
    for start in range(0, len(posts), MAX_POSTS):
        changed |= _save_chunk(connection, posts[start : start + MAX_POSTS], seen_at, copied)
    return changed


def _save_chunk(connection: Connection, posts: Sequence[Post], seen_at: str, copied: bool) -> set[tuple[str, str]]:
    keyed = {
        (p.platform, key_of(p)): p for p in posts if not (known_id(p) is None and p.text is None and p.url is None)
    }
    adopt(connection, keyed)
    stored_keys = stored_accounts(connection, keyed.values())
    accounts: dict[tuple[str, str], dict[str, Any]] = {}
    rows: list[dict[str, Any]] = []
    observations: list[dict[str, Any]] = []
    for (platform, key), post in keyed.items():
        account_key = _account_key(post)
        account_key = stored_keys.get((platform, account_key or ""), account_key)
        if account_key:
            accounts[(platform, account_key)] = _account_row(post, account_key, copied or post.relayed)
        rows.append(_post_row(post, key, account_key, seen_at, copied or post.relayed))
        counts = counts_of(post)
        if any(count is not None for count in counts.values()):
            followers = post.author.followers
            observations.append(
                {
                    "platform": platform,
                    "key": key,
                    "seen_at": _counted_at(post, seen_at),
                    **counts,
                    "followers": followers,
                }
            )
    adopt_accounts(connection, accounts.values())
    renamed = save_accounts(connection, sorted(accounts.values(), key=IN_ORDER))
    stored = _stored(connection, keyed)
    changed = [row for row in rows if not _is_known(row, stored.get((row["platform"], row["key"])))]
    changed.sort(key=IN_ORDER)
    observations.sort(key=IN_ORDER)
    run_many(connection, SQL["save_revision"], [row for row in changed if _is_edited(row, stored)])
    save_many(connection, SQL["save_post"], changed, stored)
    save_counts(connection, observations, {place: row.id for place, row in stored.items()})
    others = (row for row in rows if (row["platform"], row["account_key"]) in renamed)
    return {(row["platform"], row["key"]) for row in chain(changed, others)}


def _counted_at(post: Post, seen_at: str) -> str:
    """When a post's counts were taken: as it is told where that lies between the post and ``seen_at``, else then."""
    told = post.counted_at or ""
    return told if "T" in told and (post.posted_at or "") <= told <= seen_at else seen_at


def _stored(connection: Connection, posts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """Posts as they are stored, by platform and key."""
    return {
        (platform, row.key): row
        for platform, keys in by_platform(posts).items()
        for row in rows_among(connection, SQL["as_stored"], keys, platform=platform)
    }


def _is_known(row: Mapping[str, Any], stored: Any) -> bool:
    """Whether ``save_post`` would change nothing of a stored post, as is plain; a post that is gone is left to it."""
    return (
        stored is not None
        and row["deleted_at"] is None
        and stored.deleted_at is None
        and row["quote_state"] is None
        and (stored.own_words or not row["own_words"])
        and (row["text"] is None or row["kind"] == stored.kind)
        and tells_nothing_new(row, stored, TOLD)
    )


def _is_edited(row: Mapping[str, Any], stored: Mapping[tuple[str, str], Any]) -> bool:
    """Whether the text told by a platform differs from the one that it told before."""
    known = stored.get((row["platform"], row["key"]))
    told = row["alive_at"] and row["text"] is not None
    return bool(told and known and known.own_words and not known.deleted_at and known.text not in (None, row["text"]))


def save_counts(
    connection: Connection, rows: Sequence[dict[str, Any]], known: Mapping[tuple[str, str], int] = NO_IDS
) -> None:
    """Writes counts of stored posts as they were at a time: platform, key, seen_at, the five counts, followers.

    ``known`` are ids of some of the posts, by platform and key.
    """
    placed = [((row["platform"], row["key"]), row) for row in rows]
    ids = {
        (platform, row.key): row.id
        for platform, keys in by_platform(place for place, _ in placed if place not in known).items()
        for row in rows_among(connection, SQL["ids_of_keys"], keys, platform=platform)
    } | dict(known)
    write_looks(
        connection,
        SQL["save_observation"],
        [row | {"post_id": ids[place]} for place, row in placed if place in ids],
    )


def _account_key(post: Post) -> str | None:
    author = post.author
    if author.external_id:
        return author.external_id
    if author.handle:
        return f"@{author.handle.lower()}"
    return f"name:{author.name}" if author.name else None


def _account_row(post: Post, key: str, copied: bool) -> dict[str, Any]:
    author = post.author
    return {
        "platform": post.platform,
        "key": key,
        "external_id": author.external_id,
        "handle": author.handle,
        "name": author.name,
        "followers": author.followers,
        "links": "\n".join(author.links) or None,
        "labels": None if author.labels is None else " ".join(author.labels),
        "bio": "" if not WISHES.isdisjoint(author.labels or ()) else author.bio,
        "own": int(not copied),
    }


def _post_row(post: Post, key: str, account_key: str | None, seen_at: str, copied: bool) -> dict[str, Any]:
    return {
        "platform": post.platform,
        "key": key,
        "external_id": known_id(post),
        "url": post.url,
        "kind": post.kind._value_,
        "account_key": account_key,
        "text": post.text,
        "language": post.language,
        "posted_at": post.posted_at,
        "in_reply_to": post.in_reply_to,
        "quotes": post.quotes,
        "quote_state": post.quote_state and post.quote_state.value,
        "quote_ended_at": None,
        "links": "\n".join(post.links) or None,
        "media": media_text(post.media),
        "labels": None if post.labels is None else " ".join(post.labels),
        "seen_at": seen_at,
        "deleted_at": seen_at if post.deleted else None,
        "alive_at": "" if copied else seen_at,
        "own_words": not copied and post.text is not None,
    }


def counts_of(post: Post) -> dict[str, int | None]:
    """A post's five counts by name."""
    reach = post.reach
    return {
        "likes": reach.likes,
        "reposts": reach.reposts,
        "replies": reach.replies,
        "quotes": reach.quotes,
        "views": reach.views,
    }


def save_edits(connection: Connection, platform: str, edits: Sequence[Edit]) -> None:
    """Writes the texts that posts had before, as their platform tells them; a text already kept is not kept twice."""
    run_many(
        connection,
        SQL["save_edit"],
        [{"at": e.replaced_at, "text": e.text, "platform": platform, "key": e.external_id} for e in edits],
    )


def deleted_since(connection: Connection, platform: str, key: str, at: str | None) -> bool:
    """Whether a stored post was deleted at a time or later; False where the time is not known."""
    if at is None:
        return False
    post = models.Post
    query = select(post.id).where(post.platform == platform, post.key == key, col(post.deleted_at) >= at)
    return connection.execute(query).first() is not None


def mark_deleted(connection: Connection, platform: str, external_ids: Sequence[str], seen_at: str) -> int:
    """Marks stored posts as gone since ``seen_at``; their rows stay. Returns how many were newly marked."""
    if not external_ids:
        return 0
    there = update(models.Post).where(
        col(models.Post.platform) == platform,
        col(models.Post.external_id).in_(external_ids),
        col(models.Post.deleted_at).is_(None),
    )
    return connection.execute(there.values(deleted_at=seen_at)).rowcount


class Counted(NamedTuple):
    """A stored post and its last counts; all None where it was never observed."""

    id: int
    key: str
    counts: tuple[int | None, ...]


def counted(connection: Connection, posts: Iterable[Post]) -> dict[tuple[str, str], Counted]:
    """Those of ``posts`` that are stored, by platform and key, with their last counts."""
    found: dict[tuple[str, str], Counted] = {}
    for platform, keys in by_platform((post.platform, key_of(post)) for post in posts).items():
        for post_id, key, *counts in map(tuple, rows_among(connection, SQL["last_counts"], keys, platform=platform)):
            found[platform, key] = Counted(post_id, key, tuple(counts))
    return found


def counted_again(
    connection: Connection, posts: Iterable[Post], before: Mapping[tuple[str, str], Counted]
) -> dict[tuple[str, str], Counted]:
    """What ``counted`` says after ``save_posts``: only posts are read that are new or told otherwise than ``before``."""
    same: dict[tuple[str, str], Counted] = {}
    others: list[Post] = []
    for post in posts:
        place = (post.platform, key_of(post))
        known = before.get(place) if before and known_id(post) else None
        told = tuple(counts_of(post).values()) if known else ()
        if known is not None and (told == known.counts or not any(count is not None for count in told)):
            same[place] = known
        else:
            others.append(post)
    return same | counted(connection, others)


def posted_at(connection: Connection, posts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str | None]:
    """When posts (platform, external id) were posted; those that are not stored are left out."""
    found: dict[tuple[str, str], str | None] = {}
    for platform, keys in by_platform(posts).items():
        rows = rows_among(connection, SQL["posted_at"], keys, platform=platform)
        found |= {(platform, row.key): row.posted_at for row in rows}
    return found


def by_platform(posts: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    """The keys of posts (platform and key) by platform, each once."""
    keys: dict[str, list[str]] = {}
    for platform, key in set(posts):
        keys.setdefault(platform, []).append(key)
    return keys
