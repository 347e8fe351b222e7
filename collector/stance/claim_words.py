"""Tells whether a reaction speaks of a claim in the claim's own words, where stance is read more reliably."""

import regex

from .base import Reaction

WORD = regex.compile(r"[\p{L}\p{N}]+")
STEM_LETTERS = 5
"""Of a word, by which it is known again whatever its ending."""
MIN_LETTERS = 4
"""Of a word that counts, unless it is a number; shorter ones are mostly articles and the like."""
MIN_SHARE = 0.5


def uses_its_words(reaction: Reaction) -> bool:
    """Whether a reaction has at least half of its claim's words, told by their first letters, since endings change."""
    wanted = stems(reaction.claim or "")
    return bool(wanted) and len(wanted & stems(reaction.text)) >= MIN_SHARE * len(wanted)


def stems(text: str) -> set[str]:
    """The words of a text that count, by their first letters."""
    words = WORD.findall(text.casefold())
    return {word[:STEM_LETTERS] for word in words if len(word) >= MIN_LETTERS or word.isdecimal()}
