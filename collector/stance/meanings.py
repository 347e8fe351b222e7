"""What reactions mean, as vectors of the English encoder, made small enough to be kept."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .base import Reaction, tell_language
from .encoder import ENGLISH, WIDTH

VERSION = "1"
"""Raised when the encoder tells other vectors: those kept are then made anew."""


def meanings(reactions: Sequence[Reaction]) -> list[bytes]:
    """A vector of 384 bytes a reaction, of its own words alone; empty where it is not English.

    The multilingual encoder's untaught vectors group by manner rather than by matter (dialect, capitals), so other languages
    are compared by their words.
    """
    bare = [Reaction(reaction.text, language=reaction.language) for reaction in reactions]
    english = [place for place, reaction in enumerate(tell_language(bare)) if reaction.language == "en"]
    found = [b""] * len(reactions)
    vectors = ENGLISH.vectors([Reaction(reactions[place].text, language="en") for place in english])
    for place, vector in zip(english, vectors, strict=True):
        found[place] = np.rint(vector * (127 / (np.abs(vector).max() + 1e-9))).astype(np.int8).tobytes()
    return found


def as_vectors(kept: Sequence[bytes]) -> NDArray[np.float32]:
    """Kept vectors as rows of unit length, nought where there is none."""
    found = np.zeros((len(kept), WIDTH), np.float32)
    for row, packed in zip(found, kept, strict=True):
        if packed:
            row[:] = np.frombuffer(packed, np.int8)
    return np.asarray(found / (np.linalg.norm(found, axis=1, keepdims=True) + 1e-9), np.float32)
