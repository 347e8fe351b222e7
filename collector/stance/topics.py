"""Tells topics ("nuclear power"), which people are for or against, from reports; and vectors not trained for stance.

A logistic regression over the encoders' vectors, trained on examples written for this project (``bench/reactions/topics``).
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .base import Reaction, read_weights, tell_language
from .encoder import ENGLISH, MULTILINGUAL, WIDTH


class Topics:
    """The regression; its weights are loaded when first needed."""

    @cached_property
    def _weights(self) -> dict[str, NDArray[np.float64]]:
        return {name: value.astype(np.float64) for name, value in read_weights("topics.npz").items()}

    def are_topics(self, claims: Sequence[str]) -> NDArray[np.float64]:
        """For each claim, the probability that it is a topic or an opinion rather than a report."""
        found = spread(MULTILINGUAL.vectors([Reaction(claim) for claim in claims]), self._weights["claims_center"])
        return np.asarray(1 / (1 + np.exp(-with_constant(found) @ self._weights["claims"])), np.float64)

    def describe(self, reactions: Sequence[Reaction]) -> NDArray[np.float64]:
        """A row per reaction: the multilingual encoder's vector, then the English encoder's (zeros for other languages)."""
        found = np.zeros((len(reactions), 2 * WIDTH))
        bare = [r._replace(language=None) for r in reactions]
        found[:, :WIDTH] = spread(MULTILINGUAL.vectors(bare), self._weights["multilingual_center"])
        english = [i for i, r in enumerate(tell_language(reactions)) if r.language == "en"]
        vectors = ENGLISH.vectors([bare[i] for i in english])
        found[english, WIDTH:] = spread(vectors, self._weights["english_center"])
        return found


def spread(vectors: NDArray[np.floating], center: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors minus ``center``, scaled to unit length."""
    return of_unit_length(vectors.astype(np.float64) - center)


def of_unit_length(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors scaled to unit length; zero vectors stay zero."""
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9), np.float64)


def with_constant(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Features with a column of ones appended."""
    return np.hstack([features, np.ones((len(features), 1))])


TOPICS = Topics()
