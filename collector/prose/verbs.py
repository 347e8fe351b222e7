"""The verbs of a sentence that report what somebody says."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from ..lexicon import QUOTATION, Lexicon, lexicon
from .sentences import MAX_KEPT_SENTENCES, Quotes

LONG_QUOTE_WORDS = 3
"""Words of a quotation beside which a weak verb reports."""
MAX_CLAUSE_DISTANCE = 120
"""Characters between a weak verb and the word that opens its clause."""
GERMAN_CLAUSE = regex.compile(
    r"[^,.;:]{0,60},\s+(?:(?:der|die|das|den|dem)\s+\p{Lu}\p{L}+\s+\p{Ll}|(?!(?:der|die|das|dem|den|deren|dessen|wo|wie|und|um|als|wenn|nachdem)\s)\p{L})"
)
"""A clause without its opening word, as German has it: ``schrieb, er habe``."""


CLOSED_QUOTATION = r".?(?:(?<=[,!?…])[”“»«\"’]|[”“»«\"’],|[”“»«\"’](?=\s*[–—]))[\s,–—-]+"
BEHIND_QUOTATION = regex.compile(
    CLOSED_QUOTATION
    + r"(?:(?:a|ha|har|hat)\s+|s['’])?(\p{Ll}{3,})(?=((?:-t-|[\s-]+)[\p{Ll}’']+)?(?:\s+[\p{Ll}’']+){0,3}(\s+\p{Lu})?)"
)
"""Any verb right behind a quotation: ``„...“, schimpft Helga Schubert``. The groups: what follows it, and whether a name does."""
BEHIND_NAME = regex.compile(
    CLOSED_QUOTATION + r"(?:[\p{Ll}-]+\s+){0,3}(?:\p{Lu}[\p{L}’'.-]+\s+){1,4}(\p{Ll}{3,})(?!\p{L})"
)
"""Any verb behind a name behind a quotation: ``“...,” Ann Lee laughed``."""
BEHIND_PRONOUN = regex.compile(CLOSED_QUOTATION + r"(\p{Ll}+)\s+(\p{Ll}{3,})(?!\p{L})")
TAIL_PRONOUN = regex.compile(r"[,!?…]\s+(?:[–—]\s+)?(\p{Ll}+)\s+(\p{Ll}{3,})(?!\p{L})")
"""Any verb behind a pronoun behind a mark, in a quotation that a dash opens: ``– Jää lähtee, hän arvelee``."""
ENGLISH_VERB = regex.compile(r"\A\p{L}+(?:ed|s|pt|ew|ote)")
"""How English verbs end that report; its lists also stand in for languages that have none."""
WORD_BEFORE = regex.compile(r"(?r)\p{L}+['’\s]\s*$")
NOT_FINITE = regex.compile(r"(?r)(?<!\p{L})(?:haber|habiendo|avoir|ayant|having)\s+$")
"""What makes a participle behind it no finite verb: ``de haber declarado``."""
TAIL = regex.compile(r"(?r),\s*(?:(?:según|como|comme|wie|kuten|как|як)\s+)?(?:(?:a|ha|har|hat|se)\s+|s['’])?$")
NAME_TAIL = regex.compile(r"(?r),\s+(?:[\p{L}-]+\s+){0,4}(?:\p{Lu}\S+\s+){1,3}$")
CAPITAL = regex.compile(r"\p{Lu}")
ENDING = regex.compile(r"\A(?:[^,;:“”„«»\"]|:(?=\p{Ll})){0,90}(?:,\s\p{L}[^,;:“”„«»\"]{2,90})?$")
MIN_TAILED_WORDS = 3
"""Words before ``, writes Ann Lee`` at the end of a sentence."""
MAX_ASIDE_WORDS = 3
"""Words behind ``..., Ann Lee writes`` at the end of a sentence: where and when."""
MAX_QUOTATIONS = 8
"""Quotations of a sentence behind which any verb is looked for."""


STORY = regex.compile(
    r"\s{1,4}(?:\p{L}{1,12}\s{1,4}){0,3}?(?:story|stories|tales?|jokes?|truth|lies?|secrets?)(?!\p{L})"
)
CANCELS = regex.compile(r"[^.;:,“„]{1,120}\s(?:ab|zu)\s*(?:[.,;]|\Z)")
TALE = regex.compile(
    r"\s{1,4}(?:en|ett|sin|sina|några)\s{1,4}(?:\p{Ll}{1,20}\s{1,4})?(?:historier?|historia|sagor?|saga|skämt|vits|vitsar|anekdoter?|anekdot)(?!\p{L})"
)
OTHERWISE = dict.fromkeys(("told", "tells"), STORY) | dict.fromkeys(("berättade", "berättar"), TALE)
OTHERWISE |= dict.fromkeys(("sagte", "sagt", "sagten"), CANCELS)
"""What makes another verb of one: ``told her story``, ``sagte den Termin ab``."""
FIRST_WORD, WORD = regex.compile(r"\p{L}+"), re.compile(r"\w+")


class Verb(NamedTuple):
    """A verb of reporting where it stands in a sentence."""

    word: str
    start: int
    end: int


def reporting_verbs(sentence: str, quotes: Quotes, lex: Lexicon, *, tail: bool = False) -> tuple[Verb, ...]:
    """The verbs that report in a sentence, "so" behind a quotation among them.

    A weak verb (``called``) does other things too: it reports beside a quotation (or where ``tail`` says that the sentence
    is one), before a clause, or with the words that complete it.
    """
    return _reporting_verbs(sentence, quotes, lex.language, tail)


@lru_cache(maxsize=MAX_KEPT_SENTENCES)
def _reporting_verbs(sentence: str, quotes: Quotes, language: str, tail: bool) -> tuple[Verb, ...]:
    lex = lexicon(language)
    found = _listed_verbs(sentence, quotes, lex, tail) if _has_verb(sentence, lex) else []
    for _, _, end in quotes[:MAX_QUOTATIONS]:
        found.extend(v for v in _beside_quotation(sentence, end, lex) if v not in found)
    if tail:
        spoken = (m for m in TAIL_PRONOUN.finditer(sentence) if m[1].casefold() in lex.pronouns)
        found.extend(Verb(m[2].casefold(), m.start(2), m.end(2)) for m in spoken if _may_be_verb(m[2], lex))
    for word in lex.so:
        particles = _particle(word).finditer(sentence) if word in sentence else ()
        found.extend(Verb(word, m.start(1), m.end(1)) for m in particles)
    return tuple(found)


def _has_verb(text: str, lex: Lexicon) -> bool:
    """Whether a text may hold a verb of the lists: most sentences hold none, which is told in a tenth of the time of a search."""
    return not lex.verb_words.isdisjoint(WORD.findall(text.casefold()))


def _listed_verbs(sentence: str, quotes: Quotes, lex: Lexicon, tail: bool) -> list[Verb]:
    """The verbs of the lists that report in a sentence."""
    opening = FIRST_WORD.findall(sentence[:20].casefold())[:1]
    opens = bool(quotes) and quotes[0][1] <= 1
    quoted = (
        tail
        or opens
        or not lex.likewise.isdisjoint(opening)
        or any(len(words.split()) >= LONG_QUOTE_WORDS or sentence[:start].endswith(": ") for words, start, _ in quotes)
    )
    return [
        Verb(m[0].casefold(), m.start(), m.end())
        for m in lex.verb.finditer(sentence)
        if not NOT_FINITE.search(sentence[: m.start()][-12:])
        and not _is_title(sentence, m, lex)
        and (quoted or reports(m[0].casefold(), sentence[m.end() :], lex) or _closes_sentence(sentence, m, lex))
    ]


def _is_title(sentence: str, verb: "regex.Match[str]", lex: Lexicon) -> bool:
    """Whether what looks like a verb is a title behind its article, as that of French judges."""
    if verb[0].casefold() not in lex.titles:
        return False
    article = WORD_BEFORE.search(sentence[: verb.start()][-12:])
    return article is not None and article[0].strip().casefold().replace("’", "'") in lex.articles


def _beside_quotation(sentence: str, end: int, lex: Lexicon) -> Iterator[Verb]:
    """The word right behind a quotation that ends at ``end``, or behind a name there, where it can only be a verb."""
    behind = BEHIND_QUOTATION.match(sentence, max(end - 2, 0))
    if behind and _may_be_verb(behind[1], lex):
        following = (behind[2] or "").strip(" -").removeprefix("t-").casefold()
        if behind[3] or following in lex.pronouns | lex.articles | lex.persons | lex.titles or following[:2] == "l'":
            yield Verb(behind[1].casefold(), behind.start(1), behind.end(1))
    named = BEHIND_NAME.match(sentence, max(end - 2, 0))
    if named and _may_be_verb(named[1], lex):
        yield Verb(named[1].casefold(), named.start(1), named.end(1))
    pronoun = BEHIND_PRONOUN.match(sentence, max(end - 2, 0))
    if pronoun and pronoun[1].casefold() in lex.pronouns | lex.persons | lex.titles and _may_be_verb(pronoun[2], lex):
        yield Verb(pronoun[2].casefold(), pronoun.start(2), pronoun.end(2))


def _may_be_verb(word: str, lex: Lexicon) -> bool:
    """Whether a word that stands where a verb does is none of the small words, titles and nouns that also stand there."""
    word = word.casefold()
    if lex.language == "en" and not ENGLISH_VERB.fullmatch(word):
        return False
    small = (
        lex.openers,
        lex.prepositions,
        lex.connectors,
        lex.verbs,
        lex.blocking,
        lex.titles,
        lex.persons,
        lex.pronouns,
    )
    return not any(word in words for words in small)


def _has_subject(rest: str, lex: Lexicon) -> bool:
    """Whether a subject may follow a verb: a name, a pronoun, or a noun for a person."""
    words = [w.casefold() for w in FIRST_WORD.findall(rest[:40])]
    opening = next(iter(words), "")
    if opening in lex.pronouns | lex.articles | lex.persons | lex.titles or not lex.pronouns.isdisjoint(words[:2]):
        return True
    return CAPITAL.search(rest) is not None


def _closes_sentence(sentence: str, verb: "regex.Match[str]", lex: Lexicon) -> bool:
    """Whether a verb and its subject close a sentence behind the comma that ends what is reported: ``..., writes Ann Lee.``"""
    before, rest = sentence[: verb.start()], sentence[verb.end() :]
    behind = lex.language != "en" and TAIL.search(before) is not None and _has_subject(rest, lex)
    named = not behind and lex.language in ("en", "fi") and NAME_TAIL.search(before) is not None
    if not (behind or (named and len(rest.split()) <= MAX_ASIDE_WORDS)) or not ENDING.fullmatch(rest):
        return False
    lead = before[: before.rindex(",")].split()
    return len(lead) >= MIN_TAILED_WORDS and lead[0].casefold() not in lex.subordinate | lex.likewise


@cache
def _particle(word: str) -> "regex.Pattern[str]":
    return regex.compile(rf"(?<=[,”“\"»]\s|[,”“\"»])\s*({word})\s+(?=\p{{L}})")


def reports(verb: str, rest: str, lex: Lexicon) -> bool:
    """Whether a verb reports before ``rest``: a weak one only before a clause or with what completes it."""
    if next(iter(FIRST_WORD.findall(rest[:40].casefold())), "") in lex.nothing:
        return False
    if (other := OTHERWISE.get(verb)) and other.match(rest):
        return False
    if verb not in lex.weak:
        return True
    completed = lex.weak[verb]
    if (completed is None or completed.pattern != QUOTATION) and lex.that.search(rest, 0, MAX_CLAUSE_DISTANCE):
        return True
    if completed is None and lex.language == "de" and GERMAN_CLAUSE.match(rest):
        return True
    return completed is not None and completed.search(rest) is not None
