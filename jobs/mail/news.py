"""The news of stories in a span of time, as numbers and rows, in no language: found out once for all who are told it. What
came is asked of all stories together, the rest only of those few that a mail tells whole.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.dates import known_moment, moment, stamp
from storywake.collector.match.remarks import words
from storywake.collector.platforms.base import Recorded
from storywake.collector.platforms.web import NAME as WEB
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db import past
from storywake.db.articles import publishers_of_stories
from storywake.db.deliveries import Window
from storywake.db.forecasts import Outlook, outlook_of
from storywake.db.overview import failing_looks, lag_of
from storywake.db.past import Asked, Happened, Named, Size
from storywake.db.stories import StoryRow

from .choosing import Choice, choose
from .standing import Balance, Row, Standing, balance_before, hours_until, standing

DELETION, QUOTE = "deletion", "quote"
ELSEWHERE = (DELETION, QUOTE)
"""Kinds of change that are not listed but counted: deletions, beside the posts that were most seen, and quotations taken back."""
NOBODY = Size(0, 0)
MAX_LISTED = 5
"""Posts of a list, and those that count as most seen."""
MAX_COMPARED = 5_000
"""Posts that are looked through for a list, those with most reach or growth first."""
MAX_ASKED = 3
MAX_FAILING = 100
MAX_NAMED = 2_000
"""Names that are looked for in a story's words."""
OUTLOOK_HOLDS = timedelta(days=1)
"""How long a forecast is told: none is made a longer time before the next."""
LOOK_BACK = timedelta(hours=1)
"""How long after it was seen something may still be on its way into the database."""


class Coverage(NamedTuple):
    """What was not seen: of which platforms, answers told of but not stored, looks that fail (None: not known then)."""

    limited: list[str]
    shown_only: list[str]
    left_out: list[str]
    lacking: int | None
    failing: int | None


class Lately(NamedTuple):
    """What came to a story in a span of time."""

    story: StoryRow
    fresh: Size
    changes: list[Happened]  # but those of ``ELSEWHERE``
    answered: list[Named]
    deleted: list[int]  # reactions whose posts went
    unquoted: list[int]  # reactions whose quotation was taken back by whom they quote
    moved: bool  # whether reactions or posts came, went, or gathered more

    @property
    def weight(self) -> tuple[int, int]:
        """Stories with more news come first."""
        return len(self.changes) + len(self.answered), self.fresh.reactions


class StoryNews(NamedTuple):
    """A story to be told whole: what came to it, and how it stood at the end."""

    lately: Lately
    stood: Standing
    reach: dict[str, int | None]
    gained: dict[str, int | None]
    before: Balance | None  # the main claim's at the beginning
    hours: list[Row]  # of the main claim: hour, stance, share, low, high
    deleted_leading: list[int]  # those of the deleted that were among the most seen
    seen: list[Choice]
    grown: list[Choice]
    posts: dict[int, Row]  # those chosen, by reaction
    asked: list[Asked]
    coverage: Coverage
    outlook: Outlook | None  # of its reactions


