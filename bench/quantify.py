"""Estimators of shares that ours is compared with: what the literature on quantification counts as usual.

Each is given a validation set (a model's probabilities and human labels of other stories) and a sample's probabilities,
and says the shares. See Esuli, Fabris, Moreo, Sebastiani, Learning to Quantify (2023).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
KINDS = 4
BANDWIDTH = 0.1
BINS = np.linspace(0, 1, 9)
ROUNDS = 200
SHRUNK = 10.0
"""Reactions that the usual balance counts like where expectation and maximisation are held to it."""


class Known(NamedTuple):
    """A validation set."""

    probabilities: Array
    labels: NDArray[np.int64]

    def by_label(self) -> list[Array]:
        """The probabilities of each stance's reactions."""
        return [self.probabilities[self.labels == kind] for kind in range(KINDS)]

    def usual(self) -> Array:
        """The shares in it."""
        return shares_of(self.labels)


def shares_of(stances: NDArray[np.int64]) -> Array:
    """The shares of stances given as indexes."""
    return np.asarray(np.bincount(stances, minlength=KINDS) / len(stances))


def classify_and_count(known: Known, sample: Array) -> Array:
    """The likeliest stances, counted."""
    return shares_of(sample.argmax(1))


def calibrated_mean(known: Known, sample: Array) -> Array:
    """The mean of the probabilities (probabilistic classify and count)."""
    return np.asarray(sample.mean(0))


def adjusted_count(known: Known, sample: Array) -> Array:
    """Counts, undone by how often each stance is taken for each (Forman 2005)."""
    return _unmix(np.array([shares_of(rows.argmax(1)) for rows in known.by_label()]), shares_of(sample.argmax(1)))


def probabilistic_adjusted_count(known: Known, sample: Array) -> Array:
    """The same of mean probabilities (Bella et al. 2010)."""
    return _unmix(np.array([rows.mean(0) for rows in known.by_label()]), sample.mean(0))


def expectation_maximisation(known: Known, sample: Array) -> Array:
    """Priors that the sample itself makes likeliest (Saerens, Latinne and Decaestecker 2002)."""
    return _maximise(sample / known.usual(), known.usual(), 0.0)


def expectation_maximisation_held(known: Known, sample: Array) -> Array:
    """The same under a Dirichlet prior at the usual balance."""
    return _maximise(sample / known.usual(), known.usual(), SHRUNK)


def kernel_density(known: Known, sample: Array) -> Array:
    """The mixture of the stances' densities of probabilities that makes the sample likeliest (KDEy-ML, Moreo et al. 2023)."""
    densities = np.zeros((len(sample), KINDS))
    for kind, rows in enumerate(known.by_label()):
        apart = (sample**2).sum(1)[:, None] + (rows**2).sum(1)[None] - 2 * sample @ rows.T
        densities[:, kind] = np.exp(-apart / (2 * BANDWIDTH**2)).mean(1) + 1e-12
    return _maximise(densities, known.usual(), 0.0)


def histogram_matching(known: Known, sample: Array) -> Array:
    """The mixture of the stances' histograms of probabilities that is nearest by Hellinger's distance (HDy, González-Castro 2013)."""
    parts = np.array([_histograms(rows) for rows in known.by_label()])
    wanted = _histograms(sample)
    found = np.full(KINDS, 1 / KINDS)
    for _ in range(ROUNDS):
        mixed = np.tensordot(found, parts, 1) + 1e-9
        gain = (np.sqrt(wanted / mixed)[None] * parts).sum((1, 2)) / KINDS
        found = found * np.exp(gain - found @ gain)
        found /= found.sum()
    return np.asarray(found)


METHODS: dict[str, Callable[[Known, Array], Array]] = {
    "counting": classify_and_count,
    "calibrated mean": calibrated_mean,
    "adjusted count": adjusted_count,
    "probabilistic adjusted count": probabilistic_adjusted_count,
    "SLD": expectation_maximisation,
    "SLD held": expectation_maximisation_held,
    "HDy": histogram_matching,
    "KDEy-ML": kernel_density,
}


def _histograms(rows: Array) -> Array:
    return np.array([np.histogram(column, BINS)[0] / len(rows) for column in rows.T])


def _maximise(likelihoods: Array, usual: Array, held: float) -> Array:
    shares = usual
    for _ in range(ROUNDS):
        parts = likelihoods * shares
        shares = (parts / parts.sum(1, keepdims=True)).sum(0) + held * usual
        shares = shares / shares.sum()
    return np.asarray(shares)


def _unmix(mixture: Array, seen: Array) -> Array:
    """The shares whose mixture is nearest to what is seen: projected gradient descent."""
    shares = np.full(KINDS, 1 / KINDS)
    inner = mixture @ mixture.T
    rate = 1 / float(np.linalg.eigvalsh(inner)[-1])
    for _ in range(5 * ROUNDS):
        shares = _onto_simplex(shares - rate * (inner @ shares - mixture @ seen))
    return shares


def _onto_simplex(point: Array) -> Array:
    """The nearest shares to a point (Duchi et al. 2008)."""
    ordered = np.sort(point)[::-1]
    over = (ordered.cumsum() - 1) / np.arange(1, len(point) + 1)
    return np.asarray(np.maximum(point - over[np.nonzero(ordered > over)[0][-1]], 0.0))
