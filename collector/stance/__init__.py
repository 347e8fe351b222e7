"""Stance towards a claim."""

from .base import STANCES, Assessment, Assessor, Reaction
from .cues import CueAssessor

ASSESSORS: dict[str, Assessor] = {"cues": CueAssessor()}
DEFAULT = "cues"

__all__ = ["ASSESSORS", "DEFAULT", "STANCES", "Assessment", "Assessor", "Reaction"]
