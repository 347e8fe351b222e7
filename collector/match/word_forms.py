"""Words as they are compared across spellings: by sound, in Latin letters, whatever their endings."""

from collections.abc import Iterable

import regex
from anyascii import anyascii

from ..prose.same_name import sound

MAX_LETTERS = 1_000
"""Characters of a post that are read: what it is about stands at its beginning."""
MIN_COMMON_START = 0.55
"""Share of the longer of two words that must be the same from the beginning: the rest are endings."""
MIN_COMPOUND = 6
"""Letters of a word that may be joined to another one: ``Kallvikbron``."""
MAX_ENDING = 3
"""Letters that the shorter of two words may lack of the common beginning."""
KEY_LETTERS = 4
"""Letters by which a word is looked up, before its whole is compared."""
MIN_DIGITS = 2
"""Digits of a number that tells one story from another."""
MAX_ROUND = 1
"""Digits before the zeros of a number that is round: 900, 60,000."""

TOKEN = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*")
CAMEL = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})")
LINK = regex.compile(r"https?://\S+|www\.\S+")
NUMBER = regex.compile(r"(?<![\d.,])\d+(?:[.,'\u202f\u00a0 ]\d{3}(?!\d))*+(?:[.,]\d{1,2}(?!\d))?")
DIGIT = regex.compile(r"\d")
GROUPS = regex.compile(r"[.,'\u202f\u00a0 ](?=\d{3}(?!\d))")
ELISION = regex.compile(r"(?:[cdjlmnst]|qu|un|(?:[ad]|ne|su)ll)['’](?=\p{L})", regex.I)
"""What French and Italian join to a word that begins with a vowel."""
POSSESSIVE = regex.compile(r"(?<=.)['’]s$", regex.I)
"""What English joins to the end of a word."""
INSIDE = regex.compile(r"(?<=[\p{Ll}\p{N},;'’)]\s)\p{Lu}\p{Ll}")
"""A capital within a sentence."""
MARKED = regex.compile(r"[#@][\p{L}\p{N}_]+")
YEAR = regex.compile(r"(?:19|20)\d\d")


def tokens(text: str) -> list[str]:
    """The words of a text as written; tags, handles and words with hyphens are split, addresses left out."""
    return TOKEN.findall(CAMEL.sub(" ", LINK.sub(" ", text)))


def folded_words(text: str) -> list[str]:
    """The words at the beginning of a text as they are compared."""
    return list(map(folded, tokens(text[:MAX_LETTERS])))


def without_elision(word: str) -> str:
    """A word without the article or preposition that French and Italian join to it: ``entraîneur`` of ``l'entraîneur``."""
    found = ELISION.match(word)
    return word[found.end() :] if found else word


def small_words(text: str) -> frozenset[str]:
    """The folded words that a text writes without a capital though it gives one within its sentences: none of them is a name
    there. Tags and handles are mostly written small and say nothing.
    """
    begun = LINK.sub(" ", text[:MAX_LETTERS])
    if not INSIDE.search(begun):
        return frozenset()
    small = {folded(word) for word in TOKEN.findall(MARKED.sub(" ", begun)) if without_elision(word)[0].islower()}
    return frozenset(small.difference(folded(word) for word in tokens(begun) if without_elision(word)[0].isupper()))


def folded(word: str) -> str:
    """A word by its sound in Latin letters."""
    word = bare(word)
    plain = word if word.isascii() else anyascii(word)
    return sound(plain.lower().replace("'", ""))


def bare(word: str) -> str:
    """A word without what is joined to it with an apostrophe: ``entraîneur`` of ``l'entraîneur``, ``Air`` of ``Air's``."""
    return POSSESSIVE.sub("", without_elision(word))


def same_word(one: str, other: str, common_start: float = MIN_COMMON_START) -> bool:
    """Whether two folded words are forms of one: they begin alike, by that share of the longer, and differ in their endings."""
    if one[:1] != other[:1] or not one[:1].isalpha():
        return one == other
    short, long = sorted((len(one), len(other)))
    if short >= MIN_COMPOUND and (one.startswith(other) or other.startswith(one)):
        return True  # joined to another word, as tags and compounds are: "sydneysiege", "Kallvikbron"
    common = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), short)
    return common >= common_start * long and common >= short - MAX_ENDING


def has_digit(text: str) -> bool:
    """Whether a text may have a number."""
    return DIGIT.search(text) is not None


def numbers(text: str) -> dict[str, float]:
    """The numbers of a text, without marks between thousands and with a decimal point: 1 for one that few texts have, a half for years and round ones."""
    found: dict[str, float] = {}
    for written in NUMBER.findall(text):
        number = GROUPS.sub("", written).replace(",", ".")
        if len(number) >= MIN_DIGITS:
            common = YEAR.fullmatch(number) or len(number.rstrip("0")) <= MAX_ROUND
            found[number] = 0.5 if common else 1.0
    return found


def runs(words: Iterable[str], length: int) -> set[tuple[str, ...]]:
    """Every so many words that follow each other."""
    all_words = list(words)
    return {tuple(all_words[i : i + length]) for i in range(len(all_words) - length + 1)}
