"""What a page declares of itself: JSON-LD however it is written, which object describes the page, and which address it has."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.pages.address import believed, same_site
from storywake.collector.pages.article import read_article
from storywake.collector.pages.jsonld import Place, alike, describing, read_json
from storywake.collector.records import Article
from storywake.collector.urls import canonical

HERE = "https://paper.example/2024/ferry"
NEWS = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Ferry stays in harbour",
    "datePublished": "2024-03-05T10:00:00Z",
    "author": {"@type": "Person", "name": "Lena Holm"},
    "publisher": {"@type": "Organization", "name": "Northport Paper"},
}
PLAIN = json.dumps(NEWS)
PRETTY = json.dumps(NEWS, indent=1)
WORDS = "The ferry stayed in harbour on Tuesday after its pumps had failed for the third time since the spring. " * 3


def page(script: str, *, kind: str = "application/ld+json", head: str = "", body: str = "") -> Article:
    """An article whose page holds a script of JSON-LD."""
    return read_article(
        f'<!doctype html><html lang="en"><head><title>Ferry stays in harbour | Paper</title>{head}'
        f'<script type="{kind}">{script}</script></head><body><article><h1>Ferry stays in harbour</h1><p>{WORDS}</p>{body}</article></body></html>',
        HERE,
    )


@pytest.mark.parametrize(
    "written",
    [
        PLAIN,
        PLAIN + ";",
        PLAIN + " ;\n;",
        PLAIN[:-1] + ",}",
        PLAIN.replace('"Lena Holm"}', '"Lena Holm",},,'),
        "[" + PLAIN + ",]",
        PLAIN + PLAIN,
        '{"@type": "WebSite", "name": "Paper"}\n' + PLAIN,
        "<!--\n" + PLAIN + "\n-->",
        "//<![CDATA[\n" + PLAIN + "\n//]]>",
        "// <![CDATA[\n" + PLAIN + "\n// ]]&gt;",
        "/* <![CDATA[ */" + PLAIN + "/* ]]> */",
        "<![CDATA[" + PLAIN + "]]>",
        "<!-- <![CDATA[ -->" + PLAIN + "<!-- ]]> -->",
        "/* made by a plugin */ " + PLAIN,
        PRETTY.replace('\n "headline"', '\n // the headline\n "headline"'),
        PRETTY.replace('\n "headline"', '\n /* the "headline" */ "headline"'),
        PRETTY.replace(",\n", "\n"),
        PLAIN.replace("Ferry stays", "Ferry\\' stays\\x20"),
        PLAIN.replace("Ferry stays", "Ferry \\stays"),
        PLAIN.replace("Ferry stays", 'Ferry "stays" so'),
        PLAIN.replace("Ferry stays", "Ferry\n\tstays\x01"),
        PLAIN.replace('"headline"', "headline").replace('"author"', "author"),
        PLAIN.replace('"', "'"),
        PLAIN.replace('"', "&quot;"),
        "\ufeff" + PLAIN,
        "var data = " + PLAIN + ";",
        PLAIN.replace('"NewsArticle"', '"http://schema.org/NewsArticle"'),
        PLAIN.replace('"NewsArticle"', '["https://schema.org/NewsArticle", "Thing"]'),
        PLAIN.replace('"NewsArticle"', '"schema:NewsArticle"').replace('"author"', '"schema:author"'),
        PLAIN.replace('"NewsArticle"', '"newsarticle"').replace("datePublished", "DatePublished"),
        PLAIN.replace('"@type": "News', '"type": "News'),
        PLAIN[:-1] + ', "articleBody": "The ferry stayed in har',
        PLAIN[:-1] + ', "image": ["https://paper.example/1.jpg", ',
        PLAIN[:-1] + ', "isAccessibleForFree": True, "wordCount": 1.200.000}',
        json.dumps({"@graph": [NEWS]}),
        json.dumps({"@type": "WebPage", "mainEntity": NEWS}),
        json.dumps(PLAIN),
        json.dumps(NEWS)
        .replace('": "', "”: “")
        .replace('", "', "”, “")
        .replace('{"', "{“")
        .replace('"}', "”}")
        .replace('": {', "”: {")
        .replace('}, "', "}, “"),
        json.dumps(
            {
                **NEWS,
                "author": [{"name": {"@value": "Lena Holm", "@language": "en"}}],
                "publisher": {"@type": "Organization", "name": {"@value": "Northport Paper"}},
            }
        ),
        json.dumps(
            {
                "@type": "ItemList",
                "itemListElement": [
                    {"@type": "ListItem", "item": {**NEWS, "headline": "Another story", "author": "Bo Ek"}},
                    {"@type": "ListItem", "item": NEWS},
                ],
            }
        ),
        PLAIN.replace('"name"', '"schema:name"').replace('"publisher"', '"schema:publisher"'),
    ],
)
def test_json_ld_is_read_however_it_is_written(written: str) -> None:
    read = page(written)
    assert read.published_at == "2024-03-05T10:00:00Z"
    assert read.authors == ("Lena Holm",)
    assert read.publisher == "Northport Paper"


@pytest.mark.parametrize(
    "kind",
    ["application/ld+json; charset=utf-8", "APPLICATION/LD+JSON", " application/ld+json ", "Application/LD+json;x"],
)
def test_the_type_of_its_script_may_carry_a_charset_and_capitals(kind: str) -> None:
    assert page(PLAIN, kind=kind).authors == ("Lena Holm",)


def test_a_list_of_other_stories_describes_no_page() -> None:
    listed = [{"@type": "ListItem", "item": {"@type": "NewsArticle", "headline": name}} for name in ("One", "Two")]
    read = page(json.dumps({"@type": "ItemList", "itemListElement": listed}))
    assert read.title == "Ferry stays in harbour"


def test_references_by_id_are_resolved() -> None:
    read = page(
        json.dumps(
            {
                "@graph": [
                    {**NEWS, "author": {"name": "", "@id": "#lena"}, "publisher": {"@id": "#paper"}},
                    {"@type": "Person", "@id": "#lena", "name": "Lena Holm"},
                    {"@type": "Organization", "@id": "#paper", "name": "Northport Paper"},
                ]
            }
        )
    )
    assert (read.authors, read.publisher) == (("Lena Holm",), "Northport Paper")


def test_an_author_that_names_the_article_by_a_reverse_property_is_its_author() -> None:
    news = {key: value for key, value in NEWS.items() if key != "author"}
    read = page(json.dumps({"@type": "Person", "name": "Lena Holm", "@reverse": {"author": news}}))
    assert (read.authors, read.published_at) == (("Lena Holm",), "2024-03-05T10:00:00Z")


def test_an_end_that_is_missing_costs_only_what_it_cuts() -> None:
    assert read_json('{"a": "one", "b": ["two", "thr') == [{"a": "one", "b": ["two"]}]
    assert read_json('{"a": {"b": 1, "c"') == [{"a": {"b": 1}}]
    assert read_json("no data") == []


OTHER = {"@type": "NewsArticle", "headline": "Old pier sold", "datePublished": "2011-01-01", "url": "https://paper.example/2011/pier"}  # fmt: skip
OWN: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": "A headline for search engines",
    "datePublished": "2024-03-05",
}


@pytest.mark.parametrize(
    "own",
    [
        {"url": HERE},
        {"url": HERE + "/?utm_source=feed"},
        {"@id": HERE + "#article"},
        {"mainEntityOfPage": HERE},
        {"mainEntityOfPage": {"@type": "WebPage", "@id": HERE}},
        {"isPartOf": {"@id": HERE}},
        {"headline": "Ferry stays in harbour"},
        {"headline": "FERRY STAYS in harbour, for now"},
    ],
)
def test_the_object_that_describes_the_page_is_told_by_its_address_or_its_headline(own: dict[str, Any]) -> None:
    for objects in ([OTHER, {**OWN, **own}], [{**OWN, **own}, OTHER]):
        found = describing(
            [{**item, "@type": ["NewsArticle"]} for item in objects],
            Place(frozenset((HERE,)), ("Ferry stays in harbour",)),
        )
        assert found["datePublished"] == "2024-03-05"


def test_a_related_story_alone_is_not_the_page() -> None:
    read = page(json.dumps(OTHER))
    assert (read.title, read.published_at, read.canonical_url) == ("Ferry stays in harbour", None, HERE)


def test_an_object_without_address_is_the_pages_whatever_its_headline() -> None:
    assert page(json.dumps({**OWN, "datePublished": "2024-03-04"})).published_at == "2024-03-04"


def test_what_only_the_web_page_says_is_added() -> None:
    graph = [{"@type": "WebPage", "@id": HERE, "datePublished": "2024-03-04"}, {"@type": "Article", "isPartOf": {"@id": HERE}, "headline": "Ferry"}]  # fmt: skip
    read = page(json.dumps({"@graph": graph}))
    assert (read.title, read.published_at) == ("Ferry", "2024-03-04")


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("Ferry stays in harbour", "Ferry stays in harbour | The Paper", True),
        ("Ferry &amp; tug stay", "Ferry & tug stay", True),
        ("Fähre bleibt im Hafen", "Fähre bleibt vorerst im Hafen liegen", True),
        ("Ferry stays in harbour", "Old pier sold", False),
        ("", "Old pier sold", False),
    ],
)
def test_headlines_are_alike_where_they_share_most_words(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same


def test_updates_of_a_live_blog_that_the_page_does_not_show_are_part_of_its_text() -> None:
    blog = {**NEWS, "@type": "LiveBlogPosting", "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "Pumps arrive", "articleBody": "Two new pumps came by road."}]}  # fmt: skip
    read = page(json.dumps(blog))
    assert "Pumps arrive\n\nTwo new pumps came by road." in read.text


def test_an_update_that_the_page_shows_in_other_marks_and_lines_is_not_told_twice() -> None:
    update = {"@type": "BlogPosting", "articleBody": "<p>The ferry “stayed”&nbsp;in\n\nharbour, on Tuesday!</p>"}
    shown = page(json.dumps({**NEWS, "@type": "LiveBlogPosting", "liveBlogUpdate": [update]}))
    assert shown.text.count("harbour on Tuesday") == 3


@pytest.mark.parametrize(
    "claim, own",
    [
        ("https://paper.example/", HERE),
        ("https://paper.example/index.html", HERE),
        ("https://paper.example/en/", HERE),
        ("http://localhost:3000/ferry", HERE),
        ("http://127.0.0.1/ferry", HERE),
        ("http://[::1]/ferry", HERE),
        ("http://10.0.0.7/ferry", HERE),
        ("http://wordpress/ferry", HERE),
        ("http://paper.local/ferry", HERE),
        ("https://staging.paper.example/2024/ferry", HERE),
        ("https://cms-staging.paper.example/2024/ferry", HERE),
        ("https://other.example/2024/ferry", HERE),
        ("https://tribune.co.uk/ferry", "https://herald.co.uk/ferry"),
        ("https://ann.blogspot.com/ferry", "https://bob.blogspot.com/ferry"),
        ("javascript:void(0)", HERE),
        ("https://", HERE),
        ("{{ page.url }}", HERE),
        ("https://paper.example/%7B%7Burl%7D%7D", HERE),
        ("https://paper.example/[object Object]", HERE),
        ("undefined", HERE),
        ("https://paper.example/null/", HERE),
        ("https://paper.example/404", HERE),
        ("https://paper.example/login?next=/2024/ferry", HERE),
        ("https://paper.example:8443/2024/ferry", HERE),
        ("https://ann:secret@paper.example/2024/ferry", HERE),
        ("", HERE),
        ("https://paper.example/news/", "https://paper.example/news/2024/ferry-stays-in-harbour"),
        ("https://paper.example/local-news", "https://paper.example/local-news/article/2077831"),
        ("https://paper.example/новости", "https://paper.example/новости/паром-остался-в-порту"),
        ("https://paper.example/news", "https://paper.example/2024/03/ferry-stays-in-harbour"),
        ("https://paper.example/2024/", "https://paper.example/2024/ferry"),
        (f"{HERE}/feed", HERE),
        ("https://paper.example/tag/ferries", HERE),
        ("https://paper.example/author/lena-holm", HERE),
        ("https://paper.example/search?q=ferry", HERE),
        ("https://cms.paper.example/node/123", HERE),
        ("https://paper.example/2024/03/", "https://paper.example/2024/03/ferry"),
        ("https://paper.example/story", "https://paper.example/story?id=7"),
        ("https://paper.example/read.php", "https://paper.example/read.php?newsId=7"),
    ],
)
def test_an_address_that_cannot_be_the_pages_is_not_believed(claim: str, own: str) -> None:
    read = read_article(
        f'<html><head><link rel="canonical" href="{claim}"></head><body><p>{WORDS}</p></body></html>', own
    )
    assert read.canonical_url == canonical(own)


@pytest.mark.parametrize(
    "claim, own",
    [
        ("https://paper.example/2024/ferry-stays", HERE),
        ("https://www.paper.example/2024/ferry", "https://amp.paper.example/2024/ferry"),
        ("https://www.herald.co.uk/ferry", "https://live.herald.co.uk/ferry?page=2"),
        ("https://paper.example/2024/ferry", "https://paper-example.cdn.ampproject.org/c/s/paper.example/2024/ferry/amp"),
        ("https://paper.example/", "https://paper.example/?utm_source=x"),
        ("https://staging.paper.example/a", "https://staging.paper.example/b"),
        ("https://paper.example:8443/a", "https://paper.example:8443/b"),
        ("https://paper.example/songs/404", "https://paper.example/de/songs/404"),
        ("https://paper.example/find?q={ferry}", HERE),
        ("https://paper.example/ferry/", "https://paper.example/ferry/amp"),
        ("https://paper.example/ferry", "https://paper.example/ferry/2"),
        ("https://paper.example/ferry-stays-in-harbour", "https://paper.example/ferry-stays-in-harbour/live-updates-of-tuesday"),
        ("https://paper.example/news/ferry", "https://paper.example/sport/2024/ferry-stays-in-harbour"),
        ("https://paper.example/ferry-stays-in-harbour", "https://paper.example/ferry-stays-in-harbour?id=7"),
        ("https://paper.example/story", "https://paper.example/story?view=7"),
        ("https://paper.example/2024/1234", "https://paper.example/2024/1234/comments"),
    ],
)  # fmt: skip
def test_an_address_of_the_same_site_is_believed(claim: str, own: str) -> None:
    assert believed([claim], own, own) == claim


def test_of_two_canonical_addresses_none_is_believed() -> None:
    head = "".join(f'<link rel="canonical" href="https://paper.example/{name}">' for name in ("a", "b"))
    assert page("{}", head=head).canonical_url == HERE


@pytest.mark.parametrize(
    ("head", "body", "address"),
    [
        ("", '<aside><div><link rel="canonical" href="https://paper.example/2023/other"></div></aside>', HERE),
        ('<div></div><link rel="canonical" href="https://paper.example/ferry-stays">', "", "https://paper.example/ferry-stays"),
        ('<link rel="canonical" href="paper.example/ferry-stays">', "", "https://paper.example/ferry-stays"),
        ('<link rel="canonical" href="https://paper.example/"><link rel="canonical" href="/ferry-stays">', "", "https://paper.example/ferry-stays"),
        ('<link rel="canonical" href="/"><meta property="og:url" content="https://paper.example/ferry-stays">', "", "https://paper.example/ferry-stays"),
        ('<link rel="canonical" href="{{ url }}"><meta property="og:url" content="/ferry-stays">', "", "https://paper.example/ferry-stays"),
    ],
)  # fmt: skip
def test_the_claim_that_can_be_the_pages_is_taken(head: str, body: str, address: str) -> None:
    assert page("{}", head=head, body=body).canonical_url == address


@pytest.mark.parametrize(
    "said", [{"mainEntityOfPage": {"@id": "https://paper.example/ferry-stays"}}, {"@id": "https://paper.example/ferry-stays#article"}]
)  # fmt: skip
def test_where_the_tags_name_no_page_json_ld_may(said: dict[str, Any]) -> None:
    head = (
        '<link rel="canonical" href="https://paper.example/"><meta property="og:url" content="https://paper.example/">'
    )
    assert page(json.dumps({**NEWS, **said}), head=head).canonical_url == "https://paper.example/ferry-stays"


def test_a_lost_slash_and_a_page_that_is_a_list_itself() -> None:
    head = '<link rel="canonical" href="https:/paper.example/ferry-stays">'
    assert page("{}", head=head).canonical_url == "https://paper.example/ferry-stays"
    assert believed(["https://paper.example/tag/ferries"], None, "https://paper.example/tag/ferries?page=2")


def test_an_address_that_a_template_put_behind_the_host_is_read() -> None:
    head = '<link rel="canonical" href="https://paper.example/https://paper.example/ferry-stays">'
    assert page("{}", head=head).canonical_url == "https://paper.example/ferry-stays"


def test_a_copy_in_an_archive_has_the_address_of_the_page() -> None:
    copy = f"https://web.archive.org/web/20240306120000/{HERE}"
    markup = f'<html><head><link rel="canonical" href="{copy}"></head><body><p>{WORDS}</p></body></html>'
    assert read_article(markup, copy).canonical_url == HERE


def test_a_copy_without_an_address_has_the_one_that_it_declares() -> None:
    markup = f'<html><head><link rel="CANONICAL" href="{HERE}"></head><body><p>{WORDS}</p></body></html>'
    assert read_article(markup).canonical_url == HERE
    assert read_article(markup.replace(HERE, "https://paper.example/")).canonical_url is None
    assert read_article(markup.replace(HERE, "http://localhost/ferry")).canonical_url is None


@pytest.mark.parametrize(
    "base, link",
    [
        ("https://cdn.paper.example/archive/", "https://cdn.paper.example/archive/report.html"),
        ("/archive/", "https://paper.example/archive/report.html"),
        ("javascript:x", "https://paper.example/2024/report.html"),
        ("", "https://paper.example/2024/report.html"),
    ],
)
def test_links_resolve_against_the_base_of_the_page(base: str, link: str) -> None:
    markup = (
        f'<html><head><base href="{base}"></head><body><p>{WORDS} <a href="report.html">report</a></p></body></html>'
    )
    assert [found.url for found in read_article(markup, HERE).links] == [link]


def test_links_do_not_resolve_against_a_declared_address() -> None:
    head = '<link rel="canonical" href="https://paper.example/archive/1999/">'
    found = page("{}", head=head, body=f'<p>{WORDS}<a href="report.html">report</a></p>')
    assert [link.url for link in found.links] == ["https://paper.example/2024/report.html"]


def test_hosts_of_one_registered_domain_are_one_site() -> None:
    assert same_site("https://a.paper.co.uk/x", "https://b.paper.co.uk/")
    assert not same_site("https://a.co.uk/", "https://b.co.uk/")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=10), JSON, max_size=4))
def test_what_is_json_is_read_as_it_is(value: dict[str, Any]) -> None:
    assert read_json(json.dumps(value)) == [value]


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "name"]), st.integers() | st.sampled_from(["x", "y z", 'q " q', "é\n"]), max_size=4
    )
)
def test_a_comma_too_many_changes_nothing(value: dict[str, Any]) -> None:
    assert read_json("[" + json.dumps(value) + ",];") == [[value]]


@given(st.text(alphabet="{}[]\",:\\/*<!-&;au0 \n'", max_size=200))
def test_no_script_fails(text: str) -> None:
    for value in read_json(text):
        assert isinstance(value, dict | list | str | int | float | bool | None)
