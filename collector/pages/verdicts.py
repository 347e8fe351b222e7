"""A fact-check's verdict where its page declares none: read only on the pages of known fact-checkers, and only where it stands plainly."""

from functools import cache
from typing import Any, NamedTuple

import regex

from ..lexicon import word_lists
from ..records import Review, Stance
from ..urls import host_of

MIN_CLAIM_WORDS = 4
"""Of a headline without its verdict: fewer name no claim."""
MAX_LINES = 400
"""Lines of a page that are looked through for a rating."""


class FactChecker(NamedTuple):
    """A fact-checker: its language (ISO 639-1), host and feed."""

    name: str
    language: str
    host: str
    feed: str


@cache
def fact_checkers() -> tuple[FactChecker, ...]:
    """The known fact-checkers."""
    return tuple(FactChecker(**site) for site in _lists()["site"])


def read_verdict(url: str | None, title: str | None, text: str) -> tuple[Review, ...]:
    """The verdict of a fact-checker's page on the claim in its headline; () where the page is nobody's of the list, or none stands plainly.

    It stands before the headline ("False: ..."), opens it ("No, ..."), or has a line of its own ("Rating: False"). Where two
    of these differ, there is none.
    """
    if not title or host_of(url or "") not in _hosts():
        return ()
    rating, claim = _headed(title)
    found = [rating, *_labelled(text)]
    told = {stance: words for words in found if words and (stance := _stance(words))}
    if len(told) != 1 or len(claim.split()) < MIN_CLAIM_WORDS:
        return ()
    [(stance, words)] = told.items()
    return (Review(claim=claim, rating=words, stance=stance),)


def _headed(title: str) -> tuple[str | None, str]:
    """The verdict at the beginning of a headline, and the rest of it."""
    lists = _lists()
    first, comma, rest = title.partition(",")
    if comma and first.strip().casefold() in lists["no"]:
        return first.strip(), rest.strip()
    for mark in lists["after_verdict"]:
        words, found, rest = title.partition(mark)
        if found and _ratings().get(words.strip().casefold()):
            return words.strip(), rest.strip()
    return None, title


def _labelled(text: str) -> list[str]:
    """The verdicts on lines of their own, each behind its label."""
    found = []
    for line in text.split("\n", MAX_LINES)[:MAX_LINES]:
        told = _label().match(line.strip())
        if told:
            found.append(told[1].strip(" .!"))
    return found


def _stance(words: str) -> Stance | None:
    """The stance of a rating, which nothing but that rating may stand beside; a "no" that opens a headline denies."""
    plain = words.strip(" .!\"'“”„«»").casefold()
    return Stance.DENY if plain in _lists()["no"] else _ratings().get(plain)


@cache
def _ratings() -> dict[str, Stance]:
    """All ratings with their stances."""
    table = word_lists("ratings")
    return {rating: Stance(stance) for stance, words in reversed(table.items()) for rating in words.split("|")}


@cache
def _label() -> "regex.Pattern[str]":
    return regex.compile(rf"(?:{'|'.join(map(regex.escape, _lists()['labels']))})\s*[:：]\s*([^:：]{{2,60}})$", regex.I)


@cache
def _hosts() -> frozenset[str]:
    return frozenset(site.host for site in fact_checkers())


@cache
def _lists() -> dict[str, Any]:
    return word_lists("fact_checkers")
