"""Posts, accounts and observations: upserted once, observed many times."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text

from storywake.collector.platforms.base import Edit
from storywake.collector.records import Post
from storywake.collector.sources import is_final

from .many import rows_among, run_many

ERASED = "erased:"
"""How the id of a post begins whose author was taken out (db/erasing.py)."""
CHUNK = 2000
"""Posts written with one statement a table."""

ACCOUNT = """INSERT INTO account (platform, key, external_id, handle, name, followers, links)
    VALUES (:platform, :key, :external_id, :handle, :name, :followers, :links)
    ON CONFLICT (platform, key) DO UPDATE SET
        handle = COALESCE(excluded.handle, account.handle),
        name = CASE WHEN :own = 1 THEN COALESCE(excluded.name, account.name) ELSE COALESCE(account.name, excluded.name) END,
        followers = COALESCE(excluded.followers, account.followers), links = COALESCE(excluded.links, account.links)"""
REVISION = """INSERT INTO post_revision (post_id, replaced_at, text)
    SELECT id, CAST(:seen_at AS TEXT), text FROM post
    WHERE platform = :platform AND key = :key AND external_id IS NOT NULL AND text <> CAST(:text AS TEXT)
    ON CONFLICT (post_id, replaced_at) DO NOTHING"""
POST = """INSERT INTO post (platform, key, external_id, url, kind, account_id, text, language, posted_at, in_reply_to, quotes, links, first_seen_at, deleted_at, own_words)
    VALUES (:platform, :key, :external_id, :url, :kind, (SELECT id FROM account WHERE platform = :platform AND key = :account_key),
            :text, :language, :posted_at, :in_reply_to, :quotes, :links, :seen_at, :deleted_at, :own_words)
    ON CONFLICT (platform, key) DO UPDATE SET
        url = COALESCE(excluded.url, post.url), kind = CASE WHEN excluded.text IS NULL THEN post.kind ELSE excluded.kind END,
        account_id = COALESCE(excluded.account_id, post.account_id),
        text = CASE WHEN post.deleted_at >= CAST(:alive_at AS TEXT) OR (post.own_words AND NOT excluded.own_words) THEN post.text
            ELSE COALESCE(excluded.text, post.text) END,
        own_words = post.own_words OR excluded.own_words,
        language = COALESCE(excluded.language, post.language),
        posted_at = CASE WHEN LENGTH(COALESCE(excluded.posted_at, '')) < LENGTH(COALESCE(post.posted_at, '')) THEN post.posted_at
            WHEN post.own_words AND NOT excluded.own_words AND post.posted_at IS NOT NULL THEN post.posted_at ELSE excluded.posted_at END,
        in_reply_to = COALESCE(excluded.in_reply_to, post.in_reply_to), quotes = COALESCE(excluded.quotes, post.quotes),
        links = CASE WHEN post.deleted_at >= CAST(:alive_at AS TEXT) OR (post.own_words AND NOT excluded.own_words) THEN post.links
            ELSE COALESCE(excluded.links, post.links) END,
        deleted_at = CASE WHEN excluded.deleted_at IS NOT NULL THEN COALESCE(post.deleted_at, excluded.deleted_at)
            WHEN excluded.text IS NULL OR post.deleted_at >= CAST(:alive_at AS TEXT) THEN post.deleted_at END,
        forgotten_at = CASE WHEN excluded.deleted_at IS NOT NULL OR excluded.text IS NULL OR post.deleted_at >= CAST(:alive_at AS TEXT)
            THEN post.forgotten_at END"""
OBSERVATION = """INSERT INTO observation (post_id, observed_at, likes, reposts, replies, quotes, views, followers)
    SELECT id, CAST(:seen_at AS TEXT), CAST(:likes AS BIGINT), CAST(:reposts AS BIGINT), CAST(:replies AS BIGINT), CAST(:quotes AS BIGINT),
        CAST(:views AS BIGINT), CAST(:followers AS BIGINT) FROM post WHERE platform = :platform AND key = :key
    ON CONFLICT (post_id, observed_at) DO UPDATE SET likes = excluded.likes, reposts = excluded.reposts, replies = excluded.replies,
        quotes = excluded.quotes, views = excluded.views, followers = excluded.followers"""


def save_posts(connection: Connection, posts: Sequence[Post], seen_at: str, *, copied: bool = False) -> None:
    """Writes posts as they were at ``seen_at``: each once, its edits as revisions, its counts as an observation.

    Unknown values never overwrite known ones. A provisional post (no external id) that turns out
    to be one already stored, or the other way round, becomes one row. A deleted post comes back where its platform
    shows it after its deletion. ``copied`` posts were seen in an embed or an import, not on the platform itself: their words
    give way to the platform's own and are no edit of them, and they never revive a deleted post.
    """
    for start in range(0, len(posts), CHUNK):
        _save_chunk(connection, posts[start : start + CHUNK], seen_at, copied)


def _save_chunk(connection: Connection, posts: Sequence[Post], seen_at: str, copied: bool) -> None:
    keyed = {
        (p.platform, key_of(p)): p for p in posts if not (known_id(p) is None and p.text is None and p.url is None)
    }
    _adopt(connection, keyed)
    stored_keys = _stored_accounts(connection, keyed.values())
    accounts: dict[tuple[str, str], dict[str, Any]] = {}
    rows: list[dict[str, Any]] = []
    observations: list[dict[str, Any]] = []
    for (platform, key), post in keyed.items():
        author, reach = post.author, post.reach
        account_key = author.external_id or (
            f"@{author.handle.lower()}" if author.handle else f"name:{author.name}" if author.name else None
        )
        account_key = stored_keys.get((platform, account_key or ""), account_key)
        if account_key:
            accounts[(platform, account_key)] = {
                "platform": platform, "key": account_key, "external_id": author.external_id,
                "handle": author.handle, "name": author.name, "followers": author.followers,
                "links": "\n".join(author.links) or None, "own": int(not copied),
            }  # fmt: skip
        rows.append({
            "platform": platform, "key": key, "external_id": known_id(post), "url": post.url, "kind": post.kind._value_,
            "account_key": account_key, "text": post.text, "language": post.language, "posted_at": post.posted_at,
            "in_reply_to": post.in_reply_to, "quotes": post.quotes, "links": "\n".join(post.links) or None,
            "seen_at": seen_at, "deleted_at": seen_at if post.deleted else None, "alive_at": "" if copied else seen_at,
            "own_words": not copied and post.text is not None,
        })  # fmt: skip
        if not (
            reach.likes is None
            and reach.reposts is None
            and reach.replies is None
            and reach.quotes is None
            and reach.views is None
        ):
            observations.append({
                "platform": platform, "key": key, "seen_at": seen_at, "likes": reach.likes, "reposts": reach.reposts,
                "replies": reach.replies, "quotes": reach.quotes, "views": reach.views, "followers": author.followers,
            })  # fmt: skip
    _adopt_accounts(connection, accounts)
    # In one order, whoever writes: two passes that take the same rows in other orders lock each other out (PostgreSQL).
    for written in (rows, observations):
        written.sort(key=itemgetter("platform", "key"))
    run_many(connection, ACCOUNT, sorted(accounts.values(), key=itemgetter("platform", "key")))
    if not copied:
        run_many(connection, REVISION, _edited(connection, rows))
    run_many(connection, POST, rows)
    run_many(connection, OBSERVATION, observations)


def known_id(post: Post) -> str | None:
    """A post's external id, where its platform says that it is final."""
    identity = post.external_id
    known = identity and (identity.startswith(ERASED) or is_final(post.platform, identity))
    return identity if known else None


