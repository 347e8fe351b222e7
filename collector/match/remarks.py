"""Groups the reactions to one claim by what they say, each group with its most central reaction.

A group starts as a star: a text and all texts at least ``SIMILARITY_THRESHOLD`` like it, the largest star first (star
clustering: Aslam, Pelekhov and Rus 2004). It then keeps its members; new texts join the group with the nearest centroid
or start groups of their own. So groups stay the same from one look to the next, apart from what came and went.
"""

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from ..values import unescape
from .copies import is_copy, signature

MEANING_WEIGHT = 0.6
"""Weight of an encoder's vector, where a text has one; the words have the rest."""
WORDS_ONLY_LIKENESS = 1 / 6
"""Similarity of two texts without vectors and without a common piece: so words alone reach the threshold a little sooner."""
HASH_COLUMNS = 512
PIECE_LETTERS = 4
"""Letters of the pieces into which words are cut (n-grams): few, so that endings matter little."""
IDF_PSEUDO_COUNT = 100
"""Imaginary texts without a common piece, added to the document frequencies: else the words of few texts look common."""
SIMILARITY_THRESHOLD = 0.5
"""Similarity (a scalar product) to a group's first text from which another text says the same."""
JOIN_THRESHOLD = 0.65
"""Similarity to a group's centroid from which a text joins it."""
MIN_REACTIONS = 3
"""Reactions of a group."""
MIN_WORDS_FOR_MEANING = 3
"""Words of a text that is compared by meaning; a shorter one only matches the same words."""
CENTRING_PSEUDO_COUNT = 20.0
"""Reactions at which half of the mean vector, what all of a story share, is subtracted."""
MAX_TEXTS_AT_ONCE = 10_000
"""Texts that are compared with each other at once to start groups; more are taken in turns, to bound memory."""
ROWS_AT_ONCE = 512
NO_PIECES = np.zeros(0, np.int64)
BAND_BYTES = 16
"""Bytes of a band of a signature; only texts with a band in common are compared (locality-sensitive hashing)."""
PASSED_ON = regex.compile(r"^\W*(?:RT|MT)\b")
IGNORED = regex.compile(rf"https?://\S+|{PASSED_ON.pattern}|@[\w.-]+")
WORDS = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{L}\p{N}][\p{L}\p{N}\p{M}]*"
)
"""Words; in scripts that do not separate words, letters."""
PLAIN_WORDS = re.compile(r"[a-z0-9]+")
"""The same of a text in ASCII and lower case, in half the time."""

Places = NDArray[np.float32]


class Remark(NamedTuple):
    """A group of reactions that say the same."""

    identity: int | None  # its id since an earlier look; None where it is new
    centre: int  # its most central reaction
    chosen_of: int  # how many reactions it had when the centre was chosen
    members: Mapping[int, float]  # reactions, each with its similarity to the group's centroid


