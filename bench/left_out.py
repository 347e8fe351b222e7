"""Gathers what encoders say of what they did not see: ``python -m bench.left_out NAME PACK LEARNT...``.

NAME is ``english`` or ``multilingual``, PACK the one that ``bench.pack`` wrote, LEARNT are what ``bench.learn`` wrote of it for
each fold. Kept in ``left_out.npz``, under NAME, are the scores of the public threads' posts and of other hands' reactions to facts
and topics (``SOURCES``), in the order of the pack, which is that of ``bench.examples``; the English encoder knows English alone.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .places import LEFT_OUT

SOURCES = ("threads", "facts", "facts repeated", "topics")


def read_left_out(name: str) -> NDArray[np.float64]:
    """An encoder's scores, a row an example of ``SOURCES``, a column a stance."""
    with np.load(LEFT_OUT, allow_pickle=False) as kept:
        return np.asarray(kept[name], np.float64)


def main() -> None:
    """Writes the scores of one encoder beside those of the other. Raises ValueError where an example has none."""
    name, pack, *learnt = sys.argv[1:]
    with np.load(pack, allow_pickle=False) as data:
        wanted = np.isin(data["sources"], SOURCES)
        folds = data["folds"]
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
            kept = {other: before[other] for other in ("english", "multilingual") if other in before.files} | kept
    np.savez_compressed(LEFT_OUT, **kept)


if __name__ == "__main__":
    main()