class Desk:
    """Finds out what is new, all from one state of the database; what was found out is kept."""

    def __init__(self, connection: Connection, settings: Settings, present: str) -> None:
        self._connection = connection
        self._settings = settings
        self._present = present
        self._lately: dict[Window, list[Lately]] = {}
        self._stood: dict[tuple[int, str], Standing] = {}
        self._news: dict[tuple[int, Window], StoryNews] = {}

    def lately(self, window: Window) -> list[Lately]:
        """What came to each story in a span of time, those with most news first."""
        if window not in self._lately:
            self._lately[window] = sorted(self._came(window), key=lambda one: one.weight, reverse=True)
        return self._lately[window]

    def standing(self, story: StoryRow, until: str) -> Standing:
        """How a story stood at a time."""
        key = story.id, until
        if key not in self._stood:
            self._stood[key] = standing(self._connection, story, until)
        return self._stood[key]

    def news(self, lately: Lately, window: Window) -> StoryNews:
        """All that a mail tells of a story to which this came."""
        key = lately.story.id, window
        if key not in self._news:
            self._news[key] = self._whole(lately, window)
        return self._news[key]

    def _came(self, window: Window) -> list[Lately]:
        connection, until = self._connection, window.until
        stories = past.stories_then(connection, until)
        ids, slugs = [story.id for story in stories], [story.slug for story in stories]
        fresh = past.sizes_new(connection, ids, window)
        found = past.changes_found(connection, slugs, _found_from(window), until)
        ended = {
            (slug, kind): [c.reaction_id for c in changes if c.kind == kind and c.found_at > window.since and c.reaction_id]
            for slug, changes in found.items()
            for kind in ELSEWHERE
        }  # fmt: skip
        stirred = {story.id for story in stories if story.id in fresh or any(ended.get((story.slug, kind)) for kind in ELSEWHERE)}  # fmt: skip
        moved = stirred | past.grew(connection, [number for number in ids if number not in stirred], window)
        answered = self._answers(fresh, window)
        return [
            Lately(
                story,
                fresh.get(story.id, NOBODY),
                [change for change in found.get(story.slug, ()) if change.kind not in ELSEWHERE],
                answered.get(story.id, []),
                ended.get((story.slug, DELETION), []),
                ended.get((story.slug, QUOTE), []),
                story.id in moved,
            )
            for story in stories
        ]

    def _whole(self, lately: Lately, window: Window) -> StoryNews:
        connection, story, until = self._connection, lately.story, window.until
        reach = past.reach_then(connection, story.id, until)
        earlier = past.reach_then(connection, story.id, window.since)
        stood = self.standing(story, until)
        seen = choose(past.new_posts(connection, story.id, window, MAX_COMPARED), MAX_LISTED)
        grown = choose(past.grown_posts(connection, story.id, window, MAX_COMPARED), MAX_LISTED)
        return StoryNews(
            lately,
            stood,
            reach,
            {name: _gain(earlier[name], reach[name]) for name in past.COUNTS},
            balance_before(connection, story, window, stood),
            hours_until(connection, story, stood),
            past.leading_before(connection, story.id, window.since, lately.deleted, MAX_LISTED),
            seen,
            grown,
            past.posts_then(connection, {choice.reaction_id for choice in seen + grown}, until),
            past.asked_then(connection, story.id, window, MAX_ASKED),
            self._coverage(story, until, stood),
            outlook_of(connection, story.id, stamp(known_moment(until) - OUTLOOK_HOLDS), until),
        )

    def _answers(self, stories: Collection[int], window: Window) -> dict[int, list[Named]]:
        """Who is named in stories with new reactions and reacts for the first time, by story; papers that wrote about it
        are told elsewhere.
        """
        spoken = past.first_words(self._connection, stories, window)
        known = past.named_persons(self._connection, spoken)
        told = past.story_words(self._connection, spoken, window.until)
        papers = publishers_of_stories(self._connection, spoken)
        return {story: _named_in(told.get(story, ""), known, papers.get(story, ()), found[:MAX_NAMED]) for story, found in spoken.items()}  # fmt: skip

    def _coverage(self, story: StoryRow, until: str, stood: Standing) -> Coverage:
        settings = self._settings
        asked = {name: source for name, source in SOURCES.items() if not isinstance(source, Recorded)}
        now = until >= self._present
        if stood.kept:
            lacking = sum(row["answers"] for row in stood.kept.figures["lag"])
        else:
            lacking = sum(row["told"] - row["stored"] for row in lag_of(self._connection, story.slug)) if now else 0
        left_out = [name for name in asked if not settings.asks(name)]
        failing = failing_looks(self._connection, story.id, settings.follow_depth, left_out, MAX_FAILING) if now else []
        return Coverage(
            [name for name, s in asked.items() if name != WEB and settings.asks(name) and s.missing(settings)],
            [name for name, s in SOURCES.items() if isinstance(s, Recorded)],
            left_out,
            lacking if now else None,
            len(failing) if now else None,
        )


def mark_of_change(change: Happened) -> str:
    """By what a change is known again, so that no reader is told it twice."""
    words = "\0".join((change.kind, change.at, change.what or "", change.before or "", change.after or ""))
    return sha256(words.encode("utf-8", "replace")).hexdigest()[:12]


def _named_in(
    text: str, known: Collection[int | None], publishers: Iterable[str], spoken: Sequence[Named]
) -> list[Named]:
    """Those whose own account it is, who are ``known``, or named in a text, and are none of its publishers."""
    told = f" {' '.join(words(text))} "
    papers = {words(publisher) for publisher in publishers}
    return [
        one
        for one in spoken
        if (one.own or one.person_id in known or _is_named(one.name, told)) and words(one.name) not in papers
    ]


def _is_named(name: str, told: str) -> bool:
    """Whether a name of two words or more stands in words."""
    own = words(name)
    return len(own) > 1 and f" {' '.join(own)} " in told


def _found_from(window: Window) -> str:
    """From when on changes are looked for: for who had a mail also shortly before, and what it told is left out."""
    since = moment(window.since)
    return window.since if window.after is None or since is None else stamp(since - LOOK_BACK)


def _gain(before: int | None, after: int | None) -> int | None:
    return None if after is None else after - (before or 0)
