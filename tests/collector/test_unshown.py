"""Articles whose words their page shows only where scripts run, or to who has none: in a state, in ``noscript``."""

import json
from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storywake.collector.pages.article import read_article
from storywake.collector.records import Article

TITLE = "Ferry stays in harbour"
SAID = [
    "The ferry stayed in harbour on Tuesday after its pumps had failed for the third time since the spring.",
    "Its captain told the council that he had asked for new ones in March & never heard of it again.",
    "The council will meet on the matter next week, and the yard has been asked for a list of all that it mended.",
]
OTHERS = "Ski trails were opened early this year because of the snow that fell in the north. " * 6
MARKUP = "".join(f"<p>{words.replace('&', '&amp;')}</p>" for words in SAID)
REPORT = "https://other.example/report"


def read(body: str, address: str = "https://paper.example/2024/ferry") -> Article:
    return read_article(f"<html lang=en><head><title>{TITLE} | Paper</title></head><body>{body}</body></html>", address)


def state(name: str, data: object) -> str:
    return f"<div id=root>Loading</div><script>window.{name} = {json.dumps(data)};</script>"


def following(data: object) -> str:
    """A page of Next's, which has its state in a script of JSON."""
    return f'<div id=__next></div><script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"pageProps": data}})}</script>'


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def numbered(values: list[Any]) -> str:
    return f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(values)}</script>'


