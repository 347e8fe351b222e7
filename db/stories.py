"""Stories: started, found, changed, listed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, update
from sqlmodel import col, select

from storywake.collector.errors import BadInput
from storywake.collector.urls import canonical

from .claims import add_claim
from .models import Story
from .questions import unknown_story
from .rows import select_rows
from .statements import statements
from .status import StoryStatus

SQL = statements("stories")
MAX_NAMED = 8
"""How many slugs a message about an unknown one names."""


class StoryRow(NamedTuple):
    """A story as jobs need it."""

    id: int
    slug: str
    title: str | None
    url: str | None
    canonical_url: str | None
    status: str
    created_at: str
    watch_until: str


class StoryText(NamedTuple):
    """The words of a story's own article; no words (None, "", None) where none was read yet."""

    title: str | None
    text: str
    language: str | None


class StoryInList(NamedTuple):
    """A story, the number of its reactions, and when it was last looked at (None: never)."""

    story: StoryRow
    reactions: int
    look_at: str | None


class StoryCounts(NamedTuple):
    """A story and the numbers of its reactions and articles."""

    slug: str
    title: str | None
    status: str
    created_at: str
    watch_until: str
    reactions: int
    articles: int


class PageRow(NamedTuple):
    """A story's page. One that prose only names has no ``url``."""

    url: str | None
    publisher: str | None
    title: str | None
    role: str


class PlatformCount(NamedTuple):
    """The number of a story's reactions on a platform."""

    platform: str
    n: int


class LookCounts(NamedTuple):
    """How many looks failed the last time, and were given up."""

    failed: int
    given_up: int


def add_story(
    connection: Connection,
    *,
    slug: str,
    title: str | None,
    url: str | None,
    claims: Sequence[str],
    created_at: str,
    watch_until: str,
) -> StoryRow:
    """Starts watching a story, or takes up the one that has the slug: new claims are added, nothing is lost."""
    connection.execute(SQL["add_story"], _values(slug, title, url, created_at, watch_until))
    return _with_claims(connection, slug, claims)


def new_story(
    connection: Connection,
    *,
    slug: str,
    title: str | None,
    url: str | None,
    claims: Sequence[str],
    created_at: str,
    watch_until: str,
) -> StoryRow | None:
    """Starts watching a story; None, and nothing is changed, where another one has the slug."""
    added = connection.execute(SQL["new_story"], _values(slug, title, url, created_at, watch_until)).rowcount
    return _with_claims(connection, slug, claims) if added else None


def _values(slug: str, title: str | None, url: str | None, created_at: str, watch_until: str) -> dict[str, str | None]:
    return {
        "slug": slug,
        "title": title,
        "url": url,
        "canonical_url": canonical(url) if url else None,
        "created_at": created_at,
        "watch_until": watch_until,
    }


def _with_claims(connection: Connection, slug: str, claims: Sequence[str]) -> StoryRow:
    story = find_story(connection, slug)
    for claim in claims:
        add_claim(connection, story.id, claim)
    return story


def set_title(connection: Connection, story_id: int, title: str) -> None:
    """Gives a story another title."""
    connection.execute(update(Story).where(col(Story.id) == story_id).values(title=title))


def set_title_if_missing(connection: Connection, story_id: int, title: str | None) -> bool:
    """Gives a story without a title the headline of its first reading. Returns whether it was given one."""
    if not title:
        return False
    untitled = update(Story).where(col(Story.id) == story_id, col(Story.title).is_(None))
    return connection.execute(untitled.values(title=title)).rowcount > 0


def set_status(connection: Connection, story_id: int, status: StoryStatus, watch_until: str | None = None) -> None:
    """Changes a story's status; ``watch_until``, where given, is its new end."""
    values = {"status": status} if watch_until is None else {"status": status, "watch_until": watch_until}
    connection.execute(update(Story).where(col(Story.id) == story_id).values(values))


def standing(story: StoryRow | StoryCounts, at: str) -> StoryStatus:
    """How a story stands at a time; one that was watched and whose time is over is ended."""
    status = StoryStatus(story.status)
    return StoryStatus.ENDED if status is StoryStatus.WATCHED and story.watch_until <= at else status


def story_of_url(connection: Connection, url: str) -> StoryRow | None:
    """The first story that is watched by an address; None where none is."""
    query = select_rows(Story, StoryRow).where(col(Story.canonical_url) == canonical(url))
    row = connection.execute(query.order_by(col(Story.id)).limit(1)).first()
    return StoryRow._make(row) if row else None


def find_story(connection: Connection, slug: str) -> StoryRow:
    """The story with a slug. Raises BadInput where there is none."""
    row = connection.execute(select_rows(Story, StoryRow).where(col(Story.slug) == slug)).first()
    if row is not None:
        return StoryRow._make(row)
    known = connection.execute(select(Story.slug).order_by(Story.slug).limit(MAX_NAMED)).scalars().all()
    raise BadInput(f"no story {slug!r}" + (f"; there are: {', '.join(known)}" if known else "; none is watched yet"))


def stories(connection: Connection, *, watched_at: str | None = None) -> list[StoryRow]:
    """Every story, or those still watched at a time."""
    rows = connection.execute(select_rows(Story, StoryRow).order_by(col(Story.id)))
    found = [StoryRow._make(row) for row in rows]
    return [s for s in found if watched_at is None or standing(s, watched_at) is StoryStatus.WATCHED]


def told_of_none(connection: Connection, values: Mapping[str, str]) -> str | None:
    """What to say beside the answer to a saved question where its ``values`` name a story that is none."""
    return unknown_story(values, lambda: sorted(story.slug for story in stories(connection)))


def still_there(connection: Connection, wanted: Sequence[StoryRow]) -> list[StoryRow]:
    """Those of ``wanted`` that nobody removed meanwhile."""
    known = set(connection.execute(select(Story.id)).scalars())
    return [story for story in wanted if story.id in known]


def story_text(connection: Connection, story_id: int) -> StoryText:
    """The words of the story's first article, as first read."""
    row = connection.execute(SQL["story_text"], {"story_id": story_id}).first()
    return StoryText._make(row) if row else StoryText(None, "", None)


def story_list(connection: Connection) -> list[StoryInList]:
    """Every story, oldest first."""
    width = len(StoryRow._fields)
    rows = map(tuple, connection.execute(SQL["story_list"]))
    return [StoryInList(StoryRow._make(row[:width]), *row[width:]) for row in rows]


def story_counts(connection: Connection) -> list[StoryCounts]:
    """Every story, newest first."""
    return [StoryCounts._make(row) for row in connection.execute(SQL["story_counts"])]


def pages_of(connection: Connection, story_id: int) -> list[PageRow]:
    """A story's pages, its own first."""
    return [PageRow._make(row) for row in connection.execute(SQL["pages_of"], {"story_id": story_id})]


def reactions_by_platform(connection: Connection, story_id: int) -> list[PlatformCount]:
    """The number of a story's reactions on each platform, most first."""
    rows = connection.execute(SQL["reactions_by_platform"], {"story_id": story_id})
    return [PlatformCount._make(row) for row in rows]


def looks_of(connection: Connection, story_id: int) -> LookCounts:
    """How a story's looks ended."""
    return LookCounts._make(connection.execute(SQL["looks_of"], {"story_id": story_id}).one())
