"""What happened to a story, as marks on its charts: corrections, headline changes, changes of balance, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storywake.db.correcting import corrected_articles

from .wording import changed_words


class Marked(NamedTuple):
    """Something that happened, with its evidence."""

    at: str  # ISO 8601, UTC
    kind: str  # correction, headline or balance
    words: str
    url: str | None


def marks_of(
    connection: Connection, story_id: int, changes: Sequence[Mapping[str, Any]], claim: str | None
) -> list[Marked]:
    """The marks of a claim's chart, in the order of time; their numbers are their places.

    ``changes`` are a story's ``stance_changes`` (``jobs/figures.py``).
    """
    found = [
        Marked(
            one.at,
            "correction",
            f"{one.publisher or 'the article'} corrects: {one.correction or 'no words given'}",
            one.url,
        )
        for one in corrected_articles(connection, story_id)
    ]
    found += [
        Marked(
            one["at"],
            "balance",
            f"the balance changed by more than chance: {changed_words(one['before'], one['after'])}",
            None,
        )
        for one in changes
        if one["claim"] == claim
    ]
    return sorted(found, key=lambda mark: mark.at)
