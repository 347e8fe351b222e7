"""What is said: 10,000 reactions grouped, how long that takes and whether it comes out the same; how pure and stable groups are.

``storywake bench remarks --data FOLDER`` needs the folder that training needs; without it, texts that are made up are grouped,
and nothing is said of purity. Posts a second of the vectors, which are made once and kept, are measured apart.
"""

import csv
import gzip
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storywake.collector.match.remarks import Places, Remark, group, space, words
from storywake.collector.stance.base import Reaction
from storywake.collector.stance.meanings import as_vectors, meanings

from .own import read_own
from .train_stance import read_threads

ROWS = 10_000
ENCODED = 1000
MAX_SECONDS = 20.0
MIN_KEPT = 0.9
LARGE = 200
"""Posts that a story must have for its groups to be measured."""


def bench_remarks(data: str | None) -> dict[str, Any]:
    """Seconds for 10,000 reactions with vectors kept, to the 20 that are allowed."""
    texts = _replies(Path(data)) if data else _made_up()
    started = time.perf_counter()
    encoded = meanings([Reaction(text, language="en") for text in texts[:ENCODED]])
    rate = ENCODED / (time.perf_counter() - started)
    vectors = as_vectors(
        encoded
        + [
            p
            for at in range(ENCODED, ROWS, 500)
            for p in meanings([Reaction(t, language="en") for t in texts[at : at + 500]])
        ]
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, begun = time.perf_counter(), time.process_time()
    first = group(range(ROWS), space(vectors, texts), texts)
    seconds, busy = time.perf_counter() - started, time.process_time() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    known = [remark._replace(identity=number) for number, remark in enumerate(first)]
    again = group(range(ROWS), space(vectors, texts), texts, known)
    same = again == known and group(range(ROWS), space(vectors, texts), texts) == first
    figures: dict[str, Any] = {
        "reactions": ROWS,
        "seconds": round(seconds, 2),
        "processor_seconds": round(busy, 2),
        "same_again": same,
        "groups": len(first),
        "grouped": sum(len(remark.members) for remark in first),
        "mib_grown": round(grown),
        "vectors_per_second": round(rate, 1),
    }
    kept = 1.0
    if data:
        figures["stories"] = stories(Path(data))
        kept = min(row["pairs_kept"] for row in figures["stories"].values())
    return {
        "bench": "remarks",
        "ratio": round(MAX_SECONDS / seconds, 3),
        "goal": 1.0,
        "met": seconds <= MAX_SECONDS and same and kept >= MIN_KEPT,
        "figures": figures,
    }


def stories(folder: Path) -> dict[str, dict[str, float]]:
    """By story: ``agree`` (pairs of different texts in a group whose human stances are the same, all stances grouped together),
    ``chance`` (such pairs of any two), ``pairs_kept`` and ``centres_kept`` (of what stood before, after a tenth more came)."""
    reactions, labels, names = read_threads(folder / "rumoureval2017-train-dev.jsonl.gz")
    found = {}
    for story in sorted(set(names)):
        rows = np.flatnonzero(names == story)
        if len(rows) >= LARGE:
            texts = [reactions[row].text for row in rows]
            vectors = as_vectors(meanings([Reaction(text, language="en") for text in texts]))
            found[str(story)] = _purity(texts, vectors, labels[rows]) | _stability(texts, vectors)
    return found


def _purity(texts: list[str], vectors: Places, labels: NDArray[np.int64]) -> dict[str, float]:
    said = [words(text) for text in texts]
    remarks = group(range(len(texts)), space(vectors, texts), texts)
    same = pairs = 0
    for remark in remarks:
        own = labels[list({said[row]: row for row in remark.members}.values())]
        same += int((own[:, None] == own).sum() - len(own)) // 2
        pairs += len(own) * (len(own) - 1) // 2
    every = labels[list({each: row for row, each in enumerate(said)}.values())]
    shares = np.bincount(every) / len(every)
    return {
        "groups": len(remarks),
        "grouped": round(sum(len(remark.members) for remark in remarks) / len(texts), 3),
        "agree": round(same / max(pairs, 1), 3),
        "chance": round(float((shares**2).sum()), 3),
    }


def _stability(texts: list[str], vectors: Places) -> dict[str, float]:
    old = np.sort(np.random.default_rng(1).permutation(len(texts))[: round(len(texts) / 1.1)])
    before = group(old.tolist(), space(vectors[old], [texts[row] for row in old]), [texts[row] for row in old])
    before = [remark._replace(identity=number) for number, remark in enumerate(before)]
    after = group(range(len(texts)), space(vectors, texts), texts, before)
    one, other = _pairs(before), _pairs(after)
    now = {remark.identity: remark.centre for remark in after}
    inside = {pair for pair in other if set(pair) <= set(old.tolist())}
    return {
        "pairs_kept": round(len(one & other) / max(len(one | inside), 1), 3),
        "centres_kept": round(float(np.mean([now.get(r.identity) == r.centre for r in before])), 3),
    }


def _pairs(remarks: list[Remark]) -> set[tuple[int, int]]:
    return {(a, b) for remark in remarks for a in remark.members for b in remark.members if a < b}


def _replies(folder: Path) -> list[str]:
    with gzip.open(folder / "rumour-replies-taught.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["text"] for row, _ in zip(rows, range(ROWS), strict=False)]


def _made_up() -> list[str]:
    own = [reaction.text for reaction in read_own("test")[0]]
    return [f"{own[number % len(own)]} {own[number * 7 % len(own)]} {number // len(own)}" for number in range(ROWS)]
