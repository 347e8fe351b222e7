"""The default assessor: encoder, linear model and what English words mean together, calibrated; each corrects the others' habits."""

import json
from collections.abc import Sequence
from functools import cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from .base import Assessment, Reaction, chances, softmax, tell_language
from .coverage import judge, kinds
from .cues import cues
from .encoder import score
from .linear import LinearAssessor
from .meaning import MEANING
from .topics import TOPICS

CHUNK = 256
ELSEWHERE = (0.5, 0.5, 0.0)
ALONE = (0.25, 0.75, 0.0)
RAISE = 8.0
"""Odds that a set phrase adds."""


class BlendAssessor:
    """Encoder, linear model and meaning, their log-probabilities added by weights chosen on stories left out."""

    name = "blend"
    version = "4"

    def __init__(self) -> None:
        self._linear = LinearAssessor()

    @cached_property
    def _settings(self) -> dict[str, list[float]]:
        """``weights`` of the three in a thread, ``temperature``."""
        text = resources.files("collector.stance").joinpath("blend.json").read_text("utf-8")
        found: dict[str, list[float]] = json.loads(text)
        return found

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order."""
        results: list[Assessment] = []
        for start in range(0, len(reactions), CHUNK):
            chunk = tell_language(reactions[start : start + CHUNK])
            parts = [
                softmax(score(chunk).astype(np.float64)),
                chances(self._linear.assess(chunk)),
                _by_meaning(chunk),
            ]
            mixed = blend(parts, weights_of(chunk, self._settings["weights"]), self._settings["temperature"][0])
            mixed = TOPICS.heed(chunk, heed_phrases(chunk, mixed))
            results.extend(judge(*told) for told in zip(chunk, kinds(chunk), mixed, strict=True))
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
    parts: Sequence[NDArray[np.float64]], weights: NDArray[np.float64], temperature: float
) -> NDArray[np.float64]:
    """Probabilities: a weighted sum of the logarithms of the parts', divided by a temperature.

    Each part has a row a reaction and a column a stance; ``weights`` has a row a reaction, or one for all, and a column a
    part.
    """
    mixed = np.zeros(parts[0].shape)
    for part, weight in zip(parts, np.broadcast_to(weights, (len(mixed), len(parts))).T, strict=True):
        mixed += weight[:, None] * np.log(part + 1e-9)
    return softmax(mixed / temperature)


def weights_of(reactions: Sequence[Reaction], weights: Sequence[float]) -> NDArray[np.float64]:
    """The weights of the three for each reaction: those given where it is English and in a thread.

    In other languages encoder and linear model count alike. Without claim or thread the encoder counts less, since it never
    saw such in training.
    """
    rows: list[Sequence[float]] = []
    for reaction in reactions:
        if not (reaction.claim or _in_thread(reaction)):
            rows.append(ALONE)
        else:
            rows.append(weights if _is_read(reaction) else ELSEWHERE)
    return np.array(rows, np.float64).reshape(-1, 3)


def _is_read(reaction: Reaction) -> bool:
    return reaction.language == "en" and _in_thread(reaction)


def _in_thread(reaction: Reaction) -> bool:
    return bool(reaction.parent_text or reaction.source_text or reaction.is_source)


def _by_meaning(reactions: Sequence[Reaction]) -> NDArray[np.float64]:
    """Probabilities by meaning where it is read; elsewhere all stances alike."""
    found = np.full((len(reactions), 4), 0.25)
    english = [place for place, reaction in enumerate(reactions) if _is_read(reaction)]
    if english:
        found[english] = MEANING.probabilities([reactions[place] for place in english])
    return found