FORMS = {
    "markup": following({"article": {"title": TITLE, "body": MARKUP}}),
    "words": following({"article": {"title": TITLE, "text": "\n\n".join(SAID)}}),
    "Arc": state(
        "Fusion.globalContent",
        {"headlines": {"basic": TITLE}, "content_elements": [{"type": "text", "content": words} for words in SAID]},
    ),
    "WordPress": following({"post": {"title": {"rendered": TITLE}, "content": {"rendered": MARKUP, "protected": False}}}),
    "Gutenberg": following({"title": TITLE, "blocks": [{"name": "core/paragraph", "attributes": {"content": words}} for words in SAID]}),
    "Contentful": following(
        {"headline": TITLE, "body": {"nodeType": "document", "content": [{"nodeType": "paragraph", "content": [{"nodeType": "text", "value": words}]} for words in SAID]}}
    ),
    "ProseMirror in a string": following({"title": TITLE, "content": json.dumps({"type": "doc", "content": [{"type": "paragraph", "content": [text(words)]} for words in SAID]})}),
    "Lexical": following({"title": TITLE, "content": {"root": {"type": "root", "children": [{"type": "paragraph", "children": [text(words)]} for words in SAID]}}}),
    "Slate": state("__PRELOADED_STATE__", {"story": {"title": TITLE, "body": [{"children": [{"text": words[:20]}, {"text": words[20:]}]} for words in SAID]}}),
    "Sanity": state("__INITIAL_STATE__", {"story": {"title": TITLE, "body": [{"_type": "block", "children": [{"_type": "span", "text": words}]} for words in SAID]}}),
    "Editor.js": following({"title": TITLE, "blocks": [{"type": "paragraph", "data": {"text": words}} for words in SAID]}),
    "Draft.js": following({"title": TITLE, "content": {"blocks": [{"type": "unstyled", "text": words} for words in SAID], "entityMap": {}}}),
    "blocks within blocks, in a string": state(
        "__INITIAL_DATA__",
        json.dumps({"content": {"model": {"blocks": [
            {"type": "text", "model": {"blocks": [{"type": "paragraph", "model": {"text": words, "blocks": [{"type": "fragment", "model": {"text": words}}]}}]}} for words in SAID
        ]}}}),
    ),
    "Apollo": state(
        "__APOLLO_STATE__",
        {
            "Article:1": {"__typename": "Article", "headline": TITLE, 'body({"v":2})': [{"__ref": f"Paragraph:{n}"} for n in range(3)]},
            **{f"Paragraph:{n}": {"__typename": "Paragraph", "text": words} for n, words in enumerate(SAID)},
        },
    ),
    "Nuxt, a function": f'<script>window.__NUXT__=(function(a){{return {{data:[{{title:"{TITLE}",content:a}}]}}}}({json.dumps(MARKUP)}));</script>',
    "Nuxt, numbered": numbered([["ShallowReactive", 1], {"article": 2}, {"title": 3, "body": 4}, TITLE, [5, 6, 7], *({"html": n} for n in (8, 9, 10)), *SAID]),
    "React": f'<script>self.__next_f.push([1,{json.dumps("4:" + json.dumps({"title": TITLE, "content": [["$", "p", None, {"children": words}] for words in SAID]}))}])</script>',
    "SvelteKit": f'<script>{{__sveltekit_1x={{base:""}};const data=[null,{{"type":"data","data":{{article:{{title:"{TITLE}",body:{json.dumps(MARKUP)}}}}}}}];}}</script>',
    "Astro": f'<astro-island props="{escape(json.dumps({"article": [0, {"title": [0, TITLE], "body": [0, MARKUP]}]}))}"></astro-island>',
    "noscript": f"<div id=app></div><noscript><main><h1>{TITLE}</h1>{MARKUP}</main></noscript>",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_words_that_only_a_state_holds_are_the_articles(form: str) -> None:
    assert [line for line in read(FORMS[form]).text.split("\n") if line and line != TITLE] == SAID


def test_links_and_posts_in_them_are_the_articles_too() -> None:
    tweet = '<blockquote class="twitter-tweet"><p>No ferry, no town</p>&mdash; Lea (@lea) <a href="https://twitter.com/lea/status/1700000000000000801">May 2, 2024</a></blockquote>'
    linked = {
        "type": "paragraph",
        "children": [text(SAID[0]), {"type": "link", "url": REPORT, "children": [text("the report")]}],
    }
    blocks = [
        linked,
        *({"type": "paragraph", "children": [text(words)]} for words in SAID[1:]),
        {"type": "html", "html": tweet},
    ]
    article = read(following({"title": TITLE, "body": blocks}))
    assert [(link.url, link.text) for link in article.links] == [(REPORT, "the report")]
    assert [embed.external_id for embed in article.embeds] == ["1700000000000000801"]
    assert "No ferry, no town" not in article.text
    assert SAID[2] in article.text


@pytest.mark.parametrize(
    "data",
    [
        {"article": {"title": "Snow in the north", "body": OTHERS}},
        {"related": [{"body": OTHERS}]},
        {"cookieNotice": {"text": OTHERS}, "newsletter": {"body": OTHERS}},
        {"article": {"title": TITLE, "body": [{"type": "image", "caption": OTHERS}]}},
        {"article": {"title": TITLE, "body": "Ski trails were opened."}},
    ],
)
def test_what_stands_under_another_heading_or_beside_an_article_is_none(data: object) -> None:
    assert "Ski" not in read(following(data)).text


def test_what_stands_under_the_pages_own_heading_goes_before_what_is_longer() -> None:
    text = read(following({"welcome": {"body": OTHERS * 3}, "story": {"title": TITLE, "body": MARKUP}})).text
    assert SAID[0] in text
    assert "Ski" not in text


def test_a_page_that_shows_its_article_is_read_as_it_shows_it() -> None:
    shown = "".join(f"<p>{words}</p>" for words in (*SAID, "So it was shown."))
    text = read(shown + following({"article": {"title": TITLE, "body": MARKUP + f"<p>{OTHERS}</p>"}})).text
    assert "So it was shown." in text
    assert "Ski" not in text


@pytest.mark.parametrize(
    "wall",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>',
        "<p>Subscribe to read the rest of this article.</p>",
        '<aside class="gh-post-upgrade-cta"><p>For members</p></aside>',
    ],
)
def test_what_a_paywall_holds_back_is_not_taken_out_of_the_state(wall: str) -> None:
    article = read(
        f"<article><p>{SAID[0]}</p>{wall}</article>" + following({"article": {"title": TITLE, "body": MARKUP}})
    )
    assert SAID[2] not in article.text
    assert article.partial == "behind a paywall"


def test_values_that_name_each_other_in_a_circle_end() -> None:
    read(numbered([{"content": 1}, [0, 1, 1, 1]]))
    read(state("__APOLLO_STATE__", {"A": {"body": [{"__ref": "A"}, {"__ref": "A"}], "content": [{"__ref": "A"}] * 9}}))


JSON = st.recursive(
    st.none() | st.integers() | st.sampled_from([*SAID, "$", "p", "text", "<p>"]),
    lambda held: st.lists(held, max_size=5) | st.dictionaries(st.sampled_from(["body", "content", "children", "text", "type", "title", "__ref"]), held, max_size=5),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_any_state_is_read(data: object) -> None:
    read(following(data))
    read(state("__APOLLO_STATE__", data))
    read(numbered(data if isinstance(data, list) else [data]))
