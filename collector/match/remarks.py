"""What is said: reactions to one claim grouped by what they say, each group with its most central one.

A group begins as a star: a text and all that are as alike to it as ``SIMILARITY_THRESHOLD``, those of most reactions first (star clustering:
Aslam, Pelekhov and Rus 2004). From then on it keeps what it has, and what is new joins the group whose middle it is nearest to
or founds one with others: so groups are the same from one look to the next, but for what came and what went.
"""

import html
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from .copies import is_copy, signature

MEANING_WEIGHT = 0.6
"""How much an encoder's vector counts where a text has one; the rest is for the words."""
WORDS_ONLY_LIKENESS = 1 / 6
"""Likeness of two texts without vectors that have no piece in common: so words alone reach ``SIMILARITY_THRESHOLD`` a little sooner."""
HASH_COLUMNS = 512
PIECE_LETTERS = 4
"""Letters of a piece of a word: short enough that endings matter little."""
IDF_PSEUDO_COUNT = 100
"""Texts that are thought to stand beside those at hand and to share no piece with them, lest few make their words look common."""
SIMILARITY_THRESHOLD = 0.5
"""Likeness (a scalar product) to the text that a group is founded around from which another says the same."""
JOIN_THRESHOLD = 0.65
"""Likeness to a group's middle from which a text joins it."""
MIN_REACTIONS = 3
"""Reactions that make a group."""
MIN_WORDS_FOR_MEANING = 3
"""Words from which a text is compared by what it means; a shorter one says the same only in the same words."""
CENTRING_PSEUDO_COUNT = 20.0
"""Reactions that must be at hand for what all of a story share to be left out by half."""
MAX_TEXTS_AT_ONCE = 10_000
"""Texts among which groups are founded at once; more take turns, so that memory stays bounded."""
ROWS_AT_ONCE = 512
NO_PIECES = np.zeros(0, np.int64)
BAND_BYTES = 16
"""Bytes of a signature that two texts must have in common to be compared (locality-sensitive hashing)."""
IGNORED = regex.compile(r"https?://\S+|^\W*(?:RT|MT)\b|@[\w.-]+")
WORDS = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{L}\p{N}][\p{L}\p{N}\p{M}]*"
)
"""Words; in scripts that do not part them, letters."""

Places = NDArray[np.float32]


class Remark(NamedTuple):
    """A group of reactions that say the same."""

    identity: int | None  # by which it is known from the last look; None where it is new
    centre: int  # its most central reaction
    chosen_of: int  # how many reactions it had when that was chosen
    members: Mapping[int, float]  # reactions, and how alike each is to the group's middle


def words(text: str) -> tuple[str, ...]:
    """What a text says, without links, mentions, marks and capitals."""
    return tuple(WORDS.findall(IGNORED.sub(" ", html.unescape(text)).casefold()))


def space(meanings: Places, texts: Sequence[str]) -> Places:
    """A story's reactions as rows of unit length: the scalar product of two tells how alike they are, in meaning and in words.

    ``meanings`` are an encoder's vectors of the texts, nought where it does not know the language; what all share is left out.
    The other part are pieces of words, those that few have weighing most (TF-IDF), each in a column by its hash (Weinberger and
    others 2009).
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
    """A row of unit length a text: its pieces of words."""
    pieces = [_pieces(words(text)) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(each) for each in pieces])
    different, place, counts = np.unique(np.concatenate([*pieces, NO_PIECES]), return_inverse=True, return_counts=True)
    weights = np.log((len(texts) + IDF_PSEUDO_COUNT) / counts) * np.where(different & 1 << 30, 1, -1)
    found = np.zeros((len(texts), HASH_COLUMNS), np.float32)
    np.add.at(found, (rows, (different % HASH_COLUMNS)[place]), weights[place].astype(np.float32))
    return _unit(found)


def _pieces(said: Sequence[str]) -> NDArray[np.int64]:
    """Hashes of all runs of four letters in words, their ends counted as letters; none twice."""
    ended = (f" {word} " for word in said)
    runs = {word[at : at + PIECE_LETTERS] for word in ended for at in range(max(1, len(word) - PIECE_LETTERS + 1))}
    return np.array(sorted(zlib.crc32(run.encode("utf-8", "replace")) for run in runs), np.int64)


def group(
    reactions: Sequence[int], places: Places, texts: Sequence[str], known: Collection[Remark] = ()
) -> list[Remark]:
    """Groups reactions, each with a row of ``places`` (see ``space``) and a text; their order does not matter.

    ``known`` are the groups of the last look; they come first, by identity, then the new ones as they were founded. A group of
    fewer than ``MIN_REACTIONS`` reactions is none. No reaction is in two; many are in none.
    """
    order = sorted(range(len(reactions)), key=lambda row: reactions[row])
    groups = _Groups([reactions[row] for row in order], places[order], [texts[row] for row in order], known)
    for start in range(0, len(groups.loose), MAX_TEXTS_AT_ONCE):
        left = groups.join(groups.loose[start : start + MAX_TEXTS_AT_ONCE])
        groups.found(left)
        groups.join(left)
    return groups.told()


class _Groups:
    """Groups in the making. Texts are counted by number; copies are one text."""

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
        self._keep(sorted(known, key=lambda remark: remark.identity or 0))
        self.loose = np.flatnonzero(self._of < 0)

    def _keep(self, known: Sequence[Remark]) -> None:
        """Takes up the groups of the last look of which most stays. A text is in the one that has most of its copies."""
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
        """Lets texts in no group join the one that each is nearest to, if it is near. Returns those that stay in none."""
        texts = texts[self._of[texts] < 0]
        if self._known:
            middles = self._middles()
            for some in _blocks(texts):
                alike = self._places[some] @ middles.T
                nearest = alike.argmax(1)
                self._of[some] = np.where(alike.max(1) >= JOIN_THRESHOLD, nearest, -1)
        return texts[self._of[texts] < 0]

    def found(self, texts: NDArray[np.int64]) -> None:
        """Founds groups among texts: again and again the text that most reactions are alike to, with all of these."""
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
            if left < sums[best]:  # some of it went to another since it was counted
                sums[best] = left
                continue
            self._of[texts[star]] = len(self._known)
            self._known.append(None)
            free &= ~star
            sums[star] = 0

    def told(self) -> list[Remark]:
        """The groups as they stand."""
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
    """Rows whose texts have words, each with the first row of the same text: the same words, or most of many."""
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
    """Rows made of unit length in their place; those of nought stay."""
    rows /= np.sqrt(np.einsum("rc,rc->r", rows, rows))[:, None] + np.float32(1e-9)
    return rows
