"""Names of persons in prose."""

from collections import Counter
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

import regex

from ..lexicon import Lexicon, cldr, common, given_names, lexicon
from .base_forms import base_form, nominative
from .organisations import NOT_A_NAME, ORG_WORDS, PLACES, looks_like_organisation, lowercase_head, publisher_pattern
from .sentences import MAX_KEPT_SENTENCES

Words: TypeAlias = "list[regex.Match[str]]"
ABBREVIATED_TITLES = "Dr|Prof|Mr|Mrs|Ms|Capt|Supt|Det|Insp|Cllr|Maj|Adm|Cpl|Cmdr|Mag|Dipl|Ing|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Rev|Hon|Mme|Mgr|Sr|Sra|Dra"
WORD = (
    r"(?:\p{Lu}\.(?:\s?\p{Lu}\.)*"  # initials: "J.", "J. R. R."
    rf"|(?:{ABBREVIATED_TITLES})\."
    r"|(?:d['’]|O['’]|Mc|Mac|al-|el-|Al-|El-)?\p{Lu}[\p{L}\p{M}]*"  # "Anna", "O'Neill"
    r"(?:['’]\p{L}+)?(?:-\p{L}[\p{L}\p{M}]+)*)"  # "Mar'yana", "Jean-Luc", "Berg's"
)
PARTICLE = (
    r"(?:[vV]an der|[vV]an den|[vV]an de|van|von der|von und zu|von|фон|ван дер|ван|де ла|де|д[еи] [лЛ]а|аль|эль|бен|ібн|ибн|de la|de los|de|del|della|di|da|dos|du|le|la|bin|ibn|al|el"
    r"|af|ter|ten|zu)"
)
RUN = regex.compile(
    r"\b(?<![\p{L}\p{N}@#._-])(?<!(?:\p{L}{3}|\p{Lu}\p{L}?)['’])"  # behind an apostrophe only as in "qu'Anne"
    rf"{WORD}(?:\s+(?:{PARTICLE}\s+)?{WORD})*"
)
"""Capitalised words in a row, with particles between."""
TOKEN = regex.compile(r"\S+")
JUNIOR = regex.compile(r"(?:Jr|Sr|\b\p{Lu})\.$")
ROMAN = regex.compile(r"[IVX]+")
ACRONYM = regex.compile(r"\p{Lu}{2,5}")
ABBREVIATED_TITLE = regex.compile(rf"(?:{ABBREVIATED_TITLES})\.")
WORD_BEFORE = regex.compile(r"(?r)([\p{L}’'-]+)\.?,?\s*$")
GOVERNING = regex.compile(r"(?r)(\p{L}+)['’\s]+$")
"""The word before a run, as a preposition or an article's first letter (``l'Intérieur``)."""
POSSESSIVE = regex.compile(r"['’]s?$")
MAX_WORDS = 4
"""Words of a person's name; a longer run is a heading or an organisation."""
ORG_JOINED = frozenset((*ORG_WORDS, *common()["joined_words"]))
ORG_OPENINGS = tuple(word for word in ORG_JOINED if len(word) > 5)
ORG_MARKS, PLACE_OPENERS = frozenset(common()["organisation_marks"]), frozenset(common()["place_openers"])
AGE = regex.compile(r"\A\s*[,(]\s*\d{2}\b")
SURNAMES = regex.compile(
    r"\A\S{2,60}(?:ов|ев|ёв|ин|ын|ский|цкий|ова|ева|ёва|ина|ына|ская|цкая|ський|цький|ська|цька|енко|чук|юк|ян|дзе|швили|швілі|ович|евич"
    r"|nen|sson|ström|qvist|kvist|gren)"
)
"""Surnames that are known by their endings."""
SECOND_SURNAME = regex.compile(r" (y|i) \p{Lu}\p{Ll}+")
"""Of Spanish and Catalan names: ``(Ana de Quiroga) y Ulloa``, ``(Joan Ferrer) i Puig``."""
SLAVIC_ADJECTIVE = regex.compile(r"(?:[аоы]й|[аоя]я|[иіы]й|[оеы][ей]|[иы]е|н[яаіи]|ьк[іа]|ое)$")
"""How Russian and Ukrainian adjectives end that begin an organisation's name: ``Верховна``, ``Российская``."""
PATRONYMIC = regex.compile(r"(?:вич|вна|чна)$")
ENGLISH_OCCUPATION = regex.compile(r"(?:ist|er|or|ian|man|woman|ive|ant|eur|star)$")
MONTH_NAMES = frozenset(("julio", "domingo", "abril", "augusto", "avril", "april", "maj", "mai"))
"""Given names that are also months or days."""
NOBILITY = frozenset(("Freifrau", "Freiherr", "Graf", "Gräfin", "Prinz", "Prinzessin", "Baron", "Edler"))
LOCATIVE = regex.compile(r"(?:sta|stä|lta|ltä|ssa|ssä|lla|llä)")
FINNISH_PLACE = regex.compile(
    r"\s{1,4}(?:ja\s{1,4}\p{Ll}{1,40}\s{1,4})?\p{Ll}{0,40}(?:sta|stä|lta|ltä|ssa|ssä|lla|llä)(?!\p{L})"
)
"""What follows the proper part of an organisation that a Finnish name is joined to: ``(Tampereen) yliopistosta``."""


