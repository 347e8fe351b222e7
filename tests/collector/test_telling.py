"""Which posts tell most: by reach and by how central they are, one an account, near-copies once."""

import pytest

from storywake.collector.match.telling import Candidate, Told, alike, choose, copies_among, ranked, shared_word

INSPECTED = "The bridge was inspected in May, says the agency's own protocol."
COPY = "RT @agency: the bridge was INSPECTED in May, says the agency's own protocol! https://t.example/1"
OTHER = "Nobody went under that bridge with a lamp in six years."


def test_reach_and_centrality_take_turns() -> None:
    far = Candidate(1, "a", engagement=1000, said_by=0, likeness=0.0)
    central = Candidate(2, "b", engagement=0, said_by=50, likeness=1.0)
    both = Candidate(3, "c", engagement=500, said_by=40, likeness=0.9)
    neither = Candidate(4, "d", engagement=None, said_by=0, likeness=0.0)
    assert [c.reaction for c in ranked([neither, central, far, both])] == [1, 2, 3, 4]
    assert ranked([]) == []


def test_an_account_and_a_text_are_chosen_once() -> None:
    texts = {1: INSPECTED, 2: COPY, 3: OTHER, 4: "Something else entirely, by the first one.", 5: None, 6: "Short."}
    authors = {1: "a", 2: "b", 3: "c", 4: "a", 5: "d", 6: "e"}
    order = [Candidate(n, authors[n], 10 - n, 0, 0.0) for n in texts]
    assert [c.reaction for c in choose(order, texts.get, 3)] == [1, 3, 6]
    assert [c.reaction for c in choose(order, texts.get, 1)] == [1]


def test_near_copies_differ_in_case_marks_links_and_a_word() -> None:
    assert alike(Told(INSPECTED), Told(COPY))
    assert alike(Told(INSPECTED), Told(INSPECTED.replace("May", "June")))
    assert not alike(Told(INSPECTED), Told(OTHER))
    assert copies_among(INSPECTED, {2: COPY, 3: OTHER}) == {2}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("🔥🔥", "@ann 🔥 https://t.example/1", True),
        ("👏🏽👏🏽", "👏 👏 👏", True),
        ("❤️", "❤", True),
        ("🔥🔥", "😡😡", False),
        ("👏👏👏", "❤️", False),
        ("🔥😡👏❤️🎉", "🔥😡👏❤️", False),
        ("🇺🇦", "🇦🇺", False),
        ("???", "!!!", False),
        ("🔥", "https://t.example/1", False),
        ("🔥 Shame", "😡 shame", True),
    ],
)
def test_texts_without_words_are_copies_where_they_have_the_same_signs(one: str, other: str, same: bool) -> None:
    assert alike(Told(one), Told(other)) is same and alike(Told(other), Told(one)) is same


def test_a_word_that_most_share_finds_them() -> None:
    assert shared_word([INSPECTED, COPY, OTHER]) == "inspected"
    assert shared_word(["one two", "two three"]) is None, "too short to be looked for"
    assert shared_word([]) is None
