"""Teaches an encoder from a pack: ``python -m bench.learn PACK OUT [KEY=VALUE...]``, on an accelerator where there is one.

Writes ``OUT.npz``: scores of the examples that the fold leaves out and of those that never teach, and with ``keep=1`` the weights
that were learnt. Needs nothing but the pack, torch and transformers (``pip install --group train``).
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .base import from_four_bits, from_pairs
from .network import Net, Shape

DECAY, WARM = 0.01, 0.1
HEAD_RATE = 1e-3
MEAN_DECAY = 0.95
"""Of the running mean of the weights, at every fourth step; the mean is what is evaluated and shipped."""
NEVER = -2
DEFAULTS: dict[str, Any] = {
    "steps": 0,  # 0: all of them
    "fold": 5,  # 5: leave nothing out
    "layers": 6,
    "frozen": 2,
    "compares": 0,
    "passes": 3,
    "batch": 32,
    "rate": 1e-4,
    "seed": 1,
    "keep": 0,
    "limit": 0,  # seconds that teaching may take; the rate falls faster where all steps would take longer
    "start": "",  # what was learnt before, to go on from
    "skip": "",  # sources that do not teach, parted by commas
    "facts": 1.0,  # how much facts, topics and posts weigh
    "taught": 1.0,
    "thin": 1,  # every how manieth of the taught replies teaches
}


class Pack:
    """The base weights and examples that ``bench.pack`` wrote."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as data:
            self.base: dict[str, NDArray[np.float32]] = {}
            for name in data.files:
                kind, _, part = name.partition(" ")
                if kind == "numbers":
                    self.base[part] = from_four_bits(from_pairs(data[name]), data[f"scales {part}"])
                elif kind == "base":
                    self.base[part] = data[name].astype(np.float32)
            self.tokens, self.lengths, self.own = (data[k].astype(np.int64) for k in ("tokens", "lengths", "own"))
            self.chances = data["chances"].astype(np.float32)
            self.weights, self.folds, self.again = data["weights"], data["folds"], data["again"]
            self.sources, self.languages, self.units = data["sources"], data["languages"], data["units"]
        self.starts = np.concatenate([[0], self.lengths.cumsum()])


