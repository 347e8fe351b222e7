"""Compares names, and names with handles, across decoration, accents, initials and scripts."""

from functools import lru_cache

import regex
from anyascii import anyascii
from rapidfuzz.distance import JaroWinkler

CACHE_SIZE = 1 << 16
"""Names whose forms are cached, since a story's names are compared again and again."""
MIN_LAST_NAME_SIMILARITY, MIN_FIRST_NAME_SIMILARITY = 0.88, 0.72
"""Jaro-Winkler similarity of the sounds, above which last and first names in two scripts are the same."""

NO_LETTERS = regex.compile(r"[^a-z]+")
NOT_IN_ROOT = regex.compile(r"[^a-z0-9]+")
DOUBLED = regex.compile(r"(.)\1+")
BRACKETS = regex.compile(r"\([^)]{0,100}\)|\[[^\]]{0,100}\]")
TAIL = regex.compile(r"\s[|/•·]\s|\s[–—]\s|,\s")
WORD = regex.compile(r"[\p{L}\p{M}.'’-]+")
LETTER = regex.compile(r"\p{L}")
LATIN = regex.compile(r"[\p{Latin}\p{M}.'’-]+")
TITLES = frozenset(("dr", "prof", "mr", "mrs", "ms", "phd", "md", "mp"))
OTHER_SCRIPT = regex.compile(r"(?V1)[\p{L}--\p{Latin}]")


@lru_cache(CACHE_SIZE)
def plain_name(display: str | None) -> str | None:
    """A display name without decoration: emoji, flags, brackets, titles, a second script, words after a bar; None if none is left.

    ``Leonid ХВ Ragozin`` gives ``Leonid Ragozin``; a name wholly in Cyrillic stays.
    """
    if not display:
        return None
    text = TAIL.split(BRACKETS.sub(" ", display))[0]
    words = [w for w in WORD.findall(text) if LETTER.search(w)]
    latin = [w for w in words if LATIN.fullmatch(w)]
    if len(latin) >= 2:
        words = latin
    words = [w for w in words if w.casefold().strip(".") not in TITLES]
    return " ".join(words) or None


@lru_cache(CACHE_SIZE)
def folded(name: str) -> tuple[str, ...]:
    """A name's parts in lower-case ASCII: ``Макс Седдон`` gives ``("maks", "seddon")``."""
    return tuple(NO_LETTERS.sub(" ", anyascii(name).casefold()).split())


SOUNDS = (("ph", "f"), ("ck", "k"), ("sch", "sh"), ("ce", "se"), ("ci", "si"), ("ee", "i"), ("ea", "i"), ("oo", "u"))
LETTERS = str.maketrans({"c": "k", "x": "ks", "w": "v", "j": "i", "y": "i", "q": "k", "h": ""})


@lru_cache(CACHE_SIZE)
def sound(word: str) -> str:
    """A rough phonetic form of a part of a name, to compare scripts; doubled letters become one."""
    for spelling, heard in SOUNDS:
        word = word.replace(spelling, heard)
    return DOUBLED.sub(r"\1", word.translate(LETTERS))


@lru_cache(CACHE_SIZE)
def first_sound(word: str) -> str:
    """The first letter of the phonetic form; the same for ``Yevgeny``, ``Evgenii`` and ``Евгений``."""
    return sound(word)[:1].replace("e", "i")


@lru_cache(CACHE_SIZE)
def in_other_script(name: str) -> bool:
    """Whether a name has letters that are not Latin."""
    return OTHER_SCRIPT.search(name) is not None


def same_person(one: str, other: str) -> str | None:
    """The reason, in words, why two names may be one person's; None where there is none.

    Equal after folding case, accents and script; the same first and last name; alike by sound in two scripts
    (``Макс Седдон``, ``Max Seddon``); the same surname and initial; or one is the surname of the other.
    """
    a, b = folded(one), folded(other)
    if not a or not b:
        return None
    if a == b:
        return "the same name"
    if len(a) >= 2 and len(b) >= 2:
        if a[0] == b[0] and a[-1] == b[-1]:
            return "the same first and last name"
        if in_other_script(one) != in_other_script(other):
            first, last = (JaroWinkler.similarity(sound(a[i]), sound(b[i])) for i in (0, -1))
            if last >= MIN_LAST_NAME_SIMILARITY and first >= MIN_FIRST_NAME_SIMILARITY:
                return "the same name in another script"
        if a[-1] == b[-1] and (len(a[0]) == 1 or len(b[0]) == 1) and a[0][0] == b[0][0]:
            return "the same surname and initial"
        return None
    short, full = (a, b) if len(a) == 1 else (b, a)
    if len(full) >= 2 and short[0] == full[-1] and len(short[0]) > 2:
        return "the surname alone"
    return None


def handle_names(handle: str, name: str) -> bool:
    """Whether a handle spells a name: ``maxseddon`` or ``CER_IanBond`` for the person named."""
    parts = folded(name)
    return len(parts) >= 2 and (parts[0] + parts[-1]) in _squeezed(handle)


def handle_hints(handle: str, name: str) -> bool:
    """Whether a handle consists of parts of a name: ``ann``, ``lee`` or ``alee`` for Ann Lee."""
    parts = folded(name)
    if len(parts) < 2:
        return False
    first, last = parts[0], parts[-1]
    return _squeezed(handle) in (first, last, first[0] + last, first + last[0], last + first)


@lru_cache(CACHE_SIZE)
def _squeezed(handle: str) -> str:
    return NO_LETTERS.sub("", anyascii(handle.split("@")[0].split(".")[0]).casefold())


@lru_cache(CACHE_SIZE)
def handle_root(handle: str) -> str:
    """A handle in lower case without its server, only letters and digits: platforms allow different other signs."""
    return NOT_IN_ROOT.sub("", handle.casefold().lstrip("@").split("@")[0].split(".")[0])


def better_name(one: str, other: str) -> str:
    """The fuller of two spellings of a name: with capitals rather than without, full names rather than initials."""

    def rank(name: str) -> tuple[bool, int, int, int]:
        words = name.split()
        return (name != name.lower(), sum(len(w.strip(".")) > 1 for w in words), len(words), -len(name))

    return max(one, other, key=rank)
