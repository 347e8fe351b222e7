"""Trains the encoder: ``python -m bench.train_encoder FOLDER [STORY...]`` (``pip install --group train``; an hour and a half).

FOLDER holds ``rumoureval2017-train-dev.jsonl.gz`` and ``rumoureval2019-reddit-train-dev.tsv``. Writes the scores of every
reaction by a model that saw none of its story (``bench/left_out.npz``) and the weights that ship
(``collector/stance/encoder.onnx``, in 8-bit integers, and its tokens). One thread, fixed seeds, deterministic kernels.
"""

import csv
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig, BertModel

from collector.stance.base import STANCES, Reaction
from collector.stance.encoder import PAD, layout

from .base_encoder import POSITIONS, WIDTH, read_base, settings
from .train_stance import read_own, read_threads

LAYERS, FROZEN = 8, 4
EPOCHS, BATCH = 2, 32
RATE, HEAD_RATE, DECAY = 1e-4, 1e-3, 0.01
WARM = 0.1
KEPT = 0.95
"""How much of the running mean of the weights stays at each fourth step; the mean is what is evaluated and shipped."""
FOLDS = (
    ("charliehebdo",), ("ferguson",), ("ottawashooting",), ("sydneysiege",),
    ("ebola-essien", "germanwings-crash", "prince-toronto", "putinmissing"),
)  # fmt: skip
LEFT_OUT = Path(__file__).parent / "left_out.npz"
STANCE = Path(__file__).parents[1] / "collector" / "stance"


class Examples(NamedTuple):
    """Reactions laid out as token ids, with their stances and stories."""

    laid: list[tuple[list[int], int]]
    labels: NDArray[np.int64]
    stories: NDArray[np.str_]


