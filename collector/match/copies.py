"""Finds the same text on several sites: agency copy, reprints, syndication.

MinHash of five-word shingles.
"""

import numpy as np
import regex

from .minhash import MinHash, numbered

SHINGLE_WORDS = 5
HASHES = 128
MIN_WORDS = 40
"""Words; in shorter texts a copy cannot be told from a coincidence."""
SIMILARITY_THRESHOLD = 0.6
"""Share of common shingles from which two texts are copies: agency copy is cut and retitled, seldom rewritten."""
SAME_AGENCY = 0.15
"""The same of two texts that an agency's mark says are its: papers cut a dispatch to half, and put their own words beside it."""
WORDS = regex.compile(r"[\p{L}\p{N}]+")
_hashes = MinHash(HASHES, seed=1997)


def signature(text: str) -> bytes | None:
    """A text's MinHash (512 bytes); None where the text is too short."""
    words = WORDS.findall(text.casefold())
    if len(words) < MIN_WORDS:
        return None
    shingles = (" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1))
    return _hashes.smallest(numbered(shingles)).tobytes()


def resemblance(one: bytes, other: bytes) -> float:
    """The estimated share of shingles that two texts have in common, 0 to 1 (Jaccard similarity)."""
    a, b = np.frombuffer(one, np.uint32), np.frombuffer(other, np.uint32)
    return float((a == b).mean()) if a.shape == b.shape == (HASHES,) else 0.0


def is_copy(one: bytes | None, other: bytes | None, *, same_agency: bool = False) -> bool:
    """Whether two texts, given their signatures, are copies; False where one has none. ``same_agency``: one is named as the source of both."""
    enough = SAME_AGENCY if same_agency else SIMILARITY_THRESHOLD
    return one is not None and other is not None and resemblance(one, other) >= enough
