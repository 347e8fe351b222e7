"""Finds which of many short texts are near-copies of each other, in time that grows with their number.

Texts are compared by their words and pairs of neighbouring words; only those that share a band of a MinHash are
(locality-sensitive hashing: Indyk and Motwani 1998, "Approximate nearest neighbors").
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from .minhash import MinHash, numbered
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
"""Texts that one is compared with, those that have most bands in common with it, and how many of the latest a band keeps."""
MAX_PIECES = 400
"""Words and word pairs of a text that are read."""
_hashes = MinHash(BANDS * ROWS, seed=1998)


def near_copies(texts: Iterable[str | None]) -> list[int | None]:
    """For each text the place of the first of those that it is a near-copy of, itself where there is none before it; None
    for texts of fewer than ``MIN_WORDS`` words. Links and mentions are no words. A near-copy of a near-copy is one too.
    """
    firsts: dict[tuple[str, ...], int] = {}
    read = _Read({}, {})
    found: list[int | None] = []
    for place, text in enumerate(texts):
        said = words(text or "")
        if len(said) < MIN_WORDS:
            found.append(None)
            continue
        if said not in firsts:
            firsts[said] = _first(said, place, read)
        found.append(firsts[said])
    return found


def is_mostly(text: str, of: str) -> bool:
    """Whether most of the different words of a text are those of another, such as of a headline."""
    own = set(words(text))
    return len(own & set(words(of))) >= MIN_TAKEN * len(own) > 0


class _Read(NamedTuple):
    """The texts read so far: the first of each one's near-copies with its own pieces, and who is in each band, the latest last."""

    texts: dict[int, tuple[int, frozenset[int]]]
    bands: dict[int, list[int]]


def _first(said: tuple[str, ...], place: int, read: _Read) -> int:
    own = _pieces(said)
    bands = _hashes.smallest(own).reshape(BANDS, ROWS).tolist()
    keys = [hash((number, *band)) for number, band in enumerate(bands)]
    common = Counter(other for key in keys for other in read.bands.get(key, ()))
    first, least = place, MIN_COMMON
    for other, _ in common.most_common(MAX_COMPARED):
        theirs, pieces = read.texts[other]
        alike = len(own & pieces) / len(own | pieces)
        if alike > least or (alike == least and first == place):
            first, least = theirs, alike
    read.texts[place] = first, own
    for key in keys:
        band = read.bands.setdefault(key, [])
        band.append(place)
        del band[:-MAX_COMPARED]
    return first


def _pieces(said: Sequence[str]) -> frozenset[int]:
    read = said[: MAX_PIECES // 2]
    pairs = (f"{one} {other}" for one, other in pairwise(read))
    return numbered((*read, *pairs))
