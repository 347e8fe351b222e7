"""Word lists as patterns."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.lexicon import any_of, lexicon, word_lists

WORDS = st.lists(st.text("abé.-", min_size=1, max_size=5), min_size=1, max_size=8)


@given(WORDS, st.text("abé.- ", max_size=30))
def test_any_of_some_words_is_found_as_one_after_another_is_the_longest_first(words: list[str], text: str) -> None:
    in_turn = "|".join(map(regex.escape, sorted(words, key=len, reverse=True)))
    for after in ("", r"(?!\w)"):
        told = [match.span() for match in regex.finditer(f"(?:{in_turn}){after}", text)]
        assert [match.span() for match in regex.finditer(f"(?:{any_of(words)}){after}", text)] == told


def test_a_space_in_a_word_is_any_white_space() -> None:
    pattern = any_of(("New York", "New York Times", "Newsday"))
    assert regex.findall(pattern, "New\nYork Times, New  York, Newsday, NewYork") == [
        "New\nYork Times",
        "New  York",
        "Newsday",
    ]


@pytest.mark.parametrize("language", sorted(word_lists("reporting").keys() - {"all"}))
def test_words_are_kept_as_they_are_compared(language: str) -> None:
    """``Außenminister`` is compared as ``aussenminister``."""
    kept = lexicon(language)._asdict().values()
    assert [
        word for words in kept if isinstance(words, frozenset | dict) for word in words if word != word.casefold()
    ] == []
