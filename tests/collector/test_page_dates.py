"""When a page's article was published and changed, by what it declares and shows; never by what stands around it."""

import pytest

from storywake.collector.pages.article import read_article
from storywake.collector.pages.dated import locale_of

WORDS = "The ferry stayed in harbour on Tuesday after its pumps had failed for the third time since the spring. " * 4


def dates(
    head: str = "", top: str = "", bottom: str = "", *, lang: str = "en", url: str | None = None, outside: str = ""
) -> tuple[str | None, str | None]:
    """Publication and change of an article with markup in its head, beside its heading, after its words and around it."""
    read = read_article(
        f'<!doctype html><html lang="{lang}"><head><title>Ferry stays | Paper</title>{head}</head><body><header class="masthead">Paper, 1 January 2026</header>'
        f"<main><article><h1>Ferry stays in harbour</h1>{top}<p>{WORDS}</p>{bottom}</article></main>{outside}"
        "<footer>© 2019 Paper, since 3 May 1998</footer></body></html>",
        url,
    )
    return read.published_at, read.modified_at


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-03-05T10:00:00Z">',
        '<meta name="pubdate" content="2024-03-05T10:00:00Z">',
        '<meta name="PublishDate" content="Tue, 05 Mar 2024 12:00:00 +02:00">',
        '<meta name="DC.date.issued" content="2024-03-05T10:00:00Z">',
        '<meta name="dcterms.created" content="2024-03-05T12:00+02:00">',
        '<meta name="cXenseParse:recs:publishtime" content="2024-03-05T10:00:00.000Z">',
        '<meta itemprop="datePublished" content="2024-03-05T10:00:00Z">',
        '<meta http-equiv="date" content="5 Mar 2024 10:00:00 GMT">',
        '<meta name="ptime" content="1709632800">',
        '<meta name="date" content="soon"><meta name="publication_date" content="20240305T100000Z">',
        '<meta property="article:published_time" content="0001-01-01T00:00:00Z"><meta name="date" content="2024-03-05T10:00:00Z">',
    ],
)
def test_every_common_name_of_a_meta_element_is_read(head: str) -> None:
    assert dates(head) == ("2024-03-05T10:00:00Z", None)


@pytest.mark.parametrize(
    "top",
    [
        '<span itemprop="datePublished" content="2024-03-05">05/03/2024</span>',
        '<time itemprop="datePublished" datetime="2024-03-05">5 March</time>',
        '<time pubdate datetime="2024-03-05">Tuesday</time>',
        '<abbr class="published" title="2024-03-05">Tuesday</abbr>',
        '<p><time datetime="2024-03-05">Tuesday</time></p>',
        '<div><time datetime="2020-01-01" class="today">server</time></div><p>By Ann, <time itemprop="datePublished" datetime="2024-03-05">5 March</time></p>',
        '<p class="date">5 March 2024</p>',
        "<p>Published: <time>5 March 2024</time>, 10:30</p>",
        "<div>By Lena Holm | March 5, 2024 | 12 comments</div>",
        "<p>Published 5 March 2024, updated 7 March 2024</p>",
        "<p>Updated 7 March 2024. First published 5 March 2024</p>",
        '<div class="entry-meta"><span>Posted on</span> <a href="/2024/">March 5, 2024</a> by <a href="/l">Lena</a></div>',
        "<p>By Lena Holm</p><p>Tuesday 5 March 2024 10.30 GMT</p>",
        '<p>By Lena Holm</p><relative-time datetime="2024-03-05">3 days ago</relative-time>',
        '<span property="dc:date dc:created" content="2024-03-05">Tuesday</span>',
        "<script>dataLayer.push({page: 'article', publishDate: '2024-03-05'});</script>",
        '<script id="__NEXT_DATA__" type="application/json">{"article": {"publishedAt": "2024-03-05"}}</script>',
        '<script>self.__next_f.push([1, "{\\"publishedAt\\":\\"2024-03-05\\"}"])</script>',
    ],
)  # fmt: skip
def test_what_stands_beside_the_heading_is_read(top: str) -> None:
    assert (dates(top=top)[0] or "")[:10] == "2024-03-05"


