"""Where stance was measured and held, by language and kind of claim, and how sure an assessment must be to be said.

``coverage.json`` has, by language (ISO 639-1) and kind, ``covered``, ``threshold`` (the confidence below which a stance is
unclear) and ``temperature`` (by which the logarithms of the probabilities are divided); ``default`` is what holds for all
that is not listed.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np

from ..language import detect
from .base import Assessment, Reaction, decide, softmax

REPORT, TOPIC, BARE = "report", "topic", "bare"
"""Kinds of claim: what is true or false; what one is for or against; none at all, nor a thread."""


class Measured(NamedTuple):
    """What is known of one language and kind of claim."""

    covered: bool
    threshold: float  # 0 to 1
    temperature: float  # above 0


def judge(reaction: Reaction, kind: str, probabilities: Sequence[float]) -> Assessment:
    """The default assessor's probabilities towards a claim of a ``kind`` as an assessment: calibrated, or unclear."""
    known = measured(language_of(reaction), kind)
    calibrated = softmax(np.log(np.asarray(probabilities, np.float64) + 1e-12) / known.temperature)
    return decide([float(p) for p in calibrated], covered=known.covered, threshold=known.threshold)


def judge_unmeasured(reaction: Reaction, probabilities: Sequence[float]) -> Assessment:
    """The same for an assessor that knows no topics and was not measured by language.

    Languages that the default does not cover are unclear to it too; there is no threshold.
    """
    kind = REPORT if _has_object(reaction) else BARE
    return decide(probabilities, covered=measured(language_of(reaction), kind).covered)


def kinds(reactions: Sequence[Reaction]) -> list[str]:
    """The kind of claim that each reaction is about. Reads the encoders' weights where there is a claim."""
    from .topics import TOPICS  # not above: assessors that know no topics need not wait for the encoders' runtime

    claims = sorted({r.claim for r in reactions if r.claim})
    sure = TOPICS.are_topics(claims) if claims else ()
    topics = {claim for claim, chance in zip(claims, sure, strict=True) if chance >= 0.5}
    return [TOPIC if r.claim in topics else REPORT if _has_object(r) else BARE for r in reactions]


def language_of(reaction: Reaction) -> str | None:
    """A reaction's language: told, detected, or where its own words are too few, that of what it answers."""
    words = (reaction.text, reaction.parent_text, reaction.source_text, reaction.claim)
    return reaction.language or next(filter(None, map(detect, words)), None)


def measured(language: str | None, kind: str) -> Measured:
    """What is known of a language and kind of claim."""
    table, default = _read()
    return table.get((language, kind), default)


def _has_object(reaction: Reaction) -> bool:
    return bool(reaction.claim or reaction.parent_text or reaction.source_text or reaction.is_source)


@cache
def _read() -> tuple[dict[tuple[str | None, str], Measured], Measured]:
    text = resources.files("collector.stance").joinpath("coverage.json").read_text("utf-8")
    found = json.loads(text)
    table = {
        (language, kind): Measured(**known)
        for language, kinds_of_it in found["languages"].items()
        for kind, known in kinds_of_it.items()
    }
    return table, Measured(**found["default"])
