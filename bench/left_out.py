"""Gathers what encoders say of stories they did not see: ``python -m bench.left_out PACK LEARNT...`` writes ``left_out.npz``.

PACK is the English one that ``bench.examples`` wrote, LEARNT are what ``bench.learn`` wrote of it for each fold. Kept are the scores
of the public threads' posts, in the order of their file, which is the pack's.
"""

import sys
from pathlib import Path

import numpy as np

from .places import LEFT_OUT


def main() -> None:
    """Writes the scores. Raises ValueError where a post has none."""
    with np.load(sys.argv[1], allow_pickle=False) as pack:
        threads = pack["sources"] == "threads"
    scores = np.full((len(threads), 4), np.nan, np.float16)
    for path in map(Path, sys.argv[2:]):
        with np.load(path, allow_pickle=False) as learnt:
            scores[learnt["held"]] = learnt["scores"]
    if np.isnan(scores[threads]).any():
        raise ValueError("a fold is missing: some posts of the public threads have no scores")
    np.savez_compressed(LEFT_OUT, scores=scores[threads])


if __name__ == "__main__":
    main()
