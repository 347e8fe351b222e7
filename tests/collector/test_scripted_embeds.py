"""Posts in what scripts and editors leave in a page: Nuxt's functions, objects that are no JSON, Vue's bindings, blocks of WordPress."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.markup.literals import literal, returned
from storywake.collector.pages.article import read_article

POST = "https://twitter.com/lea_example/status/1700000000000000801"
ESCAPED = POST.replace("/", "\\u002F")
WORDS = "The ferry stayed in harbour on Tuesday after its pumps had failed for the third time since the spring. " * 2
BODY = 'body:[{type:"paragraph",text:b},{type:"embed",provider:"twitter",url:a}]'


def shown(inside: str) -> list[str | None]:
    """The ids of the posts that an article shows in which this stands."""
    read = read_article(
        f"<html><head><title>Ferry stays in harbour</title></head><body><article><h1>Ferry stays in harbour</h1><p>{WORDS}</p>"
        f"{inside}<p>{WORDS}</p></article></body></html>",
        "https://paper.example/2024/ferry",
    )
    return [embed.external_id for embed in read.embeds]


@pytest.mark.parametrize(
    "inside",
    [
        f'<script>window.__NUXT__=(function(a,b){{return {{data:[{{article:{{title:"Ferry stays in harbour",{BODY}}},n:.5,ok:!0,no:void 0}}]}}}}("{ESCAPED}","So"));</script>',
        f'<script>window.__NUXT__=(function(a){{a.title="Ferry stays in harbour";a.body=[{{type:"embed",url:"{ESCAPED}"}}];return {{data:[a]}}}}({{}}));</script>',
        f"<script>window.__INITIAL_STATE__ = {{article: {{title: 'Ferry stays in harbour', body: [{{type: \"embed\", url: '{POST}',}}],}},}};</script>",
        f'<!-- wp:embed {{"url":"{POST}","type":"rich","providerNameSlug":"twitter"}} /-->',
        f'<!-- wp:core-embed/twitter {{"url":"{POST}"}} --><!-- /wp:core-embed/twitter -->',
        f'<tweet-embed :url="\'{POST}\'"></tweet-embed>',
        f'<media-embed v-bind:embed="{{ type: \'twitter\', url: \'{POST}\' }}"></media-embed>',
        f'<div :tweet="{{&quot;url&quot;:&quot;{POST}&quot;}}"></div>',
        '<div class="uc-embed" uc-src="https://platform.twitter.com/embed/Tweet.html?id=1700000000000000801"></div>',
    ],
)  # fmt: skip
def test_a_post_that_only_a_script_or_an_editor_names_is_shown(inside: str) -> None:
    assert shown(inside) == ["1700000000000000801"]


@pytest.mark.parametrize(
    "inside",
    [
        f'<script>window.__NUXT__=(function(a){{return {{data:[{{related:[{{title:"Pier sold",body:[{{type:"embed",url:a}}]}}]}}]}}}}("{ESCAPED}"));</script>',
        '<share-buttons :url="\'https://paper.example/2024/ferry\'"></share-buttons>',
        f'<related-posts :first="\'{POST}\'"></related-posts>',
        f'<!-- wp:paragraph {{"url":"{POST}"}} /-->',
    ],
)  # fmt: skip
def test_what_they_name_of_other_stories_is_not(inside: str) -> None:
    assert shown(inside) == []


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("{a:1,'b':\"x\",}", {"a": 1, "b": "x"}),
        ("[.5,-.25,1e3,!0,!1,void 0,undefined,c,Array(3)]", [0.5, -0.25, 1e3, True, False, None, None, None, []]),
        (r"{a:'it\'s \"so\"',b:'\x41\u0042'}", {"a": 'it\'s "so"', "b": "AB"}),
        ("{a:{b:[{c:null}]}} + rest", {"a": {"b": [{"c": None}]}}),
    ],
)
def test_a_value_is_read_as_scripts_write_it(code: str, value: object) -> None:
    assert json.loads(literal(code, 0)[0] or "") == value


@pytest.mark.parametrize("code", ["", "x", "{a:b.c}", "{a:f(1)", "[1", "function(){}", "{a:`x`}"])
def test_what_is_no_value_gives_none(code: str) -> None:
    assert literal(code, 0)[0] is None


@given(st.text(alphabet="{}[](),:;\"'\\ab.=1 $", max_size=60))
def test_no_script_breaks_it(code: str) -> None:
    for text in (code, f"(function(a,b){{{code}return {{a:a}}}}({code}))"):
        literal(text, 0)
        returned(text, 0)


def test_a_deep_script_ends() -> None:
    assert returned("(function(a){return " + "[" * 100_000 + "]" * 100_000 + "}(1))", 0) is None
    assert re.fullmatch(r"\[*", (literal("[" * 1000, 0)[0] or ""))
