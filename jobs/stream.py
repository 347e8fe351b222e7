"""Listens to Bluesky live, for posts that link to, answer or quote what is watched, and for their deletions."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Self
from urllib.parse import urlsplit

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.dates import known_moment, moment, now, stamp
from storywake.collector.errors import HostBusy, StorywakeError, TryLater
from storywake.collector.match.index import Index
from storywake.collector.match.unlinked import Unlinked
from storywake.collector.net.fetch import Fetcher
from storywake.collector.net.stream import (
    BEHIND,
    CursorTooOld,
    Event,
    Form,
    event_of,
    form_of,
    heard_at,
    listen,
    place_of,
)
from storywake.collector.platforms.bluesky import PLATFORM, BlueskySettings
from storywake.collector.platforms.bluesky.formats import NAME as STREAM
from storywake.collector.platforms.bluesky.glance import passes_first, passes_second
from storywake.collector.records import Post, Tie
from storywake.collector.settings import Settings
from storywake.db.articles import article_keys
from storywake.db.cursors import Place, Unreplayed, forget_host, mark_replayed, stream_place, unreplayed
from storywake.db.engine import reading, writing
from storywake.db.hosts import turns_of
from storywake.db.posts import deleted_since
from storywake.db.reactions import reaction_ids
from storywake.db.stories import stories
from storywake.db.unlinked import tellings

from .intake import Arrival, take_in
from .replay import END, Archive

log = logging.getLogger("storywake")
MAX_BATCH = 5_000
"""Events after which the cursor is stored."""
MAX_AGE = 60.0
"""Seconds after which what is watched is read anew, at the end of a batch."""
RECONNECT_PAUSE = 5.0
"""Seconds between two attempts to connect."""
MARGIN = timedelta(minutes=1)
"""How far before the last event of one host another is asked: each sees events at times of its own."""
BEFORE_PUBLISHED = timedelta(hours=1)
"""How long before an article's stated time posts may link to it: clocks and drafts."""


class Watched:
    """What events are compared with: the articles, posts and words of all watched stories, in one index."""

    def __init__(self, engine: Engine, before: Self | None = None) -> None:
        self.read_at = monotonic()
        with reading(engine) as connection:
            found = stories(connection, watched_at=now())
            watched = [story.id for story in found]
            articles = {story: article_keys(connection, story) for story in watched}
            reactions = {story: reaction_ids(connection, story, STREAM) for story in watched}
            told = tellings(connection, found)
        unlinked = before.index.unlinked if before and before.index.unlinked.tellings == tuple(told) else Unlinked(told)
        self.index: Index = Index(articles, reactions, unlinked)


