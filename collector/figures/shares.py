"""The shares of the four stances among reactions, estimated with intervals; counting decisions is biased where a model errs unevenly.

How a model errs is learnt from stories that it had not seen and people labelled: the mean of its probabilities over the
reactions of each stance, and how those means differ from story to story. A sample's mean is then what its shares,
unknown, mix of those (as in the probabilistic adjusted count, Bella et al. 2010), give or take chance and the story's own
way. Which shares are likely is told by Bayes's rule, over shares drawn from a prior of two parts: balances near what
the model's probabilities say as they are, and any balance at all. So an estimate stays with the probabilities where there
is little to go by, and leaves them where a sample departs from what they let one expect.
"""

import math
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..stance.base import STANCES, read_weights

Array = NDArray[np.float64]

KINDS = len(STANCES)
SHIPPED = "shares.npz"
DRAWS = 1000
"""Shares tried of each part of the prior."""
NEAR_CONCENTRATION = 40.0
"""How many labelled reactions the mean of the probabilities counts like, in the part of the prior that is near it."""
USUAL_PSEUDO_COUNT = 20.0
"""How many reactions of the usual balance are added to that mean, so that few say little."""
NEAR_PROBABILITY = 0.6
"""How likely the first part of the prior is where the estimate is made of many reactions; of fewer it is likelier."""
INTERVAL_NEAR_PROBABILITY = 0.4
"""The same where the interval is: it has to hold in unusual stories too."""
DEGREES_OF_FREEDOM = 4.0
"""Degrees of freedom of Student's t: so few stories tell little of how far one may differ."""
INTERVAL_LIKELIHOOD_POWER = 0.8
"""The power to which likelihood is raised where the interval is made: a story differs in more ways than the few others did."""
NORMALITY_PSEUDO_COUNT = 10.0
"""The mean of so few reactions is far from normal, and counts half of what it would if it were."""
STANCE_PSEUDO_COUNT = 1.0
"""Of few reactions of a stance in a story, the mean is drawn towards all stories' as by so many of those."""
MAX_STORY_WEIGHT = 100.0
"""A story of more reactions than this says no more of how stories differ."""
MIN_VARIANCE = 1e-4
"""The least variance of a story's mean probability."""


class Validation(NamedTuple):
    """What is kept of a model's probabilities on labelled stories that it had not seen, a row a story, a column a label."""

    counts: Array  # stories x 4
    sums: Array  # stories x 4 x 3: of the probabilities but the last, which follows
    products: Array  # stories x 4 x 3 x 3: of two of them


class Estimate(NamedTuple):
    """Shares in the order of ``STANCES``, which sum to 1, and each one's 95 % interval."""

    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def summarise(probabilities: Array, labels: NDArray[np.int64], stories: NDArray[np.str_]) -> Validation:
    """What to keep of a model's probabilities (a row a reaction), the labels (indexes into ``STANCES``) and their stories.

    Raises ValueError where there are fewer than two stories or a stance without a label.
    """
    names = sorted(set(stories.tolist()))
    if len(names) < 2 or len(set(labels.tolist())) < KINDS:
        raise ValueError("Shares need labels of all four stances in two stories or more.")
    seen = probabilities[:, :-1]
    groups = [[seen[(stories == name) & (labels == kind)] for kind in range(KINDS)] for name in names]
    return Validation(
        np.array([[float(len(rows)) for rows in story] for story in groups]),
        np.array([[rows.sum(0) for rows in story] for story in groups]),
        np.array([[rows.T @ rows for rows in story] for story in groups]),
    )


@cache
def shipped() -> "Shares":
    """For the assessor that ships."""
    kept = read_weights(SHIPPED)
    return Shares(Validation(*(kept[name].astype(np.float64) for name in Validation._fields)))


