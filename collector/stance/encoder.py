"""Stance by two small fine-tuned encoders, one for English, one for all other languages, run by onnxruntime.

What they were trained on, how well they do and what they get wrong: docs/model-card.md.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import regex
from numpy.typing import NDArray

from ..memory import give_back
from ..values import unescape
from .base import STANCES, Assessment, Reaction, softmax, tell_language
from .coverage import judge_unmeasured
from .packed import SHIPPED, Words, open_graph

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

MAX_OWN_TOKENS, MAX_PARENT_TOKENS, MAX_SOURCE_TOKENS = 64, 24, 32
"""Of a reaction's own text, of what it answers, of what opened the thread (or of the claim); the rest is not read."""
MAX_BATCH_TOKENS = 512
"""Tokens in a batch: few, so that intermediate results fit the processor's cache and memory stays low."""
CACHE_SIZE = 4096
"""Reactions whose vectors are cached, since topics and labels both need them."""
START, PAD, END = 0, 1, 2
WIDTH = 384
"""Of a vector."""


def plain(text: str) -> str:
    """A text as the encoder reads it: no addresses, mentions as ``@``, hashtags as words."""
    text = regex.sub(r"https?://\S+", "", unescape(text))
    text = regex.sub(r"(?:@\w+\s*)+", "@ ", text).replace("#", " ")
    return " ".join(text.split())


def layout(reaction: Reaction, tokens: "Tokenizer") -> tuple[list[int], int]:
    """A reaction as token ids, and how many of them are its own text; the rest is its context.

    The context is what it answers and what opened the thread, or the claim without a thread; a reaction that opens
    its thread has none.
    """
    own = [START, *tokens.encode(plain(reaction.text), add_special_tokens=False).ids[:MAX_OWN_TOKENS], END]
    if reaction.is_source:
        return [*own, *tokens.encode("source", add_special_tokens=False).ids, END], len(own)
    opening = reaction.source_text or reaction.claim
    context: list[int] = []
    if reaction.parent_text and reaction.parent_text != opening:
        context += [*tokens.encode(plain(reaction.parent_text), add_special_tokens=False).ids[:MAX_PARENT_TOKENS], END]
    if opening:
        context += tokens.encode(plain(opening), add_special_tokens=False).ids[:MAX_SOURCE_TOKENS]
    return [*own, *context, END], len(own)


class Encoder:
    """One encoder; its weights are loaded when first needed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._known: dict[Reaction, NDArray[np.float32]] = {}

    @cached_property
    def _tokens(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        return Tokenizer.from_str(SHIPPED.joinpath(f"{self._name}.tokens.json").read_text("utf-8"))

    @cached_property
    def _words(self) -> Words:
        return Words(self._name)

    @cached_property
    def _lower(self) -> "onnxruntime.InferenceSession":
        """The layers that were not trained for stance."""
        return open_graph(self._name, "lower")

    @cached_property
    def _scores(self) -> "onnxruntime.InferenceSession":
        """The layers above them, trained for stance."""
        return open_graph(self._name, "scores")

    @cached_property
    def _vectors(self) -> "onnxruntime.InferenceSession":
        """The same layers before that training, whose states show how similar texts are; an encoder may have none."""
        return open_graph(self._name, "vectors")

    def scores(self, reactions: Sequence[Reaction]) -> NDArray[np.float32]:
        """Scores (logits): a row per reaction, a column per stance."""
        return (
            self._run(self._scores, reactions, len(STANCES)) if reactions else np.zeros((0, len(STANCES)), np.float32)
        )

    def vectors(self, reactions: Sequence[Reaction]) -> NDArray[np.float32]:
        """A row of ``WIDTH`` numbers per reaction: the mean state of its own text, not trained for stance."""
        if len(self._known) > CACHE_SIZE:
            self._known.clear()
        new = list(dict.fromkeys(r for r in reactions if r not in self._known))
        if new:
            self._known.update(zip(new, self._run(self._vectors, new, WIDTH), strict=True))
        return np.array([self._known[r] for r in reactions], np.float32).reshape(-1, WIDTH)

    def _run(
        self, upper: "onnxruntime.InferenceSession", reactions: Sequence[Reaction], width: int
    ) -> NDArray[np.float32]:
        """The output of the lower layers and then the ``upper`` ones, a row per reaction."""
        found = np.zeros((len(reactions), width), np.float32)
        wanted = {value.name for value in upper.get_inputs()}
        for places, ids, seen, own in self._laid_out(reactions):
            given = {"seen": seen.astype(np.int32), "own": own.astype(np.float32)}
            words = self._words.look_up(ids, seen - own)
            [given["states"]] = self._lower.run(None, {"words": words, "seen": given["seen"]})
            [found[places]] = upper.run(None, {name: given[name] for name in wanted})
        give_back()
        return found

    def _laid_out(
        self, reactions: Sequence[Reaction]
    ) -> Iterator[tuple[list[int], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
        """Batches: indexes of reactions, token ids, which ids are no padding, which are the reactions' own text."""
        laid = [layout(reaction, self._tokens) for reaction in reactions]
        for places in _batches([len(ids) for ids, _ in laid]):
            ids = np.full((len(places), len(laid[places[-1]][0])), PAD, np.int64)
            seen, own = np.zeros_like(ids), np.zeros_like(ids)
            for row, place in enumerate(places):
                tokens, length = laid[place]
                ids[row, : len(tokens)], seen[row, : len(tokens)], own[row, :length] = tokens, 1, 1
            yield places, ids, seen, own


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indexes in batches of similar length, to pad little; a batch, padded, has at most ``MAX_BATCH_TOKENS`` (or one item)."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: lengths[place]):
        if batch and (len(batch) + 1) * lengths[place] > MAX_BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


ENGLISH = Encoder("english")
MULTILINGUAL = Encoder("multilingual")


def score(reactions: Sequence[Reaction]) -> NDArray[np.float32]:
    """Scores of reactions (a row each, a column per stance), by the encoder for each one's language, which must be set."""
    found = np.zeros((len(reactions), 4), np.float32)
    english = np.array([r.language == "en" for r in reactions], bool)
    for encoder, mine in ((ENGLISH, english), (MULTILINGUAL, ~english)):
        if mine.any():
            found[mine] = encoder.scores([r for r, wanted in zip(reactions, mine, strict=True) if wanted])
    return found


class EncoderAssessor:
    """The encoders alone."""

    name = "encoder"
    version = "6"

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        """One assessment per reaction, in order. Deterministic on processors of one kind."""
        known = tell_language(reactions)
        rows = softmax(score(known))
        return [judge_unmeasured(r, [float(p) for p in row]) for r, row in zip(known, rows, strict=True)]
