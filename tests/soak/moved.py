"""A clock that is moved: event loops that skip their waits, and all of the product telling the same time.

Time stands still while anything is worked out; it passes only where somebody waits. So weeks go by in minutes, and each
pause, pace and limit is kept to the second as it is with a real clock.
"""

import asyncio
import datetime as real
import importlib
import pkgutil
import selectors
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, TypeVar

import httpx
import pytest

import storywake
from storywake.collector.net.evidence import Evidence
from storywake.collector.net.fetch import Fetcher
from storywake.collector.reading.answers import Content
from storywake.collector.reading.worker import read_safely
from storywake.collector.reading.workers import Readers
from storywake.jobs import schedule

Result = TypeVar("Result")
Answers = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


class Clock:
    """The time of everything: ``at`` for calendars, ``seconds`` for pauses."""

    def __init__(self, start: real.datetime) -> None:
        self._start, self.seconds = start, 1000.0

    @property
    def at(self) -> real.datetime:
        """The moment, in UTC."""
        return self._start + real.timedelta(seconds=self.seconds - 1000.0)

    def now(self, zone: real.tzinfo | None = None) -> real.datetime:
        """What ``datetime.now`` says."""
        return self.at.astimezone(zone) if zone else self.at.replace(tzinfo=None)

    def monotonic(self) -> float:
        """What ``time.monotonic`` says."""
        return self.seconds

    def until(self, moment: real.datetime) -> None:
        """Moves on to a moment; a past one changes nothing."""
        self.seconds += max(0.0, (moment - self.at).total_seconds())

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """``asyncio.run`` without waiting."""
        with asyncio.Runner(loop_factory=lambda: _Loop(self)) as runner:
            return runner.run(work)


class _Skips(selectors.DefaultSelector):
    """A selector that lets the clock pass in place of waiting."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready; where nothing is, it is later."""
        found = super().select(0)
        if not found and timeout:
            self._clock.seconds += timeout
        return found


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: Clock) -> None:
        super().__init__(_Skips(clock))
        self._moved = clock

    def time(self) -> float:
        """The clock's time, a little ahead so that a timer that is due is run and not waited for again."""
        return self._moved.seconds + 1e-6


class ReadHere(Readers):
    """Reads each answer in this process: with a moved clock there is no time for another one to answer."""

    async def read(self, source: str, evidence: Evidence) -> Content:
        """What a worker reads."""
        return read_safely(source, evidence)


@contextmanager
def moved(start: real.datetime, answers: Answers) -> Iterator[Clock]:
    """Everything of the product by one clock that is moved, and ``answers`` in place of the network."""
    clock = Clock(start)

    class Told(type):
        def __instancecheck__(cls, thing: object) -> bool:
            return isinstance(thing, real.datetime)

    class Moment(real.datetime, metaclass=Told):
        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> real.datetime:  # type: ignore[override]
            return clock.now(tz)

    timepieces = SimpleNamespace(monotonic=clock.monotonic, time=lambda: clock.at.timestamp(), gmtime=time.gmtime)
    for name in _modules():
        importlib.import_module(name)
    with pytest.MonkeyPatch.context() as patch, ReadHere(1) as readers:
        for name, module in list(sys.modules.items()):
            if name.startswith(("storywake.collector.", "storywake.db.", "storywake.jobs.")):
                if getattr(module, "datetime", None) is real.datetime:
                    patch.setattr(module, "datetime", Moment)
                if getattr(module, "time", None) is time:
                    patch.setattr(module, "time", timepieces)
        usual = Fetcher.__init__.__kwdefaults__ or {}
        patch.setattr(Fetcher.__init__, "__kwdefaults__", {**usual, "clock": clock.monotonic})
        patch.setattr(
            "storywake.collector.net.fetch.guarded_transport",
            lambda allow_private: httpx.MockTransport(answers),
        )
        patch.setattr(schedule, "asyncio", SimpleNamespace(run=clock.run))
        patch.setattr(schedule.SHARED, "readers", readers)
        patch.setattr(schedule.SHARED, "hosts", {})
        yield clock


def _modules() -> Iterator[str]:
    """The modules of the rooms that tell the time, so that none is loaded later with the real one."""
    for room in ("collector", "db", "jobs"):
        path = [f"{folder}/{room}" for folder in storywake.__path__]
        for found in pkgutil.walk_packages(path, f"storywake.{room}."):
            if ".migrations." not in found.name:
                yield found.name
