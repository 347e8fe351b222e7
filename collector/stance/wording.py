"""What the wording of a reaction says of a claim without a negation: a regression over hashed words of nine languages.

It is told claims as ``negation.affirmed`` reads them, so "nobody" or "in fact" in a reaction say the same of every claim;
the encoders, which read sentences, learn that from few facts badly. Trained by ``bench.train_wording``; docs/model-card.md
has figures.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .base import STANCES, Reaction, read_weights, softmax
from .claim_words import STEM_LETTERS
from .features import ADDRESS, WORD, Features, bucket, read_features

MAX_WORDS, MAX_LETTERS = 80, 40
"""Words of a reaction, and letters of a word; the rest is not read."""
GENERAL_SCALE = 0.5
"""Of marks, cues and answers beside words."""
MASK = "§"
"""Stands for words of the claim, so that no story's names are learnt."""


class Wording:
    """The regressions for reports and for topics; their weights are loaded when first needed."""

    @cached_property
    def _weights(self) -> dict[str, NDArray[np.float32]]:
        return {kind: weights.astype(np.float32) for kind, weights in read_weights("wording.npz").items()}

    def chances(self, reactions: Sequence[Reaction], kinds: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities, a row per reaction, a column per stance; ``kinds`` are ``report`` or ``topic``, one per reaction."""
        scores = np.zeros((len(reactions), len(STANCES)))
        for row, reaction, kind in zip(scores, reactions, kinds, strict=True):
            features = read_wording(reaction)
            places = np.fromiter(features.keys(), np.int64, len(features))
            values = np.fromiter(features.values(), np.float32, len(features))
            row[:] = values @ self._weights[kind][places]
        return softmax(scores)


def read_wording(reaction: Reaction) -> Features:
    """The features of a reaction to a claim: value by bucket. Language and claim must be set."""
    counts = Counter(map(bucket, _names(reaction)))
    length = math.sqrt(sum(count * count for count in counts.values())) or 1.0
    found = {place: count / length for place, count in counts.items()}
    for place, value in read_features(reaction, words=False).items():
        found[place] = found.get(place, 0.0) + GENERAL_SCALE * value
    return found


def _names(reaction: Reaction) -> list[str]:
    """Words, pairs of words, how it begins, and runs of three and four letters, which related languages share."""
    plain = ADDRESS.sub(" ", reaction.text.replace("’", "'")).casefold()
    answered = WORD.findall((reaction.claim or "").casefold())
    known = {word[:STEM_LETTERS] for word in answered if len(word) >= STEM_LETTERS}
    said = (word[:MAX_LETTERS] for word in WORD.findall(plain)[:MAX_WORDS])
    words = [MASK if word[:STEM_LETTERS] in known else word for word in said]
    language = reaction.language
    names = [f"{language} {word}" for word in words] + [f"{language} {a} {b}" for a, b in pairwise(words)]
    names += [f"{language} first {' '.join(words[:n])}" for n in (1, 2)]
    for padded in (f" {word} " for word in words if len(word) > 3):
        names += [padded[i : i + n] for n in (3, 4) for i in range(len(padded) - n + 1)]
    return names


WORDING = Wording()
"""What all assessors share."""
