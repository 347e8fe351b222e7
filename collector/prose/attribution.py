"""Where a sentence says who speaks: ``NAME VERB``, ``VERB NAME`` after the words, ``according to NAME``, ``NAME: "..."``.

Patterns for the end of a text are searched backwards, (?r): forwards, each place would be tried to the end in vain.
"""

from typing import NamedTuple

import regex

from ..lexicon import Lexicon, common
from .base_forms import base_form
from .names import Name, is_given, is_slavic_name, is_title, person_names
from .organisations import NOT_A_NAME, ORG_WORDS
from .sentences import Quotes, is_quoted
from .verbs import Verb, reporting_verbs

FROM = "from|of|at|vid|på|von|vom|von der|de|du|del|di|aus|из|da|do|i|ved|z"
APPOSITION = regex.compile(
    r"^,?(?:\s*\((?P<party>[^()]{1,40})\))?\s*(?:"
    r",([^,]{2,140}(?:,[^,]{2,80})?),"  # "Ann Lee, a professor, said"
    r"|\(([^()]{2,120})\)"  # "Ann Lee (BBC) said"
    r"|[–—]([^–—]{2,120})[–—]"
    r"|((?:\s\p{Lu}\p{L}+n(?:\s+ja\s+\p{Ll}+n)?\s+\p{Ll}+(?:st[aä]|lt[aä])|(?:\s\p{Lu}\p{L}+n)?\s\p{Lu}[\p{L}\p{N}&]*:?(?:sta|stä|lta|ltä))"  # "Anna Berg Oslon yliopistosta sanoo", "Anna Berg VTT:ltä sanoo"
    rf"|(?:\s(?:{FROM})\s)[^,]{{2,80}})"  # "Ann Lee of the BBC said"
    r")?\s*(?:(?:on|am)\s+\p{Lu}\p{Ll}+\s+)?(?:\s(?:в|во|на|у|в\s(?:эфире|ефірі))(?:\s[\p{L}-]{2,30}){1,3}?)?\s*(?P<adverbs>(?:\p{Ll}[\p{L}’'-]*\s+){0,3})$"  # "Ann Lee also said"
)
APPOSITION_AFTER = regex.compile(
    r"\A(?:\s*\((?P<party>[^()]{1,40})\))?(?:\s*,([^,.;]{2,140})(?:[,.;]|$)|\s*\(([^()]{2,120})\)"
    r"|\s+(?:from|of|at|vid|på|von|vom|de|du|del|di|из|в|ved|z|van)\s+([^,.;]{2,80})"
    r"|(\s\p{Lu}\p{L}+n(?:\s+ja\s+\p{Ll}+n)?\s+\p{Ll}+(?:st[aä]|lt[aä]|ssa|ssä))|((?:\s\p{Lu}\p{L}+n)?\s\p{Lu}[\p{L}\p{N}&]*:?(?:sta|stä|lta|ltä))(?!\p{L}))?"
)
BEFORE_VERB = regex.compile(r"(?r)[\s,]+(?:a|ha|hat|har|s['’]|se|l['’]a|l['’]|y|wie|comme|como|según|kuten|как|як)$")
"""The pronoun or auxiliary that French, Spanish and Ukrainian put before the verb: ``« ... », a déclaré X``."""
JOINING = "of|for|and|the|de|du|des|la|für|och|i|der|y|e"
ORGANISATION_AFTER = regex.compile(
    r"\A(\s+(?:of|from|at|vid|på|från|von|vom|beim|de|du|del|di|из|с|із|з|da|do|van|bij|i|ved|fra|z)"
    r"\s+(?:the|der|des|la|le|l['’]|el|los)?\s*\p{Lu}[\p{L}\p{N}&.’'-]*"
    rf"(?:\s+(?:(?:{JOINING})\s+){{0,2}}\p{{Lu}}[\p{{L}}\p{{N}}&.-]*)*"
    r"(?:\s+(?:\p{Ll}+(?:их|ых|ого|ої|ой|ований|ений|аний|ений|ики|іки|ств|ения|ення|ия|ії)|universitet|högskola|institut))*)"
)
"""An organisation joined to the name by a preposition: ``of the Nordic Safety Council``."""
CLAUSE_MARKS = (", ", "; ", ": ", "” ", "» ", '" ', "“ ", "– ", "— ", "? ", "! ")
MIN_LEAD_WORDS = 3
"""Words before ``as Ann Lee said`` that are what was said; fewer only open it, as in ``Tal y como``."""
MAX_TITLE_WORDS = 16
"""Words between a clause's opening and a name, at most; a longer clause has another subject."""
MAX_OPENING_WORDS = 8
"""Words before a verb that its subject follows: ``Two days later said Ann Lee``, as Germanic and Slavic sentences have it."""
MAX_TRIED = 16
"""Names and verbs of a sentence that are tried with one another; the sentences that people write have fewer."""
OPENED = regex.compile(r"\A(?:[^,.;:]{0,40}[,:]\s*[\p{L}„“«\"”]|[^.;:]{0,100}:\s*$)")
"""What follows a subject behind its verb where the words that are reported come next: a comma, or a colon."""
MARK, LETTERS, TITLE_WORD = regex.compile(r"[,;:.]"), regex.compile(r"\p{L}+"), regex.compile(r"[\p{L}’'-]+")
CLOSED = regex.compile(r"(?r)[,?!.…–—]\s*$")
CLAUSE_END = regex.compile(r"[.;!?“”\"«»]|:(?!\p{Ll})")
LEAD_END = regex.compile(r"[.;:!?“„«\"]")
ANNOUNCED = regex.compile(r"[^:.!?;]{0,100}:\s*")
APPOSED = regex.compile(
    r"(?i:The|Le|La|L['’]|El|Der|Die|Den|Det|Son|Sa|Su)\s*\p{L}+(?:\s\p{Ll}+){0,3}(?:\sde\s?l['’]\p{Lu}{2,6}|\sde la \p{Lu}{2,6})?,\s"
)
"""A noun before a comma, and a name behind it: ``The winner, (Ann Lee, said)``, ``a dit l’émissaire de l’ONU, (X)``."""
REVEALED = regex.compile(r"(?:\s+[\p{Ll}’'-]+){1,5}\s*:\s+(?=(?:\S+\s+){2})")
LETTERS_OR_MARKS = regex.compile(r"[\p{L}’']+")
PARTY = regex.compile(r"\s*\(([^()]{1,40})\)")
BETWEEN_COMMAS = regex.compile(r"\s*,([^,.;]{2,140}),")
APPOSED_AT_END = regex.compile(r"\s*,([^,.;]{2,140})\.?\s*\Z")
"""Who somebody is, at the end of a sentence: ``It rained, according to Ann Lee, (a farmer).``"""
JOINED = regex.compile(r"(?<!\s)\s++(?:and|und|och|ja|et|y|e|и|та|і|й)\s+")
ABBREVIATION = regex.compile(r"(?<!\p{L})\p{Lu}\p{L}{0,4}\.|«\p{Lu}[^«».,]{1,40}»")
"""Marks within what stands between a verb and a name that end nothing: of an abbreviation, around a company's or paper's name."""
MANNER = regex.compile(r"\A,\s+\p{Ll}+(?:\s+\p{Ll}+){0,3},(?=\s)")
"""How something is said, between commas: ``raconte, (dépitée), Ann Lee``."""


