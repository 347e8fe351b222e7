"""One pass over a story: read its articles, look at its posts, find the reactions to them, tie, assess."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine

from collector.article import decode, read_article
from collector.dates import now, stamp
from collector.errors import FetchError, StorywakeError
from collector.fetch import Fetcher
from collector.lexicon import publishers
from collector.platforms import identify
from collector.reach import next_look
from collector.records import Article, Author, Kind, Post, Role
from collector.settings import Settings
from collector.sources import SOURCES, Answer, readable
from collector.tie import Known, mentioned, ties
from collector.urls import canonical, host_of, is_short
from db.ledger import end_run, save_evidence, start_run, validators
from db.store import forget_deleted, mark_deleted, save_posts
from db.stories import (
    StoryRow,
    article_keys,
    reaction_posts,
    role_of,
    save_reaction,
    schedule_look,
    set_article_address,
    story_addresses,
)

from .assess import assess
from .reading import store_article, tie_posts, update_people

LINKED_ARTICLES = 20
"""Articles followed from one page."""
LINKED_ADDRESSES = 3
"""Addresses of a story that posts are searched for: the article watched and the original first."""


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

    async def discover(self) -> None:
        """Reads the articles again and finds reactions. A fault of one source or page is noted and stops nothing else."""
        if self._story.url:
            self._tick("article")
            await self._safely(self._read_story(self._story.url))
        self._tick("links")
        await self._expand_links()
        self._tick("posts that link")
        await asyncio.gather(*(self._safely(self._find_linking(name)) for name in self._asked))
        self._tick("reactions")
        await asyncio.gather(*(self._safely(self._find_reactions(name)) for name in self._asked))

    async def refresh(self) -> None:
        """Looks at the posts again."""
        self._tick("posts")
        await asyncio.gather(*(self._safely(self._look_again(name)) for name in self._asked))

    def settle(self) -> None:
        """Works out people and stance, and takes the text out of posts deleted long ago."""
        self._tick("people")
        with self._engine.begin() as connection:
            update_people(connection, self._story.id)
            forget_deleted(connection, stamp(datetime.now(UTC) - timedelta(days=self._settings.forget_days)))
        self._tick("stance")
        self.counts["assessed"] = assess(self._engine, self._story)

    async def _safely(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except StorywakeError as error:
            self.notes.append(" ".join(str(error).split()))

    async def _read_story(self, url: str) -> None:
        article = await self._read_page(url, None)
        if article:
            await self._follow(article)

    async def _read_page(self, url: str, role: Role | None) -> Article | None:
        """Fetches a page, if it changed, and stores what it holds."""
        with self._engine.begin() as connection:
            known = validators(connection, url)
        evidence = await self._fetcher.get(
            url,
            etag=known.etag,
            last_modified=known.last_modified,
            headers={"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"},
        )
        if evidence.status == 304 or (evidence.status == 200 and evidence.body_hash == known.body_hash):
            with self._engine.begin() as connection:
                save_evidence(connection, self._story.id, "web", evidence)
            self.counts["unchanged"] += 1
            return None
        article = None
        if evidence.status == 200 and "html" in evidence.headers.get("content-type", "text/html"):
            article = read_article(decode(evidence.body, evidence.charset), evidence.final_url)
        with self._engine.begin() as connection:
            save_evidence(connection, self._story.id, "web", evidence)
            if article is not None:
                stored = store_article(connection, self._story, article, evidence.fetched_at, role=role)
                self.counts["articles"] += 1
                self.counts["revisions"] += stored.revision
                self.counts["reactions"] += stored.reactions
        if article is None:
            raise FetchError(url, f"answered {evidence.status}" if evidence.status != 200 else "is no HTML page")
        return article

    async def _follow(self, article: Article) -> None:
        """Reads the articles that a page links to, and ties the posts that it links to."""
        own_site = urlsplit(article.canonical_url or article.url or "").netloc.removeprefix("www.")
        targets: dict[str, Role] = {}
        for link in article.links:
            address = identify(link.url)
            if address:
                self._tie_linked_post(address.platform, address.external_id, address.url, address.handle, article)
            elif (
                urlsplit(link.url).netloc.removeprefix("www.") != own_site and urlsplit(canonical(link.url)).path != "/"
            ):
                role = next(
                    (m.role for m in article.mentions if publishers().get(m.publisher) == host_of(link.url)), None
                )
                if role:
                    publisher = next(
                        m.publisher for m in article.mentions if publishers().get(m.publisher) == host_of(link.url)
                    )
                    with self._engine.begin() as connection:
                        set_article_address(connection, self._story.id, publisher, link.url)
                targets.setdefault(link.url, role or Role.COVERAGE)
        await asyncio.gather(
            *(
                self._safely(self._read_linked(url, role, article))
                for url, role in list(targets.items())[:LINKED_ARTICLES]
            )
        )

    async def _read_linked(self, url: str, role: Role, referrer: Article) -> None:
        with self._engine.begin() as connection:
            stored = role_of(connection, self._story.id, url)
        await self._read_page(url, Role(stored) if stored else role)

    def _tie_linked_post(
        self, platform: str, external_id: str | None, url: str, handle: str | None, article: Article
    ) -> None:
        post = Post(platform=platform, external_id=external_id, url=url, author=Author(handle=handle))
        source = article.canonical_url or article.url or ""
        with self._engine.begin() as connection:
            save_posts(connection, [post], now())
            self.counts["reactions"] += save_reaction(connection, self._story.id, post, mentioned(source), now())

    async def _expand_links(self) -> None:
        """Asks where the short links in posts lead, once each, and ties posts by what is found."""
        with self._engine.begin() as connection:
            rows = list(reaction_posts(connection, self._story.id))
            short = {link for row in rows for link in (row.links or "").split("\n") if is_short(link)}
            unknown = [link for link in sorted(short) if not validators(connection, link).final_url]
        await asyncio.gather(*(self._safely(self._expand(link)) for link in unknown))
        with self._engine.begin() as connection:
            found = {link: validators(connection, link).final_url for link in short}
            known = Known(article_keys(connection, self._story.id), ())
            for row in rows:
                links = tuple(found.get(link) or link for link in (row.links or "").split("\n") if link)
                post = Post(
                    platform=row.platform,
                    external_id=row.external_id,
                    url=row.url,
                    kind=Kind(row.kind),
                    author=Author(handle=row.handle),
                    text=row.text,
                    posted_at=row.posted_at,
                    links=links,
                )
                for tie in ties(post, known):
                    save_reaction(connection, self._story.id, post, tie, now())

    async def _expand(self, link: str) -> None:
        evidence = await self._fetcher.get(link)
        with self._engine.begin() as connection:
            save_evidence(connection, self._story.id, "web", evidence)

    async def _look_again(self, name: str) -> None:
        """Looks at the story's posts on one platform: all of them, or those that are due."""
        with self._engine.begin() as connection:
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
        seen = datetime.now(UTC)
        with self._engine.begin() as connection:
            for row in rows:
                schedule_look(
                    connection,
                    row.id,
                    stamp(next_look(_moment(row.posted_at), _moment(row.first_seen_at) or seen, seen)),
                )

    async def _find_reactions(self, name: str) -> None:
        """Replies to the story's posts on one platform, and quotes of them; theirs are found by the next pass."""
        with self._engine.begin() as connection:
            rows = [
                r
                for r in reaction_posts(connection, self._story.id)
                if r.platform == name
                and r.external_id
                and not r.deleted_at
                and r.tie in ("embedded", "links", "mentions")
                and self._due(r)
            ]
        for row in rows:
            async for answer in self._answers(SOURCES[name].reactions(self._fetcher, self._settings, _as_post(row))):
                self._store(name, answer)

    async def _find_linking(self, name: str) -> None:
        """Posts on one platform that link to the story's articles."""
        with self._engine.begin() as connection:
            addresses = story_addresses(connection, self._story.id)[:LINKED_ADDRESSES]
        for address in addresses:
            async for answer in self._answers(SOURCES[name].linking(self._fetcher, self._settings, address)):
                self._store(name, answer)

    def _due(self, row: Any) -> bool:
        return self._due_at is None or (row.next_look_at or "") <= self._due_at

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
        with self._engine.begin() as connection:
            save_evidence(connection, self._story.id, name, answer.evidence)
            save_posts(connection, answer.posts, seen)
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


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


