"""Stance by logistic regression over cues, thread position and English n-grams; trained on public labelled threads.

What it was trained on, how well it does and what it gets wrong: docs/model-card.md.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .base import Assessment, Reaction, decide, read_weights, softmax
from .features import BUCKETS, read_features


class LinearAssessor:
    """The embedded assessor: no network, well over a thousand posts a second on one core."""

    name = "linear"
    version = "2"

    @cached_property
    def _model(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Weights by bucket and stance, and the weights of the decision."""
        data = read_weights("linear.npz")
        weights, decision = data["weights"].astype(np.float32), data["decision"].astype(np.float32)
        assert weights.shape == (BUCKETS, 4)
        return weights, decision

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order. Deterministic."""
        weights, decision = self._model
        results = []
        for reaction in reactions:
            features = read_features(reaction)
            places = np.fromiter(features.keys(), np.int64, len(features))
            values = np.fromiter(features.values(), np.float32, len(features))
            scores = values @ weights[places]
            results.append(decide([float(p) for p in softmax(scores)], decision.tolist()))
        return results
