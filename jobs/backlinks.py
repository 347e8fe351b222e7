"""Asks Constellation who links to a story's articles, and who quotes and answers its posts on Bluesky."""

from collections.abc import Iterator, Sequence

from storywake.collector.errors import FetchError
from storywake.collector.platforms.bluesky.constellation import (
    LINKS,
    MAX_PAGE,
    MAX_PAGES,
    NAME,
    QUOTES,
    REPLIES,
    address,
    backlinks,
    spellings,
)
from storywake.collector.platforms.bluesky.formats import NAME as BLUESKY
from storywake.collector.records import Post
from storywake.collector.sources import SOURCES
from storywake.db.articles import spellings_of
from storywake.db.engine import reading
from storywake.db.looks import Look
from storywake.db.posts import counted
from storywake.db.stories import StoryRow

from .intake import Arrival
from .tools import Tools


class Backlinks:
    """Asks during a pass."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def ask(self, look: Look, stories: Sequence[StoryRow]) -> bool:
        """Makes a look at an article or a post. Returns whether a new reaction came.

        Raises FetchError where an answer failed, after what the others named was read.
        """
        base = address(self._tools.settings)
        assert base is not None, "a look that is not asked for is not made"
        new = 0
        for subject, source in self._questions(look):
            named: dict[str, None] = {}
            fault: FetchError | None = None
            try:
                async for page in backlinks(self._tools.fetcher, base, subject, source):
                    self._tools.keep(Arrival(NAME, page.evidence.fetched_at, stories, page.evidence))
                    named |= dict.fromkeys(page.uris)
                    if page.cut:
                        self._tools.note(
                            look.story_id, f"{subject}: only the newest {MAX_PAGE * MAX_PAGES:,} backlinks are read"
                        )
            except FetchError as error:
                fault = error
            new += await self._read(list(named), stories)
            if fault:
                raise fault
        return new > 0

    def _questions(self, look: Look) -> Iterator[tuple[str, str]]:
        """What is asked: subjects and sources. A post that its platform says nobody quotes or answers is not asked about."""
        if look.post_id is None:
            with reading(self._tools.engine) as connection:
                known = spellings_of(connection, look.story_id or 0, look.target)
            yield from ((one, source) for one in spellings(known) for source in LINKS)
        elif look.external_id:
            post = Post(platform=BLUESKY, external_id=look.external_id)
            with reading(self._tools.engine) as connection:
                stored = next(iter(counted(connection, [post]).values()), None)
            _, _, replies, quotes, _ = stored.counts if stored else (None,) * 5
            sources = (*(QUOTES if quotes != 0 else ()), *(REPLIES if replies != 0 else ()))
            yield from ((look.external_id, source) for source in sources)

    async def _read(self, uris: Sequence[str], stories: Sequence[StoryRow]) -> int:
        """Reads the posts that are not stored yet; one that the AppView does not know is deleted, which is no fault."""
        wanted = [Post(platform=BLUESKY, external_id=uri) for uri in uris]
        with reading(self._tools.engine) as connection:
            known = {key for _, key in counted(connection, wanted)}
        fresh = [post for post in wanted if post.external_id not in known]
        new = 0
        async for answer in SOURCES[BLUESKY].posts(self._tools.fetcher, self._tools.settings, fresh):
            if answer.evidence.status >= 400:
                raise FetchError(answer.evidence.url, f"answered {answer.evidence.status}")
            at = answer.evidence.fetched_at
            new += self._tools.keep(Arrival(BLUESKY, at, stories, answer.evidence, answer.posts)).reactions
        return new
