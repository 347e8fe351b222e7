"""Writes a trained encoder for onnxruntime: matrices in 8-bit integers, the vectors of its vocabulary in 4-bit ones."""

import json
import tempfile
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from collector.stance.encoder import WIDTH

from .base import BLOCK, Base, in_four_bits

OPSET = 17


def export(net: nn.Module, base: Base, path: Path) -> None:
    """Writes ``path`` (scores and vectors of ids, seen and own) and the tokens beside it (``.tokens.json``)."""
    sample = (torch.full((2, 12), 5), torch.ones(2, 12), torch.cat([torch.ones(2, 6), torch.zeros(2, 6)], 1))
    with tempfile.TemporaryDirectory() as scratch:
        whole, small = Path(scratch, "whole.onnx"), Path(scratch, "small.onnx")
        torch.onnx.export(
            net,
            sample,
            str(whole),
            input_names=["ids", "seen", "own"],
            output_names=["scores", "vectors"],
            dynamic_axes={name: {0: "reactions", 1: "tokens"} for name in ("ids", "seen", "own")},
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            whole, small, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gemm"], per_channel=True
        )
        model = onnx.load(small)
    _pack_words(model, base)
    onnx.save(model, path)
    path.with_suffix(".tokens.json").write_text(
        json.dumps(json.loads(base.tokens.to_str()), ensure_ascii=False), "utf-8"
    )


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
