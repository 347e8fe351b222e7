"""Looks at pictures: the one at the head of a story's article, and those of posts that may show it or a page of the paper."""

import asyncio
from collections.abc import Sequence

from storywake.collector.clock import LookKind
from storywake.collector.dates import now
from storywake.collector.errors import FetchError, Refused, Unreadable
from storywake.collector.match.pictured import pictured
from storywake.collector.match.unlinked import Unlinked
from storywake.collector.net.evidence import Evidence
from storywake.collector.pictures.likeness import Sign
from storywake.collector.reading.answers import PICTURE, WORDS
from storywake.collector.records import Post, Tie
from storywake.db.engine import reading, writing
from storywake.db.looks import Look
from storywake.db.pictures import Lead, leads, save_lead
from storywake.db.stories import StoryRow
from storywake.db.unlinked import mention_threshold, tellings

from .intake import Arrival
from .tools import Tools

ACCEPTED = {"Accept": "image/avif,image/webp,image/png,image/jpeg,image/gif"}


class Pictures:
    """Looks at pictures during a pass. No picture is kept: of a story's own its sign, of posts' nothing."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._began = now()
        self._leads: dict[int, list[tuple[Lead, Sign]]] = {}  # by story, as far as they were read
        self._strangers: dict[int, list[tuple[Post, Sign]]] = {}  # by story, what this pass saw and did not know
        self._told: dict[int, Unlinked] = {}

    async def look(self, look: Look, story: StoryRow) -> bool:
        """Makes a look at a story's own picture or at a post's. Returns whether a new reaction came.

        Raises FetchError where a story's picture cannot be read, and where an answer did not come.
        """
        return await (self._lead(look, story) if look.kind == LookKind.LEAD else self._post(look, story))

    async def _lead(self, look: Look, story: StoryRow) -> bool:
        evidence = await self._tools.fetcher.get(look.target, headers=ACCEPTED)
        packed = await self._sign(evidence)
        if packed is None:
            raise FetchError(look.target, "no picture that can be read")
        limit = await asyncio.to_thread(Sign(packed).limit)
        with writing(self._tools.engine) as connection:
            lead = Lead(look.target, look.about or "", packed, limit)
            save_lead(connection, story.id, lead, evidence.fetched_at, self._began)
        self._leads.clear()  # it may be the picture of another story too, which then tells neither
        found = False
        for post, sign in self._strangers.pop(story.id, []):
            found |= await self._compared(story, post, sign)
        return found

    async def _post(self, look: Look, story: StoryRow) -> bool:
        """Looks at a post's pictures, until one ties it: by what it shows, else by the words in it."""
        url, *addresses = (look.about or "").split("\n")
        post = Post(platform=look.source, external_id=look.target, url=url or None)
        for address in addresses:
            try:
                evidence = await self._tools.fetcher.get(address, headers=ACCEPTED)
            except Refused:
                continue
            packed = await self._sign(evidence)
            if packed and (await self._compared(story, post, Sign(packed)) or await self._read(story, post, evidence)):
                return True
        return False

    async def _sign(self, evidence: Evidence) -> bytes | None:
        """A picture's sign; None where the answer is no picture that can be read."""
        if evidence.status != 200:
            return None
        try:
            return (await self._tools.readers.read(PICTURE, evidence)).sign
        except Unreadable:
            return None

    async def _compared(self, story: StoryRow, post: Post, sign: Sign) -> bool:
        """Ties a post whose picture shows the story's. Returns whether it does; if not, it waits for further pictures of the story."""
        tie = await asyncio.to_thread(_nearest, self._leads_of(story), sign)
        with reading(self._tools.engine) as connection:
            threshold = mention_threshold(connection, story.id)
        if tie is None or tie.confidence < threshold:
            self._strangers.setdefault(story.id, []).append((post, sign))
            return False
        return self._keep(story, post, [(story.id, tie)])

    async def _read(self, story: StoryRow, post: Post, evidence: Evidence) -> bool:
        """Ties a post by the words in its picture. Returns whether they speak of the story."""
        index = self._index(story)
        language = index.tellings[0].language if index.tellings else None
        try:
            words = (await self._tools.readers.read(f"{WORDS}:{language or ''}", evidence)).words
        except Unreadable:
            return False
        found = index.read(post, words) if words else []
        return bool(found) and self._keep(story, post, found)

    def _leads_of(self, story: StoryRow) -> list[tuple[Lead, Sign]]:
        if story.id not in self._leads:
            with reading(self._tools.engine) as connection:
                self._leads[story.id] = [(lead, Sign(lead.sign)) for lead in leads(connection, story.id)]
        return self._leads[story.id]

    def _index(self, story: StoryRow) -> Unlinked:
        if story.id not in self._told:
            with reading(self._tools.engine) as connection:
                self._told[story.id] = Unlinked(tellings(connection, [story]))
        return self._told[story.id]

    def _keep(self, story: StoryRow, post: Post, found: Sequence[tuple[int, Tie]]) -> bool:
        """Stores a post of which no more than the id is known; its look at counts tells the rest."""
        told = {(post.platform, post.external_id or ""): found}
        arrival = Arrival(post.platform, now(), [story], posts=[post], copied=True, unlinked=told)
        self._tools.keep(arrival)
        return True


def _nearest(known: Sequence[tuple[Lead, Sign]], sign: Sign) -> Tie | None:
    """The tie by the nearest of a story's pictures; None where a picture shows none of them."""
    distances = [(own.distance(sign), lead) for lead, own in known]
    near = [(distance, lead) for distance, lead in distances if distance <= lead.max_distance]
    distance, lead = min(near, default=(1.0, None))
    return pictured(lead.article, lead.address, distance) if lead else None