@cache
def countries() -> frozenset[str]:
    """The names of countries in every language that prose is read in (from CLDR), casefolded."""
    return frozenset(cldr()["countries"])


class Name(NamedTuple):
    """A person's name where it stands in a sentence."""

    text: str
    start: int
    end: int
    sure: bool = True  # a given name, a title, an age or a surname's ending says that this is a person


def person_names(sentence: str, lex: Lexicon, known: tuple[str, ...] = ()) -> tuple[Name, ...]:
    """Persons named in ``sentence``: two or more capitalised words, or the surname of a ``known`` person.

    Titles, weekdays, places, sentence openers and organisations are taken off or out.
    """
    return _person_names(sentence, lex.language, known)


@lru_cache(maxsize=MAX_KEPT_SENTENCES)
def _person_names(sentence: str, language: str, known: tuple[str, ...]) -> tuple[Name, ...]:
    lex = lexicon(language)
    surnames, stems = _known_alone(known, language)
    if sentence[1:].islower() and not sentence.startswith(stems):
        return ()  # as most: its only capital opens it
    found: list[Name] = []
    for match in RUN.finditer(sentence):
        if match[0].startswith(stems) or len(match[0].split()) > 1:
            found.extend(_persons_in(match, lex, surnames))
    return tuple(found)


def _stem(surname: str, language: str) -> str:
    """What a surname begins with in every case."""
    endings = {"ru": 2, "uk": 2, "pl": 2, "fi": 3}
    return surname[: max(3, len(surname) - endings[language])] if language in endings else surname


