"""A sentence's parts: another speaker's clause, and what the same speaker says next."""

import regex

from ..lexicon import Lexicon, given_names
from .attribution import Attribution, find_attribution
from .names import LOCATIVE, person_names
from .sentences import WHO, Quotes, find_quotes, is_quoted

MAX_PARTS = 4
"""Places of a sentence that are tried for another speaker's clause, or for more of the same speaker's."""
MIN_CLAUSE_WORDS = 3
"""Words behind a verb that may be a clause without an opening word."""
MAX_CONNECTORS = 3
"""Words that join a clause, as in ``mientras que``."""
CLAUSE = regex.compile(
    r"(?:[,;]\s+|(?<=[\p{L}”»\"])\s+(?=(?:while|whereas|tandis|mientras|während|medan|samalla)\s))(?=(\p{L}+)(?:\s+(?:[\p{Ll}'’-]+\s+|qu['’]){0,4}\p{Lu}))"
)
"""A word that may join another speaker's clause."""
CONTRAST = regex.compile(
    r"(?:while|whereas|während|mientras(?:\s+que)?|tandis\s+que|alors\s+que|pendant\s+que|medan|в то время как|тоді як|тогда как)\s+",
    regex.I,
)
"""What opens a sentence whose first clause is one speaker's and the second another's."""
COMMA = regex.compile(r",\s+")
ADDED = regex.compile(r",\s+(?:(?:and|et|y|и|та|і)\s+)?(\p{Ll}{4,})(?=[\s,])")
"""``, adding``: a comma, and perhaps a gerund."""
JOINED = regex.compile(
    r",?\s{1,4}(?:and|but|und|aber|och|men|ja|mutta|sekä|et|mais|y|e|pero|и|но|а|та|і|й|але)\s{1,4}(?:\p{Ll}{1,40}\s{1,4}){0,2}?(\p{Ll}{3,40})(?=[\s,:])"
)
"""``, but warned``: a conjunction, and perhaps a verb of the subject before."""
RELATIVE = regex.compile(
    rf",\s{{1,4}}(?:{WHO})\s{{1,4}}(?:\p{{Ll}}{{1,12}}\s{{1,4}}){{0,2}}?(\p{{Ll}}{{3,40}})(?=[\s,:])"
)
"""A clause about whom was just named, and perhaps a verb: ``beside Ann Lee, who noted``."""
ANNOUNCES = regex.compile(r"\s{0,4}(?::\s|:?\s{0,4}[“„”«»\"])")


def speakers_parts(sentence: str, lex: Lexicon, known: tuple[str, ...]) -> list[str]:
    """A sentence in its speakers' parts: ``Ann Lee said it rained, while Max Hill said it snowed`` is two."""
    quotes = find_quotes(sentence)
    marks = [
        mark
        for mark in CLAUSE.finditer(sentence)
        if mark[1].casefold() in lex.connectors and not is_quoted(mark.start(), quotes)
    ]
    for mark in marks[:MAX_PARTS]:
        rest = _without_connectors(sentence[mark.end() :], lex)
        at = find_attribution(rest, find_quotes(rest), lex, known)
        if at and at.form in ("lead", "according") and at.start == 0:
            return [sentence[: mark.start()], rest]
    return _contrasted(sentence, quotes, lex, known) or _related(sentence, quotes, lex, known) or [sentence]


def _related(sentence: str, quotes: Quotes, lex: Lexicon, known: tuple[str, ...]) -> list[str] | None:
    """The parts of ``Beside him sat Ann Lee, who noted that it rained``; None where the sentence may go on behind the clause."""
    for mark in RELATIVE.finditer(sentence):
        word, rest = mark[1].casefold(), sentence[mark.end(1) :]
        opening = lex.that.match(rest) or ANNOUNCES.match(rest)
        if word not in lex.verbs or not opening or is_quoted(mark.start(), quotes):
            continue
        begun = mark.end(1) + opening.end()
        if any(not is_quoted(begun + comma.start(), quotes) for comma in COMMA.finditer(sentence[begun:])):
            continue
        name = next((n for n in person_names(sentence, lex, known) if n.start and n.end == mark.start()), None)
        if name and _is_nominative(name.text, lex):
            return [sentence[: mark.start()], f"{name.text} {mark[1]}{rest}"]
    return None


def _is_nominative(name: str, lex: Lexicon) -> bool:
    """Whether a name stands as it is told, as far as its first or last word shows."""
    if lex.language in ("ru", "uk"):
        return name.split()[0].casefold() in given_names()
    return lex.language != "fi" or (not LOCATIVE.search(name[-3:]) and not name.endswith("lle"))


def _contrasted(sentence: str, quotes: Quotes, lex: Lexicon, known: tuple[str, ...]) -> list[str] | None:
    """The parts of ``While Ann Lee said it rained, Max Hill said it snowed``; None where both do not speak."""
    opening = CONTRAST.match(sentence)
    if not opening:
        return None
    for comma in list(COMMA.finditer(sentence, opening.end()))[:MAX_PARTS]:
        if is_quoted(comma.start(), quotes):
            continue
        first, second = sentence[opening.end() : comma.start()], sentence[comma.end() :]
        told = find_attribution(first, find_quotes(first), lex, known)
        answered = told and find_attribution(second, find_quotes(second), lex, known)
        if told and answered and told.start == 0 and answered.start == 0 and told.name.text != answered.name.text:
            return [first, second]
    return None


def _without_connectors(part: str, lex: Lexicon) -> str:
    """A part of a sentence without the words that join it: ``while Max Hill said`` gives ``Max Hill said``."""
    for _ in range(MAX_CONNECTORS):
        match = regex.match(r"(\p{L}+)(?:\s+|['’])", part)
        if not match or match[1].casefold() not in lex.connectors:
            break
        part = part[match.end() :]
    return part


def _opens_words(verb: str, rest: str, lex: Lexicon) -> bool:
    """Whether what follows a verb is reported by it: a clause with or without its opening word, a colon or a quotation."""
    return bool(lex.that.match(rest) or ANNOUNCES.match(rest)) or (
        verb in lex.bare and len(rest.split()) >= MIN_CLAUSE_WORDS
    )


def continued(part: str, at: Attribution, quotes: Quotes, lex: Lexicon) -> tuple[str, str] | None:
    """A part in two where its speaker goes on with another verb: ``Ann Lee said it rained, adding that it poured``.

    The second begins with the speaker's name: ``Ann Lee said that it poured``. None where there is but one.
    """
    marks = [*ADDED.finditer(part, at.end), *JOINED.finditer(part, at.end)][: MAX_PARTS * 4]
    for mark in sorted(marks, key=lambda m: m.start()):
        word, rest = mark[1].casefold(), part[mark.end(1) :]
        if is_quoted(mark.start(1), quotes) or any(s <= mark.start() < e - 1 for _, s, e in quotes):
            continue
        if word in lex.gerunds and len(rest.split()) > 1:
            return part[: mark.start()], f"{at.name.text} {lex.says}{rest}"
        if word in lex.verbs and word not in lex.gerunds and _opens_words(word, rest, lex):
            return part[: mark.start()], f"{at.name.text} {mark[1]}{rest}"
    return None