NAMED_AFTER = frozenset(common()["named_after"])
"""What is named after persons: ``la plaza (Ana López) recuerda``."""


class Attribution(NamedTuple):
    """Where a sentence says who speaks."""

    name: Name
    start: int
    end: int  # of the verb and name together
    before: str  # what stands between the clause's opening and the name: titles, organisations
    after: str  # an apposition behind the name
    form: str  # "lead" NAME VERB, "inverted" VERB NAME, "according", "likewise" as NAME VERB, "colon" NAME: "..."
    verb: Verb | None = None
    others: tuple[Name, ...] = ()  # who speak with the name: "Ann Lee and Max Hill said"


class Sentence(NamedTuple):
    """A sentence with what attributions are found by."""

    text: str
    quotes: Quotes
    names: list[Name]
    verbs: list[Verb]
    lex: Lexicon


def find_attribution(
    sentence: str, quotes: Quotes, lex: Lexicon, known: tuple[str, ...], *, tail: bool = False
) -> Attribution | None:
    """Who speaks in a sentence and where it says so, the first place of several; None where it does not.

    ``known`` are full names, by whose surnames alone persons are recognised. ``tail`` says that the sentence opens with the
    words themselves (a quotation after a dash), so that only what follows a mark can attribute them.
    """
    names = [n for n in person_names(sentence, lex, known) if not is_quoted(n.start, quotes)][:MAX_TRIED]
    if not names:
        return None
    verbs = [v for v in reporting_verbs(sentence, quotes, lex, tail=tail) if not is_quoted(v.start, quotes)][:MAX_TRIED]
    if (
        not verbs
        and not quotes
        and ": " not in sentence
        and not (lex.before and lex.before.search(sentence))
        and not lex.after
    ):
        return None
    s = Sentence(sentence, quotes, names, verbs, lex)
    found = _according(s, known)
    candidates = [found] if found else []
    for name in names:
        for verb in verbs:
            candidate = _lead(s, name, verb, tail) if verb.start >= name.end else _inverted(s, name, verb)
            if candidate:
                candidates.append(candidate)
        if candidate := _colon(s, name) or _revealed(s, name):
            candidates.append(candidate)
    return min(candidates, key=lambda c: (c.start, c.end)) if candidates else None


