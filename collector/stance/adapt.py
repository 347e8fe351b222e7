"""An assessor adapted to one claim by an analyst's labels: a regression over the encoders' vectors, started from the assessor.

How much the assessor's own probabilities count depends on how well they foretell the labels: not at all where they do no
better than chance.
"""

import hashlib
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .base import STANCES, Assessment, Assessor, Reaction, decide, softmax
from .encoder import plain
from .features import WORD
from .topics import TOPICS, with_constant

FEWEST = 6
"""Labels below which nothing is adapted."""
WORDS = 1 << 12
WEIGHT = 0.25
"""How much words count beside the encoders' vectors."""
PENALTY = 0.02
STEPS = 300
PRIOR = 120.0
"""Labels that an assessor outweighs which foretells every one of them."""


class Adapted:
    """An assessor that has learnt from labels. Fewer than six, or all of one stance, leave it as it was."""

    def __init__(self, base: Assessor, reactions: Sequence[Reaction], stances: Sequence[str]) -> None:
        words = "\0".join(f"{r.text}\0{s}" for r, s in sorted(zip(reactions, stances, strict=True)))
        self.name = f"{base.name}+labels"
        self.version = f"{base.version}.{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()[:8]}"
        self._base = base
        self._classes = sorted({STANCES.index(s) for s in stances})
        self._trust = 1.0
        self._weights: NDArray[np.float64] | None = None
        if len(stances) >= FEWEST and len(self._classes) > 1:
            targets = np.array([self._classes.index(STANCES.index(s)) for s in stances])
            self._weights = _fit(_features(reactions), targets, len(self._classes))
            told = [a.probabilities[STANCES.index(s)] for a, s in zip(base.assess(reactions), stances, strict=True)]
            better = float(np.exp(np.mean(np.log(np.array(told) + 1e-6)))) - 1 / len(STANCES)
            self._trust = len(stances) / (len(stances) + PRIOR * max(0.0, better))

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order."""
        base = self._base.assess(reactions)
        if self._weights is None or not reactions:
            return base
        learnt = np.full((len(reactions), 4), 1e-3)
        learnt[:, self._classes] = softmax(_features(reactions) @ self._weights)
        own = np.log(np.array([a.probabilities for a in base]) + 1e-6)
        mixed = softmax(self._trust * np.log(learnt) + (1 - self._trust) * own)
        return [decide([float(p) for p in row]) for row in mixed]


def _features(reactions: Sequence[Reaction]) -> NDArray[np.float64]:
    """The encoders' vectors with a constant, and hashed words."""
    words = np.zeros((len(reactions), WORDS))
    for row, reaction in enumerate(reactions):
        for word in WORD.findall(plain(reaction.text).casefold()):
            words[row, zlib.crc32(word.encode("utf-8", "replace")) % WORDS] = 1.0
    words /= np.linalg.norm(words, axis=1, keepdims=True) + 1e-9
    return np.hstack([with_constant(TOPICS.describe(reactions)), WEIGHT * words])


def _fit(features: NDArray[np.float64], targets: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Softmax regression with an L2 penalty, each stance weighing the same, by accelerated gradient descent."""
    counts = np.bincount(targets, minlength=classes)
    importance = (len(targets) / (classes * np.maximum(counts, 1)))[targets] / len(targets)
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
