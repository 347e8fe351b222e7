"""Posts from before a platform's search begins: which stories and posts need them, and of which stretch of time."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from storywake.collector.clock import LookKind
from storywake.collector.dates import known_moment, moment
from storywake.collector.platforms.base import Source
from storywake.collector.records import Post
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.articles import original_of
from storywake.db.engine import reading
from storywake.db.looks import Look
from storywake.db.reactions import shown_post, with_answers
from storywake.db.stories import StoryRow

HEAD_START, OVERLAP = timedelta(days=1), timedelta(hours=1)
"""How long before its publication a story may be linked to, and how much of what a search holds is asked for twice."""
MANY_ANSWERS = 10
"""Answers from which the conversation below a post that only links to a story is worth an estimate: that of a month costs, by X's
prices, a fifteenth of what ten answers do.
"""


def past_looks(
    connection: Connection, settings: Settings, story: StoryRow, addresses: Sequence[str]
) -> list[tuple[int | None, str, str, str, str]]:
    """A look at the archive of each platform whose search does not reach back to a story's publication, an address of its."""
    archives = {name: s for name, s in SOURCES.items() if settings.asks(name) and s.has_archive(settings)}
    if not addresses or not archives:
        return []
    stretches = {name: _stretch(connection, story, source) for name, source in archives.items()}
    reason = "posts that linked to the story before it was watched"
    return [
        (story.id, LookKind.ARCHIVE, name, url, reason)
        for name, (since, until) in stretches.items()
        if since < until
        for url in addresses
    ]


def past_answers(
    connection: Connection, settings: Settings, posts: Collection[int]
) -> list[tuple[int | None, str, str, str, str]]:
    """A look at the archive of each of ``posts`` that was older than its platform's search reaches when it became a reaction, and
    has answers where an article shows it, ``MANY_ANSWERS`` where it links to the story.

    Only these: posts that link to a story may be thousands, and an import's too, and each costs at least an estimate.
    """
    holding = {
        name: source.search_holds
        for name, source in SOURCES.items()
        if source.search_holds and settings.asks(name) and source.has_archive(settings)
    }
    reason = "answers from before the post was known"
    return [
        (found.story_id, LookKind.ARCHIVE, found.platform, found.external_id, reason)
        for found in (with_answers(connection, posts, MANY_ANSWERS) if holding else ())
        if (holds := holding.get(found.platform)) and (posted := moment(found.posted_at))
        if posted < known_moment(found.first_seen_at) - holds
    ]


def reaching_back(
    engine: Engine, story: StoryRow, source: Source[Any], look: Look
) -> tuple[str | Post, datetime, datetime]:
    """What a look at an archive asks for, and the time from when that was published to where the platform's search began."""
    with reading(engine) as connection:
        post = shown_post(connection, look.source, look.target)
        if post is None:
            return look.target, *_stretch(connection, story, source)
    assert source.search_holds is not None
    until = known_moment(look.added_at) - source.search_holds + OVERLAP
    return post, moment(post.posted_at) or until, until


def _stretch(connection: Connection, story: StoryRow, source: Source[Any]) -> tuple[datetime, datetime]:
    """Both ends; an empty stretch where the publication is not known."""
    assert source.search_holds is not None
    until = known_moment(story.created_at) - source.search_holds + OVERLAP
    published = moment(original_of(connection, story.id).published_at)
    return (published - HEAD_START if published else until), until
