"""Writes a trained encoder for onnxruntime: matrices in 8-bit integers, those that did not learn and the vocabulary in 4-bit ones.

Matrices kept in four bits are made eight when the encoder is read (onnxruntime folds what is constant), so they are no slower.
"""

import gzip
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.utils import Extractor
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from collector.stance.encoder import WIDTH

from .base import BLOCK, Base, in_four_bits

OPSET = 17
MASK = "/b/Where_1_output_0"
"""What the export calls that which each layer adds so that no state looks at padding."""

Matrices = dict[str, NDArray[np.float32]]


def export(net: nn.Module, base: Base, halved: Matrices, folder: Path, name: str) -> None:
    """Writes ``NAME.lower.onnx.gz`` (states and mask of ids, seen and own), ``NAME.scores.onnx.gz`` (scores of states,
    mask and own) and ``NAME.tokens.json``.

    ``halved`` are matrices of the network that are kept in four bits.
    """
    tokens = (torch.full((2, 12), 5), torch.ones(2, 12), torch.cat([torch.ones(2, 6), torch.zeros(2, 6)], 1))
    model = _in_bytes(net, tokens, ["ids", "seen", "own"], ["scores", "states"])
    _pack_words(model, base)
    _pack_matrices(model, halved)
    _rename(model, MASK, "mask")
    _write(_part(model, ["ids", "seen", "own"], ["states", "mask"]), folder / f"{name}.lower.onnx.gz")
    _write(_part(model, ["states", "mask", "own"], ["scores"]), folder / f"{name}.scores.onnx.gz")
    (folder / f"{name}.tokens.json").write_text(
        json.dumps(json.loads(base.tokens.to_str()), ensure_ascii=False), "utf-8"
    )


def export_untaught(layers: nn.Module, halved: Matrices, path: Path) -> None:
    """Writes ``path``: the states above, of states and seen."""
    model = _in_bytes(layers, (torch.ones(2, 12, WIDTH), torch.ones(2, 12)), ["states", "seen"], ["above"])
    _pack_matrices(model, halved)
    _write(model, path)


def _in_bytes(
    net: nn.Module, sample: tuple[torch.Tensor, ...], inputs: list[str], outputs: list[str]
) -> onnx.ModelProto:
    """The network with its matrices in 8-bit integers, multiplied with numbers made such on the way."""
    with tempfile.TemporaryDirectory() as scratch:
        whole, small = Path(scratch, "whole.onnx"), Path(scratch, "small.onnx")
        torch.onnx.export(
            net.eval(),
            sample,
            str(whole),
            input_names=inputs,
            output_names=outputs,
            dynamic_axes={name: {0: "reactions", 1: "tokens"} for name in inputs},
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            whole, small, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gemm"], per_channel=True
        )
        return onnx.load(small)


def _rename(model: onnx.ModelProto, old: str, new: str) -> None:
    for node in model.graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]


def _part(model: onnx.ModelProto, inputs: list[str], outputs: list[str]) -> onnx.ModelProto:
    """The part of a network that makes ``outputs`` of ``inputs``."""
    known = {value.name for value in (*model.graph.input, *model.graph.output, *model.graph.value_info)}
    model.graph.value_info.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in {*inputs, *outputs} - known
    )
    return Extractor(model).extract_model(inputs, outputs)


def _write(model: onnx.ModelProto, path: Path) -> None:
    path.write_bytes(gzip.compress(model.SerializeToString(deterministic=True), mtime=0))


