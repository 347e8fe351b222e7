"""How far two judges agree beyond chance."""

from collections import Counter
from collections.abc import Hashable, Sequence


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """Cohen's kappa (J. Cohen, 1960) of two judges' labels of the same items: 1 is full agreement, 0 is chance.

    None where there are no items, or where both used a single label throughout.
    """
    total = len(one)
    if not total or total != len(other):
        return None
    seen = sum(a == b for a, b in zip(one, other, strict=True)) / total
    ours, theirs = Counter(one), Counter(other)
    chance = sum(ours[label] * theirs[label] for label in ours) / total**2
    return None if chance == 1 else (seen - chance) / (1 - chance)
