"""Feeds, copies, verdicts, profiles, relevance: each by examples, and that nothing fetched breaks them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.addresses import profile_of
from storywake.collector.errors import NoQuestion
from storywake.collector.match.copies import is_copy, signature
from storywake.collector.match.relevance import judge, promise, promising, role_beside, subject
from storywake.collector.match.tie import Known, sources, ties
from storywake.collector.pages.citing import archived, citing_questions, read_citing, wikis
from storywake.collector.pages.feeds import Entry, read_feed, sitemap_index
from storywake.collector.pages.indexes import gdelt_question, read_gdelt
from storywake.collector.pages.reviews import read_reviews, stance_of
from storywake.collector.records import Article, Link, Post, Role, counts_as_source

WORDS = " ".join(
    f"the {n}th engineer wrote that pillar number {n * 7} was never looked at before it opened" for n in range(12)
)
BASE = "https://news.example/feed"

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>Brücke &amp; Hafen</title>
<link href="/a"/><updated>2026-03-01T10:00:00Z</updated><summary type="html">&lt;p&gt;Kurz&lt;/p&gt;</summary></entry></feed>"""
RSS = """<rss version="2.0"><channel><language>fi</language><item><title>Silta</title><link>https://news.example/b</link>
<pubDate>Sun, 01 Mar 2026 12:00:00 +0200</pubDate></item><item><title>No link</title></item></channel></rss>"""
JSON = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "c", "title": "C", "date_published": "2026-03-01"}]})  # fmt: skip


@pytest.mark.parametrize(
    "document, expected",
    [
        (ATOM, [("https://news.example/a", "Brücke & Hafen", "2026-03-01T10:00:00Z")]),
        (RSS, [("https://news.example/b", "Silta", "2026-03-01T10:00:00Z")]),
        (JSON, [("https://news.example/c", "C", "2026-03-01")]),
        ("<html><body>no feed</body></html>", []),
        ("", []),
    ],
)
def test_a_feed_gives_its_entries(document: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(e.url, e.title, e.published_at) for e in read_feed(document.encode(), BASE)] == expected


def test_an_entity_bomb_in_a_sitemap_gives_nothing_and_costs_nothing() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    )
    document = f"{bomb}<urlset><url><loc>https://news.example/&b;</loc></url><url><loc>&c;</loc></url></urlset>"
    assert all("root:" not in e.url for e in read_feed(document.encode(), BASE))


@given(st.binary(max_size=300))
def test_no_bytes_break_a_feed(body: bytes) -> None:
    read_feed(body, BASE)
    sitemap_index(b"<sitemapindex>" + body, BASE)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["articles", "url", "query", "exturlusage", "title", "seendate", "@type", "claimReviewed", "reviewRating", "itemReviewed"]), inner, max_size=4)))  # fmt: skip
def test_no_json_breaks_an_index_or_a_verdict(payload: object) -> None:
    read_gdelt(payload)
    read_citing(payload, "https://en.wikipedia.example/w/api.php?euquery=a")
    if isinstance(payload, dict):
        read_reviews([{"@type": "ClaimReview", **payload}])


def test_a_shortened_and_retitled_text_is_a_copy_and_another_is_not() -> None:
    cut = WORDS[: int(len(WORDS) * 0.8)]
    assert is_copy(signature(WORDS), signature(cut.upper()))
    assert not is_copy(signature(WORDS), signature(WORDS.replace("engineer", "porter").replace("pillar", "suitcase")))
    assert signature("too short to tell") is None


@pytest.mark.parametrize(
    "words, value, stance",
    [
        ("False", None, "deny"),
        ("Mostly True", None, "support"),
        ("Half true", 0.5, "comment"),
        ("Unproven", None, "query"),
        ("Pants on Fire!", None, "deny"),
        ("Väärin", None, "deny"),
        ("Stämmer", None, "support"),
        ("Größtenteils falsch", None, "deny"),
        ("Фейк", None, "deny"),
        ("Engañoso", None, "deny"),
        ("Not true", None, "deny"),
        ("Four corks", 0.1, "deny"),
        (None, 1.0, "support"),
        ("Four corks", None, None),
    ],
)
def test_a_verdict_is_a_stance(words: str | None, value: float | None, stance: str | None) -> None:
    assert stance_of(words, value) == stance


