"""What a page declares of itself: JSON-LD however it is written, and which object describes the page."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.pages.article import read_article
from storywake.collector.pages.jsonld import Place, alike, describing, read_json
from storywake.collector.records import Article

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
