"""The default assessor: the encoder and the linear model together, calibrated; each corrects the other's habits."""

import json
from collections.abc import Sequence
from functools import cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from .base import Assessment, Reaction, decide
from .encoder import ENCODER
from .linear import LinearAssessor

CHUNK = 256


class BlendAssessor:
    """Encoder and linear model, their log-probabilities added by a weight chosen on stories left out."""

    name = "blend"
    version = "1"

    def __init__(self) -> None:
        self._linear = LinearAssessor()

    @cached_property
    def _settings(self) -> dict[str, list[float]]:
        """``weight`` of the encoder, ``temperature``, weights of the ``decision``."""
        text = resources.files("collector.stance").joinpath("blend.json").read_text("utf-8")
        found: dict[str, list[float]] = json.loads(text)
        return found

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order."""
        results: list[Assessment] = []
        for start in range(0, len(reactions), CHUNK):
            chunk = reactions[start : start + CHUNK]
            scores, _ = ENCODER.run(chunk)
            linear = np.array([a.probabilities for a in self._linear.assess(chunk)])
            mixed = blend(scores, linear, self._settings["weight"][0], self._settings["temperature"][0])
            results.extend(decide([float(p) for p in row], self._settings["decision"]) for row in mixed)
        return results


def blend(
    scores: NDArray[np.float32], linear: NDArray[np.float64], weight: float, temperature: float
) -> NDArray[np.float64]:
    """Probabilities: a weighted sum of the encoder's scores and the linear model's log-probabilities, divided by a temperature."""
    scores = scores - scores.max(1, keepdims=True)
    log_encoder = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    mixed = (weight * log_encoder + (1 - weight) * np.log(linear + 1e-9)) / temperature
    powers = np.exp(mixed - mixed.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True), np.float64)
