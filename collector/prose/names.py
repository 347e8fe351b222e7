"""Names of persons in prose, and their base forms."""

from functools import cache
from typing import NamedTuple

import regex

from ..lexicon import Lexicon, cldr, common
from .organisations import NOT_A_NAME, ORG_WORDS, PLACES, looks_like_organisation, lowercase_head, publisher_pattern

WORD = (
    r"(?:\p{Lu}\.(?:\s?\p{Lu}\.)*"  # initials: "J.", "J. R. R."
    r"|(?:d['’]|O['’]|Mc|Mac|al-|el-|Al-|El-)?\p{Lu}[\p{L}\p{M}]*"  # "Anna", "O'Neill"
    r"(?:['’]\p{L}{2,})?(?:-\p{L}[\p{L}\p{M}]+)*)"  # "Mar'yana", "Jean-Luc"
)
PARTICLE = (
    r"(?:van der|van den|van de|van|von der|von und zu|von|de la|de los|de|del|della|di|da|dos|du|le|la|bin|ibn|al|el"
    r"|af|ter|ten|zu)"
)
RUN = regex.compile(rf"(?<![\p{{L}}\p{{N}}@#._’'-]){WORD}(?:\s+(?:{PARTICLE}\s+)?{WORD})*")
"""Capitalised words in a row, with particles between."""
MAX_WORDS = 4
"""Words of a person's name; a longer run is a heading or an organisation."""
ORG_JOINED = frozenset((*ORG_WORDS, *common()["joined_words"]))
ORG_OPENINGS = tuple(word for word in ORG_JOINED if len(word) > 5)


@cache
def countries() -> frozenset[str]:
    """The names of countries in every language that prose is read in (from CLDR), casefolded."""
    return frozenset(cldr()["countries"])


class Name(NamedTuple):
    """A person's name where it stands in a sentence."""

    text: str
    start: int
    end: int


def person_names(sentence: str, lex: Lexicon, known: tuple[str, ...] = ()) -> list[Name]:
    """Persons named in ``sentence``: two or more capitalised words, or the surname of a ``known`` person.

    Titles, weekdays, places, sentence openers and organisations are taken off or out.
    """
    surnames = {name.split()[-1]: name for name in known if len(name.split()) > 1}
    found: list[Name] = []
    for match in RUN.finditer(sentence):
        found.extend(_persons_in(match, lex, surnames))
    return found


def _persons_in(run: "regex.Match[str]", lex: Lexicon, surnames: dict[str, str]) -> list[Name]:
    """The person in a run of capitalised words, or none.

    ``Professor Anna Berg's`` gives Anna Berg; ``Berg`` her too, where she is known; ``Oslo University`` nobody.
    """
    words = _without_what_surrounds(run, lex)
    if not words:
        return []
    text = " ".join(w[0] for w in words)
    start, end = run.start() + words[0].start(), run.start() + words[-1].end()
    for ending in (".", "’s", "'s"):
        if text.endswith(ending) and not regex.search(r"(?:Jr|Sr)\.$", text):
            text, end = text[: -len(ending)], end - len(ending)
    if len(words) == 1:
        full = _known_surname(text, surnames)
        return [Name(full, start, end)] if full else []
    if (
        len(words) > MAX_WORDS
        or looks_like_organisation(text, lex)
        or text.casefold() in countries()
        or any(w[0].casefold() in PLACES for w in words)
    ):
        return []
    full = _known_surname(words[-1][0].rstrip("."), surnames)
    same_first_name = full is not None and full.split()[0].casefold() == words[0][0].casefold()
    return [Name(full if full and same_first_name else text, start, end)]


