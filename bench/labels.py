"""How labels adapt the default assessor to topics that it has never seen: SemEval-2016 task 6 (Mohammad et al. 2016).

Each of the five targets of its training part is a claim in turn. Nothing is trained on the others: what ships is assessed.
"""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from storywake.collector.match.remarks import space
from storywake.collector.records import Stance
from storywake.collector.stance import DEFAULT, Assessment, Reaction, assessor
from storywake.collector.stance.adapt import Adapted
from storywake.collector.stance.base import STANCES, Assessor
from storywake.collector.stance.likeness import most_telling
from storywake.collector.stance.meanings import as_vectors, meanings

from .own import read_rows

LABELS, SEEDS = 20, 5
STANCE_OF = {"FAVOR": Stance.SUPPORT, "AGAINST": Stance.DENY, "NONE": Stance.COMMENT}


def labels_on_topics(path: Path) -> dict[str, dict[str, float]]:
    """F of favour and against on what is not labelled: without labels, and with twenty, the mean of five seeds.

    Twenty are drawn at random, or one is and nineteen are those that ``storywake label --suggest`` offers next to it.
    ``mean`` is over the targets, ``together`` over all tweets at once, as the task counted.
    """
    base = Remembering()
    targets = list(_targets(path))
    found = {"none": _figures([[(stances, base.assess(reactions)) for reactions, stances in targets]])}
    for name, choose in (("twenty at random", _at_random), ("twenty suggested", _suggested)):
        runs = []
        for seed in range(SEEDS):
            run = []
            for reactions, stances in targets:
                labelled = choose(base, reactions, seed)
                rest = np.setdiff1d(np.arange(len(reactions)), labelled)
                others = [reactions[i] for i in rest]
                known = [reactions[i] for i in labelled]
                adapted = Adapted(base, known, [str(stances[i]) for i in labelled], others)
                run.append((stances[rest], adapted.assess(others)))
            runs.append(run)
        found[name] = _figures(runs)
    return found


def _at_random(base: Assessor, reactions: list[Reaction], seed: int) -> list[int]:
    return [int(i) for i in np.random.RandomState(seed).permutation(len(reactions))[:LABELS]]


def _suggested(base: Assessor, reactions: list[Reaction], seed: int) -> list[int]:
    first = _at_random(base, reactions, seed)[:1]
    places = space(as_vectors(meanings(reactions)), [reaction.text for reaction in reactions])
    return first + list(islice(most_telling(places, first), LABELS - 1))


def _figures(runs: list[list[tuple[NDArray[np.str_], list[Assessment]]]]) -> dict[str, float]:
    single = [_f(stances, told) for run in runs for stances, told in run]
    together = [
        _f(np.concatenate([stances for stances, _ in run]), [a for _, told in run for a in told]) for run in runs
    ]
    return {"mean": round(float(np.mean(single)), 3), "together": round(float(np.mean(together)), 3)}


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
            np.array([STANCE_OF[r["stance"].upper()] for r in rows if r["target"] == target]),
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


def _f(stances: NDArray[np.str_], told: list[Assessment]) -> float:
    likeliest = [STANCES[int(np.argmax(a.probabilities))] for a in told]
    return float(f1_score(stances, likeliest, labels=[Stance.SUPPORT, Stance.DENY], average="macro"))
