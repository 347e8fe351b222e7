"""Where a sentence says who speaks: ``NAME VERB``, ``VERB NAME`` after the words, ``according to NAME``.

Patterns for the end of a text are searched backwards, (?r): forwards, each place would be tried to the end in vain.
"""

from typing import NamedTuple

import regex

from ..lexicon import Lexicon
from .names import Name, base_form, person_names

Quotes = list[tuple[str, int, int]]
"""A sentence's quotations: the words, and where the quotation with its marks starts and ends."""

FROM = "from|of|at|vid|på|von|vom|von der|de|du|del|di|aus|из|da|do|i|ved|z"
APPOSITION = regex.compile(
    r"^\s*(?:"
    r",([^,]{2,140}(?:,[^,]{2,80})?),"  # "Ann Lee, a professor, said"
    r"|\(([^()]{2,120})\)"  # "Ann Lee (BBC) said"
    r"|[–—]([^–—]{2,120})[–—]"
    r"|((?:\s\p{Lu}\p{L}+n\s+\p{Ll}+st[aä]|\s\p{Lu}\p{L}+(?:ista|istä|sta|stä))"  # "Anna Berg Oslon yliopistosta sanoo"
    rf"|(?:\s(?:{FROM})\s)[^,]{{2,80}})"  # "Ann Lee of the BBC said"
    r")?\s*(?P<adverbs>(?:\p{Ll}[\p{L}’'-]*\s+){0,3})$"  # "Ann Lee also said"
)
APPOSITION_AFTER = regex.compile(
    r"\A(?:\s*,([^,.;]{2,140})(?:[,.;]|$)|\s*\(([^()]{2,120})\)"
    r"|\s+(?:from|of|at|vid|på|von|vom|de|du|del|di|из|в|ved|z|van)\s+([^,.;]{2,80}))"
)
BEFORE_VERB = regex.compile(r"(?r)[\s,]+(?:a|ha|hat|har|s['’]|se|l['’]a|y|wie|so|como|comme|как|як)$")
"""The pronoun or auxiliary that French, Spanish and Ukrainian put before the verb: ``« ... », a déclaré X``."""
JOINING = "of|for|and|the|de|du|des|la|für|och|i|der|y|e"
ORGANISATION_AFTER = regex.compile(
    r"\A(\s+(?:of|from|at|vid|på|från|von|vom|beim|de|du|del|di|из|с|із|з|da|do|van|bij|i|ved|fra|z)"
    r"\s+(?:the|der|des|la|le|l['’]|el|los)?\s*\p{Lu}[\p{L}\p{N}&.’'-]*"
    rf"(?:\s+(?:(?:{JOINING})\s+){{0,2}}\p{{Lu}}[\p{{L}}\p{{N}}&.-]*)*"
    r"(?:\s+\p{Ll}+(?:их|ых|ого|ої|ой|ований|ений|аний|ений|ики|іки|ств|ения|ення|ия|ії))*)"  # genitives in small letters
)
"""An organisation joined to the name by a preposition: ``of the Nordic Safety Council``."""
CLAUSE_MARKS = (", ", "; ", ": ", "” ", "» ", '" ', "– ", "— ", "? ", "! ")
MAX_TITLE_WORDS = 16
"""Words between a clause's opening and a name, at most; a longer clause has another subject."""


class Attribution(NamedTuple):
    """Where a sentence says who speaks."""

    name: Name
    start: int
    end: int  # of the verb and name together
    before: str  # what stands between the clause's opening and the name: titles, organisations
    after: str  # an apposition behind the name
    form: str  # "lead" NAME VERB, "inverted" VERB NAME, "according"


def find_attribution(
    sentence: str, quotes: Quotes, lex: Lexicon, known: tuple[str, ...], *, tail: bool = False
) -> Attribution | None:
    """Who speaks in a sentence and where it says so, the first place of several; None where it does not.

    ``known`` are full names, by whose surnames alone persons are recognised. ``tail`` says that the sentence opens with the
    words themselves (a quotation after a dash), so that only what follows a mark can attribute them.
    """
    names = [n for n in person_names(sentence, lex, known) if not _is_quoted(n.start, quotes)]
    verbs = [m for m in lex.verb.finditer(sentence) if not _is_quoted(m.start(), quotes)]
    found = _according(sentence, names, lex, known)
    candidates = [found] if found else []
    for name in names:
        for verb in verbs:
            candidate = (
                _lead(sentence, name, verb, names, lex, tail)
                if verb.start() >= name.end
                else _inverted(sentence, name, verb, quotes, lex)
            )
            if candidate:
                candidates.append(candidate)
    return min(candidates, key=lambda c: c.start) if candidates else None


def _is_quoted(position: int, quotes: Quotes) -> bool:
    return any(start <= position < end for _, start, end in quotes)


