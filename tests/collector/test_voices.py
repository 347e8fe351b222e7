"""What kind of voice somebody is, where a profile or an article says so."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from storywake.collector.match.papers import papers
from storywake.collector.match.voices import Voice, kind_of_bio, voice_of
from storywake.collector.platforms.mastodon.marks import written_bio
from storywake.collector.reading.answers import normalise
from storywake.collector.records import VoiceKind

PAPERS = papers(["Kallvik Herald"], [])
FIXTURES = Path(__file__).parents[1] / "fixtures"
BIOS = tomllib.loads((FIXTURES / "bios.toml").read_text("utf-8"))


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


def test_a_profile_says_it_plainly_or_not_at_all() -> None:
    right = told = there = 0
    for bio, kind in (row for rows in BIOS.values() for row in rows):
        found = kind_of_bio(bio)
        told, there = told + bool(found), there + bool(kind)
        right += found is not None and found[0].value == kind
    assert right / told >= 0.95 and right / there >= 0.9


def test_what_a_profile_says_is_told_with_its_words_and_stands_behind_the_name() -> None:
    bios = [("x:a", "Runner 🏃 Reporter at Kallvik Herald. Views my own.")]
    assert voice_of([("x:a", "Anna Virta")], [], None, PAPERS, bios) == Voice(
        VoiceKind.JOURNALIST, "the profile of x:a says: Reporter at Kallvik Herald"
    )
    assert voice_of([("x:a", "Anna Virta MEP")], [], None, PAPERS, bios) == Voice(
        VoiceKind.POLITICIAN, "the name of x:a: Anna Virta MEP"
    )
    assert voice_of([], [], None, PAPERS, [*bios, ("y:a", "Senator for Kallvik")]) is None


@pytest.mark.parametrize(
    ("platform", "case", "bio"),
    [
        ("x", "client-quote", "About bridges"),
        ("x", "reply", None),
        ("mastodon", "reply", None),
    ],
)
def test_a_payload_tells_what_a_profile_says(platform: str, case: str, bio: str | None) -> None:
    payload = json.loads((FIXTURES / f"payloads/{platform}/{case}.json").read_text("utf-8"))
    assert [post.author.bio for post in normalise(platform, payload)][0] == bio


@pytest.mark.parametrize(
    ("note", "bio"), [({}, None), ({"note": None}, ""), ({"note": "<p>Hi, <b>MP</b></p>"}, "Hi, MP")]
)
def test_a_bio_of_the_fediverse_is_without_markup(note: dict[str, Any], bio: str | None) -> None:
    assert written_bio(note) == bio


@given(some.text(max_size=300))
def test_any_profile_is_read(bio: str) -> None:
    found = kind_of_bio(bio)
    assert found is None or found[1]
