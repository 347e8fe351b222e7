"""Fact-checks as their pages declare them (schema.org ClaimReview): the claim, its rating, and the stance that this is."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import regex

from ..lexicon import word_lists
from ..records import Review, Stance
from ..values import at, items, text, types

SUPPORTS_FROM, DENIES_UP_TO = 0.7, 0.35
"""Of a reviewer's scale from 0 (worst) to 1 (best); what lies between comments."""


def read_reviews(objects: Iterable[dict[str, Any]]) -> tuple[Review, ...]:
    """The fact-checks among a page's JSON-LD objects; those without a claim or without a readable rating are left out."""
    found: list[Any] = []
    for item in objects:
        if "ClaimReview" not in types(item):
            continue
        claim = text(item.get("claimReviewed"))
        rating = item.get("reviewRating")
        if isinstance(rating, list):
            rating = next(iter(items(rating)), None)
        if not claim or not isinstance(rating, dict):
            continue
        words = text(rating.get("alternateName")) or text(rating.get("name"))
        value = _scaled(rating)
        stance = stance_of(words, value)
        if stance:
            reviewed = item.get("itemReviewed")
            appearances = [at(reviewed, "url"), at(reviewed, "sameAs"), *_places(reviewed)]
            found.append(
                Review(
                    claim=claim,
                    claimant=text(at(reviewed, "author", "name")),
                    rating=words,
                    value=value,
                    stance=stance,
                    appearances=tuple(dict.fromkeys(a for a in map(text, appearances) if a)),
                )
            )
    return tuple(found)


def _places(reviewed: Any) -> list[Any]:
    found: list[Any] = []
    for key in ("appearance", "firstAppearance"):
        value = at(reviewed, key)
        listed = value if isinstance(value, list) else [value]
        found.extend(item.get("url") or item.get("@id") if isinstance(item, dict) else item for item in listed)
    return found


def _scaled(rating: dict[str, Any]) -> float | None:
    """A rating from 0 (worst) to 1 (best); None where no scale is given, or one whose best is not above its worst."""
    try:
        value, best, worst = (float(rating[key]) for key in ("ratingValue", "bestRating", "worstRating"))
    except (KeyError, TypeError, ValueError):
        return None
    return (value - worst) / (best - worst) if best > worst and worst <= value <= best else None


@cache
def _rating_words() -> "tuple[tuple[Stance, regex.Pattern[str]], ...]":
    """Patterns of the words in which ratings are given, each with its stance; the first that is found decides."""
    table = word_lists("ratings")
    return tuple(
        (Stance(stance), regex.compile(rf"(?<!\w)(?:{'|'.join(map(regex.escape, sorted(words.split('|'), key=len, reverse=True)))})(?!\w)", regex.I))
        for stance, words in table.items()
    )  # fmt: skip


def stance_of(words: str | None, value: float | None) -> Stance | None:
    """The stance of a rating towards the claim: by its words, else by its number (0, the worst, to 1); None where neither tells."""
    for stance, pattern in _rating_words() if words else ():
        if pattern.search(words or ""):
            return stance
    if value is None:
        return None
    if value >= SUPPORTS_FROM:
        return Stance.SUPPORT
    return Stance.DENY if value <= DENIES_UP_TO else Stance.COMMENT