@pytest.mark.parametrize(
    "url, account",
    [
        ("https://x.com/maxseddon", ("x", "maxseddon")),
        ("https://twitter.com/i", None),
        ("https://x.com/maxseddon/status/1", None),
        ("https://bsky.app/profile/ann.example", ("bluesky", "ann.example")),
        ("https://hachyderm.example/@ann", ("mastodon", "ann@hachyderm.example")),
        ("https://www.youtube.com/@ann", ("youtube", "ann")),
        ("https://news.example/", None),
    ],
)
def test_a_profiles_address_names_its_account(url: str, account: tuple[str, str] | None) -> None:
    assert profile_of(url) == account


CLAIM = "The Kremlin held secret talks with Washington, the Moscow Times reported"


def test_a_story_is_asked_for_by_its_names() -> None:
    about = subject("Secret talks", (CLAIM,), "Kremlin Kremlin Washington Moscow Times")
    question = gdelt_question(about)
    assert question and '"Kremlin"' in question["query"]


@pytest.mark.parametrize(
    "title, query",
    [
        ("Inspection of the Northport bridge was postponed twice", '"Inspection" "Northport"'),
        ("the bridge in Northport was opened without inspection", '"Northport" inspection without'),
        ("they call it “the bridge nobody checked” over there", '"the bridge nobody checked"'),
        ("engineers doubt whether bridges were inspected", "engineers inspected bridges"),
        ("wir wissen: „nichts davon ist geprüft“, heißt es", '"nichts davon ist geprüft"'),
    ],
)
def test_a_story_with_few_names_is_asked_for_by_its_rarest_words_or_its_phrase(title: str, query: str) -> None:
    assert gdelt_question(subject(title, ()))["query"] == query


def test_a_story_that_cannot_be_asked_for_says_why() -> None:
    with pytest.raises(NoQuestion, match=r"GDELT was not asked: .*\(somebody, talks\)"):
        gdelt_question(subject("talks", ("somebody met somebody",)))


SEED = subject(
    "Venäläislehti: Yhdysvallat käynyt salaisia neuvotteluja Venäjän kanssa", ("The Moscow Times kertoi neuvotteluista Kremlin kanssa jo 17 kuukautta",), language="fi"
)  # fmt: skip


@pytest.mark.parametrize(
    "headline, language, worth",
    [
        ("Kremlin says nobody came", "en", True),
        ("Кремль: никто не приезжал", "ru", True),
        ("Sanoiko Kremlin mitään siitä", "fi", False),  # in the story's own language a name alone is not enough
        ("Seventeen soups for autumn", "en", False),
        ("Back channel was open for 17 months, officials say", "en", True),
        ("Best pictures of 2024 from around the world", "en", False),
    ],
)
def test_a_headline_in_another_language_needs_a_name_or_a_number_alone(
    headline: str, language: str, worth: bool
) -> None:
    assert promising(SEED, headline, language=language) == worth
    assert (promise(SEED, Entry(url="https://a.example/", title=headline, language=language)) > 0) == worth


def test_a_year_alone_is_no_number_that_a_headline_shares_with_a_story() -> None:
    about = subject("Salainen kanava oli auki 17 kuukautta", ("Kanava suljettiin vuonna 2024",), language="fi")
    assert promising(about, "Back channel was open for 17 months", language="en")
    assert not promising(about, "Best pictures of 2024 from around the world", language="en")


def test_what_shares_more_is_read_first_and_what_shares_nothing_not_at_all() -> None:
    about = subject("Secret talks", (CLAIM,), language="en")
    headlines = [
        ("Moscow Times: Kremlin held secret talks with Washington", "en"),
        ("Washington denies secret talks with the Kremlin", "en"),
        ("Kreml: keine Gespräche mit Washington", "de"),
        ("Белый дом: с Вашингтоном никто не говорил", "ru"),
        ("Five soups for autumn", "en"),
    ]
    worth = [promise(about, Entry(url="https://a.example/", title=t, language=spoken)) for t, spoken in headlines]
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] == 0 < worth[-2] and worth[0] < 1


@given(st.text(max_size=60), st.one_of(st.none(), st.sampled_from(["en", "fi", "ru", ""])))
def test_a_promise_is_a_share_whatever_the_headline(title: str, language: str | None) -> None:
    entry = Entry(url="https://a.example/", title=title, language=language)
    assert 0 <= promise(SEED, entry) < 1
    assert (promise(SEED, entry) > 0) == promising(SEED, f"{title} ", language=language)


