"""The first pass of a story that was just added, made by the process that took it in, while somebody watches."""

import asyncio
import logging
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.errors import StorywakeError
from storywake.collector.settings import Settings
from storywake.collector.urls import without_secrets
from storywake.db.faults import first_line
from storywake.db.stories import StoryRow

from .collect import collect

log = logging.getLogger("storywake")
MAX_WAITING = 20
"""Stories that wait for their first pass; one more is left to the scheduler."""
MAX_KEPT = 100
"""Passes whose outcome is remembered."""
MAX_NOTES = 10
"""Lines kept of what went wrong in a pass."""


class Stage(StrEnum):
    """How far a first pass is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Stopped(Exception):
    """The process that makes the pass ends."""


@dataclass
class Progress:
    """A first pass: how far it is, what it is doing, and what went wrong."""

    stage: Stage = Stage.WAITING
    done: int = 0
    of: int | None = None
    what: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def goes_on(self) -> bool:
        """Whether there is more to come."""
        return self.stage in (Stage.WAITING, Stage.RUNNING)


class FirstPasses:
    """Makes first passes one after another, in a thread that starts with the first."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._waiting: deque[StoryRow] = deque()
        self._known: OrderedDict[str, Progress] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def begin(self, story: StoryRow) -> bool:
        """Has a story's first pass made as soon as those before it are through; False where too many wait."""
        with self._changed:
            known = self._known.get(story.slug)
            if known is not None and known.goes_on:
                return True
            if len(self._waiting) >= MAX_WAITING:
                return False
            self._known[story.slug] = Progress()
            while len(self._known) > MAX_KEPT:
                self._known.popitem(last=False)
            self._waiting.append(story)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="first-pass")
                self._thread.start()
            self._changed.notify_all()
        return True

    def progress(self, slug: str) -> Progress | None:
        """How a story's first pass stands; None where this process made none."""
        return self._known.get(slug)

    def finish(self) -> None:
        """Waits until no pass is left to be made."""
        with self._changed:
            self._changed.wait_for(lambda: not any(one.goes_on for one in self._known.values()))

    def stop(self) -> None:
        """Ends the pass under way at its next step; what it stored stays, and the rest is due as before."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._stopped)
                if self._stopped:
                    return
                story = self._waiting.popleft()
                progress = self._known.get(story.slug) or Progress()
            self._make(story, progress)
            with self._changed:
                self._changed.notify_all()

    def _make(self, story: StoryRow, progress: Progress) -> None:
        def tick(done: int, known: int | None, what: str) -> None:
            if self._stopped:
                raise Stopped
            progress.done, progress.of, progress.what = done, known, what

        progress.stage = Stage.RUNNING
        try:
            results = asyncio.run(collect(self._engine, self._settings, [story], tick=tick))
            notes = [note for result in results.values() for note in result.notes]
            progress.notes = [without_secrets(note) for note in notes[:MAX_NOTES]]
            progress.stage = Stage.DONE
        except Stopped:
            progress.stage = Stage.FAILED
        except (StorywakeError, SQLAlchemyError) as error:
            words = first_line(error) if isinstance(error, SQLAlchemyError) else str(error)
            progress.notes, progress.stage = [without_secrets(words)], Stage.FAILED
        except Exception as error:
            log.exception("the first pass of %s failed", story.slug)
            progress.notes, progress.stage = [type(error).__name__], Stage.FAILED
