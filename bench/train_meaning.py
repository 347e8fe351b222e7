"""Trains the regression over English vectors: ``python -m bench.train_meaning FOLDER`` writes collector/stance/meaning.npz.

FOLDER holds ``rumoureval2017-train-dev.jsonl.gz``. Needs the English encoder's weights; repeatable to the digit.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from collector.stance.base import Reaction
from collector.stance.meaning import features, vectors

from .places import SHIPPED
from .train_stance import read_threads

STRENGTH = 1.0
OUT = SHIPPED / "meaning.npz"


def main() -> None:
    """Trains on all threads and writes the weights."""
    reactions, labels, _ = read_threads(Path(sys.argv[1]) / "rumoureval2017-train-dev.jsonl.gz")
    known = vectors(reactions)
    center = known.mean(0).astype(np.float64)
    model = _fit(features(reactions, known, center), labels)
    np.savez_compressed(OUT, center=center.astype(np.float32), stances=model.coef_.T.astype(np.float32))


def leave_stories_out(
    reactions: list[Reaction], labels: NDArray[np.int64], stories: NDArray[np.str_]
) -> NDArray[np.float64]:
    """Probabilities of each reaction by a regression that saw none of its story. The vectors never saw any."""
    probabilities = np.zeros((len(labels), 4))
    known = vectors(reactions)
    for story in sorted(set(stories)):
        held = stories == story
        read = features(reactions, known, known[~held].mean(0).astype(np.float64))
        probabilities[held] = _fit(read[~held], labels[~held]).predict_proba(read[held])
    return probabilities


def _fit(read: NDArray[np.float64], labels: NDArray[np.int64]) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=1000, fit_intercept=False).fit(read, labels)


if __name__ == "__main__":
    main()
