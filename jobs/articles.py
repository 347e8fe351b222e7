"""A story's pages: its own article, what that links to, and coverage found by feeds, GDELT, Wikipedia and webmentions."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine

from collector.article import read_article
from collector.charsets import decode
from collector.dates import moment, now
from collector.errors import FetchError, StorywakeError
from collector.evidence import Evidence
from collector.feeds import Entry, read_feed, sitemap_index
from collector.fetch import Fetcher
from collector.indexes import GDELT_PACE, citing_question, gdelt_question, read_citing, read_gdelt
from collector.lexicon import publishers
from collector.platforms import identify
from collector.reach import next_look
from collector.records import Article, Author, Kind, Post, Role
from collector.relevance import Judgement, Subject, judge, promising, role_beside, subject
from collector.settings import Settings
from collector.sources.base import load
from collector.tie import Known, mentioned, ties
from collector.urls import canonical, host_of, is_short
from collector.values import at, text
from db.articles import article_keys, original_of, role_of, set_article_address, story_addresses, watched_pages
from db.ledger import last_body, save_evidence, validators, was_read
from db.reactions import reaction_posts, save_reaction
from db.store import save_posts
from db.stories import StoryRow, claims_of, story_text

from .reading import store_article, tie_posts

LINKED_ARTICLES = 20
"""Articles followed from one page, and candidates read in one pass."""
SITEMAPS = 2
"""Sitemaps read of an index: those changed last."""
LINKED_ADDRESSES = 3
"""Addresses of a story that are looked for elsewhere: the article watched and the original first."""


class Found(NamedTuple):
    """A page worth reading, and what named it."""

    entry: Entry
    by: str


class Articles:
    """Reads a story's pages. ``counts`` and ``notes`` are those of the pass that it belongs to."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        fetcher: Fetcher,
        story: StoryRow,
        counts: dict[str, int],
        notes: list[str],
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._fetcher = fetcher
        self._story = story
        self._counts = counts
        self._notes = notes

    async def safely(self, work: Coroutine[Any, Any, object]) -> None:
        """Runs a part of the pass; its fault is noted and stops nothing else."""
        try:
            await work
        except StorywakeError as error:
            self._notes.append(" ".join(str(error).split()))

    async def read_story(self) -> None:
        """Reads the story's own article, where it has an address, and what that links to."""
        if self._story.url:
            article = await self._read(self._story.url, None)
            if article:
                await self._follow(article)

    async def read_again(self) -> None:
        """Reads the story's other articles again, each when its age says that it may have changed."""
        with self._engine.begin() as connection:
            rows = watched_pages(connection, self._story.id)
        seen = datetime.now(UTC)
        due = [
            row
            for row in rows
            if canonical(row.url) != canonical(self._story.url or "")
            and next_look(moment(row.published_at), moment(row.first_seen_at) or seen, moment(row.read_at) or seen)
            <= seen
        ]
        await asyncio.gather(*(self.safely(self._read(row.url, Role(row.role))) for row in due))

    async def find_coverage(self, feeds: Sequence[Found]) -> None:
        """Looks for pages about the story in feeds, at GDELT and on Wikipedia, and reads those that promise something."""
        about = self._subject()
        found = [f for f in feeds if promising(about, f"{f.entry.title or ''} {f.entry.summary or ''}")]
        if self._settings.coverage and self._settings.asks("web"):
            await asyncio.gather(self.safely(self._ask_wikipedia()), self.safely(self._ask_gdelt(about, found)))
        with self._engine.begin() as connection:
            known = article_keys(connection, self._story.id)
            fresh = {
                canonical(f.entry.url): f
                for f in found
                if canonical(f.entry.url) not in known and not was_read(connection, self._story.id, f.entry.url)
            }
        await asyncio.gather(
            *(self.safely(self._consider(f.entry.url, f.by, about)) for f in list(fresh.values())[:LINKED_ARTICLES])
        )

    def _subject(self) -> Subject:
        with self._engine.begin() as connection:
            claims = [row.text for row in claims_of(connection, self._story.id)]
            title, words = story_text(connection, self._story.id)
        return subject(self._story.title or title, claims, words)

    async def _ask_gdelt(self, about: Subject, found: list[Found]) -> None:
        question = gdelt_question(about)
        if question is None:
            return
        base = f"{self._settings.gdelt_url.rstrip('/')}/api/v2/doc/doc"
        self._fetcher.slow_down(base, GDELT_PACE)
        evidence = await self._fetcher.get(base, params=question, robots=False)
        payload = load(evidence)
        with self._engine.begin() as connection:
            save_evidence(connection, self._story.id, "gdelt", evidence)
        if payload is None:
            words = " ".join(evidence.body[:120].decode("utf-8", "replace").split())
            raise FetchError(base, f"answered {evidence.status}: {words or 'nothing'}")
        found.extend(
            Found(e, "GDELT") for e in read_gdelt(payload) if promising(about, e.title or "") or e.language != "en"
        )

    async def _ask_wikipedia(self) -> None:
        with self._engine.begin() as connection:
            addresses = story_addresses(connection, self._story.id)[:LINKED_ADDRESSES]
        base = self._settings.wikipedia_url
        for address in addresses:
            continued: str | None = None
            for _ in range(self._settings.thread_pages):
                evidence = await self._fetcher.get(
                    f"{base.rstrip('/')}/w/api.php", params=citing_question(address, continued), robots=False
                )
                payload = load(evidence)
                posts = read_citing(payload, base)
                with self._engine.begin() as connection:
                    save_evidence(connection, self._story.id, "wikipedia", evidence)
                    save_posts(connection, posts, evidence.fetched_at)
                    self._counts["posts"] += len(posts)
                    self._counts["reactions"] += tie_posts(connection, self._story.id, posts, evidence.fetched_at)
                continued = text(at(payload, "continue", "eucontinue"))
                if not continued:
                    break

    async def _consider(self, url: str, by: str, about: Subject) -> None:
        """Reads a candidate, and keeps it where it is about the story."""
        evidence = await self._fetcher.get(url, headers=PAGES)
        article = _article(evidence)
        with self._engine.begin() as connection:
            save_evidence(connection, self._story.id, "web", evidence)
            publisher, _ = original_of(connection, self._story.id)
            why = judge(about, article, article_keys(connection, self._story.id), publisher) if article else None
            if article is None or why is None:
                return
            self._keep(connection, article, evidence, Judgement(f"found by {by}; {why.rests_on}", why.confidence))

    def _keep(self, connection: Connection, article: Article, evidence: Evidence, why: Judgement) -> None:
        """Stores an article in the role that it plays beside the original."""
        role = role_beside(article, *original_of(connection, self._story.id))
        self._count(store_article(connection, self._story, article, evidence.fetched_at, role=role, why=why))

    def _count(self, stored: Any) -> None:
        self._counts["articles"] += 1
        self._counts["revisions"] += stored.revision
        self._counts["reactions"] += stored.reactions

    async def verify(self, source: str, target: str) -> str | None:
        """Reads a page that says it links to an article of the story, and keeps it where it does (w3.org/TR/webmention, 3.2.2).

        Returns why it was refused; None where it was kept.
        """
        evidence = await self._fetcher.get(source, headers=PAGES)
        article = _article(evidence)
        with self._engine.begin() as connection:
            save_evidence(connection, self._story.id, "web", evidence)
            if article is None:
                return f"answered {evidence.status}" if evidence.status != 200 else "is no HTML page"
            if canonical(target) not in {canonical(link.url) for link in article.links}:
                return "does not link to the article"
            why = Judgement("it sent a webmention, and links to the article", 0.95)
            self._keep(connection, article, evidence, why)
        return None

    async def _read(self, url: str, role: Role | None, why: Judgement | None = None) -> Article | None:
        """Fetches a page, if it changed, and stores what it holds."""
        with self._engine.begin() as connection:
            known = validators(connection, url)
        evidence = await self._fetcher.get(url, etag=known.etag, last_modified=known.last_modified, headers=PAGES)
        if evidence.status == 304 or (evidence.status == 200 and evidence.body_hash == known.body_hash):
            with self._engine.begin() as connection:
                save_evidence(connection, self._story.id, "web", evidence)
            self._counts["unchanged"] += 1
            return None
        article = _article(evidence)
        with self._engine.begin() as connection:
            save_evidence(connection, self._story.id, "web", evidence)
            if article is not None:
                self._count(store_article(connection, self._story, article, evidence.fetched_at, role=role, why=why))
        if article is None:
            raise FetchError(url, f"answered {evidence.status}" if evidence.status != 200 else "is no HTML page")
        return article

    async def _follow(self, article: Article) -> None:
        """Reads the articles that a page links to, and ties the posts that it links to."""
        own_site = urlsplit(article.canonical_url or article.url or "").netloc.removeprefix("www.")
        targets: dict[str, Role | None] = {}
        for link in article.links:
            address = identify(link.url)
            if address:
                self._tie_linked_post(address.platform, address.external_id, address.url, address.handle, article)
            elif (
                urlsplit(link.url).netloc.removeprefix("www.") != own_site and urlsplit(canonical(link.url)).path != "/"
            ):
                mention = next(
                    (m for m in article.mentions if publishers().get(m.publisher) == host_of(link.url)), None
                )
                if mention:
                    with self._engine.begin() as connection:
                        set_article_address(connection, self._story.id, mention.publisher, link.url)
                targets.setdefault(link.url, mention.role if mention else None)
        await asyncio.gather(
            *(
                self.safely(self._read_linked(url, role, article))
                for url, role in list(targets.items())[:LINKED_ARTICLES]
            )
        )

    async def _read_linked(self, url: str, role: Role | None, referrer: Article) -> None:
        with self._engine.begin() as connection:
            stored = role_of(connection, self._story.id, url)
        why = Judgement(f"{referrer.publisher or 'the article'} links to it", 0.7, reacts=False)
        await self._read(url, Role(stored) if stored else role or Role.COVERAGE, why)

    def _tie_linked_post(
        self, platform: str, external_id: str | None, url: str, handle: str | None, article: Article
    ) -> None:
        post = Post(platform=platform, external_id=external_id, url=url, author=Author(handle=handle))
        source = article.canonical_url or article.url or ""
        with self._engine.begin() as connection:
            save_posts(connection, [post], now())
            self._counts["reactions"] += save_reaction(connection, self._story.id, post, mentioned(source), now())

    async def expand_links(self) -> None:
        """Asks where the short links in posts lead, once each, and ties posts by what is found."""
        with self._engine.begin() as connection:
            rows = list(reaction_posts(connection, self._story.id))
            short = {link for row in rows for link in (row.links or "").split("\n") if is_short(link)}
            unknown = [link for link in sorted(short) if not validators(connection, link).final_url]
        await asyncio.gather(*(self.safely(self._expand(link)) for link in unknown))
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


