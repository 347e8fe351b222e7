"""Finds which of many short texts are near-copies of each other, in time that grows with their number.

Texts are compared by their words and pairs of neighbouring words; only those that share a band of a MinHash are
(locality-sensitive hashing: Indyk and Motwani 1998, "Approximate nearest neighbors").
"""

import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from .remarks import words

MIN_WORDS = 6
"""Words; shorter posts are often the same by chance."""
MIN_COMMON = 0.5
"""Share of words and word pairs of two texts that both have (Jaccard): one word of eight may be another, or two of twelve."""
MIN_TAKEN = 0.8
"""Share of a text's words from which it is mostly another."""
BANDS, ROWS = 24, 2
"""With these, two texts that have half in common are missed once in a thousand times."""
MAX_COMPARED = 40
"""Texts with a band in common that one is compared with."""
MAX_PIECES = 400
"""Words and word pairs of a text that are read."""
PRIME = np.uint64((1 << 61) - 1)
_random = np.random.default_rng(1998)
_A = _random.integers(1, 1 << 29, BANDS * ROWS, dtype=np.uint64)
_B = _random.integers(0, 1 << 61, BANDS * ROWS, dtype=np.uint64)


def near_copies(texts: Iterable[str | None]) -> list[int | None]:
    """For each text the place of the first one that it is a near-copy of, itself where there is none before it; None
    for texts of fewer than ``MIN_WORDS`` words. Links and mentions are no words.
    """
    firsts: dict[tuple[str, ...], int] = {}
    pieces: dict[int, frozenset[int]] = {}
    bands: dict[tuple[int, bytes], list[int]] = {}
    found: list[int | None] = []
    for place, text in enumerate(texts):
        said = words(text or "")
        if len(said) < MIN_WORDS:
            found.append(None)
            continue
        if said not in firsts:
            firsts[said] = _first(said, place, pieces, bands)
        found.append(firsts[said])
    return found


def is_mostly(text: str, of: str) -> bool:
    """Whether most of the different words of a text are those of another, such as of a headline."""
    own = set(words(text))
    return len(own & set(words(of))) >= MIN_TAKEN * len(own) > 0


def _first(
    said: tuple[str, ...], place: int, pieces: dict[int, frozenset[int]], bands: dict[tuple[int, bytes], list[int]]
) -> int:
    own = _pieces(said)
    values = np.fromiter(own, np.uint64, len(own))
    smallest = ((values[:, None] * _A + _B) % PRIME).min(axis=0).reshape(BANDS, ROWS)
    keys = [(number, band.tobytes()) for number, band in enumerate(smallest)]
    candidates = dict.fromkeys(other for key in keys for other in bands.get(key, ())[:MAX_COMPARED])
    for other in sorted(candidates)[:MAX_COMPARED]:
        if len(own & pieces[other]) >= MIN_COMMON * len(own | pieces[other]):
            return other
    pieces[place] = own
    for key in keys:
        bands.setdefault(key, []).append(place)
    return place


def _pieces(said: Sequence[str]) -> frozenset[int]:
    read = said[: MAX_PIECES // 2]
    pairs = (f"{one} {other}" for one, other in pairwise(read))
    return frozenset(zlib.crc32(piece.encode("utf-8", "replace")) for piece in (*read, *pairs))
