"""Whom an article names, and which accounts are declared to be theirs: never by a name alone."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from storywake.collector.match.name_cases import names_in_base_form
from storywake.collector.match.named import (
    Held,
    How,
    Named,
    Own,
    declared_to_be,
    is_named_as,
    own_accounts,
    persons_named,
)
from storywake.collector.match.person import Verdict
from storywake.collector.pages.declared_accounts import Declared, declared_accounts
from storywake.collector.prose.statements import read_statements
from storywake.collector.records import Article, Embed, Statement

PASSAGES = tomllib.loads((Path(__file__).parents[1] / "fixtures/named.toml").read_text("utf-8"))

ANNA, BO = Named("Anna Virtanen", "Financial Times"), Named("Bo Nygaard")
REL_ME = '<p><a href="https://{}" rel="nofollow me">me</a></p>'


def test_speakers_come_first_and_authors_are_left_out() -> None:
    article = Article(
        language="en",
        authors=("Cleo Dahl",),
        text="Minister Bo Nygaard met Elsa Holm, wrote Cleo Dahl. Nygaard was silent, said Anna Virtanen.",
        statements=(Statement(speaker="Anna Virtanen", affiliation="Financial Times", text="x", verbatim=False),),
        embeds=(Embed(platform="x", author_handle="ek", author_name="Otto Ek 🌍"),),
    )
    assert persons_named(article) == (ANNA, Named("Otto Ek"), BO, Named("Elsa Holm"))


@pytest.mark.parametrize("language", PASSAGES)
def test_persons_are_named_as_in_a_dictionary(language: str) -> None:
    right = told = there = 0
    for words, names in PASSAGES[language]:
        statements = read_statements(words, language)
        found = {person.name for person in persons_named(Article(language=language, text=words, statements=statements))}
        right += len(found & set(names.split(", ")))
        told, there = told + len(found), there + len(names.split(", "))
    assert right / told >= 0.9 and right / there >= 0.8


@pytest.mark.parametrize(
    ("language", "words", "name"),
    [
        ("fi", "Alexander Stubb vastasi. Mihail Mišustin ja Vladimir Putin vaikenivat.", "Mihail Mišustin"),
        ("fi", "Pelaaja Alex Hughes maalasi.", "Alex Hughes"),
        ("sv", "Forskaren Lars Jonas och läkaren Jan Hughes skrev rapporten.", "Jan Hughes"),
        ("de", "Die Anwältin Lena Weiss sprach mit Jonas Fuchs.", "Jonas Fuchs"),
        ("ru", "Александра Иванова выступила в суде.", "Александра Иванова"),
        ("en", "Erik Jónas met Grant Hughes.", "Erik Jónas"),
    ],
)
def test_a_name_stays_as_it_is_written_where_nothing_decides(language: str, words: str, name: str) -> None:
    assert name in [person.name for person in persons_named(Article(language=language, text=words))]


def test_what_the_text_names_elsewhere_decides() -> None:
    words = "Vi läste Ann Lindhs bok. {} skrev den i våras."
    assert persons_named(Article(language="sv", text=words.format("Lindh")))[0].name == "Ann Lindh"


@given(some.text(max_size=80), some.sampled_from(sorted(PASSAGES)))
def test_any_text_is_read(words: str, language: str) -> None:
    names = names_in_base_form(f"Anna {words} Bergin {words}", language)
    assert all(" " in name for name in names) and len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("shown", "same"),
    [("anna virtanen", True), ("Анна Виртанен", True), ("A. Virtanen", False), ("Virtanen", False), (None, False)],
)
def test_a_full_name_is_needed(shown: str | None, same: bool) -> None:
    assert is_named_as("Anna Virtanen", shown) is same


def owned(*held: Held, pages: tuple[Own, ...] = (), verdicts: tuple[Verdict, ...] = ()) -> dict[str, How]:
    found = own_accounts([ANNA, BO], held, pages, verdicts).accounts
    return {f"{own.platform}:{own.handle}": own.how for own in found}


def test_a_name_alone_declares_nothing_but_is_counted() -> None:
    held = [Held("x", "annav", "Anna Virtanen"), Held("bluesky", "av.example", "Anna Virtanen"), Held("x", "bo", "Bo")]
    found = own_accounts([ANNA, BO], held, [])
    assert found.accounts == () and found.namesakes == {"Anna Virtanen": 2, "Bo Nygaard": 0}


def test_an_account_is_theirs_by_a_post_that_the_article_shows_a_domain_or_an_analyst() -> None:
    assert owned(Held("x", "annav", "Anna Virtanen", shown_by="https://a.example/")) == {"x:annav": How.SHOWN}
    assert owned(Held("bluesky", "anna.ft.com", "Anna Virtanen")) == {"bluesky:anna.ft.com": How.DOMAIN}
    assert owned(Held("mastodon", "anna@social.ft.com", "Anna Virtanen")) == {"mastodon:anna@social.ft.com": How.DOMAIN}
    assert owned(Held("bluesky", "anna.notft.com", "Anna Virtanen"), Held("bluesky", "bo.ft.com", "Bo Nygaard")) == {}
    same = Verdict("bo nygaard", "x:boss", True, "maria")
    assert owned(Held("x", "Boss", "The Boss"), verdicts=(same,)) == {"x:Boss": How.ANALYST}


def test_what_an_analyst_parted_is_nobodys() -> None:
    shown = Held("x", "annav", "Anna Virtanen", shown_by="https://a.example/")
    assert owned(shown, verdicts=(Verdict("anna virtanen", "x:annav", False, "maria"),)) == {}


def test_a_profile_of_theirs_declares_further_accounts_of_their_name() -> None:
    page = Own("Anna Virtanen", "x", "AnnaV", How.PAGE, "https://anna.example/ says so")
    mine = Held("x", "annav", "AV", ("https://bsky.app/profile/av.example", "https://bsky.app/profile/paper.example"))
    others = Held("bluesky", "av.example", "Anna Virtanen"), Held("bluesky", "paper.example", "The Paper")
    assert owned(mine, *others, pages=(page,)) == {"x:AnnaV": How.PAGE, "bluesky:av.example": How.PROFILE}
    assert owned(mine, *others) == {}, "whose account it is, nothing says"


def test_a_page_of_ones_own_declares_by_rel_me() -> None:
    own = "<title>Anna Virtanen – journalist</title><h1>Hello</h1>" + REL_ME.format("mastodon.example/@anna")
    [found] = declared_accounts(own, "https://annavirtanen.example/")
    assert (found.name, found.platform, found.handle) == ("Anna Virtanen", "mastodon", "anna@mastodon.example")
    assert declared_to_be([ANNA, BO], [found]) == [
        Own("Anna Virtanen", "mastodon", "anna@mastodon.example", How.PAGE, found.rests_on)
    ]


def test_links_without_rel_me_and_the_papers_own_declare_nothing() -> None:
    heading = "<h1>Anna Virtanen</h1>"
    assert declared_accounts(f'{heading}<a href="https://x.com/anna">X</a>', "https://a.example/") == []
    papers = REL_ME.format("mastodon.example/@kallvikherald")
    assert declared_accounts(heading + papers, "https://www.kallvik-herald.example/authors/anna") == []
    around = f"{heading}<footer>{REL_ME.format('mastodon.example/@desk')}</footer>"
    assert declared_accounts(around, "https://a.example/") == []


def test_an_account_is_found_behind_many_addresses_that_are_none() -> None:
    others = [f"https://library{number}.example/authors/{number}" for number in range(15)]
    same = json.dumps([*others, "https://bsky.app/profile/annavirtanen.example"])
    page = (
        f'<script type="application/ld+json">{{"@type": "Person", "name": "Anna Virtanen", "sameAs": {same}}}</script>'
    )
    assert [one.handle for one in declared_accounts(page, "https://paper.example/a")] == ["annavirtanen.example"]


def test_json_ld_declares_a_persons_accounts_wherever_it_names_them() -> None:
    page = """<h1>Bridge closed</h1><script type="application/ld+json">{"@type": "NewsArticle", "author": [{"@type": "Person",
        "name": "Bo Nygaard", "sameAs": ["https://x.com/nygaard", "https://nygaard.example/", 7]}],
        "publisher": {"@type": "Organization", "name": "Herald", "sameAs": "https://x.com/herald"}}</script>"""
    assert [(d.name, d.platform, d.handle) for d in declared_accounts(page, "https://a.example/1")] == [
        ("Bo Nygaard", "x", "nygaard")
    ]
    assert declared_to_be([ANNA], [Declared("Virtanen", "x", "v", "a page")]) == []
