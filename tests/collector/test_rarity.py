"""How rare a word is: common words of nine languages are known as such, whatever pieces they are put together of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.stance.rarity import rarity


@pytest.mark.parametrize("word", ["council", "Bridge", "airline", "Büro", "silta", "puente", "мост", "міст", "réunion"])
def test_a_common_word_is_not_rare(word: str) -> None:
    assert rarity(word) < 15.5


@pytest.mark.parametrize("word", ["Harrowmere", "Thackwell", "Valmorency", "Kuuslahti", "Ковильський"])
def test_a_name_that_few_know_is(word: str) -> None:
    assert rarity(word) > 20


@given(st.text(max_size=30))
def test_any_word_has_a_rarity(word: str) -> None:
    assert 0 <= rarity(word) < float("inf")
