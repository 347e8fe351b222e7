"""What all assessors of stance share: their input, their output, and their interface."""

from collections.abc import Sequence
from importlib import resources
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..prose.language import detect
from ..records import Stance

STANCES = tuple(Stance)
"""The order of all rows and columns of probabilities."""
UNCLEAR = "unclear"
"""What a reaction is counted as where its stance cannot be determined."""
COUNTED = (*STANCES, UNCLEAR)
"""All that a reaction may be counted as."""
MIN_LABELS = 6
"""Labels of a claim from which its assessments are adapted to them."""


class Reaction(NamedTuple):
    """A reaction's text and what it answers; None for what is unknown."""

    text: str
    claim: str | None = None
    parent_text: str | None = None  # what it replies to or quotes
    source_text: str | None = None  # what opened the thread
    is_source: bool | None = None  # it opens the thread itself
    language: str | None = None  # ISO 639-1
    other_claims: tuple[str, ...] = ()  # of its story


class Assessment(NamedTuple):
    """Probabilities in the order of ``STANCES``, which sum to 1, and the likeliest stance, or ``comment`` where unclear."""

    probabilities: tuple[float, float, float, float]
    stance: Stance
    confidence: float  # the probability of the likeliest stance, 0 to 1
    covered: bool = True  # whether quality was measured, and sufficient, for this language and kind of claim
    unclear: bool = False  # the stance cannot be determined
    threshold: float = 0.0  # the confidence below which it is unclear
    model: str | None = None  # NAME@VERSION where another than this assessor decided


def decide(probabilities: Sequence[float], *, covered: bool = True, threshold: float = 0.0) -> Assessment:
    """The assessment for probabilities: the likeliest stance, or unclear where not covered or below ``threshold``."""
    a, b, c, d = probabilities
    confidence = max(probabilities)
    unclear = not covered or confidence < threshold
    stance = Stance.COMMENT if unclear else STANCES[list(probabilities).index(confidence)]
    return Assessment((a, b, c, d), stance, confidence, covered, unclear, threshold)


Number = TypeVar("Number", bound=np.floating)


def softmax(scores: NDArray[Number]) -> NDArray[Number]:
    """Scores as probabilities, which sum to 1 along the last axis."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def chances(assessments: Sequence[Assessment]) -> NDArray[np.float64]:
    """The probabilities of assessments: a row each, a column per stance."""
    return np.array([a.probabilities for a in assessments], np.float64).reshape(-1, len(STANCES))


def read_weights(name: str) -> dict[str, NDArray[Any]]:
    """The arrays in a file of weights in this folder; plain arrays, no pickle."""
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
    """The reactions with their language, detected where it is None; it may stay None."""
    return [r._replace(language=r.language or detect(r.text)) for r in reactions]


class Assessor(Protocol):
    """Assesses the stance of reactions."""

    name: str
    version: str

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment per reaction, in order."""
        ...