def _lead(s: Sentence, name: Name, verb: Verb, tail: bool) -> Attribution | None:
    """NAME VERB, with an apposition or an adverb between at most: ``Ann Lee, a doctor, also said``."""
    lex = s.lex
    before = _clause_before(s.text, name.start)
    if not before and s.text[: name.start].endswith(", ") and s.text[name.end :].startswith(","):
        before = _clause_before(s.text, name.start - 2) + ", "  # "The mayor of Oslo, Ann Lee, said"
    opening = next(iter(before.casefold().split()), "")
    likewise = opening in lex.likewise
    gap = s.text[name.end : verb.start]
    apposition = APPOSITION.match(gap)
    if not apposition and not (likewise and len(gap) < 80 and not MARK.search(gap.lstrip(","))):
        return None
    adverbs = (apposition["adverbs"] if apposition else "") or ""
    if lex.verb.search(adverbs) or lex.that.search(" " + adverbs) or not _may_stand_between(adverbs, verb, lex):
        return None
    after = next((g for g in apposition.groups()[1:5] if g), "") if apposition else ""
    if apposition and apposition["party"] and not after:
        after = f"({apposition['party']})"
    if any(n.start > name.end and n.end < verb.start for n in s.names) and not after:
        return None
    others = _named_with(s, name)
    if others:
        before = _clause_before(s.text, others[0].start)
    if not _is_subject(name, before, s, likewise):
        return None
    if not (_is_person(name, before, after, lex) or (not before and is_slavic_name(name.text, lex))):
        return None
    start = (others[0] if others else name).start - len(before)
    if tail and start > 0 and not CLOSED.search(s.text[:start]):
        return None
    form = "likewise" if likewise else "lead"
    return Attribution(name, start, verb.end, before, after, form, verb, others)


def _may_stand_between(adverbs: str, verb: Verb, lex: Lexicon) -> bool:
    """Whether small words between a name and a verb leave it a statement: not "never", unless ``did not rule out``."""
    return lex.blocking.isdisjoint(adverbs.split()) or verb.word in lex.negated


def _is_subject(name: Name, before: str, s: Sentence, likewise: bool) -> bool:
    """Whether the words of a clause before a name leave it the subject.

    Not behind a preposition (``led by Ann Lee``), in a clause that only says when, or after another subject's verb.
    """
    lex = s.lex
    words = before.split()
    if words and words[-1].casefold() in NAMED_AFTER:
        return False
    if len(words) > MAX_TITLE_WORDS or lex.verb.search(before):
        return False
    if words and words[0].casefold() in lex.subordinate and not likewise:
        return False
    return _is_governed(before, lex)


def _is_person(name: Name, before: str, after: str, lex: Lexicon) -> bool:
    """Whether a name is a person's for sure: by itself, or by a title before or behind it."""
    if name.sure:
        return True
    words = [w for w in TITLE_WORD.findall(f"{before[-60:]} {after[:60]}") if len(w) > 2]
    if any((is_title(w, lex) and w.casefold() not in NOT_A_NAME) or w.casefold() in lex.persons for w in words):
        return True
    return APPOSED.fullmatch(before.lstrip()) is not None and _names_nobody(before, lex)


def _names_nobody(before: str, lex: Lexicon) -> bool:
    """Whether none of the words names an organisation: not ``The agency, (Nordic Wind, said)``."""
    return not any(head in before.casefold() for head in (*lex.heads, *ORG_WORDS) if len(head) > 3)


def _named_with(s: Sentence, name: Name) -> tuple[Name, ...]:
    """Who is named right before a name and joined to it: ``Ann Lee and (Max Hill)``."""
    for other in s.names:
        if other.end < name.start:
            gap = s.text[other.end : name.start]
            joined = JOINED.match(gap)
            if joined and other.sure and all(is_title(w, s.lex) for w in gap[joined.end() :].split()):
                return (other,)
    return ()