async def collect(
    engine: Engine,
    settings: Settings,
    stories: Sequence[StoryRow],
    *,
    job: str = "collect",
    due_at: str | None = None,
    tick: Callable[[StoryRow, str], None] | None = None,
) -> dict[str, dict[str, Any]]:
    """A pass over each story. Returns, by slug, what was done (``counts``) and what went wrong (``notes``).

    ``job`` is ``collect`` (all of it), ``discover`` or ``refresh``. ``due_at`` limits the look to posts
    that are due by then; without it every post is looked at.
    """
    results: dict[str, dict[str, Any]] = {}
    async with Fetcher(settings) as fetcher:
        for story in stories:
            started = now()
            with engine.begin() as connection:
                run = start_run(connection, f"{job}:{story.slug}", started, started)
            work = Pass(
                engine,
                settings,
                fetcher,
                story,
                due_at=due_at,
                tick=partial(tick, story) if tick else None,
            )
            status = "failed"
            try:
                if job in ("collect", "discover"):
                    await work.discover()
                if job in ("collect", "refresh"):
                    await work.refresh()
                work.settle()
                status = "done"
            finally:
                with engine.begin() as connection:
                    end_run(connection, run, now(), status, work.counts, work.notes)
            results[story.slug] = {"counts": work.counts, "notes": work.notes, "requests": fetcher.requests}
    return results
