"""Opinions on a topic: towards "nuclear power" one is for or against, where towards a report one holds it true or false.

Two regressions over the encoder's vectors: whether a claim is a topic, and what is said of one. Trained on examples written
for this project (``bench/reactions/topics``); how well it does: docs/model-card.md.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from .base import Reaction
from .encoder import MULTILINGUAL

FOR, AGAINST, NEITHER = 0, 1, 3
"""Places in ``STANCES``."""


class Topics:
    """The two regressions; their weights are read when they are first needed."""

    @cached_property
    def _weights(self) -> dict[str, NDArray[np.float64]]:
        with (
            resources.files("collector.stance").joinpath("topics.npz").open("rb") as file,
            np.load(file, allow_pickle=False) as data,
        ):
            return {name: data[name].astype(np.float64) for name in data.files}

    def heed(self, reactions: Sequence[Reaction], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities where those towards a topic are replaced by its own, as far as the claim is one.

        A reply answers what it replies to, and keeps its own.
        """
        places = [
            i for i, r in enumerate(reactions) if r.claim and (r.is_source or not (r.parent_text or r.source_text))
        ]
        if not places:
            return probabilities
        claims = sorted({reactions[i].claim or "" for i in places})
        sure = dict(zip(claims, self.are_topics(claims), strict=True))
        part = np.array([sure[reactions[i].claim or ""] for i in places])[:, None]
        mixed = probabilities.copy()
        mixed[places] = (1 - part) * mixed[places] + part * self.opinions([reactions[i] for i in places])
        return mixed

    def are_topics(self, claims: Sequence[str]) -> NDArray[np.float64]:
        """How likely each claim is a topic or an opinion, rather than a report."""
        features = prepare(MULTILINGUAL.vectors([Reaction(claim) for claim in claims]), self._weights["claims_center"])
        return np.asarray(1 / (1 + np.exp(-features @ self._weights["claims"])), np.float64)

    def describe(self, reactions: Sequence[Reaction]) -> NDArray[np.float64]:
        """Features of reactions for a regression: a row of 384 numbers of unit length and a constant."""
        bare = [r._replace(language=None) for r in reactions]
        return prepare(MULTILINGUAL.vectors(bare), self._weights["opinions_center"])

    def opinions(self, reactions: Sequence[Reaction]) -> NDArray[np.float64]:
        """Probabilities of the four stances towards topics; that of a query is next to nothing."""
        scores = self.describe([Reaction(r.text, r.claim) for r in reactions]) @ self._weights["opinions"]
        powers = np.exp(scores - scores.max(1, keepdims=True))
        found = np.full((len(reactions), 4), 1e-3)
        found[:, [FOR, AGAINST, NEITHER]] += powers / powers.sum(1, keepdims=True)
        return np.asarray(found / found.sum(1, keepdims=True), np.float64)


def prepare(vectors: NDArray[np.float32], center: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors without their common part, of unit length, and a constant."""
    own = vectors.astype(np.float64) - center
    own /= np.linalg.norm(own, axis=1, keepdims=True) + 1e-9
    return np.hstack([own, np.ones((len(own), 1))])


TOPICS = Topics()
