"""Estimates the shares of the four stances, with intervals. Counting decisions is biased where a model's errors are uneven.

A model's errors are learnt from labelled stories that it had not seen: the mean of what it says (its probabilities, their
squares, and which one is likeliest) over the reactions of each stance, and how these means vary between stories. The mean
over a sample is then a mixture of these means, with the unknown shares as weights (as in the probabilistic adjusted count,
Bella et al. 2010), plus sampling error and the variation between stories. Bayes's rule gives the posterior over shares
drawn from a prior of two parts: balances near what is counted and what the probabilities add up to (their mean, with some
reactions of the usual balance added), and all balances alike. So an estimate stays near these where there is little
evidence, and leaves them where the sample contradicts them.
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
SUMS = 4 * KINDS - 1
"""Numbers that an estimate adds up over reactions (``added_up``)."""
SHIPPED = "shares.npz"
DRAWS = 1000
"""Shares drawn from each part of the prior."""
NEAR_CONCENTRATION = 300.0
"""The concentration of the prior's part near what is counted: it counts like so many labelled reactions."""
USUAL_PSEUDO_COUNT = 50.0
"""Reactions with the usual balance that are added to that, so that few reactions change it little."""
FEW_REACTIONS = 10.0
"""Reactions at which the near part's probability is halfway between certain and ``NEAR_PROBABILITY``."""
NEAR_PROBABILITY = 0.78
"""Prior probability of the near part, for the estimate from many reactions; it rises where there are few."""
INTERVAL_NEAR_PROBABILITY = 0.3
"""The same for the interval, which has to hold in unusual stories too."""
DEGREES_OF_FREEDOM = 4.0
"""Of Student's t: few stories say little about how far one may deviate."""
INTERVAL_LIKELIHOOD_POWER = 0.6
"""The power to which the likelihood is raised for the interval: a story may deviate in more ways than the few others did."""
NORMALITY_PSEUDO_COUNT = 10.0
"""Reactions at which the log-likelihood counts half, since the mean of so few is far from normal."""
STANCE_PSEUDO_COUNT = 1.0
"""Reactions of the mean of all stories that are added to a story's own, to shrink means of few reactions."""
MAX_STORY_WEIGHT = 100.0
"""Reactions; a larger story counts no more in the variation between stories."""
MIN_VARIANCE = 1e-4
"""Of a story's means; added to the covariance so that it can be inverted."""
AT_ONCE = 200
"""Of the shares tried, how many likelihoods are worked out at once: their matrices stay in the processor's cache, and all at
once take four times as long.
"""


class Validation(NamedTuple):
    """Sums over what a model says (``_said``) of labelled stories that it had not seen; a row per story, a column per
    label.
    """

    counts: Array  # stories x 4
    sums: Array  # stories x 4 x 9
    products: Array  # stories x 4 x 9 x 9: of the products of two of them


class Estimate(NamedTuple):
    """Shares in the order of ``STANCES``, which sum to 1, and the ends of their 95 % intervals."""

    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def summarise(probabilities: Array, labels: NDArray[np.int64], stories: NDArray[np.str_]) -> Validation:
    """Sums up a model's probabilities (a row per reaction), given labels (indexes into ``STANCES``) and stories.

    Raises ValueError where there are fewer than two stories or a stance without a label.
    """
    names = sorted(set(stories.tolist()))
    if len(names) < 2 or len(set(labels.tolist())) < KINDS:
        raise ValueError("Shares need labels of all four stances in two stories or more.")
    seen = _said(probabilities)
    groups = [[seen[(stories == name) & (labels == kind)] for kind in range(KINDS)] for name in names]
    return Validation(
        np.array([[float(len(rows)) for rows in story] for story in groups]),
        np.array([[rows.sum(0) for rows in story] for story in groups]),
        np.array([[rows.T @ rows for rows in story] for story in groups]),
    )


@cache
def shipped() -> "Shares":
    """The estimator for the default assessor."""
    kept = read_weights(SHIPPED)
    return Shares(Validation(*(kept[name].astype(np.float64) for name in Validation._fields)))