PAGES = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"}


def _article(evidence: Evidence) -> Article | None:
    """What a page holds; None where the answer is no page."""
    if evidence.status != 200 or "html" not in evidence.headers.get("content-type", "text/html") or not evidence.body:
        return None
    return read_article(decode(evidence.body, evidence.charset), evidence.final_url)


async def read_feeds(engine: Engine, settings: Settings, fetcher: Fetcher, notes: list[str]) -> list[Found]:
    """The entries of every watched feed and news sitemap; a feed that cannot be read is noted."""

    async def read(address: str, sitemaps: int) -> list[Found]:
        try:
            body = await _current(engine, fetcher, address)
        except StorywakeError as error:
            notes.append(" ".join(str(error).split()))
            return []
        inner = sitemap_index(body, address)[:sitemaps]
        if inner:
            nested = await asyncio.gather(*(read(place, 0) for place in inner))
            return [f for found in nested for f in found]
        entries = read_feed(body, address)
        if not entries:
            notes.append(f"{address}: no entries; is it a feed or a sitemap?")
        return [Found(e, f"the feed {address}") for e in entries]

    lists = await asyncio.gather(*(read(address, SITEMAPS) for address in settings.feeds))
    return [f for found in lists for f in found]


async def _current(engine: Engine, fetcher: Fetcher, address: str) -> bytes:
    """A feed as it is now, asked for only if it changed."""
    with engine.begin() as connection:
        known = validators(connection, address)
    evidence = await fetcher.get(address, etag=known.etag, last_modified=known.last_modified)
    with engine.begin() as connection:
        if evidence.status == 304:
            return last_body(connection, address)
        save_evidence(connection, None, "feed", evidence)
    if evidence.status != 200:
        raise FetchError(address, f"answered {evidence.status}")
    return evidence.body
