"""Shares are measured by protocol, and the file that ships is made of them, the same each time."""

from pathlib import Path

import numpy as np
import pytest

import bench.shares
from bench.quantify import METHODS, Known, shares_of
from bench.shares import LeftOut, bench_shares, draw, table, write_validation


def left_out() -> LeftOut:
    """Five invented stories, the last of them small, read by a model that misses most denials."""
    random = np.random.default_rng(5)
    leans = np.array([[4.0, 0.6, 0.4, 3.0], [1.2, 2.0, 0.8, 3.5], [0.6, 0.7, 4.0, 3.0], [1.2, 0.9, 0.6, 6.0]])
    labels = random.choice(4, 1250, p=[0.2, 0.1, 0.1, 0.6])
    probabilities = np.array([random.dirichlet(leans[label]) for label in labels])
    return LeftOut(probabilities, labels, np.repeat(["a", "b", "c", "d", "e"], [300, 300, 300, 300, 50]))


def test_artificial_samples_differ_in_balance_and_stay_within_their_story() -> None:
    given = left_out()
    drawn = draw(given)
    assert len(drawn["artificial"]) == len(drawn["as they are"]) == 4 * bench.shares.SAMPLES
    assert [name for name, _ in drawn["whole"]] == ["a", "b", "c", "d", "e"]
    for name, rows in [*drawn["artificial"], *drawn["as they are"]]:
        assert len(rows) == 200 and set(given.stories[rows]) == {name}
    denials = [shares_of(given.labels[rows])[1] for _, rows in drawn["artificial"]]
    assert min(denials) < 0.05 and max(denials) > 0.6


@pytest.mark.parametrize("method", METHODS)
def test_each_method_says_shares_that_sum_to_one(method: str) -> None:
    given = left_out()
    found = METHODS[method](Known(given.probabilities, given.labels), given.probabilities[:200])
    assert found.sum() == pytest.approx(1.0) and found.min() >= 0.0


def test_the_figures_and_the_table_name_every_method(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.shares, "SAMPLES", 4)
    figures = bench_shares(left_out())
    assert set(figures["errors"]) == {*METHODS, "ours"}
    assert figures["errors"]["ours"]["artificial"] < figures["errors"]["counting"]["artificial"]
    assert set(figures["goals"]) == set(bench.shares.GOALS)
    assert all(name in table(figures) for name in figures["errors"])


def test_the_file_that_ships_is_small_and_the_same_each_time(tmp_path: Path) -> None:
    one, other = tmp_path / "one.npz", tmp_path / "other.npz"
    write_validation(left_out(), one)
    write_validation(left_out(), other)
    assert one.read_bytes() == other.read_bytes()
    assert one.stat().st_size < 50_000 and bench.shares.VALIDATION.stat().st_size < 50_000
    with np.load(bench.shares.VALIDATION, allow_pickle=False) as kept:
        assert set(kept.files) == {"counts", "sums", "products"}
