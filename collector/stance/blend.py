"""The default assessor: encoders and linear model together, calibrated; each corrects the others' habits."""

import json
from collections.abc import Sequence
from functools import cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from .base import STANCES, Assessment, Reaction, chances, softmax, tell_language
from .coverage import judge, kinds
from .cues import cues
from .encoder import ENGLISH, MULTILINGUAL
from .linear import LinearAssessor
from .negation import affirmed, swap

CHUNK = 256
ENCODERS_ONLY = (1.0, 0.0)
BARE_WEIGHTS = (0.25, 0.75)
ENGLISH_ENCODER_WEIGHTS = np.array([0.4, 0.6])
"""Of the English and the multilingual encoder, in English outside of threads: the one knows words, the other claims."""
PHRASE_ODDS = 10.0
"""Odds that a set phrase adds."""


class BlendAssessor:
    """Encoders and linear model, their log-probabilities added by weights chosen on stories left out."""

    name = "blend"
    version = "6"

    def __init__(self) -> None:
        self._linear = LinearAssessor()

    @cached_property
    def _settings(self) -> dict[str, list[float]]:
        """``weights`` of the two in an English thread, ``temperature``."""
        text = resources.files("storywake.collector.stance").joinpath("blend.json").read_text("utf-8")
        found: dict[str, list[float]] = json.loads(text)
        return found

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order."""
        results: list[Assessment] = []
        for start in range(0, len(reactions), CHUNK):
            chunk = tell_language(reactions[start : start + CHUNK])
            weights = weights_of(chunk, self._settings["weights"])
            heard = weights[:, 1] > 0
            linear = np.full((len(chunk), len(STANCES)), 1 / len(STANCES))
            linear[heard] = chances(self._linear.assess([r for r, asked in zip(chunk, heard, strict=True) if asked]))
            mixed = blend([_encoded(chunk), linear], weights, self._settings["temperature"][0])
            told = zip(chunk, kinds(chunk), mixed, phrases(chunk), strict=True)
            results.extend(judge(*one) for one in told)
        return results


def phrases(reactions: Sequence[Reaction]) -> NDArray[np.float64]:
    """Odds of the stances: of support where a double negation agrees ("not inconsistent with"), of comment where a report is only
    remarked on, of query where one wonders at it ("wild story").

    All are rare in labelled threads, so no model learns them there: read word by word, they look like
    something else.
    """
    odds = np.ones((len(reactions), len(STANCES)))
    for row, reaction in zip(odds, reactions, strict=True):
        plain = reaction.text.replace("’", "'")
        for table in filter(None, {cues(reaction.language), cues("en")}):
            if table.litotes.search(plain):
                row[0] *= PHRASE_ODDS
            elif table.remarks.search(plain):
                row[3] *= PHRASE_ODDS
            elif table.wonders.search(plain):
                row[2] *= PHRASE_ODDS
    return odds


def blend(
    parts: Sequence[NDArray[np.float64]], weights: NDArray[np.float64], temperature: float
) -> NDArray[np.float64]:
    """Probabilities: a weighted sum of the logarithms of the parts', divided by a temperature.

    Each part has a row a reaction and a column a stance; ``weights`` has a row a reaction, or one for all, and a column a
    part.
    """
    mixed = np.zeros(parts[0].shape)
    for part, weight in zip(parts, np.broadcast_to(weights, (len(mixed), len(parts))).T, strict=True):
        mixed += weight[:, None] * np.log(part + 1e-9)
    return softmax(mixed / temperature)


def weights_of(reactions: Sequence[Reaction], weights: Sequence[float]) -> NDArray[np.float64]:
    """The weights of encoders and linear model for each reaction: those given where it is English and in a thread.

    The linear model knows no claims, and little of other languages. Without claim or thread the encoders count less, since
    they never saw such in training.
    """
    rows: list[Sequence[float]] = []
    for reaction in reactions:
        if not (reaction.claim or _in_thread(reaction)):
            rows.append(BARE_WEIGHTS)
        else:
            rows.append(weights if reaction.language == "en" and _in_thread(reaction) else ENCODERS_ONLY)
    return np.array(rows, np.float64).reshape(-1, 2)


def _in_thread(reaction: Reaction) -> bool:
    return bool(reaction.parent_text or reaction.source_text or reaction.is_source)


def _encoded(reactions: Sequence[Reaction]) -> NDArray[np.float64]:
    """Probabilities by the encoders, outside of threads towards what a claim denies, support and denial swapped back."""
    plain = [None if _in_thread(r) or not r.claim else affirmed(r.claim, r.language) for r in reactions]
    denied = np.array([words is not None for words in plain], bool)
    asked = [r if words is None else r._replace(claim=words) for r, words in zip(reactions, plain, strict=True)]
    found = _by_language(asked)
    found[denied] = swap(found[denied])
    return found


def _by_language(reactions: Sequence[Reaction]) -> NDArray[np.float64]:
    """Probabilities by the encoder for a reaction's language; in English outside of threads by both."""
    english = np.array([r.language == "en" for r in reactions], bool)
    threaded = np.array([_in_thread(r) for r in reactions], bool)
    found = np.full((len(reactions), 4), 0.25)
    for encoder, mine in ((ENGLISH, english), (MULTILINGUAL, ~(english & threaded))):
        scores = encoder.scores([r for r, wanted in zip(reactions, mine, strict=True) if wanted])
        told = softmax(scores.astype(np.float64))
        again = (english & ~threaded)[mine] & (encoder is MULTILINGUAL)
        if again.any():
            told[again] = blend([found[mine][again], told[again]], ENGLISH_ENCODER_WEIGHTS, 1.0)
        found[mine] = told
    return found