@pytest.mark.parametrize(
    "words, worth",
    [
        ("Kreml ja Washington kävivät salaisia neuvotteluja", True),
        ("Moscow Times: secret talks held", True),
        ("Washington votes on farm bill", False),
        ("Five soups for autumn", False),
    ],
)
def test_a_headline_is_worth_reading_on_where_it_shares_names(words: str, worth: bool) -> None:
    assert promising(subject("Secret talks", (CLAIM,)), words) == worth


def test_a_page_belongs_by_its_link_and_plays_a_role_by_publisher_and_day() -> None:
    about = subject(None, (CLAIM,))
    linking = Article(text="See there.", links=(Link("https://www.mt.example/a?utm_source=x", "there"),))
    assert judge(about, linking, {"https://mt.example/a"}, None)
    assert judge(about, Article(text="Soups."), {"https://mt.example/a"}, None) is None
    globe = Article(publisher="Globe", published_at="2026-03-02T10:00:00Z")
    assert role_beside(globe, "MT", "2026-03-01") is Role.COVERAGE
    assert role_beside(globe, "Globe", "2026-03-01") is Role.FOLLOWUP
    assert role_beside(globe, "MT", "2026-03-03") is Role.EARLIER
    assert role_beside(globe, "MT", "2026-03-02") is Role.COVERAGE


@pytest.mark.parametrize(
    "published, linked_only, role",
    [
        ("2026-02-27", True, Role.EARLIER),
        ("2026-02-27", False, Role.EARLIER),
        ("2026-03-02T10:00:00Z", True, Role.CONTEXT),
        (None, True, Role.CONTEXT),
        ("2026-03-02T10:00:00Z", False, Role.COVERAGE),
        (None, False, Role.COVERAGE),
    ],
)
def test_a_page_that_the_story_only_links_to_is_earlier_or_context(
    published: str | None, linked_only: bool, role: Role
) -> None:
    page = Article(publisher="Globe", published_at=published)
    assert role_beside(page, "MT", "2026-03-01T08:00:00Z", linked_only=linked_only) is role


def test_what_links_to_an_earlier_report_or_to_context_is_no_reaction() -> None:
    articles = {f"https://{role}.example/a": role for role in Role}
    known = Known(sources(articles), ())
    tied = {role for place, role in articles.items() if ties(Post(platform="x", links=(place,)), known)}
    assert tied == {Role.ORIGINAL, Role.COVERAGE, Role.FOLLOWUP}
    assert tied == {role for role in Role if counts_as_source(role)}


def test_the_wikipedias_of_the_storys_languages_are_asked() -> None:
    assert wikis("https://en.wikipedia.org", ("fi", "en", "../x")) == [
        "https://en.wikipedia.org",
        "https://fi.wikipedia.org",
    ]
    assert wikis("https://wiki.example", ("fi",)) == ["https://wiki.example"]
    assert wikis("https://wiki.example/{language}", ("fi", "sv")) == [
        "https://wiki.example/fi",
        "https://wiki.example/sv",
    ]


@pytest.mark.parametrize(
    "link, expected",
    [
        (
            "https://web.archive.org/web/20240303101112/https://www.paper.example/a?b=1",
            "https://www.paper.example/a?b=1",
        ),
        ("https://web.archive.org/web/20240303101112id_/http:/paper.example/a", "http://paper.example/a"),
        ("https://archive.today/20240303101112/http://paper.example/a", "http://paper.example/a"),
        ("https://web.archive.org/web/2024/javascript:alert(1)", None),
        ("https://paper.example/web/2024/https://other.example/", None),
    ],
)
def test_a_copy_in_an_archive_names_what_was_copied(link: str, expected: str | None) -> None:
    assert archived(link) == expected


def test_a_citation_is_found_however_it_is_written() -> None:
    asked = [question.get("euprotocol") for question in citing_questions("http://www.paper.example/a/")]
    assert asked == ["http", "https", None]
    assert citing_questions("http://www.paper.example/a/")[0]["euquery"] == "*.paper.example/a"
    assert citing_questions("http://127.0.0.1:80/a")[0]["euquery"] == "127.0.0.1/a"
    searched = {"query": {"pages": [{"title": "A b", "extlinks": [{"url": "//web.archive.org/web/2024/http://paper.example/a"}, {"url": "https://else.example"}]}]}}  # fmt: skip
    address = "https://fi.wikipedia.org/w/api.php?gsrsearch=insource%3A%22paper.example%2Fa%22"
    [post] = read_citing(searched, address)
    assert post.url == "https://fi.wikipedia.org/wiki/A_b"
    assert post.links == ("https://web.archive.org/web/2024/http://paper.example/a", "http://paper.example/a")
