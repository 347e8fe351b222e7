"""A pass: makes the looks that are due, for all stories at once, with a queue (a lane) for each host."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, nullcontext
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storywake.collector.clock import ASKED, PICTURES, LookKind
from storywake.collector.dates import now, stamp
from storywake.collector.errors import FetchError, HostBusy, OverBudget, Refused, StorywakeError, TryLater
from storywake.collector.net.fetch import Fetcher
from storywake.collector.net.pace import Host
from storywake.collector.pages.verdicts import fact_checkers
from storywake.collector.reading.workers import Readers
from storywake.collector.settings import Settings
from storywake.collector.sources import budgets
from storywake.db.engine import reading, writing
from storywake.db.hosts import turns_of
from storywake.db.looks import Look, left_of
from storywake.db.persons import stories_without_persons
from storywake.db.runs import end_run, start_run
from storywake.db.spending import Spending
from storywake.db.status import RunStatus
from storywake.db.stories import StoryRow
from storywake.db.upkeep import keep_statistics

from .asking import Asking
from .assess import assess
from .backlinks import Backlinks
from .batches import to_fill_up, units
from .comments import Comments
from .forget import forget
from .gdelt_files import MAX_FILE_BYTES, GdeltFiles
from .intake import Arrival, Taken, take_in
from .pages import Pages
from .pictures import Pictures
from .resolution import update_people
from .settling import Ending, due, instead, lane_of, settle
from .summary import tell_summary
from .ticking import Tick, silent
from .tools import Tools
from .turns import in_order, ready

log = logging.getLogger("storywake")
MAX_SILENCE = 10.0
"""Seconds that a pass over several stories waits for silent hosts after everything else is done."""
MAX_PASS_SECONDS = 60.0
"""Seconds after which a scheduled pass starts no more looks, so that a slow host does not delay the others; what is
left stays due.
"""
MAX_FAULTS = 2
"""Looks in a row without an answer, after which a pass stops asking a host."""
COUNTS = ("articles", "unchanged", "revisions", "posts", "reactions", "gone", "assessed")


class Result(NamedTuple):
    """What a pass did for a story."""

    counts: dict[str, int]  # by the names of ``COUNTS``, and what a language model was asked and cost
    notes: list[str]  # a line for each thing that went wrong
    requests: int  # made by the pass for all its stories


class Lane:
    """The looks at one host, in order."""

    def __init__(self) -> None:
        self.units: deque[list[Look]] = deque()
        self.running = 0
        self.faults = 0
        self.closed: str | None = None  # why this pass no longer asks the host


class Pass:
    """One pass over ``stories``: the looks due by ``due_at``; where that is None, all looks, to the end. With ``among`` only
    looks with these ids are made.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        fetcher: Fetcher,
        files: Fetcher,
        readers: Readers,
        stories: Sequence[StoryRow],
        due_at: str | None,
        tick: Tick,
        among: Collection[int] | None = None,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._fetcher = fetcher
        self._stories = {story.id: story for story in stories}
        self._due_at = due_at
        self._tick = tick
        self._among = among
        self._lanes: dict[str, Lane] = {}
        self._taken: set[int] = set()  # ids of looks that this pass took
        self._counting: set[int | None] = set()  # ids of posts whose counts are being looked at
        self._seen: set[int] = set()  # ids of posts that their platform showed in this pass
        self._done = 0
        self._cut = False  # whether unfinished looks are given up because only waiting was left
        self._began = time.monotonic()
        self._fresh = True  # whether a lane ran empty since the due looks were read
        self.changed: set[int] = set()  # stories with new reactions, other words or other authors
        self.counted: set[int] = set()  # stories with other counts
        self.answered: set[int] = set()  # stories that an answer came for
        self.counts = {story.id: dict.fromkeys(COUNTS, 0) for story in stories}
        self.notes: dict[int, list[str]] = {story.id: [] for story in stories}
        tools = Tools(engine, settings, fetcher, readers, self._keep, self._note)
        self._pages = Pages(tools)
        self._files = GdeltFiles(tools._replace(fetcher=files))
        self._comments = Comments(tools)
        self._asking = Asking(tools)
        self._pictures = Pictures(tools)
        self._backlinks = Backlinks(tools)

    async def run(self) -> None:
        """Runs until nothing is due and all lanes are empty, or only silent hosts are left."""
        tasks: dict[asyncio.Task[None], str] = {}
        try:
            while True:
                if self._fresh:
                    self._fresh = False
                    self._take_due()
                over = self._due_at is not None and time.monotonic() - self._began > MAX_PASS_SECONDS
                for name, lane in self._lanes.items():
                    while not over and lane.units and lane.running < self._settings.host_concurrency:
                        lane.running += 1
                        tasks[asyncio.create_task(self._unit(lane, lane.units.popleft()))] = name
                if not tasks:
                    return
                done, _ = await asyncio.wait(tasks, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    lane = self._lanes[tasks.pop(task)]
                    lane.running -= 1
                    self._fresh |= not lane.units
                    task.result()
                if not done and self._only_waiting(set(tasks.values())):
                    self._cut = True
                    return
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _only_waiting(self, hosts: set[str]) -> bool:
        """Whether only hosts are left that are silent or asked us to wait, in a pass that holds up others."""
        if len(self._stories) < 2 and self._due_at is None:
            return False
        return all(
            max(self._fetcher.silent_for(host), self._fetcher.host_closed(host), self._fetcher.paced_for(host))
            >= MAX_SILENCE
            for host in hosts
        )

    def _take_due(self) -> None:
        """Puts the due looks into their lanes. A post's threads and backlinks wait for its counts, which tell whether it has any."""
        found = due(self._engine, self._settings, list(self._stories.values()), self._due_at, self._among)
        fresh = [
            look
            for look in found
            if look.id not in self._taken and not (look.kind == LookKind.COUNTS and look.post_id in self._seen)
        ]
        self._counting |= {look.post_id for look in fresh if look.kind == LookKind.COUNTS}
        fresh = ready(fresh, self._counting)
        self._taken |= {look.id for look in fresh}
        stories, at = list(self._stories.values()), now()
        for name, unit in units(in_order(fresh, at), self._settings):
            if self._due_at is not None:
                more = to_fill_up(self._engine, self._settings, stories, unit, at, self._taken)
                self._taken |= {look.id for look in more}
                self._counting |= {look.post_id for look in more}
                unit += more
            self._lanes.setdefault(name, Lane()).units.append(unit)

    async def _unit(self, lane: Lane, looks: list[Look]) -> None:
        try:
            for thread in instead(self._engine, self._settings, [x for x in looks if x.post_id not in self._seen]):
                if thread.id not in self._taken:
                    self._taken.add(thread.id)
                    await self._make(lane, [thread])
            await self._make(lane, looks)
        finally:
            self._counting -= {look.post_id for look in looks}

    async def _make(self, lane: Lane, looks: list[Look]) -> None:
        """Makes looks and records how they ended. An exception becomes a note, and the pass goes on."""
        with reading(self._engine) as connection:
            left = left_of(connection, [look.id for look in looks])
        seen = self._seen if looks[0].kind == LookKind.COUNTS else ()
        looks = [look for look in looks if look.id in left and look.post_id not in seen]
        if not looks:
            return
        ending = Ending()
        if lane.closed:
            ending = Ending(fault=lane.closed, put_off=True)
        else:
            try:
                ending = await self._look(looks)
                lane.faults = 0
            except asyncio.CancelledError:
                if self._cut:
                    self._settle(looks, self._cut_off(looks[0]))
                raise
            except Exception as error:
                ending = self._fault(lane, looks[0], error)
        self._settle(looks, ending)

    def _cut_off(self, look: Look) -> Ending:
        """How an unfinished look ends when only waiting is left."""
        host = lane_of(look, self._settings)
        wait = max(self._fetcher.host_closed(host), self._fetcher.paced_for(host))
        if wait:
            return Ending(fault=f"{host}: the host asks to wait {wait:.0f} s", put_off=True)
        return Ending(fault=f"{_shown(look)}: no answer while everything else was read")

    def _fault(self, lane: Lane, look: Look, error: Exception) -> Ending:
        """Notes why a look failed, and closes its lane where further requests would fail too."""
        line = " ".join(str(error).split())[:300]
        if not isinstance(error, StorywakeError):
            if not isinstance(error, SQLAlchemyError):
                log.exception("%s %s failed", look.kind, look.target)
            line = f"{_shown(look)}: {type(error).__name__}: {line}"
        if isinstance(error, OverBudget):
            return Ending(fault=line, over_budget=True)
        if isinstance(error, HostBusy):
            return Ending(fault=line, put_off=True)
        lane.faults = lane.faults + 1 if isinstance(error, TryLater) else 0
        if lane.faults >= MAX_FAULTS or (isinstance(error, FetchError) and self._fetcher.host_closed(error.url) > 0):
            lane.closed = line
        return Ending(fault=line, refused=look.kind == LookKind.COMMENTS and isinstance(error, Refused))

    def _settle(self, looks: list[Look], ending: Ending) -> None:
        left = [look for look in looks if not (look.kind == LookKind.COUNTS and look.post_id in self._seen)]
        if left:
            lines = settle(self._engine, self._settings, left, ending)
            known = {
                site.feed for site in fact_checkers()
            }  # which of them moved, the settings cannot mend: doctor tells
            for look in left[:1] if ending.fault and left[0].target not in known else []:
                self._note(look.story_id, ending.fault or "")
            for look, line in lines:
                self._note(look.story_id, line)
        self._done += len(looks)
        self._tick(self._done, len(self._taken), f"{looks[0].kind} {looks[0].source}")

    async def _look(self, looks: list[Look]) -> Ending:
        """Makes looks of one kind. Returns how they ended."""
        look = looks[0]
        if look.kind == LookKind.FEED:
            return Ending(await self._pages.feed(look, list(self._stories.values())))
        if look.kind == LookKind.FILES:
            return Ending(await self._files.read(list(self._stories.values())))
        if look.kind in ASKED:
            return await self._asking.ask(looks, self._of(looks))
        if look.kind == LookKind.BACKLINKS:
            return Ending(await self._backlinks.ask(look, self._of(looks)))
        assert look.story_id is not None
        if look.kind == LookKind.COMMENTS:
            return Ending(await self._comments.read(look, self._stories[look.story_id]))
        if look.kind in PICTURES:
            return Ending(await self._pictures.look(look, self._stories[look.story_id]))
        kind = look.source if look.kind == LookKind.COVERAGE else look.kind
        found: bool = await getattr(self._pages, kind)(look, self._stories[look.story_id])
        return Ending(found)

    def _of(self, looks: Sequence[Look]) -> list[StoryRow]:
        ids = dict.fromkeys(look.story_id for look in looks)
        return [self._stories[i] for i in ids if i is not None]

    def _keep(self, arrival: Arrival) -> Taken:
        """Stores an arrival and counts it for the first of the stories that asked for it."""
        taken = take_in(self._engine, arrival, self._settings)
        self._seen |= taken.seen
        self.changed |= taken.stories
        self.counted |= taken.counted
        self.answered |= taken.stories | {story.id for story in arrival.stories}
        story = arrival.stories[0].id if arrival.stories else None
        if story in self.counts:
            counts = self.counts[story]
            counts["posts"] += taken.posts
            counts["reactions"] += taken.reactions
            counts["gone"] += taken.gone
            counts["revisions"] += taken.revised
            counts["articles"] += arrival.filed is not None
            counts["unchanged"] += arrival.evidence is not None and arrival.evidence.status == 304
        if taken.note:
            self._note(story, taken.note)
        return taken

    def told(self) -> Iterator[tuple[str, list[str]]]:
        """The short names of the stories, and their notes."""
        for story in self._stories.values():
            yield story.slug, self.notes[story.id]

    def _note(self, story: int | None, line: str) -> None:
        """Adds a note to a story; a note about no story goes to all of them."""
        for told in [story] if story in self.notes else self.notes:
            assert told is not None
            if line not in self.notes[told]:
                self.notes[told].append(line)


def _shown(look: Look) -> str:
    """A look as notes name it: its address, id or target."""
    return look.url or look.external_id or look.target


async def collect(
    engine: Engine,
    settings: Settings,
    stories: Sequence[StoryRow],
    *,
    due_at: str | None = None,
    tick: Tick = silent,
    readers: Readers | None = None,
    hosts: dict[str, Host] | None = None,
) -> dict[str, Result]:
    """Makes a pass over stories, then updates their persons and stances and forgets posts deleted long ago.

    Returns the result for each story by slug. With ``due_at`` only looks
    due by then are made; without it all looks are, to the end. ``readers`` (worker processes) and ``hosts`` (their pace
    and robots rules) may be passed in to be shared by several passes.
    """
    started = now()
    with writing(engine) as connection:
        run = start_run(connection, "collect", started, started)
    status, work = RunStatus.FAILED, None
    try:
        purse = Spending(engine, budgets(settings))
        with nullcontext(readers) if readers else Readers() as pool, closing(turns_of(engine, settings)) as turns:
            hosts = {} if hosts is None else hosts
            large = settings.model_copy(update={"max_bytes": max(settings.max_bytes, MAX_FILE_BYTES)})
            async with (
                Fetcher(settings, purse=purse, read=pool.posts, hosts=hosts, turns=turns) as fetcher,
                Fetcher(large, hosts=hosts, turns=turns) as files,
            ):
                work = Pass(engine, settings, fetcher, files, pool, stories, due_at, tick)
                await work.run()
        with reading(engine) as connection:
            unresolved = stories_without_persons(connection, work.answered)  # left by a pass that was killed
        for story in stories:
            if due_at is None or story.id in work.changed or story.id in unresolved:
                _work_out(engine, settings, story, work, tick)
            if story.id in work.changed | work.counted or (due_at is None and story.id not in work.answered):
                _sum_up(engine, settings, story, work, tick)
        forget(engine, stamp(datetime.now(UTC) - timedelta(days=settings.forget_days)))
        keep_statistics(engine)
        status = RunStatus.DONE
        return {story.slug: Result(work.counts[story.id], work.notes[story.id], fetcher.requests) for story in stories}
    finally:
        with writing(engine) as connection:
            end_run(connection, run, now(), status, *_account(work, stories))


def _work_out(engine: Engine, settings: Settings, story: StoryRow, work: Pass, tick: Tick) -> None:
    """Updates a story's persons and stances. A failure becomes a note and does not affect other stories."""
    try:
        update_people(engine, story.id, tick)
        work.counts[story.id]["assessed"] = assess(engine, story, settings, work.counts[story.id], tick)
    except Exception as error:
        log.exception("persons and stances of %s failed", story.slug)
        work.notes[story.id].append(
            f"persons and stances: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
        )


def _sum_up(engine: Engine, settings: Settings, story: StoryRow, work: Pass, tick: Tick) -> None:
    """Makes a story's figures anew where it changed. A failure becomes a note likewise."""
    try:
        tell_summary(engine, story, settings, tick)
    except Exception as error:
        log.exception("the figures of %s failed", story.slug)
        work.notes[story.id].append(f"figures: {type(error).__name__}: {' '.join(str(error).split())[:200]}")


def _account(work: Pass | None, stories: Sequence[StoryRow]) -> tuple[dict[str, int], list[str]]:
    """The totals of a pass, and its notes, each prefixed with its story."""
    if work is None:
        return {}, []
    total: dict[str, int] = {"stories": len(stories)}
    for counts in work.counts.values():
        for name, number in counts.items():
            total[name] = total.get(name, 0) + number
    notes = [
        line if len(stories) == 1 else f"{story.slug}: {line}" for story in stories for line in work.notes[story.id]
    ]
    return total, notes