@pytest.mark.parametrize(
    "lang, line",
    [
        ("fi", "Julkaistu 5.3.2024 klo 10.30"),
        ("fi", "5. maaliskuuta 2024, päivitetty 6. maaliskuuta 2024"),
        ("sv", "Publicerad 5 mars 2024 kl. 10.30"),
        ("sv", "Uppdaterad 2024-03-07. Publicerad 2024-03-05"),
        ("de", "Veröffentlicht am 5. März 2024, 10:30 Uhr"),
        ("de", "Dienstag, 05.03.2024"),
        ("fr", "Publié le 5 mars 2024 à 10h30 - Modifié le 6 mars 2024 à 11h"),
        ("fr", "Le 05/03/2024 à 10:30"),
        ("es", "5 de marzo de 2024 - 10:30 h"),
        ("es", "Actualizado: 06/03/2024. Publicado: 05/03/2024"),
        ("ru", "5 марта 2024, 10:30 МСК"),
        ("ru", "Опубликовано: 05.03.2024"),
        ("uk", "5 березня 2024 року, 10:30"),
        ("uk", "Оновлено 6 березня 2024, опубліковано 5 березня 2024"),
        ("en-US", "03/05/2024 10:30 AM"),
        ("en-GB", "05/03/2024"),
        ("pl", "opublikowano: 5 marca 2024"),
    ],
)
def test_days_are_read_in_the_pages_language(lang: str, line: str) -> None:
    assert (dates(top=f'<div class="byline">{line}</div>', lang=lang)[0] or "")[:10] == "2024-03-05"


@pytest.mark.parametrize(
    "markup",
    [
        '<aside class="related"><a href="/old">Old story</a> <time datetime="2011-06-01">1 June 2011</time></aside>',
        '<div class="related-stories"><p>1 June 2011</p><time datetime="2011-06-01">x</time></div>',
        '<section id="comments"><p>Ann, <time datetime="2011-06-01T10:00:00Z">1 June 2011</time></p></section>',
        '<div class="teaser"><span itemprop="datePublished" content="2011-06-01">x</span></div>',
        "<p>Updated 1 June 2011</p>",
        "<p>© 1 June 2011 Paper</p>",
        "<p>Copyright 2011-06-01</p>",
        '<div class="cookie-banner">1 June 2011</div>',
        "<p>The pier was sold on 1 June 2011, and the town has asked for it back ever since, as residents told the paper in a long talk.</p>",
    ],
)
def test_what_stands_around_an_article_is_no_witness(markup: str) -> None:
    assert dates(bottom=markup)[0] is None
    assert dates(outside=markup)[0] is None


def test_a_day_that_could_be_another_is_none() -> None:
    assert dates(top='<p class="date">05/03/2024</p>')[0] is None
    assert dates(top='<p class="date">05/03/2024</p>', url="https://paper.co.uk/ferry")[0] == "2024-03-05"


def test_the_day_in_an_address_is_believed_where_nothing_nearer_is() -> None:
    assert dates(url="https://paper.example/2024/03/05/ferry")[0] == "2024-03-05"
    assert dates(url="https://paper.example/news/2024-03-05-ferry.html")[0] == "2024-03-05"
    assert dates(url="https://paper.example/2024/03/ferry-20240399")[0] is None
    assert (
        dates(url="https://paper.example/2024/03/04/ferry", top='<p class="date">5 March 2024</p>')[0] == "2024-03-05"
    )


def test_changes_are_kept_apart_and_the_last_one_counts() -> None:
    head = '<meta property="article:modified_time" content="2024-03-06T08:00:00Z"><meta property="og:updated_time" content="2024-03-05T08:00:00Z">'
    assert dates(head) == (None, "2024-03-06T08:00:00Z")
    assert dates(top="<p>Published 5 March 2024, updated 7 March 2024</p>") == ("2024-03-05", "2024-03-07")


@pytest.mark.parametrize(
    "language, url, locale",
    [
        ("en", "https://paper.co.uk/x", "en-GB"),
        ("en_US", "https://paper.co.uk/x", "en-US"),
        ("en", "https://paper.com/x", "en"),
        (None, "https://paper.fi/x", "und-FI"),
        (None, None, None),
    ],
)
def test_a_pages_country_is_the_one_it_declares_or_its_hosts(
    language: str | None, url: str | None, locale: str | None
) -> None:
    assert locale_of(language, url) == locale


@pytest.mark.parametrize("name", ["data-timestamp", "data-utc", "data-time"])
def test_a_time_that_a_script_writes_out_is_read_from_its_attribute(name: str) -> None:
    changed = f'<div>Updated <x-time {name}="1709719200000"></x-time></div>'
    assert dates(top=f'{changed}<div>Published <x-time {name}="1709632800000">2 days ago</x-time></div>') == (
        "2024-03-05T10:00:00Z",
        "2024-03-06T10:00:00Z",
    )


def test_of_several_times_in_a_pages_data_none_is_the_articles() -> None:
    other = '<script type="application/json">{"related": [{"title": "Tunnel", "publishedAt": "2021-01-01"}]}</script>'
    assert dates(top=other) == (None, None)
    script = '<script>window.state = {"related": [{"pubDate": "2024-03-05"}, {"pubDate": "2024-02-05"}]}</script>'
    assert dates(top=script) == (None, None)
