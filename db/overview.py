"""How looking goes: what is due, what fails and why, what a platform told of and is not stored yet, what was never
read.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection

from .many import rows_among
from .statements import statements
from .status import LookOutcome

SQL = statements("overview")

SHORT = {LookOutcome.AWAITED, LookOutcome.PARTIAL}
FAILED = {LookOutcome.FAILED, LookOutcome.GIVEN_UP}
UNMADE = FAILED | {LookOutcome.PUT_OFF}
ADDRESS = re.compile(r"https?://([^/\s]+)[^\s]*?(?=:?(?:\s|\Z))")
"""An address within a note, of which its host is told, so that like reasons are counted together."""


class Looks(NamedTuple):
    """How the looks of stories stand: when the last was made and the next is due, how many ended how, and why most of
    them did.
    """

    last_at: str | None
    next_at: str | None
    failed: int
    given_up: int
    put_off: int
    reason: str | None  # the commonest of those that failed, were given up or put off


class Unread(NamedTuple):
    """A story whose own article was looked for and could not be read yet."""

    slug: str
    reason: str
    tried: int  # failures in a row
    again_at: str | None


def looks_now(connection: Connection, stories: Collection[int], depth: int, unasked: Collection[str]) -> Looks:
    """How the looks of ``stories`` stand; ``unasked`` are sources that the settings leave out, ``depth`` is
    how far quotes are followed.
    """
    found = rows_among(connection, SQL["looks_by_reason"], sorted(stories), depth=depth)
    rows = [row for row in found if row.source not in unasked]
    ended: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for row in rows:
        ended[row.outcome or ""] += row.n
        if row.note and row.outcome in UNMADE:
            reasons[ADDRESS.sub(r"\1", row.note)] += row.n
    return Looks(
        max((row.last_at for row in rows if row.last_at), default=None),
        min((row.due_at for row in rows if row.due_at), default=None),
        ended[LookOutcome.FAILED],
        ended[LookOutcome.GIVEN_UP],
        ended[LookOutcome.PUT_OFF],
        _commonest(reasons),
    )


def failing_looks(
    connection: Connection, story_id: int, depth: int, unasked: Collection[str], most: int
) -> list[dict[str, Any]]:
    """A story's looks that failed the last time: kind, address, failures (in a row) and note, those that failed most
    often first.
    """
    rows = rows_among(connection, SQL["failing"], [story_id], depth=depth)
    asked = [row for row in rows if row.source not in unasked]
    names = ("kind", "address", "failures", "note")
    return [{name: row._mapping[name] for name in names} for row in asked[:most]]


def unread_stories(connection: Connection, stories: Collection[int]) -> list[Unread]:
    """Those of ``stories`` whose own article was asked for and never read.

    A story's own article rests on nothing but the story (``rests_on`` NULL) and, once read, has a text.
    """
    rows = rows_among(connection, SQL["unread"], sorted(stories))
    return [Unread(row.slug, row.note or "no reason was noted", row.failures, row.due_at) for row in rows]


def lag_of(connection: Connection, slug: str) -> list[dict[str, Any]]:
    """What platforms told of a story's answers and is not stored yet: the rows of the view ``lag``, those that lack
    most first.
    """
    return [dict(row) for row in connection.execute(SQL["lag_of"], {"slug": slug}).mappings()]


def lacking(connection: Connection) -> list[dict[str, Any]]:
    """The stories to which platforms told of more answers than are stored: story, answers, posts, since."""
    return [{**row, "answers": int(row["answers"])} for row in connection.execute(SQL["lacking"]).mappings()]


def failing_feeds(connection: Connection) -> list[tuple[str, str]]:
    """The feeds that failed the last time they were read, and why."""
    return [(row.target, row.note or "no reason was noted") for row in connection.execute(SQL["failing_feeds"])]


def looks_by_source(
    connection: Connection, story_id: int, depth: int, unasked: Collection[str]
) -> list[dict[str, Any]]:
    """How a story's looks stand by source: source, looks, failed (given up ones too), reason (the commonest of these),
    put_off, put_off_for (the commonest reason of these), partial (answered in part), left_out (the commonest of what those
    left out), last_at, next_at.
    """
    found = rows_among(connection, SQL["looks_by_reason"], [story_id], depth=depth)
    sources: dict[str, dict[str, Any]] = {}
    reasons: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in found:
        if row.source in unasked:
            continue
        new = {
            "source": row.source,
            "looks": 0,
            "failed": 0,
            "put_off": 0,
            "partial": 0,
            "last_at": None,
            "next_at": None,
        }
        one = sources.setdefault(row.source, new)
        one["looks"] += row.n
        for name, outcomes in (("failed", FAILED), ("put_off", {LookOutcome.PUT_OFF}), ("partial", SHORT)):
            if row.outcome not in outcomes:
                continue
            one[name] += row.n
            if row.note:
                note = row.note if name == "partial" else ADDRESS.sub(r"\1", row.note)
                reasons[row.source, name][note] += row.n
        one["last_at"] = max(filter(None, (one["last_at"], row.last_at)), default=None)
        one["next_at"] = min(filter(None, (one["next_at"], row.due_at)), default=None)
    for name, told in sources.items():
        told["reason"] = _commonest(reasons[name, "failed"])
        told["put_off_for"] = _commonest(reasons[name, "put_off"])
        told["left_out"] = _commonest(reasons[name, "partial"])
    return sorted(sources.values(), key=lambda one: str(one["source"]))


def _commonest(counted: Counter[str]) -> str | None:
    return min(counted, key=lambda reason: (-counted[reason], reason), default=None)
