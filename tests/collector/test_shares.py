"""Shares are estimated from how a model errs: with intervals, held back where there is little to go by, anchored by labels."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from storywake.collector.figures.shares import Estimate, Shares, shipped, summarise

Array = NDArray[np.float64]
USUAL = np.array([0.2, 0.08, 0.08, 0.64])
LEANS = np.array([[4.0, 0.6, 0.4, 3.0], [1.2, 2.0, 0.8, 3.5], [0.6, 0.7, 4.0, 3.0], [1.2, 0.9, 0.6, 6.0]])
"""A model that takes most of what it reads for comments, denials above all."""


def read(labels: NDArray[np.int64], draw: np.random.Generator, own: float = 0.0) -> Array:
    """What the model says of reactions with these labels."""
    leans = LEANS * np.exp(own * draw.normal(size=LEANS.shape))
    found = np.array([draw.dirichlet(leans[label]) for label in labels])
    return np.asarray(0.98 * found + 0.005)


def stories(count: int = 8, size: int = 400) -> tuple[Array, NDArray[np.int64], NDArray[np.str_]]:
    draw = np.random.default_rng(7)
    labels = [draw.choice(4, size, p=draw.dirichlet(150 * USUAL)) for _ in range(count)]
    probabilities = [read(part, draw, 0.1) for part in labels]
    return np.concatenate(probabilities), np.concatenate(labels), np.repeat([f"s{n}" for n in range(count)], size)


@pytest.fixture(scope="module")
def ours() -> Shares:
    return Shares(summarise(*stories()))


def wanted(estimate: Estimate | None) -> Estimate:
    assert estimate is not None
    return estimate


def sample(balance: Array, size: int, seed: int) -> tuple[Array, NDArray[np.int64]]:
    draw = np.random.default_rng(seed)
    labels = draw.choice(4, size, p=balance)
    return read(labels, draw, 0.1), labels


@given(
    rows=st.lists(st.tuples(*[st.floats(0.0, 1.0)] * 4).filter(lambda row: sum(row) > 0.01), min_size=1, max_size=30),
    labels=st.lists(st.integers(-1, 3), min_size=30, max_size=30),
    order=st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=40)
def test_shares_sum_to_one_lie_in_their_intervals_and_do_not_hang_on_the_order(
    ours: Shares, rows: list[tuple[float, ...]], labels: list[int], order: object
) -> None:
    probabilities = np.array(rows) / np.array(rows).sum(1, keepdims=True)
    known = np.array(labels[: len(rows)])
    found = wanted(ours.estimate(probabilities, known))
    assert sum(found.shares) == pytest.approx(1.0)
    for low, share, high in zip(found.low, found.shares, found.high, strict=True):
        assert 0.0 <= low <= share <= high <= 1.0
    places = np.random.default_rng(len(rows)).permutation(len(rows))
    other = wanted(ours.estimate(probabilities[places], known[places]))
    np.testing.assert_allclose(np.array(other), np.array(found), atol=1e-9)


def test_nothing_has_no_shares(ours: Shares) -> None:
    assert ours.estimate(np.zeros((0, 4))) is None


def test_one_reaction_says_little(ours: Shares) -> None:
    found = wanted(ours.estimate(np.array([[0.05, 0.9, 0.02, 0.03]])))
    assert found.shares[1] == pytest.approx(USUAL[1], abs=0.15)
    assert found.shares[3] == pytest.approx(USUAL[3], abs=0.15)
    assert max(high - low for low, high in zip(found.low, found.high, strict=True)) > 0.5


def test_an_estimate_is_repeatable(ours: Shares) -> None:
    probabilities, _ = sample(USUAL, 100, 3)
    assert ours.estimate(probabilities) == Shares(summarise(*stories())).estimate(probabilities)


def test_a_sample_full_of_denials_is_told_though_each_is_taken_for_a_comment(ours: Shares) -> None:
    balance = np.array([0.1, 0.6, 0.1, 0.2])
    errors, counted = [], []
    for seed in range(10):
        probabilities, labels = sample(balance, 200, seed)
        truth = np.bincount(labels, minlength=4) / 200
        errors.append(np.abs(np.array(wanted(ours.estimate(probabilities)).shares) - truth).mean())
        counted.append(np.abs(np.bincount(probabilities.argmax(1), minlength=4) / 200 - truth).mean())
    assert np.mean(errors) < 0.65 * np.mean(counted)


def test_intervals_hold_the_truth_about_as_often_as_they_say(ours: Shares) -> None:
    held = []
    draw = np.random.default_rng(11)
    for seed in range(60):
        balance = draw.dirichlet(np.ones(4)) if seed % 2 else draw.dirichlet(150 * USUAL)
        probabilities, labels = sample(balance, 200, seed)
        truth = np.bincount(labels, minlength=4) / 200
        found = wanted(ours.estimate(probabilities))
        held += [low <= part <= high for low, part, high in zip(found.low, truth, found.high, strict=True)]
    assert np.mean(held) >= 0.9


def test_more_reactions_make_the_interval_narrower(ours: Shares) -> None:
    widths = []
    for size in (5, 50, 500):
        found = wanted(ours.estimate(sample(USUAL, size, 5)[0]))
        widths.append(sum(found.high) - sum(found.low))
    assert widths == sorted(widths, reverse=True)


def test_labels_bring_the_estimate_nearer_and_all_labels_are_the_truth(ours: Shares) -> None:
    draw = np.random.default_rng(4)
    errors: dict[int, list[float]] = {0: [], 20: [], 50: [], 200: []}
    for seed in range(15):
        probabilities, labels = sample(draw.dirichlet(np.ones(4)), 200, seed)
        truth = np.bincount(labels, minlength=4) / 200
        for count, found in errors.items():
            known = np.where(np.arange(200) < count, labels, -1)
            found.append(float(np.abs(np.array(wanted(ours.estimate(probabilities, known)).shares) - truth).mean()))
    means = [np.mean(errors[count]) for count in (0, 20, 50, 200)]
    assert means == sorted(means, reverse=True)
    assert means[-1] == pytest.approx(0.0, abs=1e-9)


def test_ten_thousand_reactions_and_hundreds_of_groups_are_quick(ours: Shares) -> None:
    probabilities, _ = sample(USUAL, 10_000, 1)
    started = time.process_time()
    ours.estimate(probabilities)
    assert time.process_time() - started < 1.0
    started = time.process_time()
    for size in range(1, 101):
        ours.estimate(probabilities[:size])
    assert time.process_time() - started < 4.0


def test_one_story_or_a_stance_without_a_label_is_no_validation() -> None:
    probabilities, labels, names = stories(2, 100)
    with pytest.raises(ValueError, match="two stories"):
        summarise(probabilities[:100], labels[:100], names[:100])
    with pytest.raises(ValueError, match="four stances"):
        summarise(probabilities[labels != 1], labels[labels != 1], names[labels != 1])


def test_what_ships_follows_what_the_reactions_say() -> None:
    sure = [np.full((100, 4), 0.05) + 0.8 * np.eye(4)[kind] for kind in range(4)]
    for kind, probabilities in enumerate(sure):
        assert np.argmax(wanted(shipped().estimate(probabilities)).shares) == kind
