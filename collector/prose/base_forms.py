"""The nominative of persons' names that stand in an oblique case."""

from functools import cache

import regex

from ..lexicon import given_names

NOMINATIVES = {
    "ru": (
        (r"(?:ского|ському)$", "ский"),
        (r"(?<=[ое]в|[иы]н)(?:ой)$", "а"),
        (r"(?<=ск)ой$", "ая"),
        (r"(?<=[бвгджзклмнпрстфхцчшщ])(?:а|у)$", ""),
        (r"(?<=[аеёиоуыэюяії])я$", "й"),
        (r"(?<=[бвгджзклмнпрстфхцчшщ])я$", "ь"),
        (r"ии$", "ия"),
        (r"ьи$", "ья"),
        (r"[ыи]$", "а"),
    ),
    "uk": (
        (r"(?:ського)$", "ський"),
        (r"(?:цького)$", "цький"),
        (r"(?<=ськ|цьк)ої$", "а"),
        (r"(?<=[оеє]в|[иії]н)ої$", "а"),
        (r"(?<=[лнр])ої$", "а"),
        (r"(?<=енк|ейк|йк)(?:а|у)$", "о"),
        (r"(?<=[бвгджзклмнпрстфхцчшщ])(?:а|у)$", ""),
        (r"(?<=[аеєиіїоуюя])я$", "й"),
        (r"ря$", "р"),
        (r"(?<=[бвгджзклмнпстфхцчшщ])я$", "ь"),
        (r"ії$", "ія"),
        (r"[иі]$", "а"),
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
FINNISH_GENITIVES = (
    (r"ksen$", "s"),
    (r"sen$", "nen"),
    (r"(?<=[^aeiouyäöå])in$", ""),
    (r"een$", "e"),
    (r"osken$", "oski"),
    (r"vuoren$", "vuori"),
    (r"(?i)mäen$", "mäki"),
    (r"(?i)joen$", "joki"),
    (r"(?i)lammen$", "lampi"),
    (r"(?<=[Kk]i)ven$", "vi"),
    (r"(?<=[Vv]ir)ran$", "ta"),
    (r"ärven$", "ärvi"),
    (r"(?<=al)men$", "mi"),
    (r"(?<=[Nn]ie)men$", "mi"),
    (r"(?<=[Ll]a)hden$", "hti"),
    (r"(?<=A)allon$", "alto"),
    (r"(?<=[Pp]e|[Kk]a)llon$", "lto"),
    (r"(?<=[Ll]e)hdon$", "hto"),
    (r"(?<=[Rr]an)nan$", "ta"),
    (r"(?<=[aeiouyäöå])n$", ""),
)
"""The endings of Finnish surnames in the genitive, with the changes of consonants that surnames often have; the first that fits."""


def base_form(name: str, language: str, known: tuple[str, ...]) -> str:
    """The nominative of a name that stands in an oblique case: ``Анны Берг`` after "по словам", ``Anna Bergin`` before "mukaan".

    Russian, Ukrainian and Polish endings have rules. Else it is the ``known`` name that it begins with, or what the rules
    of the Finnish genitive make of it; other languages' names stay.
    """
    if language in NOMINATIVES:
        first, *others = name.split()
        return " ".join((_given_name(first, language), *(nominative(word, language) for word in others)))
    for full in known:
        if name != full and name.casefold().startswith(full.casefold()) and len(name) - len(full) <= 4:
            return full
    if language != "fi":
        return name
    first, _, last = name.rpartition(" ")
    if last.endswith("nen"):
        return name
    return f"{first} {_first_change(last, FINNISH_GENITIVES)}".strip()


def _given_name(word: str, language: str) -> str:
    """A first name in the nominative; with the vowel that its other cases lack where only that makes a given name: ``Павла``, ``Льва``."""
    form = nominative(word, language)
    if form == word or form.casefold() in given_names():
        return form
    stem, vowel = form.replace("ь", ""), "e" if language == "pl" else "е"
    others = (f"{form}о", f"{stem[:-1]}{vowel}{stem[-1:]}")
    return next((other for other in others if other.casefold() in given_names()), form)


def nominative(word: str, language: str) -> str:
    """A word of a name without the ending of the genitive, where its language has rules."""
    return _first_change(word, NOMINATIVES.get(language, ()))


@cache
def _pattern(ending: str) -> "regex.Pattern[str]":
    return regex.compile(ending)


def _first_change(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    changes = (_pattern(ending).sub(to, word) for ending, to in endings)
    return next((changed for changed in changes if changed != word), word)
