"""Stance by two small fine-tuned encoders, one for English, one for all other languages, run by onnxruntime.

What they were trained on, how well they do and what they get wrong: docs/model-card.md.
"""

import ctypes
import gzip
import html
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np
import onnxruntime
import regex
from numpy.typing import NDArray
from tokenizers import Tokenizer

from .base import Assessment, Reaction, softmax, tell_language
from .coverage import judge_unmeasured

OWN, PARENT, SOURCE = 64, 24, 32
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

    def __init__(self, name: str, *, likeness: bool) -> None:
        self._name, self._likeness = name, likeness
        self._vectors: dict[Reaction, NDArray[np.float32]] = {}

    @cached_property
    def _tokens(self) -> Tokenizer:
        return Tokenizer.from_str(
            resources.files("collector.stance").joinpath(f"{self._name}.tokens.json").read_text("utf-8")
        )

    @cached_property
    def _lower(self) -> onnxruntime.InferenceSession:
        """Vocabulary and lower layers, which were not trained for stance."""
        return _open(f"{self._name}.lower")

    @cached_property
    def _taught(self) -> onnxruntime.InferenceSession:
        """The layers above them, trained for stance."""
        return _open(f"{self._name}.scores")

    @cached_property
    def _untaught(self) -> onnxruntime.InferenceSession | None:
        """The same layers as they were before, made to tell how alike texts are; not each encoder has any."""
        return _open(f"{self._name}.likeness") if self._likeness else None

    def scores(self, reactions: Sequence[Reaction]) -> NDArray[np.float32]:
        """A row a reaction, a column a stance, in order."""
        found = np.zeros((len(reactions), 4), np.float32)
        for places, given in self._laid_out(reactions):
            states, mask = self._lower.run(["states", "mask"], given)
            [found[places]] = self._taught.run(["scores"], {"states": states, "mask": mask, "own": given["own"]})
        return found

    def vectors(self, reactions: Sequence[Reaction]) -> NDArray[np.float32]:
        """A row of 384 numbers a reaction: the mean of its own words' states, not trained for stance."""
        if len(self._vectors) > REMEMBERED:
            self._vectors.clear()
        new = list(dict.fromkeys(r for r in reactions if r not in self._vectors))
        for places, given in self._laid_out(new):
            [states] = self._lower.run(["states"], given)
            if self._untaught:
                [states] = self._untaught.run(["above"], {"states": states, "seen": given["seen"]})
            own = given["own"]
            means = np.einsum("rtw,rt->rw", states, own) / own.sum(1, keepdims=True)
            self._vectors.update((new[place], mean) for place, mean in zip(places, means, strict=True))
        return np.array([self._vectors[r] for r in reactions], np.float32).reshape(-1, WIDTH)

    def _laid_out(self, reactions: Sequence[Reaction]) -> Iterator[tuple[list[int], dict[str, NDArray[Any]]]]:
        """Batches: the places of reactions, and what the network takes."""
        laid = [layout(reaction, self._tokens) for reaction in reactions]
        for places in _batches([len(ids) for ids, _ in laid]):
            longest = len(laid[places[-1]][0])
            ids = np.full((len(places), longest), PAD, np.int64)
            seen = np.zeros((len(places), longest), np.float32)
            own = np.zeros((len(places), longest), np.float32)
            for row, place in enumerate(places):
                tokens, length = laid[place]
                ids[row, : len(tokens)], seen[row, : len(tokens)], own[row, :length] = tokens, 1, 1
            yield places, {"ids": ids, "seen": seen, "own": own}


def _open(name: str) -> onnxruntime.InferenceSession:
    """A network. Without ``x64quantprecision`` sums of 8-bit products overflow on processors that lack VNNI.

    Without an arena the weights that are kept take a quarter of the memory that reading them took (90 MB for all, not 340).
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores()
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.use_device_allocator_for_initializers", "1")
    options.add_session_config_entry("session.x64quantprecision", "1")
    packed = resources.files("collector.stance").joinpath(f"{name}.onnx.gz").read_bytes()
    session = onnxruntime.InferenceSession(gzip.decompress(packed), options, providers=["CPUExecutionProvider"])
    _give_back()
    return session


def _give_back() -> None:
    """Gives memory that is free back to the system, where the C library can; by itself glibc keeps most of it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of like length together, so that little is padded."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


ENGLISH = Encoder("english", likeness=True)
MULTILINGUAL = Encoder("multilingual", likeness=False)


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
    version = "4"

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment a reaction, in order. Deterministic on one kind of processor."""
        known = tell_language(reactions)
        rows = softmax(score(known))
        return [judge_unmeasured(r, [float(p) for p in row]) for r, row in zip(known, rows, strict=True)]
