"""The shares of the four stances among reactions, estimated with intervals; counting decisions is biased where a model errs unevenly.

How a model errs is learnt from stories that it had not seen and people labelled: the mean of its probabilities over the
reactions of each stance, and how that mean differs from story to story. A sample's mean probabilities are then what its
shares, unknown, mix of those (probabilistic adjusted count, Bella et al. 2010), give or take chance and the story's
own way. Which shares are likely is told by Bayes's rule, over shares drawn from a prior of two parts: balances such as
stories have, and any at all. So few reactions, or such as say little, leave the estimate near what stories usually are,
and a sample that departs from them is followed.
"""

import math
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .stance.base import STANCES, read_weights

Array = NDArray[np.float64]

KINDS = len(STANCES)
SHIPPED = "shares.npz"
DRAWS = 2000
"""Shares tried of each part of the prior."""
ALIKE = 200.0
"""How many labelled reactions the balance that stories have counts like, in the part of the prior that expects it."""
USUAL = 0.8
"""How likely a story's balance is held to be a usual one, where the estimate is made."""
USUAL_IN_INTERVAL = 0.4
"""The same where the interval is: it has to hold in unusual stories too."""
TAILS = 4.0
"""Degrees of freedom of Student's t: so few stories tell little of how far one may differ."""
FEW = 1.0
"""Of few reactions of a stance in a story, the mean is drawn towards all stories': this many count for those."""
MOST = 100.0
"""A story of more reactions than this says no more of how stories differ."""
LEAST_SPREAD = 1e-6


class Validation(NamedTuple):
    """What is kept of a model's probabilities on labelled stories that it had not seen, a row a story, a column a label."""

    counts: Array  # stories x 4
    sums: Array  # stories x 4 x 4: of the probabilities
    squares: Array  # stories x 4 x 4 x 4: of the products of two


class Estimate(NamedTuple):
    """Shares in the order of ``STANCES``, which sum to 1, and each one's 95 % interval."""

    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


class _Tried(NamedTuple):
    """Shares that are tried, and what a sample would look like under each."""

    shares: Array  # draws x 4
    chances: Array  # of each before the sample is seen, where the estimate is made
    chances_in_interval: Array
    means: Array  # draws x 3: of the probabilities
    spreads: Array  # draws x 3 x 3: the covariance of one reaction's
    shifts: Array  # draws x 3 x 3: of a story's mean


def summarise(probabilities: Array, labels: NDArray[np.int64], stories: NDArray[np.str_]) -> Validation:
    """What to keep of a model's probabilities (a row a reaction), the labels (indexes into ``STANCES``) and their stories.

    Raises ValueError where there are fewer than two stories or a stance without a label.
    """
    names = sorted(set(stories.tolist()))
    if len(names) < 2 or len(set(labels.tolist())) < KINDS:
        raise ValueError("Shares need labels of all four stances in two stories or more.")
    groups = [[probabilities[(stories == name) & (labels == kind)] for kind in range(KINDS)] for name in names]
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
        counts, sums, squares = validation
        totals = counts.sum(0)
        means = sums.sum(0) / totals[:, None]
        spreads = squares.sum(0) / totals[:, None, None] - means[:, :, None] * means[:, None, :]
        drawn = (sums + FEW * means) / (counts + FEW)[:, :, None]
        weights = np.minimum(counts.sum(1), MOST)
        self._usual = totals / totals.sum()
        self._means = means[:, :-1]
        self._spreads = spreads[:, :-1, :-1]
        self._own = (drawn - means)[:, :, :-1]
        self._weights = weights / weights.sum()
        self._tried = lru_cache(64)(self._try)

    def estimate(self, probabilities: Array, known: Iterable[int] | None = None) -> Estimate | None:
        """The shares among reactions with such probabilities (a row a reaction); None where there is none.

        ``known`` has an index into ``STANCES`` for each reaction that an analyst judged and -1 for the others. Those are
        taken as known; they also tell of the others' shares, as a sample of the same story.
        """
        total = len(probabilities)
        if not total:
            return None
        judged = np.full(total, -1) if known is None else np.fromiter(known, np.int64, total)
        rest = probabilities[judged < 0]
        labels = np.bincount(judged[judged >= 0], minlength=KINDS)
        tried = self._tried(tuple(labels.tolist()))
        likely = _likely(tried, rest)
        chances = _normed(tried.chances * likely)
        shares = (labels + len(rest) * (chances @ tried.shares)) / total
        low, high = _interval(tried.shares, _normed(tried.chances_in_interval * likely))
        return Estimate(
            tuple((shares / shares.sum()).tolist()),
            tuple(np.minimum(low, shares).tolist()),
            tuple(np.maximum(high, shares).tolist()),
        )

    def _try(self, labels: tuple[int, ...]) -> _Tried:
        """Shares drawn from each part of the prior as the labels leave it; always the same."""
        draw = np.random.default_rng(1945)
        parts = [ALIKE * self._usual, np.ones(KINDS)]
        shares = np.concatenate([draw.dirichlet(part + labels, DRAWS) for part in parts])
        evidence = np.array([_log_beta(part + labels) - _log_beta(part) for part in parts])
        evidence = np.exp(evidence - evidence.max())
        means = shares @ self._means
        apart = self._means[None] - means[:, None]
        spreads = np.einsum("gc,cde->gde", shares, self._spreads) + np.einsum("gc,gcd,gce->gde", shares, apart, apart)
        own = np.einsum("gc,scd->gsd", shares, self._own)
        stories = 1 / (self._weights**2).sum()
        shifts = np.einsum("s,gsd,gse->gde", self._weights, own, own) * (stories + 1) / max(stories - 1, 0.5)
        return _Tried(
            shares,
            np.repeat(evidence * [USUAL, 1 - USUAL], DRAWS),
            np.repeat(evidence * [USUAL_IN_INTERVAL, 1 - USUAL_IN_INTERVAL], DRAWS),
            means,
            spreads,
            shifts,
        )


def _likely(tried: _Tried, rest: Array) -> Array:
    """How likely each of the shares tried makes a sample's mean probabilities, up to a factor."""
    if not len(rest):
        return np.ones(len(tried.shares))
    spread = tried.spreads / len(rest) + tried.shifts + LEAST_SPREAD * np.eye(KINDS - 1)
    off = rest.mean(0)[:-1].round(12) - tried.means
    distance = (off * np.linalg.solve(spread, off[:, :, None])[:, :, 0]).sum(1)
    logs = -0.5 * (TAILS + KINDS - 1) * np.log1p(distance / TAILS) - 0.5 * np.linalg.slogdet(spread)[1]
    return np.asarray(np.exp(logs - logs.max()))


def _interval(shares: Array, chances: Array) -> tuple[Array, Array]:
    """Where the middle 95 % of each share lie."""
    order = shares.argsort(0)
    summed = chances[order].cumsum(0)
    ends = [np.minimum((summed < end).sum(0), len(shares) - 1) for end in (0.025, 0.975)]
    ordered = np.take_along_axis(shares, order, 0)
    low, high = (ordered[end, np.arange(KINDS)] for end in ends)
    return low, high


def _normed(weights: Array) -> Array:
    return np.asarray(weights / weights.sum())


def _log_beta(weights: Array) -> float:
    """The logarithm of the multivariate beta function."""
    return sum(math.lgamma(w) for w in weights) - math.lgamma(float(weights.sum()))
