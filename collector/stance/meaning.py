"""Stance by what an English reaction says on its own: a regression over the English encoder's untaught vectors.

Weaker alone than encoder and linear model, it errs elsewhere: it knows words that no labelled thread has, and reads neither
thread nor claim. Trained on public labelled threads (docs/model-card.md).
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .base import Reaction, read_weights, softmax
from .encoder import ENGLISH
from .topics import spread, with_constant


class Meaning:
    """The regression; its weights are read when they are first needed."""

    @cached_property
    def _weights(self) -> dict[str, NDArray[np.float64]]:
        return {name: value.astype(np.float64) for name, value in read_weights("meaning.npz").items()}

    def probabilities(self, reactions: Sequence[Reaction]) -> NDArray[np.float64]:
        """Probabilities of the four stances, a row a reaction, which must be English."""
        return softmax(features(reactions, vectors(reactions), self._weights["center"]) @ self._weights["stances"])


def vectors(reactions: Sequence[Reaction]) -> NDArray[np.float32]:
    """The English vectors of reactions' own words, without thread and claim."""
    return ENGLISH.vectors([Reaction(r.text, language="en") for r in reactions])


def features(
    reactions: Sequence[Reaction], known: NDArray[np.float32], center: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A row a reaction: its vector (of those ``known``) without what all share, whether it opens its thread, whether it asks, a constant."""
    marks = np.array([[bool(r.is_source), "?" in r.text] for r in reactions], np.float64).reshape(-1, 2)
    return with_constant(np.hstack([spread(known, center), marks]))


MEANING = Meaning()
