"""What happened to a story, as marks on its charts: corrections, headline changes, changes of balance, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storywake.db.changes import balance_changes
from storywake.db.correcting import corrections_and_headlines
from storywake.db.stories import StoryRow

from .wording import changed_words


class Marked(NamedTuple):
    """Something that happened, with its evidence."""

    at: str  # ISO 8601, UTC
    kind: str  # correction, headline or balance
    words: str
    url: str | None = None
    article_id: int | None = None


def marks_of(
    connection: Connection, story: StoryRow, changes: Sequence[Mapping[str, Any]], claim: str | None
) -> list[Marked]:
    """The marks of a claim's chart, in the order of time; their numbers are their places.

    Changes of the balance are those that were kept where they were first found; while none is kept, ``changes``, a
    story's ``stance_changes`` (``jobs/figures.py``).
    """
    found = [
        Marked(row["at"], row["kind"], _told(row), row["url"], row["article_id"])
        for row in corrections_and_headlines(connection, story.slug)
    ]
    kept = [row._asdict() for row in balance_changes(connection, story.id)]
    found += [
        Marked(
            one["at"],
            "balance",
            f"the balance changed by more than chance: {changed_words(one['before'], one['after'])}",
        )
        for one in kept or changes
        if one["claim"] == claim
    ]
    return sorted(found, key=lambda mark: (mark.at, mark.kind))


def _told(row: Mapping[str, Any]) -> str:
    paper = row["what"] or "the article"
    if row["kind"] == "correction":
        corrects = "had corrected by then" if row["by_then"] else "corrects"
        return f"{paper} {corrects}: “{row['after']}”" if row["after"] else f"{paper} {corrects}"
    return f"{paper} changes its headline: “{row['before']}” → “{row['after']}”"
