"""Reads kept evidence again with today's parsers."""

from typing import NamedTuple

from sqlalchemy import Engine

from storywake.collector.errors import StorywakeError
from storywake.collector.net.evidence import Evidence
from storywake.collector.reading.answers import Content
from storywake.collector.reading.workers import Readers
from storywake.collector.records import Role
from storywake.collector.settings import Settings
from storywake.collector.urls import canonical
from storywake.db.articles import role_of
from storywake.db.engine import reading
from storywake.db.stories import StoryRow

from .filing import Filed
from .intake import Arrival, take_in
from .kept import answers_of, web_address
from .resolution import update_people
from .ticking import Tick, silent

NO_POSTS = ("gdelt", "feed", "constellation")
"""Evidence that names pages only; the pages are evidence of their own."""


class Renormalised(NamedTuple):
    """What reading a story's evidence again came to."""

    read: int
    posts: int
    reactions: int
    revisions: int
    notes: list[str]


def renormalise(engine: Engine, settings: Settings, story: StoryRow, tick: Tick = silent) -> Renormalised:
    """Reads all evidence of a story with today's parsers and stores what they find, as a pass does.

    Offline and idempotent.

    Each answer is stored as if read when it came, so its observations replace those made then.
    """
    read = posts = reactions = revisions = 0
    notes: list[str] = []
    with Readers() as readers:
        for kept in answers_of(engine, story.id, tick, f"reading the answers of {story.slug} anew"):
            evidence = kept.evidence
            if evidence.status != 200 or not evidence.body or kept.source in NO_POSTS:
                continue
            read += 1
            try:
                content = readers.read_now(kept.source, evidence)
                filed = _filed(engine, story, evidence, content)
                taken = take_in(
                    engine,
                    Arrival(
                        kept.source,
                        evidence.fetched_at,
                        [story],
                        posts=() if kept.source == "web" else content.posts,
                        filed=filed,
                    ),
                    settings,
                )
            except StorywakeError as error:
                notes.append(f"{evidence.url[:200]}: {error}")
                continue
            posts += taken.posts
            reactions += taken.reactions
            revisions += taken.revised
    update_people(engine, story.id)
    return Renormalised(read, posts, reactions, revisions, notes)


def _filed(engine: Engine, story: StoryRow, evidence: Evidence, content: Content) -> Filed | None:
    """A page to be filed as part of the story; None for one that was judged not to be about it."""
    if content.article is None:
        return None
    address = web_address(evidence)
    if address is None or canonical(story.url or "") in (canonical(address), canonical(evidence.url)):
        return Filed(content.article, content.signature, declared=tuple(content.declared), again=True)
    with reading(engine) as connection:
        role = role_of(connection, story.id, content.article.canonical_url or address)
    if not role:
        return None
    return Filed(content.article, content.signature, Role(role), declared=tuple(content.declared), again=True)
