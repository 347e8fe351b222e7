"""Articles beside what a correct reading of them is: ``name.txt`` (or ``.html``) with ``name.json``."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.errors import Unreadable
from storywake.collector.pages.article import read_article
from storywake.collector.pages.charsets import decode
from storywake.collector.records import Article

FIXTURES = Path(__file__).parents[1] / "fixtures" / "articles"
SEED = Path(__file__).parents[2] / "seeds" / "moscow-times"
CASES = [
    *sorted(p for p in FIXTURES.iterdir() if p.suffix in (".txt", ".html")),
    SEED / "article.txt",
    SEED / "article.html",
]


def expected(path: Path) -> dict[str, Any]:
    place = path.with_name("expected.json") if path.parent == SEED else path.with_suffix(".json")
    return dict(json.loads(place.read_text()))


def read(path: Path) -> dict[str, Any]:
    """The parts of a reading that the records hold."""
    article = read_article(decode(path.read_bytes()))
    return {
        "title": article.title,
        "authors": list(article.authors),
        "language": article.language,
        "embeds": [
            {
                k: (list(v) if k == "links" else v)
                for k in ("platform", "author_handle", "author_name", "posted_at", "text", "links")
                for v in [getattr(e, k)]
            }
            for e in article.embeds
        ],
        "statements": [
            {k: getattr(s, k) for k in ("speaker", "affiliation", "text", "verbatim")} for s in article.statements
        ],
        "mentions": [{"publisher": m.publisher, "role": m.role.value} for m in article.mentions],
        "corrections": list(article.corrections),
    }


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.name)
def test_an_article_is_read_as_its_record_says(path: Path) -> None:
    record = expected(path)
    assert read(path) == {key: record[key] for key in read(path)}


def test_the_unnamed_officials_words_are_no_reactions() -> None:
    article = read_article((SEED / "article.txt").read_text())
    assert not any("Kremlissä ajatellaan" in s.text or "rampauttaminen" in s.text for s in article.statements)
    assert {s.speaker for s in article.statements} == {
        "Max Seddon",
        "Brian Taylor",
        "Ian Bond",
        "Leonid Ragozin",
        "Lawrence Freedman",
    }


def test_a_pages_facts_come_from_what_it_declares() -> None:
    page = """<html lang="en-GB"><head><title>Fallback | Site</title><link rel="canonical" href="/news/bridge">
    <meta property="og:site_name" content="Northport Times"><script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Bridge &amp; tunnel",
    "author": [{"name": "Hanna Lowell"}, {"name": "Juho Aho"}], "datePublished": "2024-03-03T10:00:00+02:00", "dateModified": "2024-03-04T10:00:00+02:00"}]}</script></head>
    <body><nav><a href="/menu">Menu</a></nav><article><p>The new harbour bridge was opened without a final inspection, <a href="/docs/report">says a report</a> that was leaked on Sunday.</p></article></body></html>"""
    article = read_article(page, "https://www.northport.example/news/bridge?utm_source=x")
    assert article.title == "Bridge & tunnel"
    assert article.publisher == "Northport Times"
    assert article.authors == ("Hanna Lowell", "Juho Aho")
    assert (article.published_at, article.modified_at) == ("2024-03-03T08:00:00Z", "2024-03-04T08:00:00Z")
    assert article.canonical_url == "https://www.northport.example/news/bridge"
    assert [(link.url, link.text) for link in article.links] == [
        ("https://www.northport.example/docs/report", "says a report")
    ]


@pytest.mark.parametrize(
    ("body", "declared", "words"),
    [
        ("häät".encode(), None, "häät"),
        ("häät".encode("cp1252"), "utf-8", "häät"),
        (b'<meta charset="windows-1251">' + "мир".encode("cp1251"), None, '<meta charset="windows-1251">мир'),
        (b"\xef\xbb\xbfabc", None, "abc"),
        ("häät".encode("utf-16"), None, "häät"),
        (b"\xff\xfe\x00", None, ""),
        (b"abc", "no-such-charset", "abc"),
    ],
)
def test_text_is_decoded_whatever_is_declared(body: bytes, declared: str | None, words: str) -> None:
    assert words in decode(body, declared)


def test_an_empty_document_is_refused_in_one_line() -> None:
    with pytest.raises(Unreadable, match="empty"):
        read_article("  \n ")


@pytest.mark.slow
@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=300),
    st.sampled_from(
        [
            "{}",
            "<p>{}</p>",
            "<html><body><blockquote class='twitter-tweet'>{}</blockquote>",
            "<article><p>{}",
            "{} — a (@b) July 1, 2020",
        ]
    ),
)
def test_nothing_that_is_written_breaks_the_reader(words: str, frame: str) -> None:
    try:
        assert isinstance(
            read_article(frame.format(words.replace("{", "").replace("}", "")), "https://a.example/b"), Article
        )
    except Unreadable:
        assert not frame.format(words).strip()


HOSTILE = {
    "deep": "<html><body><blockquote class='twitter-tweet'>" + "<b>" * 20_000 + "x — A (@a) May 1, 2024</body></html>",
    "names without end": "Max Seddon said " * 5_000,
    "quotation marks without end": "“a " * 10_000,
    "dashes without end": "— (" * 10_000,
    "brackets without end": "<script type='application/ld+json'>" + "[" * 100_000 + "</script><p>" + "x " * 100,
    "characters that are none": "<p>&#xD800; &#x110000; \x00 text here that is long enough to be read</p>",
    "frames in frames": "<iframe srcdoc='" + "&lt;iframe srcdoc=twitter" * 50 + "'></iframe><p>x</p>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_means_harm_is_read_without_it(name: str) -> None:
    assert isinstance(read_article(HOSTILE[name], "https://a.example/b"), Article)