def is_erased(post: Post) -> bool:
    """Whether a post's author was taken out: it has no words, and neither may what showed it."""
    return (post.external_id or "").startswith(ERASED)


def key_of(post: Post) -> str:
    """What a post is stored under: its external id, or a fingerprint of author, day and text while that is unknown."""
    identity = known_id(post)
    if identity:
        return identity
    if post.url and post.kind != "statement":
        return f"~url:{post.url}"
    day = (post.posted_at or "")[:10]
    return f"~{fingerprint(post.author.handle or post.author.name, post.text)}:{day}"


def fingerprint(author: str | None, words: str | None) -> str:
    """Author and text without what copies change: case, spaces, punctuation, links."""
    plain = re.sub(r"https?://\S+|pic\.twitter\.com/\S+", "", words or "")
    squeezed = "".join(c for c in plain.casefold() if c.isalnum())[:120]
    return hashlib.sha256(f"{(author or '').casefold()}\0{squeezed}".encode("utf-8", "replace")).hexdigest()[:24]


def _edited(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of ``rows`` whose text differs from the one stored."""
    query = "SELECT key, text FROM post WHERE platform = :p AND key IN :keys AND text IS NOT NULL AND own_words AND deleted_at IS NULL"
    found: list[dict[str, Any]] = []
    for platform in {row["platform"] for row in rows}:
        told = {row["key"]: row for row in rows if row["platform"] == platform and row["text"] is not None}
        stored = rows_among(connection, query, list(told), p=platform)
        found.extend(told[known.key] for known in stored if known.text != told[known.key]["text"])
    return found


def _adopt(connection: Connection, keyed: dict[tuple[str, str], Post]) -> None:
    """Makes one row of a provisional post and the same post under its id, whichever came first."""
    platforms = {platform for platform, _ in keyed}
    query = text(
        """SELECT p.id, p.platform, p.key, p.url, p.text, p.posted_at, a.handle FROM post p LEFT JOIN account a ON a.id = p.account_id
        WHERE p.external_id IS NULL AND p.kind <> 'statement' AND p.platform IN :platforms"""
    ).bindparams(bindparam("platforms", expanding=True))
    provisional: dict[tuple[str, str], list[Any]] = {}
    for row in connection.execute(query, {"platforms": sorted(platforms)}):
        provisional.setdefault((row.platform, fingerprint(row.handle, row.text)), []).append(row)
        if row.url:
            provisional.setdefault((row.platform, row.url), []).append(row)
    for (platform, key), post in list(keyed.items()):
        if known_id(post) is None:
            _use_known(connection, keyed, platform, key, post)
            continue
        found: list[Any] = []
        if provisional:
            found = [
                r
                for r in provisional.get((platform, fingerprint(post.author.handle, post.text)), [])
                if post.text and _days_apart(r.posted_at, post.posted_at) <= 1
            ]
            found += provisional.get((platform, post.url or ""), [])
        for row in found:
            _merge(connection, row.id, platform, key)


def _use_known(connection: Connection, keyed: dict[tuple[str, str], Post], platform: str, key: str, post: Post) -> None:
    """A provisional post that is already stored under its id is written there."""
    if post.kind == "statement" or not (post.author.handle or post.url):
        return
    rows = connection.execute(
        text(
            """SELECT p.key, p.external_id, p.text, p.posted_at, a.handle, p.url FROM post p LEFT JOIN account a ON a.id = p.account_id
            WHERE p.platform = :platform AND p.external_id IS NOT NULL AND (LOWER(a.handle) = :handle OR p.url = :url)"""
        ),
        {"platform": platform, "handle": (post.author.handle or "").lower(), "url": post.url},
    )
    for row in rows:
        same_text = (
            fingerprint(row.handle, row.text) == fingerprint(post.author.handle, post.text)
            and _days_apart(row.posted_at, post.posted_at) <= 1
        )
        if same_text or (post.url and row.url == post.url):
            del keyed[(platform, key)]
            return


def _days_apart(one: str | None, other: str | None) -> int:
    try:
        return abs((date.fromisoformat((one or "")[:10]) - date.fromisoformat((other or "")[:10])) // timedelta(days=1))
    except ValueError:
        return 0


def _merge(connection: Connection, old: int, platform: str, key: str) -> None:
    """Gives the row ``old`` the key, or folds it into the row that has it."""
    known = connection.execute(
        text("SELECT id FROM post WHERE platform = :p AND key = :k"), {"p": platform, "k": key}
    ).scalar()
    if known is None:
        connection.execute(text("UPDATE post SET key = :k, external_id = :k WHERE id = :old"), {"k": key, "old": old})
        return
    if known == old:
        return
    both = {"old": old, "new": known}
    connection.execute(
        text(
            "UPDATE reaction SET post_id = :new WHERE post_id = :old AND story_id NOT IN (SELECT story_id FROM (SELECT story_id FROM reaction WHERE post_id = :new) x)"
        ),
        both,
    )
    for row in connection.execute(
        text(
            "SELECT o.id AS old_id, n.id AS new_id FROM reaction o JOIN reaction n ON n.story_id = o.story_id AND n.post_id = :new WHERE o.post_id = :old"
        ),
        both,
    ).all():
        pair = {"old": row.old_id, "new": row.new_id}
        connection.execute(
            text(
                "DELETE FROM witness WHERE reaction_id = :old AND EXISTS (SELECT 1 FROM witness w WHERE w.reaction_id = :new AND w.tie = witness.tie AND w.source = witness.source AND w.words = witness.words)"
            ),
            pair,
        )
        connection.execute(text("UPDATE witness SET reaction_id = :new WHERE reaction_id = :old"), pair)
        connection.execute(
            text(
                """UPDATE label SET reaction_id = :new WHERE reaction_id = :old AND NOT EXISTS (SELECT 1 FROM label l
                WHERE l.reaction_id = :new AND l.claim_id = label.claim_id AND l.analyst = label.analyst)"""
            ),
            pair,
        )
        connection.execute(
            text(
                "UPDATE reaction SET dropped_at = COALESCE(dropped_at, (SELECT o.dropped_at FROM reaction o WHERE o.id = :old)) WHERE id = :new"
            ),
            pair,
        )
        for table in ("stance", "label"):
            connection.execute(text(f"DELETE FROM {table} WHERE reaction_id = :old"), pair)  # noqa: S608
        connection.execute(text("DELETE FROM reaction WHERE id = :old"), pair)
    connection.execute(
        text(
            "UPDATE observation SET post_id = :new WHERE post_id = :old AND observed_at NOT IN (SELECT observed_at FROM (SELECT observed_at FROM observation WHERE post_id = :new) x)"
        ),
        both,
    )
    connection.execute(text("DELETE FROM observation WHERE post_id = :old"), both)
    connection.execute(text("DELETE FROM look WHERE post_id = :old"), both)
    connection.execute(
        text(
            "DELETE FROM shown WHERE post_id = :old AND evidence_id IN (SELECT evidence_id FROM (SELECT evidence_id FROM shown WHERE post_id = :new) x)"
        ),
        both,
    )
    connection.execute(text("UPDATE shown SET post_id = :new WHERE post_id = :old"), both)
    connection.execute(text("DELETE FROM post_revision WHERE post_id = :old"), both)
    connection.execute(text("DELETE FROM post WHERE id = :old"), both)


def _stored_accounts(connection: Connection, posts: Iterable[Post]) -> dict[tuple[str, str], str]:
    """Under which key an account known here by its handle alone is stored already."""
    wanted = {(p.platform, p.author.handle.lower()) for p in posts if p.author.handle and not p.author.external_id}
    found: dict[tuple[str, str], str] = {}
    for platform in {platform for platform, _ in wanted}:
        handles = [handle for known, handle in wanted if known == platform]
        for row in rows_among(
            connection,
            "SELECT LOWER(handle) AS handle, key FROM account WHERE platform = :p AND external_id IS NOT NULL AND LOWER(handle) IN :keys",
            handles,
            p=platform,
        ):
            found[(platform, f"@{row.handle}")] = row.key
    return found


def _adopt_accounts(connection: Connection, accounts: dict[tuple[str, str], dict[str, Any]]) -> None:
    """An account known by its handle alone takes its id when that is learnt."""
    by_handle = {f"@{row['handle'].lower()}": row for row in accounts.values() if row["external_id"] and row["handle"]}
    for platform in {row["platform"] for row in by_handle.values()}:
        keys = [key for key, row in by_handle.items() if row["platform"] == platform]
        for found in rows_among(
            connection, "SELECT id, key FROM account WHERE platform = :p AND key IN :keys", keys, p=platform
        ):
            _rename_account(connection, found.id, platform, by_handle[found.key]["external_id"])


def _rename_account(connection: Connection, old: int, platform: str, external_id: str) -> None:
    known = connection.execute(
        text("SELECT id FROM account WHERE platform = :p AND key = :k"), {"p": platform, "k": external_id}
    ).scalar()
    if known is None:
        connection.execute(
            text("UPDATE account SET key = :k, external_id = :k WHERE id = :old"), {"k": external_id, "old": old}
        )
    elif known != old:
        connection.execute(
            text("UPDATE post SET account_id = :new WHERE account_id = :old"), {"old": old, "new": known}
        )
        connection.execute(text("DELETE FROM account WHERE id = :old"), {"old": old})


def save_edits(connection: Connection, platform: str, edits: Sequence[Edit]) -> None:
    """Writes the texts that posts had before, as their platform tells them; a text already kept is not kept twice."""
    for edit in edits:
        connection.execute(
            text(
                """INSERT INTO post_revision (post_id, replaced_at, text)
                SELECT p.id, CAST(:at AS TEXT), CAST(:words AS TEXT) FROM post p WHERE p.platform = :p AND p.key = :k AND p.deleted_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM post_revision v WHERE v.post_id = p.id AND v.text = :words)
                ON CONFLICT (post_id, replaced_at) DO NOTHING"""
            ),
            {"at": edit.replaced_at, "words": edit.text, "p": platform, "k": edit.external_id},
        )


def mark_deleted(connection: Connection, platform: str, external_ids: Sequence[str], seen_at: str) -> int:
    """Marks stored posts as gone since ``seen_at``; their rows stay. Returns how many were newly marked."""
    if not external_ids:
        return 0
    query = text(
        "UPDATE post SET deleted_at = :at WHERE platform = :p AND external_id IN :ids AND deleted_at IS NULL"
    ).bindparams(bindparam("ids", expanding=True))
    return connection.execute(query, {"at": seen_at, "p": platform, "ids": list(external_ids)}).rowcount


class Counted(NamedTuple):
    """A stored post and its last counts; all None where it was never observed."""

    id: int
    key: str
    counts: tuple[int | None, ...]


def counted(connection: Connection, posts: Iterable[Post]) -> dict[tuple[str, str], Counted]:
    """Those of ``posts`` that are stored, by platform and key, with their last counts."""
    wanted = {(post.platform, key_of(post)) for post in posts}
    query = """SELECT p.id, p.key, o.likes, o.reposts, o.replies, o.quotes, o.views FROM post p
        LEFT JOIN observation o ON o.post_id = p.id AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
        WHERE p.platform = :p AND p.key IN :keys"""
    found: dict[tuple[str, str], Counted] = {}
    for platform in {platform for platform, _ in wanted}:
        keys = [key for known, key in wanted if known == platform]
        for row in rows_among(connection, query, keys, p=platform):
            found[(platform, row.key)] = Counted(row.id, row.key, tuple(row)[2:])
    return found


def posted_at(connection: Connection, posts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str | None]:
    """When posts (platform, external id) were posted; those that are not stored are left out."""
    wanted = set(posts)
    found: dict[tuple[str, str], str | None] = {}
    for platform in {platform for platform, _ in wanted}:
        keys = [key for known, key in wanted if known == platform]
        query = "SELECT key, posted_at FROM post WHERE platform = :p AND key IN :keys"
        found |= {(platform, row.key): row.posted_at for row in rows_among(connection, query, keys, p=platform)}
    return found
