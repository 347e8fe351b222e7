"""Which words a text lost and got."""

import pytest

from storywake.jobs.word_changes import AROUND, Piece, word_changes


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("a b c", "a b c", [Piece("same", "a b c")]),
        ("never inspected today", "once inspected today", [Piece("removed", "never "), Piece("added", "once "), Piece("same", "inspected today")]),
        ("a b", "a b c", [Piece("same", "a b "), Piece("added", "c")]),
        ("", "a", [Piece("added", "a")]),
        ("a", "", [Piece("removed", "a")]),
        ("", "", []),
        ("東京 橋", "東京 港", [Piece("same", "東京 "), Piece("removed", "橋"), Piece("added", "港")]),
    ],
)  # fmt: skip
def test_removed_and_added_words_are_told_apart(before: str, after: str, pieces: list[Piece]) -> None:
    assert word_changes(before, after) == pieces


def test_words_that_only_moved_to_another_line_stayed() -> None:
    assert word_changes("one  two\nthree", "one two three") == [Piece("same", "one two three")]


def test_long_stretches_that_stayed_are_folded() -> None:
    words = " ".join(f"w{n}" for n in range(500))
    pieces = word_changes(f"{words} old {words}", f"{words} new {words}", fold=True)
    assert [piece.kind for piece in pieces] == ["folded", "same", "removed", "added", "same", "folded"]
    assert len(pieces[1].words.split()) == AROUND