class Shares:
    """Estimates shares for a model of which a validation is known. Repeatable; an estimate costs some milliseconds."""

    def __init__(self, validation: Validation) -> None:
        counts, sums, products = validation
        totals = counts.sum(0)
        self._usual = totals / totals.sum()
        self._means = sums.sum(0) / totals[:, None]  # by stance
        self._squares = (products.sum(0) / totals[:, None, None]).reshape(KINDS, -1)
        own = (sums + STANCE_PSEUDO_COUNT * self._means) / (counts + STANCE_PSEUDO_COUNT)[:, :, None] - self._means
        weights = np.minimum(counts.sum(1), MAX_STORY_WEIGHT)
        weights = weights / weights.sum()
        stories = 1 / (weights**2).sum()
        known = (stories + 1) / max(stories - 1, 0.5)  # the others' mean is not known exactly either
        self._shifts = known * np.einsum("s,scd,ske->ckde", weights, own, own).reshape(KINDS * KINDS, -1)

    def estimate(self, probabilities: Array, known: Iterable[int] | None = None) -> Estimate | None:
        """The shares among reactions with such probabilities (a row a reaction); None where there is none.

        ``known`` has an index into ``STANCES`` for each reaction that an analyst judged and -1 for the others. Those are
        taken as known; they also tell of the others' shares, as a sample of the same story.
        """
        total = len(probabilities)
        if not total:
            return None
        judged = np.full(total, -1) if known is None else np.fromiter(known, np.int64, total)
        labels = np.bincount(judged[judged >= 0], minlength=KINDS)
        rest = probabilities[judged < 0]
        mean = rest.mean(0).round(12) if len(rest) else self._usual
        tried, evidence = _draw(
            (len(rest) * mean + USUAL_PSEUDO_COUNT * self._usual) / (len(rest) + USUAL_PSEUDO_COUNT), labels
        )
        logs = self._likelihoods(tried, mean[:-1], len(rest)) if len(rest) else np.zeros(len(tried))
        trust = 1 - (1 - NEAR_PROBABILITY) * total / (total + USUAL_PSEUDO_COUNT)
        shares = (labels + len(rest) * (_chances(evidence, trust, logs) @ tried)) / total
        shares /= shares.sum()
        low, high = _interval(tried, _chances(evidence, INTERVAL_NEAR_PROBABILITY, INTERVAL_LIKELIHOOD_POWER * logs))
        return Estimate(
            tuple(shares.tolist()),
            tuple(np.minimum(low, shares).tolist()),
            tuple(np.maximum(high, shares).tolist()),
        )

    def _likelihoods(self, tried: Array, mean: Array, count: int) -> Array:
        """The logarithm of how likely each of the shares tried makes the mean of so many reactions, up to a constant."""
        size = len(mean)
        expected = tried @ self._means
        pairs = (tried[:, :, None] * tried[:, None, :]).reshape(len(tried), -1)
        chance = (tried @ self._squares).reshape(-1, size, size) - expected[:, :, None] * expected[:, None, :]
        spread = chance / count + (pairs @ self._shifts).reshape(-1, size, size) + MIN_VARIANCE * np.eye(size)
        off = mean - expected
        distance = (off * np.linalg.solve(spread, off[:, :, None])[:, :, 0]).sum(1)
        logs = (
            -0.5 * (DEGREES_OF_FREEDOM + size) * np.log1p(distance / DEGREES_OF_FREEDOM)
            - 0.5 * np.linalg.slogdet(spread)[1]
        )
        return np.asarray(logs * count / (count + NORMALITY_PSEUDO_COUNT))


def _draw(near: Array, labels: NDArray[np.int64]) -> tuple[Array, Array]:
    """Shares drawn from each part of the prior as the labels leave it, always the same; the labels' evidence for each part."""
    random = np.random.default_rng(1945)
    parts = [NEAR_CONCENTRATION * near / near.sum(), np.ones(KINDS)]
    tried = np.concatenate([random.dirichlet(part + labels, DRAWS) for part in parts])
    return tried, np.array([_log_beta(part + labels) - _log_beta(part) for part in parts])


def _chances(evidence: Array, trust: float, logs: Array) -> Array:
    """How likely each of the shares tried is, the first part of the prior being believed so far."""
    weighed = logs + np.repeat(evidence + np.log([trust, 1 - trust]), DRAWS)
    powers = np.exp(weighed - weighed.max())
    return np.asarray(powers / powers.sum())


def _interval(tried: Array, chances: Array) -> tuple[Array, Array]:
    """Where the middle 95 % of each share lie."""
    order = tried.argsort(0)
    summed = chances[order].cumsum(0)
    ordered = np.take_along_axis(tried, order, 0)
    ends = [np.minimum((summed < end).sum(0), len(tried) - 1) for end in (0.025, 0.975)]
    low, high = (ordered[end, np.arange(KINDS)] for end in ends)
    return low, high


def _log_beta(weights: Array) -> float:
    """The logarithm of the multivariate beta function."""
    return sum(math.lgamma(w) for w in weights) - math.lgamma(float(weights.sum()))
