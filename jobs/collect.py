"""One pass over a story: read its articles, look at its posts, find the reactions to them, tie, assess."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine

from collector.budget import limits
from collector.dates import now, stamp
from collector.errors import FetchError, StorywakeError
from collector.fetch import Fetcher
from collector.records import Author, Kind, Post
from collector.settings import Settings
from collector.sources import SOURCES, Answer, readable
from db.articles import story_addresses
from db.engine import reading, writing
from db.ledger import end_run, save_evidence, start_run
from db.reactions import followed_posts, reaction_posts
from db.spending import Spending
from db.store import mark_deleted, save_edits, save_posts
from db.stories import StoryRow
from db.webmentions import settle_webmention, waiting_webmentions

from .articles import LINKED_ADDRESSES, Articles, Found, read_feeds
from .assess import assess
from .forget import forget
from .reading import tie_posts, update_people


class Pass:
    """One look at a story. ``counts`` says what it did, ``notes`` has a line for each fault."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        fetcher: Fetcher,
        story: StoryRow,
        *,
        due_at: str | None = None,
        tick: Callable[[str], None] | None = None,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._fetcher = fetcher
        self._story = story
        self._due_at = due_at
        self._tick = tick or (lambda step: None)
        self.counts: dict[str, int] = dict.fromkeys(
            ("articles", "unchanged", "revisions", "posts", "reactions", "gone", "assessed"), 0
        )
        self.notes: list[str] = []
        self._asked = [name for name in SOURCES if name != "web" and settings.asks(name)]
        self._seen: set[tuple[str, str | None]] = set()
        self._articles = Articles(engine, settings, fetcher, story, self.counts, self.notes)

    async def discover(self, feeds: Sequence[Found] = ()) -> None:
        """Reads the articles again and finds reactions. A fault of one source or page is noted and stops nothing else."""
        self._tick("article")
        await self._articles.safely(self._articles.read_story())
        await self._articles.read_again()
        self._tick("coverage")
        await self._verify_webmentions()
        await self._articles.find_coverage(feeds)
        self._tick("links")
        await self._articles.expand_links()
        self._tick("posts that link")
        await asyncio.gather(*(self._articles.safely(self._find_linking(name)) for name in self._asked))
        self._tick("reactions")
        await asyncio.gather(*(self._articles.safely(self._find_reactions(name)) for name in self._asked))

    async def refresh(self) -> None:
        """Looks at the posts again."""
        self._tick("posts")
        await asyncio.gather(*(self._articles.safely(self._look_again(name)) for name in self._asked))

    def settle(self) -> None:
        """Works out people and stance."""
        self._tick("people")
        with writing(self._engine) as connection:
            update_people(connection, self._story.id)
        self._tick("stance")
        self.counts["assessed"] = assess(self._engine, self._story, self._settings, self.counts)

    async def _look_again(self, name: str) -> None:
        """Looks at the story's posts on one platform: all of them, or those that are due."""
        with reading(self._engine) as connection:
            rows = [
                r
                for r in reaction_posts(connection, self._story.id)
                if r.platform == name
                and (r.external_id or r.url)
                and not r.deleted_at
                and (r.platform, r.external_id) not in self._seen
                and self._due(r)
            ]
        wanted = [_as_post(row) for row in rows]
        if not wanted:
            return
        async for answer in self._answers(SOURCES[name].posts(self._fetcher, self._settings, wanted)):
            self._store(name, answer)

    async def _verify_webmentions(self) -> None:
        """Reads the pages that say they link to the story (w3.org/TR/webmention)."""
        with reading(self._engine) as connection:
            waiting = waiting_webmentions(connection, self._story.id)
        for mention in waiting:
            try:
                note = await self._articles.verify(mention.source, mention.target)
            except StorywakeError as error:
                note = " ".join(str(error).split())
            with writing(self._engine) as connection:
                settle_webmention(connection, mention.id, note)

    async def _find_reactions(self, name: str) -> None:
        """Replies to the story's posts on one platform, and quotes of them, and so on ``follow_depth`` levels down.

        Those that promise most come first, so that a budget is spent where new reactions are likeliest.
        Where answers cost, a post whose every answer is stored is not asked about again.
        Replies below a post come with its thread; a reply is asked about only where its platform
        counts more answers than are stored.
        """
        asked: set[str] = set()
        costs = name in limits(self._settings)
        for _ in range(self._settings.follow_depth + 1):
            with reading(self._engine) as connection:
                rows = [
                    r
                    for r in followed_posts(connection, self._story.id, name, self._settings.follow_depth)
                    if r.external_id not in asked
                    and self._due(r)
                    and (r.kind not in ("reply", "comment") or (r.told or 0) > r.stored)
                    and not (r.stored and r.told is not None and r.told <= r.stored and costs)
                ]
            if not rows:
                return
            for row in rows:
                asked.add(row.external_id)
                stream = SOURCES[name].reactions(self._fetcher, self._settings, _as_post(row))
                async for answer in self._answers(stream):
                    self._store(name, answer)

    async def _find_linking(self, name: str) -> None:
        """Posts on one platform that link to the story's articles."""
        with reading(self._engine) as connection:
            addresses = story_addresses(connection, self._story.id)[:LINKED_ADDRESSES]
        for address in addresses:
            async for answer in self._answers(SOURCES[name].linking(self._fetcher, self._settings, address)):
                self._store(name, answer)

    def _due(self, row: Any) -> bool:
        return True

    async def _answers(self, stream: AsyncIterator[Answer]) -> AsyncIterator[Answer]:
        while True:
            try:
                answer = await anext(stream)
            except StopAsyncIteration:
                return
            except FetchError as error:
                self.notes.append(" ".join(str(error).split()))
                return
            if answer.evidence.status >= 400 and not answer.gone:
                self.notes.append(f"{answer.evidence.url[:200]}: answered {answer.evidence.status}")
            elif answer.evidence.status == 200 and not answer.posts and not readable(answer.evidence):
                self.notes.append(f"{answer.evidence.url[:200]}: neither JSON nor a page")
            yield answer

    def _store(self, name: str, answer: Answer) -> None:
        """One answer, whole, in one transaction: its evidence, its posts, the ties that they make."""
        seen = answer.evidence.fetched_at
        with writing(self._engine) as connection:
            save_evidence(connection, self._story.id, name, answer.evidence)
            save_posts(connection, answer.posts, seen)
            save_edits(connection, name, answer.edits)
            self._seen |= {(p.platform, p.external_id) for p in answer.posts}
            self.counts["gone"] += mark_deleted(connection, name, answer.gone, seen)
            self.counts["posts"] += len(answer.posts)
            self.counts["reactions"] += tie_posts(connection, self._story.id, answer.posts, seen)


