"""Prose in paragraphs and sentences, and the quotations in them."""

import re
from collections.abc import Iterator
from functools import lru_cache

import regex

from ..lexicon import common

Quotes = tuple[tuple[str, int, int], ...]
"""A sentence's quotations: the words, and where the quotation with its marks starts and ends."""

MAX_TEXT_LENGTH, MAX_PARAGRAPH_LENGTH, MAX_SENTENCE_LENGTH = 200_000, 8_000, 2_000
"""Characters. What is longer is skipped as not prose: reading it would take too long (denial of service)."""
MAX_KEPT = 300
"""Paragraphs whose sentences are kept: corrections, mentions and statements are looked for in the same ones."""
MAX_KEPT_SENTENCES = 32
"""Sentences whose quotations, names and verbs are kept: each is asked for them several times, and then never again."""
QUOTED = regex.compile(
    r"“([^“”]{2,800})”"
    r"|”([^“”]{2,800}?)”"  # Finnish, Swedish
    r"|„([^„“”]{2,800})[“”]"  # German, Polish
    r"|«\s*+([^«»]{2,800}?)\s*+»"  # French, Russian
    r"|»([^«»]{2,800})[«»]"  # Danish, German; Swedish, Finnish
    r"|(?<!\w)\"([^\"]{2,800})\""
    r"|(?<!\w)‘([^‘’]{12,800})’(?!\w)"  # a short one may be an apostrophe's work
)
WHO = "|".join(common()["who"])
"""What opens a clause about a person just named, as a pattern."""
OPENING_MARK = re.compile(r"[“”„«»\"‘]")
"""What opens a quotation."""
ABBREVIATIONS = r"\p{Lu}|Mr|Mrs|Ms|Mme|Dr|Capt|Sens|Reps|Supt|Det|Insp|Cllr|Maj|Adm|Cpl|Cmdr|Messrs|Prof|St|Sr|Sra|Dra|Dipl|Ing|Mag|Hon|Rev|Sgt|Gov|Nr|Abs|Art|Tel|vihr|kok|kesk|sd|ps|vas|kd|rkp|Gen|Sen|Rep|Lt|Col|U\.S|vs|esim|mm|ns|bl\.a|t\.ex|z\.B|ca|Nr|etc|г|т\.е|т\.к"
SENTENCE_END = regex.compile(
    r"[.!?…][”\"»’)]?"  # a full stop, perhaps with what closes a quotation behind it
    rf"(?<!\b(?:{ABBREVIATIONS})\.)"
    r"(\s+)(?=[\p{Lu}\p{N}“„«\"”‘(]|»\p{Lu}|[–—](?!\s?\p{Ll}))"  # and then what may open a sentence
)
"""How a sentence ends, with the blanks behind it as a group."""


def paragraphs(text: str) -> list[str]:
    """A text's paragraphs, without those that are empty or too long."""
    found = (p.strip() for p in text[:MAX_TEXT_LENGTH].split("\n"))
    return [p for p in found if p and len(p) <= MAX_PARAGRAPH_LENGTH]


@lru_cache(maxsize=MAX_KEPT)
def sentences(paragraph: str) -> tuple[str, ...]:
    """A paragraph's sentences; quotation marks keep a quotation in one piece with what attributes it."""
    joined: list[str] = []
    for piece in _pieces(paragraph):
        if joined and _has_open_quotation(joined[-1]):
            joined[-1] += " " + piece
        else:
            joined.append(piece)
    return tuple(joined)


@lru_cache(maxsize=MAX_KEPT_SENTENCES)
def find_quotes(sentence: str) -> Quotes:
    """The quotations in a sentence."""
    if not OPENING_MARK.search(sentence):
        return ()
    return tuple((next(g for g in m.groups() if g), m.start(), m.end()) for m in QUOTED.finditer(sentence))


def is_quoted(position: int, quotes: Quotes) -> bool:
    """Whether a place in a sentence lies within a quotation."""
    return any(start <= position < end for _, start, end in quotes)


def _pieces(paragraph: str) -> Iterator[str]:
    """A paragraph parted where sentences may end."""
    begun = 0
    for end in SENTENCE_END.finditer(paragraph):
        yield paragraph[begun : end.start(1)]
        begun = end.end()
    yield paragraph[begun:]


def _has_open_quotation(text: str) -> bool:
    return (
        (text.count("„") > text.count("“") + text.count("”") if "„" in text else text.count("“") > text.count("”"))
        or (text.count("«") != text.count("»") if "«" in text else text.count("»") % 2 == 1)
        or (text.count('"') % 2 == 1)
        or ("“" not in text and text.count("”") % 2 == 1)
    )
