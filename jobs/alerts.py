"""Finds what is told at once. Each thing is told once for ever, and nothing that was there when a story was first read."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from storywake.collector.dates import moment as read_moment
from storywake.collector.dates import stamp
from storywake.collector.prose.same_name import folded
from storywake.collector.settings import Settings
from storywake.db import alerts as db
from storywake.db.alerts import Found
from storywake.db.engine import reading, writing
from storywake.db.stories import StoryRow, stories

from .alert_figures import Peers, silent

LEADING = 10
"""A post that is deleted, or loses what it quotes, is a leading one where it is among so many with most engagement."""
MIN_ENGAGEMENT = 100
"""Likes, reposts, replies and quotes together, below which nothing that a single post does is told."""
MIN_GROWTH = 10
"""A post grew where it gained at least one part in so many of all that it has."""
OVERLAP = timedelta(minutes=10)
"""What was stored so long before the last look is looked through again."""
ONE_ANSWER = timedelta(days=1)
"""A person who goes on posting is told of once in this time."""


class AlertKind(StrEnum):
    """What is told."""

    BALANCE = "balance"  # the balance of stances changed by more than chance
    REACH = "reach"  # a post passed STORYWAKE_ALERT_REACH
    GROWTH = "growth"  # a post grew unusually
    ANSWER = "answer"  # a person named in the story reacted
    CORRECTION = "correction"
    HEADLINE = "headline"
    FACTCHECK = "factcheck"
    DELETION = "deletion"  # of a leading post
    QUOTE = "quote"  # in a leading post, taken back by whom it quotes
    SILENCE = "silence"  # of a network that had answered


class Search(NamedTuple):
    """Where to look for what happened."""

    story: StoryRow
    since: str  # what was there then is no news
    after: str  # what was seen since then was not looked through yet
    reach: int
    peers: Peers


def find(engine: Engine, settings: Settings, moment: datetime, peers: Peers | None = None) -> int:
    """Looks through what passes brought since the last time, and keeps what is to be told. Returns how many are new.

    ``peers`` may be kept from one call to the next.
    """
    at = stamp(moment)
    with reading(engine) as connection:
        watched = stories(connection, watched_at=at)
    new = sum(_find_in(engine, settings, story, at, peers or Peers()) for story in watched)
    with reading(engine) as connection:
        found = list(_silences(connection, settings, moment)) if watched else []
    if found:
        with writing(engine) as connection:
            new += db.save_alerts(connection, found, at)
    return new


def _find_in(engine: Engine, settings: Settings, story: StoryRow, at: str, peers: Peers) -> int:
    with reading(engine) as connection:
        state = db.state_of(connection, story.id)
        ended, read_at = db.last_pass(connection, story.id, at)
        if ended is None or read_at is None or (state and ended <= state.checked_at):
            return 0
        found: list[Found] = []
        if state:
            search = Search(story, state.since, _overlapping(state), settings.alert_reach, peers)
            found = [one for look in SEARCHES for one in look(connection, search)]
    with writing(engine) as connection:
        db.save_state(connection, story.id, ended)
        return db.save_alerts(connection, found, at)


def _overlapping(state: db.State) -> str:
    """The time from which on is looked: a little before the last time, since other machines may store late."""
    last = read_moment(state.checked_at)
    return max(state.since, stamp(last - OVERLAP)) if last else state.since


def _changes(connection: Connection, search: Search) -> Iterator[Found]:
    """Corrections, headlines, fact-checks and changes of the balance that came after the story was first read."""
    for row in db.changes_since(connection, search.story.slug, search.since):
        about = row["article_id"] or row["reaction_id"] or ""
        told = hashlib.sha256(f"{row['what']}\0{row['after']}".encode("utf-8", "replace")).hexdigest()[:12]
        mark = f"{row['at']}:{hashlib.sha256(str(row['what']).encode('utf-8', 'replace')).hexdigest()[:12]}"
        key = f"{row['kind']}:{search.story.id}:{about}:{mark if row['kind'] == AlertKind.BALANCE else told}"
        facts = {name: row[name] for name in ("what", "before", "after", "url")}
        yield Found(key, row["kind"], search.story.id, row["reaction_id"], row["found_at"], facts)


def _reach(connection: Connection, search: Search) -> Iterator[Found]:
    """Posts that passed the engagement set: seen below it before, or posted since the story was first read."""
    story, most = search.story, search.reach
    for post in db.grown_since(connection, story.id, search.after, most):
        if _is_news(post.posted_at, search) if post.before is None else post.before < most:
            facts = {"reach": most, "engagement": post.now}
            yield Found(f"reach:{post.reaction_id}:{most}", AlertKind.REACH, story.id, post.reaction_id, post.observed_at, facts)  # fmt: skip


def _growth(connection: Connection, search: Search) -> Iterator[Found]:
    """Posts that gained on a day what posts there do not gain at that age."""
    story = search.story
    posts = {p.reaction_id: p for p in db.grown_since(connection, story.id, search.after, MIN_ENGAGEMENT)}
    for gain in db.gains_of(connection, sorted(posts), MIN_ENGAGEMENT):
        post = posts[gain.reaction_id]
        if gain.day != post.observed_at[:10] or gain.gained * MIN_GROWTH < post.now:
            continue
        told = search.peers.unusual(connection, gain, story.slug)
        if told:
            facts = {"gained": gain.gained, "engagement": post.now, **told._asdict()}
            yield Found(f"growth:{gain.reaction_id}", AlertKind.GROWTH, story.id, gain.reaction_id, post.observed_at, facts)  # fmt: skip


def _answers(connection: Connection, search: Search) -> Iterator[Found]:
    """What persons whom the story names post after it was first read."""
    story = search.story
    rows = [row for row in db.answers_since(connection, story.id, search.after) if _is_news(row.posted_at, search)]
    if not rows:
        return
    words = f" {' '.join(' '.join(folded(text)) for text in db.own_words(connection, story.id))} "
    told = db.last_answers(connection, story.id)
    for row in rows:
        name = folded(row.person)
        named = row.declared or row.spoke or (len(name) > 1 and f" {' '.join(name)} " in words)
        if named and row.first_seen_at >= _a_day_after(told.get(row.who)):
            told[row.who] = row.first_seen_at
            yield Found(
                f"answer:{row.reaction_id}",
                AlertKind.ANSWER,
                story.id,
                row.reaction_id,
                row.first_seen_at,
                {"own": bool(row.declared or row.reported)},
            )


def _a_day_after(at: str | None) -> str:
    last = read_moment(at)
    return stamp(last + ONE_ANSWER) if last else ""


def _endings(connection: Connection, search: Search) -> Iterator[Found]:
    """Leading posts that are gone, or may no longer quote what they quoted."""
    story = search.story
    for post in db.gone_since(connection, story.id, search.since, LEADING):
        if post.engagement >= MIN_ENGAGEMENT:
            facts = {"engagement": post.engagement, "place": post.place}
            yield Found(
                f"{post.kind}:{post.reaction_id}:{post.at}", post.kind, story.id, post.reaction_id, post.at, facts
            )


SEARCHES: tuple[Callable[[Connection, Search], Iterator[Found]], ...] = (
    _changes, _reach, _growth, _answers, _endings,
)  # fmt: skip


def _silences(connection: Connection, settings: Settings, moment: datetime) -> Iterator[Found]:
    """Networks that had answered, and now fail or give nothing while others do."""
    for one in silent(connection, settings, moment):
        key = f"silence:{one.platform}:{one.last_at}"
        yield Found(key, AlertKind.SILENCE, None, None, stamp(moment), one._asdict())


def _is_news(posted_at: str | None, search: Search) -> bool:
    """Whether a post was made after a story was first read; where only its day is known, not before that day."""
    return posted_at is not None and posted_at >= search.since[: len(posted_at)]
