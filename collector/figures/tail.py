"""How unusual a large number is beside others of its kind, where most are small and a few are huge."""

import math
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from . import Z_95

MIN_PEERS = 50
"""Numbers beside which one can be called unusual."""
MIN_TAIL = 10
"""Of the largest of them, those that the tail is told by: a tenth, or so many."""
MIN_SHAPE = 0.25
"""The thinnest tail that is believed: where all are alike the estimate would be none at all."""


class Tail(NamedTuple):
    """What is known of how large numbers of a kind get."""

    peers: int
    usual: float  # their median
    share: float  # of the peers that are in the tail
    threshold: float  # where the tail begins, counted from one up
    shape: float  # the larger, the more slowly it falls off


def tail_of(peers: Sequence[float]) -> Tail | None:
    """The tail of numbers of a kind; None where there are too few.

    It falls off as a power. Its shape is told by the largest tenth (B. M. Hill, "A simple general approach to inference
    about the tail of a distribution", Annals of Statistics 3, 1975), of which the upper end of the 95 % interval is
    taken, so that few peers make nothing look unusual. Numbers are counted from one up, below which all are alike.
    """
    count = len(peers)
    if count < MIN_PEERS:
        return None
    size = max(MIN_TAIL, count // 10)
    largest = sorted((max(number, 0.0) + 1.0 for number in peers), reverse=True)[: size + 1]
    threshold = largest[-1]
    shape = sum(math.log(number / threshold) for number in largest[:-1]) / size
    shape = max(shape * (1 + Z_95 / math.sqrt(size)), MIN_SHAPE)
    return Tail(count, float(median(peers)), size / count, threshold, shape)


def exceedance(tail: Tail, value: float) -> float:
    """The chance (0 to 1) that one of a kind is as large as ``value``: ``share * (value / threshold) ** (-1 / shape)``
    (I. Weissman, "Estimation of parameters and large quantiles based on the k largest observations", JASA 73, 1978).

    1 where the value lies below the tail, about which this says nothing.
    """
    over = (max(value, 0.0) + 1.0) / tail.threshold
    return float(tail.share * over ** (-1 / tail.shape)) if over > 1 else 1.0
