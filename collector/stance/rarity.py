"""How rare a word is, over many languages at once: by lists of common words, and by the pieces of the multilingual encoder's vocabulary."""

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .packed import SHIPPED

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CACHE_SIZE = 1 << 14
VOCABULARY = "multilingual.tokens.json"
"""A unigram vocabulary (Kudo, ACL 2018): each piece with the natural logarithm of its probability."""
COMMON_WORDS = Path(__file__).parents[1] / "lexicon" / "common_words.npz"
"""Marks of common words, in order, and the nats of each in the language that has it most often (``bench.common_words``)."""
LANGUAGES = ("en", "de", "es", "fi", "fr", "it", "ru", "sv", "uk")
LEAST = 2e-6
"""The share of a language's words from which one is common."""
STEPS = 8
"""Parts of a nat that are told apart."""
ALL_LANGUAGES = 3.0
"""Nats by which a word is rarer among those of a hundred languages, as the vocabulary counts it, than within its own."""


@lru_cache(CACHE_SIZE)
def rarity(word: str) -> float:
    """How surprising a word is, in nats, in the commoner of its spellings with and without a capital.

    About 7 for the commonest words of a language, 11 to 13 for frequent nouns, 20 and more for what is put together
    of pieces: most names, compounds, and words that a reader seldom meets. A common word that the vocabulary has no piece for
    is as rare as the lists of its language say.
    """
    small = word.lower()
    return min(_cost(small), _cost(word.capitalize()), _listed(small))


@lru_cache(CACHE_SIZE)
def usually_capital(word: str) -> bool:
    """Whether a word is oftener written with a capital than without, as names are in most languages."""
    return _cost(word.capitalize()) < _cost(word.lower())


def mark(word: str) -> int:
    """What a word is known by in the list of common ones. Of 20,000 other words about one has the mark of one of them."""
    return crc32(word.encode("utf-8", "replace"))


def _listed(word: str) -> float:
    """The nats of a common word; infinite for another."""
    marks, nats = _common_words()
    wanted = np.uint32(mark(word))
    place = int(np.searchsorted(marks, wanted))
    if place == len(marks) or marks[place] != wanted:
        return np.inf
    return float(nats[place]) / STEPS + ALL_LANGUAGES


@cache
def _common_words() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    with np.load(COMMON_WORDS, allow_pickle=False) as kept:
        return kept["marks"], kept["nats"]


def _cost(spelling: str) -> float:
    tokens, costs = _vocabulary()
    return sum(costs[i] for i in tokens.encode(spelling, add_special_tokens=False).ids)


@cache
def _vocabulary() -> "tuple[Tokenizer, list[float]]":
    """The tokenizer, and the cost of each piece in nats."""
    from tokenizers import Tokenizer

    text = SHIPPED.joinpath(VOCABULARY).read_text("utf-8")
    pieces: list[list[Any]] = json.loads(text)["model"]["vocab"]
    return Tokenizer.from_str(text), [-float(cost) for _, cost in pieces]
