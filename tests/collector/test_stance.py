"""Stance towards a claim: support, deny, query, comment."""

import time
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storywake.collector.errors import BadInput
from storywake.collector.stance import DEFAULT, NAMES, STANCES, Assessment, Reaction, assessor
from storywake.collector.stance.adapt import Adapted
from storywake.collector.stance.blend import weights_of
from storywake.collector.stance.cues import count_cues
from storywake.collector.stance.topics import TOPICS

MAX_SECONDS = 10.0
"""Processor time for a text that is made to be slow; by its square it takes a quarter of a minute."""
SHIPPED = Path(str(resources.files("storywake.collector.stance")))

PLAIN = [
    ("This is fake news, it never happened.", "deny"),
    ("Is this true? Any source?", "query"),
    ("Onko tämä totta?", "query"),
    ("Das stimmt nicht, reine Lüge", "deny"),
    ("Det där är lögn, det har aldrig hänt", "deny"),
    ("Es mentira, un bulo total", "deny"),
    ("Это фейк, ложь", "deny"),
    ("Это правда, мы писали об этом", "support"),
    ("Nice weather today", "comment"),
    ("The story is not inconsistent with earlier reporting.", "support"),
]


@pytest.mark.parametrize(("text", "stance"), PLAIN)
def test_plain_cases_in_eight_languages(text: str, stance: str) -> None:
    [found] = assessor(DEFAULT).assess([Reaction(text)])
    assert found.stance == stance


def test_two_words_are_read_where_their_language_is_told() -> None:
    [found] = assessor(DEFAULT).assess([Reaction("C'est vrai ?", language="fr")])
    assert (found.stance, found.unclear) == ("query", False)


@pytest.mark.parametrize("text", ["Tämä on täyttä valetta", "Це брехня, фейк"])
def test_a_lie_without_a_claim_is_a_denial_or_unclear(text: str) -> None:
    [found] = assessor(DEFAULT).assess([Reaction(text)])
    assert found.stance == "deny" or found.unclear


def test_not_inconsistent_agrees_and_not_true_denies() -> None:
    assert count_cues("It is not inconsistent with earlier reporting", "en")[:2] == (1, 0)
    support, deny, _ = count_cues("It is not true", "en")
    assert deny > support


def test_a_text_of_nothing_but_cues_is_counted_in_time_by_its_length() -> None:
    began = time.process_time()
    assert count_cues("lie " * 25_000, "en") == (0, 25_000, 0)
    assert time.process_time() - began < MAX_SECONDS


EMBEDDED = [name for name in NAMES if name != "llm"]


@pytest.mark.parametrize("name", EMBEDDED)
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
@settings(max_examples=25, deadline=None)
def test_probabilities_sum_to_one_and_nothing_breaks(name: str, reactions: list[Reaction]) -> None:
    found = assessor(name).assess(reactions)
    assert len(found) == len(reactions)
    for assessment in found:
        assert sum(assessment.probabilities) == pytest.approx(1, abs=1e-5)
        assert assessment.stance in STANCES
    again = assessor(name).assess(reactions)
    assert [a.stance for a in found] == [a.stance for a in again], "the same words, the same answer"


def test_position_in_the_thread_counts() -> None:
    words = "Police say that three people were hurt at the bridge"
    opens, answers = assessor(DEFAULT).assess([Reaction(words, is_source=True), Reaction(words, is_source=False)])
    assert opens.probabilities[0] > answers.probabilities[0]


def likeliest(found: Assessment) -> str:
    """The stance that is said where it is covered and sure enough."""
    return STANCES[int(np.argmax(found.probabilities))]


TOPICS_AND_OPINIONS = [
    ("Car-free Sundays", "Best idea in years, the kids had the whole street", "support"),
    ("Car-free Sundays", "What a stupid ban, nobody asked us and I still have to get to work", "deny"),
    ("Car-free Sundays", "Off to watch the match with my brother tonight", "comment"),
    ("Offshore drilling", "Good jobs for our coast and petrol we can afford. Yes please!", "support"),
]


@pytest.mark.parametrize(("topic", "text", "stance"), TOPICS_AND_OPINIONS)
def test_towards_a_topic_one_is_for_or_against(topic: str, text: str, stance: str) -> None:
    [found] = assessor(DEFAULT).assess([Reaction(text, topic, language="en")])
    assert likeliest(found) == stance
    assert found.unclear, "opinions on topics are not read surely enough to be said"


def test_a_report_is_no_topic() -> None:
    drilling, wind_power, report = TOPICS.are_topics(
        ["Offshore drilling", "Merituulivoima", "Two workers died on an oil rig off the coast of Norway on Monday"]
    )
    assert drilling > 0.8 and wind_power > 0.8 and report < 0.2


