"""Verdicts on fact-checkers' pages that declare none: read where they stand plainly, and nowhere else."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.pages.article import read_article
from storywake.collector.pages.verdicts import fact_checkers, read_verdict
from storywake.collector.urls import host_of, is_web_address

CLAIM = "the harbour bridge in Northport was opened without an inspection"


@pytest.mark.parametrize(
    "url, title, text, expected",
    [
        ("https://www.snopes.com/fact-check/a", f"False: {CLAIM}", "", ("deny", "False", CLAIM)),
        ("https://correctiv.org/faktencheck/a", "Nein, die Brücke in Northport wurde nicht ohne Prüfung eröffnet", "", ("deny", "Nein", "die Brücke in Northport wurde nicht ohne Prüfung eröffnet")),
        ("https://www.politifact.com/a", f"Was {CLAIM}?", "Much was said.\nOur ruling: Mostly True\nMore.", ("support", "Mostly True", f"Was {CLAIM}?")),
        ("https://www.stopfake.org/uk/a", "Фейк: міст у Нортпорті відкрили без жодної перевірки", "", ("deny", "Фейк", "міст у Нортпорті відкрили без жодної перевірки")),
        ("https://faktabaari.fi/a", "Avattiinko Northportin silta ilman tarkastusta?", "Tuomio: Osittain totta", ("comment", "Osittain totta", "Avattiinko Northportin silta ilman tarkastusta?")),
        ("https://fullfact.org/a", f"There is no evidence that {CLAIM}", "", None),  # a sentence is no rating
        ("https://www.snopes.com/fact-check/a", f"False: {CLAIM}", "Rating: True", None),  # which of the two?
        ("https://www.snopes.com/fact-check/a", "True crime: five stories of bridges", "", None),
        ("https://www.snopes.com/fact-check/a", "False: fake", "", None),  # no claim
        ("https://paper.example/a", f"False: {CLAIM}", "Rating: False", None),  # nobody of the list
        ("https://snopes.com.evil.example/a", f"False: {CLAIM}", "", None),
        (None, f"False: {CLAIM}", "", None),
    ],
)  # fmt: skip
def test_a_verdict_is_read_where_it_stands_plainly(
    url: str | None, title: str, text: str, expected: tuple[str, str, str] | None
) -> None:
    found = [(review.stance.value, review.rating, review.claim) for review in read_verdict(url, title, text)]
    assert found == ([expected] if expected else [])


def test_a_page_of_a_fact_checker_has_its_verdict_as_a_review() -> None:
    words = f"<p>It was said that {CLAIM}. We asked the harbour authority for its records.</p>" * 3
    page = f"<html><head><title>False: {CLAIM}</title></head><body><article><h1>False: {CLAIM}</h1>{words}</article></body></html>"
    assert [review.rating for review in read_article(page, "https://www.snopes.com/fact-check/bridge").reviews] == [
        "False"
    ]
    assert read_article(page, "https://paper.example/bridge").reviews == ()


@given(st.text(max_size=80), st.text(max_size=200))
def test_no_words_break_it(title: str, text: str) -> None:
    read_verdict("https://www.snopes.com/a", title, text)


def test_the_list_of_fact_checkers_is_whole() -> None:
    sites = fact_checkers()
    assert all(
        is_web_address(site.feed) and len(site.language) == 2 and host_of(f"https://{site.host}/") == site.host
        for site in sites
    )
    assert max(Counter(site.feed for site in sites).values()) == 1
    assert {"en", "de", "fr", "es", "fi", "sv", "ru", "uk"} <= {site.language for site in sites}
