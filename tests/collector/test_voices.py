"""What kind of voice somebody is, where a profile or an article says so."""

import pytest

from storywake.collector.match.papers import papers
from storywake.collector.match.voices import Voice, voice_of
from storywake.collector.records import VoiceKind

PAPERS = papers(["Kallvik Herald"], [])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Anna Virta, journalist", "journalist"),
        ("Anna Virta | toimittaja", "journalist"),
        ("Bo Ek MdEP", "politician"),
        ("Bo Ek MEP", "politician"),
        ("Prof. Ida Lind", "scholar"),
        ("Депутат Иван Петров", "politician"),
        ("Kallvik Police", "authority"),
        ("Weather Bot", "bot"),
        ("News \N{ROBOT FACE}", "bot"),
        ("Bridgeworks GmbH", "company"),
        ("ex-minister Bo Ek", None),
        ("not a journalist", None),
        ("Grammar Police", None),
        ("Journalist and MEP", None),
        ("Bo Ek", None),
        ("", None),
    ],
)
def test_a_profiles_name_says_it_with_the_words_that_it_rests_on(name: str, kind: str | None) -> None:
    voice = voice_of([("x:a", name)], [], None, PAPERS)
    assert (voice.kind if voice else None) == kind
    if voice:
        assert voice.rests_on == f"the name of x:a: {name}"


@pytest.mark.parametrize(
    ("affiliation", "kind"),
    [
        ("University of Leeds", "scholar"),
        ("Helsingin yliopisto", "scholar"),
        ("The Kallvik Herald", "journalist"),
        ("Ministry of Transport", "authority"),
        ("Harbour Company", None),
    ],
)
def test_an_article_says_it_by_where_somebody_belongs(affiliation: str, kind: str | None) -> None:
    voice = voice_of([("x:a", "Bo Ek")], [], affiliation, PAPERS)
    assert voice == (Voice(VoiceKind(kind), f"an article says that they belong to {affiliation}") if kind else None)


def test_a_domain_that_is_a_handle_says_it() -> None:
    assert voice_of([], ["transport.gov.uk"], None, PAPERS) == Voice(
        VoiceKind.AUTHORITY, "the domain transport.gov.uk is their handle"
    )
    assert voice_of([], ["gov.example"], None, PAPERS) is None
