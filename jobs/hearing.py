"""What is heard of Bluesky's stream, live or of its past, is compared with what is watched and stored."""

import asyncio
from datetime import timedelta
from time import monotonic
from typing import NamedTuple

from sqlalchemy import Engine

from storywake.collector.dates import known_moment, moment, now, stamp
from storywake.collector.match.index import Index
from storywake.collector.match.unlinked import Unlinked
from storywake.collector.net.stream import BEHIND, Event, Form, event_of, heard_at, place_of
from storywake.collector.platforms.bluesky import PLATFORM, BlueskySettings
from storywake.collector.platforms.bluesky.formats import NAME as STREAM
from storywake.collector.platforms.bluesky.glance import Heard, passes_first, passes_read, passes_second
from storywake.collector.records import Post, Tie
from storywake.collector.settings import Settings
from storywake.db.articles import article_keys
from storywake.db.cursors import Place, move_cursor
from storywake.db.engine import reading, writing
from storywake.db.posts import deleted_since
from storywake.db.reactions import reaction_ids
from storywake.db.stories import stories
from storywake.db.unheard import Unreplayed, note_unheard, unreplayed
from storywake.db.unlinked import tellings

from .intake import Arrival, take_in

MAX_BATCH = 5_000
"""Events after which the cursor is stored."""
MAX_AGE = 60.0
"""Seconds after which the cursor is stored too, and what is watched is read anew."""
MAX_CHANGED = 20_000
"""Posts of which it is remembered that they were deleted or edited: a quarter of an hour of the whole network's."""
BEFORE_PUBLISHED = timedelta(hours=1)
"""How long before an article's stated time posts may link to it: clocks and drafts."""


class Changed:
    """Posts that were deleted or edited lately, by where in the stream: what follows them may come before them."""

    def __init__(self) -> None:
        self._deleted: dict[str, int] = {}
        self._edited: dict[str, int] = {}

    def delete(self, post: str, position: int) -> None:
        """Takes note of a deletion."""
        _keep(self._deleted, post, position)

    def edit(self, post: str, position: int) -> None:
        """Takes note of an edit."""
        _keep(self._edited, post, position)

    def is_deleted_after(self, post: str, position: int) -> bool:
        """Whether a deletion was heard that came later than a place in the stream."""
        return self._deleted.get(post, 0) > position

    def is_edited_after(self, post: str, position: int) -> bool:
        """Whether an edit was heard that came later than a place in the stream."""
        return self._edited.get(post, 0) > position


def _keep(places: dict[str, int], post: str, position: int) -> None:
    places[post] = max(position, places.pop(post, 0))
    if len(places) > MAX_CHANGED:
        del places[next(iter(places))]


class Hearing:
    """What those share that listen to one host: what events are compared with, what changed lately, and how far is heard live."""

    def __init__(self, engine: Engine, settings: Settings, form: Form) -> None:
        self._engine = engine
        self._settings = settings
        self.form = form
        self.unheard = asyncio.Event()
        """Set when some of the past has come to be read."""
        self.reactions = 0
        self.live: Listener | None = None
        """Who listens to the host now."""
        self.counts_anew()
        self._unlinked = Unlinked([])
        self.renew()

    def counts_anew(self) -> None:
        """Forgets all places: the host counts otherwise from now on."""
        self.changed = Changed()
        self.last = 0
        """The last place that was heard live and written down; 0 before the first."""

    def is_caught_up(self, position: int) -> bool:
        """Whether a place lies where the host was heard live, or after it: everything that follows is heard."""
        last = self.live.last if self.live and self.live.is_in_place() else self.last
        return 0 < last <= position

    def is_old(self) -> bool:
        """Whether what is watched is to be read anew."""
        return monotonic() - self._read_at >= MAX_AGE

    def renew(self) -> None:
        """Reads what is watched: the articles, posts and words of all stories, in one index. What has a past is to be read."""
        self._read_at = monotonic()
        if self.form is Form.V2 and _note_new(self._engine, self._settings):
            self.unheard.set()
        with reading(self._engine) as connection:
            found = stories(connection, watched_at=now())
            watched = [story.id for story in found]
            articles = {story: article_keys(connection, story) for story in watched}
            reactions = {story: reaction_ids(connection, story, STREAM) for story in watched}
            told = tellings(connection, found)
        if self._unlinked.tellings != tuple(told):
            self._unlinked = Unlinked(told)
        self.index: Index = Index(articles, reactions, self._unlinked)


