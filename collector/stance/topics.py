"""Opinions on a topic: towards "nuclear power" one is for or against, where towards a report one holds it true or false.

Two regressions over the encoders' vectors: whether a claim is a topic, and what is said of one. Trained on examples written
for this project (``bench/reactions/topics``); how well it does: docs/model-card.md.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .base import Reaction, read_weights, softmax, tell_language
from .encoder import ENGLISH, MULTILINGUAL, WIDTH

FOR, AGAINST, QUERY, NEITHER = 0, 1, 2, 3
"""Places in ``STANCES``."""


class Topics:
    """The two regressions; their weights are read when they are first needed."""

    @cached_property
    def _weights(self) -> dict[str, NDArray[np.float64]]:
        return {name: value.astype(np.float64) for name, value in read_weights("topics.npz").items()}

    def heed(self, reactions: Sequence[Reaction], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities where those towards a topic give way to its own, as far as the claim is sure to be one.

        A reply answers what it replies to, and keeps its own; so does what answers a claim that is likelier a report. A question
        stays a query.
        """
        claims = sorted({r.claim for r in reactions if r.claim and _answers_claim(r)})
        if not claims:
            return probabilities
        topics = {claim: sure for claim, sure in zip(claims, self.are_topics(claims), strict=True) if sure >= 0.5}
        places = [i for i, r in enumerate(reactions) if r.claim in topics and _answers_claim(r)]
        mixed = probabilities.copy()
        if places:
            part = np.array([topics[reactions[i].claim or ""] for i in places])[:, None]
            told = _leaning(self.opinions([reactions[i] for i in places]), mixed[places])
            mixed[places] = (1 - part) * mixed[places] + part * told
        return mixed

    def are_topics(self, claims: Sequence[str]) -> NDArray[np.float64]:
        """How likely each claim is a topic or an opinion, rather than a report."""
        found = spread(MULTILINGUAL.vectors([Reaction(claim) for claim in claims]), self._weights["claims_center"])
        return np.asarray(1 / (1 + np.exp(-with_constant(found) @ self._weights["claims"])), np.float64)

    def opinions(self, reactions: Sequence[Reaction]) -> NDArray[np.float64]:
        """Probabilities of the four stances towards topics; that of a query is next to nothing."""
        scores = self.describe([Reaction(r.text, r.claim, language=r.language) for r in reactions])
        scores = with_constant(scores) @ self._weights["opinions"]
        found = np.full((len(reactions), 4), 1e-3)
        found[:, [FOR, AGAINST, NEITHER]] += softmax(scores)
        return np.asarray(found / found.sum(1, keepdims=True), np.float64)

    def describe(self, reactions: Sequence[Reaction]) -> NDArray[np.float64]:
        """Vectors of reactions by the multilingual encoder, and beside them by the English one, zeros in other languages."""
        found = np.zeros((len(reactions), 2 * WIDTH))
        bare = [r._replace(language=None) for r in reactions]
        found[:, :WIDTH] = spread(MULTILINGUAL.vectors(bare), self._weights["multilingual_center"])
        english = [i for i, r in enumerate(tell_language(reactions)) if r.language == "en"]
        vectors = ENGLISH.vectors([bare[i] for i in english])
        found[english, WIDTH:] = spread(vectors, self._weights["english_center"])
        return found


def _answers_claim(reaction: Reaction) -> bool:
    return bool(reaction.is_source) or not (reaction.parent_text or reaction.source_text)


def _leaning(opinions: NDArray[np.float64], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Opinions whose odds of for to against are multiplied by those of support to deny: the one reads matter, the other tone.

    What asks is left to the probabilities, since opinions know no query.
    """
    lean = np.sqrt((probabilities[:, FOR] + 1e-3) / (probabilities[:, AGAINST] + 1e-3))
    told = opinions.copy()
    told[:, FOR] *= lean
    told[:, AGAINST] /= lean
    asked = probabilities[:, QUERY]
    told *= ((1 - asked) / told.sum(1))[:, None]
    told[:, QUERY] += asked
    return told


def spread(vectors: NDArray[np.floating], center: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors without their common part, of unit length."""
    return of_unit_length(vectors.astype(np.float64) - center)


def of_unit_length(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors of the same directions; those of nought stay."""
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9), np.float64)


def with_constant(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Features and a column of ones."""
    return np.hstack([features, np.ones((len(features), 1))])


TOPICS = Topics()
