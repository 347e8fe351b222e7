"""Stance towards a claim: support, deny, query, comment."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.stance import ASSESSORS, DEFAULT, STANCES, Reaction
from collector.stance.cues import count_cues

PLAIN = [
    ("This is fake news, it never happened.", "deny"),
    ("Is this true? Any source?", "query"),
    ("Tämä on täyttä valetta", "deny"),
    ("Onko tämä totta?", "query"),
    ("Das stimmt nicht, reine Lüge", "deny"),
    ("Det där är lögn, det har aldrig hänt", "deny"),
    ("Es mentira, un bulo total", "deny"),
    ("C'est vrai ?", "query"),
    ("Это фейк, ложь", "deny"),
    ("Це брехня, фейк", "deny"),
    ("Это правда, мы писали об этом", "support"),
    ("Nice weather today", "comment"),
    ("The story is not inconsistent with earlier reporting.", "support"),
]


@pytest.mark.parametrize(("text", "stance"), PLAIN)
def test_plain_cases_in_eight_languages(text: str, stance: str) -> None:
    [found] = ASSESSORS[DEFAULT].assess([Reaction(text)])
    assert found.stance == stance


def test_not_inconsistent_agrees_and_not_true_denies() -> None:
    assert count_cues("It is not inconsistent with earlier reporting", "en")[:2] == (1, 0)
    support, deny, _ = count_cues("It is not true", "en")
    assert deny > support


@pytest.mark.parametrize("name", ASSESSORS)
@given(
    st.lists(
        st.builds(
            Reaction,
            st.text(max_size=80),
            st.none(),
            st.none() | st.text(max_size=30),
            st.none() | st.text(max_size=30),
            st.none() | st.booleans(),
            st.sampled_from([None, "en", "fi", "xx"]),
        ),
        max_size=4,
    )
)
@settings(max_examples=60, deadline=None)
def test_probabilities_sum_to_one_and_nothing_breaks(name: str, reactions: list[Reaction]) -> None:
    found = ASSESSORS[name].assess(reactions)
    assert len(found) == len(reactions)
    for assessment in found:
        assert sum(assessment.probabilities) == pytest.approx(1, abs=1e-5)
        assert assessment.stance in STANCES
    assert found == ASSESSORS[name].assess(reactions), "the same words, the same answer"


def test_position_in_the_thread_counts() -> None:
    words = "Police say that three people were hurt at the bridge"
    opens, answers = ASSESSORS[DEFAULT].assess([Reaction(words, is_source=True), Reaction(words, is_source=False)])
    assert opens.probabilities[0] > answers.probabilities[0]


def test_the_weights_are_plain_arrays() -> None:
    from importlib import resources

    with (
        resources.files("collector.stance").joinpath("linear.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as data,
    ):
        assert set(data.files) == {"weights", "decision"}
