"""What is to be looked at: rows with a kind, a due time and a last outcome."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Connection, delete
from sqlmodel import col, select

from storywake.collector.dates import moment, stamp
from storywake.collector.values import clean

from . import models
from .many import rows_among, run_many
from .statements import statements
from .status import LookOutcome

MAX_AHEAD = timedelta(hours=1)
"""By how much a look's last time may lie ahead, for clocks of several machines."""

MAX_DUE_SOON = 500
"""Looks that are considered to fill a request."""
NOTHING = ""
"""The target of a look that is never due: it was worked out that there is nothing to ask for."""


class Look(NamedTuple):
    """A look that may be due, with what asking needs of its post."""

    id: int
    story_id: int | None
    kind: str
    source: str
    target: str
    post_id: int | None
    about: str | None
    reason: str
    added_at: str
    last_at: str | None
    grown_at: str | None
    outcome: str | None
    failures: int
    idle: int
    external_id: str | None = None
    url: str | None = None
    post_kind: str | None = None
    handle: str | None = None
    posted_at: str | None = None
    deleted_at: str | None = None
    lacking: int | None = None  # answers that the platform told of at the last look and that are not here
    due_at: str | None = None
    tempo: float | None = None  # reactions that a post gathers while its age grows e-fold; None before its first look


class DueSoon(NamedTuple):
    """A look that is not due yet."""

    id: int
    last_at: str
    due_at: str


class PostLook(NamedTuple):
    """A look at a post that is to be added at a time; not due (None) until it is woken."""

    kind: str
    source: str
    post_id: int
    reason: str
    at: str
    due_at: str | None
    told: int | None = None  # how many answers its platform tells of, where it looks at answers


POST_LOOK = (*PostLook._fields, "target")


class CountsLook(NamedTuple):
    """A look at a post's counts, with what says when it comes again."""

    id: int
    post_id: int
    post_kind: str
    added_at: str
    last_at: str | None
    deleted_at: str | None
    tempo: float | None


class Settled(NamedTuple):
    """How a look ended, and when it is due again (None: not until it is woken)."""

    id: int
    at: str
    due_at: str | None
    outcome: LookOutcome
    note: str | None = None
    grew: bool = False
    failures: int = 0
    idle: int = 0
    tempo: float | None = None  # None: as it was


SQL = statements("looks")


def add_look(
    connection: Connection,
    story_id: int | None,
    kind: str,
    source: str,
    target: str,
    reason: str,
    at: str,
    about: str | None = None,
    post_id: int | None = None,
    due_at: str | None = None,
) -> bool:
    """Adds a look, due at once where no time is given; False where it is there already."""
    row = {
        "story_id": story_id, "kind": kind, "source": source, "target": target, "reason": reason, "at": at,
        "about": about, "post_id": post_id, "due_at": due_at or at,
    }  # fmt: skip
    return connection.execute(SQL["add_look"], row).rowcount > 0


def look_again(
    connection: Connection,
    story_id: int | None,
    kind: str,
    source: str,
    target: str,
    reason: str,
    at: str,
    about: str | None = None,
) -> bool:
    """Adds a look that somebody asked for; one that is there already is due now, its failures forgiven. Returns whether
    it is new.
    """
    if add_look(connection, story_id, kind, source, target, reason, at, about):
        return True
    values = {"story_id": story_id, "kind": kind, "source": source, "target": target, "reason": reason, "about": about}
    connection.execute(SQL["make_due"], {**values, "at": at})
    return False


def add_looks(connection: Connection, rows: Sequence[tuple[int | None, str, str, str, str]], at: str) -> None:
    """Adds looks (story id, kind, source, target, reason), due at once, save those at NOTHING, which never are; those that are
    there stay as they are.
    """
    names = ("story_id", "kind", "source", "target", "reason")
    given = {"about": None, "post_id": None, "at": at}
    run_many(
        connection,
        SQL["add_look"],
        [{**dict(zip(names, row, strict=True)), **given, "due_at": None if row[3] == NOTHING else at} for row in rows],
    )


def known_looks(connection: Connection, stories: Collection[int]) -> set[tuple[int | None, str, str, str]]:
    """What the stories and the feeds have looks at, posts left out: (story id, kind, source, target)."""
    return {tuple(row) for row in rows_among(connection, SQL["known_looks"], sorted(stories))}


def looks_at_posts(connection: Connection, posts: Collection[int]) -> set[tuple[str, str, int]]:
    """What ``posts`` have looks at: (kind, source, post id)."""
    return set(map(tuple, rows_among(connection, SQL["known_post_looks"], sorted(posts))))


def add_post_looks(connection: Connection, looks: Sequence[PostLook]) -> None:
    """Adds posts' looks; those that are there stay as they are."""
    in_order = sorted(looks, key=attrgetter("post_id", "kind"))
    rows = [dict(zip(POST_LOOK, (*look, f"post {look.post_id}"), strict=True)) for look in in_order]
    run_many(connection, SQL["add_post_look"], rows)


