"""Whether a correction reached those who saw the error: what was posted before and after it, and what carries it."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storywake.collector.match.remarks import words
from storywake.collector.urls import canonical
from storywake.db.correcting import Corrected, corrected_articles, gained_since
from storywake.db.telling import Reacted

from .tally import Item, known_sum, people_of

MIN_RUN = 5
"""Words of the correction that a text has in a row where it carries it."""
MAX_SHARED = 10
"""Posts from before the correction of which is asked whether an answer carries it."""


class Correction(NamedTuple):
    """A story's first correction."""

    at: str
    by_then: (
        bool  # it was there when the article was first seen, so ``at`` is the latest time at which it can have come
    )
    words: str | None
    publisher: str | None
    addresses: frozenset[str]  # canonical, of the articles that were corrected


def first_correction(connection: Connection, story_id: int) -> Correction | None:
    """The first correction of a story, of its original where that was corrected; None where there is none."""
    found = corrected_articles(connection, story_id)
    if not found:
        return None
    first = min(found, key=lambda one: (one.role != "original", one.at))
    return Correction(first.at, bool(first.by_then), first.correction, first.publisher, frozenset(_addresses(found)))


def _addresses(found: Sequence[Corrected]) -> list[str]:
    return [canonical(one.url) for one in found if one.url]


def carrier(correction: Correction | None) -> Callable[[Reacted], bool]:
    """What tells whether a post carries a correction: posted after it, it links to an article that was corrected, or has
    ``MIN_RUN`` of the correction's words in a row.
    """
    if correction is None:
        return lambda row: False
    runs = _runs(words(correction.words or ""))

    def carries(row: Reacted) -> bool:
        if _side(row, correction) != 1:
            return False
        if any(canonical(link) in correction.addresses for link in (row.links or "").split()):
            return True
        return bool(row.text and runs and runs & _runs(words(row.text)))

    return carries


def _runs(said: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(said[at : at + MIN_RUN]) for at in range(len(said) - MIN_RUN + 1)}


def _side(one: Reacted | Item, correction: Correction) -> int:
    """-1 before, 1 after, 0 where that is unknown: only the day is known and it is that of the correction, or no time is
    and it was found afterwards, or the correction came at an unknown time and this before it was seen.
    """
    side = _side_of(one, correction.at)
    return 0 if side < 0 and correction.by_then else side


def _side_of(one: Reacted | Item, correction: str) -> int:
    if one.posted_at is None:
        return -1 if one.first_seen_at < correction else 0
    at = one.posted_at
    known = min(len(at), len(correction))
    if at[:known] == correction[:known] and len(at) != len(correction):
        return 0
    return 1 if at >= correction else -1


def reached(
    connection: Connection, story_id: int, correction: Correction | None, items: Sequence[Item]
) -> dict[str, Any] | None:
    """What a correction reached; None where there is none.

    ``by_then``: it was there when its article was first seen, so what was posted earlier is on neither side. ``before``,
    ``after`` and ``carrying`` (of those after): posts, people, engagement, views, ``unknown`` (posts
    without known counts). ``gained``: engagement that the posts from before gathered since, and of how many that is
    known. ``shared``: of the furthest posts from before, how many have an answer or quote that carries the correction.
    ``returned``: people from before who posted something that carries it. ``undated``: posts of
    which it is unknown whether they came before or after.
    """
    if correction is None:
        return None
    before = [item for item in items if _side(item, correction) < 0]
    after = [item for item in items if _side(item, correction) > 0]
    carrying = [item for item in after if item.carries]
    answered = {key for item in carrying for key in item.answers}
    shared = sorted((i for i in before if i.engagement), key=lambda i: (-(i.engagement or 0), i.reaction_id))
    gained, posts = gained_since(connection, story_id, correction.at)
    seen = people_of(before)
    return {
        "at": correction.at,
        "by_then": correction.by_then,
        "words": correction.words,
        "publisher": correction.publisher,
        "before": _told(before),
        "after": _told(after),
        "carrying": _told(carrying),
        "gained": {"engagement": gained, "posts": posts},
        "shared": {
            "of": len(shared[:MAX_SHARED]),
            "answered": sum(item.key in answered for item in shared[:MAX_SHARED]),
        },
        "returned": {"of": len(seen), "people": len(seen & people_of(carrying))},
        "undated": len(items) - len(before) - len(after),
    }


def _told(items: Sequence[Item]) -> dict[str, Any]:
    return {
        "posts": len(items),
        "people": len(people_of(items)),
        "engagement": known_sum([item.engagement for item in items]),
        "views": known_sum([item.views for item in items]),
        "unknown": sum(item.engagement is None for item in items),
    }