class Net(nn.Module):  # type: ignore[misc]
    """The encoder, and a layer that scores stances off its first state and the mean of the reaction's own words."""

    def __init__(self, base: dict[str, NDArray[np.float32]]) -> None:
        super().__init__()
        vocabulary = len(base["embeddings.word_embeddings.weight"])
        self.b = BertModel(BertConfig(**settings(vocabulary, LAYERS)), add_pooling_layer=False)
        self.b.load_state_dict({name: torch.tensor(value) for name, value in base.items()}, strict=False)
        self.h = nn.Linear(2 * WIDTH, len(STANCES))
        self.d = nn.Dropout(0.1)
        for part in (self.b.embeddings, *self.b.encoder.layer[:FROZEN]):
            for parameter in part.parameters():
                parameter.requires_grad = False

    def forward(self, ids: torch.Tensor, seen: torch.Tensor, own: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores, and the mean of the own words' last states."""
        states = self.b(input_ids=ids, attention_mask=seen).last_hidden_state
        weight = own.unsqueeze(-1)
        mean = (states * weight).sum(1) / weight.sum(1)
        return self.h(self.d(torch.cat([states[:, 0], mean], 1))), mean

    def learn(self) -> None:
        """Training mode, but for the parts that do not learn."""
        self.train()
        for part in (self.b.embeddings, *self.b.encoder.layer[:FROZEN]):
            part.eval()


def main() -> None:
    """Leaves each story out, then trains what ships; parts named after the folder (a story, or "all" for what ships) alone."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    folder, parts = Path(sys.argv[1]), sys.argv[2:]
    tokens, base = read_base(LAYERS)
    examples = read_examples(folder, tokens)
    count = int((examples.stories != "").sum())
    for fold in FOLDS:
        if not parts or set(parts) & set(fold):
            held = np.isin(examples.stories, fold)
            net = train(base, examples, np.where(~held)[0])
            _keep(count, np.where(held)[0], predict(net, examples, np.where(held)[0]))
            print(fold, flush=True)
    if not parts or "all" in parts:
        export(train(base, examples, np.arange(len(examples.labels))), tokens)


def _keep(count: int, places: NDArray[np.int64], found: NDArray[np.float32]) -> None:
    """Writes the scores of a story beside those of the others."""
    scores = np.full((count, len(STANCES)), np.nan, np.float16)
    if LEFT_OUT.exists():
        with np.load(LEFT_OUT, allow_pickle=False) as kept:
            scores = kept["scores"]
    scores[places] = found
    np.savez_compressed(LEFT_OUT, scores=scores)


def read_examples(folder: Path, tokens: Tokenizer) -> Examples:
    """The threads of RumourEval 2017, those of Reddit in 2019's (story "", since never left out), and the project's own."""
    reactions, labels, stories = read_threads(folder / "rumoureval2017-train-dev.jsonl.gz")
    more, more_labels = read_reddit(folder / "rumoureval2019-reddit-train-dev.tsv")
    own, own_labels = read_own("train")
    everything = [*reactions, *more, *own]
    return Examples(
        [layout(reaction, tokens) for reaction in everything],
        np.concatenate([labels, more_labels, own_labels]),
        np.concatenate([stories, np.full(len(more) + len(own), "")]),
    )


def read_reddit(path: Path) -> tuple[list[Reaction], NDArray[np.int64]]:
    """Posts with what opened their thread; what each answers is not told."""
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    openings = {row["thread"]: row["text"] for row in rows if row["is_source"] == "1"}
    reactions = [
        Reaction(
            row["text"],
            source_text=None if row["is_source"] == "1" else openings.get(row["thread"]),
            is_source=row["is_source"] == "1",
            language="en",
        )
        for row in rows
    ]
    return reactions, np.array([STANCES.index(row["stance"]) for row in rows])


def batch(examples: Examples, places: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Token ids padded to one length, which of them are there, and which are the reactions' own."""
    width = max(len(examples.laid[i][0]) for i in places)
    ids = torch.full((len(places), width), PAD, dtype=torch.long)
    seen, own = torch.zeros(len(places), width), torch.zeros(len(places), width)
    for row, i in enumerate(places):
        found, length = examples.laid[i]
        ids[row, : len(found)] = torch.tensor(found)
        seen[row, : len(found)] = 1
        own[row, :length] = 1
    return ids, seen, own


def train(base: dict[str, NDArray[np.float32]], examples: Examples, places: NDArray[np.int64]) -> Net:
    """A network trained on the examples at ``places``; its weights are the running mean over training."""
    torch.manual_seed(1)
    net = Net(base)
    lengths = np.array([len(ids) for ids, _ in examples.laid])
    counts = np.bincount(examples.labels[places], minlength=len(STANCES))
    loss_of = nn.CrossEntropyLoss(weight=torch.tensor((counts.sum() / 4 / counts) ** 0.5, dtype=torch.float32))
    learning = [(name, p) for name, p in net.named_parameters() if p.requires_grad]
    mean = {name: p.detach().clone() for name, p in learning}
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for name, p in learning if name.startswith("b.")], "lr": RATE},
            {"params": net.h.parameters(), "lr": HEAD_RATE},
        ],
        weight_decay=DECAY,
    )
    steps = EPOCHS * (len(places) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: min(1, k / (steps * WARM)) * max(0, 1 - k / steps)
    )
    order = np.random.RandomState(0)
    step = 0
    for _ in range(EPOCHS):
        net.learn()
        for chosen in _shuffled(order, places, lengths):
            loss = loss_of(net(*batch(examples, chosen))[0], torch.tensor(examples.labels[chosen]))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([p for _, p in learning], 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            if step % 4 == 0:
                kept = min(KEPT, step / (step + 40))
                with torch.no_grad():
                    for name, p in learning:
                        mean[name].mul_(kept).add_(p, alpha=1 - kept)
    with torch.no_grad():
        for name, p in learning:
            p.copy_(mean[name])
    net.eval()
    return net


def _shuffled(
    order: np.random.RandomState, places: NDArray[np.int64], lengths: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Batches in a random order, each of examples of like length."""
    mixed = order.permutation(places)
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(mixed), BATCH * 20):
        part = mixed[start : start + BATCH * 20]
        part = part[np.argsort(lengths[part], kind="stable")]
        cut = [part[i : i + BATCH] for i in range(0, len(part), BATCH)]
        batches += [cut[i] for i in order.permutation(len(cut))]
    return batches


def predict(net: Net, examples: Examples, places: NDArray[np.int64]) -> NDArray[np.float32]:
    """Scores of the examples at ``places``, in order."""
    scores = np.zeros((len(places), len(STANCES)), np.float32)
    with torch.no_grad():
        for start in range(0, len(places), 64):
            scores[start : start + 64] = net(*batch(examples, places[start : start + 64]))[0].numpy()
    return scores


def export(net: Net, tokens: Tokenizer) -> None:
    """Writes the network for onnxruntime, its matrices in 8-bit integers, and its tokens."""
    sample = (torch.full((2, 12), 5), torch.ones(2, 12), torch.ones(2, 12))
    with tempfile.TemporaryDirectory() as scratch:
        whole = os.path.join(scratch, "whole.onnx")
        torch.onnx.export(
            net,
            sample,
            whole,
            input_names=["ids", "seen", "own"],
            output_names=["scores", "vectors"],
            dynamic_axes={name: {0: "reactions", 1: "tokens"} for name in ("ids", "seen", "own")},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            whole,
            STANCE / "encoder.onnx",
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            per_channel=True,
        )
    (STANCE / "encoder.tokens.json").write_text(json.dumps(json.loads(tokens.to_str()), ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    assert POSITIONS >= 128
    main()