def due_looks(
    connection: Connection, stories: Collection[int], at: str | None, depth: int, among: Collection[int] | None = None
) -> list[Look]:
    """The looks of ``stories`` that are due by ``at``, a feed's too; every one that is not done where ``at`` is None. With
    ``among`` only those with these ids.

    A look that a clock once ahead wrote down as made in the future is due. Threads are looked at below posts that
    are at most ``depth`` quotes away from one that an article shows or that links.
    """
    of = {"at": at, "ahead": stamp(found_at + MAX_AHEAD) if (found_at := moment(at)) else None}
    if among is None:
        which = "unfinished_ids" if at is None else _fewest_due(connection, stories, at)
        among = [row.id for row in rows_among(connection, SQL[which], sorted(stories), **of)]
    found: list[Look] = []
    for name in ("due_looks", "due_post_looks"):
        rows = rows_among(connection, SQL[name], list(among), asked=sorted(stories), depth=depth, **of)
        found.extend(Look._make(row) for row in rows)
    return found


def _fewest_due(connection: Connection, stories: Collection[int], at: str) -> str:
    """The statement that finds the looks of ``stories`` among fewest: all that are due, also those left of stories that are no
    longer watched, or those at the stories' own posts.
    """
    posts = sum(row.posts for row in rows_among(connection, SQL["posts_of"], sorted(stories)))
    due = connection.execute(SQL["due_at_posts"], {"at": at, "most": posts + 1}).scalar_one()
    return "due_ids_of_posts" if due > posts else "due_ids"


def own_looks(connection: Connection, story_id: int) -> list[int]:
    """The ids of a story's looks that are not done, those at its posts aside."""
    return list(connection.execute(SQL["own_ids"], {"story_id": story_id}).scalars())


def counts_due_soon(connection: Connection, source: str, at: str, soon: str) -> list[DueSoon]:
    """Looks at posts' counts at a source that are not due ``at`` a time, but by ``soon``; the nearest first."""
    given = {"source": source, "at": at, "soon": soon, "most": MAX_DUE_SOON}
    return [DueSoon._make(row) for row in connection.execute(SQL["counts_due_soon"], given)]


def left_of(connection: Connection, looks: Collection[int]) -> set[int]:
    """Which of the looks are there still: their story may have been removed, their post dropped."""
    return {row.id for row in rows_among(connection, SQL["left_of"], sorted(looks))}


def settle_looks(connection: Connection, settled: Sequence[Settled]) -> None:
    """Writes how looks ended."""
    run_many(
        connection,
        SQL["settle_look"],
        [{**s._asdict(), "grew": int(s.grew), "note": clean(s.note) if s.note else None} for s in sorted(settled)],
    )


def looks_at_counts(connection: Connection, posts: Collection[int]) -> list[CountsLook]:
    """The looks at the counts of ``posts``."""
    return [CountsLook._make(row) for row in rows_among(connection, SQL["looks_at_counts"], sorted(posts))]


def count_looks(connection: Connection, kind: str, source: str, at: str) -> int:
    """How many looks of a kind a source has that are not done, of stories that are watched at ``at``."""
    return int(connection.execute(SQL["count_looks"], {"kind": kind, "source": source, "at": at}).scalar_one())


def known_target(connection: Connection, story_id: int, target: str) -> bool:
    """Whether a story has a look at an address, whatever came of it."""
    query = select(models.Look.id).where(models.Look.story_id == story_id, models.Look.target == target)
    return connection.execute(query.limit(1)).first() is not None


def targets_of(connection: Connection, story_id: int, kind: str) -> list[str]:
    """The addresses that a story has looks of a kind at, whatever came of them."""
    look = models.Look
    query = select(look.target).where(col(look.story_id) == story_id, col(look.kind) == kind, col(look.source) == "web")
    return [target for target in connection.execute(query).scalars() if target]


def has_look(connection: Connection, story_id: int, kind: str, target: str) -> bool:
    """Whether a story has a look of a kind at an address."""
    query = select(models.Look.id).where(
        models.Look.kind == kind,
        models.Look.source == "web",
        models.Look.target == target,
        models.Look.story_id == story_id,
    )
    return connection.execute(query.limit(1)).first() is not None


def drop_looks(connection: Connection, story_id: int, kind: str, target: str | None = None) -> None:
    """Deletes a story's looks of a kind, those at a ``target`` alone where it is given: what they asked for has changed, and the
    next pass adds them anew.
    """
    look = models.Look
    which = [col(look.story_id) == story_id, col(look.kind) == kind]
    if target is not None:
        which.append(col(look.target) == target)
    connection.execute(delete(look).where(*which))
