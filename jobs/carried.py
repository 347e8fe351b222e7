"""Who was first, who carried a story furthest, and whom to know among those who reacted."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .tally import Item, known_sum

MAX_FIRST = 5
"""Posts that were first."""
MAX_FURTHEST = 5
"""Posts with which the list of all begins."""
MAX_CARRIERS = 8
"""Accounts, and publishers, that carried most."""
MAX_PEOPLE = 12
"""People who matter."""


def first_posts(items: Sequence[Item]) -> list[int]:
    """The posts that were first, of those whose time is known to more than the day."""
    timed = [item for item in items if item.posted and item.posted_at and len(item.posted_at) > 10]
    return [item.reaction_id for item in sorted(timed, key=lambda item: (item.at, item.reaction_id))[:MAX_FIRST]]


def furthest_posts(items: Sequence[Item], most: int = MAX_FURTHEST) -> list[int]:
    """The reactions with most engagement, the newest first of like ones."""
    ordered = sorted(items, key=lambda item: (item.engagement or 0, item.at, item.reaction_id), reverse=True)
    return [item.reaction_id for item in ordered[:most]]


def by_account(items: Sequence[Item]) -> list[dict[str, Any]]:
    """The accounts whose posts gathered most: account_id, person_id, posts, engagement, views, and ``reaction_id`` of the
    furthest.
    """
    own: dict[int, list[Item]] = {}
    for item in items:
        if item.account_id is not None and item.engagement is not None:
            own.setdefault(item.account_id, []).append(item)
    found = [
        {
            "account_id": account,
            "person_id": group[0].person_id,
            "reaction_id": max(group, key=lambda item: (item.engagement or 0, -item.reaction_id)).reaction_id,
            **_gathered(group),
        }
        for account, group in own.items()
    ]
    return _most(found, "account_id")


def by_publisher(items: Sequence[Item], publishers: Mapping[str, str]) -> list[dict[str, Any]]:
    """The publishers through whose articles most came: publisher, posts, engagement, views.

    ``publishers`` says whose an article's address is.
    """
    own: dict[str, list[Item]] = {}
    for item in items:
        if item.tie_source in publishers:
            own.setdefault(publishers[item.tie_source], []).append(item)
    found = [{"publisher": publisher, **_gathered(group)} for publisher, group in own.items()]
    return _most(found, "publisher")


def people_who_matter(items: Sequence[Item], named: Collection[int], affiliated: Collection[int]) -> dict[str, Any]:
    """Persons with two reactions or more, an affiliation, or named in the story, those with most engagement first.

    ``people``: person_id, named, reaction_id (the furthest), posts, engagement, views; ``in_all``: how many there are.
    """
    own: dict[int, list[Item]] = {}
    for item in items:
        if item.person_id is not None:
            own.setdefault(item.person_id, []).append(item)
    found = [
        {
            "person_id": person,
            "named": person in named,
            "reaction_id": max(group, key=lambda item: (item.engagement or 0, -item.reaction_id)).reaction_id,
            **_gathered(group),
        }
        for person, group in own.items()
        if len(group) > 1 or person in named or person in affiliated
    ]
    found.sort(key=lambda one: (not one["named"], -(one["engagement"] or 0), -one["posts"], one["person_id"]))
    return {"people": found[:MAX_PEOPLE], "in_all": len(found)}


def _gathered(group: Sequence[Item]) -> dict[str, Any]:
    return {
        "posts": len(group),
        "engagement": known_sum([item.engagement for item in group]),
        "views": known_sum([item.views for item in group]),
    }


def _most(found: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return sorted(found, key=lambda one: (-(one["engagement"] or 0), -(one["views"] or 0), one[name]))[:MAX_CARRIERS]
