"""What a paper's article says of the report that a story is about: repeats, confirms, doubts or corrects it; not told where it is not plain.

This is a paper's own voice. What persons say in it, in quotation marks or attributed to them, is theirs (``statements``).
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import regex

from ..lexicon import word_lists
from ..prose.language import detect
from ..prose.mentions import passed_on
from ..prose.organisations import plain_publisher
from ..prose.sentences import find_quotes, is_quoted, paragraphs, sentences
from ..records import Article, Role, Stance, Subject
from .relevance import stems

MAX_SENTENCES = 60
"""Sentences of an article that are read: what it says of a report stands in its beginning."""
MIN_SHARED = 2
"""Words of the story's title and claims that a sentence must have to speak of it, where it names neither report nor paper."""
MAX_GAP = 12
"""Words that a ``*`` of a phrase stands for at most."""
MAX_SHOWN = 500
"""Characters of the sentence that is kept."""


class PaperStance(StrEnum):
    """What an article says of the report, those that decide over others first."""

    CORRECTS = "corrects"  # the report, or a part of it, was wrong
    CONFIRMS = "confirms"  # the paper or its sources found the same
    DOUBTS = "doubts"  # there is reason not to believe it
    REPEATS = "repeats"  # it passes the report on


class Told(NamedTuple):
    """An article's stance and the sentence, or what else, it rests on."""

    stance: PaperStance
    rests_on: str


class _Words(NamedTuple):
    report: "regex.Pattern[str]"
    never: "regex.Pattern[str]"
    stances: dict[PaperStance, "regex.Pattern[str]"]


def paper_stance(about: Subject, article: Article, role: Role, original: str | None) -> Told | None:
    """The stance of an article of a story; None where it cannot be told, or where the article says two things that exclude each other.

    ``original`` is the publisher of the report that the story is about. A report is repeated only by another paper.
    """
    if role not in (Role.COVERAGE, Role.FOLLOWUP):
        return None
    reviews = {review.stance: review for review in article.reviews}
    if len(reviews) == 1 and (stance := REVIEWED.get(next(iter(reviews)))):
        [review] = reviews.values()
        return Told(stance, f"its fact-check says: {review.rating or review.stance.value}")
    if role is Role.FOLLOWUP and article.own_corrections:
        return Told(PaperStance.CORRECTS, article.own_corrections[0][:MAX_SHOWN])
    found: dict[PaperStance, str] = {}
    for stance, sentence in _said(about, article, original):
        found.setdefault(stance, sentence)
    if PaperStance.CONFIRMS in found and len(found) > 1:
        return None
    told = next(((stance, found[stance]) for stance in PaperStance if stance in found), None)
    if told is None and role is Role.COVERAGE and (source := _passed_on(article, original)):
        told = (PaperStance.REPEATS, source)
    return Told(told[0], told[1][:MAX_SHOWN]) if told else None


REVIEWED = {
    Stance.DENY: PaperStance.CORRECTS,
    Stance.SUPPORT: PaperStance.CONFIRMS,
    Stance.QUERY: PaperStance.DOUBTS,
}
"""A declared fact-check's verdict as a paper's stance."""


def _said(about: Subject, article: Article, original: str | None) -> Iterator[tuple[PaperStance, str]]:
    """The stances that sentences of an article take in the paper's own voice, each with its sentence."""
    words = _words(article.language or detect(f"{article.title or ''}\n{article.text}") or "")
    if words is None:
        return
    paper = plain_publisher(original) if original else None
    for sentence in _sentences(article):
        of_persons = any(statement.text in sentence or sentence in statement.text for statement in article.statements)
        named = paper is not None and paper in sentence.casefold()
        speaks = named or bool(words.report.search(sentence)) or len(stems(sentence) & about.stems) >= MIN_SHARED
        if of_persons or not speaks or words.never.search(sentence):
            continue
        quotes = find_quotes(sentence)
        for stance, pattern in words.stances.items():
            if any(not is_quoted(match.end() - 1, quotes) for match in pattern.finditer(sentence)):
                yield stance, sentence


def _sentences(article: Article) -> list[str]:
    """The headline and the first sentences of an article."""
    found = [article.title] if article.title else []
    for paragraph in paragraphs(article.text):
        found += sentences(paragraph)
        if len(found) > MAX_SENTENCES:
            break
    return found[: MAX_SENTENCES + 1]


def _passed_on(article: Article, original: str | None) -> str | None:
    """The sentence in which an article gives the report of ``original``, or of whoever it says was first, as its source."""
    if original is None:
        return next((mention.text for mention in article.mentions if mention.role is Role.ORIGINAL), None)
    if article.publisher and plain_publisher(article.publisher) == plain_publisher(original):
        return None
    return passed_on(article.text, article.language, original)


@cache
def _words(language: str) -> _Words | None:
    table = word_lists("paper_stance").get(language)
    if table is None:
        return None
    told = (PaperStance.CORRECTS, PaperStance.CONFIRMS, PaperStance.DOUBTS)
    report, never = _pattern(table["report"].split("|")), _pattern(table["never"])
    return _Words(report, never, {stance: _pattern(table[stance.value]) for stance in told})


def _pattern(phrases: list[str]) -> "regex.Pattern[str]":
    """A pattern of any of the phrases, as ``paper_stance.toml`` writes them."""
    return regex.compile(rf"(?<!\w)(?:{'|'.join(map(_phrase, phrases))})(?!\w)", regex.I)


def _phrase(phrase: str) -> str:
    """The pattern of one phrase; a ``*`` at its beginning is what it speaks of, and need not be there."""
    words = [regex.escape(word).replace("_", r"\w*+") for word in phrase.removeprefix("* ").split()]
    return r"\s+".join(words).replace(r"\*\s+", rf"(?:\S+\s+){{0,{MAX_GAP}}}?")
