"""A fact-check's verdict, as its page declares it (schema.org ClaimReview): an explicit stance with its rating."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

import regex

from ..records import Review
from ..values import at, items, text, types


def read_reviews(objects: Iterable[dict[str, Any]]) -> tuple[Review, ...]:
    """The verdicts among a page's JSON-LD objects; those without a claim or without a readable rating are left out."""
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
    """A rating from 0 (worst) to 1 (best); None where the scale is not told or makes no sense (best not above worst)."""
    try:
        value, best, worst = (float(rating[key]) for key in ("ratingValue", "bestRating", "worstRating"))
    except (KeyError, TypeError, ValueError):
        return None
    return (value - worst) / (best - worst) if best > worst and worst <= value <= best else None


@cache
def _verdicts() -> "tuple[tuple[str, regex.Pattern[str]], ...]":
    table = tomllib.loads(resources.files("storywake.collector.lexicon").joinpath("ratings.toml").read_text("utf-8"))
    return tuple(
        (stance, regex.compile(rf"(?<!\w)(?:{'|'.join(map(regex.escape, sorted(words.split('|'), key=len, reverse=True)))})(?!\w)", regex.I))
        for stance, words in table.items()
    )  # fmt: skip


def stance_of(words: str | None, value: float | None) -> str | None:
    """The stance that a verdict takes towards its claim, by its words and, where they say nothing, its number.

    From 0.7 of the scale up it supports, up to 0.35 it denies, between it comments. None where neither can be read.
    """
    for stance, pattern in _verdicts() if words else ():
        if pattern.search(words or ""):
            return stance
    if value is None:
        return None
    return "support" if value >= 0.7 else "deny" if value <= 0.35 else "comment"
