"""The networks that are taught: an encoder and a layer that scores stances."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import BertConfig, BertModel

from .base import HEADS, INNER, PAD_PLACE, POSITIONS, WIDTH

CLASSES = 4


class Shape(NamedTuple):
    """Layers of an encoder, how many of them do not learn, and whether its last layer compares what is said with what it answers."""

    layers: int
    frozen: int
    compares: bool


class Net(nn.Module):  # type: ignore[misc]
    """The encoder, and a layer that scores stances off its first state and the mean of the reaction's own words."""

    def __init__(self, shape: Shape, weights: dict[str, NDArray[np.float32]], attention: str = "eager") -> None:
        super().__init__()
        self.shape = shape
        config = BertConfig(
            vocab_size=len(weights["embeddings.word_embeddings.weight"]),
            hidden_size=WIDTH,
            num_hidden_layers=shape.layers,
            num_attention_heads=HEADS,
            intermediate_size=INNER,
            max_position_embeddings=POSITIONS,
            type_vocab_size=2,
            layer_norm_eps=1e-12,
            pad_token_id=PAD_PLACE,
            attn_implementation=attention,
        )
        self.b = BertModel(config, add_pooling_layer=False)
        wanted = {name: torch.tensor(value) for name, value in weights.items() if _is_kept(name, shape.layers)}
        self.b.load_state_dict(wanted)
        self.h = nn.Linear((5 if shape.compares else 2) * WIDTH, CLASSES)
        self.d = nn.Dropout(0.1)
        for part in (self.b.embeddings, *self.b.encoder.layer[: shape.frozen]):
            for parameter in part.parameters():
                parameter.requires_grad = False

    def forward(self, ids: torch.Tensor, seen: torch.Tensor, own: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores, and the states after the layers that do not learn."""
        out = self.b(input_ids=ids, attention_mask=seen, token_type_ids=(seen - own).long(), output_hidden_states=True)
        states = out.last_hidden_state
        said = _mean(states, own)
        parts = [states[:, 0], said]
        if self.shape.compares:
            answered = _mean(states, seen - own)
            parts += [answered, (said - answered).abs(), said * answered]
        return self.h(self.d(torch.cat(parts, 1))), out.hidden_states[self.shape.frozen]

    def learn(self) -> None:
        """Training mode, but for the parts that do not learn."""
        self.train()
        for part in (self.b.embeddings, *self.b.encoder.layer[: self.shape.frozen]):
            part.eval()


def _mean(states: torch.Tensor, which: torch.Tensor) -> torch.Tensor:
    return (states * which.unsqueeze(-1)).sum(1) / which.sum(1, keepdim=True).clamp(min=1.0)


def _is_kept(name: str, layers: int) -> bool:
    first, *rest = name.split(".")
    return first == "embeddings" or int(rest[1]) < layers