def _inverted(s: Sentence, name: Name, verb: Verb) -> Attribution | None:
    """VERB NAME, after the words themselves: only titles and organisations between: ``said Professor Ann Lee``."""
    lex, between = s.lex, ABBREVIATION.sub("", MANNER.sub("", s.text[verb.end : name.start]))
    if CLAUSE_END.search(between) or between.count(",") > 1 or len(between.split()) > 14:
        return None
    if "," in between and not between.rstrip().endswith(","):
        return None
    if verb.start == 0 and "," in between:
        return None  # "Asked by the BBC, Ann Lee": who is asked
    if lex.that.search(between) or not lex.pronouns.isdisjoint(between.casefold().split()):
        return None
    if any(found[0].casefold() not in lex.titles for found in lex.verb.finditer(between)):
        return None  # unless it is a title that looks like a verb, as French judges have one
    if not _is_governed(between, lex):
        return None
    lead = BEFORE_VERB.sub(",", s.text[: verb.start].rstrip())
    opening = BEFORE_VERB.search("," + s.text[: verb.start].rstrip())
    rest = s.text[name.end :]
    apposition = APPOSITION_AFTER.match(rest)
    after = apposition[0] if apposition else ""
    quoted = any(abs(end - len(lead)) <= 3 for _, _, end in s.quotes)
    if not (name.sure or quoted or _is_person(name, between, after, lex)):
        return None
    likewise = opening is not None and opening[0].strip(" ,").casefold() in lex.likewise
    if likewise or _opens_likewise(lead, lex):
        start = max(lead.rfind(","), 0) if len(lead.split()) >= MIN_LEAD_WORDS else 0
        return Attribution(name, start, name.end, between, after, "likewise", verb)
    if not (_closes(lead, s.quotes) or _is_opening(lead, rest, s) or _is_opening(lead, rest[len(after) - 1 :], s)):
        return None
    return Attribution(name, verb.start, name.end, between, after, "inverted", verb)


def _opens_likewise(lead: str, lex: Lexicon) -> bool:
    """Whether a sentence opens with "as" and a pronoun at most: ``Comme l'(explique)``."""
    words = LETTERS.findall(lead.casefold())
    return bool(words) and len(words) <= 3 and not lex.likewise.isdisjoint(words)


def _closes(lead: str, quotes: Quotes) -> bool:
    """Whether the words before a verb are over: nothing, a mark or a quotation ends there."""
    return lead == "" or lead[-1] in ',”"»“?!…’–—-' or any(abs(end - len(lead)) <= 1 for _, _, end in quotes)


def _is_opening(lead: str, rest: str, s: Sentence) -> bool:
    """Whether the words before a verb only say when or where, and the words that are reported follow its subject."""
    if s.lex.language == "en" or len(lead.split()) > MAX_OPENING_WORDS or LEAD_END.search(lead):
        return False
    if s.lex.verb.search(lead) or any(n.end <= len(lead) for n in s.names):
        return False
    return s.lex.that.search(rest[:100]) is not None or OPENED.match(rest) is not None


def _colon(s: Sentence, name: Name) -> Attribution | None:
    """NAME: and a quotation, where the name is the clause's subject: ``Ann Lee (BBC) sees it otherwise: "..."``."""
    for _, start, _ in s.quotes:
        if start < name.end:
            continue
        gap = s.text[name.end : start]
        before = _clause_before(s.text, name.start)
        if not ANNOUNCED.fullmatch(gap) or any(name.end < n.start < start for n in s.names):
            return None
        if (
            len(before.split()) > 6
            or not _is_subject(name, before, s, False)
            or not _is_person(name, before, gap, s.lex)
        ):
            return None
        party = PARTY.match(gap)
        end = name.end + gap.rindex(":") + 1
        return Attribution(name, name.start - len(before), end, before, party[0] if party else "", "colon")
    return None


def _revealed(s: Sentence, name: Name) -> Attribution | None:
    """NAME, a verb, a colon and a clause without quotation marks: ``Ann Lee confesses: she never liked tea.``"""
    gap = REVEALED.match(s.text, name.end)
    if (
        not gap
        or is_quoted(gap.end(), s.quotes)
        or s.lex.reveals.isdisjoint(LETTERS_OR_MARKS.findall(gap[0].casefold()))
    ):
        return None
    before = _clause_before(s.text, name.start)
    if not _is_subject(name, before, s, False) or not _is_person(name, before, "", s.lex):
        return None
    return Attribution(name, name.start - len(before), gap.end(), before, "", "colon")


