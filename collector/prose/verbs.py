"""The verbs of a sentence that report what somebody says."""

from functools import cache
from typing import NamedTuple

import regex

from ..lexicon import Lexicon

LONG_QUOTE_WORDS = 3
"""Words of a quotation beside which a weak verb reports."""
MAX_CLAUSE_DISTANCE = 120
"""Characters between a weak verb and the word that opens its clause."""
GERMAN_CLAUSE = regex.compile(
    r"[^,.;:]{0,60},\s+(?!(?:der|die|das|dem|den|deren|dessen|wo|wie|und|um|als|wenn|nachdem)\s)\p{L}"
)
"""A clause without its opening word, as German has it: ``schrieb, er habe``."""


BEHIND_QUOTATION = regex.compile(
    r".?(?:(?<=[,!?])[”“»\"]|[”“»\"],)[\s–—-]+(\p{Ll}{3,})(?=\s+(?:[\p{Ll}’']+\s+){0,3}\p{Lu})"
)
"""Any verb right behind a quotation that opens a sentence and is closed by a comma: ``„...“, schimpft Helga Schubert``.

English is left out, whose lists also stand in for languages that have none.
"""


FIRST_WORD = regex.compile(r"\p{L}+")


class Verb(NamedTuple):
    """A verb of reporting where it stands in a sentence."""

    word: str
    start: int
    end: int


def reporting_verbs(
    sentence: str, quotes: list[tuple[str, int, int]], lex: Lexicon, *, tail: bool = False
) -> list[Verb]:
    """The verbs that report in a sentence, "so" behind a quotation among them.

    A weak verb (``called``) does other things too: it reports beside a quotation (or where ``tail`` says that the sentence
    is one), before a clause, or with the words that complete it.
    """
    opening = FIRST_WORD.findall(sentence[:20].casefold())[:1]
    opens = bool(quotes) and quotes[0][1] <= 1
    quoted = (
        tail
        or opens
        or not lex.likewise.isdisjoint(opening)
        or any(len(words.split()) >= LONG_QUOTE_WORDS for words, _, _ in quotes)
    )
    found = [
        Verb(m[0].casefold(), m.start(), m.end())
        for m in lex.verb.finditer(sentence)
        if quoted or _reports(m[0].casefold(), sentence[m.end() :], lex)
    ]
    if opens and lex.language != "en" and (behind := BEHIND_QUOTATION.match(sentence, quotes[0][2] - 2)):
        word = behind[1].casefold()
        if word not in lex.openers | lex.prepositions | lex.connectors | lex.verbs:
            found.append(Verb(word, behind.start(1), behind.end(1)))
    for word in lex.so:
        particles = _particle(word).finditer(sentence) if word in sentence else ()
        found.extend(Verb(word, m.start(1), m.end(1)) for m in particles)
    return found


@cache
def _particle(word: str) -> "regex.Pattern[str]":
    return regex.compile(rf"(?<=[,”“\"»]\s|[,”“\"»])\s*({word})\s+(?=\p{{L}})")


def _reports(verb: str, rest: str, lex: Lexicon) -> bool:
    if next(iter(FIRST_WORD.findall(rest[:40].casefold())), "") in lex.nothing:
        return False
    if verb not in lex.weak:
        return True
    if lex.that.search(rest, 0, MAX_CLAUSE_DISTANCE):
        return True
    completed = lex.weak[verb]
    if completed is None and lex.language == "de" and GERMAN_CLAUSE.match(rest):
        return True
    return completed is not None and completed.search(rest) is not None
