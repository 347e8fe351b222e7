"""Reads a story's pages: its own article, linked pages, candidates from feeds, GDELT and Wikipedia, webmentions, short
links.
"""

from collections.abc import Callable, Sequence

from storywake.collector.dates import now
from storywake.collector.errors import FetchError, NoQuestion, StorywakeError
from storywake.collector.match.relevance import Judgement, role_beside
from storywake.collector.net.evidence import Evidence
from storywake.collector.pages.citing import citing_questions, following, wikis
from storywake.collector.pages.feeds import Entry
from storywake.collector.pages.indexes import GDELT_PACE, gdelt_question
from storywake.collector.platforms.asking import load
from storywake.collector.reading.answers import Content
from storywake.collector.records import Article, Role
from storywake.collector.urls import canonical
from storywake.db.articles import article_keys, before_rewording, original_of, role_of, story_addresses
from storywake.db.engine import reading, writing
from storywake.db.evidence import answer_at, last_answer, validators
from storywake.db.looks import Look
from storywake.db.reactions import posts_with_link
from storywake.db.status import LookOutcome
from storywake.db.stories import StoryRow
from storywake.db.webmentions import settle_webmention

from .candidates import about, add_candidates, candidates, too_many, why_about
from .filing import Before, Filed
from .intake import Arrival
from .share_links import post_behind
from .tools import Tools

PAGES = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"}
MAX_SITEMAPS = 2
"""Sitemaps read from a sitemap index: the last changed."""
MAX_ADDRESSES = 3
"""Addresses of a story that are searched for: first the watched article, then the original."""