class Listener:
    """Stores what concerns watched stories, with the cursor, in one transaction a batch."""

    def __init__(self, engine: Engine, settings: Settings, host: str = "", form: Form = Form.V1) -> None:
        self._engine = engine
        self._settings = settings
        self._watched = Watched(engine)
        self._host = host
        self._form = form
        self._passes = passes_first if form is Form.V1 else passes_second
        self._heard_at: int | str | None = None
        self._found: list[tuple[int, Post]] = []
        self._told: dict[tuple[str, str], list[tuple[int, Tie]]] = {}
        self._near: list[tuple[int, Post]] = []
        self._gone: list[str] = []
        self._heard = 0
        self._last = 0
        self._least: int | None = None
        self.reactions = 0
        self.waiting = False
        """Whether a story has come whose past was not read."""
        self.behind = False
        """Whether an event came whose place the host had long passed: it counts anew, so the cursor is of no use."""

    def expect(self, cursor: int | None) -> None:
        """Takes note from where on the host was asked."""
        self._least = None if cursor is None else cursor - BEHIND[self._form]

    def hear_message(self, message: str | bytes) -> None:
        """Handles an event as its host sent it: at first sight most concern nobody, the others are read whole. Raises TryLater as ``event_of``."""
        passed = self._passes(message, self._watched.index)
        if passed:
            self._pass(*passed)
        elif event := event_of(message, self._form):
            self.hear(event)

    def hear(self, event: Event) -> None:
        """Handles an event; writes if something was found or the batch is full."""
        index = self._watched.index
        for post in PLATFORM.normalise(event.payload):
            if post.deleted and post.external_id in index.posts:
                self._gone.append(post.external_id)
            elif not post.deleted:
                linked = index.of(post)
                told = [(story, tie) for story, tie in index.unlinked.ties(post) if story not in linked]
                if post.pictures and not linked and not told:
                    self._near.extend((story, post) for story in index.unlinked.near(post))
                if (linked or told) and self._is_gone_since(post):
                    continue
                self._found.extend((story, post) for story in (*linked, *(story for story, _ in told)))
                if told:
                    self._told[(STREAM, str(post.external_id))] = told
        self._pass(event.position, event.heard_at)

    def _is_gone_since(self, post: Post) -> bool:
        """Whether a post was deleted after what is heard of it: a stream that is heard again tells the past, and revives nothing."""
        with reading(self._engine) as connection:
            return deleted_since(connection, STREAM, str(post.external_id), post.indexed_at)

    def _pass(self, position: int, heard: int | str | None) -> None:
        """Counts an event that was handled."""
        self._heard += 1
        if position > self._last:
            self._last = position
        if self._least is not None and position < self._least:
            self.behind = True
        if heard:
            self._heard_at = heard
        if self._found or self._near or self._gone or self._heard >= MAX_BATCH:
            self.write()

    def write(self) -> None:
        """Writes what was found since the last time, and the cursor of the stream."""
        if not self._last:
            return
        seen = now()
        position = place_of(self._last, self._form, known_moment(seen))
        heard = heard_at(self._heard_at)
        place = Place(position, self._host, self._form, min(heard, seen) if heard else None) if position else None
        found = {post.external_id: post for _, post in self._found}
        arrival = Arrival(
            STREAM,
            seen,
            posts=list(found.values()),
            gone=self._gone,
            unlinked=self._told,
            near=self._near,
            cursor=place,
        )
        self.reactions += take_in(self._engine, arrival, self._settings).reactions
        for story, post in self._found:
            self._watched.index.add(story, str(post.external_id))
        if self._heard >= MAX_BATCH:
            self._heard = 0
            if monotonic() - self._watched.read_at >= MAX_AGE:
                self._watched = Watched(self._engine, self._watched)
                self.waiting = self._form is Form.V2 and bool(_unreplayed(self._engine, self._settings))
        self._found, self._near, self._gone, self._told = [], [], [], {}


def is_wanted(settings: Settings) -> bool:
    """Whether the settings ask for the stream to be listened to."""
    return isinstance(settings, BlueskySettings) and settings.bluesky_stream


async def follow(
    engine: Engine, settings: Settings, stopped: Callable[[], bool], pause: Callable[[float], Any] = asyncio.sleep
) -> int:
    """Listens until ``stopped``. Returns the number of reactions found.

    If the stream breaks, the database fails or an event cannot be stored, it resumes from what was last written.
    """
    assert isinstance(settings, BlueskySettings)  # as every Settings is that has found Bluesky's file
    stream, reactions = settings.bluesky_stream_url, 0
    form = form_of(stream)
    while not stopped():
        try:
            form = form or await _asked(engine, settings, stream)
            spoken = form or Form.V1
            listener = Listener(engine, settings, urlsplit(stream).netloc, spoken)
            try:
                await _hear(engine, settings, listener, spoken, stopped)
            finally:
                reactions += listener.reactions
        except SQLAlchemyError as error:
            log.warning("stream: %s", str(error).splitlines()[0])
        except Exception:
            log.exception("stream: listening failed")
        if not stopped():
            await pause(RECONNECT_PAUSE)
    return reactions


@asynccontextmanager
async def _fetching(engine: Engine, settings: Settings) -> AsyncIterator[Fetcher]:
    """A fetcher that asks hosts in turns with other processes."""
    with closing(turns_of(engine, settings)) as turns:
        async with Fetcher(settings, turns=turns) as fetcher:
            yield fetcher


