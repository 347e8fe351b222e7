"""Trains what is known of topics: ``python -m bench.train_topics`` (seconds) writes collector/stance/topics.npz.

Needs the encoders trained. Repeatable to the digit.
"""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from storywake.collector.stance.base import Reaction
from storywake.collector.stance.encoder import ENGLISH, MULTILINGUAL
from storywake.collector.stance.topics import spread, with_constant

from .own import read_own, read_own_claims, read_own_threads, read_own_topics
from .places import SHIPPED

STRENGTH = 10.0
OUT = SHIPPED / "topics.npz"


def main() -> None:
    """Fits the regression and writes it, and the middles of the vectors of opinions."""
    opinions, _ = read_own_topics()
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
    claims_center = claims.mean(0).astype(np.float64)
    kinds = np.arange(len(claims)) < len(topics)
    bare = [Reaction(r.text, r.claim) for r in opinions]
    weights = {
        "claims_center": claims_center,
        "claims": _fit(spread(claims, claims_center), kinds.astype(np.int64)),
        "multilingual_center": MULTILINGUAL.vectors(bare).mean(0),
        "english_center": ENGLISH.vectors(bare).mean(0),
    }
    np.savez_compressed(OUT, **{name: value.astype(np.float32) for name, value in weights.items()})


def _fit(features: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weights, the constant's last."""
    model = LogisticRegression(C=STRENGTH, max_iter=1000, fit_intercept=False).fit(with_constant(features), labels)
    return np.asarray(model.coef_[0], np.float64)


if __name__ == "__main__":
    main()
