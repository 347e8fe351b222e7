"""Assessors of stance towards a claim."""

from collections.abc import MutableMapping
from functools import cache

from ..errors import BadInput
from ..groups import StanceSettings
from .base import COUNTED, STANCES, UNCLEAR, Assessment, Assessor, Reaction

NAMES = ("blend", "encoder", "linear", "cues", "llm")
DEFAULT = "blend"
"""Needs no network; a language model falls back to it."""


def assessor(
    name: str, settings: StanceSettings | None = None, answers: MutableMapping[str, str] | None = None
) -> Assessor:
    """The assessor called ``name``, one of ``NAMES``. ``llm`` needs settings and caches its answers in ``answers``.

    Raises BadInput for any other name.
    """
    if name == "llm":
        from .llm import LanguageModel

        return LanguageModel(settings or StanceSettings(), assessor(DEFAULT), answers)
    return _embedded(name)


@cache
def _embedded(name: str) -> Assessor:
    """An assessor that needs no network; its weights are read once.

    Imported only when needed: most commands need not wait for the encoder's runtime.
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
