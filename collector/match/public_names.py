"""How far a name tells one event from another: who holds an office, and who is in the news every day, is named in many."""

from functools import cache, lru_cache

import regex
from anyascii import anyascii

from ..lexicon import cldr, word_lists
from .word_forms import KEY_LETTERS, folded, same_word, tokens

OFFICE, EVERYDAY = 0.4, 0.2
"""What is left of a name's weight where it is an officeholder's, and where it is in the news every day."""
BESIDE = 3
"""Words before a name, and after it, among which its office stands."""
MIN_SAME = 0.7
"""Share of the longer of two words that must be the same from the beginning, where one word is all of a name."""
CACHE_SIZE = 1 << 12


def telling_share(name: str, text: str) -> float:
    """What is left of a name's weight, 0 to 1, given the text that it is from."""
    if is_everyday(name):
        return EVERYDAY
    return OFFICE if _has_office(name, text) else 1.0


def is_everyday(name: str) -> bool:
    """Whether a name is one of those in the news every day, a person's by the surname alone too; or a country's or people's."""
    parts = [folded(part) for part in tokens(name)]
    known = [public for part in parts for public in _everyday().get(part[:KEY_LETTERS], ())]
    if len(parts) == 1:
        countries = _countries().get(parts[0][:KEY_LETTERS], ())
        return any(same_word(other, parts[0], MIN_SAME) for other in (*countries, *(public[-1] for public in known)))
    return any(all(any(same_word(word, part) for part in parts) for word in public) for public in known)


def _has_office(name: str, text: str) -> bool:
    """Whether a word for a public office stands in a name or beside it."""
    beside = rf"((?:\S+\s+){{0,{BESIDE}}}){regex.escape(name)}((?:\S*\s+\S+){{0,{BESIDE}}})"
    places = [name, *(part for match in regex.finditer(beside, text) for part in match.groups())]
    return any(_is_office(word) for place in places for word in place.split())


@cache
def _everyday() -> dict[str, list[tuple[str, ...]]]:
    """The names in the news every day, as folded words, by the beginning of each."""
    told = word_lists("public_names")
    found: dict[str, list[tuple[str, ...]]] = {}
    for name in f"{told['persons']} {told['bodies']}".split():
        parts = tuple(map(folded, name.split("_")))
        for part in parts:
            found.setdefault(part[:KEY_LETTERS], []).append(parts)
    return found


@cache
def _countries() -> dict[str, list[str]]:
    """The folded names of countries in many languages, by their beginning."""
    found: dict[str, list[str]] = {}
    for name in cldr()["countries"]:
        if " " not in name:
            found.setdefault(folded(name)[:KEY_LETTERS], []).append(folded(name))
    return found


@lru_cache(CACHE_SIZE)
def _is_office(word: str) -> bool:
    """Whether a word of any language is that of a public office: ``Außenminister``, ``президента``, not ``ministry``."""
    told = word_lists("public_names")
    plain = anyascii(word).casefold()
    return any(stem in plain for stem in told["offices"].split()) and not any(
        stem in plain for stem in told["not_offices"].split()
    )
