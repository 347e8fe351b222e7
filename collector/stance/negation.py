"""Turns negated claims into what they deny.

Small networks notice a "not" in a reaction better than one in the claim. So a claim whose main clause is negated ("The
bridge was never inspected.") is assessed as its affirmation ("The bridge was inspected."), and support and denial are
swapped. The stances towards a claim and its negation then mirror each other. Who gives a verdict ("False.", "This is
true.", "The report that it fell is wrong.") speaks of the claim as it stands: there it is left as it is.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from ..lexicon import word_lists
from ..records import Stance
from .base import STANCES
from .claim_words import stems

MAX_CLAIM = 1000
"""Characters; a longer claim is not a single sentence and is assessed as it is."""
SWAPPED = [STANCES.index(name) for name in (Stance.DENY, Stance.SUPPORT, Stance.QUERY, Stance.COMMENT)]

OPENING = regex.compile(r"\A(?:@\w[\w.@-]*|https?://\S+|[\s\p{P}\p{S}])*")
"""Whom a post answers, links, and signs, before its first word."""
WORD = regex.compile(r"[\w'’]+")
OPENING_WORD = regex.compile(r"\W*\w*")
"""A claim's first word, which ends no clause ("That bus had no belts.")."""
MIN_SHARED = 0.7
"""Of the words of a text and of a claim, from which they say the same but for a negation."""
STOP = r"\s*(?:[\p{P}\p{S}\n]|\Z)"


class Negations(NamedTuple):
    """A language's table in ``lexicon/negation.toml``."""

    verdicts: regex.Pattern[str]
    answers: regex.Pattern[str]
    denying: regex.Pattern[str]
    judged: regex.Pattern[str]
    ends: regex.Pattern[str]
    partial: regex.Pattern[str]
    affirmed: tuple[tuple[regex.Pattern[str], str], ...]


def affirmed(claim: str, language: str | None) -> str | None:
    """What a claim denies, as a sentence; None where its main clause is not negated or its language has no table."""
    table = _tables().get(language or "")
    if table is None or len(claim) > MAX_CLAIM:
        return None
    first = OPENING_WORD.match(claim)
    end = table.ends.search(claim, first.end() if first else 0)
    clause, rest = (claim[: end.start()], claim[end.start() :]) if end else (claim, "")
    if table.partial.search(clause):
        return None
    plain = clause
    for pattern, instead in table.affirmed:
        plain = pattern.sub(instead, plain)
    if plain == clause:
        return None
    plain = " ".join(plain.split())
    return plain[:1].upper() + plain[1:] + ((" " if rest[0].isalpha() else "") + rest if rest else "")


def knows(language: str | None) -> bool:
    """Whether there is a table of a language's negations."""
    return language in _tables()


def gives_verdict(text: str, language: str | None) -> bool:
    """Whether a text says that what it answers is true or false, in its language or in English: where it begins, or of a
    claim or report that it names.
    """
    plain = OPENING.sub("", text)
    return any(
        table.verdicts.match(plain) or table.answers.match(plain) or table.judged.search(plain)
        for table in _tables_for(language)
    )


def verdict(text: str, language: str | None) -> Stance | None:
    """Support where a text opens by saying that what it answers is true, denial where it says false; None for any other.

    "No." may deny a claim or agree with one that is negated, so a yes or no is passed over, and none by itself.
    """
    tables = _tables_for(language)
    rest = OPENING.sub("", text)
    while answer := next(filter(None, (table.answers.match(rest) for table in tables)), None):
        rest = OPENING.sub("", rest[answer.end() :])
    for table in tables:
        said = table.verdicts.match(rest)
        if said and not said[0].endswith("?"):
            return Stance.DENY if len(table.denying.findall(said[0])) % 2 else Stance.SUPPORT
    return None


def says(text: str, claim: str, language: str | None) -> Stance | None:
    """Support of a text that is the claim word for word, denial of one that is its negation, or says in mostly its words, and no
    others, what it denies; None for any other.

    Of 78 reactions to facts that do the last, the opposite claim itself left out, 70 deny the claim. A question does not.
    """
    plain, asked = affirmed(text, language), affirmed(claim, language)
    turned = (plain is None) is not (asked is None)
    if _words(plain or text) == _words(asked or claim):
        return Stance.DENY if turned else Stance.SUPPORT
    said, wanted = stems(plain or text), stems(asked or claim)
    mostly = bool(said) and len(said & wanted) >= MIN_SHARED * max(len(said), len(wanted))
    return Stance.DENY if turned and mostly and "?" not in text else None


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def swap(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities (a row per reaction) towards claims, turned into those towards the claims' negations."""
    return probabilities[:, SWAPPED]


def _tables_for(language: str | None) -> list[Negations]:
    """A language's table and the English one: verdicts are given in English everywhere."""
    return [table for name in dict.fromkeys((language or "en", "en")) if (table := _tables().get(name))]


@cache
def _tables() -> dict[str, Negations]:
    """The tables of ``lexicon/negation.toml`` by language."""
    return {
        language: Negations(
            _opening(table["verdicts"]),
            _opening(table["answers"]),
            _any_of(table["denying"]),
            _any_of(table["judged"]),
            _any_of(table["ends"]),
            _any_of(table["partial"]),
            tuple((_any_of([found]), instead) for found, instead in table["affirmed"]),
        )
        for language, table in word_lists("negation").items()
    }


def _opening(words: list[str]) -> regex.Pattern[str]:
    """A pattern for any of ``words`` before a stop."""
    return regex.compile(rf"(?:{'|'.join(words)})(?!\w){STOP}", regex.IGNORECASE)


def _any_of(words: list[str]) -> regex.Pattern[str]:
    """A pattern for any of ``words`` as a whole word; the marks "," and ";" match anywhere."""
    parts = (word if word in {",", ";"} else rf"\b(?:{word})(?!\w)" for word in words)
    return regex.compile("|".join(parts), regex.IGNORECASE)
