"""Stance by a small multilingual encoder (a shortened multilingual-e5-small, fine-tuned, in 8-bit integers), run by onnxruntime.

What it was trained on, how well it does and what it gets wrong: docs/model-card.md.
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

from .base import Assessment, Reaction, decide

OWN, PARENT, SOURCE = 56, 24, 28
"""Tokens read of a reaction's own words, of what it answers, of what opened the thread or of the claim."""
BATCH = 32
START, PAD, END = 0, 1, 2


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
    """Scores and vectors of reactions; the weights are read when they are first needed."""

    @cached_property
    def _tokens(self) -> Tokenizer:
        return Tokenizer.from_str(
            resources.files("collector.stance").joinpath("encoder.tokens.json").read_text("utf-8")
        )

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = cores()
        options.log_severity_level = 3
        weights = resources.files("collector.stance").joinpath("encoder.onnx").read_bytes()
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])

    def run(self, reactions: Sequence[Reaction]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Scores (a row a reaction, a column a stance) and vectors of the reactions' own words, in order."""
        scores = np.zeros((len(reactions), 4), np.float32)
        vectors = np.zeros((len(reactions), 384), np.float32)
        laid = [layout(reaction, self._tokens) for reaction in reactions]
        for places in _batches([len(ids) for ids, _ in laid]):
            width = len(laid[places[-1]][0])
            ids = np.full((len(places), width), PAD, np.int64)
            seen = np.zeros((len(places), width), np.float32)
            own = np.zeros((len(places), width), np.float32)
            for row, place in enumerate(places):
                tokens, length = laid[place]
                ids[row, : len(tokens)], seen[row, : len(tokens)], own[row, :length] = tokens, 1, 1
            out = self._session.run(None, {"ids": ids, "seen": seen, "own": own})
            scores[places], vectors[places] = out[0], out[1]
        return scores, vectors


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of like length together, so that little is padded."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


ENCODER = Encoder()


class EncoderAssessor:
    """The encoder alone."""

    name = "encoder"
    version = "1"

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order. Deterministic on one kind of processor."""
        scores, _ = ENCODER.run(reactions)
        powers = np.exp(scores - scores.max(1, keepdims=True))
        return [decide([float(p) for p in row]) for row in powers / powers.sum(1, keepdims=True)]