def _without_what_surrounds(run: "regex.Match[str]", lex: Lexicon) -> "list[regex.Match[str]]":
    """The words of a run that may be a person's name: titles, publishers, organisations and sentence openers are cut off."""
    words = _around_organisation(list(regex.finditer(r"\S+", run[0])))
    while words and _is_title(words[0][0], lex, first=True):
        words.pop(0)
    while len(words) > 2 and (
        publisher_pattern().fullmatch(words[0][0]) or regex.fullmatch(r"\p{Lu}{2,5}", words[0][0])
    ):
        words.pop(0)
    if lex.language == "de":  # nouns are capitalised: the last two words are the name
        while len(words) > 2 and not _is_particle_or_initial(words[1][0]):
            words.pop(0)
    titled = [i for i, w in enumerate(words[:-2]) if w[0].strip(".").casefold() in lex.titles]
    if titled:
        words = words[titled[-1] + 1 :]
    if lex.language == "fi" and len(words) > 2 and lowercase_head(run.string, run.end(), lex):
        words.pop()  # "Anna Korhonen Helsingin yliopistosta": the last word is the organisation's
    while words and words[-1][0].casefold() in NOT_A_NAME:
        words.pop()
    return words


def _around_organisation(words: "list[regex.Match[str]]") -> "list[regex.Match[str]]":
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


GERMAN_OCCUPATIONS = (
    "korrespondent", "chef", "experte", "expertin", "minister", "professor", "sprecher", "historiker", "forscher",
)  # fmt: skip
"""What compounds that stand before a name end in: ``Moskaukorrespondent``."""


def _is_title(word: str, lex: Lexicon, *, first: bool) -> bool:
    """Whether a word is a title or an occupation, or (``first``) opens an attribution as "according to" does."""
    folded = regex.sub(r"^(?:l|d)['’]", "", word.strip(".").casefold())
    if first and lex.before is not None and lex.before.fullmatch(folded):
        return True
    return (
        folded in lex.titles
        or folded in NOT_A_NAME
        or ("-" in folded and folded.rsplit("-", 1)[1] in lex.titles)
        or (lex.language == "de" and folded.endswith(GERMAN_OCCUPATIONS))
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


NOMINATIVES = {
    "ru": (
        (r"(?:ского|ського)$", "ский"),
        (r"(?<=[ое]в|[иы]н)(?:ой|ої)$", "а"),
        (r"(?<=[бвгджзклмнпрстфхцчшщ])(?:а|у)$", ""),
        (r"(?<=[аеёиоуыэюяії])я$", "й"),
        (r"(?<=[бвгджзклмнпрстфхцчшщ])я$", "ь"),
        (r"ии$", "ия"),
        (r"[ыи]$", "а"),
    ),
    "pl": (
        (r"(s|c|dz)kiego$", r"\1ki"),
        (r"(s|c|dz)kiej$", r"\1ka"),
        (r"(?<=[bcdfghjklłmnprstwz])a$", ""),
        (r"(?<=[bcdfghjklłmnprstwz])y$", "a"),
        (r"(?<=[kg])i$", "a"),
    ),
}
"""By language, the genitive's endings and the nominative's; of each word the first that fits is replaced."""
NOMINATIVES["uk"] = NOMINATIVES["ru"]


def base_form(name: str, language: str, known: tuple[str, ...]) -> str:
    """The nominative of a name that stands in an oblique case: ``Анны Берг`` after "по словам", ``Anna Bergin`` before "mukaan".

    Russian, Ukrainian and Polish endings have rules. Else it is the ``known`` name that it begins with, or what the rules
    of the Finnish genitive make of it; other languages' names stay.
    """
    if language in NOMINATIVES:
        return " ".join(_nominative(word, language) for word in name.split())
    for full in known:
        if name.casefold().startswith(full.casefold()) and len(name) - len(full) <= 4:
            return full
    if language != "fi":
        return name
    if name.endswith("sen"):
        return name[:-3] + "nen"
    if regex.search(r"[^aeiouyäöå]in$", name):
        return name[:-2]
    return name[:-1] if regex.search(r"[aeiouyäöå]n$", name) else name


def _nominative(word: str, language: str) -> str:
    changes = (regex.sub(ending, to, word) for ending, to in NOMINATIVES[language])
    return next((changed for changed in changes if changed != word), word)
