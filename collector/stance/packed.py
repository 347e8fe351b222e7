"""Loads an encoder as it ships: ONNX graphs, and weights quantised to few bits, which are expanded one by one.

The graph ``NAME.lower.onnx`` turns words into ``states``; ``NAME.scores.onnx`` and ``NAME.vectors.onnx`` read those.
``NAME.npz`` holds their weights, in one of three forms:

- ``PART.WEIGHT`` in half precision;
- ``PART.WEIGHT eight`` (-127 to 127) with ``PART.WEIGHT scale`` (one per row);
- ``PART.WEIGHT four`` (-8 to 7, two in a byte, the first in its lower half) with ``PART.WEIGHT blocks`` (a scale for
  every 32 numbers of a row).

The last two are transposed. The vocabulary (``words.four``, ``words.blocks``) has the last form and is not expanded as a
whole; the vectors in ``words.places`` and ``words.kinds`` are added to it. Written by ``bench.export_encoder``.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from ..memory import give_back

if TYPE_CHECKING:
    import onnxruntime

SHIPPED = resources.files("storywake.collector.stance")
BLOCK = 32
NIBBLES = np.arange(256, dtype=np.uint8)
PAIRS = (np.stack([NIBBLES & 15, NIBBLES >> 4], 1).astype(np.int8) ^ 8) - 8
"""The two numbers in each byte."""


class Words:
    """The vectors of a vocabulary, kept in four bits and expanded when looked up."""

    def __init__(self, name: str) -> None:
        with _weights(name) as data:
            self._four, self._blocks = data["words.four"], data["words.blocks"]
            self._places, self._kinds = (data[f"words.{part}"].astype(np.float32) for part in ("places", "kinds"))

    def look_up(self, ids: NDArray[np.int64], kinds: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of token ids (a row per text), plus those of their positions and of their kinds (0 or 1)."""
        known, where = np.unique(ids, return_inverse=True)
        vectors = from_four_bits(self._four[known], self._blocks[known])[where.reshape(ids.shape)]
        vectors += self._places[: ids.shape[1]]
        vectors += self._kinds[kinds]
        return vectors


def from_four_bits(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """Expands a matrix that is kept in four bits."""
    blocks = PAIRS.astype(np.float32)[packed].reshape(*scales.shape, BLOCK)
    blocks *= scales.astype(np.float32)[..., None]
    return blocks.reshape(len(packed), -1)


def open_graph(name: str, part: str) -> "onnxruntime.InferenceSession":
    """A graph of an encoder with its weights. The runtime is imported here, since many processes assess nothing."""
    import onnxruntime

    options = _options()
    with _weights(name) as data:
        given = dict(_widened(data, f"{part}."))
    if given:
        options.add_external_initializers(list(given), list(given.values()))
    graph = SHIPPED.joinpath(f"{name}.{part}.onnx").read_bytes()
    session = onnxruntime.InferenceSession(
        graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )  # two nodes that are faster apart
    del options, given
    give_back()
    return session


@contextmanager
def _weights(name: str) -> Iterator[NpzFile]:
    path = SHIPPED.joinpath(f"{name}.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
        yield data


def _widened(data: NpzFile, part: str) -> Iterator[tuple[str, "onnxruntime.OrtValue"]]:
    """The names and values of a part's weights as the graph expects them."""
    for key in data.files:
        name, _, kind = key.partition(" ")
        if not key.startswith(part) or kind == "blocks":
            continue
        if kind == "four":
            numbers, scale = _in_bytes(from_four_bits(data[key], data[f"{name} blocks"]))
            yield name, _value(numbers.T)
            yield f"{name} scale", _value(scale)
        elif kind == "eight":
            yield name, _value(data[key].T)
        else:
            yield key, _value(data[key].astype(np.float32))


def _in_bytes(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A matrix as numbers from -127 to 127, and a scale per row."""
    scale = np.abs(matrix).max(1) / np.float32(127)
    return np.rint(matrix / scale[:, None]).astype(np.int8), scale


def _value(array: NDArray[Any]) -> "onnxruntime.OrtValue":
    from onnxruntime import OrtValue

    return OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array))


def _options() -> "onnxruntime.SessionOptions":
    """Options for little memory: without an arena the weights take little more than their size.

    On processors without VNNI, sums of 8-bit products overflow unless ``x64quantprecision`` is set, which slows others down.
    """
    from onnxruntime import SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = cores()
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False  # batches differ in shape
    options.add_session_config_entry("session.use_device_allocator_for_initializers", "1")
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if not multiplies_bytes():
        options.add_session_config_entry("session.x64quantprecision", "1")
    return options


def multiplies_bytes(cpu: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor adds up products of 8-bit numbers without overflow (VNNI); False where that is unknown."""
    with suppress(OSError):
        for line in cpu.read_text("utf-8", "replace").splitlines():
            if line.startswith("flags"):
                return bool({"avx512_vnni", "avx_vnni"} & set(line.split()))
    return False


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
