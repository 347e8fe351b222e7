"""The default assessor: a calibrated blend of the encoders and the linear model, whose errors differ."""

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
from .negation import affirmed, gives_verdict, swap

CHUNK = 256
ENCODERS_ONLY = (1.0, 0.0)
BARE_WEIGHTS = (0.25, 0.75)
ENGLISH_ENCODER_WEIGHTS = np.array([0.4, 0.6])
"""Of the English and the multilingual encoder, for English outside threads: one is better at words, the other at claims."""
PHRASE_ODDS = 10.0
"""The factor by which a set phrase raises the odds of its stance."""


class BlendAssessor:
    """Encoders and linear model; their log-probabilities are added with weights chosen on held-out stories."""

    name = "blend"
    version = "7"

    def __init__(self) -> None:
        self._linear = LinearAssessor()

    @cached_property
    def _settings(self) -> dict[str, list[float]]:
        """``weights`` of encoders and linear model in English threads, and ``temperature``."""
        text = resources.files("storywake.collector.stance").joinpath("blend.json").read_text("utf-8")
        found: dict[str, list[float]] = json.loads(text)
        return found

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment per reaction, in order."""
        results: list[Assessment] = []
        for start in range(0, len(reactions), CHUNK):
            chunk = tell_language(reactions[start : start + CHUNK])
            weights = weights_of(chunk, self._settings["weights"])
            heard = weights[:, 1] > 0
            linear = np.full((len(chunk), len(STANCES)), 1 / len(STANCES))
            linear[heard] = chances(self._linear.assess([r for r, asked in zip(chunk, heard, strict=True) if asked]))
            mixed = blend([_encoded(chunk), linear], weights, self._settings["temperature"][0])
            judged = zip(chunk, kinds(chunk), mixed, phrases(chunk), strict=True)
            results.extend(judge(*one) for one in judged)
        return results


def phrases(reactions: Sequence[Reaction]) -> NDArray[np.float64]:
    """Factors on the odds of each stance, a row per reaction, raised by set phrases.

    Support: a double negation ("not inconsistent with"). Comment: a mere remark on a report. Query: wonder at it ("wild
    story"). These phrases are too rare in labelled threads for the models to learn them, and mislead word by word.
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
    """Probabilities from a weighted sum of the parts' log-probabilities, divided by a temperature.

    Each part has a row per reaction and a column per stance; ``weights`` has a row per reaction, or one for all, and a
    column per part.
    """
    mixed = np.zeros(parts[0].shape)
    for part, weight in zip(parts, np.broadcast_to(weights, (len(mixed), len(parts))).T, strict=True):
        mixed += weight[:, None] * np.log(part + 1e-9)
    return softmax(mixed / temperature)


def weights_of(reactions: Sequence[Reaction], weights: Sequence[float]) -> NDArray[np.float64]:
    """The weights of encoders and linear model, a row per reaction; ``weights`` apply to English in threads.

    Elsewhere the encoders decide alone: the linear model knows no claims and little of other languages. Without claim
    or thread the linear model counts most, since the encoders were not trained on such reactions.
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
    """Probabilities by the encoders. Outside threads a negated claim is replaced by what it denies, and the stances
    swapped back, but for reactions that give a verdict on it.
    """
    plain = [_instead(reaction) for reaction in reactions]
    denied = np.array([words is not None for words in plain], bool)
    asked = [r if words is None else r._replace(claim=words) for r, words in zip(reactions, plain, strict=True)]
    found = _by_language(asked)
    found[denied] = swap(found[denied])
    return found


def _instead(reaction: Reaction) -> str | None:
    """The claim that a reaction is assessed against instead of its own; None where that is its own."""
    if _in_thread(reaction) or not reaction.claim or gives_verdict(reaction.text, reaction.language):
        return None
    return affirmed(reaction.claim, reaction.language)


def _by_language(reactions: Sequence[Reaction]) -> NDArray[np.float64]:
    """Probabilities by the encoder for each reaction's language; by both for English outside threads."""
    english = np.array([r.language == "en" for r in reactions], bool)
    threaded = np.array([_in_thread(r) for r in reactions], bool)
    found = np.full((len(reactions), 4), 0.25)
    for encoder, mine in ((ENGLISH, english), (MULTILINGUAL, ~(english & threaded))):
        scores = encoder.scores([r for r, wanted in zip(reactions, mine, strict=True) if wanted])
        probabilities = softmax(scores.astype(np.float64))
        again = (english & ~threaded)[mine] & (encoder is MULTILINGUAL)
        if again.any():
            probabilities[again] = blend([found[mine][again], probabilities[again]], ENGLISH_ENCODER_WEIGHTS, 1.0)
        found[mine] = probabilities
    return found
