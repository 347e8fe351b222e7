"""Marks of statuses and accounts, as labels: what authors wish, what moderators and authors warn of.

Formats: docs.joinmastodon.org/entities/Account (``bot``, ``discoverable``, ``noindex``, ``limited``, ``suspended``),
entities/Status (``visibility``, ``sensitive``, ``spoiler_text``), spec/activitypub (``indexable``), read 2026-11-27. Bridgy Fed
takes nothing of accounts with ``#nobot`` or ``#nobridge`` in their name or bio, and no post that is not fully public
(fed.brid.gy/docs#opt-out, read 2026-11-27). ``discoverable`` and ``indexable`` are false unless their author opts in, so that their
absence asks for nothing by itself: they are labels and no wish.
"""

from collections.abc import Iterator
from typing import Any

import regex

from ...markup.fragments import read_fragment
from ...values import text

BOTS_OUT = regex.compile(r"(?<![\w#])#no(?:bot|bridge)\b", regex.I)
SAID = {"bot": "bot", "limited": "limited", "suspended": "suspended", "noindex": "noindex"}
"""What an account's properties say, where they are true."""
UNSAID = {"discoverable": "not-discoverable", "indexable": "not-indexable"}
"""Likewise, where they are false."""
MARKED = frozenset((*SAID, *UNSAID, "note"))


def status_labels(status: dict[str, Any]) -> tuple[str, ...] | None:
    """A status's labels; None where the server tells nothing of them."""
    if "visibility" not in status and "sensitive" not in status:
        return None
    visibility = text(status.get("visibility")) or "public"
    found = ["unlisted"] if visibility not in ("public", "local") else []
    found += ["sensitive"] if status.get("sensitive") is True else []
    found += ["spoiler"] if text(status.get("spoiler_text")) else []
    return tuple(found)


def account_labels(account: dict[str, Any], bio: str | None) -> tuple[str, ...] | None:
    """An account's labels, with its ``written_bio``; None where the server tells nothing of them."""
    return None if account.keys().isdisjoint(MARKED) else tuple(dict.fromkeys(_account(account, bio)))


def written_bio(account: dict[str, Any]) -> str | None:
    """What an account says of itself, without markup; None where the server does not tell it."""
    return (read_fragment(account["note"]).text or "") if "note" in account else None


def _account(account: dict[str, Any], bio: str | None) -> Iterator[str]:
    for name, label in SAID.items():
        if account.get(name) is True:
            yield label
    for name, label in UNSAID.items():
        if account.get(name) is False:
            yield label
    said = f"{bio or ''} {text(account.get('display_name')) or ''}"
    if "#" in said and BOTS_OUT.search(said):
        yield from ("nobot", "noindex")
