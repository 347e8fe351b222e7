"""Stance towards a claim."""

from collections.abc import MutableMapping
from functools import cache

from ..errors import BadInput
from ..groups import StanceSettings
from .base import COUNTED, STANCES, UNCLEAR, Assessment, Assessor, Reaction

NAMES = ("blend", "encoder", "linear", "cues", "llm")
DEFAULT = "blend"
"""The assessor that needs no network, and the one that a language model falls back to."""


def assessor(
    name: str, settings: StanceSettings | None = None, answers: MutableMapping[str, str] | None = None
) -> Assessor:
    """The assessor of a name; ``llm`` needs settings and keeps its ``answers``. Raises BadInput for another name."""
    if name == "llm":
        from .llm import LanguageModel

        return LanguageModel(settings or StanceSettings(), assessor(DEFAULT), answers)
    return _embedded(name)


@cache
def _embedded(name: str) -> Assessor:
    """An assessor that needs no network, its weights read once.

    Each is imported when it is asked for: the encoder's runtime takes a while that most commands need not spend.
    """
    if name == "blend":
        from .blend import BlendAssessor

        return BlendAssessor()
    if name == "encoder":
        from .encoder import EncoderAssessor

        return EncoderAssessor()
    if name == "linear":
        from .linear import LinearAssessor

        return LinearAssessor()
    if name == "cues":
        from .cues import CueAssessor

        return CueAssessor()
    raise BadInput(f"no assessor {name!r}; there are: {', '.join(NAMES)}")


__all__ = ["COUNTED", "DEFAULT", "NAMES", "STANCES", "UNCLEAR", "Assessment", "Assessor", "Reaction", "assessor"]
