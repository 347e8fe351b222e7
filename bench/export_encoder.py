"""Writes an encoder as it ships: ``python -m bench.export_encoder PACK LEARNT NAME`` (``pip install --group train``).

PACK is what ``bench.pack`` wrote, LEARNT what ``bench.learn`` wrote of it with ``keep=1``, NAME ``english`` or
``multilingual``. Writes ``NAME.lower.onnx``, ``NAME.scores.onnx``, ``NAME.vectors.onnx`` (the graphs), ``NAME.npz`` (their
weights, read by ``storywake.collector.stance.packed``) and ``NAME.tokens.json`` into ``collector/stance``. Matrices that lose nothing by it, those that ship as they were before training
and the vocabulary are kept in four bits, the other matrices in eight, the rest in half precision.
"""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from .base import in_four_bits, in_pairs, is_in_four_bits
from .graph import lower, scores, vectors
from .learn import Pack
from .pack import BASES
from .places import SHIPPED

UNTAUGHT = ("english",)
"""The encoders whose upper layers ship also as they were before training, for vectors."""
HEED = ("attention.self.query", "attention.self.key", "attention.self.value")
"""The matrices that are multiplied as one."""

Weights = dict[str, NDArray[np.float32]]
Kept = dict[str, Any]


class Learnt(NamedTuple):
    """What was learnt, by the names of ``bench.network``'s Net, and the shape of the network."""

    weights: Weights
    layers: int
    frozen: int
    compares: bool


def read_learnt(path: Path) -> Learnt:
    """What ``bench.learn`` wrote. Raises KeyError where it kept no weights."""
    with np.load(path, allow_pickle=False) as data:
        plan = json.loads(str(data["plan"]))
        weights = {n.removeprefix("learnt "): data[n].astype(np.float32) for n in data.files if n.startswith("learnt ")}
    return Learnt(weights, plan["layers"], plan["frozen"], bool(plan["compares"]))


def export(base: Weights, learnt: Learnt, untaught: bool) -> tuple[dict[str, bytes], Kept]:
    """The graphs of an encoder by name, and their weights as they are kept.

    ``untaught`` is whether vectors are made by all layers as they were before training, or by those alone that did not learn.
    """
    numbers, blocks = in_four_bits(base["embeddings.word_embeddings.weight"])
    kept: Kept = {
        "words.four": in_pairs(numbers),
        "words.blocks": blocks,
        "words.places": base["embeddings.position_embeddings.weight"].astype(np.float16),
        "words.kinds": base["embeddings.token_type_embeddings.weight"].astype(np.float16),
        "lower.norm.weight": base["embeddings.LayerNorm.weight"].astype(np.float16),
        "lower.norm.bias": base["embeddings.LayerNorm.bias"].astype(np.float16),
        "scores.head": learnt.weights["h.weight"].astype(np.float16),
    }
    whole = base | {name.removeprefix("b."): value for name, value in learnt.weights.items()}
    for number in range(learnt.frozen):
        kept |= _layer(f"lower.{number}", base, number, halved=False)
    upper = list(enumerate(range(learnt.frozen, learnt.layers)))
    for place, number in upper:
        kept |= _layer(f"scores.{place}", whole, number, halved=False)
        if untaught:
            kept |= _layer(f"vectors.{place}", base, number, halved=True)
    graphs = {
        "lower": lower(learnt.frozen),
        "scores": scores(len(upper), learnt.compares, learnt.weights["h.bias"]),
        "vectors": vectors(len(upper) if untaught else 0),
    }
    return graphs, kept


def _layer(name: str, weights: Weights, number: int, halved: bool) -> Kept:
    """The weights of a layer by the names of ``bench.graph``; ``halved`` ones in four bits, whatever is lost by it."""
    layer = f"encoder.layer.{number}"
    found = {
        ".heed": [f"{layer}.{part}" for part in HEED],
        ".mix": [f"{layer}.attention.output.dense"],
        ".widen": [f"{layer}.intermediate.dense"],
        ".narrow": [f"{layer}.output.dense"],
    }
    kept: Kept = {}
    for short, sources in found.items():
        kept |= _matrix(name + short, np.concatenate([weights[f"{s}.weight"] for s in sources]), halved)
        kept[f"{name}{short}.bias"] = np.concatenate([weights[f"{s}.bias"] for s in sources]).astype(np.float16)
    for short, source in ((".mix", "attention.output"), (".narrow", "output")):
        for what in ("weight", "bias"):
            kept[f"{name}{short}.norm.{what}"] = weights[f"{layer}.{source}.LayerNorm.{what}"].astype(np.float16)
    return kept


def _matrix(name: str, matrix: NDArray[np.float32], halved: bool) -> Kept:
    """A matrix (a row a result) in four bits or in eight."""
    if halved or is_in_four_bits(matrix):
        numbers, blocks = in_four_bits(matrix)
        return {f"{name} four": in_pairs(numbers), f"{name} blocks": blocks}
    scale = np.abs(matrix).max(1) / 127
    return {
        f"{name} eight": np.rint(matrix / scale[:, None]).astype(np.int8),
        f"{name} scale": scale.astype(np.float32),
    }


def write(folder: Path, name: str, graphs: dict[str, bytes], kept: Kept, tokens: Tokenizer) -> None:
    """Writes the files of an encoder."""
    for part, graph in graphs.items():
        folder.joinpath(f"{name}.{part}.onnx").write_bytes(graph)
    np.savez_compressed(folder / f"{name}.npz", **kept)
    plain = json.dumps(json.loads(tokens.to_str()), ensure_ascii=False)
    folder.joinpath(f"{name}.tokens.json").write_text(plain, "utf-8")


def main() -> None:
    """Writes one encoder."""
    pack, learnt, name = Pack(Path(sys.argv[1])), read_learnt(Path(sys.argv[2])), sys.argv[3]
    write(SHIPPED, name, *export(pack.base, learnt, name in UNTAUGHT), BASES[name](learnt.layers).tokens)


if __name__ == "__main__":
    main()
