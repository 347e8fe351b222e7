"""Second mentions of a person ("she said", "the singer said", "according to her") with the name put in their place.

So what reads ``NAME said`` reads them too.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import regex

from ..lexicon import Lexicon, lexicon
from .sentences import Quotes, is_quoted
from .verbs import Verb, reporting_verbs

MAX_MENTIONS = 6
"""Places of a sentence that are tried for a second mention."""
MAX_OPENING_WORDS = 4
"""Words before a mention that opens a clause: ``Two days later she said``."""
AGED = r"\d{1,3}[\s-]*(?:year-olds?|[Jj]ährigen?|[åÅ]ring(?:en)?|летн\p{L}+|річн\p{L}+|vuotias)"
"""Whom prose calls by the age: ``the 24-year-old``, ``die 31-Jährige``."""
WITHOUT_PRONOUN = frozenset(("es", "ru", "uk", "pl", "it", "pt"))
"""Languages whose verbs need no subject: ``“Llueve”, añadió``."""
BEHIND_QUOTATION = regex.compile(r"(?r)[”“»\"«],?\s*[–—-]?\s*$|[,!?…]\s*[–—]\s*$")
CLAUSE_END = regex.compile(r"(?r)[,;:.!?”“»\"«–—]")
ENDS = regex.compile(r"\A(?:\s*[.,;:–—]|\s*$)")
TOLD = regex.compile(r"^\s(?:a|al|ante|en)\s(?:\p{L}++\s?){1,3}?(?=\sque\s)")
"""To whom it was said: ``Explicó (a la agencia) que``."""
ALSO = regex.compile(r"\s*+(?:también|además|luego|después|asimismo|теж|також|также)?\s*+", regex.I)


class Named(NamedTuple):
    """A sentence with a name where somebody is mentioned again."""

    text: str
    mention: str

    def original(self, words: str, person: str) -> str:
        """Words of the sentence as they were before the name was put in."""
        return words.replace(person, self.mention, 1).strip() if self.mention else words.replace(f" {person}", "", 1)


def with_name(sentence: str, person: str, quotes: Quotes, lex: Lexicon, *, tail: bool = False) -> Iterator[Named]:
    """A sentence with ``person`` in the place of each second mention that may be who speaks, first of ``according to her``.

    ``tail`` says that the sentence is a quotation which a dash opens.
    """
    for match in lex.theirs.finditer(sentence) if lex.theirs else ():
        if not is_quoted(match.start(), quotes):
            yield Named(sentence[: match.start()] + lex.according.format(person) + sentence[match.end() :], match[0])
    for verb in reporting_verbs(sentence, quotes, lex, tail=tail)[:MAX_MENTIONS]:
        if is_quoted(verb.start, quotes):
            continue
        if place := _place(sentence, verb, lex):
            start, end = place
            space = " " if start == end or sentence[start] in "- " else ""
            text = f"{sentence[:start]}{space}{person}{sentence[end:]}"
            yield Named(text, sentence[start:end].strip())


def _place(sentence: str, verb: Verb, lex: Lexicon) -> tuple[int, int] | None:
    """Where the mention stands that is the subject of a verb; an empty place behind the verb where it has none."""
    before, rest = sentence[: verb.start], sentence[verb.end :]
    behind = _behind(lex).match(rest)
    if behind:
        return verb.end, verb.end + behind.end()
    ahead = _ahead(lex).search(before)
    if ahead and _opens_clause(before[: ahead.start(1)], lex):
        return ahead.span(1)
    if lex.language not in WITHOUT_PRONOUN:
        return None
    if BEHIND_QUOTATION.search(before) and ENDS.match(rest):
        return verb.end, verb.end
    if lex.language == "es" and ALSO.fullmatch(before) and lex.that.match(TOLD.sub("", rest, 1)):
        return verb.end, verb.end
    if lex.language == "es" and before.endswith(", ") and rest[:1] == "," and len(before.split()) > MAX_OPENING_WORDS:
        return verb.end, verb.end
    return None


def _opens_clause(before: str, lex: Lexicon) -> bool:
    """Whether a subject behind these words opens a clause of its own: at the start, behind a mark, or a word or two of time."""
    mark = CLAUSE_END.search(before)
    clause = before[mark.end() :] if mark else before
    words = clause.casefold().split()
    if len(words) > MAX_OPENING_WORDS or lex.verb.search(clause) or lex.that.search(" " + clause):
        return False
    return lex.subordinate.isdisjoint(words) and lex.blocking.isdisjoint(words)


def _mention(lex: Lexicon) -> str:
    """A pattern of what means somebody named before: a pronoun, or a noun for a person with its article."""
    nouns = "|".join(map(regex.escape, sorted(lex.persons | lex.titles, key=len, reverse=True)))
    endings = [e for e in lex.title_endings if lex.language != "sv" or e.endswith(("n", "t"))]
    if endings:
        nouns = rf"{nouns}|[\p{{L}}-]{{3,}}(?:{'|'.join(endings)})"
    noun = rf"(?:{AGED}|{nouns})"
    if lex.articles:
        articles = "|".join(sorted(lex.articles, key=len, reverse=True)).replace("l'", "l['’]")
        noun = rf"(?:{articles})(?:(?<=['’])|\s+)(?:\p{{Ll}}[\p{{L}}-]*\s+)?{noun}"
    return rf"(?:(?:{'|'.join(lex.pronouns)})|{noun})"


def _ahead(lex: Lexicon) -> "regex.Pattern[str]":
    """A mention right before a verb, with two small words between at most; the pronoun behind an auxiliary: ``a-t-elle (ajouté)``."""
    return _pattern(r"(?r)((?<![\p{{L}}-])(?i:{0})|(?:-t)?-(?:ils?|elles?))\s+(?:\p{{Ll}}+\s+){{0,2}}?$", lex.language)


def _behind(lex: Lexicon) -> "regex.Pattern[str]":
    """A mention right behind a verb: ``dit-il``, ``sagt er``, ``souffle l'animateur``; no title before a name."""
    return _pattern(r"(?:-t)?[\s-]+(?i:{0})(?![\p{{L}}-])(?!,?\s+\p{{Lu}})", lex.language)


@cache
def _pattern(form: str, language: str) -> "regex.Pattern[str]":
    return regex.compile(form.format(_mention(lexicon(language))))
