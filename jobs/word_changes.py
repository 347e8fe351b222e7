"""Which words a text lost and got between two versions."""

from typing import NamedTuple

import regex
from rapidfuzz.distance import Indel

MAX_WORDS = 20_000
"""Words of a text that are compared; what follows is left out."""
AROUND = 25
"""Words shown before and after a change; longer stretches that stayed are folded."""


class Piece(NamedTuple):
    """A stretch of words."""

    kind: str  # same, removed, added, folded
    words: str


def word_changes(before: str, after: str, *, fold: bool = False) -> list[Piece]:
    """The stretches of two versions of a text in their order: what stayed, what was removed, what was added.

    With ``fold``, long stretches that stayed are cut to what stands next to a change.
    """
    old, new = _words(before), _words(after)
    found: list[Piece] = []
    removed = added = ""
    for change in Indel.opcodes([word.strip() for word in old], [word.strip() for word in new]):
        if change.tag != "equal":
            removed += "".join(old[change.src_start : change.src_end])
            added += "".join(new[change.dest_start : change.dest_end])
            continue
        found += _changed(removed, added)
        removed = added = ""
        words = new[change.dest_start : change.dest_end]
        found += _folded(words, not found, change.dest_end == len(new)) if fold else [Piece("same", "".join(words))]
    return found + _changed(removed, added)


def _changed(removed: str, added: str) -> list[Piece]:
    return [Piece(kind, words) for kind, words in (("removed", removed), ("added", added)) if words]


def _words(text: str) -> list[str]:
    """A text's words, each with the space after it."""
    return regex.findall(r"\S+\s*|^\s+", text)[:MAX_WORDS]


def _folded(words: list[str], first: bool, last: bool) -> list[Piece]:
    """A stretch that stayed, its middle (or what lies before the first and after the last change) folded."""
    head, tail = (0 if first else AROUND), (0 if last else AROUND)
    if len(words) <= head + tail + 5:
        return [Piece("same", "".join(words))]
    middle = len(words) - head - tail
    pieces = [
        Piece("same", "".join(words[:head])),
        Piece("folded", f"{middle} words"),
        Piece("same", "".join(words[len(words) - tail :]) if tail else ""),
    ]
    return [piece for piece in pieces if piece.words]