class Shares:
    """Estimates shares for a model with a known validation. Deterministic; an estimate takes a few milliseconds."""

    def __init__(self, validation: Validation) -> None:
        counts, sums, products = validation
        totals = counts.sum(0)
        self._usual = totals / totals.sum()
        self._means = sums.sum(0) / totals[:, None]  # by stance
        squares = products.sum(0) / totals[:, None, None]
        self._spreads = (squares - self._means[:, :, None] * self._means[:, None, :]).reshape(KINDS, -1)  # by stance
        own = (sums + STANCE_PSEUDO_COUNT * self._means) / (counts + STANCE_PSEUDO_COUNT)[:, :, None] - self._means
        weights = np.minimum(counts.sum(1), MAX_STORY_WEIGHT)
        weights = weights / weights.sum()
        stories = 1 / (weights**2).sum()
        known = (stories + 1) / max(stories - 1, 0.5)  # the others' mean is not known exactly either
        self._shifts = known * np.einsum("s,scd,ske->ckde", weights, own, own).reshape(KINDS * KINDS, -1)

    def estimate(self, probabilities: Array, known: Iterable[int] | None = None) -> Estimate | None:
        """The shares among reactions, given their probabilities (a row each); None where there are no reactions.

        ``known`` has an index into ``STANCES`` for each reaction that an analyst labelled, -1 for the others. Labels are
        taken as true, and as a sample they are evidence on the shares of the others too.
        """
        return self.estimate_summed(added_up(probabilities, known).sum(0))

    def estimate_summed(self, sums: Array) -> Estimate | None:
        """The same, given the sums over all reactions of what ``added_up`` tells of each."""
        labelled, counted, chances, squares = np.split(sums, [KINDS, 2 * KINDS, 3 * KINDS])
        labels, rest = labelled.astype(np.int64), round(float(counted.sum()))
        total = int(labels.sum()) + rest
        if not total:
            return None
        said = np.concatenate([chances[:-1], squares, counted[:-1]])
        near = (counted + chances) / 2 + USUAL_PSEUDO_COUNT * self._usual
        tried, evidence = _draw(near.round(9), labels, rest)
        logs = self._likelihoods(tried, (said / rest).round(12), rest) if rest else np.zeros(len(tried))
        trust = 1 - (1 - NEAR_PROBABILITY) * total / (total + FEW_REACTIONS)
        shares = (labels + rest * (_chances(evidence, trust, logs) @ tried)) / total
        shares /= shares.sum()
        whole = (labels + rest * tried) / total
        low, high = _interval(whole, _chances(evidence, INTERVAL_NEAR_PROBABILITY, INTERVAL_LIKELIHOOD_POWER * logs))
        return Estimate(
            tuple(shares.tolist()),
            tuple(np.minimum(low, shares).tolist()),
            tuple(np.maximum(high, shares).tolist()),
        )

    def _likelihoods(self, tried: Array, mean: Array, count: int) -> Array:
        """The log-likelihood of each of the shares ``tried``, given the mean over ``count`` reactions, up to a constant."""
        parts = [tried[start : start + AT_ONCE] for start in range(0, len(tried), AT_ONCE)]
        logs = np.concatenate([self._likelihoods_at_once(part, mean, count) for part in parts])
        return np.asarray(logs * count / (count + NORMALITY_PSEUDO_COUNT))

    def _likelihoods_at_once(self, tried: Array, mean: Array, count: int) -> Array:
        """The same before those of few reactions, whose mean is far from normal, are lessened."""
        size = len(mean)
        expected = tried @ self._means
        pairs = (tried[:, :, None] * tried[:, None, :]).reshape(len(tried), -1)
        own = (tried @ self._spreads).reshape(-1, size, size)
        spread = own / count + (pairs @ self._shifts).reshape(-1, size, size) + MIN_VARIANCE * np.eye(size)
        off = mean - expected
        distance = (off * np.linalg.solve(spread, off[:, :, None])[:, :, 0]).sum(1)
        return np.asarray(
            -0.5 * (DEGREES_OF_FREEDOM + size) * np.log1p(distance / DEGREES_OF_FREEDOM)
            - 0.5 * np.linalg.slogdet(spread)[1]
        )


def added_up(probabilities: Array, known: Iterable[int] | None = None) -> Array:
    """What an estimate adds up over reactions, a row each of ``SUMS`` numbers, given what ``Shares.estimate`` is.

    Which stance it was labelled as (four); where it was not, which stance is likeliest (four), the probabilities (four) and
    the squares of all but the last (three).
    """
    total = len(probabilities)
    judged = np.full(total, -1) if known is None else np.fromiter(known, np.int64, total)
    labelled = (judged >= 0)[:, None]
    likeliest = np.eye(KINDS)[probabilities.argmax(1)] if total else np.empty((0, KINDS))
    rest = np.hstack([likeliest, probabilities, probabilities[:, :-1] ** 2])
    return np.hstack([np.eye(KINDS)[judged] * labelled, rest * ~labelled])


def _said(probabilities: Array) -> Array:
    """What a model says of each reaction, nine numbers: all probabilities but the last (which follows from them), their
    squares, and which stance is likeliest.
    """
    first = probabilities[:, :-1]
    likeliest = np.eye(KINDS)[probabilities.argmax(1), :-1] if len(probabilities) else np.empty((0, KINDS - 1))
    return np.hstack([first, first**2, likeliest])


def _draw(near: Array, labels: NDArray[np.int64], count: int) -> tuple[Array, Array]:
    """Shares that ``count`` reactions may have, drawn from each part of the prior updated by the labels (always the
    same), and the log-evidence of the labels for each part.
    """
    random = np.random.default_rng(1945)
    parts = [NEAR_CONCENTRATION * near / near.sum(), np.ones(KINDS)]
    tried = np.concatenate([random.dirichlet(part + labels, DRAWS) for part in parts])
    if count:
        tried = random.multinomial(count, tried) / count
    return tried, np.array([_log_beta(part + labels) - _log_beta(part) for part in parts])


def _chances(evidence: Array, trust: float, logs: Array) -> Array:
    """The posterior probability of each of the shares tried; ``trust`` is the prior probability of the near part."""
    weighed = logs + np.repeat(evidence + np.log([trust, 1 - trust]), DRAWS)
    powers = np.exp(weighed - weighed.max())
    return np.asarray(powers / powers.sum())


def _interval(tried: Array, chances: Array) -> tuple[Array, Array]:
    """The central 95 % of each share: its lower and upper ends."""
    order = tried.argsort(0)
    summed = chances[order].cumsum(0)
    ordered = np.take_along_axis(tried, order, 0)
    ends = [np.minimum((summed < end).sum(0), len(tried) - 1) for end in (0.025, 0.975)]
    low, high = (ordered[end, np.arange(KINDS)] for end in ends)
    return low, high


def _log_beta(weights: Array) -> float:
    """The logarithm of the multivariate beta function."""
    return sum(math.lgamma(w) for w in weights) - math.lgamma(float(weights.sum()))
