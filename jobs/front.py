"""What a story's page shows: its kept figures, with the words and stances of the few reactions in them as they are now."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from storywake.collector.dates import known_moment, now
from storywake.collector.settings import Settings
from storywake.db.claims import claims_of
from storywake.db.coordination import coordination_of
from storywake.db.named import rows_of_named
from storywake.db.overview import unread_stories
from storywake.db.status import StoryStatus
from storywake.db.stories import StoryRow, standing
from storywake.db.summaries import Kept
from storywake.db.telling import (
    accounts_by_id,
    articles_shown,
    new_since,
    own_looks,
    persons_by_id,
    posts_shown,
    witnesses_among,
)

from .coverage import statement
from .marks import marks_of

MAX_ARTICLES = 30
"""Articles on a page."""
DAY = timedelta(days=1)


def front(
    connection: Connection, story: StoryRow, settings: Settings, kept: Kept, since: str | None = None
) -> dict[str, Any]:
    """The values of the templates in ``jobs/templates/story``. What came after ``since`` is marked as new there."""
    at = now()
    figures = _of_today(kept, at)
    status = standing(story, at)
    posts = posts_shown(connection, _shown(figures))
    articles = articles_shown(connection, story.id, MAX_ARTICLES)
    own = [row for row in articles if row["role"] == "original"] or articles
    last, due = own_looks(connection, story.id)
    looks = figures["looks"]
    unread = unread_stories(connection, [story.id])
    claims = [claim.text for claim in claims_of(connection, story.id)]
    return {
        "story": story,
        "stands": status.value,
        "own": own[0] if own else None,
        "corrected": any(row["corrected"] for row in own),
        "claims": claims,
        "figures": figures,
        "made_at": kept.made_at,
        "since": since,
        "new": new_since(connection, story.id, since) if since else None,
        "unread": unread[0] if unread else None,
        "last_look": max(filter(None, (last, *(row["last_at"] for row in looks))), default=None),
        "next_look": min(filter(None, (due, *(row["next_at"] for row in looks))), default=None)
        if status is StoryStatus.WATCHED
        else None,
        "at": at,
        "networks": statement(
            connection, settings, story.id, datetime.now(UTC), looks, figures["lag"], figures["reach"]
        ),
        "posts": posts,
        "witnesses": witnesses_among(connection, posts),
        "persons": persons_by_id(connection, [one["person_id"] for one in _all(figures, "people", "accounts")]),
        "accounts": accounts_by_id(connection, [one["account_id"] for one in figures["accounts"]]),
        "articles": articles,
        "articles_in_all": articles[0]["in_all"] if articles else 0,
        "named": rows_of_named(connection, story.slug),
        "together": coordination_of(connection, story.slug),
        "marks": marks_of(connection, story, figures["changes"], claims[0] if claims else None),
    }


def _of_today(kept: Kept, at: str) -> dict[str, Any]:
    """A story's kept figures, in which nothing is new where they are a day old: figures are made anew where anything came."""
    figures = kept.figures
    if known_moment(at) - known_moment(kept.made_at) < DAY:
        return figures
    size = figures["size"]
    still = {"new_reactions": 0, "new_people": 0, "engagement_then": size["engagement"]}
    return figures | {
        "size": size | still,
        "stance": [one | {"then": one["then"] and one["shares"]} for one in figures["stance"]],
    }


def _all(figures: Mapping[str, Any], *names: str) -> list[dict[str, Any]]:
    return [one for name in names for one in figures[name] if one["person_id"] is not None]


def _shown(figures: Mapping[str, Any]) -> list[int]:
    """The reactions that a page shows."""
    told = [one for group in figures["telling"].values() for one in group]
    told += figures["remarks"] + figures["accounts"] + figures["paces"]
    return [*(one["reaction_id"] for one in told), *figures["first"], *figures["furthest"]]
