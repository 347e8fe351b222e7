"""Stance by logistic regression over cues, thread position and English n-grams; trained on public labelled threads.

What it was trained on, how well it does and what it gets wrong: docs/model-card.md.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .base import Assessment, Reaction, read_weights, softmax, tell_language
from .coverage import judge_unmeasured
from .features import BUCKETS, read_features


class LinearAssessor:
    """Fast: well over a thousand posts a second on one core."""

    name = "linear"
    version = "3"

    @cached_property
    def _weights(self) -> NDArray[np.float32]:
        """Weights: a row per bucket, a column per stance."""
        weights = read_weights("linear.npz")["weights"].astype(np.float32)
        assert weights.shape == (BUCKETS, 4)
        return weights

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment per reaction, in order. Deterministic."""
        weights = self._weights
        results = []
        for reaction in tell_language(reactions):
            features = read_features(reaction)
            places = np.fromiter(features.keys(), np.int64, len(features))
            values = np.fromiter(features.values(), np.float32, len(features))
            scores = values @ weights[places]
            results.append(judge_unmeasured(reaction, [float(p) for p in softmax(scores)]))
        return results
