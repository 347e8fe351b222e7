"""The default assessor: a calibrated blend of the encoders and the linear model, whose errors differ."""

import json
from collections.abc import Sequence
from functools import cached_property
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .base import STANCES, Assessment, Reaction, chances, softmax, tell_language
from .coverage import TOPIC, by_itself, judge, kinds
from .cues import cues
from .encoder import ENGLISH, MULTILINGUAL, Encoder
from .linear import LinearAssessor
from .negation import affirmed, gives_verdict, knows, says, swap, verdict
from .wording import WORDING

CHUNK = 256
ENCODERS_ONLY = (1.0, 0.0)
BARE_WEIGHTS = (0.25, 0.75)
ENGLISH_WEIGHTS = {True: np.array([0.75, 0.25]), False: np.array([0.4, 0.6])}
"""Of the English and the multilingual encoder for English outside threads, towards topics and else: one is better at words, the other
at claims."""
WORDING_WEIGHTS = np.array([0.7, 0.3])
"""Of encoders and wording, in telling support from denial outside threads; chosen on facts and topics left out."""
SIDES = slice(0, 2)
"""Support and denial among the stances."""
PHRASE_ODDS = 10.0
"""The factor by which a set phrase raises the odds of its stance."""


class BlendAssessor:
    """Encoders and linear model; their log-probabilities are added with weights chosen on held-out stories."""

    name = "blend"
    version = "14"

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
            chunk = [by_itself(reaction) for reaction in tell_language(reactions[start : start + CHUNK])]
            weights = weights_of(chunk, self._settings["weights"])
            heard = weights[:, 1] > 0
            linear = np.full((len(chunk), len(STANCES)), 1 / len(STANCES))
            linear[heard] = chances(self._linear.assess([r for r, asked in zip(chunk, heard, strict=True) if asked]))
            read = [as_asked(reaction) for reaction in chunk]
            of_kinds = kinds([asked for asked, _, _ in read])
            mixed = blend([_read(read, of_kinds), linear], weights, self._settings["temperature"][0])
            judged = zip(chunk, of_kinds, mixed, phrases(chunk), strict=True)
            results.extend(judge(*one) for one in judged)
        return results


def phrases(reactions: Sequence[Reaction]) -> NDArray[np.float64]:
    """Factors on the odds of each stance, a row per reaction, raised by set phrases.

    Support and denial: a text that is the claim or its negation word for word, or opens by saying that it is true or false. Denial: a text
    that says the claim in its words but for a negation. Support: a double negation ("not inconsistent with"). Comment: a mere remark on a report. Query: wonder at it ("wild
    story"). These phrases are too rare in labelled threads for the models to learn them, and mislead word by word.
    """
    odds = np.ones((len(reactions), len(STANCES)))
    for row, reaction in zip(odds, reactions, strict=True):
        if reaction.claim and not _in_thread(reaction):
            told = verdict(reaction.text, reaction.language) or says(reaction.text, reaction.claim, reaction.language)
            if told:
                row[STANCES.index(told)] *= PHRASE_ODDS
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


def sided_by(words: NDArray[np.float64], encoded: NDArray[np.float64]) -> NDArray[np.float64]:
    """The encoders' probabilities, in which the wording has a say in what of support and denial is which.

    How likely a question, a remark or any side is, the encoders tell alone: remarks about strangers' posts are many, and the
    wording learnt from few.
    """
    both = encoded[:, SIDES].sum(1, keepdims=True)
    shares = [part[:, SIDES] / part[:, SIDES].sum(1, keepdims=True) for part in (encoded, words)]
    found = encoded.copy()
    found[:, SIDES] = both * blend(shares, WORDING_WEIGHTS, 1.0)
    return found


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


class Read(NamedTuple):
    """How a reaction is read."""

    asked: Reaction  # with the claim that it is assessed against
    denied: bool = False  # that claim is what the reaction's own denies
    worded: bool = False  # its wording is heard


def as_asked(reaction: Reaction) -> Read:
    """A reaction outside a thread towards what its claim denies, if it does. One that gives a verdict speaks of the claim as it
    stands.
    """
    claim, language = reaction.claim, reaction.language
    if not claim or _in_thread(reaction) or not knows(language) or gives_verdict(reaction.text, language):
        return Read(reaction)
    plain = affirmed(claim, language)
    return Read(reaction._replace(claim=plain or claim), denied=plain is not None, worded=True)


def _read(reactions: Sequence[Read], of_kinds: Sequence[str]) -> NDArray[np.float64]:
    """Probabilities by the encoders and the wording, towards each reaction's own claim; a row per reaction."""
    found = _by_language([one.asked for one in reactions], of_kinds)
    places = [i for i, one in enumerate(reactions) if one.worded]
    by_words = WORDING.chances([reactions[i].asked for i in places], [of_kinds[i] for i in places])
    found[places] = sided_by(by_words, found[places])
    denied = [one.denied for one in reactions]
    found[denied] = swap(found[denied])
    return found


def _by_language(reactions: Sequence[Reaction], of_kinds: Sequence[str]) -> NDArray[np.float64]:
    """Probabilities by the encoder for each reaction's language; by both for English outside threads."""
    english = np.array([r.language == "en" for r in reactions], bool)
    in_threads = english & np.array([_in_thread(r) for r in reactions], bool)
    by_both = english & ~in_threads
    by_english = np.zeros((len(reactions), len(STANCES)))
    by_english[english] = _encoded(ENGLISH, reactions, english)
    found = by_english.copy()
    found[~in_threads] = _encoded(MULTILINGUAL, reactions, ~in_threads)
    found[by_both] = both_encoders(by_english[by_both], found[by_both], np.array(of_kinds)[by_both] == TOPIC)
    return found


def _encoded(encoder: Encoder, reactions: Sequence[Reaction], wanted: NDArray[np.bool_]) -> NDArray[np.float64]:
    scores = encoder.scores([r for r, asked in zip(reactions, wanted, strict=True) if asked])
    return softmax(scores.astype(np.float64))


def both_encoders(
    english: NDArray[np.float64], multilingual: NDArray[np.float64], topics: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Probabilities for English outside threads by those of both encoders; ``topics`` tells which claims are topics."""
    found = np.zeros_like(english)
    for kind, weights in ENGLISH_WEIGHTS.items():
        mine = topics == kind
        found[mine] = blend([english[mine], multilingual[mine]], weights, 1.0)
    return found