class Pages:
    """Reads pages during a pass."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def page(self, look: Look, story: StoryRow) -> bool:
        """Reads an article of the story again. Returns whether it changed."""
        role = Role(look.about) if look.about else None
        if role is None and canonical(look.target) != canonical(story.url or ""):
            role = Role.COVERAGE
        return await self._read(look, story, lambda article: Filed(article, None, role))

    async def link(self, look: Look, story: StoryRow) -> bool:
        """Reads a page that the story links to, or that an analyst added."""

        def filed(article: Article) -> Filed:
            with reading(self._tools.engine) as connection:
                stored = role_of(connection, story.id, look.target)
                original = original_of(connection, story.id)
                known = article_keys(connection, story.id)
            links_back = any(canonical(link.url) in known for link in article.links)
            told = stored or look.about
            named = Role(told) if told else None
            role = named or role_beside(article, *original, linked_only=not links_back)
            why = Judgement(
                look.reason,
                0.95 if links_back else 0.7,
                reacts=look.about is not None and stored is None and named is Role.COVERAGE,
            )
            return Filed(article, None, role, why)

        return await self._read(look, story, filed)

    async def _read(self, look: Look, story: StoryRow, filed: Callable[[Article], Filed]) -> bool:
        known = None
        if look.outcome == LookOutcome.OK:
            with reading(self._tools.engine) as connection:
                known = validators(connection, self._tools.fetcher.noted(look.target), story.id)
        evidence = await self._tools.fetcher.get(
            look.target,
            etag=known.etag if known else None,
            last_modified=known.last_modified if known else None,
            headers=PAGES,
        )
        if evidence.status == 304 or (known and evidence.status == 200 and evidence.body_hash == known.body_hash):
            self._tools.keep(Arrival("web", evidence.fetched_at, [story], evidence))
            return False
        content = await self._content(story, evidence)
        assert content.article is not None
        found = filed(content.article)._replace(
            signature=content.signature,
            comments=tuple(content.comments),
            declared=tuple(content.declared),
            before=await self._before(story, content.article, evidence),
        )
        taken = self._tools.keep(Arrival("web", evidence.fetched_at, [story], evidence, filed=found))
        self._tell(story, evidence, content)
        return taken.revised

    async def _before(self, story: StoryRow, article: Article, evidence: Evidence) -> Before | None:
        """The newest known version of an article whose words seem to be new, as the answer that it came with is read today: what
        readers learnt since is no other wording. None where the words are not new, or that answer is not kept or not whole.
        """
        with reading(self._tools.engine) as connection:
            seen_at = before_rewording(connection, story.id, article)
            earlier = answer_at(connection, story.id, evidence.final_url, seen_at) if seen_at else None
        if earlier is None:
            return None
        try:
            found = await self._tools.readers.read("web", earlier)
        except StorywakeError:
            return None
        if found.article is None or found.article.partial:
            return None
        return Before(found.article, found.signature, earlier.fetched_at)

    async def _content(self, story: StoryRow, evidence: Evidence) -> Content:
        """The content of a page. Stores the answer and raises FetchError if it is not a page."""
        content = await self._tools.readers.read("web", evidence)
        if content.article is None:
            self._tools.keep(Arrival("web", evidence.fetched_at, [story], evidence))
            raise FetchError(evidence.url, _why_no_page(evidence, content))
        return content

    def _tell(self, story: StoryRow, evidence: Evidence, content: Content) -> None:
        """Notes what was not read of a page that is kept."""
        for note in content.notes:
            self._tools.note(story.id, f"{evidence.url}: {note}")

    async def candidate(self, look: Look, story: StoryRow) -> bool:
        """Reads a page that may be about the story, and stores it if it is."""
        evidence = await self._tools.fetcher.get(look.target, headers=PAGES)
        content = await self._content(story, evidence)
        assert content.article is not None
        why = why_about(self._tools.engine, story, content.article)
        with reading(self._tools.engine) as connection:
            original = original_of(connection, story.id)
        filed = None
        if why is not None:
            because = Judgement(f"{look.reason}; {why.rests_on}", why.confidence)
            filed = Filed(
                content.article,
                content.signature,
                role_beside(content.article, *original),
                because,
                tuple(content.comments),
                declared=tuple(content.declared),
            )
            self._tell(story, evidence, content)
        self._tools.keep(Arrival("web", evidence.fetched_at, [story], evidence, filed=filed))
        return filed is not None

    async def webmention(self, look: Look, story: StoryRow) -> bool:
        """Verifies a webmention: reads the page and stores it if it links to an article of the story
        (w3.org/TR/webmention, 3.2.2).
        """
        evidence = await self._tools.fetcher.get(look.target, headers=PAGES)
        content = await self._tools.readers.read("web", evidence)
        refused = None
        filed = None
        if content.article is None:
            refused = _why_no_page(evidence, content)
        elif canonical(look.about or "") not in {canonical(link.url) for link in content.article.links}:
            refused = "does not link to the article"
        else:
            with reading(self._tools.engine) as connection:
                original = original_of(connection, story.id)
            why = Judgement("it sent a webmention, and links to the article", 0.95)
            filed = Filed(
                content.article,
                content.signature,
                role_beside(content.article, *original),
                why,
                tuple(content.comments),
                declared=tuple(content.declared),
            )
            self._tell(story, evidence, content)
        self._tools.keep(Arrival("web", evidence.fetched_at, [story], evidence, filed=filed))
        with writing(self._tools.engine) as connection:
            settle_webmention(connection, look.target, look.about or "", refused)
        return filed is not None

    async def short(self, look: Look, story: StoryRow) -> bool:
        """Resolves a short link: ties the posts that contain it accordingly, and names the post that it is a share link of."""
        evidence = await self._tools.fetcher.get(look.target)
        if evidence.status >= 400 and evidence.final_url == look.target:
            self._tools.keep(Arrival("web", evidence.fetched_at, [story], evidence))
            raise FetchError(look.target, f"answered {evidence.status}")
        with reading(self._tools.engine) as connection:
            posts = posts_with_link(connection, story.id, look.target)
        with writing(self._tools.engine) as connection:
            posts += post_behind(connection, look.target, evidence)
        taken = self._tools.keep(Arrival("web", evidence.fetched_at, [story], evidence, posts=posts, copied=True))
        return taken.reactions > 0

    async def feed(self, look: Look, stories: Sequence[StoryRow]) -> bool:
        """Reads a feed or news sitemap, and adds a look at each page that seems to be about a story."""
        entries, changed = await self._entries(look.target, MAX_SITEMAPS)
        for story in stories:
            self._add_candidates(story, entries, f"found by the feed {look.target}")
        return changed

    async def _entries(self, address: str, sitemaps: int) -> tuple[list[Entry], bool]:
        """The entries of a feed, requested only if it changed, and whether it did."""
        with reading(self._tools.engine) as connection:
            known = validators(connection, self._tools.fetcher.noted(address))
        evidence = await self._tools.fetcher.get(address, etag=known.etag, last_modified=known.last_modified)
        changed = evidence.status != 304 and evidence.body_hash != known.body_hash
        if evidence.status == 304:
            with reading(self._tools.engine) as connection:
                evidence = last_answer(connection, self._tools.fetcher.noted(address)) or evidence
        else:
            self._tools.keep(Arrival("feed", evidence.fetched_at, (), evidence))
        if evidence.status != 200:
            raise FetchError(address, f"answered {evidence.status}")
        content = await self._tools.readers.read("feed", evidence)
        if content.inner and sitemaps:
            found = [await self._entries(place, 0) for place in content.inner[:sitemaps]]
            return [entry for entries, _ in found for entry in entries], any(new for _, new in found)
        if not content.entries:
            raise FetchError(address, "no entries; is it a feed or a sitemap?")
        return content.entries, changed

    async def gdelt(self, look: Look, story: StoryRow) -> bool:
        """Asks GDELT for reports of the story."""
        try:
            question = gdelt_question(about(self._tools.engine, story))
        except NoQuestion as reason:
            self._tools.note(story.id, str(reason))
            return False
        base = f"{self._tools.settings.gdelt_url.rstrip('/')}/api/v2/doc/doc"
        self._tools.fetcher.slow_down(base, GDELT_PACE)
        evidence = await self._tools.fetcher.api(base, "", question)
        content = await self._tools.readers.read("gdelt", evidence)
        self._tools.keep(Arrival("gdelt", evidence.fetched_at, [story], evidence))
        if not content.readable:
            words = " ".join(evidence.body[:120].decode("utf-8", "replace").split())
            raise FetchError(base, f"answered {evidence.status}: {words or 'nothing'}")
        return self._add_candidates(story, content.entries, "found by GDELT")

    async def wikipedia(self, look: Look, story: StoryRow) -> bool:
        """Asks the Wikipedias of the story's languages, and those that the settings name, which of their articles cite the story.

        Raises the first fault after all of them were asked.
        """
        with reading(self._tools.engine) as connection:
            addresses = story_addresses(connection, story.id)[:MAX_ADDRESSES]
            known = article_keys(connection, story.id)
        spoken = sorted(about(self._tools.engine, story).languages)
        faults: list[FetchError] = []
        new = 0
        for base in wikis(self._tools.settings.wikipedia_url, (*self._tools.settings.wikipedia_languages, *spoken)):
            try:
                new += sum([await self._citing(story, base, url, known) for url in addresses])
            except FetchError as error:
                faults.append(error)
        if faults:
            raise faults[0]
        return new > 0

    async def _citing(self, story: StoryRow, base: str, url: str, known: set[str]) -> int:
        """Asks one Wikipedia about one address; ``known`` are those of the story's articles. Returns the number of new reactions."""
        new = 0
        for question in citing_questions(url):
            further: dict[str, str] = {}
            for _ in range(self._tools.settings.thread_pages):
                evidence = await self._tools.fetcher.api(base, "/w/api.php", {**question, **further})
                content = await self._tools.readers.read("wikipedia", evidence)
                if evidence.status != 200 or not content.readable:
                    raise FetchError(evidence.url, f"answered {evidence.status}, no list of pages")
                citing = [post for post in content.posts if any(canonical(link) in known for link in post.links)]
                new += self._tools.keep(
                    Arrival("wikipedia", evidence.fetched_at, [story], evidence, posts=citing)
                ).reactions
                further = following(load(evidence))
                if not further:
                    break
        return new

    def _add_candidates(self, story: StoryRow, entries: Sequence[Entry], reason: str) -> bool:
        found = candidates(self._tools.engine, story, entries)
        if found.more:
            self._tools.note(story.id, too_many(reason))
        with writing(self._tools.engine) as connection:
            add_candidates(connection, story, found, reason, now())
        return bool(found.urls)


def _why_no_page(evidence: Evidence, content: Content) -> str:
    if evidence.status != 200:
        return f"answered {evidence.status}"
    return f"is {content.refused or 'no HTML page'}"
