"""Trains the encoders: ``python -m bench.train_encoder FOLDER [PART...]`` (``pip install --group train``; an hour).

FOLDER holds ``rumoureval2017-train-dev.jsonl.gz`` and ``rumoureval2019-reddit-train-dev.tsv``. Writes the scores of every
English reaction by a model that saw none of its story (``bench/left_out.npz``) and the weights that ship
(``english.*.onnx.gz`` and ``multilingual.*.onnx.gz`` in ``collector/stance``, with their tokens). Parts: a story,
``english``, ``multilingual``; without any, all of them. One thread, fixed seeds, deterministic kernels: parts may run side by side, and a second run on
the same kind of processor gives the same digits.
"""

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig, BertModel

from collector.stance.base import STANCES, Reaction
from collector.stance.encoder import PAD, WIDTH, layout

from .base import Base, is_in_four_bits, settings
from .base_english import read_english
from .base_multilingual import read_multilingual
from .export_encoder import export, export_untaught
from .own import read_own_training, read_rows
from .places import LEFT_OUT, SHIPPED
from .train_stance import read_threads

BATCH = 32
RATE, HEAD_RATE, DECAY = 1e-4, 1e-3, 0.01
WARM = 0.1
KEPT = 0.95
"""How much of the running mean of the weights stays at each fourth step; the mean is what is evaluated and shipped."""
CPU = Path("/proc/cpuinfo")
HALF_PRECISION = CPU.exists() and "avx512_bf16" in CPU.read_text()
"""Whether the processor multiplies bfloat16 itself: one that does not takes five times as long with it."""
FOLDS = (
    ("charliehebdo",), ("ferguson",), ("ottawashooting",), ("sydneysiege",),
    ("ebola-essien", "germanwings-crash", "prince-toronto", "putinmissing"),
)  # fmt: skip


class Plan(NamedTuple):
    """One encoder: what it starts from, its layers, how many of them do not learn, passes over the data.

    ``untaught`` is whether the other layers also ship as they were before training, for likeness.
    """

    name: str
    base: Callable[[int], Base]
    layers: int
    frozen: int
    untaught: bool
    passes: int


ENGLISH = Plan("english", read_english, layers=6, frozen=2, untaught=True, passes=3)
MULTILINGUAL = Plan("multilingual", read_multilingual, layers=8, frozen=4, untaught=False, passes=2)


class Examples(NamedTuple):
    """Reactions laid out as token ids, with their stances, stories, and whether they were written for this project."""

    laid: list[tuple[list[int], int]]
    labels: NDArray[np.int64]
    stories: NDArray[np.str_]
    own: NDArray[np.bool_]


