"""Where stance is covered, and from which confidence on it is said."""

from collections.abc import Sequence

import numpy as np
import pytest

from storywake.collector.stance import STANCES, Assessment, Reaction, assessor
from storywake.collector.stance import coverage as covering
from storywake.collector.stance.adapt import Adapted
from storywake.collector.stance.base import decide
from storywake.collector.stance.claim_words import uses_its_words
from storywake.collector.stance.coverage import (
    BARE,
    REPORT,
    RESTATED,
    THREAD,
    TOPIC,
    Measured,
    judge,
    kinds,
    language_of,
)
from storywake.collector.stance.topics import TOPICS

EIGHT = ("en", "de", "fr", "es", "fi", "sv", "ru", "uk")
CLAIM = "The hall should be closed"


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of one language."""
    table = {("en", REPORT): Measured(True, 0.6, 0.6, 2.0), ("en", TOPIC): Measured(True, 0.3, 0.3, 1.0)}
    monkeypatch.setattr(covering, "_coverage_table", lambda: (table, Measured(False, 0.5, 0.5, 1.0)))


@pytest.mark.parametrize("likeliest", range(4))
def test_the_stance_said_is_the_likeliest(likeliest: int) -> None:
    probabilities = [0.2] * 4
    probabilities[likeliest] = 0.4
    found = decide(probabilities)
    assert (found.stance, found.confidence, found.covered, found.unclear) == (STANCES[likeliest], 0.4, True, False)


def test_a_verdict_is_certain() -> None:
    assert decide((0.0, 1.0, 0.0, 0.0)).confidence == 1


def test_what_is_less_sure_than_the_threshold_is_unclear() -> None:
    assert decide((0.5, 0.3, 0.1, 0.1), threshold=0.5)[1:5] == ("support", 0.5, True, False)
    assert decide((0.47, 0.42, 0.05, 0.06), threshold=0.5)[1:5] == ("comment", 0.47, True, True)


def test_what_is_not_covered_is_unclear_however_sure(known: None) -> None:
    found = judge(Reaction("x", language="hu"), REPORT, (0.0, 1.0, 0.0, 0.0))
    assert (found.stance, found.covered, found.unclear) == ("comment", False, True)
    assert found.confidence == pytest.approx(1)


def test_each_kind_of_claim_has_its_threshold_and_temperature(known: None) -> None:
    reaction, told = Reaction("x", language="en"), (0.64, 0.16, 0.1, 0.1)
    cooled = judge(reaction, REPORT, told)
    assert cooled.probabilities[0] / cooled.probabilities[1] == pytest.approx(2), "the root of the odds of four"
    assert sum(cooled.probabilities) == pytest.approx(1)
    assert cooled.unclear
    plain = judge(reaction, TOPIC, told)
    assert plain.probabilities == pytest.approx(told)
    assert plain.stance == "support"
    assert judge(reaction, BARE, told).unclear


def test_a_comment_is_said_sooner_than_a_side_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covering, "_coverage_table", lambda: ({}, Measured(True, 0.6, 0.4, 1.0)))
    reaction = Reaction("x", language="en")
    assert judge(reaction, REPORT, (0.5, 0.2, 0.1, 0.2)).unclear
    assert not judge(reaction, REPORT, (0.2, 0.2, 0.1, 0.5)).unclear


@pytest.mark.parametrize(
    ("text", "claim", "uses"),
    [
        ("They inspected that bridge in May", "The bridge was never inspected", True),
        ("Silta tarkastettiin toukokuussa", "Sillan kuntoa ei tarkastettu", False),
        ("Мост обрушился ещё вчера", "Мост обрушился в понедельник", True),
        ("Liars, all of them", "The bridge was never inspected", False),
        ("12 injured", "No one of the 12 was injured", True),
        ("", "The bridge fell", False),
        ("The bridge fell", "...", False),
    ],
)
def test_whether_a_text_has_half_of_the_words_of_a_claim(text: str, claim: str, uses: bool) -> None:
    assert uses_its_words(Reaction(text, claim)) is uses


def test_a_report_in_its_own_words_has_a_threshold_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {("en", REPORT): Measured(True, 0.7, 0.5, 1.0), ("en", RESTATED): Measured(True, 0.6, 0.5, 1.0)}
    monkeypatch.setattr(covering, "_coverage_table", lambda: (table, Measured(False, 0.5, 0.5, 1.0)))
    claim, told = "The bridge was never inspected", (0.2, 0.65, 0.1, 0.05)
    assert judge(Reaction("They inspected the bridge in May", claim, language="en"), REPORT, told).stance == "deny"
    assert judge(Reaction("Nonsense, I was there", claim, language="en"), REPORT, told).unclear
    assert judge(Reaction("They inspected the bridge in May", claim, language="en"), TOPIC, told).unclear


def test_what_a_set_phrase_adds_is_not_cooled(known: None) -> None:
    told = judge(Reaction("x", language="en"), REPORT, (0.25, 0.25, 0.25, 0.25), odds=(8, 1, 1, 1))
    assert told.probabilities[0] == pytest.approx(8 / 11)


def test_kinds_are_told_by_the_claim_or_that_there_is_none() -> None:
    report = "Two workers died on an oil rig off the coast of Norway on Monday"
    assert kinds(
        [
            Reaction("No", report),
            Reaction("No", "Offshore drilling"),
            Reaction("No"),
            Reaction("No", source_text=report),
            Reaction("A bridge fell", is_source=True),
            Reaction("No", is_source=False),
        ]
    ) == [REPORT, TOPIC, BARE, THREAD, THREAD, BARE]
    assert kinds([]) == []


def test_words_too_few_to_tell_are_in_the_language_of_what_they_answer() -> None:
    assert language_of(Reaction("Hazugság!", parent_text="The bridge fell on Monday morning")) == "en"
    assert language_of(Reaction("Nein", "Die Brücke ist am Montag eingestürzt")) == "de"
    assert language_of(Reaction("Nein", "Die Brücke ist am Montag eingestürzt", language="hu")) == "hu"
    assert language_of(Reaction("Nein")) is None


@pytest.mark.parametrize("language", EIGHT)
def test_reports_are_covered_in_eight_languages(language: str) -> None:
    for known in (covering.measured(language, kind) for kind in (REPORT, RESTATED)):
        assert known.covered and 0.6 <= known.threshold < 1 and known.temperature > 0


@pytest.mark.parametrize("language", ["hu", "ar", None])
def test_what_is_not_listed_is_not_covered(language: str | None) -> None:
    assert not covering.measured(language, REPORT).covered


class Stranger:
    """Covers nothing, and finds every stance as likely as another."""

    name, version = "stranger", "1"

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        return [decide((0.25, 0.25, 0.25, 0.25), covered=False, threshold=0.5) for _ in reactions]


def test_labels_that_foretell_each_other_cover_what_the_assessor_does_not() -> None:
    swimming = ["Our children swim in that pool", "My kids learn to swim in this pool", "Swimming lessons for children, that is the pool", "The children need this pool to swim"]  # fmt: skip
    paying = ["It costs tax payers a fortune", "A fortune of tax money every year", "Tax payers cannot afford that", "So much tax money"]  # fmt: skip
    labels = [(Reaction(text, CLAIM, language="en"), stance) for pair in zip(swimming, paying, strict=True) for text, stance in zip(pair, ("deny", "support"), strict=True)]  # fmt: skip
    new = [Reaction("Where would my children swim without the pool?", CLAIM, language="en")]
    adapted = Adapted(Stranger(), [r for r, _ in labels], [s for _, s in labels])
    [found] = adapted.assess(new)
    assert (found.stance, found.covered, found.unclear) == ("deny", True, False)
    shuffled = Adapted(Stranger(), [r for r, _ in labels], ["deny", "deny", "support", "support"] * 2)
    [found] = shuffled.assess(new)
    assert (found.stance, found.covered, found.unclear) == ("comment", False, True)


def test_the_default_assessor_knows_what_it_does_not_cover() -> None:
    english, hungarian = assessor("blend").assess(
        [Reaction("This is fake news, it never happened.", "The bridge fell on Monday.", language=code) for code in ("en", "hu")]
    )  # fmt: skip
    assert (english.stance, english.unclear) == ("deny", False)
    assert (hungarian.stance, hungarian.covered, hungarian.unclear) == ("comment", False, True)


def test_a_claim_is_a_topic_from_a_chance_of_a_half_on(monkeypatch: pytest.MonkeyPatch) -> None:
    chances = {"Wind power": 0.5, "The bridge was closed.": 0.49}
    monkeypatch.setattr(TOPICS, "are_topics", lambda claims: np.array([chances[claim] for claim in claims]))
    assert kinds([Reaction("I do not know.", claim) for claim in chances]) == [TOPIC, REPORT]


RESTATING = [
    ("de", "Das Freibad öffnet 2027 nicht wieder.", "Es stimmt nicht, dass das Freibad 2027 nicht wieder öffnet."),
    ("fi", "Kunta irtisanoo kaikki siivoojat.", "Kunta ei irtisano kaikkia siivoojia."),
    ("uk", "Міст закриють у березні.", "Міст не закриють у березні."),
    ("sv", "Kommunen visste inte om asbesten i förskolan.", "Kommunen visste om asbesten i förskolan."),
]


@pytest.mark.parametrize(("language", "claim", "text"), RESTATING)
def test_a_reply_in_the_claims_words_is_read_as_by_itself_where_threads_were_not_measured(
    language: str, claim: str, text: str
) -> None:
    alone = Reaction(text, claim, language=language)
    by_itself, in_thread, detected = assessor("blend").assess(
        [alone, alone._replace(parent_text=claim), alone._replace(source_text=claim, language=None)]
    )
    assert in_thread.probabilities == pytest.approx(by_itself.probabilities, abs=0.01)
    assert detected.stance == in_thread.stance == "deny"
    assert in_thread.covered and not in_thread.unclear


def test_a_reply_in_other_words_is_not() -> None:
    claim = RESTATING[0][1]
    found = assessor("blend").assess(
        [Reaction(text, claim, parent_text=claim, language="de") for text in ("Das stimmt nicht.", "Alles gelogen!")]
    )
    assert [(a.covered, a.unclear) for a in found] == [(False, True)] * 2
