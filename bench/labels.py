"""How labels adapt the default assessor to topics that it has never seen: SemEval-2016 task 6 (Mohammad et al. 2016).

Each of the five targets of its training part is a claim in turn. Nothing is trained on the others: what ships is assessed.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from collector.stance import DEFAULT, Assessment, Reaction, assessor
from collector.stance.adapt import Adapted
from collector.stance.base import Assessor, margin

from .own import read_rows

LABELS, SEEDS = 20, 5
STANCES = {"FAVOR": "support", "AGAINST": "deny", "NONE": "comment"}


def labels_on_topics(path: Path) -> dict[str, float]:
    """F of favour and against, averaged over targets (and seeds), on what is not labelled.

    Without labels; with twenty at random; with ten at random and the ten that the assessor adapted to those is least sure of,
    as ``storywake label --suggest`` offers them.
    """
    found: dict[str, list[float]] = {"none": [], "twenty at random": [], "ten at random, ten suggested": []}
    base = Remembering()
    for reactions, stances in _targets(path):
        found["none"].append(_f(stances, base.assess(reactions)))
        for seed in range(SEEDS):
            order = np.random.RandomState(seed).permutation(len(reactions))
            half = order[: LABELS // 2]
            unsure = np.array(
                [margin(a.probabilities) for a in _adapted(base, reactions, stances, half).assess(reactions)]
            )
            unsure[half] = np.inf
            asked = np.concatenate([half, np.argsort(unsure, kind="stable")[: LABELS - len(half)]])
            for name, labelled in (("twenty at random", order[:LABELS]), ("ten at random, ten suggested", asked)):
                rest = np.setdiff1d(order, labelled)
                told = _adapted(base, reactions, stances, labelled).assess([reactions[i] for i in rest])
                found[name].append(_f(stances[rest], told))
    return {name: round(float(np.mean(values)), 3) for name, values in found.items()}


def _targets(path: Path) -> list[tuple[list[Reaction], NDArray[np.str_]]]:
    """The tweets on each target, without the hashtag that marks the data, and their stances in our words."""
    rows = list(read_rows(path))
    return [
        (
            [
                Reaction(r["text"].replace("#SemST", "").strip(), target, language="en")
                for r in rows
                if r["target"] == target
            ],
            np.array([STANCES[r["stance"].upper()] for r in rows if r["target"] == target]),
        )
        for target in sorted({r["target"] for r in rows})
    ]


class Remembering:
    """The default assessor, asked once about each reaction."""

    def __init__(self) -> None:
        self._base = assessor(DEFAULT)
        self.name, self.version = self._base.name, self._base.version
        self._known: dict[Reaction, Assessment] = {}

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order."""
        new = [r for r in reactions if r not in self._known]
        self._known.update(zip(new, self._base.assess(new), strict=True))
        return [self._known[r] for r in reactions]


def _adapted(
    base: Assessor, reactions: list[Reaction], stances: NDArray[np.str_], labelled: NDArray[np.int64]
) -> Adapted:
    return Adapted(base, [reactions[i] for i in labelled], [str(stances[i]) for i in labelled])


def _f(stances: NDArray[np.str_], told: list[Assessment]) -> float:
    return float(f1_score(stances, [a.stance for a in told], labels=["support", "deny"], average="macro"))
