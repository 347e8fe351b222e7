"""Lists, shows, changes and removes stories."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from storywake.collector.clock import LookKind
from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.collector.urls import canonical, is_web_address
from storywake.collector.values import clean, text
from storywake.db.articles import page_dropped
from storywake.db.claims import add_claim, claims_of, drop_claim, raise_claim
from storywake.db.dropping import drop_address, drop_reaction
from storywake.db.engine import reading, writing
from storywake.db.looks import drop_looks, look_again
from storywake.db.overview import unread_stories
from storywake.db.removal import Removed, remove_story
from storywake.db.status import StoryStatus
from storywake.db.stories import (
    StoryRow,
    find_story,
    looks_of,
    pages_of,
    reactions_by_platform,
    set_status,
    set_title,
    standing,
    story_list,
)
from storywake.db.unlinked import mention_threshold, set_mention_threshold

from .settling import own_due
from .watch import watch_until
from .wording import number_of

ADDED = "an analyst added it"


@dataclass(frozen=True)
class Changes:
    """What is to be changed of a story; a ``status`` of None leaves it."""

    title: str | None = None
    add_claims: Sequence[str] = ()
    drop_claims: Sequence[str] = ()
    status: StoryStatus | None = None
    add_pages: Sequence[str] = ()
    drop: Sequence[str] = ()
    mention_threshold: float | None = None
    raise_claims: Sequence[str] = ()  # each one place up; the first is the main one


def list_stories(engine: Engine) -> list[dict[str, Any]]:
    """Every story: slug, title, status, watch_until, reactions, last_pass (None where there was none),
    unread (why its article could not be read yet)."""
    seen = now()
    with reading(engine) as connection:
        rows = story_list(connection)
        unread = {row.slug: row.reason for row in unread_stories(connection, [row.story.id for row in rows])}
    return [
        {
            "slug": row.story.slug,
            "title": row.story.title,
            "status": standing(row.story, seen),
            "watch_until": row.story.watch_until,
            "reactions": row.reactions,
            "last_pass": row.look_at,
            "unread": unread.get(row.story.slug),
        }
        for row in rows
    ]


def show(engine: Engine, settings: Settings, slug: str) -> list[str]:
    """A story in lines: title, address, status, claims, pages, reactions, looks.

    Raises BadInput for an unknown story.
    """
    seen = now()
    with reading(engine) as connection:
        story = find_story(connection, slug)
        claims = [row.text for row in claims_of(connection, story.id)]
        pages = pages_of(connection, story.id)
        platforms = reactions_by_platform(connection, story.id)
        looks, due = looks_of(connection, story.id), own_due(connection, settings, story, seen)
        unread = unread_stories(connection, [story.id])
        threshold = mention_threshold(connection, story.id)
    state = standing(story, seen)
    lines = [
        f"{story.slug}: {story.title or 'no title yet'}",
        f"address: {story.url or 'none (a text)'}",
        f"status: {state}{', until ' + story.watch_until if state is StoryStatus.WATCHED else ''}",
        f"posts without a link: taken from a confidence of {threshold:g}",
        "claims:" if claims else "claims: none",
        *(f"  {number}. {claim}" for number, claim in enumerate(claims, 1)),
        "pages:" if pages else "pages: none read yet",
        *(f"  its own could not be read yet: {row.reason}" for row in unread),
        *(
            f"  {page.role}: {page.url or page.publisher or 'a text'}{' - ' + page.title if page.title else ''}"
            for page in pages
        ),
        f"reactions: {sum(row.n for row in platforms)}"
        + (f" ({', '.join(f'{row.platform} {row.n}' for row in platforms)})" if platforms else ""),
    ]
    if due or looks.failed or looks.given_up:
        lines.append(f"looks: {due} due, {looks.failed} failed the last time, {looks.given_up} given up")
    return lines


def change(engine: Engine, settings: Settings, slug: str, wanted: Changes) -> list[str]:
    """Makes all changes to a story or none.

    Returns a line for each change. Raises BadInput where one cannot be made.
    """
    seen = now()
    with writing(engine) as connection:
        story = find_story(connection, slug)
        return [
            *_title(connection, story, wanted),
            *_threshold(connection, story, wanted),
            *_claims(connection, story, wanted),
            *_status(connection, settings, story, wanted, seen),
            *_pages(connection, story, wanted, seen),
            *_drops(connection, story, wanted, seen),
        ]


def _title(connection: Connection, story: StoryRow, wanted: Changes) -> list[str]:
    if wanted.title is None:
        return []
    title = text(wanted.title)
    if title is None:
        raise BadInput("the title is empty")
    set_title(connection, story.id, title)
    drop_looks(connection, story.id, LookKind.NAMING)
    return [f"title: {title}"]


def _threshold(connection: Connection, story: StoryRow, wanted: Changes) -> list[str]:
    threshold = wanted.mention_threshold
    if threshold is None:
        return []
    if not 0 <= threshold <= 1:
        raise BadInput("the threshold is a confidence, from 0 to 1")
    set_mention_threshold(connection, story.id, threshold)
    return [f"posts without a link are taken from a confidence of {threshold:g}"]


def _claims(connection: Connection, story: StoryRow, wanted: Changes) -> list[str]:
    lines = []
    if wanted.add_claims or wanted.drop_claims:
        drop_looks(connection, story.id, LookKind.NAMING)
    for words in map(text, wanted.add_claims):
        if words is None:
            raise BadInput("the claim is empty")
        lines.append(f"claim {'added' if add_claim(connection, story.id, words) else 'was there'}: {words}")
    for claim in map(clean, wanted.drop_claims):
        drop_claim(connection, story.id, claim)
        lines.append(f"claim dropped: {claim}")
    for claim in map(clean, wanted.raise_claims):
        moved = raise_claim(connection, story.id, claim)
        lines.append(f"claim {'moved up' if moved else 'is the main one'}: {claim}")
    return lines


def _status(connection: Connection, settings: Settings, story: StoryRow, wanted: Changes, seen: str) -> list[str]:
    if wanted.status is None:
        return []
    over = story.status == StoryStatus.ENDED or story.watch_until <= seen
    until = watch_until(settings) if wanted.status is StoryStatus.WATCHED and over else None
    set_status(connection, story.id, wanted.status, until)
    return [
        f"{wanted.status} until {until or story.watch_until}" if wanted.status is StoryStatus.WATCHED else wanted.status
    ]


def _pages(connection: Connection, story: StoryRow, wanted: Changes, seen: str) -> list[str]:
    lines = []
    for url in wanted.add_pages:
        _web_address(url)
        if page_dropped(connection, story.id, url):
            raise BadInput(f"{url} was dropped from {story.slug}")
        new = look_again(connection, story.id, "link", "web", url, ADDED, seen, about="coverage")
        lines.append(f"page {'added' if new else 'was there'}, read by the next pass: {url}")
    return lines


def _drops(connection: Connection, story: StoryRow, wanted: Changes, seen: str) -> list[str]:
    lines = []
    for what in wanted.drop:
        if what.isdecimal() and what.isascii():
            dropped = drop_reaction(connection, story.id, int(what), seen) if len(what) < 10 else None
            if dropped is None:
                raise BadInput(f"{story.slug} has no reaction {what}")
        else:
            _web_address(what)
            if canonical(what) == story.canonical_url:
                raise BadInput(f"{what} is what {story.slug} is about: --end stops watching it, --remove takes it out")
            dropped = drop_address(connection, story.id, what, seen)
        lines.append(
            f"dropped: {what} ({number_of(dropped.pages, 'page')}, {number_of(dropped.reactions, 'reaction')}, {dropped.rested} more that rested on them alone)"
        )
    return lines


def _web_address(url: str) -> None:
    if not is_web_address(url) or clean(url) != url:
        raise BadInput(f"{url!r} is no address")


def remove(engine: Engine, slug: str) -> Removed:
    """Deletes a story with everything that no other story needs. Raises BadInput for an unknown story."""
    with writing(engine) as connection:
        return remove_story(connection, find_story(connection, slug))
