"""Vectors of reactions by the English encoder, small enough to be stored."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .base import Reaction, tell_language
from .encoder import ENGLISH, WIDTH

VERSION = "1"
"""Raise it when the encoder's vectors change: stored ones are then computed again."""


def meanings(reactions: Sequence[Reaction]) -> list[bytes]:
    """A vector of 384 bytes per reaction, of its own text alone; empty where that is not English.

    Other languages are compared by their words, since the multilingual encoder's vectors group texts by style (dialect,
    capitals) rather than by content.
    """
    bare = [Reaction(reaction.text, language=reaction.language) for reaction in reactions]
    english = [place for place, reaction in enumerate(tell_language(bare)) if reaction.language == "en"]
    found = [b""] * len(reactions)
    vectors = ENGLISH.vectors([Reaction(reactions[place].text, language="en") for place in english])
    for place, vector in zip(english, vectors, strict=True):
        found[place] = np.rint(vector * (127 / (np.abs(vector).max() + 1e-9))).astype(np.int8).tobytes()
    return found


def as_vectors(kept: Sequence[bytes]) -> NDArray[np.float32]:
    """Stored vectors as rows of unit length; zeros where there is none."""
    found = np.zeros((len(kept), WIDTH), np.float32)
    for row, packed in zip(found, kept, strict=True):
        if packed:
            row[:] = np.frombuffer(packed, np.int8)
    return np.asarray(found / (np.linalg.norm(found, axis=1, keepdims=True) + 1e-9), np.float32)