@pytest.mark.parametrize("report", ["The minister resigned.", "Ein Kran ist umgefallen", "Silta putosi.", "Le pont a été fermé"])  # fmt: skip
def test_a_short_report_is_none_either(report: str) -> None:
    [sure] = TOPICS.are_topics([report])
    assert sure < 0.5


@pytest.mark.parametrize(
    "text", ["Is there a study on that? Where can I read it?", "Which countries have it, does anybody know?"]
)
def test_a_question_about_a_topic_is_a_query(text: str) -> None:
    [found] = assessor(DEFAULT).assess([Reaction(text, "Offshore drilling", language="en")])
    assert likeliest(found) == "query"


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("linear.npz", {"weights"}),
        ("wording.npz", {"report", "topic"}),
        ("topics.npz", {"claims_center", "claims", "multilingual_center", "english_center"}),
    ],
)
def test_the_weights_are_plain_arrays(file: str, names: set[str]) -> None:
    with SHIPPED.joinpath(file).open("rb") as opened, np.load(opened, allow_pickle=False) as data:
        assert set(data.files) == names


def test_all_weights_and_tokens_stay_below_forty_megabytes() -> None:
    shipped = [path for path in SHIPPED.iterdir() if path.suffix in (".onnx", ".npz", ".json")]
    assert {path.name for path in shipped} >= {
        f"{name}.{part}"
        for name in ("english", "multilingual")
        for part in ("npz", "lower.onnx", "scores.onnx", "vectors.onnx")
    }
    assert sum(path.stat().st_size for path in shipped) < 40_000_000


def test_the_linear_model_counts_in_english_threads_and_where_nothing_is_answered() -> None:
    weights = weights_of(
        [
            Reaction("It is true", source_text="A bridge fell", language="en"),
            Reaction("Se on totta", source_text="Silta romahti", language="fi"),
            Reaction("It is true", "A bridge fell", language="en"),
            Reaction("It is true", language="en"),
        ],
        (0.8, 0.2),
    )
    assert weights.sum(1) == pytest.approx(1)
    assert [bool(row[1]) for row in weights] == [True, False, False, True]


def test_an_answer_does_not_depend_on_what_is_assessed_beside_it() -> None:
    model = assessor(DEFAULT)
    one = Reaction("That is not what the police said", source_text="Two people were hurt in the fire", language="en")
    others = [Reaction(text, CLAIM) for text, _ in LABELLED]
    [alone] = model.assess([one])
    *_, beside = model.assess([*others, one])
    assert beside.stance == alone.stance
    assert beside.probabilities == pytest.approx(alone.probabilities, abs=0.05)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="no assessor 'vader'"):
        assessor("vader")


CLAIM = "The hall should be closed"
LABELLED = [
    ("Keep the hall, our children swim there", "deny"),
    ("Swimmers need this hall", "deny"),
    ("Save our hall and its pool", "deny"),
    ("The pool is a treasure of this town", "deny"),
    ("The hall burns money, shut it", "support"),
    ("Too expensive for tax payers, that pool", "support"),
    ("Money for roads, not for pools", "support"),
    ("Every year the hall loses money", "support"),
]


def test_labels_adapt_an_assessor_to_their_claim() -> None:
    base = assessor("encoder")
    adapted = Adapted(base, [Reaction(text, CLAIM) for text, _ in LABELLED], [stance for _, stance in LABELLED])
    new = [Reaction("Our kids learn to swim in this pool", CLAIM), Reaction("It costs the tax payers money", CLAIM)]
    [for_hall, against_hall], [plain, _] = adapted.assess(new), base.assess(new)
    assert for_hall.probabilities[1] > plain.probabilities[1]
    assert (for_hall.stance, against_hall.stance) == ("deny", "support")
    assert adapted.name == "encoder+labels"


def test_few_labels_or_labels_of_one_stance_change_nothing() -> None:
    base = assessor("cues")
    new = [Reaction("It never happened", CLAIM)]
    few = Adapted(base, [Reaction("yes", CLAIM)] * 3, ["support", "deny", "query"])
    same = Adapted(base, [Reaction("yes", CLAIM)] * 9, ["support"] * 9)
    assert few.assess(new) == same.assess(new) == base.assess(new)


def test_other_labels_are_another_model() -> None:
    reactions = [Reaction(text, CLAIM) for text, _ in LABELLED]
    one = Adapted(assessor("cues"), reactions, ["support"] * 8)
    other = Adapted(assessor("cues"), reactions, ["support"] * 7 + ["deny"])
    assert one.version != other.version
