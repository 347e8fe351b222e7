"""Makes looks for a worker: all in one thread, with one fetcher and one memory of hosts."""

import asyncio
import threading
from collections.abc import Collection, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.net.fetch import Fetcher
from storywake.collector.net.pace import Host
from storywake.collector.reading.workers import Readers
from storywake.collector.settings import Settings
from storywake.collector.sources import budgets
from storywake.db.engine import reading
from storywake.db.hosts import turns_of
from storywake.db.spending import Spending
from storywake.db.stories import stories

from .collect import Pass
from .gdelt_files import MAX_FILE_BYTES
from .ticking import silent

Found = TypeVar("Found")


class Hands:
    """A thread with an event loop of its own, so that a worker's signs of life do not wait for the work. Use as a context manager."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="looks")
        self._readers = Readers()
        self._turns = turns_of(engine, settings)

    def __enter__(self) -> Self:
        self._readers.__enter__()
        self._thread.start()
        hosts: dict[str, Host] = {}
        purse = Spending(self._engine, budgets(self._settings))
        large = self._settings.model_copy(update={"max_bytes": max(self._settings.max_bytes, MAX_FILE_BYTES)})
        self._fetcher = Fetcher(self._settings, purse=purse, read=self._readers.posts, hosts=hosts, turns=self._turns)
        self._files = Fetcher(large, hosts=hosts, turns=self._turns)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for fetcher in (self._fetcher, self._files):
            asyncio.run_coroutine_threadsafe(fetcher.__aexit__(None, None, None), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._turns.close()
        self._readers.__exit__(None, None, None)

    async def make(self, looks: Collection[int]) -> Pass:
        """Makes those of some looks that are due, and returns the pass that did."""
        return await self._do(self._make(looks))

    async def _do(self, work: Coroutine[Any, Any, Found]) -> Found:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _make(self, looks: Collection[int]) -> Pass:
        at = now()
        with reading(self._engine) as connection:
            watched = stories(connection, watched_at=at)
        made = Pass(self._engine, self._settings, self._fetcher, self._files, self._readers, watched, at, silent, looks)
        await made.run()
        return made
