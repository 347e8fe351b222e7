"""For which languages and kinds of claim stance is reliable, and the confidence that an assessment needs there.

``coverage.json`` has, by language (ISO 639-1) and kind: ``covered``; ``threshold``, the confidence below which support and
denial are unclear; ``unsided``, the same for questions and comments, which take no side; ``temperature``, by which
log-probabilities are divided. ``default`` applies to all that is not listed.
"""

import json
from collections.abc import Sequence, Set
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..prose.language import detect
from ..records import Stance
from .base import STANCES, Assessment, Reaction, decide, softmax
from .claim_words import uses_its_words
from .of_another import of_another

REPORT, TOPIC, THREAD, BARE = "report", "topic", "thread", "bare"
"""Kinds of claim: a report, true or false; a topic, to be for or against; either, in a thread; neither claim nor thread."""
RESTATED = "restated"
"""A report of which the reaction speaks in the report's own words, where stance is read more reliably."""


OF_THIS_TOO = 0.1
"""The chance that a reaction which speaks of another claim of its story says something of this one too."""


class Measured(NamedTuple):
    """What was measured for one language and kind of claim."""

    covered: bool
    threshold: float  # confidence, 0 to 1, for support and denial
    unsided: float  # confidence, 0 to 1, for questions and comments
    temperature: float  # above 0


def judge(
    reaction: Reaction, kind: str, probabilities: Sequence[float], odds: Sequence[float] = (1, 1, 1, 1)
) -> Assessment:
    """The assessment for the default assessor's probabilities, calibrated for the language and ``kind``; it may be unclear.

    ``odds`` are the factors by which set phrases raise the odds of each stance, whatever the models say.
    """
    restated = kind == REPORT and uses_its_words(reaction)
    known = measured(language_of(reaction), RESTATED if restated else kind)
    calibrated = softmax(np.log(np.asarray(probabilities, np.float64) + 1e-12) / known.temperature + np.log(odds))
    calibrated = towards_its_claim(reaction, calibrated)
    sided = STANCES[int(calibrated.argmax())] in (Stance.SUPPORT, Stance.DENY)
    threshold = known.threshold if sided else known.unsided
    return decide([float(p) for p in calibrated], covered=known.covered, threshold=threshold)


def by_itself(reaction: Reaction) -> Reaction:
    """The reaction without what it answers, where threads of its language were not measured and it speaks of the claim in the
    claim's own words: it is then as such posts are that were measured. Any other as it is. Its language must be told.
    """
    if not reaction.claim or _kind(reaction, frozenset()) != THREAD or measured(reaction.language, THREAD).covered:
        return reaction
    if not measured(reaction.language, RESTATED).covered or not uses_its_words(reaction):
        return reaction
    return reaction._replace(parent_text=None, source_text=None, is_source=None)


def judge_unmeasured(reaction: Reaction, probabilities: Sequence[float]) -> Assessment:
    """The assessment for another assessor's probabilities, which were not measured by language: without a threshold.

    Languages that the default assessor does not cover are unclear here too.
    """
    covered = measured(language_of(reaction), _kind(reaction, frozenset())).covered
    return decide(
        [float(p) for p in towards_its_claim(reaction, np.asarray(probabilities, np.float64))], covered=covered
    )


def towards_its_claim(reaction: Reaction, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probabilities, or mostly a comment's where the reaction speaks of another claim of its story: what it supports, denies
    or asks is that one's.
    """
    if not of_another(reaction):
        return probabilities
    comment = np.array([float(stance is Stance.COMMENT) for stance in STANCES])
    return OF_THIS_TOO * probabilities + (1 - OF_THIS_TOO) * comment


def kinds(reactions: Sequence[Reaction]) -> list[str]:
    """The kind of claim of each reaction. Where there is a claim, this reads the encoders' weights."""
    from .topics import TOPICS  # here, so that other assessors need not load the encoders' runtime

    claims = sorted({r.claim for r in reactions if r.claim})
    sure = TOPICS.are_topics(claims) if claims else ()
    topics = {claim for claim, chance in zip(claims, sure, strict=True) if chance >= 0.5}
    return [_kind(reaction, topics) for reaction in reactions]


def language_of(reaction: Reaction) -> str | None:
    """A reaction's language: as given, as detected, or, if its own words are too few, that of what it answers."""
    words = (reaction.text, reaction.parent_text, reaction.source_text, reaction.claim)
    return reaction.language or next(filter(None, map(detect, words)), None)


def measured(language: str | None, kind: str) -> Measured:
    """What was measured for a language and kind of claim, or the default."""
    table, default = _coverage_table()
    return table.get((language, kind), default)


def _kind(reaction: Reaction, topics: Set[str]) -> str:
    if reaction.parent_text or reaction.source_text or reaction.is_source:
        return THREAD
    if reaction.claim:
        return TOPIC if reaction.claim in topics else REPORT
    return BARE


@cache
def _coverage_table() -> tuple[dict[tuple[str | None, str], Measured], Measured]:
    """``coverage.json``: what was measured by language and kind, and the default."""
    text = resources.files("storywake.collector.stance").joinpath("coverage.json").read_text("utf-8")
    found = json.loads(text)
    table = {
        (language, kind): Measured(**known)
        for language, kinds_of_it in found["languages"].items()
        for kind, known in kinds_of_it.items()
    }
    return table, Measured(**found["default"])
