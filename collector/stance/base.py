"""Stance towards a claim: what is assessed, what comes out, and what an assessor is."""

from collections.abc import Sequence
from importlib import resources
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..prose.language import detect
from ..records import Stance

STANCES = tuple(Stance)
"""The order of probabilities."""
UNCLEAR = "unclear"
"""What a reaction counts as where it cannot be told which of the four it is."""
COUNTED = (*STANCES, UNCLEAR)
"""What reactions are counted as."""
MIN_LABELS = 6
"""Labels of a claim from which its assessments are adapted to them."""


class Reaction(NamedTuple):
    """A reaction's words and what they answer; unknown is None."""

    text: str
    claim: str | None = None
    parent_text: str | None = None  # what it replies to or quotes
    source_text: str | None = None  # what opened the thread
    is_source: bool | None = None  # it opens the thread itself
    language: str | None = None  # ISO 639-1


class Assessment(NamedTuple):
    """Probabilities in the order of ``STANCES``, which sum to 1, and the likeliest stance; ``comment`` where it is unclear."""

    probabilities: tuple[float, float, float, float]
    stance: Stance
    confidence: float  # the chance that the likeliest stance is right, 0 to 1
    covered: bool = True  # this language and kind of claim was measured and held
    unclear: bool = False  # it cannot be told which stance it is
    threshold: float = 0.0  # the confidence below which it is unclear
    model: str | None = None  # name@version, where it is not the assessor's own


def decide(probabilities: Sequence[float], *, covered: bool = True, threshold: float = 0.0) -> Assessment:
    """The assessment that says the likeliest stance, or that it is unclear: not covered, or less sure than ``threshold``."""
    a, b, c, d = probabilities
    confidence = max(probabilities)
    unclear = not covered or confidence < threshold
    stance = Stance.COMMENT if unclear else STANCES[list(probabilities).index(confidence)]
    return Assessment((a, b, c, d), stance, confidence, covered, unclear, threshold)


Number = TypeVar("Number", bound=np.floating)


def softmax(scores: NDArray[Number]) -> NDArray[Number]:
    """Scores as probabilities: those of the last axis sum to 1."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def chances(assessments: Sequence[Assessment]) -> NDArray[np.float64]:
    """Probabilities, a row an assessment, a column a stance."""
    return np.array([a.probabilities for a in assessments], np.float64).reshape(-1, len(STANCES))


def read_weights(name: str) -> dict[str, NDArray[Any]]:
    """The arrays of a file of weights that ships here; plain arrays, no pickle."""
    with (
        resources.files("storywake.collector.stance").joinpath(name).open("rb") as file,
        np.load(file, allow_pickle=False) as data,
    ):
        return {key: data[key] for key in data.files}


def margin(probabilities: Sequence[float]) -> float:
    """How much likelier the likeliest stance is than the next (margin sampling, Scheffer et al. 2001)."""
    first, second, *_ = sorted(probabilities, reverse=True)
    return first - second


def tell_language(reactions: Sequence[Reaction]) -> list[Reaction]:
    """Reactions with their language, detected where it is not told; it may stay unknown."""
    return [r._replace(language=r.language or detect(r.text)) for r in reactions]


class Assessor(Protocol):
    """Something that tells stance."""

    name: str
    version: str

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order."""
        ...
