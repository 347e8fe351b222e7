"""What the wording of a reaction says of a claim."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storywake.collector.stance.base import STANCES, Reaction
from storywake.collector.stance.coverage import REPORT, TOPIC
from storywake.collector.stance.wording import MAX_WORDS, WORDING, read_wording

CLAIM = "The bridge was inspected in May."


def likeliest(text: str, kind: str = REPORT) -> str:
    [row] = WORDING.chances([Reaction(text, CLAIM, language="en")], [kind])
    return STANCES[int(row.argmax())]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("nobody ever came out here, not once", "deny"),
        ("Which office did it? Is there a record?", "query"),
    ],
)
def test_words_tell_a_stance_towards_a_claim_without_a_negation(text: str, stance: str) -> None:
    assert likeliest(text) == stance


def test_words_of_the_claim_do_not_count_as_such() -> None:
    one = Reaction("the bridges are old", "The bridge is old", language="en")
    other = Reaction("the tunnels are old", "The tunnel is old", language="en")
    assert read_wording(one) == read_wording(other)


def test_words_past_the_bound_are_not_read() -> None:
    start = " ".join(["word"] * MAX_WORDS)
    [one, other] = WORDING.chances(
        [Reaction(text, CLAIM, language="xx") for text in (start + " nobody", start + " never")], [TOPIC, TOPIC]
    )
    assert one == pytest.approx(other, abs=0.02), "only length and the like may differ"


def test_a_word_without_end_costs_little() -> None:
    assert len(read_wording(Reaction("ab" * 500_000, CLAIM, language="en"))) < 200


def test_nothing_asked_is_nothing_answered() -> None:
    assert WORDING.chances([], []).shape == (0, len(STANCES))


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=300), claim=st.text(max_size=100), language=st.sampled_from(["en", "uk", "fi"]))
def test_any_text_has_chances_that_sum_to_one(text: str, claim: str, language: str) -> None:
    chances = WORDING.chances([Reaction(text, claim, language=language)] * 2, [REPORT, TOPIC])
    assert np.allclose(chances.sum(1), 1)
    assert (chances >= 0).all()