def _lead(
    sentence: str, name: Name, verb: "regex.Match[str]", names: list[Name], lex: Lexicon, tail: bool
) -> Attribution | None:
    """NAME VERB, with an apposition or an adverb between at most: ``Ann Lee, a doctor, also said``."""
    apposition = APPOSITION.match(sentence[name.end : verb.start()])
    if not apposition:
        return None
    adverbs = apposition["adverbs"] or ""
    if lex.verb.search(adverbs) or lex.that.search(" " + adverbs):
        return None
    after = next((g for g in apposition.groups()[:4] if g), "")
    if any(n.start > name.end and n.end < verb.start() for n in names) and not after:
        return None
    before = _clause_before(sentence, name.start)
    start = name.start - len(before)
    if tail and start > 0 and not regex.search(r"[,?!.…–—]\s*$", sentence[:start].rstrip()):
        return None
    if len(before.split()) > MAX_TITLE_WORDS or lex.verb.search(before):
        return None  # another subject's clause runs into the name, which is its object
    return Attribution(name, start, verb.end(), before, after, "lead")


def _inverted(sentence: str, name: Name, verb: "regex.Match[str]", quotes: Quotes, lex: Lexicon) -> Attribution | None:
    """VERB NAME, after the words themselves: only titles and organisations between: ``said Professor Ann Lee``."""
    between = sentence[verb.end() : name.start]
    if regex.search(r"[.;!?“”\"«»]|:(?!\p{Ll})", between) or between.count(",") > 1 or len(between.split()) > 14:
        return None
    if "," in between and not regex.search(r"(?r),\s*$", between):
        return None
    if lex.that.search(between) or lex.verb.search(between):
        return None
    if not _closes(BEFORE_VERB.sub(",", sentence[: verb.start()].rstrip()), quotes):
        return None
    apposition = APPOSITION_AFTER.match(sentence[name.end :])
    return Attribution(name, verb.start(), name.end, between, apposition[0] if apposition else "", "inverted")


def _closes(lead: str, quotes: Quotes) -> bool:
    """Whether the words before a verb are over: nothing, a mark or a quotation ends there."""
    return (
        lead == ""
        or lead[-1] in ',”"»“?!…’'
        or any(abs(end - len(lead)) <= 1 for _, _, end in quotes)
        or lead[-1] in "–—"
    )


def _according(sentence: str, names: list[Name], lex: Lexicon, known: tuple[str, ...]) -> Attribution | None:
    """``according to NAME`` or ``NAME mukaan``: the first name that stands so."""
    for name in names:
        found = _before_postposition(sentence, name, lex, known) or _after_preposition(sentence, name, lex, known)
        if found:
            return found
    return None


def _before_postposition(sentence: str, name: Name, lex: Lexicon, known: tuple[str, ...]) -> Attribution | None:
    """``Anna Bergin mukaan``: the name in the nominative."""
    rest = sentence[name.end :]
    match = lex.after.match(rest.lstrip()) if lex.after else None
    if not match:
        return None
    base = Name(base_form(name.text, lex.language, known), name.start, name.end)
    before = _clause_before(sentence, name.start)
    end = name.end + len(rest) - len(rest.lstrip()) + match.end()
    return Attribution(base, name.start - len(before), end, before, "", "according")


def _after_preposition(sentence: str, name: Name, lex: Lexicon, known: tuple[str, ...]) -> Attribution | None:
    """``according to Professor Ann Lee of the BBC``, ``по словам Анны Берг``: the name in the nominative."""
    rest = sentence[name.end :]
    for match in lex.before.finditer(sentence[: name.start]) if lex.before else ():
        between, opening = sentence[match.end() : name.start], match[0].casefold()
        if not _may_attribute(opening, match.start() == 0, rest, lex):
            continue
        if regex.search(r"[,.;:“”\"«»]", between) or len(between.split()) > 10:
            continue
        if opening in ("pour", "para", "per") and not regex.match(r"\s*,", rest):
            continue
        apposition = regex.match(r"\s*,([^,.;]{2,140}),", rest) or ORGANISATION_AFTER.match(rest)
        end = name.end + (apposition.end() if apposition else 0)
        if lex.language in ("ru", "uk", "pl"):
            name = Name(base_form(name.text, lex.language, known), name.start, name.end)
        return Attribution(name, match.start(), end, between, apposition[1] if apposition else "", "according")
    return None


def _may_attribute(opening: str, at_start: bool, rest: str, lex: Lexicon) -> bool:
    """Whether a preposition attributes: "for" and "as" do at a sentence's start alone, and "as" only before ``NAME VERB``."""
    if opening in ("as", "for", "pour", "para", "per", "aux yeux de") and not at_start:
        return False
    return opening != "as" or lex.verb.match(rest.lstrip()) is not None


def _clause_before(sentence: str, position: int) -> str:
    """What stands between the opening of the clause and ``position``."""
    head = sentence[:position]
    cut = max(head.rfind(mark) for mark in CLAUSE_MARKS) if head else -1
    return head[cut + 2 :] if cut >= 0 else head
