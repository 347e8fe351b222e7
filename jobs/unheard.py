"""Reads, beside the listening, what was not heard of Bluesky's stream: the hours before a story was watched, and what was missed.

A stretch of the past is read from the archive and, where that ends, from the stream, up to where the host is heard live. How far
is kept, so that what fails goes on from there.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager, closing
from enum import IntEnum
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.dates import known_moment, now
from storywake.collector.errors import StorywakeError, TryLater
from storywake.collector.net.fetch import Fetcher
from storywake.collector.net.stream import Form, host_of, listen
from storywake.collector.platforms.bluesky import BlueskySettings
from storywake.collector.platforms.bluesky.formats import NAME as STREAM
from storywake.collector.settings import Settings
from storywake.db.engine import reading, writing
from storywake.db.faults import first_line
from storywake.db.hosts import turns_of
from storywake.db.unheard import Stretch, close, cut, fail, go_on, waiting

from .hearing import Hearing, Listener
from .replay import END, Archive, TooLarge

log = logging.getLogger("storywake")
FIRST_WAIT = 5.0
"""Seconds until what failed is tried again; each further attempt that brings nothing waits twice as long."""
MAX_WAIT = 3600.0
"""Seconds, at most."""
TURN = 200
"""Events of the past after which what comes live has its turn."""
KEPT_EVERY = 20_000
"""Events of the past after which it is kept how far it was read."""


class Went(IntEnum):
    """How far reading went, the best first."""

    DONE = 0
    ON = 1
    NO_FURTHER = 2


@asynccontextmanager
async def fetching(engine: Engine, settings: Settings) -> AsyncIterator[Fetcher]:
    """A fetcher that asks hosts in turns with other processes."""
    with closing(turns_of(engine, settings)) as turns:
        async with Fetcher(settings, turns=turns) as fetcher:
            yield fetcher


async def read_unheard(engine: Engine, settings: Settings, hearing: Hearing, pause: Callable[[float], Any]) -> None:
    """Reads what is to be read whenever some has come, until it is cancelled; after a fault it tries again, less and less often."""
    faults = 0
    while True:
        hearing.unheard.clear()
        went = await _tried(engine, settings, hearing)
        if went is Went.DONE:
            faults = 0
            await hearing.unheard.wait()
        else:
            faults = 1 if went is Went.ON else faults + 1
            wait = min(MAX_WAIT, FIRST_WAIT * 2.0 ** min(faults - 1, 20))
            await _first_of(pause(wait), hearing.unheard.wait())


async def _first_of(*works: Coroutine[Any, Any, Any]) -> None:
    """Waits for one of several things; the others are cancelled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _tried(engine: Engine, settings: Settings, hearing: Hearing) -> Went:
    """Reads all that is to be read, as far as that goes."""
    assert isinstance(settings, BlueskySettings)
    stream, went = settings.bluesky_stream_url, Went.DONE
    try:
        with reading(engine) as connection:
            found = waiting(connection, STREAM, now())
        for stretches in _together(found, host_of(stream)):
            went = max(went, await _Reading(engine, settings, hearing, stream, stretches).run())
    except SQLAlchemyError as error:
        log.warning("stream: its past: %s", first_line(error))
        return Went.NO_FURTHER
    except Exception:
        log.exception("stream: reading its past failed")
        return Went.NO_FURTHER
    return went


def _together(stretches: Sequence[Stretch], host: str) -> list[list[Stretch]]:
    """What is read at once: that of which the archive is left out, that whose place in it is known, and the rest."""
    cut = [one for one in stretches if one.cut_at]
    others = [one for one in stretches if not one.cut_at]
    placed = [one for one in others if one.host == host and one.position is not None]
    return [group for group in (cut, placed, [one for one in others if one not in placed]) if group]


class _Reading:
    """An attempt to read stretches of the past together: from where the first of them begins."""

    def __init__(
        self, engine: Engine, settings: Settings, hearing: Hearing, stream: str, stretches: Sequence[Stretch]
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._hearing = hearing
        self._changed = hearing.changed
        self._stream = stream
        self._host = host = host_of(stream)
        self._stretches = stretches
        self._most = max(one.bytes for one in stretches)
        self._listener = Listener(engine, settings, hearing)
        places = [one.position for one in stretches if one.host == host and one.position is not None]
        self._after = min(places) if len(places) == len(stretches) else None
        self._position = self._after or 0
        self._kept = 0

    async def run(self) -> Went:
        """How far that went."""
        began, fault, done = self._position, None, False
        async with fetching(self._engine, self._settings) as fetcher:
            self._archive = Archive(fetcher, self._stream, self._most)
            try:
                done = await self._from_archive() or await self._from_stream()
            except StorywakeError as error:
                fault = str(error)
                log.warning("stream: its past: %s", fault)
            finally:
                self._keep(fault)
        if done:
            with writing(self._engine) as connection:
                close(connection, self._stretches, now())
            return Went.DONE
        return Went.ON if self._position > began else Went.NO_FURTHER

    async def _from_archive(self) -> bool:
        """Reads the archive to its end, unless it is left out; whether that is where the host is heard live."""
        since, after = None, END if self._stretches[0].cut_at else self._after
        if after is None:
            since = known_moment(min(one.since for one in self._stretches))
        heard = 0
        try:
            async with aclosing(self._archive.begin(since, after)) as events:
                async for event in events:
                    self._listener.hear_read(event)
                    self._position = event.position
                    heard += 1
                    if heard % KEPT_EVERY == 0:
                        self._keep(None)
                    if heard % TURN == 0:
                        await asyncio.sleep(0)
                        self._check()
                    if self._hearing.is_caught_up(self._position):
                        return True
        except TooLarge as error:
            self._leave_out(error)
        self._position = max(self._position, self._archive.tip)
        return self._hearing.is_caught_up(self._position)

    def _leave_out(self, error: TooLarge) -> None:
        """Leaves the rest of the archive out for the stretches that took all they may. Raises it where that is not true of all."""
        self._keep(None)
        full = [one for one in self._stretches if one.bytes == self._most]
        with writing(self._engine) as connection:
            cut(connection, full, error.reason)
        if len(full) < len(self._stretches):
            raise error
        log.warning("stream: its past: %s", error)

    async def _from_stream(self) -> bool:
        """Reads what the archive does not have yet, up to where the host is heard live."""
        async with aclosing(listen(self._stream, Form.V2, self._settings, self._position)) as messages:
            async for message in messages:
                self._listener.hear_message(message)
                self._position = max(self._position, self._listener.last)
                self._check()
                if self._hearing.is_caught_up(self._position):
                    return True
        return False

    def _is_valid(self) -> bool:
        """Whether the host counts as it did when this began."""
        return self._hearing.changed is self._changed

    def _check(self) -> None:
        if not self._is_valid():
            raise TryLater(self._host, "it counts anew")

    def _keep(self, fault: str | None) -> None:
        """Stores what was found, and how far that was."""
        self._listener.write()
        read, self._kept = self._archive.read - self._kept, self._archive.read
        with writing(self._engine) as connection:
            if self._position and self._is_valid():
                since = self._listener.heard_until()
                go_on(connection, self._stretches, self._host, self._position, since, read, fault)
            elif fault:
                fail(connection, self._stretches, read, fault)
