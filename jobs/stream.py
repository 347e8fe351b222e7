"""Listens to Bluesky live, for posts that link to, answer or quote what is watched, and for their deletions."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.dates import moment, now, stamp
from storywake.collector.errors import HostBusy, StorywakeError, TryLater
from storywake.collector.net.stream import CursorTooOld, Form, form_of, host_of, listen
from storywake.collector.platforms.bluesky import BlueskySettings
from storywake.collector.platforms.bluesky.formats import NAME as STREAM
from storywake.collector.settings import Settings
from storywake.db.cursors import forget_host, stream_place
from storywake.db.engine import reading, writing
from storywake.db.faults import first_line

from .hearing import MAX_AGE, Hearing, Listener, Missed
from .replay import END, Archive
from .unheard import fetching, read_unheard

log = logging.getLogger("storywake")
RECONNECT_PAUSE = 5.0
"""Seconds between two attempts to connect."""
MARGIN = timedelta(minutes=1)
"""How far before the last event of one host another is asked: each sees events at times of its own."""


async def follow(
    engine: Engine, settings: Settings, stopped: Callable[[], bool], pause: Callable[[float], Any] = asyncio.sleep
) -> int:
    """Listens until ``stopped``, and reads beside that what was not heard. Returns the number of reactions found.

    If the stream breaks, the database fails or an event cannot be stored, it resumes from what was last written.
    """
    assert isinstance(settings, BlueskySettings)  # as every Settings is that has found Bluesky's file
    stream, reactions = settings.bluesky_stream_url, 0
    form = form_of(stream)
    async with AsyncExitStack() as beside:
        hearing: Hearing | None = None
        while not stopped():
            try:
                form = form or await _asked(engine, settings, stream)
                if form and hearing and hearing.form is form:
                    hearing.renew()
                else:
                    hearing = Hearing(engine, settings, form or Form.V1)
                    if form is Form.V2:
                        await beside.enter_async_context(running(read_unheard(engine, settings, hearing, pause)))
                try:
                    await _hear(engine, settings, hearing, stopped)
                finally:
                    reactions, hearing.reactions = reactions + hearing.reactions, 0
            except SQLAlchemyError as error:
                log.warning("stream: %s", first_line(error))
            except Exception:
                log.exception("stream: listening failed")
            if not stopped():
                await pause(RECONNECT_PAUSE)
    return reactions


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Has work done beside, which is cancelled at the end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def _asked(engine: Engine, settings: Settings, stream: str) -> Form | None:
    """How a host speaks that its address does not tell of: v2 where it has an archive. None while it cannot say."""
    try:
        async with fetching(engine, settings) as fetcher:
            async for _ in Archive(fetcher, stream).begin(None, END):
                break
    except (TryLater, HostBusy):
        return None
    except StorywakeError:
        return Form.V1
    return Form.V2


async def _hear(engine: Engine, settings: Settings, hearing: Hearing, stopped: Callable[[], bool]) -> None:
    """Listens until the stream breaks or ``stopped``, then writes what is left."""
    assert isinstance(settings, BlueskySettings)
    stream, form = settings.bluesky_stream_url, hearing.form
    host = host_of(stream)
    with reading(engine) as connection:
        place = stream_place(connection, STREAM)
    own = place if place and (place.host, place.kind) == (host, form) else None
    elsewhere = moment(place.heard_at) if place and not own else None
    cursor = own.position if own else None
    hearing.live = listener = Listener(engine, settings, hearing, host)
    if elsewhere and form is Form.V2:
        listener.missed = Missed(stamp(elsewhere - MARGIN))
    elif elsewhere:
        cursor = int((elsewhere - MARGIN).timestamp()) * 1_000_000
    listener.expect(cursor)
    try:
        try:
            await _listen(settings, listener, form, cursor, stopped)
        except CursorTooOld:
            listener.missed = Missed((own and own.heard_at) or now(), host, cursor)
            listener.expect(None)
            await _listen(settings, listener, form, None, stopped)
    except StorywakeError as error:
        log.warning("stream: %s", error)
    listener.write()
    if listener.behind:
        log.warning("stream: %s counts anew", host)
        hearing.counts_anew()
        with writing(engine) as connection:
            forget_host(connection, STREAM)


async def _listen(
    settings: Settings, listener: Listener, form: Form, cursor: int | None, stopped: Callable[[], bool]
) -> None:
    assert isinstance(settings, BlueskySettings)
    async with aclosing(listen(settings.bluesky_stream_url, form, settings, cursor)) as messages:
        async for message in messages:
            listener.hear_message(message)
            if monotonic() - listener.written_at >= MAX_AGE:
                listener.write()
            if stopped() or listener.behind:
                break
