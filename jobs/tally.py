"""All reactions of a story, read once and without their words: what the figures of its page are counted from."""

import zlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.figures.reach import engagement
from storywake.collector.match.remarks import words
from storywake.collector.records import Kind
from storywake.db.telling import Reacted, reacted


class Item(NamedTuple):
    """A reaction without its words."""

    reaction_id: int
    platform: str
    key: str
    answers: tuple[str, ...]  # keys of the posts that it answers or quotes
    who: str | None  # the same for all of one person's or account's reactions; None for an article's
    person_id: int | None
    account_id: int | None
    posted_at: str | None
    first_seen_at: str
    tie_source: str
    counted: str | None  # a stance or "unclear"; None where it was not assessed
    engagement: int | None
    views: int | None
    observed: bool  # whether its counts were ever looked at
    said: int | None  # a number that texts of the same words share; None without words
    carries: bool  # whether it carries the correction
    deleted: bool
    posted: bool  # a post of its own; not a statement that an article reports

    @property
    def at(self) -> str:
        """When it was posted, or else first seen."""
        return self.posted_at or self.first_seen_at


def read_items(connection: Connection, slug: str, carries: Callable[[Reacted], bool]) -> list[Item]:
    """A story's reactions as items; ``carries`` tells of each whether it carries the correction."""
    return [_item(row, carries(row)) for row in reacted(connection, slug)]


def who_reacted(kind: str, person_id: int | None, account_id: int | None, reaction_id: int) -> str | None:
    """Whoever a reaction is counted to where people are counted: the person, else the account, else nobody known, who
    counts once each. None for an article: publishers and bylines are no people who reacted.
    """
    if kind == Kind.ARTICLE:
        return None
    return f"p{person_id}" if person_id else f"a{account_id}" if account_id else f"r{reaction_id}"


def people_of(items: Iterable[Item]) -> set[str]:
    """Who reacted, of some reactions: their number is that of the people."""
    return {item.who for item in items if item.who}


def _item(row: Reacted, carries: bool) -> Item:
    said = " ".join(words(row.text)) if row.text else ""
    return Item(
        row.reaction_id,
        row.platform,
        row.key,
        tuple(key for key in (row.in_reply_to, row.quoted) if key),
        who_reacted(row.kind, row.person_id, row.account_id, row.reaction_id),
        row.person_id,
        row.account_id,
        row.posted_at,
        row.first_seen_at,
        row.tie_source,
        row.counted,
        engagement(row.likes, row.reposts, row.replies, row.quotes),
        row.views,
        row.last_observed_at is not None,
        zlib.crc32(said.encode("utf-8", "replace")) if said else None,
        carries,
        row.deleted_at is not None,
        row.kind != Kind.STATEMENT,
    )


def known_sum(numbers: "list[int | None]") -> int | None:
    """The sum of the numbers that are known; None where none is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
