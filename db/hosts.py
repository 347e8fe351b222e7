"""What is known of hosts: their robots.txt, and whose turn it is to ask one where several processes share a PostgreSQL."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.errors import HostBusy
from storywake.collector.groups import StoreSettings
from storywake.collector.net.pace import Host, Standing
from storywake.collector.net.turns import Alone, Turns

from .engine import reading, writing
from .locks import Lock
from .statements import statements

SQL = statements("hosts")
MAX_TRIES = 300
TRY_AGAIN = 0.1
"""Seconds between two tries to get a host that another process asks."""
LONGEST = 2 * 86_400.0
"""Seconds. No pace, closing or robots.txt holds longer than a day: what does was written down by a clock that was ahead."""


def turns_of(engine: Engine, settings: StoreSettings) -> Turns:
    """The turns of a process's requests: kept in the database where a queue is used."""
    return SharedTurns(engine) if settings.queue and engine.dialect.name == "postgresql" else OneProcess(engine)


def drop_old_hosts(engine: Engine) -> None:
    """Forgets hosts of which nothing holds any more, or longer than it can."""
    with writing(engine) as connection:
        _drop_old(connection, time.time())


def _drop_old(connection: Connection, at: float) -> None:
    connection.execute(SQL["drop_old"], {"at": at, "latest": at + LONGEST})


class OneProcess(Alone):
    """No other process asks; a robots.txt holds from pass to pass, whether one process makes them or each has its own."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def robots(self, host: Host) -> tuple[bytes, float] | None:
        """A host's robots.txt as an earlier pass read it, and for how many seconds more it holds."""
        at = self._clock()
        with reading(self._engine) as connection:
            row = connection.execute(SQL["robots"], {"host": host.name, "at": at, "latest": at + LONGEST}).first()
        return (bytes(row.robots), float(row.seconds)) if row else None

    def keep_robots(self, host: Host, body: bytes, seconds: float) -> None:
        """Keeps a host's robots.txt for later passes, and forgets hosts of which nothing holds any more."""
        at = self._clock()
        with writing(self._engine) as connection:
            _drop_old(connection, at)
            connection.execute(SQL["keep_robots"], {"host": host.name, "robots": body, "until": at + seconds})


class SharedTurns:
    """Turns that the database keeps: a host is held by an advisory lock of this process's session while requests to it
    are under way, so that a kill frees it. Times go by the database's clock, whatever the machines' clocks say.

    For one event loop. The session's end (a restart of the server) frees all hosts; what was under way ends by itself.
    """

    def __init__(self, engine: Engine, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._engine = engine
        self._pause = pause
        self._session: Connection | None = None
        self._under_way: Counter[str] = Counter()
        self._doors: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def turn(self, host: Host) -> AsyncIterator[None]:
        """Waits until this process alone may ask a host, and tells ``host`` what others learned of it. Raises HostBusy."""
        async with self._doors[host.name]:
            if not self._under_way[host.name]:
                await self._take(host)
            self._under_way[host.name] += 1
        try:
            yield
        finally:
            self._under_way[host.name] -= 1
            if not self._under_way[host.name]:
                del self._under_way[host.name]
                self._keep(host)
                self._ask("give", host, lock=int(Lock.HOST))

    def asked(self, host: Host) -> None:
        """Keeps the pace for whoever comes next, before a request."""
        self._ask("keep", host, **Standing(paced=host.delay)._asdict())

    def robots(self, host: Host) -> tuple[bytes, float] | None:
        """A host's robots.txt, and for how many seconds more it holds."""
        at = time.time()
        row = self._ask("robots", host, at=at, latest=at + LONGEST)
        return (bytes(row.robots), float(row.seconds)) if row else None

    def keep_robots(self, host: Host, body: bytes, seconds: float) -> None:
        """Keeps a host's robots.txt for others."""
        self._ask("keep_robots", host, robots=body, until=time.time() + seconds)

    def close(self) -> None:
        """Gives back every host."""
        if self._session is not None:
            self._session.invalidate()
            self._session.close()
            self._session = None

    async def _take(self, host: Host) -> None:
        for _ in range(MAX_TRIES):
            taken = self._ask("take", host, lock=int(Lock.HOST))
            if taken and taken[0]:
                known = self._ask("standing", host)
                if known:
                    host.learn(Standing(*map(float, known)))
                return
            await self._pause(TRY_AGAIN)
        raise HostBusy(host.name, "another worker is asking it")

    def _keep(self, host: Host) -> None:
        self._ask("keep", host, **host.standing()._asdict())

    def _ask(self, statement: str, host: Host, **values: Any) -> Row[Any] | None:
        """The first row of a statement about a host, in the one session that holds the hosts.

        Raises SQLAlchemyError where the session is lost; the next statement has a new one.
        """
        try:
            if self._session is None:
                self._session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            result = self._session.execute(SQL[statement], {"host": host.name, **values})
            return result.first() if result.returns_rows else None
        except SQLAlchemyError:
            self.close()
            raise