def _as_post(row: Any) -> Post:
    return Post(
        platform=row.platform,
        external_id=row.external_id,
        url=row.url,
        kind=Kind(row.kind),
        author=Author(handle=row.handle, name=row.name),
        text=row.text,
        posted_at=row.posted_at,
    )


async def collect(
    engine: Engine,
    settings: Settings,
    stories: Sequence[StoryRow],
    *,
    job: str = "collect",
    due_at: str | None = None,
    tick: Callable[[StoryRow, str], None] | None = None,
) -> dict[str, dict[str, Any]]:
    """A pass over each story, after which posts deleted long ago are forgotten.

    Returns, by slug, what was done (``counts``) and what went wrong (``notes``).

    ``job`` is ``collect`` (all of it), ``discover`` or ``refresh``. ``due_at`` limits the look to posts
    that are due by then; without it every post is looked at.
    """
    results: dict[str, dict[str, Any]] = {}
    async with Fetcher(settings, purse=Spending(engine, limits(settings))) as fetcher:
        feed_notes: list[str] = []
        discovering = job in ("collect", "discover")
        feeds = await read_feeds(engine, settings, fetcher, feed_notes) if discovering and stories else []
        for story in stories:
            started = now()
            with writing(engine) as connection:
                run = start_run(connection, f"{job}:{story.slug}", started, started)
            work = Pass(
                engine,
                settings,
                fetcher,
                story,
                due_at=due_at,
                tick=partial(tick, story) if tick else None,
            )
            work.notes.extend(feed_notes)
            status = "failed"
            try:
                if discovering:
                    await work.discover(feeds)
                if job in ("collect", "refresh"):
                    await work.refresh()
                work.settle()
                status = "done"
            finally:
                with writing(engine) as connection:
                    end_run(connection, run, now(), status, work.counts, work.notes)
            results[story.slug] = {"counts": work.counts, "notes": work.notes, "requests": fetcher.requests}
    forget(engine, stamp(datetime.now(UTC) - timedelta(days=settings.forget_days)))
    return results
