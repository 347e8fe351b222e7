"""Pages that may be about a story: which of those that a feed or an index lists are worth a look."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from storywake.collector.clock import LookKind
from storywake.collector.match.relevance import Judgement, judge, promise, subject
from storywake.collector.match.same_event import of_same_event
from storywake.collector.match.told_by import told_by
from storywake.collector.pages.feeds import Entry
from storywake.collector.records import Article, Subject
from storywake.collector.urls import canonical, is_keepable
from storywake.db.articles import article_keys, original_of, page_dropped
from storywake.db.claims import claims_of
from storywake.db.engine import reading
from storywake.db.looks import add_look, known_target, targets_of
from storywake.db.stories import StoryRow, story_text
from storywake.db.unlinked import tellings

MAX_CANDIDATES = 20
"""Pages that one answer of a feed or an index adds to a story."""


class Candidates(NamedTuple):
    """Pages that are worth a look, the best first, and whether there were more than may be added at once."""

    urls: list[str]
    more: bool


def about(engine: Engine, story: StoryRow) -> Subject:
    """What a story is about."""
    with reading(engine) as connection:
        claims = [row.text for row in claims_of(connection, story.id)]
        title, words, language = story_text(connection, story.id)
    return subject(story.title or title, claims, words, language=language)


def why_about(engine: Engine, story: StoryRow, article: Article) -> Judgement | None:
    """Why an article that was found belongs to a story: by what it points at, or as it is about the same event; None where it does not."""
    matter = about(engine, story)
    with reading(engine) as connection:
        why = judge(matter, article, article_keys(connection, story.id), original_of(connection, story.id).publisher)
        telling = next(iter(tellings(connection, [story])), None) if why is None else None
    return of_same_event(told_by(telling), article) if telling else why


def candidates(engine: Engine, story: StoryRow, entries: Sequence[Entry]) -> Candidates:
    """Those of ``entries`` that seem to be about a story or say that they link to it, and are not known to it yet."""
    matter = about(engine, story)
    with reading(engine) as connection:
        known = article_keys(connection, story.id) | ({canonical(story.url)} if story.url else set())
    ranked = sorted(((promise(matter, e, known), e) for e in entries), key=lambda pair: -pair[0])
    worth = [entry for worth, entry in ranked if worth > 0 and is_keepable(entry.url)]
    fresh: dict[str, str] = {}
    with reading(engine) as connection:
        if worth:  # what was read and found to be about something else is listed under further forms of its address
            known = known | set(map(canonical, targets_of(connection, story.id, LookKind.CANDIDATE)))
        for entry in worth:
            key = canonical(entry.url)
            if key in known or key in fresh or known_target(connection, story.id, entry.url):
                continue
            if not page_dropped(connection, story.id, entry.url):
                fresh[key] = entry.url
            if len(fresh) > MAX_CANDIDATES:
                break
    return Candidates(list(fresh.values())[:MAX_CANDIDATES], len(fresh) > MAX_CANDIDATES)


def add_candidates(connection: Connection, story: StoryRow, found: Candidates, reason: str, at: str) -> None:
    """Adds a look at each of the pages."""
    for url in found.urls:
        add_look(connection, story.id, LookKind.CANDIDATE, "web", url, reason, at)


def too_many(reason: str) -> str:
    """The note on a list of more pages than are added at once."""
    return f"{reason}: it names more than {MAX_CANDIDATES} pages, of which the others are read later"
