"""Trains the linear assessor: ``python -m bench.train_stance FOLDER`` writes collector/stance/linear.npz.

FOLDER holds ``rumoureval2017-train-dev.jsonl.gz``: threads of posts with human stance labels, one JSON object a
line (event, thread, is_source, stance, payload). Whole stories are left out in turn to measure; then all of them train
what ships. Repeatable to the digit.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, recall_score

from storywake.collector.stance.base import STANCES, Reaction
from storywake.collector.stance.features import BUCKETS, read_features

from .own import read_own
from .places import SHIPPED

STRENGTH = 0.3
BARE = 0.3
"""What a reaction counts once more without its thread, so that the model can do without."""
OUT = SHIPPED / "linear.npz"


def main() -> None:
    """Trains, prints the figures as one JSON line, and writes the weights."""
    reactions, labels, stories = read_threads(Path(sys.argv[1]) / "rumoureval2017-train-dev.jsonl.gz")
    own, own_labels = read_own("train")
    probabilities = leave_stories_out(reactions, labels, stories, own, own_labels)
    decided = probabilities.argmax(1)
    model = fit(*stack(reactions, own), np.concatenate([labels, own_labels]))
    weights = np.zeros((BUCKETS, 4), np.float32)
    weights[:, model.classes_] = model.coef_.T
    np.savez_compressed(OUT, weights=weights.astype(np.float16))
    recalls = recall_score(labels, decided, average=None)
    figures = {
        "posts": len(labels),
        "stories_left_out": len(set(stories)),
        "macro_f1": round(float(f1_score(labels, decided, average="macro")), 3),
        "f1": dict(zip(STANCES, f1_score(labels, decided, average=None).round(3).tolist(), strict=True)),
        "recall_geometric_mean": round(float(np.prod(recalls) ** 0.25), 3),
        "expected_calibration_error": round(calibration_error(probabilities, labels), 3),
        "bytes": OUT.stat().st_size,
    }
    print(json.dumps(figures))


def leave_stories_out(
    reactions: list[Reaction],
    labels: NDArray[np.int64],
    stories: NDArray[np.str_],
    own: list[Reaction],
    own_labels: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Probabilities of each reaction by a model that saw none of its story."""
    whole, bare = stack(reactions, own)
    everything = np.concatenate([labels, own_labels])
    probabilities = np.zeros((len(labels), 4))
    for story in sorted(set(stories)):
        held = np.concatenate([stories == story, np.zeros(len(own), bool)])
        model = fit(whole[~held], bare[~held], everything[~held])
        probabilities[held[: len(labels)]] = model.predict_proba(whole[held])
    return probabilities


def stack(reactions: list[Reaction], own: list[Reaction]) -> tuple[csr_matrix, csr_matrix]:
    """Features of reactions in their threads, and of the same on their own."""
    everything = [*reactions, *own]
    bare = [Reaction(r.text, language=r.language) for r in everything]
    return matrix([read_features(r) for r in everything]), matrix([read_features(r) for r in bare])


def read_threads(path: Path) -> tuple[list[Reaction], NDArray[np.int64], NDArray[np.str_]]:
    """Reactions with parent and opening, labels as indexes into ``STANCES``, and the story of each."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows: list[dict[str, Any]] = [json.loads(line) for line in file]
    words = {row["payload"]["id_str"]: row["payload"]["text"] for row in rows}
    reactions = [
        Reaction(
            row["payload"]["text"],
            parent_text=words.get(row["payload"].get("in_reply_to_status_id_str") or ""),
            source_text=words.get(row["thread"]),
            is_source=row["is_source"],
            language="en",
        )
        for row in rows
    ]
    labels = np.array([STANCES.index(row["stance"]) for row in rows])
    return reactions, labels, np.array([row["event"] for row in rows])


def matrix(features: list[dict[int, float]]) -> csr_matrix:
    """Features as a sparse matrix."""
    values = [v for found in features for v in found.values()]
    places = [k for found in features for k in found]
    ends = np.cumsum([0, *(len(found) for found in features)])
    return csr_matrix((values, places, ends), shape=(len(features), BUCKETS))


def fit(whole: csr_matrix, bare: csr_matrix, labels: NDArray[np.int64]) -> LogisticRegression:
    """Logistic regression on reactions in their threads and, more lightly, on their own."""
    model = LogisticRegression(C=STRENGTH, max_iter=500, fit_intercept=False)
    weights = np.concatenate([np.ones(len(labels)), np.full(len(labels), BARE)])
    model.fit(vstack([whole, bare]), np.concatenate([labels, labels]), sample_weight=weights)
    return model


def calibration_error(probabilities: NDArray[np.float64], labels: NDArray[np.int64], bins: int = 10) -> float:
    """Expected calibration error of the likeliest stance (Guo et al. 2017), ten bins of equal width."""
    sure, right = probabilities.max(1), probabilities.argmax(1) == labels
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(sure[place == b].mean() - right[place == b].mean()) * (place == b).mean()
            for b in range(bins)
            if (place == b).any()
        )
    )


if __name__ == "__main__":
    main()