class Batches:
    """Examples on a device, padded on the way."""

    def __init__(self, pack: Pack, device: str) -> None:
        width = int(pack.lengths.max())
        ids = np.ones((len(pack.lengths), width), np.int64)
        for row, (start, length) in enumerate(zip(pack.starts, pack.lengths, strict=False)):
            ids[row, :length] = pack.tokens[start : start + length]
        self.ids = torch.tensor(ids, dtype=torch.int32, device=device)
        self.lengths = torch.tensor(pack.lengths, device=device)
        self.own = torch.tensor(pack.own, device=device)
        self.places = torch.arange(width, device=device)[None]

    def of(self, chosen: torch.Tensor, width: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Token ids, which of them are there, and which are the reactions' own."""
        places = self.places[:, :width]
        seen = (places < self.lengths[chosen][:, None]).float()
        own = (places < self.own[chosen][:, None]).float()
        return self.ids[chosen, :width].long(), seen, own


def teach(pack: Pack, plan: dict[str, Any], device: str) -> tuple[Net, Batches]:
    """A network taught by what a fold does not leave out; its weights are the running mean over training."""
    torch.manual_seed(plan["seed"])
    net = _net(pack, plan, device)
    batches = Batches(pack, device)
    places, weight = _what_teaches(pack, plan)
    weight = weight.to(device)
    chances = torch.tensor(pack.chances[:, plan["fold"]], device=device)
    learning = [p for p in net.parameters() if p.requires_grad]
    mean = [p.detach().clone() for p in learning]
    optimizer = _optimizer(net, plan, device)
    rate = Rate(plan["passes"] * (len(places) // plan["batch"] + 1), plan["limit"])
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate.share)
    halved = multiplies_bfloat16(device)
    for step, chosen in enumerate(_in_passes(net, places, pack, plan), start=1):
        width = int(pack.lengths[chosen].max())
        here = torch.tensor(chosen, device=device)
        with torch.autocast(device, torch.bfloat16, enabled=halved):
            scores, _states = net(*batches.of(here, width))
        losses = -(torch.log_softmax(scores.float(), 1) * chances[here]).sum(1)
        optimizer.zero_grad()
        (losses * weight[here]).mean().backward()
        nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        schedule.step()
        if step % 4 == 0:
            kept = min(MEAN_DECAY, step / (step + 40))
            with torch.no_grad():
                torch._foreach_mul_(mean, kept)
                torch._foreach_add_(mean, learning, alpha=1 - kept)
        rate.heed_limit(step)
        if step >= (plan["steps"] or rate.steps):
            break
    with torch.no_grad():
        for p, value in zip(learning, mean, strict=True):
            p.copy_(value)
    return net.eval(), batches


def multiplies_bfloat16(device: str) -> bool:
    """Whether a device has instructions for products of 16-bit numbers; without them they take nine times as long as 32-bit ones."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _net(pack: Pack, plan: dict[str, Any], device: str) -> Net:
    """The network before training: the base weights, or those of ``plan["start"]``."""
    shape = Shape(plan["layers"], plan["frozen"], bool(plan["compares"]))
    net: Net = Net(shape, pack.base, "sdpa").to(device)
    if plan["start"]:
        with np.load(plan["start"], allow_pickle=False) as before:
            learnt = {
                n.partition(" ")[2]: torch.tensor(before[n].astype(np.float32))
                for n in before.files
                if n[:7] == "learnt "
            }
        net.load_state_dict(learnt, strict=False)
    return net


def _what_teaches(pack: Pack, plan: dict[str, Any]) -> tuple[NDArray[np.int64], torch.Tensor]:
    """The places of the examples that teach, and the weight of every example."""
    skipped = np.isin(pack.sources, plan["skip"].split(","))
    thinned = (pack.sources == "taught") & (np.arange(len(pack.folds)) % plan["thin"] != 0)
    left = (pack.folds == plan["fold"]) | (pack.folds == NEVER)
    places = np.where(~(left | skipped | thinned | pack.again))[0]
    weights = pack.weights.copy()
    threads = np.isin(pack.sources, ["threads", "reddit", "taught", "own threads", "own train"])
    weights[~threads] *= plan["facts"]
    weights[pack.sources == "taught"] *= plan["taught"]
    return places, torch.tensor(weights)


def _optimizer(net: Net, plan: dict[str, Any], device: str) -> torch.optim.Optimizer:
    """AdamW with a rate of its own for the layer that scores."""
    encoder = [p for name, p in net.named_parameters() if p.requires_grad and name.startswith("b.")]
    return torch.optim.AdamW(
        [{"params": encoder, "lr": plan["rate"]}, {"params": net.h.parameters(), "lr": HEAD_RATE}],
        weight_decay=DECAY,
        fused=device == "cuda",
    )


class Rate:
    """How the learning rate changes, over fewer steps than planned where they would take longer than ``limit`` seconds."""

    def __init__(self, planned: int, limit: float) -> None:
        self.steps = planned
        self._planned, self._limit, self._began = planned, limit, time.time()

    def share(self, step: int) -> float:
        """The part of the full rate at a step: it rises to 1, then falls to 0 at the last step."""
        return float(min(1.0, step / (self._planned * WARM)) * max(0.0, 1 - step / self.steps))

    def heed_limit(self, step: int) -> None:
        """Works out anew, at each hundredth step, how many steps the limit allows."""
        if self._limit and step % 100 == 0:
            possible = int(step * self._limit / (time.time() - self._began))
            self.steps = max(step + 1, min(self._planned, possible))


def _in_passes(net: Net, places: NDArray[np.int64], pack: Pack, plan: dict[str, Any]) -> Iterator[NDArray[np.int64]]:
    """Batches of the examples at ``places``, all of them in each pass, in another order each time."""
    order = np.random.RandomState(plan["seed"])
    for _ in range(plan["passes"]):
        net.learn()
        yield from shuffled(order, places, pack, plan["batch"])


def shuffled(order: np.random.RandomState, places: NDArray[np.int64], pack: Pack, size: int) -> list[NDArray[np.int64]]:
    """Batches in a random order, each of examples of like length; those of one unit stand side by side.

    Side by side a reaction to a claim and the same to its opposite leave, of what a step learns, how they differ.
    """
    units, where = np.unique(pack.units[places], return_inverse=True)
    mixed = places[np.argsort(order.permutation(len(units))[where], kind="stable")]
    longest = np.zeros(len(units), np.int64)
    np.maximum.at(longest, where, pack.lengths[places])
    length = dict(zip(places.tolist(), longest[where].tolist(), strict=True))
    rank = {place: number for number, place in enumerate(mixed.tolist())}
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(mixed), size * 20):
        part = sorted(mixed[start : start + size * 20].tolist(), key=lambda place: (length[place], rank[place]))
        batches += [np.array(part[i : i + size]) for i in range(0, len(part), size)]
    return [batches[i] for i in order.permutation(len(batches))]


def predict(net: Net, batches: Batches, pack: Pack, places: NDArray[np.int64], device: str) -> NDArray[np.float32]:
    """Scores of the examples at ``places``, in order."""
    scores = np.zeros((len(places), 4), np.float32)
    order = np.argsort(pack.lengths[places], kind="stable")
    with torch.no_grad():
        for start in range(0, len(order), 256):
            part = order[start : start + 256]
            width = int(pack.lengths[places[part]].max())
            found, _ = net(*batches.of(torch.tensor(places[part], device=device), width))
            scores[part] = found.float().cpu().numpy()
    return scores


def main() -> None:
    """One job."""
    began = time.time()
    path, out = Path(sys.argv[1]), Path(sys.argv[2])
    plan = DEFAULTS | {
        key: type(DEFAULTS.get(key, 0))(value) for key, _, value in (given.partition("=") for given in sys.argv[3:])
    }
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pack = Pack(path)
    net, batches = teach(pack, plan, device)
    taught = time.time()
    held = np.where((pack.folds == plan["fold"]) | (pack.folds == NEVER))[0]
    found: dict[str, Any] = {"held": held, "scores": predict(net, batches, pack, held, device).astype(np.float16)}
    if plan["keep"]:
        found |= {
            f"learnt {name}": p.detach().float().cpu().numpy().astype(np.float16)
            for name, p in net.named_parameters()
            if p.requires_grad
        }
    np.savez(out.with_suffix(".npz"), **found, plan=np.array(json.dumps(plan)))
    print(
        json.dumps({"out": out.name, "seconds": round(taught - began), "all": round(time.time() - began), **plan}),
        flush=True,
    )


if __name__ == "__main__":
    main()
