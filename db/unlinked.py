"""What stories can be told by, so that posts without a link to them are found; and from which confidence they are taken."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, update
from sqlmodel import col, select

from storywake.collector.match.told_by import DEFAULT_THRESHOLD, Telling
from storywake.collector.urls import host_of

from .articles import SOURCES
from .claims import claims_of
from .many import rows_among
from .models import Story
from .statements import statements
from .stories import StoryRow, story_text

SQL = statements("unlinked")
MAX_HEADLINES = 6
"""Headlines of a story's articles that it is told by: its own, and those of the first that took it up."""


def tellings(connection: Connection, stories: Sequence[StoryRow]) -> list[Telling]:
    """What each of some stories can be told by; one that has neither title nor claim is left out."""
    ids = [story.id for story in stories]
    articles: dict[int, list[Row[Any]]] = {}
    for row in rows_among(connection, SQL["articles_told"], ids, roles=SOURCES):
        articles.setdefault(row.story_id, []).append(row)
    rows = connection.execute(select(Story.id, Story.mention_threshold))
    thresholds = {row.id: row.mention_threshold for row in rows}
    found = [_telling(connection, story, articles.get(story.id, []), thresholds.get(story.id)) for story in stories]
    return [telling for telling in found if telling.sentences]


def _telling(connection: Connection, story: StoryRow, articles: Sequence[Row[Any]], threshold: float | None) -> Telling:
    claims = [claim.text for claim in claims_of(connection, story.id)]
    own = story_text(connection, story.id)
    titles = [story.title, own.title, *(row.title for row in articles)]
    headlines = list(dict.fromkeys(title for title in titles if title))[:MAX_HEADLINES]
    first = articles[0] if articles else None
    hosts = {host_of(row.url) for row in articles[:1] if row.url}
    return Telling(
        story_id=story.id,
        source=first.key if first else story.slug,
        sentences=tuple(dict.fromkeys((*headlines, *claims))),
        text=own.text,
        language=own.language,
        paper=first.publisher if first else None,
        authors=tuple(first.authors.split(", ")) if first and first.authors else (),
        handles=tuple(host.rsplit(".", 2)[-2] for host in hosts if host and "." in host),
        published_at=min((row.published_at for row in articles if row.published_at), default=None),
        threshold=DEFAULT_THRESHOLD if threshold is None else threshold,
    )


def mention_threshold(connection: Connection, story_id: int) -> float:
    """The confidence from which a post without a link is a reaction to a story, 0 to 1."""
    found = connection.execute(select(Story.mention_threshold).where(Story.id == story_id)).scalar()
    return DEFAULT_THRESHOLD if found is None else found


def set_mention_threshold(connection: Connection, story_id: int, threshold: float) -> None:
    """Sets the confidence from which a post without a link is a reaction to a story."""
    connection.execute(update(Story).where(col(Story.id) == story_id).values(mention_threshold=threshold))