def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without links and mentions."""
    told = unescape(text)
    if "@" in told or "http" in told or PASSED_ON.match(told):
        told = IGNORED.sub(" ", told)
    told = told.casefold()
    return tuple((PLAIN_WORDS if told.isascii() else WORDS).findall(told))


def space(meanings: Places, texts: Sequence[str]) -> Places:
    """A row of unit length per reaction; the scalar product of two rows is their similarity, in meaning and in words.

    ``meanings`` are an encoder's vectors of the texts, zero where it does not know the language; their common part is
    subtracted. The other columns are pieces of words weighted by TF-IDF, each in the column of its hash (Weinberger et
    al. 2009).
    """
    read = np.any(meanings, axis=1)
    own = meanings[read]
    shared = own.sum(0) / (len(own) + CENTRING_PSEUDO_COUNT)
    width = meanings.shape[1]
    found = np.zeros((len(texts), width + HASH_COLUMNS + 1), np.float32)
    found[read, :width] = MEANING_WEIGHT**0.5 * _unit(own - shared)
    found[:, width:-1] = _worded(texts)
    found[read, width:-1] *= (1 - MEANING_WEIGHT) ** 0.5
    found[~read, width:-1] *= (1 - WORDS_ONLY_LIKENESS) ** 0.5
    found[~read, -1] = WORDS_ONLY_LIKENESS**0.5
    return _unit(found)


def _worded(texts: Sequence[str]) -> Places:
    """The pieces of words of each text, as a row of unit length."""
    pieces = [_pieces(words(text)) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(each) for each in pieces])
    different, place, counts = np.unique(np.concatenate([*pieces, NO_PIECES]), return_inverse=True, return_counts=True)
    weights = np.log((len(texts) + IDF_PSEUDO_COUNT) / counts) * np.where(different & 1 << 30, 1, -1)
    found = np.zeros((len(texts), HASH_COLUMNS), np.float32)
    np.add.at(found, (rows, (different % HASH_COLUMNS)[place]), weights[place].astype(np.float32))
    return _unit(found)


def _pieces(said: Sequence[str]) -> NDArray[np.int64]:
    """Hashes of all runs of four letters in words, with word ends counted as letters; each once."""
    ended = (f" {word} " for word in said)
    runs = {word[at : at + PIECE_LETTERS] for word in ended for at in range(max(1, len(word) - PIECE_LETTERS + 1))}
    return np.array(sorted(zlib.crc32(run.encode("utf-8", "replace")) for run in runs), np.int64)


def group(
    reactions: Sequence[int], places: Places, texts: Sequence[str], known: Collection[Remark] = ()
) -> list[Remark]:
    """Groups reactions, each with a row of ``places`` (see ``space``) and a text; their order does not matter.

    Returns groups of at least ``MIN_REACTIONS``: the ``known`` ones of the last look by identity, then new ones. No reaction is
    in two groups; many are in none.
    """
    order = sorted(range(len(reactions)), key=lambda row: reactions[row])
    groups = _Groups([reactions[row] for row in order], places[order], [texts[row] for row in order], known)
    for first in range(0, len(groups.loose), MAX_TEXTS_AT_ONCE):
        left = groups.join(groups.loose[first : first + MAX_TEXTS_AT_ONCE])
        groups.start(left)
        groups.join(left)
    return groups.remarks()


class _Groups:
    """The groups while they are formed. Works with numbers of texts; copies count as one text."""

    def __init__(
        self, reactions: Sequence[int], places: Places, texts: Sequence[str], known: Collection[Remark]
    ) -> None:
        said = [words(text) for text in texts]
        copies: dict[int, list[int]] = {}
        for row, first in _firsts(said):
            copies.setdefault(first, []).append(reactions[row])
        self._copies = list(copies.values())
        self._places = places[list(copies)]
        self._places[[len(said[first]) < MIN_WORDS_FOR_MEANING for first in copies]] = 0
        self._counts = np.array([len(each) for each in self._copies], np.int64)
        self._of = np.full(len(copies), -1)  # the group that each text is in
        self._known: list[Remark | None] = []
        self._take_over(sorted(known, key=lambda remark: remark.identity or 0))
        self.loose = np.flatnonzero(self._of < 0)

    def _take_over(self, known: Sequence[Remark]) -> None:
        """Takes over the groups of the last look of which more than half is left; a text goes where most of its copies are."""
        within = {reaction: number for number, remark in enumerate(known) for reaction in remark.members}
        for text, reactions in enumerate(self._copies):
            votes = Counter(within[reaction] for reaction in reactions if reaction in within)
            if votes:
                self._of[text] = min(votes, key=lambda number: (-votes[number], number))
        stay = Counter(within[reaction] for each in self._copies for reaction in each if reaction in within)
        kept = [number for number, remark in enumerate(known) if 2 * stay[number] > len(remark.members)]
        self._known = [known[number] for number in kept]
        renumbered = np.full(len(known) + 1, -1)
        renumbered[kept] = np.arange(len(kept))
        self._of = renumbered[self._of]

    def _middles(self) -> Places:
        sums = np.zeros((len(self._known), self._places.shape[1]), np.float32)
        inside = np.flatnonzero(self._of >= 0)
        np.add.at(sums, self._of[inside], self._places[inside])
        return _unit(sums)

    def join(self, texts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Adds texts without a group to the nearest one, if that is near enough. Returns those still without."""
        texts = texts[self._of[texts] < 0]
        if self._known:
            middles = self._middles()
            for some in _blocks(texts):
                alike = self._places[some] @ middles.T
                nearest = alike.argmax(1)
                self._of[some] = np.where(alike.max(1) >= JOIN_THRESHOLD, nearest, -1)
        return texts[self._of[texts] < 0]

    def start(self, texts: NDArray[np.int64]) -> None:
        """Starts groups among texts: each time the text that is like most reactions, with all of these."""
        places, counts = self._places[texts], self._counts[texts]
        near = np.zeros((len(texts), (len(texts) + 7) // 8), np.uint8)
        sums = counts.copy()
        for some in _blocks(np.arange(len(texts))):
            alike = places[some] @ places.T >= SIMILARITY_THRESHOLD
            alike[np.arange(len(some)), some] = True
            near[some], sums[some] = np.packbits(alike, axis=1), [int(counts[row].sum()) for row in alike]
        free = np.ones(len(texts), bool)
        while len(texts) and sums.max() >= MIN_REACTIONS:
            best = int(sums.argmax())
            star = np.unpackbits(near[best], count=len(texts)).astype(bool) & free
            left = int(counts[star].sum()) if free[best] else 0
            if left < sums[best]:  # some went to another group since the sum was taken
                sums[best] = left
                continue
            self._of[texts[star]] = len(self._known)
            self._known.append(None)
            free &= ~star
            sums[star] = 0

    def remarks(self) -> list[Remark]:
        """The groups as they are now."""
        middles = self._middles()
        inside: defaultdict[int, list[int]] = defaultdict(list)
        for text in np.flatnonzero(self._of >= 0):
            inside[int(self._of[text])].append(int(text))
        found = (self._remark(known, inside[number], middles[number]) for number, known in enumerate(self._known))
        return [remark for remark in found if len(remark.members) >= MIN_REACTIONS]

    def _remark(self, known: Remark | None, texts: list[int], middle: Places) -> Remark:
        alike = self._places[texts] @ middle if middle.any() else np.ones(len(texts), np.float32)
        members = {r: round(float(a), 4) for text, a in zip(texts, alike, strict=True) for r in self._copies[text]}
        if known and known.centre in members and 2 * known.chosen_of >= len(members):
            return known._replace(members=members)
        centre = min(members, key=lambda reaction: (-members[reaction], reaction))
        return Remark(known.identity if known else None, centre, len(members), members)


def _firsts(said: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """For each row whose text has words: the row, and the first row with the same words or of which it is a copy."""
    firsts: dict[tuple[str, ...], int] = {}
    bands: defaultdict[tuple[int, bytes], list[tuple[bytes, int]]] = defaultdict(list)
    for row, own in enumerate(said):
        if own and own not in firsts:
            mark = signature(" ".join(own))
            parts = [(at, mark[at : at + BAND_BYTES]) for at in range(0, len(mark or b""), BAND_BYTES)] if mark else []
            like = (first for part in parts for other, first in bands[part] if is_copy(mark, other))
            firsts[own] = next(like, row)
            if mark and firsts[own] == row:
                for part in parts:
                    bands[part].append((mark, row))
        if own:
            yield row, firsts[own]


def _blocks(rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]


def _unit(rows: Places) -> Places:
    """Scales rows to unit length in place; zero rows stay zero."""
    rows /= np.sqrt(np.einsum("rc,rc->r", rows, rows))[:, None] + np.float32(1e-9)
    return rows
