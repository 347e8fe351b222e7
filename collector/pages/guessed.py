"""Guesses in which charset of single bytes a text is written, from how often each language uses its letters (``letters.toml``)."""

import re
import tomllib
from collections import Counter
from functools import cache
from importlib import resources
from math import log
from typing import NamedTuple

BEYOND_ASCII = re.compile("[^\x00-\x7f]")
WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
MAX_BYTES = 10_000
"""Of words with letters beyond ASCII, from which a charset is guessed."""
PUNCTUATION = dict.fromkeys("„“”‚‘’«»‹›–—…\u00a0", log(0.02)) | dict.fromkeys("€£§©®°·•¿¡№", log(0.003))
STRANGE = {"letter": log(0.0005), "sign": log(0.0001), "control": log(0.000001)}
"""What a character counts that a language does not use: a letter may be of a foreign name, a sign stands between words."""
SIGN_INSIDE = re.compile(r"(?<=[^\W\d_])[^\w\s’‘'–—…·\u00a0](?=[^\W\d_])")
PAIR = re.compile(rb"[\x80-\xff](?=[\x80-\xff])")
MEETING = re.compile(rb"[A-Za-z](?=[\x80-\xff])|[\x80-\xff](?=[A-Za-z])")
"""Two letters beyond ASCII beside one another, and one beside one of ASCII."""
CHANGE_OF_CASE = log(0.01)
"""What a capital counts inside a word, as texts in a wrong charset are full of them."""
CAPITAL = log(0.9)
"""What a capital counts beside its small letter."""
AHEAD = {"cp1252": 2.0, "cp1251": 1.0, "mac-cyrillic": -4.0}
"""What a charset has ahead of others, as the logarithm of how much likelier it is: most pages' is the West's, old Macs' are rare."""
OF_THE_PAGE = 6.0
"""Likewise the charsets of the language that a page says it is in."""
MIN_LIKELIHOOD = log(0.006)
"""Of a character, on the average; a text that fits no language so well is in none of these charsets."""


class Beside(NamedTuple):
    """What letters that stand beside one another count in a script."""

    both: float  # two beyond ASCII
    one: float  # one beyond ASCII, one of ASCII


LATIN, OTHER = Beside(log(0.1), log(0.9)), Beside(log(0.95), log(0.02))


class Language(NamedTuple):
    """A language's letters beyond ASCII, as logarithms of how often each stands among them."""

    name: str
    charsets: tuple[str, ...]
    letters: dict[str, float]
    beside: Beside


@cache
def _languages() -> tuple[Language, ...]:
    groups = tomllib.loads(resources.files(__package__).joinpath("letters.toml").read_text("utf-8"))
    return tuple(
        Language(name, tuple(group["charsets"].split()), _shares(letters), LATIN if letters[0] < "\u0250" else OTHER)
        for group in groups.values()
        for name, letters in group.items()
        if name != "charsets"
    )


def _shares(written: str) -> dict[str, float]:
    counts = {pair[0]: int(pair[1:]) for pair in written.split()}
    total = sum(counts.values())
    small = {letter: log(count / total) for letter, count in counts.items()}
    capitals = {letter.upper(): share + CAPITAL for letter, share in small.items() if len(letter.upper()) == 1}
    return PUNCTUATION | capitals | small


def guess(body: bytes, language: str | None) -> str | None:
    """The charset of single bytes in which a text reads best as a language; None where it reads as none.

    ``language`` is what the page says of itself, as an ISO 639-1 code.
    """
    best: tuple[float, str] | None = None
    words = b" ".join(WORD.findall(body))[:MAX_BYTES]
    western = words.decode("cp1252", "replace")
    if set(BEYOND_ASCII.findall(western)) <= PUNCTUATION.keys() and not SIGN_INSIDE.search(western):
        return "cp1252"
    pairs, meetings = len(PAIR.findall(words)), len(MEETING.findall(words))
    for charset in dict.fromkeys(name for known in _languages() for name in known.charsets):
        text = words.decode(charset, "replace")
        told = Counter(BEYOND_ASCII.findall(text))
        size = sum(told.values())
        odd = _capitals_inside(text) * CHANGE_OF_CASE
        for known in _languages():
            if charset not in known.charsets:
                continue
            found = sum(count * _likelihood(letter, known) for letter, count in told.items()) + odd
            found += pairs * known.beside.both + meetings * known.beside.one
            if size and found / size < MIN_LIKELIHOOD:
                continue
            found += OF_THE_PAGE if known.name == language else 0
            found += AHEAD.get(charset, 0.0)
            if best is None or found > best[0]:
                best = found, charset
    return best[1] if best else None


def _capitals_inside(text: str) -> int:
    """How many capitals stand after a small letter."""
    found = (match.start() for match in BEYOND_ASCII.finditer(text) if match[0].isupper())
    return sum(text[place - 1 : place].islower() for place in found)


def _likelihood(letter: str, language: Language) -> float:
    known = language.letters.get(letter)
    if known is not None:
        return known
    if letter < "\u00a0" or letter == "\ufffd":
        return STRANGE["control"]
    return STRANGE["letter"] if letter.isalpha() else STRANGE["sign"]
