"""The mail's words: every phrase in every language, with the same places for values; names of stories; numbers and days."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from storywake.collector.records import Stance, TieKind
from storywake.db.past import COUNTS
from storywake.jobs.mail.document import name_of_story
from storywake.jobs.mail.readers import Language
from storywake.jobs.mail.words import Words, phrases

ENGLISH = phrases(Language.ENGLISH)
PLURALS = {key for key, value in ENGLISH.items() if isinstance(value, dict) and "other" in value}
SOURCES = [
    (Path(__file__).parents[2] / place).read_text("utf-8")
    for place in ("jobs/mail/telling.py", "jobs/mail/edition.py", "web/unsubscribe.py", "web/templates/unsubscribe.html.j2", "web/templates/mail.html.j2", "jobs/alert_words.py")
]  # fmt: skip


def flat(language: Language) -> Iterator[tuple[str, str]]:
    """Each phrase with its key; of plurals only the form that every language has."""
    for key, value in phrases(language).items():
        if isinstance(value, str):
            yield key, value
        elif "other" in value:
            yield f"{key}.other", value["other"]
        else:
            yield from ((f"{key}.{word}", said) for word, said in value.items())


@pytest.mark.parametrize("language", list(Language))
def test_no_text_is_missing_and_places_for_values_agree(language: Language) -> None:
    places = {key: sorted(re.findall(r"{(\w+)}", said)) for key, said in flat(Language.ENGLISH)}
    assert {key: sorted(re.findall(r"{(\w+)}", said)) for key, said in flat(language)} == places
    assert all(said.strip() for _, said in flat(language))


@pytest.mark.parametrize("language", list(Language))
def test_each_plural_has_the_forms_of_its_language(language: Language) -> None:
    rule = Locale.parse(phrases(language)["locale"]).plural_form
    forms = {rule(n) for n in range(200)}
    for key in PLURALS:
        assert set(phrases(language)[key]) == forms, key
        for form in phrases(language)[key].values():
            assert "{n}" in form or key == "all_new", key


def test_every_phrase_is_used_and_every_word_of_the_product_is_there() -> None:
    for key, value in ENGLISH.items():
        if key not in ("locale", "day", "short_day", "day_of_year", "at", "networks", *COUNTS):
            assert any(f'"{key}"' in source or f"'{key}'" in source for source in SOURCES), key
        if key in ("stances", "says"):
            assert set(Stance) <= set(value)
    assert set(ENGLISH["ties"]) == set(TieKind)
    assert set(ENGLISH["counts"]) == set(COUNTS) <= PLURALS


@pytest.mark.parametrize(
    "language, number, day, when, people",
    [
        (Language.ENGLISH, "12,345", "Tuesday 24 November", "Tue 24 Nov 08:05", "by 1 person"),
        (Language.FINNISH, "12\u00a0345", "tiistai 24. marraskuuta", "ti 24.11. klo 8.05", "1 ihmiseltä"),
        (Language.SWEDISH, "12\u00a0345", "tisdag 24 november", "tis 24 nov. kl. 08:05", "från 1 person"),
        (Language.GERMAN, "12.345", "Dienstag, 24. November", "Di. 24. Nov., 08:05", "von 1 Person"),
    ],
)
def test_numbers_days_and_times_are_written_as_in_the_language(
    language: Language, number: str, day: str, when: str, people: str
) -> None:
    words = Words(language, "Europe/Helsinki")
    at = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)
    assert words.number(12345) == number
    assert words.day(at) == day
    assert words.when("2026-11-24T06:05:00Z") == when
    assert Words(language, "Europe/Helsinki", 2026).when("2026-11-24T06:05:00Z") == when
    assert words.many("people", 1) == people
    assert words.share(0.344) == "34\u00a0%"


@pytest.mark.parametrize(
    "language, day",
    [
        (Language.ENGLISH, "Thu 27 Jul 2023"),
        (Language.FINNISH, "to 27.7.2023"),
        (Language.SWEDISH, "tors 27 juli 2023"),
        (Language.GERMAN, "Do. 27. Juli 2023"),
    ],
)
def test_a_day_of_another_year_is_told_with_it(language: Language, day: str) -> None:
    words = Words(language, "Europe/Helsinki", 2026)
    assert words.when("2023-07-27") == day
    assert words.when("2023-07-26T22:00:00Z").startswith(day)
    assert "202" not in words.when("2025-12-31T22:30:00Z"), "it is 2026 there"


@pytest.mark.parametrize("language, web", [("en", "the web"), ("fi", "verkko"), ("sv", "webben"), ("de", "das Web")])
def test_networks_go_by_their_names_and_the_web_by_its_word(language: str, web: str) -> None:
    words = Words(Language(language), "UTC")
    assert [words.network(name) for name in ("mastodon", "hackernews", "web")] == ["Mastodon", "Hacker News", web]


def test_a_value_is_never_taken_for_a_phrase() -> None:
    words = Words(Language.ENGLISH, "UTC")
    hostile: Any = "{0.__class__} {n} %s"
    assert words.say("quote", text=hostile) == f"“{hostile}”"


@pytest.mark.parametrize(
    "title, slug, name",
    [
        ("Kallvik bridge went five years without inspection, documents show", "kallvik-bridge", "Kallvik bridge"),
        ("The “Kallvik Bridge” scandal", "kallvik-bridge", "Kallvik Bridge"),
        ("Bridge went five years without any inspection, as documents show", "bridge", "Bridge went five years without any inspection…"),
        ("Short title", "s1", "Short title"),
        (None, "kallvik-bridge", "kallvik-bridge"),
        ("Line\r\nBcc: all@example.org", "x", "Line Bcc: all@example.org"),
    ],
)  # fmt: skip
def test_a_story_is_called_by_its_name(title: str | None, slug: str, name: str) -> None:
    assert name_of_story(title, slug) == name
