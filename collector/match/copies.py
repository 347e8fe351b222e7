"""Finds the same text on several sites: agency copy, reprints, syndication.

MinHash of five-word shingles (Broder, "On the resemblance and containment of documents", 1997).
"""

import zlib

import numpy as np
import regex
from numpy.typing import NDArray

SHINGLE_WORDS = 5
HASHES = 128
MIN_WORDS = 40
"""Words; in shorter texts a copy cannot be told from a coincidence."""
SIMILARITY_THRESHOLD = 0.6
"""Share of common shingles from which two texts are copies: agency copy is cut and retitled, seldom rewritten."""
SAME_AGENCY = 0.15
"""The same of two texts that an agency's mark says are its: papers cut a dispatch to half, and put their own words beside it."""
PRIME = np.uint64((1 << 61) - 1)
_random = np.random.default_rng(1997)
_A = _random.integers(1, 1 << 29, HASHES, dtype=np.uint64)
_B = _random.integers(0, 1 << 61, HASHES, dtype=np.uint64)


def signature(text: str) -> bytes | None:
    """A text's MinHash (512 bytes); None where the text is too short."""
    words = regex.findall(r"[\p{L}\p{N}]+", text.casefold())
    if len(words) < MIN_WORDS:
        return None
    shingles = {
        zlib.crc32(" ".join(words[i : i + SHINGLE_WORDS]).encode()) for i in range(len(words) - SHINGLE_WORDS + 1)
    }
    values = np.fromiter(shingles, np.uint64, len(shingles))
    smallest: NDArray[np.uint64] = ((values[:, None] * _A + _B) % PRIME).min(axis=0)
    return smallest.astype(np.uint32).tobytes()


def resemblance(one: bytes, other: bytes) -> float:
    """The estimated share of shingles that two texts have in common, 0 to 1 (Jaccard similarity)."""
    a, b = np.frombuffer(one, np.uint32), np.frombuffer(other, np.uint32)
    return float((a == b).mean()) if a.shape == b.shape == (HASHES,) else 0.0


def is_copy(one: bytes | None, other: bytes | None, *, same_agency: bool = False) -> bool:
    """Whether two texts, given their signatures, are copies; False where one has none. ``same_agency``: one is named as the source of both."""
    enough = SAME_AGENCY if same_agency else SIMILARITY_THRESHOLD
    return one is not None and other is not None and resemblance(one, other) >= enough