def _according(s: Sentence, known: tuple[str, ...]) -> Attribution | None:
    """``according to NAME`` or ``NAME mukaan``: the first name that stands so."""
    for name in s.names:
        found = _before_postposition(s, name, known) or _after_preposition(s, name, known)
        if found:
            return found
    return None


def _before_postposition(s: Sentence, name: Name, known: tuple[str, ...]) -> Attribution | None:
    """``Anna Bergin mukaan``: the name in the nominative."""
    rest = s.text[name.end :]
    party = PARTY.match(rest)
    gap = party.end() if party else 0
    gap += len(rest[gap:]) - len(rest[gap:].lstrip())
    match = s.lex.after.match(rest[gap:]) if s.lex.after else None
    if not match or not name.sure:
        return None
    resolved = s.text[name.start : name.end] != name.text
    base = Name(name.text if resolved else base_form(name.text, s.lex.language, known), name.start, name.end)
    before = _clause_before(s.text, name.start)
    end = name.end + gap + match.end()
    return Attribution(base, name.start - len(before), end, before, party[0] if party else "", "according")


def _after_preposition(s: Sentence, name: Name, known: tuple[str, ...]) -> Attribution | None:
    """``according to Professor Ann Lee of the BBC``, ``по словам Анны Берг``: the name in the nominative."""
    lex, rest = s.lex, s.text[name.end :]
    for match in lex.before.finditer(s.text[: name.start]) if lex.before else ():
        between, opening = ABBREVIATION.sub("", s.text[match.end() : name.start]), match[0].casefold()
        if is_quoted(match.start(), s.quotes) or not _may_attribute(opening, match.start() == 0, rest):
            continue
        if CLAUSE_END.search(between) or between.count(",") > 1 or len(between.split()) > 12:
            continue
        if "," in between and not (between.rstrip().endswith(",") and _is_apposed(between, rest, lex)):
            continue
        if any(n.start >= match.end() and n.end < name.start for n in s.names) or lex.verb.search(between):
            continue
        apposition = BETWEEN_COMMAS.match(rest) or ORGANISATION_AFTER.match(rest) or PARTY.match(rest)
        if not apposition and s.text[: match.start()].rstrip().endswith(","):
            apposition = APPOSED_AT_END.match(rest)
        end = name.end + (apposition.end() if apposition else 0)
        sure = name.sure
        if lex.language in ("ru", "uk", "pl"):
            resolved = s.text[name.start : name.end] != name.text
            base = name.text if resolved else base_form(name.text, lex.language, known)
            sure = sure or is_given(base.split()[0], lex)
            name = Name(base, name.start, name.end, sure)
        after = apposition[1] if apposition else ""
        if not (sure or _is_person(name, between, after, lex)) or not _is_governed(between, lex):
            continue
        return Attribution(name, match.start(), end, between, after, "according")
    return None


def _is_apposed(between: str, rest: str, lex: Lexicon) -> bool:
    """Whether a name between commas says who a title means: ``according to the mayor, Ann Lee, (it rained)``."""
    return rest.lstrip().startswith(",") and any(is_title(w, lex) for w in TITLE_WORD.findall(between) if len(w) > 2)


def _is_governed(before: str, lex: Lexicon) -> bool:
    """Whether the words before a name leave it whom they mean, no other's attribute: not ``the lawyer of Ann Lee``."""
    words = before.casefold().split()
    while words and words[-1] not in lex.prepositions and is_title(words[-1], lex):
        words.pop()
    return not words or words[-1].rstrip("'’") not in lex.prepositions


def _may_attribute(opening: str, at_start: bool, rest: str) -> bool:
    """Whether a preposition attributes: "for" does at a sentence's start and before a comma, "as" nowhere: it has a form of its own."""
    if opening in ("pour", "para", "per"):
        return at_start and rest.lstrip().startswith(",")
    return at_start if opening == "aux yeux de" else opening != "as"


def _clause_before(sentence: str, position: int) -> str:
    """What stands between the opening of the clause and ``position``."""
    head = sentence[:position]
    cut = max(head.rfind(mark) for mark in CLAUSE_MARKS) if head else -1
    return head[cut + 2 :] if cut >= 0 else head
