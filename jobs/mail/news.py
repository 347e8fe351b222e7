"""The news of a story in a span of time, as numbers and rows, in no language: found out once for all who are told it."""

from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.dates import known_moment, moment, stamp
from storywake.collector.match.remarks import words
from storywake.collector.platforms.base import Recorded
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db import past
from storywake.db.articles import known_publishers
from storywake.db.deliveries import Window
from storywake.db.forecasts import Outlook, outlook_of
from storywake.db.overview import failing_looks, lag_of
from storywake.db.past import Asked, Happened, Named, Size
from storywake.db.stories import StoryRow

from ..wording import network, short_title
from .choosing import Choice, choose
from .standing import Balance, Row, Standing, balance_before, standing

ELSEWHERE = ("deletion", "quote")
"""Kinds of change that are not listed but counted: deletions, beside the posts that were most seen, and quotations taken back."""
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
    """What was not seen: names of networks, answers told of but not stored, looks that fail (None: not known then)."""

    limited: list[str]
    shown_only: list[str]
    left_out: list[str]
    lacking: int | None
    failing: int | None


class StoryNews(NamedTuple):
    """A story as it stood at the end of a span of time, and what was new in it."""

    story: StoryRow
    size: Size
    fresh: Size
    reach: dict[str, int | None]
    gained: dict[str, int | None]
    balances: list[Balance]  # in the claims' order
    before: Balance | None  # the main claim's at the beginning
    hours: list[Row]  # of the main claim: hour, stance, share, low, high
    changes: list[Happened]
    answered: list[Named]
    deleted: list[int]  # reactions whose posts went
    deleted_leading: list[int]  # those of them that were among the most seen
    unquoted: list[int]  # reactions whose quotation was taken back by whom they quote
    seen: list[Choice]
    grown: list[Choice]
    posts: dict[int, Row]  # those chosen, by reaction
    asked: list[Asked]
    coverage: Coverage
    outlook: Outlook | None  # of its reactions

    @property
    def weight(self) -> tuple[int, int]:
        """Stories with more news come first."""
        return len(self.changes) + len(self.answered), self.fresh.reactions


class Desk:
    """Finds out what is new, all from one state of the database; what was found out is kept."""

    def __init__(self, connection: Connection, settings: Settings, present: str) -> None:
        self._connection = connection
        self._settings = settings
        self._present = present
        self._stood: dict[tuple[int, str], Standing] = {}
        self._news: dict[Window, list[StoryNews]] = {}

    def news(self, window: Window) -> list[StoryNews]:
        """The news of all stories in a span of time, those with most news first."""
        if window not in self._news:
            told = [self._of(story, window) for story in past.stories_then(self._connection, window.until)]
            self._news[window] = sorted(told, key=lambda news: news.weight, reverse=True)
        return self._news[window]

    def _of(self, story: StoryRow, window: Window) -> StoryNews:
        connection, until = self._connection, window.until
        reach = past.reach_then(connection, story.id, until)
        earlier = past.reach_then(connection, story.id, window.since)
        stood = self._standing(story, until)
        seen = choose(past.new_posts(connection, story.id, window, MAX_COMPARED), MAX_LISTED)
        grown = choose(past.grown_posts(connection, story.id, window, MAX_COMPARED), MAX_LISTED)
        found = past.changes_found(connection, story.slug, _found_from(window), until)
        ended = {
            kind: [c.reaction_id for c in found if c.kind == kind and c.found_at > window.since and c.reaction_id]
            for kind in ELSEWHERE
        }
        deleted = ended["deletion"]
        leading = past.most_seen_before(connection, story.id, window.since, MAX_LISTED) if deleted else []
        return StoryNews(
            story,
            stood.size,
            past.size_new(connection, story.id, window),
            reach,
            {name: _gain(earlier[name], reach[name]) for name in past.COUNTS},
            stood.balances,
            balance_before(connection, story, window.since, stood),
            stood.hours,
            [change for change in found if change.kind not in ELSEWHERE],
            self._answers(story, window),
            deleted,
            [number for number in leading if number in deleted],
            ended["quote"],
            seen,
            grown,
            past.posts_then(connection, {choice.reaction_id for choice in seen + grown}, until),
            past.asked_then(connection, story.id, window, MAX_ASKED),
            self._coverage(story, until, stood),
            outlook_of(connection, story.id, stamp(known_moment(until) - OUTLOOK_HOLDS), until),
        )

    def _standing(self, story: StoryRow, until: str) -> Standing:
        key = story.id, until
        if key not in self._stood:
            self._stood[key] = standing(self._connection, story, until)
        return self._stood[key]

    def _answers(self, story: StoryRow, window: Window) -> list[Named]:
        """Who is named in the story and reacts for the first time; papers that wrote about it are told elsewhere."""
        spoken = past.first_words(self._connection, story.id, window)[:MAX_NAMED]
        if not spoken:
            return []
        known = past.named_persons(self._connection, story.id)
        told = f" {' '.join(words(past.story_words(self._connection, story.id, window.until)))} "
        papers = {words(publisher) for publisher, _ in known_publishers(self._connection, story.id)}
        return [
            one
            for one in spoken
            if (one.person_id in known or _is_named(one.name, told)) and words(one.name) not in papers
        ]

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
            [short_title(s.title) for name, s in asked.items() if settings.asks(name) and s.missing(settings)],
            [short_title(s.title) for s in SOURCES.values() if isinstance(s, Recorded)],
            [network(name) for name in left_out],
            lacking if now else None,
            len(failing) if now else None,
        )


def mark_of_change(change: Happened) -> str:
    """By what a change is known again, so that no reader is told it twice."""
    words = "\0".join((change.kind, change.at, change.what or "", change.before or "", change.after or ""))
    return sha256(words.encode("utf-8", "replace")).hexdigest()[:12]


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
