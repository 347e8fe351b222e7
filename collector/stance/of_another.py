"""Tells whether a reaction speaks of another claim of its story: then it takes no side on the claim that is asked about.

Words tell it, so it is asked only where reaction and claims are of one language, one whose negations are known. Words that two claims
share, their negations and the commonest words do not tell which of them is meant.
"""

from functools import lru_cache
from typing import NamedTuple

import regex

from ..prose.language import detect
from .base import Reaction
from .claim_words import MIN_SHARE, STEM_LETTERS, WORD
from .negation import affirmed, knows
from .rarity import rarity

ADDRESS = regex.compile(r"(?:https?://|@)\S+")
"""Whom a post answers, and links."""
MIN_RARITY = 11.0
"""Nats of a word that counts; below are most articles, pronouns, prepositions and auxiliary verbs."""
MIN_WORDS = 2
"""Of another claim that a reaction has, where the claim has as many: one is met by chance."""
MIN_LETTERS = 3
TRACE_LETTERS = 4
"""Of a word of the claim asked about, by which the least trace of it is noticed."""
KEPT_PAIRS = 1 << 10


def of_another(reaction: Reaction) -> bool:
    """Whether a reaction has at least half of another claim's own words, two or more, and none of those of the claim that is asked about.

    A claim's own words are those that the other has not. Where one of the two shares most of its words, they are not told apart.
    """
    return any(_is_of(reaction, _apart(reaction.claim or "", other)) for other in reaction.other_claims)


class _Apart(NamedTuple):
    """Two claims that are told apart."""

    own: frozenset[str]  # words of the one asked about, by their first letters
    theirs: frozenset[str]  # words of the other
    language: str


def _is_of(reaction: Reaction, claims: _Apart | None) -> bool:
    if claims is None:
        return False
    wanted = max(MIN_SHARE * len(claims.theirs), min(MIN_WORDS, len(claims.theirs)))
    written = reaction.text.casefold()
    if sum(stem in written for stem in claims.theirs) < wanted:
        return False  # the common case, told without reading words
    said = _stems(ADDRESS.sub(" ", reaction.text))
    if len(claims.theirs & said) < wanted or _traces(claims.own) & _traces(said):
        return False
    return (reaction.language or detect(reaction.text) or claims.language) == claims.language


@lru_cache(KEPT_PAIRS)
def _apart(claim: str, other: str) -> _Apart | None:
    """The own words of each of two claims; None where they are not told apart."""
    languages = {detect(claim), detect(other)} - {None}
    language = languages.pop() if len(languages) == 1 else None
    if language is None or not knows(language):
        return None
    ours, theirs = _telling(claim, language), _telling(other, language)
    shared = ours & theirs
    if ours <= shared or theirs <= shared or len(shared) > MIN_SHARE * min(len(ours), len(theirs)):
        return None
    return _Apart(ours - shared, theirs - shared, language)


def _telling(claim: str, language: str) -> frozenset[str]:
    """The words of a claim that tell it from others, by their first letters."""
    words = WORD.findall(affirmed(claim, language) or claim)
    return _stems(" ".join(word for word in words if word.isdecimal() or rarity(word) >= MIN_RARITY))


def _stems(text: str) -> frozenset[str]:
    words = WORD.findall(text.casefold())
    return frozenset(word[:STEM_LETTERS] for word in words if len(word) >= MIN_LETTERS or word.isdecimal())


def _traces(stems: frozenset[str]) -> set[str]:
    return {stem[:TRACE_LETTERS] for stem in stems}
