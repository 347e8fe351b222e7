"""Times, numbers and reasons in words, as pages and reports show them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from storywake.collector.dates import moment
from storywake.collector.sources import SOURCES

MAX_REASONS = 3
"""Reasons why a reaction is there that are named; the rest are counted."""
WHY = {
    "embedded": "embedded by",
    "links": "links to",
    "quotes": "quotes",
    "replies": "replies to",
    "mentions": "mentions",
    "reported": "quoted by",
}
"""How each tie is told, before what it is a tie to."""
CROWD = {
    "MISINFORMED_OR_POTENTIALLY_MISLEADING": "misleading, it says",
    "NOT_MISLEADING": "not misleading, it says",
    "NEEDS_MORE_RATINGS": "needs more ratings",
    "CURRENTLY_RATED_HELPFUL": "rated helpful, and shown under the post",
    "CURRENTLY_RATED_NOT_HELPFUL": "rated not helpful",
}
"""What X's Community Notes call their classifications and statuses."""
ANSWERED = {
    "voice": "a voice in the story, which shows their post",
    "not seen": "not seen: an account is known, and nothing of it here",
}
"""Where a person stands whom a story names, where the view's own word is not enough."""
HOURS_OF_DAYS = 48
"""Hours from which an age is told in days."""
MIN_WHOLE = 10
"""From here on numbers are told without a fraction."""


def when(at: str | None) -> Markup:
    """A time (UTC) as people write it, for a page: ``Thu 26 Nov 06:15``; the year only where it is not this one. A dash
    where it is unknown.
    """
    found = moment(at)
    if at is None or found is None:
        return Markup("–")
    year = "" if found.year == datetime.now(UTC).year else f" {found.year}"
    clock = f" {found:%H:%M}" if len(at) > 10 else ""
    return Markup('<time datetime="{}">{}</time>').format(at, f"{found:%a} {found.day} {found:%b}{year}{clock}")


def signed(number: float | None) -> str:
    """A number with its sign, thousands set apart: ``+1 204``; "" where unknown."""
    if number is None:
        return ""
    return f"{number:+,.0f}".replace(",", " ").replace("-", "−") if round(number) else "±0"


def gained(number: float | None, unit: str = "") -> str:
    """What came or went, in words: ``+17``, ``+1 point``, ``unchanged``; "" where unknown."""
    if number is None:
        return ""
    whole = round(number)
    words = f"{unit}{'' if abs(whole) == 1 else 's'}" if unit else ""
    return f"{signed(whole)} {words}".strip() if whole else "unchanged"


def points(share: float | None) -> str:
    """A difference of shares in percentage points: ``+14 points``, ``unchanged``; "" where unknown."""
    return gained(None if share is None else 100 * share, "point")


def crowd(mark: str | None) -> str:
    """A classification or status of a Community Note in words; as it is where it is none that is known."""
    return CROWD.get(mark or "", (mark or "not classified").replace("_", " ").lower())


def answered(state: str) -> str:
    """Where a person stands whom a story names (``state`` of the view ``named``), in words."""
    return ANSWERED.get(state, state)


def network(platform: str) -> str:
    """A platform as people call it: ``Hacker News``; the name itself where it is none that is known."""
    return short_title(SOURCES[platform].title) if platform in SOURCES else platform


def short_title(title: str) -> str:
    """A platform's title without the English "and its kin", as it may stand in any language."""
    return title.removesuffix(" and its kin")


def age(hours: int) -> str:
    """An age in words: ``6 hours``, ``4 days``."""
    return number_of(*((hours, "hour") if hours < HOURS_OF_DAYS else (hours // 24, "day")))


def span(hours: float | None) -> str:
    """A length of time in words: ``20 minutes``, ``5.3 hours``, ``4 days``; a dash where unknown."""
    if hours is None:
        return "–"
    if hours < 1:
        return number_of(round(60 * hours), "minute")
    if hours < HOURS_OF_DAYS:
        told = decimal(hours)
        return f"{told} hour{'' if told == '1' else 's'}"
    return number_of(round(hours / 24), "day")


def decimal(number: float | None) -> str:
    """A number with one digit after the point where it is small: ``0.4``, ``24``, ``1 204``; a dash where unknown."""
    if number is None:
        return "–"
    return f"{number:.1f}".removesuffix(".0") if abs(number) < MIN_WHOLE else f"{number:,.0f}".replace(",", " ")


def number_of(number: int, one: str, many: str | None = None) -> str:
    """So many of something: ``1 post``, ``1 204 posts``, ``2 people``; without ``many`` an s tells several."""
    return f"{number:,} ".replace(",", " ") + (one if number == 1 else many or f"{one}s")


def why(witnesses: Sequence[Mapping[str, Any]]) -> str:
    """Why a reaction is there: ``embedded by Coast Daily; links to the story``."""
    told = dict.fromkeys(f"{WHY.get(one['tie'], one['tie'])} {one['publisher'] or 'the story'}" for one in witnesses)
    left = len(told) - MAX_REASONS
    return "; ".join(list(told)[:MAX_REASONS]) + (f"; and {left} more" if left > 0 else "")


def changed_words(before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """How a balance changed, the largest changes first: ``deny 20 → 34 %, support 31 → 15 %``."""
    names = sorted(after, key=lambda name: -abs(after[name] - before.get(name, 0.0)))[:2]
    return ", ".join(f"{name} {100 * before.get(name, 0.0):.0f} → {100 * after[name]:.0f} %" for name in names)
