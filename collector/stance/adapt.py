"""Adapts an assessor to one claim by an analyst's labels: a regression over the reactions' vectors, blended with the assessor.

Each unlabelled reaction to the claim takes over the label of the most similar labelled one, with a weight that falls
with their similarity; so twenty labels teach from all reactions. Regression and assessor are blended in proportion to
their cross-validated accuracy on the labels.
"""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .base import MIN_LABELS, STANCES, Assessment, Assessor, Reaction, chances, decide, softmax
from .likeness import Likeness, likeness
from .topics import with_constant

MAX_OTHERS = 1000
"""Reactions without a label that are used for learning."""
TRANSFERRED_WEIGHT = 3.0
"""The total weight of the labels that were taken over, relative to that of the labels themselves."""
STANCE_PSEUDO_COUNT = 0.5
"""Labels added to each stance's count before the stances are weighted against each other."""
PENALTY = 0.01
STEPS = 300
ABSENCE_PSEUDO_COUNT = 2.0
"""Of a stance without labels: expected labels at which its probability is halved."""
PRIOR_LOG_ODDS = 2.0
"""Natural logarithm of the odds, before any label is seen, that the assessor is better than the regression."""
FOLDS = 5
"""Of the cross-validation."""
MIN_PROBABILITY = 1e-3
"""Added to probabilities before their logarithm is taken."""


class Regression(NamedTuple):
    """What was learnt from labels: a column of weights per stance with labels, and what the other stances keep."""

    weights: NDArray[np.float64]
    stances: NDArray[np.int64]
    kept: NDArray[np.float64]  # for each of the four stances, the part of the assessor's probability that stays, 0 to 1


class Adapted:
    """An assessor adapted to a claim by labels; with fewer than ``MIN_LABELS``, or a single stance, the same as ``base``.

    ``others`` are unlabelled reactions to the same claim. The version depends on the labels, not on the others, so that
    assessments stay valid when more people react.
    """

    def __init__(
        self, base: Assessor, reactions: Sequence[Reaction], stances: Sequence[str], others: Sequence[Reaction] = ()
    ) -> None:
        words = "\0".join(f"{r.text}\0{s}" for r, s in sorted(zip(reactions, stances, strict=True)))
        self.name = f"{base.name}+labels"
        self.version = f"{base.version}.{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()[:8]}"
        self._base = base
        self._reactions = list(reactions)
        self._targets = np.array([STANCES.index(s) for s in stances], np.int64)
        self._others = _some(set(others) - {*reactions})

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment per reaction, in order."""
        base = self._base.assess(reactions)
        if self._learnt is None or not reactions:
            return base
        space, regression, trust = self._learnt
        own = chances(base)
        learnt = _predict(regression, space.place(reactions, base), own)
        mixed = softmax(trust * np.log(learnt + MIN_PROBABILITY) + (1 - trust) * np.log(own + MIN_PROBABILITY))
        return [_decide(row, unadapted, trust) for row, unadapted in zip(mixed, base, strict=True)]

    @cached_property
    def _learnt(self) -> tuple[Likeness, Regression, float] | None:
        """The space of the reactions, the regression over it, and its weight in the blend; None with too few labels."""
        count = len(self._targets)
        if count < MIN_LABELS or len(set(self._targets)) < 2:
            return None
        everything = [*self._reactions, *self._others]
        base = self._base.assess(everything)
        space = Likeness(everything, base)
        own = chances(base)[:count]
        regression = _learn(space.places, np.arange(count), self._targets, own)
        return space, regression, _trust(space.places, self._targets, own)


def _trust(places: NDArray[np.float64], targets: NDArray[np.int64], own: NDArray[np.float64]) -> float:
    """The probability, 0 to 1, that the regression is better than the assessor, by cross-validation.

    The posterior odds of two models: prior odds times the ratio of the probabilities that each gives to held-out labels.
    """
    better = -PRIOR_LOG_ODDS
    part = np.arange(len(targets)) % FOLDS
    for held in (part == k for k in range(FOLDS)):
        known = np.where(~held)[0]
        regression = _learn(places, known, targets[known], own[known])
        found = _predict(regression, places[: len(targets)][held], own[held])
        rows = np.arange(held.sum())
        gains = np.log(found[rows, targets[held]] + MIN_PROBABILITY) - np.log(
            own[held][rows, targets[held]] + MIN_PROBABILITY
        )
        better += float(gains.sum())
    return float(1 / (1 + np.exp(-np.clip(better, -50, 50))))


def _learn(
    places: NDArray[np.float64], known: NDArray[np.int64], targets: NDArray[np.int64], own: NDArray[np.float64]
) -> Regression:
    """Fits the regression to the labels (``targets``) at ``known``, and to the reactions that take them over.

    A stance without labels keeps a part of the assessor's ``own`` probability: the more labels of it were to be expected,
    the less.
    """
    alike = likeness(places, places[known])
    nearest = alike.argmax(1)
    importance = alike[np.arange(len(places)), nearest]
    importance *= TRANSFERRED_WEIGHT * len(known) / importance.sum()
    importance[known] += 1.0
    stances, columns = np.unique(targets, return_inverse=True)
    kept = ABSENCE_PSEUDO_COUNT / (ABSENCE_PSEUDO_COUNT + own.sum(0))
    kept[stances] = 0.0
    return Regression(_fit(with_constant(places), columns[nearest], importance, len(stances)), stances, kept)


def _predict(regression: Regression, places: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of the four stances; stances without labels keep a part of the assessor's ``own``."""
    found = own * regression.kept
    left = 1.0 - found.sum(1, keepdims=True)
    found[:, regression.stances] = left * softmax(with_constant(places) @ regression.weights)
    return np.asarray(found)


def _decide(mixed: NDArray[np.float64], unadapted: Assessment, trust: float) -> Assessment:
    """The assessment for blended probabilities; covered where the assessor covers it, or the labels outweigh the assessor."""
    return decide([float(p) for p in mixed], covered=unadapted.covered or trust >= 0.5, threshold=unadapted.threshold)


def _some(reactions: set[Reaction]) -> list[Reaction]:
    """At most ``MAX_OTHERS`` of the reactions, chosen by hash and so independently of when they came."""
    ordered = sorted(reactions, key=lambda r: hashlib.sha256(r.text.encode("utf-8", "replace")).digest())
    return ordered[:MAX_OTHERS]


def _fit(
    features: NDArray[np.float64], targets: NDArray[np.int64], importance: NDArray[np.float64], classes: int
) -> NDArray[np.float64]:
    """Softmax regression with an L2 penalty and nearly balanced stances, by accelerated gradient descent (Nesterov)."""
    labels = np.bincount(targets, importance, classes) / (1 + TRANSFERRED_WEIGHT)
    importance = importance / (labels + STANCE_PSEUDO_COUNT)[targets]
    importance = importance / importance.sum()
    wanted = np.eye(classes)[targets]
    weights = np.zeros((features.shape[1], classes))
    ahead = weights
    rate = 1.0 / (0.5 * float((importance * (features**2).sum(1)).sum()) + PENALTY)
    for step in range(STEPS):
        slope = features.T @ (importance[:, None] * (softmax(features @ ahead) - wanted)) + PENALTY * ahead
        following = ahead - rate * slope
        ahead = following + step / (step + 3) * (following - weights)
        weights = following
    return weights
