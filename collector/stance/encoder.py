"""Stance by two small fine-tuned encoders, one for English, one for all other languages, run by onnxruntime.

What they were trained on, how well they do and what they get wrong: docs/model-card.md.
"""

import html
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib import resources

import numpy as np
import onnxruntime
import regex
from numpy.typing import NDArray
from tokenizers import Tokenizer

from .base import Assessment, Reaction, decide, softmax, tell_language

OWN, PARENT, SOURCE = 56, 24, 28
"""Tokens read of a reaction's own words, of what it answers, of what opened the thread or of the claim."""
BATCH = 32
REMEMBERED = 4096
"""Reactions whose vectors are remembered, since a topic and its labels both need them."""
START, PAD, END = 0, 1, 2
WIDTH = 384
"""Numbers of a vector."""


def plain(text: str) -> str:
    """A text as the encoder reads it: no addresses, mentions as ``@``, hashtags as words."""
    text = regex.sub(r"https?://\S+", "", html.unescape(text))
    text = regex.sub(r"(?:@\w+\s*)+", "@ ", text).replace("#", " ")
    return " ".join(text.split())


def layout(reaction: Reaction, tokens: Tokenizer) -> tuple[list[int], int]:
    """A reaction as token ids, and how many of them are its own (the rest is what it answers).

    A reaction that opens its thread answers nothing; one without a thread answers the claim.
    """
    own = [START, *tokens.encode(plain(reaction.text), add_special_tokens=False).ids[:OWN], END]
    if reaction.is_source:
        return [*own, *tokens.encode("source", add_special_tokens=False).ids, END], len(own)
    opening = reaction.source_text or reaction.claim
    context: list[int] = []
    if reaction.parent_text and reaction.parent_text != opening:
        context += [*tokens.encode(plain(reaction.parent_text), add_special_tokens=False).ids[:PARENT], END]
    if opening:
        context += tokens.encode(plain(opening), add_special_tokens=False).ids[:SOURCE]
    return [*own, *context, END], len(own)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Encoder:
    """One encoder; its weights are read when they are first needed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._vectors: dict[Reaction, NDArray[np.float32]] = {}

    @cached_property
    def _tokens(self) -> Tokenizer:
        return Tokenizer.from_str(
            resources.files("collector.stance").joinpath(f"{self._name}.tokens.json").read_text("utf-8")
        )

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = cores()
        options.log_severity_level = 3
        weights = resources.files("collector.stance").joinpath(f"{self._name}.onnx").read_bytes()
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])

    def scores(self, reactions: Sequence[Reaction]) -> NDArray[np.float32]:
        """A row a reaction, a column a stance, in order."""
        return self._run(reactions, "scores", 4)

    def vectors(self, reactions: Sequence[Reaction]) -> NDArray[np.float32]:
        """A row of 384 numbers a reaction: the mean of its own words' states, as they were before training for stance."""
        if len(self._vectors) > REMEMBERED:
            self._vectors.clear()
        new = list(dict.fromkeys(r for r in reactions if r not in self._vectors))
        self._vectors.update(zip(new, self._run(new, "vectors", WIDTH), strict=True))
        return np.array([self._vectors[r] for r in reactions], np.float32).reshape(-1, WIDTH)

    def _run(self, reactions: Sequence[Reaction], wanted: str, width: int) -> NDArray[np.float32]:
        found = np.zeros((len(reactions), width), np.float32)
        laid = [layout(reaction, self._tokens) for reaction in reactions]
        for places in _batches([len(ids) for ids, _ in laid]):
            longest = len(laid[places[-1]][0])
            ids = np.full((len(places), longest), PAD, np.int64)
            seen = np.zeros((len(places), longest), np.float32)
            own = np.zeros((len(places), longest), np.float32)
            for row, place in enumerate(places):
                tokens, length = laid[place]
                ids[row, : len(tokens)], seen[row, : len(tokens)], own[row, :length] = tokens, 1, 1
            [found[places]] = self._session.run([wanted], {"ids": ids, "seen": seen, "own": own})
        return found


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of like length together, so that little is padded."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


ENGLISH = Encoder("english")
MULTILINGUAL = Encoder("multilingual")


def score(reactions: Sequence[Reaction]) -> NDArray[np.float32]:
    """Scores of reactions, a column a stance, each by the encoder for its language (which must be told)."""
    found = np.zeros((len(reactions), 4), np.float32)
    english = np.array([r.language == "en" for r in reactions], bool)
    for encoder, mine in ((ENGLISH, english), (MULTILINGUAL, ~english)):
        if mine.any():
            found[mine] = encoder.scores([r for r, wanted in zip(reactions, mine, strict=True) if wanted])
    return found


class EncoderAssessor:
    """The encoders alone."""

    name = "encoder"
    version = "2"

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order. Deterministic on one kind of processor."""
        return [decide([float(p) for p in row]) for row in softmax(score(tell_language(reactions)))]
