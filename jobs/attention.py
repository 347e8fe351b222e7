"""Which story needs a look, and why: the table of all stories, those that need it most first."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storywake.collector.dates import stamp
from storywake.db.attention import Size, happened, last_looks, sizes, waiting
from storywake.db.overview import unread_stories
from storywake.db.status import StoryStatus
from storywake.db.stories import StoryRow, standing, stories
from storywake.db.summaries import kept_summary

SPAN = timedelta(days=1)
"""What counts as lately."""
MIN_GROWTH = 10
"""Reactions of a day from which a story is said to grow."""
GROWTH = 2
"""It grows where a day brought so many times what the day before did."""
KINDS = {
    "balance": (8, "the balance changed"),
    "correction": (7, "corrected"),
    "factcheck": (6, "fact-checked"),
    "headline": (3, "headline changed"),
    "deletion": (1, "deleted"),
    "quote": (1, "quotation taken back"),
    "publisher": (1, "new publisher"),
}
"""By kind of change: how much a story needs a look for it, and what is said of it."""
UNREAD, SILENT, FAILING, GROWS, WAITING = 5, 5, 2, 4, 1
"""How much a story needs a look because its article was never read, a network is silent, looks fail, it grows, somebody
waits."""
COUNTED = ("deletion", "publisher")
"""Kinds of which the number is said."""


class Standing(NamedTuple):
    """A story in the table."""

    story: StoryRow
    status: str
    reactions: int
    today: int  # reactions found in the last 24 hours
    last_look: str | None
    need: int
    reasons: list[str]


def table(connection: Connection, at: str) -> list[Standing]:
    """All stories as they stand at a time: those that need a look most first, then those with most new reactions."""
    moment = datetime.fromisoformat(at)
    since, before = stamp(moment - SPAN), stamp(moment - 2 * SPAN)
    rows = stories(connection)
    found, lately = sizes(connection, since, before), happened(connection, since)
    asked, looked = waiting(connection), last_looks(connection)
    unread = {row.slug: row.reason for row in unread_stories(connection, [story.id for story in rows])}
    listed = []
    for story in rows:
        size = found.get(story.id, Size(0, 0, 0))
        reasons = changed(lately.get(story.slug, {})) + grown(size)
        status = standing(story, at)
        if status is StoryStatus.WATCHED:
            reasons += unmade(connection, story, unread.get(story.slug))
        if asked.get(story.id):
            reasons.append((WAITING, f"webmentions waiting: {asked[story.id]}"))
        reasons.sort(key=lambda reason: -reason[0])
        need = sum(weight for weight, _ in reasons)
        words = [reason for _, reason in reasons]
        listed.append(Standing(story, status.value, size.reactions, size.fresh, looked.get(story.id), need, words))
    return sorted(listed, key=lambda one: (-one.need, -one.today, -one.story.id))


def changed(kinds: dict[str, int]) -> list[tuple[int, str]]:
    """What happened, each with how much it needs a look."""
    return [
        (
            weight,
            f"{kinds[kind]} {words}{'s' if kind == 'publisher' and kinds[kind] > 1 else ''}"
            if kind in COUNTED
            else words,
        )
        for kind, (weight, words) in KINDS.items()
        if kinds.get(kind)
    ]


def grown(size: Size) -> list[tuple[int, str]]:
    """That a story grows, where it does."""
    if size.fresh >= MIN_GROWTH and size.fresh >= GROWTH * size.earlier and size.reactions > size.fresh:
        return [(GROWS, f"grows: {size.fresh} reactions in a day after {size.earlier}")]
    return []


def unmade(connection: Connection, story: StoryRow, unread: str | None) -> list[tuple[int, str]]:
    """What could not be looked at: its own article, whole networks, some looks; of the figures kept of it."""
    reasons = [(UNREAD, f"its article could not be read: {unread}")] if unread else []
    kept = kept_summary(connection, story.id)
    looks: list[dict[str, Any]] = kept.figures["looks"] if kept else []
    silent = [one["source"] for one in looks if one["failed"] and one["failed"] == one["looks"]]
    failing = sum(one["failed"] for one in looks if one["source"] not in silent)
    if silent:
        reasons.append((SILENT, f"silent: {', '.join(sorted(silent))}"))
    if failing:
        reasons.append((FAILING, "1 look fails" if failing == 1 else f"{failing} looks fail"))
    return reasons
