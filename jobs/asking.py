"""Asks platforms about posts, threads and links during a pass."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from storywake.collector.clock import LookKind
from storywake.collector.errors import FetchError
from storywake.collector.platforms.asking import readable
from storywake.collector.platforms.base import Answer, Source
from storywake.collector.records import Author, Kind, Post
from storywake.collector.sources import SOURCES
from storywake.db.cursors import move_cursor, stream_cursor
from storywake.db.engine import reading, writing
from storywake.db.looks import Look
from storywake.db.stories import StoryRow

from .intake import Arrival
from .past_posts import reaching_back
from .settling import Ending
from .together import Together
from .tools import Tools
from .unlinked import Spoken

MAX_NUMBER = (1 << 63) - 1
"""The largest number that is kept."""


class Asking:
    """Asks platforms during a pass."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def ask(self, looks: Sequence[Look], stories: Sequence[StoryRow]) -> Ending:
        """Makes looks of one kind at one platform; only looks at counts come several at once.

        Returns whether a new reaction came, and what the platform says that it left out.

        Raises FetchError where an answer failed or could not be read, after everything else was asked.
        """
        first = looks[0]
        source = SOURCES[first.source]
        if source.resumes and first.kind in (LookKind.LINKING, LookKind.REPLIES):
            return await self._newer(source, first, stories)
        if first.kind == LookKind.COUNTS:
            stream = source.posts(self._tools.fetcher, self._tools.settings, [look_as_post(look) for look in looks])
        elif first.kind == LookKind.REPLIES:
            stream = source.replies(self._tools.fetcher, self._tools.settings, look_as_post(first))
        elif first.kind == LookKind.QUOTES:
            stream = source.quotes(self._tools.fetcher, self._tools.settings, look_as_post(first))
        elif first.kind == LookKind.NAMING:
            stream = source.naming(self._tools.fetcher, self._tools.settings, first.target)
            return await self._store(first.source, stream, stories, Spoken(self._tools.engine, stories))
        elif first.kind == LookKind.ARCHIVE:
            sought, since, until = reaching_back(self._tools.engine, stories[0], source, first)
            stream = source.archive(self._tools.fetcher, self._tools.settings, sought, since, until)
        else:
            stream = source.linking(self._tools.fetcher, self._tools.settings, first.target)
        return await self._store(first.source, stream, stories)

    async def _newer(self, source: Source[Any], look: Look, stories: Sequence[StoryRow]) -> Ending:
        """Asks for what came since all was read. Where all is read now it keeps how far; else the next pass asks for the same again."""
        watched = " ".join(sorted(f"{story.slug}@{story.created_at}" for story in stories))
        cursor = f"{look.source} {look.kind} {look.target} {watched}"
        wanted = look.target if look.kind == LookKind.LINKING else look_as_post(look)
        with reading(self._tools.engine) as connection:
            after = stream_cursor(connection, cursor)
        seen: list[int] = []
        pages = 0

        async def told() -> AsyncIterator[Answer]:
            nonlocal pages
            async for answer in source.newer(self._tools.fetcher, self._tools.settings, wanted, after):
                pages += 1
                seen.extend(number for post in answer.posts if (number := _number(post.external_id)))
                yield answer

        ending = await self._store(look.source, told(), stories)
        if seen and pages < self._tools.settings.thread_pages:
            with writing(self._tools.engine) as connection:
                move_cursor(connection, cursor, max(seen))
        return ending

    async def _store(
        self,
        name: str,
        stream: AsyncIterator[Answer],
        stories: Sequence[StoryRow],
        spoken: Spoken | None = None,
    ) -> Ending:
        fault: FetchError | None = None
        together = Together(self._tools.keep)
        again: float | None = None
        lacking: str | None = None
        paid = bool(SOURCES[name].budgets(self._tools.settings))
        try:
            async for answer in stream:
                evidence = answer.evidence
                if evidence.status >= 400 and not answer.gone:
                    fault = FetchError(evidence.url, f"answered {evidence.status}")
                elif evidence.status == 200 and not answer.posts and not readable(evidence):
                    fault = FetchError(evidence.url, "neither JSON nor a page")
                arrival = Arrival(name, evidence.fetched_at, stories, evidence, answer.posts, answer.edits, answer.gone)
                if spoken:
                    posts, unlinked, near = spoken.among(answer.posts)
                    arrival = arrival._replace(  # most is of strangers
                        evidence=None, posts=posts, unlinked=unlinked, near=near
                    )
                together.add(arrival)
                if paid:  # the next one may have to wait for a rate limit, and a kill until then would lose this one
                    together.store()
                again, lacking = answer.again or again, answer.lacking or lacking
        finally:
            together.store()
        if fault:
            raise fault
        return Ending(together.reactions > 0, again=again, lacking=lacking)


def _number(external_id: str | None) -> int | None:
    """The number that an id is; None where it is none, or larger than any."""
    number = int(external_id) if external_id and len(external_id) < 20 and external_id.isdecimal() else 0
    return number if 0 < number <= MAX_NUMBER else None


def look_as_post(look: Look) -> Post:
    """The post that a look is about, with the fields that asking needs."""
    return Post(
        platform=look.source,
        external_id=look.external_id,
        url=look.url,
        kind=Kind(look.post_kind or Kind.POST),
        author=Author(handle=look.handle),
        posted_at=look.posted_at,
    )
