"""Gathers what encoders say of what they did not see: ``python -m bench.left_out NAME PACK LEARNT...``.

NAME is ``english`` or ``multilingual``, PACK the one that ``bench.pack`` wrote, LEARNT are what ``bench.learn`` wrote of it. Kept in
``left_out.npz``, under NAME, are the scores of what measures that encoder (``is_left_out``), in the order of ``bench.examples``.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .examples import FOLDS
from .places import LEFT_OUT

THREADS, CLAIMS = frozenset({"threads"}), frozenset({"facts", "facts repeated", "topics"})
MEASURED = {"english": (THREADS | CLAIMS, frozenset(range(FOLDS))), "multilingual": (CLAIMS, frozenset({0}))}
"""The sources and folds of ``bench.examples`` that measure an encoder. English is taught anew without each fold, for few threads
are all that measure it; facts and topics of one fold are enough, and the network that left them out is the one that ships."""


def is_left_out(name: str, source: str, fold: int) -> bool:
    """Whether an example of a source and fold measures an encoder."""
    sources, folds = MEASURED[name]
    return source in sources and fold in folds


def read_left_out(name: str) -> NDArray[np.float64]:
    """An encoder's scores, a row an example that measures it, a column a stance."""
    with np.load(LEFT_OUT, allow_pickle=False) as kept:
        return np.asarray(kept[name], np.float64)


def main() -> None:
    """Writes the scores of one encoder beside those of the other. Raises ValueError where an example has none."""
    name, pack, *learnt = sys.argv[1:]
    with np.load(pack, allow_pickle=False) as data:
        folds = data["folds"]
        named = zip(data["sources"].tolist(), folds.tolist(), strict=True)
        wanted = np.array([is_left_out(name, source, fold) for source, fold in named])
    scores = np.full((len(wanted), 4), np.nan, np.float16)
    for path in map(Path, learnt):
        with np.load(path, allow_pickle=False) as found:
            left = folds[found["held"]] >= 0
            scores[found["held"][left]] = found["scores"][left]
    if np.isnan(scores[wanted]).any():
        raise ValueError("a fold is missing: some examples have no scores")
    kept: dict[str, Any] = {name: scores[wanted]}
    if LEFT_OUT.exists():
        with np.load(LEFT_OUT, allow_pickle=False) as before:
            kept = {other: before[other] for other in MEASURED if other in before.files} | kept
    np.savez_compressed(LEFT_OUT, **kept)


if __name__ == "__main__":
    main()
