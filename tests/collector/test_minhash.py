"""How much two sets have in common is told as surely as the number of hashes allows."""

import random

import pytest

from storywake.collector.match.minhash import MinHash


@pytest.mark.parametrize("common", [0.15, 0.5, 0.7])
def test_estimates_lie_as_near_the_truth_as_independent_hashes_do(common: float) -> None:
    chance, hashes, tries = random.Random(1), MinHash(128, seed=1), 200
    errors = []
    for _ in range(tries):
        shared = [chance.getrandbits(32) for _ in range(round(300 * common))]
        own = [chance.getrandbits(32) for _ in range(2 * (150 - len(shared) // 2))]
        one, other = frozenset([*shared, *own[::2]]), frozenset([*shared, *own[1::2]])
        truth = len(one & other) / len(one | other)
        errors.append(float((hashes.smallest(one) == hashes.smallest(other)).mean()) - truth)
    usual = (common * (1 - common) / 128) ** 0.5
    assert (sum(error**2 for error in errors) / tries) ** 0.5 < 1.3 * usual
