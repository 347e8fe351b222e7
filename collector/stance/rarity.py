"""How rare a word is, over many languages at once: by the pieces of the multilingual encoder's vocabulary."""

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from .packed import SHIPPED

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CACHE_SIZE = 1 << 14
VOCABULARY = "multilingual.tokens.json"
"""A unigram vocabulary (Kudo, ACL 2018): each piece with the natural logarithm of its probability."""


@lru_cache(CACHE_SIZE)
def rarity(word: str) -> float:
    """How surprising a word is, in nats, in the commoner of its spellings with and without a capital.

    About 7 for the commonest words of a language, 11 to 13 for frequent nouns, 20 and more for what is put together
    of pieces: most names, compounds, and words that a reader seldom meets.
    """
    return min(_cost(word.lower()), _cost(word.capitalize()))


@lru_cache(CACHE_SIZE)
def usually_capital(word: str) -> bool:
    """Whether a word is oftener written with a capital than without, as names are in most languages."""
    return _cost(word.capitalize()) < _cost(word.lower())


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
