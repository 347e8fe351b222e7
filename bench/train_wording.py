"""Trains what wording says of claims: ``python -m bench.train_wording FOLDER`` writes collector/stance/wording.npz.

FOLDER is that of ``bench.examples``. Reports are learnt from facts where one of claim and opposite is negated, towards the other;
topics from opinions, questions of policy and persons. ``bench polarity`` measures it.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from storywake.collector.stance.base import STANCES, softmax
from storywake.collector.stance.coverage import REPORT, TOPIC
from storywake.collector.stance.negation import affirmed
from storywake.collector.stance.wording import read_wording

from .examples import FOLDS, Example, read_examples
from .places import SHIPPED
from .train_stance import matrix

STRENGTH = 0.7
TOLERANCE = 1e-3
"""Of the gradient; training on to a smaller one does no better on what is left out."""
FACTS = {"facts", "own facts"}
TOPICS = {"topics", "own topics", "own opinions", "posts policy", "posts person"}
"""The sources of ``bench.examples`` that teach reports and topics."""
OUT = SHIPPED / "wording.npz"


def main() -> None:
    """Trains on everything and writes the weights."""
    teaching = teaching_by_kind(read_examples(Path(sys.argv[1])))
    weights: dict[str, Any] = {
        kind: fit(features(chosen), _labels(chosen)).astype(np.float16) for kind, chosen in teaching.items()
    }
    np.savez_compressed(OUT, **weights)


def leave_folds_out(examples: list[Example], everything: list[Example]) -> NDArray[np.float64]:
    """Probabilities for reactions outside threads, a row each, by weights that saw nothing of their fact or topic."""
    asked, folds = features(examples), np.array([example.fold for example in examples])
    topics = np.array([example.source in TOPICS for example in examples])
    scores = np.zeros((len(examples), len(STANCES)))
    for kind, chosen in teaching_by_kind(everything).items():
        taught, labels = features(chosen), _labels(chosen)
        ours = np.array([example.source.startswith("own") for example in chosen])
        learnt = np.array([example.fold for example in chosen])
        for fold in range(FOLDS):
            held = (folds == fold) & (topics == (kind == TOPIC))
            teaches = ours | (learnt != fold)
            scores[held] = asked[held] @ fit(taught[teaches], labels[teaches])
    return softmax(scores)


def teaching_by_kind(examples: list[Example]) -> dict[str, list[Example]]:
    """What teaches, by kind of claim."""
    units: dict[str, list[Example]] = {}
    for example in examples:
        if example.source in FACTS:
            units.setdefault(example.unit, []).append(example)
    pairs = [(unit, [is_negated(example) for example in unit]) for unit in units.values()]
    plain = [unit[negated.index(False)] for unit, negated in pairs if sum(negated) == 1]
    return {REPORT: plain, TOPIC: [example for example in examples if example.source in TOPICS]}


def is_negated(example: Example) -> bool:
    """Whether an example's claim is read as what it denies."""
    return affirmed(example.reaction.claim or "", example.reaction.language) is not None


def fit(taught: csr_matrix, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weights: a row per bucket, a column per stance."""
    model = LogisticRegression(C=STRENGTH, tol=TOLERANCE, fit_intercept=False).fit(taught, labels)
    return np.asarray(model.coef_.T, np.float64)


def features(examples: list[Example]) -> csr_matrix:
    """A row of features per example."""
    return matrix([read_wording(example.reaction) for example in examples])


def _labels(examples: list[Example]) -> NDArray[np.int64]:
    return np.array([example.chances[-1].argmax() for example in examples])


if __name__ == "__main__":
    main()
