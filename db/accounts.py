"""Accounts: one known by its handle alone becomes the one that has that handle and an id."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, update
from sqlmodel import col, select

from storywake.collector.records import Post

from . import models
from .many import rows_among, save_many
from .rows import tells_nothing_new
from .statements import statements

SQL = statements("accounts")
NAMED = ("handle", "name", "links", "labels", "bio")
"""By what it is worked out whose an account is."""


def save_accounts(connection: Connection, rows: Sequence[dict[str, Any]]) -> set[tuple[str, str]]:
    """Writes accounts (rows as ``save_account`` in accounts.sql takes them) that tell something new.

    Returns the platform and key of those that are new, or whose handle, name, links, labels or bio are.
    """
    keys: dict[str, list[str]] = {}
    for row in rows:
        keys.setdefault(row["platform"], []).append(row["key"])
    stored = {
        (platform, known.key): known
        for platform, own in keys.items()
        for known in rows_among(connection, SQL["as_stored"], own, platform=platform)
    }
    placed = [(row["platform"], row["key"], row) for row in rows]
    new = [
        (platform, key, row)
        for platform, key, row in placed
        if (platform, key) not in stored or not tells_nothing_new(row, stored[platform, key], (*NAMED, "followers"))
    ]
    save_many(connection, SQL["save_account"], [row for _, _, row in new], stored)
    return {
        (platform, key)
        for platform, key, row in new
        if (platform, key) not in stored or not tells_nothing_new(row, stored[platform, key], NAMED)
    }


def stored_accounts(connection: Connection, posts: Iterable[Post]) -> dict[tuple[str, str], str]:
    """Under which key an account known here by its handle alone is stored already."""
    wanted = {(p.platform, p.author.handle.lower()) for p in posts if p.author.handle and not p.author.external_id}
    found: dict[tuple[str, str], str] = {}
    for platform in {platform for platform, _ in wanted}:
        handles = [handle for known, handle in wanted if known == platform]
        for row in rows_among(connection, SQL["keys_of_handles"], handles, platform=platform):
            found[(platform, f"@{row.handle}")] = row.key
    return found


def adopt_accounts(connection: Connection, accounts: Iterable[dict[str, Any]]) -> None:
    """An account stored by its handle alone takes its id, where one of ``accounts`` tells it."""
    by_handle = {f"@{row['handle'].lower()}": row for row in accounts if row["external_id"] and row["handle"]}
    for platform in {row["platform"] for row in by_handle.values()}:
        keys = [key for key, row in by_handle.items() if row["platform"] == platform]
        for found in rows_among(connection, SQL["ids_of_keys"], keys, platform=platform):
            _rename(connection, found.id, platform, by_handle[found.key]["external_id"])


def _rename(connection: Connection, old: int, platform: str, external_id: str) -> None:
    account = models.Account
    known = connection.execute(
        select(account.id).where(account.platform == platform, account.key == external_id)
    ).scalar()
    renamed = col(account.id) == old
    if known is None:
        connection.execute(update(account).where(renamed).values(key=external_id, external_id=external_id))
    elif known != old:
        connection.execute(update(models.Post).where(col(models.Post.account_id) == old).values(account_id=known))
        connection.execute(delete(account).where(renamed))
