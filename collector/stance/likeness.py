"""The similarity of reactions to one claim, and which of them are most worth labelling."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .base import Assessment, Reaction, chances
from .encoder import WIDTH
from .topics import TOPICS, of_unit_length, spread

MULTILINGUAL_WEIGHT = 0.5
"""Of the multilingual encoder's vectors beside the English encoder's."""
LEAN_WEIGHT = 0.1
"""Of one standard deviation of the leaning to support or deny, beside the vectors."""
CENTRING_PSEUDO_COUNT = 20.0
"""Reactions at which half of their mean vector is subtracted."""


class Likeness:
    """A vector space of the reactions to one claim, without their common part: similar reactions are near each other.

    A row has the encoders' vectors, scaled to unit length, and the leaning to support or deny by an assessor, in
    standard deviations.
    """

    def __init__(self, reactions: Sequence[Reaction], assessments: Sequence[Assessment]) -> None:
        vectors, leans = _vectors(reactions), _leans(assessments)
        part = len(reactions) / (len(reactions) + CENTRING_PSEUDO_COUNT)
        self._shared = part * np.array([_mean(vectors[:, :WIDTH]), _mean(vectors[:, WIDTH:])])
        self._lean, self._spread = float(leans.mean()), float(leans.std()) + 1e-9
        self.places = self._places(vectors, leans)

    def place(self, reactions: Sequence[Reaction], assessments: Sequence[Assessment]) -> NDArray[np.float64]:
        """A row per reaction; the scalar product of two rows is their similarity."""
        return self._places(_vectors(reactions), _leans(assessments))

    def _places(self, vectors: NDArray[np.float64], leans: NDArray[np.float64]) -> NDArray[np.float64]:
        many, english = vectors[:, :WIDTH], vectors[:, WIDTH:]
        own = spread(english, self._shared[1]) * np.any(english, axis=1, keepdims=True)
        words = of_unit_length(np.hstack([MULTILINGUAL_WEIGHT * spread(many, self._shared[0]), own]))
        return np.hstack([words, LEAN_WEIGHT * ((leans - self._lean) / self._spread)[:, None]])


def likeness(some: NDArray[np.floating], others: NDArray[np.floating]) -> NDArray[np.float64]:
    """The similarity of each of ``some`` to each of ``others``: the square of the scalar product, 0 where that is negative."""
    return np.asarray(np.maximum(some @ others.T, 0.0) ** 2, np.float64)


def most_telling(places: NDArray[np.floating], known: Sequence[int]) -> Iterator[int]:
    """The reactions to label next, in order: those similar to the most reactions that no labelled one is similar to.

    Each adds most to the sum, over all reactions, of the similarity to the nearest labelled one (greedy facility
    location: Nemhauser, Wolsey and Fisher 1978).
    """
    alike = likeness(places, places)
    covered = alike[list(known)].max(0, initial=0.0)
    left = np.ones(len(places), bool)
    left[list(known)] = False
    while left.any():
        gains = np.where(left, np.maximum(alike - covered, 0.0).sum(1), -1.0)
        best = int(gains.argmax())
        yield best
        left[best] = False
        covered = np.maximum(covered, alike[best])


def _vectors(reactions: Sequence[Reaction]) -> NDArray[np.float64]:
    return TOPICS.describe([Reaction(r.text, language=r.language) for r in reactions])


def _leans(assessments: Sequence[Assessment]) -> NDArray[np.float64]:
    found = chances(assessments) + 1e-3
    return np.asarray(np.log(found[:, 0] / found[:, 1]), np.float64)


def _mean(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the non-zero rows; an encoder gives zeros for other languages."""
    known = vectors[np.any(vectors, axis=1)]
    return known.mean(0) if len(known) else np.zeros(vectors.shape[1])
