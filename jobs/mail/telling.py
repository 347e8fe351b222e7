"""What a mail tells."""

from typing import Any

from sqlalchemy import Connection

from storywake.collector.settings import Settings
from storywake.db import past
from storywake.db.deliveries import Window

from ..figures import estimates_then
from ..report import one_line, templates
from .form import Digest
from .readers import Reader

MAX_NEW_SHOWN = 20
"""New reactions of a story that a mail shows; further ones are only counted."""


def story_news(connection: Connection, settings: Settings, window: Window) -> list[dict[str, Any]]:
    """What is known of each story, and what is new in a span of time."""
    until = window.until
    sizes, stances, reach = (f(connection, until) for f in (past.sizes_then, past.stances_then, past.reach_then))
    estimates = estimates_then(connection, until)
    corrected, new = past.corrections_then(connection, until), past.new_then(connection, window, MAX_NEW_SHOWN)
    told = []
    for story in past.stories_then(connection, until):
        slug = story.slug
        reactions, people = sizes.get(slug, (0, 0))
        count, rows = new.get(slug, (0, []))
        told.append({
            "slug": slug, "title": story.title or slug, "reactions": reactions, "people": people,
            "stance": stances.get(slug, []), "estimated": estimates.get(slug, {}),
            "totals": reach.get(slug, dict.fromkeys(past.COUNTS)), "corrected": corrected.get(slug, []),
            "new": rows, "new_count": count,
        })  # fmt: skip
    return told


def edition(
    news: list[dict[str, Any]], reader: Reader, day: str, window: Window, settings: Settings, token: str | None
) -> Digest:
    """A reader's digest of a day."""
    told = [story for story in news if reader.wants(story["slug"])]
    new = sum(story["new_count"] for story in told)
    subject = f"Storywake {day}: {new} new reaction{'' if new == 1 else 's'}"
    if len(told) == 1:
        subject += f" to {one_line(told[0]['title'], 80)}"
    text, html = (
        templates().get_template(f"digest.{form}.j2").render(day=day, stories=told) for form in ("txt", "html")
    )
    leave_at = f"{settings.public_url.rstrip('/')}/unsubscribe/{token}" if settings.public_url and token else None
    return Digest(day, subject, text, html, window, new, leave_at=leave_at)
