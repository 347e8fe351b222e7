"""Packs what teaches the encoders as numbers: ``python -m bench.pack FOLDER OUT`` (``pip install --group train``).

A pack (``OUT/english.npz``, ``OUT/multilingual.npz``) holds the base weights and every example, so that training needs no
text, no tokenizer and no network: it can be carried to a machine with an accelerator. FOLDER is that of ``bench.examples``.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storywake.collector.stance.base import STANCES
from storywake.collector.stance.encoder import layout

from .base import BLOCK, Base, in_four_bits, in_pairs, is_in_four_bits
from .base_english import read_english
from .base_multilingual import read_multilingual
from .examples import FOLDS, Example, asked, read_examples

BASES: dict[str, Callable[[int], Base]] = {"english": read_english, "multilingual": read_multilingual}
LAYERS = {"english": 6, "multilingual": 12}


def pack(name: str, examples: list[Example], path: Path) -> None:
    """Writes the base weights and examples of an encoder."""
    base = BASES[name](LAYERS[name])
    examples = [asked(example) for example in examples]
    first = _first(examples)
    laid = [layout(example.reaction, base.tokens) for example in examples]
    wide = np.stack([np.broadcast_to(example.chances, (FOLDS + 1, len(STANCES))) for example in examples])
    np.savez_compressed(
        path,
        tokens=np.concatenate([np.array(ids, np.uint16) for ids, _ in laid]),
        lengths=np.array([len(ids) for ids, _ in laid], np.uint16),
        own=np.array([length for _, length in laid], np.uint16),
        chances=wide.astype(np.float16),
        weights=np.bincount(first, [example.weight for example in examples], len(first)).astype(np.float32),
        again=first != np.arange(len(first)),
        folds=np.array([example.fold for example in examples], np.int8),
        sources=np.array([example.source for example in examples]),
        languages=np.array([example.reaction.language or "" for example in examples]),
        keys=np.array([example.key for example in examples]),
        units=_numbers([example.unit or f"{place}" for place, example in enumerate(examples)]),
        **_kept(base),
    )


def _first(examples: list[Example]) -> NDArray[np.int64]:
    """The place of the example that teaches what an example says: its own, or that of one that is asked about nearly the same.

    Towards a claim and its negation a reaction is asked about in nearly the same words, so one of the two teaches for both, now
    the claim as it was written and now what the negated one denies.
    """
    first = np.arange(len(examples))
    units: dict[str, list[int]] = {}
    for place, example in enumerate(examples):
        if example.unit:
            units.setdefault(example.unit, []).append(place)
    for number, places in enumerate(units.values()):
        one, other = (examples[place] for place in places)
        if np.array_equal(one.chances, other.chances):
            first[places] = places[number % 2]
    return first


def _numbers(names: list[str]) -> NDArray[np.int64]:
    """A number for each name, the same for the same."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names])


def _kept(base: Base) -> dict[str, Any]:
    """The base weights: in four bits those that lose nothing by it, the others in half precision."""
    kept: dict[str, Any] = {}
    for name, value in base.weights.items():
        if value.ndim == 2 and value.shape[1] % BLOCK == 0 and is_in_four_bits(value):
            numbers, scales = in_four_bits(value)
            kept[f"numbers {name}"] = in_pairs(numbers)
            kept[f"scales {name}"] = scales
        else:
            kept[f"base {name}"] = value.astype(np.float16)
    return kept


def main() -> None:
    """Writes both packs."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    examples = read_examples(folder)
    pack("english", [example for example in examples if example.reaction.language == "en"], out / "english.npz")
    pack("multilingual", examples, out / "multilingual.npz")


if __name__ == "__main__":
    main()