async def _asked(engine: Engine, settings: Settings, stream: str) -> Form | None:
    """How a host speaks that its address does not tell of: v2 where it has an archive. None while it cannot say."""
    try:
        async with _fetching(engine, settings) as fetcher:
            async for _ in Archive(fetcher, stream).begin(None, END):
                break
    except (TryLater, HostBusy):
        return None
    except StorywakeError:
        return Form.V1
    return Form.V2


async def _hear(
    engine: Engine, settings: Settings, listener: Listener, form: Form, stopped: Callable[[], bool]
) -> None:
    """Passes events to the listener until the stream breaks or ``stopped``, then writes what is left."""
    assert isinstance(settings, BlueskySettings)
    stream = settings.bluesky_stream_url
    with reading(engine) as connection:
        place = stream_place(connection, STREAM)
    own = place if place and (place.host, place.kind) == (urlsplit(stream).netloc, form) else None
    elsewhere = moment(place.heard_at) if place and not own else None
    cursor = own.position if own else None
    try:
        if form is Form.V2:
            cursor = await _replayed(engine, settings, listener, cursor, elsewhere, stopped)
        elif elsewhere:
            cursor = int((elsewhere - MARGIN).timestamp()) * 1_000_000
        listener.expect(cursor)
        async for message in listen(stream, form, settings, cursor):
            listener.hear_message(message)
            if stopped() or listener.waiting or listener.behind:
                break
    except CursorTooOld:
        listener.write()
        await _caught_up(engine, settings, listener, cursor or 0, stopped)
    except StorywakeError as error:
        log.warning("stream: %s", error)
    listener.write()
    if listener.behind:
        log.warning("stream: %s counts anew", urlsplit(stream).netloc)
        with writing(engine) as connection:
            forget_host(connection, STREAM)


async def _replayed(
    engine: Engine,
    settings: Settings,
    listener: Listener,
    cursor: int | None,
    elsewhere: datetime | None,
    stopped: Callable[[], bool],
) -> int | None:
    """Reads the past of stories that came, and what another host was heard to last; from where to listen on.

    Raises FetchError where the archive fails; what was read of it is kept, and read again.
    """
    assert isinstance(settings, BlueskySettings)
    new = _unreplayed(engine, settings)
    starts = [_start(settings, story) for story in new] + ([elsewhere - MARGIN] if elsewhere else [])
    if not starts:
        return cursor
    async with _fetching(engine, settings) as fetcher:
        archive = Archive(fetcher, settings.bluesky_stream_url)
        async for event in archive.begin(min(starts), None):
            listener.hear(event)
            if stopped():
                return cursor
    listener.write()
    with writing(engine) as connection:
        mark_replayed(connection, [story.id for story in new], now())
    return archive.tip if cursor is None else cursor


async def _caught_up(
    engine: Engine, settings: Settings, listener: Listener, after: int, stopped: Callable[[], bool]
) -> None:
    """Reads what the host no longer sends, from its archive."""
    assert isinstance(settings, BlueskySettings)
    try:
        async with _fetching(engine, settings) as fetcher:
            async for event in Archive(fetcher, settings.bluesky_stream_url).begin(None, after):
                listener.hear(event)
                if stopped():
                    return
    except StorywakeError as error:
        log.warning("stream: %s", error)


def _unreplayed(engine: Engine, settings: Settings) -> list[Unreplayed]:
    """The stories whose past is to be read: watched for no longer than the hours that are read."""
    assert isinstance(settings, BlueskySettings)
    if not settings.bluesky_replay_hours:
        return []
    at = known_moment(now())
    with reading(engine) as connection:
        return unreplayed(connection, stamp(at - timedelta(hours=settings.bluesky_replay_hours)))


def _start(settings: Settings, story: Unreplayed) -> datetime:
    """From when on posts about a story are looked for."""
    assert isinstance(settings, BlueskySettings)
    began = known_moment(story.created_at)
    earliest = began - timedelta(hours=settings.bluesky_replay_hours)
    published = moment(story.published_at)
    return max(earliest, published - BEFORE_PUBLISHED) if published and published < began else earliest
