"""The default assessor: an encoder and the linear model together, calibrated; each corrects the other's habits."""

import json
from collections.abc import Sequence
from functools import cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from .base import Assessment, Reaction, decide, softmax, tell_language
from .cues import cues
from .encoder import score
from .linear import LinearAssessor
from .topics import TOPICS

CHUNK = 256
RAISE = 8.0
"""Odds that a set phrase adds."""


class BlendAssessor:
    """Encoder and linear model, their log-probabilities added by a weight chosen on stories left out."""

    name = "blend"
    version = "2"

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
            chunk = tell_language(reactions[start : start + CHUNK])
            linear = np.array([a.probabilities for a in self._linear.assess(chunk)])
            weights = weights_of(chunk, self._settings["weight"][0])
            mixed = blend(score(chunk), linear, weights, self._settings["temperature"][0])
            mixed = TOPICS.heed(chunk, heed_phrases(chunk, mixed))
            results.extend(decide([float(p) for p in row], self._settings["decision"]) for row in mixed)
        return results


def heed_phrases(reactions: Sequence[Reaction], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Raises support where a double negation agrees ("not inconsistent with"), comment where a report is only remarked on.

    Both are rare in labelled threads, so no model learns them there: read word by word, they look like denials.
    """
    raised = probabilities.copy()
    for row, reaction in zip(raised, reactions, strict=True):
        plain = reaction.text.replace("’", "'")
        for table in filter(None, {cues(reaction.language), cues("en")}):
            if table.litotes.search(plain):
                row[0] *= RAISE
            elif table.remarks.search(plain):
                row[3] *= RAISE
    return np.asarray(raised / raised.sum(1, keepdims=True), np.float64)


def blend(
    scores: NDArray[np.float32], linear: NDArray[np.float64], weight: NDArray[np.float64] | float, temperature: float
) -> NDArray[np.float64]:
    """Probabilities: a weighted sum of the encoder's scores and the linear model's log-probabilities, divided by a temperature.

    ``weight`` is the encoder's, one for all or one a row.
    """
    scores = scores - scores.max(1, keepdims=True)
    log_encoder = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    part = np.broadcast_to(np.asarray(weight, np.float64), len(scores))[:, None]
    return softmax((part * log_encoder + (1 - part) * np.log(linear + 1e-9)) / temperature)


def weights_of(reactions: Sequence[Reaction], weight: float) -> NDArray[np.float64]:
    """The encoder's weight for each reaction: half of it for one without claim or thread, since it never saw such in training."""
    alone = [not (r.claim or r.parent_text or r.source_text or r.is_source) for r in reactions]
    return np.where(alone, weight / 2, weight)
