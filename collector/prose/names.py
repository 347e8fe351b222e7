"""Names of persons in prose, and their base forms."""

from functools import cache
from typing import NamedTuple

import regex

from ..lexicon import Lexicon, cldr, common
from .organisations import NOT_A_NAME, ORG_WORDS, PLACES, looks_like_organisation, lowercase_head, publisher_pattern

WORD = r"(?:\p{Lu}\.(?:\s?\p{Lu}\.)*|(?:d['’]|O['’]|Mc|Mac|al-|el-|Al-|El-)?\p{Lu}[\p{L}\p{M}]*(?:['’]\p{L}{2,})?(?:-\p{L}[\p{L}\p{M}]+)*)"
PARTICLE = r"(?:van der|van den|van de|van|von der|von und zu|von|de la|de los|de|del|della|di|da|dos|du|le|la|bin|ibn|al|el|af|ter|ten|zu)"
RUN = regex.compile(rf"(?<![\p{{L}}\p{{N}}@#._’'-]){WORD}(?:\s+(?:{PARTICLE}\s+)?{WORD})*")
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


def _persons_in(match: "regex.Match[str]", lex: Lexicon, surnames: dict[str, str]) -> list[Name]:
    words = list(regex.finditer(r"\S+", match[0]))
    offset = match.start()
    words = _around_organisation(words)
    while words and _is_title(words[0][0], lex, first=True):
        words.pop(0)
    while len(words) > 2 and (
        publisher_pattern().fullmatch(words[0][0]) or regex.fullmatch(r"\p{Lu}{2,5}", words[0][0])
    ):
        words.pop(0)
    if lex.language == "de":
        while len(words) > 2 and not _is_particle_or_initial(words[1][0]):
            words.pop(0)
    titled = [i for i, w in enumerate(words[:-2]) if w[0].strip(".").casefold() in lex.titles]
    if titled:
        words = words[titled[-1] + 1 :]
    if lex.language == "fi" and len(words) > 2 and lowercase_head(match.string, match.end(), lex):
        words.pop()  # "Anna Korhonen Helsingin yliopistosta": the last word is the organisation's
    while words and words[-1][0].casefold() in NOT_A_NAME:
        words.pop()
    if not words:
        return []
    text = " ".join(w[0] for w in words)
    start, end = offset + words[0].start(), offset + words[-1].end()
    if text.endswith((".",)) and not regex.search(r"(?:Jr|Sr)\.$", text):
        text, end = text[:-1], end - 1
    for suffix in ("’s", "'s"):
        if text.endswith(suffix):
            text, end = text[: -len(suffix)], end - len(suffix)
    if len(words) == 1:
        full = _known_surname(text, surnames)
        return [Name(full, start, end)] if full else []
    if (
        len(words) > 4
        or looks_like_organisation(text, lex)
        or text.casefold() in countries()
        or any(w[0].casefold() in PLACES for w in words)
    ):
        return []
    last = words[-1][0].rstrip(".")
    full = _known_surname(last, surnames)
    if full and full.split()[0].casefold() == words[0][0].casefold():
        return [Name(full, start, end)]
    return [Name(text, start, end)]


def _around_organisation(words: "list[regex.Match[str]]") -> "list[regex.Match[str]]":
    """What is left of a run of words when an organisation is cut off its start or end."""
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


def _is_title(word: str, lex: Lexicon, *, first: bool) -> bool:
    folded = regex.sub(r"^(?:l|d)['’]", "", word.strip(".").casefold())
    if first and lex.before is not None and lex.before.fullmatch(folded):
        return True
    return (
        folded in lex.titles
        or folded in NOT_A_NAME
        or ("-" in folded and folded.rsplit("-", 1)[1] in lex.titles)
        or (
            lex.language == "de"
            and folded.endswith(
                (
                    "korrespondent",
                    "chef",
                    "experte",
                    "expertin",
                    "minister",
                    "professor",
                    "sprecher",
                    "historiker",
                    "forscher",
                )
            )
        )
    )


def _is_particle_or_initial(word: str) -> bool:
    return word.endswith(".") or word[:1].islower()


def _known_surname(word: str, surnames: dict[str, str]) -> str | None:
    """The full name behind a surname, also in the Finnish, Slavic or possessive forms that prose puts it in."""
    if word in surnames:
        return surnames[word]
    for surname, full in surnames.items():
        if surname.endswith("nen") and regex.fullmatch(
            regex.escape(surname[:-3]) + r"(?:sen|sta|selle|sella|selta|seen|sessa|sesta)", word
        ):
            return full
        if (
            len(surname) > 3
            and word.startswith(surname)
            and regex.fullmatch(
                r"(?:['’]s|s|:?i?n|ia|ta|tä|a|ä|lle|ille|lta|ilta|ltä|iltä|lla|illa|sta|ista|а|у|ом|ым|ой|ым|е|ові|ем|ів|a|owi|em)",
                word[len(surname) :],
            )
        ):
            return full
    return None


def base_form(name: str, language: str, known: tuple[str, ...]) -> str:
    """A name as it stands in an oblique case, in its base form: a known person's, or by Finnish genitive rules."""
    if language in ("ru", "uk"):
        return _slavic_nominative(name)
    if language == "pl":
        return _polish_nominative(name)
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


SLAVIC_ENDINGS = (
    (r"(?:ского|ського)$", "ский"),
    (r"(?<=[ое]в|[иы]н)(?:ой|ої)$", "а"),
    (r"(?<=[бвгджзклмнпрстфхцчшщ])(?:а|у)$", ""),
    (r"(?<=[аеёиоуыэюяії])я$", "й"),
    (r"(?<=[бвгджзклмнпрстфхцчшщ])я$", "ь"),
    (r"ии$", "ия"),
    (r"[ыи]$", "а"),
)


POLISH_ENDINGS = (
    (r"(s|c|dz)kiego$", r"\1ki"),
    (r"(s|c|dz)kiej$", r"\1ka"),
    (r"(?<=[bcdfghjklłmnprstwz])a$", ""),
    (r"(?<=[bcdfghjklłmnprstwz])y$", "a"),
    (r"(?<=[kg])i$", "a"),
)


def _polish_nominative(name: str) -> str:
    """A name out of the genitive that "zdaniem" and "według" ask for, by its endings."""
    words = []
    for word in name.split():
        changed = next((c for ending, to in POLISH_ENDINGS if (c := regex.sub(ending, to, word)) != word), word)
        words.append(changed)
    return " ".join(words)


def _slavic_nominative(name: str) -> str:
    """A name out of the genitive that "по словам" asks for, by its endings."""
    words = []
    for word in name.split():
        for ending, nominative in SLAVIC_ENDINGS:
            changed = regex.sub(ending, nominative, word)
            if changed != word:
                word = changed
                break
        words.append(word)
    return " ".join(words)
