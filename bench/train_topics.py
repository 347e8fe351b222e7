"""Trains what is known of topics: ``python -m bench.train_topics`` (seconds) writes collector/stance/topics.npz.

Needs the encoders trained. Repeatable to the digit.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from collector.stance.base import Reaction
from collector.stance.encoder import MULTILINGUAL
from collector.stance.topics import AGAINST, FOR, NEITHER, prepare

from .own import read_own, read_own_claims, read_own_threads, read_own_topics

STRENGTH = 1.0
CLAIM_STRENGTH = 3.0
OUT = Path(__file__).parents[1] / "collector" / "stance" / "topics.npz"


def main() -> None:
    """Fits both regressions and writes them."""
    opinions, stances = read_own_topics()
    topics, reports = read_own_claims()
    topics = sorted({*topics, *(r.claim or "" for r in opinions)})
    reports = sorted(
        {
            *reports,
            *(r.claim or "" for r in read_own("train")[0]),
            *(r.source_text or "" for r in read_own_threads()[0]),
        }
        - {""}
    )
    claims = MULTILINGUAL.vectors([Reaction(claim) for claim in topics + reports])
    kinds = np.arange(len(topics) + len(reports)) < len(topics)
    claims_center, claims_model = _fit(claims, kinds.astype(np.int64), CLAIM_STRENGTH)
    places = np.searchsorted([FOR, AGAINST, NEITHER], stances)
    opinions_center, opinions_model = _fit(
        MULTILINGUAL.vectors([Reaction(r.text, r.claim) for r in opinions]), places, STRENGTH
    )
    np.savez_compressed(
        OUT,
        claims_center=claims_center,
        claims=claims_model[:, 0],
        opinions_center=opinions_center,
        opinions=opinions_model,
    )


def _fit(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], strength: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The vectors' common part, and a column of weights a label (one for two labels)."""
    center = vectors.mean(0).astype(np.float32)
    model = LogisticRegression(C=strength, max_iter=1000, fit_intercept=False)
    model.fit(prepare(vectors, center.astype(np.float64)), labels)
    return center, model.coef_.T.astype(np.float32)


if __name__ == "__main__":
    main()
