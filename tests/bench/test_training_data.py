"""What training starts from: the project's own reactions, and vectors kept in four bits."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from bench.base import BLOCK, from_four_bits, in_four_bits
from bench.own import read_own, read_own_claims, read_own_threads, read_own_topics
from storywake.collector.stance import STANCES


def test_own_reactions_are_balanced_in_eight_languages() -> None:
    reactions, labels = read_own("test")
    for language in ("de", "en", "es", "fi", "fr", "ru", "sv", "uk"):
        here = labels[[r.language == language for r in reactions]]
        assert np.bincount(here, minlength=len(STANCES)).min() >= 6


def test_nothing_of_the_test_part_trains() -> None:
    tested = {r.text for r in read_own("test")[0]}
    trained = {r.text for r in [*read_own("train")[0], *read_own_threads()[0], *read_own_topics()[0]]}
    assert not tested & trained


def test_threads_have_openings_and_replies() -> None:
    reactions, labels = read_own_threads()
    opens = [r for r in reactions if r.is_source]
    assert opens and all(r.source_text is None and r.parent_text is None for r in opens)
    replies = [r for r in reactions if not r.is_source]
    assert all(r.source_text and r.parent_text for r in replies)
    assert set(labels) == {0, 1, 2, 3}


def test_topics_are_no_reports() -> None:
    topics, reports = read_own_claims()
    assert "Ydinvoima" in topics and not set(topics) & set(reports)


@given(arrays(np.float32, (3, 2 * BLOCK), elements=st.floats(-4, 4, width=32, allow_subnormal=False)))
@settings(deadline=None)
def test_four_bits_keep_a_matrix_to_an_eighth_of_a_blocks_extreme(matrix: NDArray[np.float32]) -> None:
    kept = from_four_bits(*in_four_bits(matrix))
    extremes = np.abs(matrix.reshape(3, 2, BLOCK)).max(-1).repeat(BLOCK, -1).reshape(matrix.shape)
    assert np.all(np.abs(kept - matrix) <= extremes / 8 * 1.01 + 1e-6)


def test_what_was_kept_in_four_bits_is_kept_exactly() -> None:
    matrix = np.random.RandomState(0).normal(size=(8, 4 * BLOCK)).astype(np.float32)
    once = from_four_bits(*in_four_bits(matrix))
    assert np.array_equal(from_four_bits(*in_four_bits(once)), once)