@lru_cache(maxsize=MAX_KEPT_SENTENCES)
def _known_alone(known: tuple[str, ...], language: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The full names by the words that stand for them alone, surnames and first names that only one has; and those words' stems."""
    full = [name for name in known if " " in name]
    firsts = Counter(name.split()[0] for name in full)
    alone = {first: name for name in full if firsts[first := name.split()[0]] == 1 and len(first) > 2}
    if language == "es":  # the first of two surnames is the one in use
        alone |= {name.split()[-2]: name for name in full if len(name.split()) > 2}
    alone |= {name.split()[-1]: name for name in full}
    return alone, tuple(_stem(surname, language) for surname in alone)


def _persons_in(run: "regex.Match[str]", lex: Lexicon, surnames: dict[str, str]) -> list[Name]:
    """The person in a run of capitalised words, or none.

    ``Professor Anna Berg's`` gives Anna Berg; ``Berg`` her too, where she is known; ``Oslo University`` nobody.
    """
    words = _without_what_surrounds(run, lex)
    if not words:
        return []
    text = " ".join(w[0] for w in words)
    start, end = run.start() + words[0].start(), run.start() + words[-1].end()
    for ending in (".", "’s", "'s", "’", "'"):
        if text.endswith(ending) and not JUNIOR.search(text):
            text, end = text[: -len(ending)], end - len(ending)
    more = SECOND_SURNAME.match(run.string, end) if lex.language == "es" else None
    if more and (more[1] == "i" or " de " in text):
        text, end = text + more[0], more.end()
    if len(words) == 1:
        base = base_form(text, "fi", ()) if lex.language == "fi" else nominative(text, lex.language)
        full = _known_surname(text, surnames) or surnames.get(base)
        return [Name(full, start, end)] if full else []
    if _is_no_person(text, words, lex):
        return []
    full = _known_surname(words[-1][0].rstrip("."), surnames)
    if full is not None and full.split()[0].casefold() == words[0][0].casefold():
        return [Name(full, start, end)]
    return [Name(text, start, end, _is_sure(run, words, text, lex))]


def _is_no_person(text: str, words: Words, lex: Lexicon) -> bool:
    """Whether a run of two words or more is a heading, a country, a place or an organisation."""
    folded = [w[0].casefold().strip(".,’'") for w in words]
    return (
        sum(w[0][:1].isupper() for w in words) > MAX_WORDS
        or looks_like_organisation(text, lex)
        or text.casefold() in countries()
        or folded[0] in PLACE_OPENERS
        or any(word in PLACES or word in ORG_MARKS for word in folded)
        or ROMAN.fullmatch(words[-1][0]) is not None
        or (ACRONYM.fullmatch(words[-1][0]) is not None and not text.isupper())
    )


def _is_sure(run: "regex.Match[str]", words: Words, text: str, lex: Lexicon) -> bool:
    """Whether something beside its capitals says that a run of words names a person."""
    first = words[0][0]
    if is_oblique(first, lex):
        return False  # nobody's subject
    if first.endswith(".") or is_given(first, lex) or SURNAMES.fullmatch(words[-1][0]):
        return True
    before = run.string[: run.start() + words[0].start()]
    title = WORD_BEFORE.search(before[-60:])
    if title and is_title(title[1], lex) and title[1].casefold() not in NOT_A_NAME:
        return True
    if title and title[1].casefold() in lex.persons:
        return True
    if before and is_slavic_name(text, lex):
        return True
    if before and _opens_with_occupation(before, run, lex):
        return True
    return AGE.match(run.string[run.start() + words[-1].end() :]) is not None


def _opens_with_occupation(before: str, run: "regex.Match[str]", lex: Lexicon) -> bool:
    """Whether a sentence opens with one word for who is named next: ``Jääkiekkolegenda Raipe Kettukangas``, ``Der Bauer ...``."""
    opening = before.split()
    if lex.language == "de":
        return run.start() <= 4 and len(opening) == 2 and opening[0] in ("Der", "Die") and opening[1][:1].isupper()
    return run.start() == 0 and len(opening) == 1 and opening[0].casefold() not in lex.openers | NOT_A_NAME


def is_slavic_name(name: str, lex: Lexicon) -> bool:
    """Whether a Russian or Ukrainian name of two words is a person's: organisations begin with an adjective, or one capital."""
    return lex.language in ("ru", "uk") and name.count(" ") == 1 and not SLAVIC_ADJECTIVE.search(name.split()[0])


def is_oblique(first: str, lex: Lexicon) -> bool:
    """Whether a name's first word is a given name in another case than the nominative: ``Анни``."""
    folded = first.casefold()
    return folded not in given_names() and nominative(folded, lex.language) in given_names()


def is_given(word: str, lex: Lexicon) -> bool:
    """Whether a word is a given name, in Slavic languages also in the genitive: ``Анны``."""
    folded = word.casefold().rstrip(".")
    return (
        folded in given_names()
        or ("-" in folded and folded.split("-")[0] in given_names())
        or (lex.language in ("ru", "uk", "pl") and nominative(folded, lex.language) in given_names())
    )


def _without_what_surrounds(run: "regex.Match[str]", lex: Lexicon) -> Words:
    """The words of a run that may be a person's name: titles, publishers, organisations and sentence openers are cut off."""
    words = _around_organisation(list(TOKEN.finditer(run[0])))
    while words and (is_title(words[0][0], lex, first=True) or words[0][0].casefold() in lex.openers):
        if len(words) > 1 and _is_named_as_month(words[0][0], lex):
            break
        words.pop(0)
    while len(words) > 2 and (publisher_pattern().fullmatch(words[0][0]) or ACRONYM.fullmatch(words[0][0])):
        words.pop(0)
    cut = max(
        (i + 1 for i, w in enumerate(words[:-1]) if POSSESSIVE.search(w[0]) or _is_cut_off_by_title(words, i, lex)),
        default=0,
    )
    words = _until_particle(_from_given_name(run, words[cut:], lex), lex)
    if lex.language == "fi" and len(words) > 2 and _is_finnish_place(run, words, lex):
        last = words.pop()[0]  # "Anna Korhonen Helsingin yliopistosta": the last word is the organisation's
        if len(words) > 2 and words[-1][0].endswith("n") and LOCATIVE.search(last[-3:]):
            words.pop()  # "Anna Korhonen Suomen Pankista"
    while len(words) > 2 and ACRONYM.fullmatch(words[-1][0]):
        words.pop()  # "Anna Korhonen STT:lle"
    while words and (words[-1][0].casefold() in NOT_A_NAME or words[-1][0].casefold() in lex.openers):
        words.pop()
    return words


def _is_named_as_month(word: str, lex: Lexicon) -> bool:
    """Whether a word is a given name where months and days are written small: ``Julio``, ``Domingo``."""
    return lex.language not in ("en", "de") and word.casefold() in MONTH_NAMES


def _is_cut_off_by_title(words: Words, i: int, lex: Lexicon) -> bool:
    """Whether word ``i`` is a title before a name of two words at least, or an abbreviated one before a surname."""
    word = words[i][0]
    if word.endswith(".") and ABBREVIATED_TITLE.fullmatch(word):
        return True
    return i < len(words) - 2 and is_title(word, lex) and word.casefold() not in NOT_A_NAME


def _from_given_name(run: "regex.Match[str]", words: Words, lex: Lexicon) -> Words:
    """A run without what stands before the first given name, where that cannot be part of the name.

    Nouns stand so in other languages than English (``Госдумы Виктор Панин``); in all, what a preposition before the run
    governs (``la procureure de Nantes Claire Vasseur``), and organisations' and places' words.
    """
    words = _without_attribute(run, words, lex)
    given = next((i for i, w in enumerate(words[:-1]) if is_given(w[0], lex)), None)
    if given is None:
        if lex.language == "de":  # nouns are capitalised: the last two words are the name
            while len(words) > 2 and not _is_particle_or_initial(words[1][0]):
                words = words[1:]
            while words and words[0][0][:1].islower():
                words = words[1:]
        return words
    if given == 0 and lex.language == "de" and len(words) == 3 and _is_noun_behind(words, lex):
        return words[:2]
    if given == 0 or words[0][0].endswith("."):
        return words
    before = GOVERNING.search(run.string[: run.start() + words[0].start()][-40:])
    explained = before is not None and before[1].casefold() in lex.prepositions
    odd = any(w[0].casefold() in PLACES or w[0].casefold() in ORG_MARKS for w in words[:given])
    return words[given:] if explained or odd or lex.language != "en" else words


def _is_noun_behind(words: Words, lex: Lexicon) -> bool:
    """Whether a German run's third word is no part of the name, but a noun: ``(sammelte) Anna Berg Fahrkarten``."""
    return not (
        (is_given(words[1][0], lex) and "-" not in words[1][0])
        or _is_particle_or_initial(words[1][0])
        or words[1][0] in NOBILITY
    )


def _without_attribute(run: "regex.Match[str]", words: Words, lex: Lexicon) -> Words:
    """A run without the country, or the occupation that opens a sentence, before two words of a name.

    ``(посол) Естонии Маргус Таммеорг``; ``Agronomist Bethany Okonjo``, where the first is no given name.
    """
    if len(words) < 3 or is_given(words[0][0], lex) or not words[1][0][0].isupper():
        return words
    folded = words[0][0].casefold()
    if nominative(folded, lex.language) in countries():
        return words[1:]
    if run.start() + words[0].start() > 0 or PATRONYMIC.search(words[1][0]) or words[0][0].endswith("."):
        return words
    if lex.language == "en" and not (is_given(words[1][0], lex) and ENGLISH_OCCUPATION.search(folded)):
        return words
    return words if lex.language == "de" else words[1:]


def _until_particle(words: Words, lex: Lexicon) -> Words:
    """A name without the place or body behind it that a particle joins: ``Anna Berg von der (Regionalgruppe)``."""
    if lex.language in ("es", "it", "pt", "nl"):
        return words
    for i, word in enumerate(words[2:], start=2):
        before = words[i - 1][0]
        if (
            word[0][0].islower()
            and before[0].isupper()
            and before != "Van"
            and not is_given(before, lex)
            and before not in NOBILITY
        ):
            return words[:i]
    return words


def _is_finnish_place(run: "regex.Match[str]", words: Words, lex: Lexicon) -> bool:
    """Whether the last word of a run belongs to what a Finnish name is joined to: ``Helsingistä``, ``Tampereen (yliopistosta)``."""
    last = words[-1][0]
    rest = run.string[run.end() :]
    if lowercase_head(run.string, run.end(), lex) or LOCATIVE.search(last[-3:]):
        return True
    return last.endswith("n") and FINNISH_PLACE.match(rest) is not None


def _around_organisation(words: Words) -> Words:
    """What is left of a run when an organisation is cut off its start or end: ``Syracuse University Brian Taylor``."""
    heads = [
        i for i, w in enumerate(words) if (folded := w[0].casefold()) in ORG_JOINED or folded.startswith(ORG_OPENINGS)
    ]
    if not heads or len(words) <= 2:
        return words
    behind = words[heads[-1] + 1 :]
    kept = behind if sum(w[0][:1].isupper() for w in behind) >= 2 else words[: heads[0]]
    while kept and kept[-1][0][:1].islower():
        kept = kept[:-1]
    return kept


def is_title(word: str, lex: Lexicon, *, first: bool = False) -> bool:
    """Whether a word is a title or an occupation, or (``first``) opens an attribution as "according to" does."""
    folded = word.strip(".").casefold()
    if folded[1:2] in ("'", "’") and folded[0] in "ld":
        folded = folded[2:]
    if first and lex.before is not None and lex.before.fullmatch(folded):
        return True
    return (
        folded in lex.titles
        or folded in NOT_A_NAME
        or ("-" in folded and not lex.titles.isdisjoint(folded.split("-")[:: len(folded.split("-")) - 1]))
        or (
            bool(lex.title_endings)
            and len(folded) > 6
            and folded.endswith(lex.title_endings)
            and folded not in given_names()
        )
    )


def _is_particle_or_initial(word: str) -> bool:
    return word.endswith(".") or word[:1].islower()


NEN_ENDINGS = regex.compile(r"(?:sen|sta|selle|sella|selta|seen|sessa|sesta)")
"""Of Finnish names in -nen: ``Korhosen``."""
SURNAME_ENDINGS = regex.compile(
    r"(?:['’]s|s"  # English, German, Swedish
    r"|:?i?n|ia|ta|tä|a|ä|lle|ille|lta|ilta|ltä|iltä|lla|illa|sta|ista"  # Finnish
    r"|а|у|ом|ым|ой|ым|е|ові|ем|ів"  # Russian, Ukrainian
    r"|a|owi|em)"  # Polish
)


def _known_surname(word: str, surnames: dict[str, str]) -> str | None:
    """The full name behind a surname, also in the Finnish, Slavic or possessive forms that prose puts it in."""
    if word in surnames:
        return surnames[word]
    for surname, full in surnames.items():
        if surname.endswith("nen") and word.startswith(surname[:-3]) and NEN_ENDINGS.fullmatch(word, len(surname) - 3):
            return full
        if len(surname) > 3 and word.startswith(surname) and SURNAME_ENDINGS.fullmatch(word, len(surname)):
            return full
    return None
