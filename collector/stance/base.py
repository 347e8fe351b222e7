"""Stance towards a claim: what is assessed, what comes out, and what an assessor is."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

STANCES = ("support", "deny", "query", "comment")
"""The four of RumourEval (SemEval-2017 task 8): the reaction takes the claim for true, for false, asks, or neither."""


class Reaction(NamedTuple):
    """A reaction's words and what they answer; unknown is None."""

    text: str
    claim: str | None = None
    parent_text: str | None = None  # what it replies to or quotes
    source_text: str | None = None  # what opened the thread
    is_source: bool | None = None  # it opens the thread itself
    language: str | None = None  # ISO 639-1


class Assessment(NamedTuple):
    """Probabilities in the order of ``STANCES``, which sum to 1, and the stance decided on.

    The decision need not be the likeliest: an assessor may weigh rare stances up, so that they are not drowned.
    """

    probabilities: tuple[float, float, float, float]
    stance: str
    model: str | None = None  # name@version, where it is not the assessor's own


def decide(probabilities: Sequence[float], weights: Sequence[float] = (1.0, 1.0, 1.0, 1.0)) -> Assessment:
    """The assessment that decides for the highest weighted probability."""
    a, b, c, d = probabilities
    return Assessment((a, b, c, d), STANCES[max(range(4), key=lambda k: probabilities[k] * weights[k])])


class Assessor(Protocol):
    """Something that tells stance."""

    name: str
    version: str

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order."""
        ...
