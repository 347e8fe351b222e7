"""Listens to Bluesky live, for posts that link to, answer or quote what is watched, and for their deletions."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.dates import now
from storywake.collector.errors import StorywakeError
from storywake.collector.match.tie import Known, ties
from storywake.collector.match.unlinked import Unlinked
from storywake.collector.net.stream import Event, listen
from storywake.collector.platforms.bluesky import PLATFORM, BlueskySettings
from storywake.collector.platforms.bluesky.formats import NAME as STREAM
from storywake.collector.records import Post, Tie
from storywake.collector.settings import Settings
from storywake.db.articles import article_keys
from storywake.db.cursors import stream_cursor
from storywake.db.engine import reading
from storywake.db.reactions import reaction_ids
from storywake.db.stories import stories
from storywake.db.unlinked import tellings

from .intake import Arrival, take_in

log = logging.getLogger("storywake")
MAX_BATCH = 5_000
"""Events after which the cursor is stored and new stories are picked up."""
RECONNECT_PAUSE = 5.0
"""Seconds between two attempts to connect."""


class Watched:
    """What events are compared with: the articles and posts of each watched story."""

    def __init__(self, engine: Engine) -> None:
        with reading(engine) as connection:
            found = stories(connection, watched_at=now())
            watched = [story.id for story in found]
            self._reactions = {s: {(STREAM, i) for i in reaction_ids(connection, s, STREAM)} for s in watched}
            self._known = {s: Known(article_keys(connection, s), self._reactions[s]) for s in watched}
            self._unlinked = Unlinked(tellings(connection, found))
        self.posts = {post for reactions in self._reactions.values() for _, post in reactions}

    def add(self, story: int, post: str) -> None:
        """Adds a post that reacts to a story."""
        self._reactions[story].add((STREAM, post))
        self.posts.add(post)

    def of(self, post: Post) -> list[int]:
        """The stories that a post reacts to by what it links to, answers or quotes."""
        if not (post.links or post.in_reply_to or post.quotes):
            return []
        return [story for story, known in self._known.items() if ties(post, known)]

    def told_by(self, post: Post) -> list[tuple[int, Tie]]:
        """The stories that a post speaks of, with the ties."""
        return self._unlinked.ties(post)


class Listener:
    """Stores what concerns watched stories, with the cursor, in one transaction a batch."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._watched = Watched(engine)
        self._found: list[tuple[int, Post]] = []
        self._told: dict[tuple[str, str], list[tuple[int, Tie]]] = {}
        self._gone: list[str] = []
        self._heard = 0
        self._last = 0
        self.reactions = 0

    def hear(self, event: Event) -> None:
        """Handles an event; writes if something was found or the batch is full."""
        for post in PLATFORM.normalise(event.payload):
            if post.deleted and post.external_id in self._watched.posts:
                self._gone.append(post.external_id)
            elif not post.deleted:
                linked = self._watched.of(post)
                told = [(story, tie) for story, tie in self._watched.told_by(post) if story not in linked]
                self._found.extend((story, post) for story in (*linked, *(story for story, _ in told)))
                if told:
                    self._told[(STREAM, str(post.external_id))] = told
        self._heard += 1
        self._last = max(self._last, event.time_us)
        if self._found or self._gone or self._heard >= MAX_BATCH:
            self.write()

    def write(self) -> None:
        """Writes what was found since the last time, and the cursor of the stream."""
        if not self._last:
            return
        seen = now()
        found = {post.external_id: post for _, post in self._found}
        arrival = Arrival(
            STREAM, seen, posts=list(found.values()), gone=self._gone, unlinked=self._told, cursor=self._last
        )
        self.reactions += take_in(self._engine, arrival, self._settings).reactions
        for story, post in self._found:
            self._watched.add(story, str(post.external_id))
        if self._heard >= MAX_BATCH:
            self._watched, self._heard = Watched(self._engine), 0
        self._found, self._gone, self._told = [], [], {}


def is_wanted(settings: Settings) -> bool:
    """Whether the settings ask for the stream to be listened to."""
    return isinstance(settings, BlueskySettings) and settings.bluesky_stream


async def follow(
    engine: Engine, settings: Settings, stopped: Callable[[], bool], pause: Callable[[float], Any] = asyncio.sleep
) -> int:
    """Listens until ``stopped``. Returns the number of reactions found.

    If the stream breaks or the database fails, it resumes from what was last written.
    """
    reactions = 0
    while not stopped():
        try:
            listener = Listener(engine, settings)
            try:
                await _hear(engine, settings, listener, stopped)
            finally:
                reactions += listener.reactions
        except SQLAlchemyError as error:
            log.warning("stream: %s", str(error).splitlines()[0])
        if not stopped():
            await pause(RECONNECT_PAUSE)
    return reactions


async def _hear(engine: Engine, settings: Settings, listener: Listener, stopped: Callable[[], bool]) -> None:
    """Passes events to the listener until the stream breaks or ``stopped``, then writes what is left."""
    with reading(engine) as connection:
        cursor = stream_cursor(connection, STREAM)
    assert isinstance(settings, BlueskySettings)  # as every Settings is that has found Bluesky's file
    try:
        async for event in listen(settings.bluesky_stream_url, settings, cursor):
            listener.hear(event)
            if stopped():
                break
    except StorywakeError as error:
        log.warning("stream: %s", error)
    listener.write()