class Missed(NamedTuple):
    """What could not be heard before listening went on: from a time on, after a position where the host still counts as it did."""

    since: str
    host: str | None = None
    position: int | None = None


class Listener:
    """Stores what concerns watched stories, in one transaction a batch; with the cursor, where it listens to a host live."""

    def __init__(
        self, engine: Engine, settings: Settings, hearing: Hearing | None = None, host: str | None = None
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._hearing = hearing or Hearing(engine, settings, Form.V1)
        self._host = host
        self._form = self._hearing.form
        self._passes = passes_first if self._form is Form.V1 else passes_second
        self._heard_at: int | str | None = None
        self._found: list[tuple[int, Post]] = []
        self._told: dict[tuple[str, str], list[tuple[int, Tie]]] = {}
        self._near: list[tuple[int, Post]] = []
        self._gone: list[str] = []
        self._heard = 0
        self._least: int | None = None
        self._began = host is None
        self.last = 0
        """The place of the last event, 0 before the first."""
        self.written_at = monotonic()
        """When it wrote last, by a clock that nobody sets."""
        self.missed: Missed | None = None
        """What could not be heard before: noted with the place of the first event that is heard, so that neither is lost."""
        self.behind = False
        """Whether an event came whose place the host had long passed: it counts anew, so the cursor is of no use."""

    def expect(self, cursor: int | None) -> None:
        """Takes note from where on the host was asked."""
        self._least = None if cursor is None else cursor - BEHIND[self._form]

    def is_in_place(self) -> bool:
        """Whether the host was heard, and counts as it did."""
        return self._began and not self.behind

    def heard_until(self) -> str | None:
        """When the last event was heard by its host."""
        return heard_at(self._heard_at)

    def hear_message(self, message: str | bytes) -> None:
        """Handles an event as its host sent it: at first sight most concern nobody, the others are read whole. Raises TryLater as ``event_of``."""
        passed = self._passes(message, self._hearing.index)
        if passed:
            self._pass_over(passed, passed[0])
        elif event := event_of(message, self._form):
            self.hear(event)

    def hear_read(self, event: Event) -> None:
        """Handles an event of an archive."""
        passed = passes_read(event.payload, self._hearing.index)
        if passed:
            self._pass_over(passed, event.position)
        else:
            self.hear(event)

    def _pass_over(self, passed: Heard, position: int) -> None:
        _, heard, gone = passed
        if gone:
            self._hearing.changed.delete(gone, position)
        self._pass(position, heard)

    def hear(self, event: Event) -> None:
        """Handles an event; writes if something was found or the batch is full."""
        for post in PLATFORM.normalise(event.payload):
            if post.deleted:
                self._lose(str(post.external_id), event.position)
            else:
                self._compare(post, event)
        self._pass(event.position, event.heard_at)

    def _lose(self, post: str, position: int) -> None:
        self._hearing.changed.delete(post, position)
        if post in self._hearing.index.posts:
            self._gone.append(post)

    def _compare(self, post: Post, event: Event) -> None:
        index, changed, name = self._hearing.index, self._hearing.changed, str(post.external_id)
        linked = index.of(post)
        told = [(story, tie) for story, tie in index.unlinked.ties(post) if story not in linked]
        if post.pictures and not linked and not told:
            self._near.extend((story, post) for story in index.unlinked.near(post))
        if not linked and not told:
            return
        if changed.is_edited_after(name, event.position) or self._is_gone_since(post):
            return
        if _is_edit(event):
            changed.edit(name, event.position)
        if changed.is_deleted_after(name, event.position):
            self._gone.append(name)
        self._found.extend((story, post) for story in (*linked, *(story for story, _ in told)))
        if told:
            self._told[(STREAM, name)] = told

    def _is_gone_since(self, post: Post) -> bool:
        """Whether a post was deleted after what is heard of it: a stream that is heard again tells the past, and revives nothing."""
        with reading(self._engine) as connection:
            return deleted_since(connection, STREAM, str(post.external_id), post.indexed_at)

    def _pass(self, position: int, heard: int | str | None) -> None:
        """Counts an event that was handled."""
        self._heard += 1
        if position > self.last:
            self.last = position
        if self._least is not None and position < self._least:
            self.behind = True
        if heard:
            self._heard_at = heard
        if not self._began:
            self._begin()
        if self._found or self._near or self._gone or self._heard >= MAX_BATCH:
            self.write()

    def _place(self, seen: str) -> Place | None:
        """How far the host was heard, at a time; None where no host is listened to, or no event can have that place."""
        position = place_of(self.last, self._form, known_moment(seen)) if self._host else 0
        heard = self.heard_until()
        return Place(position, self._host, self._form, min(heard, seen) if heard else None) if position else None

    def _begin(self) -> None:
        """Notes with the first event what could not be heard before it; the past may then be read up to there."""
        place = self._place(now())
        if not place or self.behind:
            return
        self._began = True
        if self.missed:
            with writing(self._engine) as connection:
                since, host, position = self.missed
                until = place.heard_at or now()
                note_unheard(connection, STREAM, since, until, host=host, position=position)
                move_cursor(connection, STREAM, place)
            self._hearing.unheard.set()

    def write(self) -> None:
        """Writes what was found since the last time, and the cursor of the stream."""
        if not self.last:
            return
        seen = now()
        found = {post.external_id: post for _, post in self._found}
        arrival = Arrival(
            STREAM,
            seen,
            posts=list(found.values()),
            gone=self._gone,
            unlinked=self._told,
            near=self._near,
            cursor=self._place(seen),
        )
        self._hearing.reactions += take_in(self._engine, arrival, self._settings).reactions
        for story, post in self._found:
            self._hearing.index.add(story, str(post.external_id))
        self._found, self._near, self._gone, self._told = [], [], [], {}
        self._heard, self.written_at = 0, monotonic()
        if self._hearing.is_old():
            self._hearing.renew()
        if self._host and self.is_in_place():
            self._hearing.last = self.last


def _is_edit(event: Event) -> bool:
    commit = event.payload.get("commit", event.payload)
    return isinstance(commit, dict) and commit.get("operation") == "update"


def _note_new(engine: Engine, settings: Settings) -> bool:
    """Notes that the past of stories is to be read that came, and are watched for no longer than the hours that are read."""
    assert isinstance(settings, BlueskySettings)
    if not settings.bluesky_replay_hours:
        return False
    at = now()
    earliest = stamp(known_moment(at) - timedelta(hours=settings.bluesky_replay_hours))
    with reading(engine) as connection:
        found = unreplayed(connection, STREAM, earliest)
    if found:
        with writing(engine) as connection:
            for story in found:
                note_unheard(connection, STREAM, _start(settings, story), at, story_id=story.id)
    return bool(found)


def _start(settings: BlueskySettings, story: Unreplayed) -> str:
    """From when on posts about a story are looked for."""
    began = known_moment(story.created_at)
    earliest = began - timedelta(hours=settings.bluesky_replay_hours)
    published = moment(story.published_at)
    return stamp(max(earliest, published - BEFORE_PUBLISHED) if published and published < began else earliest)