def _pack_words(model: onnx.ModelProto, base: Base) -> None:
    """Has the vocabulary's vectors looked up in blocks of 4-bit numbers (onnxruntime's GatherBlockQuantized)."""
    words = base.weights["embeddings.word_embeddings.weight"]
    graph = model.graph
    [whole] = [found for found in graph.initializer if list(found.dims) == list(words.shape)]
    [place] = [i for i, node in enumerate(graph.node) if node.op_type == "Gather" and node.input[0] == whole.name]
    numbers, scales = in_four_bits(words)
    nibbles = numbers.astype("uint8") & 15
    packed = (nibbles[:, 0::2] | (nibbles[:, 1::2] << 4)).astype("uint8")
    graph.initializer.remove(whole)
    graph.initializer.append(
        helper.make_tensor("words", TensorProto.INT4, [len(words), WIDTH], packed.tobytes(), raw=True)
    )
    graph.initializer.append(numpy_helper.from_array(scales, "scales"))
    gather = graph.node[place]
    graph.node.remove(gather)
    graph.node.insert(
        place,
        helper.make_node(
            "GatherBlockQuantized",
            ["words", gather.input[1], "scales"],
            ["words in halves"],
            domain="com.microsoft",
            gather_axis=0,
            quantize_axis=1,
            block_size=BLOCK,
        ),
    )
    graph.node.insert(place + 1, helper.make_node("Cast", ["words in halves"], gather.output, to=TensorProto.FLOAT))
    model.ir_version = max(model.ir_version, 10)
    if "com.microsoft" not in {used.domain for used in model.opset_import}:
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def _pack_matrices(model: onnx.ModelProto, halved: Matrices) -> None:
    for name, matrix in sorted(halved.items()):
        _pack_matrix(model, name, matrix)


def _pack_matrix(model: onnx.ModelProto, name: str, matrix: NDArray[np.float32]) -> None:
    """Has a matrix kept in blocks of 4-bit numbers, and made into the 8-bit ones of its place when it is read."""
    graph = model.graph
    kept = {found.name: found for found in graph.initializer}
    wanted = matrix.T
    for whole in [found for found in graph.initializer if list(found.dims) == list(wanted.shape)]:
        stem = whole.name.removesuffix("_quantized")
        if whole.data_type != TensorProto.INT8 or f"{stem}_scale" not in kept:
            continue
        scale = numpy_helper.to_array(kept[f"{stem}_scale"]).reshape(1, -1)
        if (np.abs(numpy_helper.to_array(whole) - wanted / scale) > 0.51).any():
            continue
        graph.initializer.remove(whole)
        for initializer in _halves(name, matrix, scale):
            graph.initializer.append(initializer)
        for number, node in enumerate(_widen(name, whole.name)):
            graph.node.insert(number, node)
        return
    raise ValueError(f"{name} is not in the network as it was")


def _halves(name: str, matrix: NDArray[np.float32], scale: NDArray[np.float32]) -> list[onnx.TensorProto]:
    """The initializers that ``_widen`` reads: a byte holds a number of a block's first half and one of its second."""
    numbers, scales = in_four_bits(matrix)
    rows, columns = matrix.shape
    blocks = (numbers.astype(np.int16) + 8).astype(np.uint8).reshape(rows, columns // BLOCK, BLOCK)
    packed = blocks[..., : BLOCK // 2] | (blocks[..., BLOCK // 2 :] << 4)
    ratios = (scales.astype(np.float32) / scale.T).astype(np.float16)
    arrays = {
        "packed": packed,
        "ratios": ratios[..., None],
        "shape": np.array([rows, columns]),
        "sixteen": np.float32(16),
        "eight": np.float32(8),
    }
    return [numpy_helper.from_array(np.asarray(value), f"{name} {what}") for what, value in arrays.items()]


def _widen(name: str, place: str) -> list[onnx.NodeProto]:
    """The nodes that make a matrix of 8-bit numbers, ``place``, of one kept in four bits."""
    steps = [
        ("Cast", ["packed"], "bytes", {"to": TensorProto.FLOAT}),
        ("Div", ["bytes", "sixteen"], "shifted", {}),
        ("Floor", ["shifted"], "second", {}),
        ("Mul", ["second", "sixteen"], "above", {}),
        ("Sub", ["bytes", "above"], "first", {}),
        ("Concat", ["first", "second"], "both", {"axis": 2}),
        ("Sub", ["both", "eight"], "numbers", {}),
        ("Cast", ["ratios"], "wide ratios", {"to": TensorProto.FLOAT}),
        ("Mul", ["numbers", "wide ratios"], "scaled", {}),
        ("Round", ["scaled"], "rounded", {}),
        ("Reshape", ["rounded", "shape"], "rows", {}),
        ("Transpose", ["rows"], "columns", {"perm": [1, 0]}),
    ]
    nodes = [
        helper.make_node(kind, [f"{name} {given}" for given in inputs], [f"{name} {output}"], **settings)
        for kind, inputs, output, settings in steps
    ]
    return [*nodes, helper.make_node("Cast", [f"{name} columns"], [place], to=TensorProto.INT8)]
