"""Changes of the balance: each kept as it was first found, so that it is told once and does not move about."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, update
from sqlmodel import col, select

from storywake.collector.dates import known_moment

from .claims import claims_of
from .models import BalanceChange, Claim
from .statements import statements

SQL = statements("changes")
MAX_SHIFT = timedelta(days=1)
"""How far a recount may place a change from where it was first found: what lies farther off is another one."""


class BalanceChangeRow(NamedTuple):
    """A change of the balance of a claim's stances, as it was first found."""

    id: int
    claim: str
    at: str  # the time of the first reaction after it
    before: dict[str, float]  # shares by stance
    after: dict[str, float]
    chance: float  # p-value
    found_at: str


def balance_changes(connection: Connection, story_id: int) -> list[BalanceChangeRow]:
    """A story's changes of the balance that the last recount bore out, by time."""
    return [row for row, withdrawn in _kept(connection, story_id) if not withdrawn]


def keep_balance_changes(
    connection: Connection, story_id: int, found: Sequence[Mapping[str, Any]], at: str
) -> list[BalanceChangeRow]:
    """Writes what a recount found: rows of ``stance_changes``, each a claim's with at, before, after and chance.

    One that is kept already, within ``MAX_SHIFT`` and towards the same stance, stays as it is. A kept one that is not
    found any more is withdrawn, and taken back as it was when it is found again. Returns those found for the first time.
    """
    kept = _kept(connection, story_id)
    claims = {row.text: row.id for row in claims_of(connection, story_id)}
    new: list[Mapping[str, Any]] = []
    borne_out: set[int] = set()
    for change in found:
        like = [row for row, _ in kept if row.id not in borne_out and _same(row, change)]
        if like:
            borne_out.add(min(like, key=lambda row: _apart(row.at, change["at"])).id)
        elif change["claim"] in claims:
            new.append(change)
    for row, withdrawn in kept:
        if (row.id in borne_out) == withdrawn:
            theirs = update(BalanceChange).where(col(BalanceChange.id) == row.id)
            connection.execute(theirs.values(withdrawn_at=None if withdrawn else at))
    for change in new:
        shares = {name: json.dumps(change[name]) for name in ("before", "after")}
        whose = {"story_id": story_id, "claim_id": claims[change["claim"]], "found_at": at}
        connection.execute(SQL["keep"], {**whose, **shares, "at": change["at"], "chance": change["chance"]})
    known = {row.id for row, _ in kept}
    return [row for row in balance_changes(connection, story_id) if row.id not in known] if new else []


def _kept(connection: Connection, story_id: int) -> list[tuple[BalanceChangeRow, bool]]:
    """A story's changes, each with whether it is withdrawn."""
    one = BalanceChange
    query = select(one.id, Claim.text, one.at, one.before, one.after, one.chance, one.found_at, one.withdrawn_at)  # type: ignore[call-overload]
    theirs = query.where(one.claim_id == Claim.id, one.story_id == story_id).order_by(one.at, one.id)
    return [
        (BalanceChangeRow(number, claim, at, json.loads(before), json.loads(after), chance, found), bool(withdrawn))
        for number, claim, at, before, after, chance, found, withdrawn in connection.execute(theirs)
    ]


def _same(kept: BalanceChangeRow, found: Mapping[str, Any]) -> bool:
    return (
        kept.claim == found["claim"]
        and _gained(kept.before, kept.after) == _gained(found["before"], found["after"])
        and _apart(kept.at, found["at"]) <= MAX_SHIFT
    )


def _gained(before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """The stance whose share grew most."""
    return max(sorted(after), key=lambda stance: after[stance] - before.get(stance, 0.0))


def _apart(one: str, other: str) -> timedelta:
    """The time between two moments; a day counts from its first hour."""
    return abs(known_moment(one) - known_moment(other))
