"""Shows the progress of long work on standard error: a bar on a terminal, else a line now and then.

Ctrl-C ends work with a line that says what was stored.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from storywake.collector.errors import StorywakeError
from storywake.collector.printable import one_line
from storywake.collector.urls import without_secrets
from storywake.jobs.ticking import Tick

SHOW_AFTER = 2.0
"""Seconds of work before anything is shown."""
LINE_INTERVAL = 10.0
"""Seconds between two lines where there is no terminal."""


class Stopped(StorywakeError):
    """Ctrl-C was pressed. Says in one line what was stored."""


class Work:
    """Work in progress: what is being done, how much is done, and of how much (None: unknown)."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.done = 0
        self.known: int | None = None
        self._began = time.monotonic()

    def tick(self, done: int, known: int | None, what: str) -> None:
        """Records how far the work is. Jobs are given this method."""
        self.done, self.known, self.what = done, known, what

    def words(self) -> str:
        """What is being done, and how far it is."""
        what = one_line(without_secrets(self.what), 100)
        if self.known:
            return f"{what}: {self.done:,} of {self.known:,}"
        return f"{what}: {self.done:,}" if self.done else what

    def line(self) -> str:
        """The words of ``words`` with the seconds taken so far."""
        return f"storywake: {self.words()} ({time.monotonic() - self._began:.0f} s)"


@contextmanager
def showing(what: str, stopped: Callable[[Work], str] | None = None) -> Iterator[Work]:
    """Shows work once it takes longer than two seconds.

    A Ctrl-C raises Stopped with what ``stopped`` says of the work.
    """
    work = Work(what)
    over = threading.Event()
    shown = threading.Thread(target=_show, args=(work, over), daemon=True)
    try:
        shown.start()
        try:
            yield work
        finally:
            over.set()
            shown.join()
    except KeyboardInterrupt:
        if stopped is None:
            raise
        raise Stopped(stopped(work)) from None


def heeding(tick: Tick) -> Tick:
    """A tick for work within asyncio, which notices a Ctrl-C only while waiting: then this raises CancelledError."""

    def told(done: int, known: int | None, what: str) -> None:
        tick(done, known, what)
        task = asyncio.current_task()
        if task and task.cancelling():
            raise asyncio.CancelledError

    return told


def stopped_assessing(work: Work) -> str:
    """What to say when assessing was stopped."""
    return "stopped while stances were assessed; what is stored stands, and the next pass assesses the rest"


def _show(work: Work, over: threading.Event) -> None:
    if over.wait(SHOW_AFTER):
        return
    if sys.stderr.isatty():
        _bar(work, over)
        return
    print(work.line(), file=sys.stderr, flush=True)
    while not over.wait(LINE_INTERVAL):
        print(work.line(), file=sys.stderr, flush=True)


def _bar(work: Work, over: threading.Event) -> None:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task(work.words(), total=None)
        while True:
            bar.update(task, description=work.words(), completed=work.done, total=work.known or None)
            if over.wait(0.1):
                return