class Net(nn.Module):  # type: ignore[misc]
    """The encoder, and a layer that scores stances off its first state and the mean of the reaction's own words."""

    def __init__(self, plan: Plan, weights: dict[str, NDArray[np.float32]]) -> None:
        super().__init__()
        self.frozen = plan.frozen
        vocabulary = len(weights["embeddings.word_embeddings.weight"])
        self.b = BertModel(BertConfig(**settings(vocabulary, plan.layers)), add_pooling_layer=False)
        self.b.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
        self.h = nn.Linear(2 * WIDTH, len(STANCES))
        self.d = nn.Dropout(0.1)
        for part in (self.b.embeddings, *self.b.encoder.layer[: self.frozen]):
            for parameter in part.parameters():
                parameter.requires_grad = False

    def forward(self, ids: torch.Tensor, seen: torch.Tensor, own: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores, and the states after the layers that do not learn."""
        out = self.b(input_ids=ids, attention_mask=seen, token_type_ids=(seen - own).long(), output_hidden_states=True)
        states = out.last_hidden_state
        mean = (states * own.unsqueeze(-1)).sum(1) / own.sum(1, keepdim=True)
        return self.h(self.d(torch.cat([states[:, 0], mean], 1))), out.hidden_states[self.frozen]

    def learn(self) -> None:
        """Training mode, but for the parts that do not learn."""
        self.train()
        for part in (self.b.embeddings, *self.b.encoder.layer[: self.frozen]):
            part.eval()


class Untaught(nn.Module):  # type: ignore[misc]
    """The layers above those that do not learn, as they were before training."""

    def __init__(self, plan: Plan, weights: dict[str, NDArray[np.float32]]) -> None:
        super().__init__()
        self.layers = Net(plan, weights).b.encoder.layer[plan.frozen :]

    def forward(self, states: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """The states after the last layer, of those after the layers that do not learn."""
        unseen = (1.0 - seen)[:, None, None, :] * torch.finfo(torch.float32).min
        for layer in self.layers:
            states = layer(states, unseen)
        return states


def main() -> None:
    """Leaves each story out, then trains what ships; or the parts named after the folder alone."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    folder, parts = Path(sys.argv[1]), set(sys.argv[2:])
    if not parts or parts - {MULTILINGUAL.name}:
        base = ENGLISH.base(ENGLISH.layers)
        examples = read_examples(folder, base.tokens, ["en"])
        for fold in FOLDS:
            if not parts or parts & set(fold):
                leave_out(fold, base, examples)
        if not parts or ENGLISH.name in parts:
            ship(ENGLISH, base, examples)
    if not parts or MULTILINGUAL.name in parts:
        base = MULTILINGUAL.base(MULTILINGUAL.layers)
        ship(MULTILINGUAL, base, read_examples(folder, base.tokens, None))


def leave_out(fold: tuple[str, ...], base: Base, examples: Examples) -> None:
    """Trains English without the stories of ``fold`` and keeps the scores of their reactions."""
    held = np.isin(examples.stories, fold)
    net = train(ENGLISH, base, examples, np.where(~held)[0])
    _keep(int((examples.stories != "").sum()), np.where(held)[0], predict(net, examples, np.where(held)[0]))
    print(fold, flush=True)


def ship(plan: Plan, base: Base, examples: Examples) -> None:
    """Trains on all examples and writes the weights that ship."""
    net = train(plan, base, examples, np.arange(len(examples.labels)))
    matrices = {name: found for name, found in base.weights.items() if ".layer." in name and found.ndim == 2}
    above = {name: found for name, found in matrices.items() if int(name.split(".")[2]) >= plan.frozen}
    halved = {name: found for name, found in matrices.items() if name not in above and is_in_four_bits(found)}
    export(net, base, halved, SHIPPED, plan.name)
    if plan.untaught:
        export_untaught(Untaught(plan, base.weights), above, SHIPPED / f"{plan.name}.likeness.onnx.gz")
    print(plan.name, flush=True)


def _keep(count: int, places: NDArray[np.int64], found: NDArray[np.float32]) -> None:
    """Writes the scores of a story beside those of the others."""
    scores = np.full((count, len(STANCES)), np.nan, np.float16)
    if LEFT_OUT.exists():
        with np.load(LEFT_OUT, allow_pickle=False) as kept:
            scores = kept["scores"]
    scores[places] = found
    np.savez_compressed(LEFT_OUT, scores=scores)


def read_examples(folder: Path, tokens: Tokenizer, languages: list[str] | None) -> Examples:
    """The threads of RumourEval 2017, those of Reddit in 2019's, and the project's own in ``languages`` (None: in all).

    Only the first have a story, by which they can be left out.
    """
    reactions, labels, stories = read_threads(folder / "rumoureval2017-train-dev.jsonl.gz")
    reddit, reddit_labels = read_reddit(folder / "rumoureval2019-reddit-train-dev.tsv")
    own, own_labels = read_own_training(languages)
    everything = [*reactions, *reddit, *own]
    return Examples(
        [layout(reaction, tokens) for reaction in everything],
        np.concatenate([labels, reddit_labels, own_labels]),
        np.concatenate([stories, np.full(len(reddit) + len(own), "")]),
        np.arange(len(everything)) >= len(reactions) + len(reddit),
    )


def read_reddit(path: Path) -> tuple[list[Reaction], NDArray[np.int64]]:
    """Posts with what opened their thread; what each answers is not told."""
    csv.field_size_limit(1 << 30)
    rows = list(read_rows(path))
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


def train(plan: Plan, base: Base, examples: Examples, places: NDArray[np.int64]) -> Net:
    """A network trained on the examples at ``places``; its weights are the running mean over training.

    Comments are most of the threads' posts: each pass reads half of them, the next the other half, at double weight.
    Products of matrices are taken in half precision where the processor has it, which takes half the time and scores no worse.
    """
    torch.manual_seed(1)
    net = Net(plan, base.weights)
    labels = examples.labels[places]
    counts = np.bincount(labels, minlength=len(STANCES))
    weights = ((counts.sum() / 4 / counts) ** 0.5)[examples.labels].astype(np.float32)
    halved = (labels == STANCES.index("comment")) & ~examples.own[places]
    comments, others = places[halved], places[~halved]
    weights[comments] *= 2
    half = len(comments) // 2
    learning = [(name, p) for name, p in net.named_parameters() if p.requires_grad]
    mean = {name: p.detach().clone() for name, p in learning}
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for name, p in learning if name.startswith("b.")], "lr": RATE},
            {"params": net.h.parameters(), "lr": HEAD_RATE},
        ],
        weight_decay=DECAY,
    )
    steps = plan.passes * ((len(others) + half) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: min(1, k / (steps * WARM)) * max(0, 1 - k / steps)
    )
    lengths = np.array([len(ids) for ids, _ in examples.laid])
    order = np.random.RandomState(0)
    step = 0
    for turn in range(plan.passes):
        net.learn()
        if turn % 2 == 0:
            comments = order.permutation(comments)
        chosen_comments = comments[:half] if turn % 2 == 0 else comments[half:]
        for chosen in _shuffled(order, np.concatenate([others, chosen_comments]), lengths):
            with torch.autocast("cpu", torch.bfloat16, enabled=HALF_PRECISION):
                scores, _ = net(*batch(examples, chosen))
            losses = nn.functional.cross_entropy(
                scores.float(), torch.tensor(examples.labels[chosen]), reduction="none"
            )
            optimizer.zero_grad()
            (losses * torch.tensor(weights[chosen])).mean().backward()
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


if __name__ == "__main__":
    main()
