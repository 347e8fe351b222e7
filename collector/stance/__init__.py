"""Stance towards a claim."""

from .base import STANCES, Assessment, Assessor, Reaction
from .cues import CueAssessor
from .linear import LinearAssessor

ASSESSORS: dict[str, Assessor] = {"linear": LinearAssessor(), "cues": CueAssessor()}
DEFAULT = "linear"

__all__ = ["ASSESSORS", "DEFAULT", "STANCES", "Assessment", "Assessor", "Reaction"]
