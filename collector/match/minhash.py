"""MinHash: how much two sets have in common, told by the smallest values of many hashes (Broder 1997, "On the resemblance and
containment of documents").
"""

import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class MinHash:
    """So many hashes, the same for the same ``seed``."""

    def __init__(self, hashes: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        self._factors = random.integers(0, 1 << 63, hashes, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        self._addends = random.integers(0, 1 << 63, hashes, dtype=np.uint64)

    def smallest(self, pieces: frozenset[int]) -> NDArray[np.uint32]:
        """The smallest value of each hash over numbers of 32 bits, of which there must be one; the share of values that two sets
        have alike is, on average, their share of common numbers.

        The high half of a product is taken (multiply-shift: Dietzfelbinger et al. 1997): with factors so small that products seldom
        pass the modulus, most hashes would keep the order of the numbers, and tell no more than one.
        """
        values = np.fromiter(pieces, np.uint64, len(pieces))
        products = values[:, None] * self._factors + self._addends
        found: NDArray[np.uint32] = (products >> np.uint64(32)).min(axis=0).astype(np.uint32)
        return found


def numbered(pieces: Iterable[str]) -> frozenset[int]:
    """Pieces of text as numbers of 32 bits."""
    return frozenset(zlib.crc32(piece.encode("utf-8", "replace")) for piece in pieces)
