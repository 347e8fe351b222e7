"""Every way of writing an address folds to one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.urls import canonical, is_shortened, resolve

STORY = "https://example.com/news/story"
SAME = [
    "http://example.com/news/story", "https://www.example.com/news/story", "https://EXAMPLE.com/news/story", "https://example.com:443/news/story", "http://example.com:80/news/story",
    "https://example.com/news/story/", "https://example.com/news/story#comments", "https://example.com/news//story", "https://m.example.com/news/story", "https://mobile.example.com/news/story",
    "https://amp.example.com/news/story", "https://example.com/news/story/amp", "https://example.com/news/story/amp/", "https://example.com/amp/news/story", "https://example.com/news/story?amp=1",
    "https://example.com/news/story?outputType=amp", "https://example.com/news/story?utm_source=x&utm_medium=y", "https://example.com/news/story?fbclid=abc", "https://example.com/news/story?gclid=1",
    "https://example.com/news/story?ref_src=twsrc%5Etfw", "https://example.com/news/story?ref=share", "https://example.com/news/story?at_medium=RSS&at_campaign=K", "https://example.com/news/story?smid=tw-share",
    "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/news/story", "https://www.google.com/amp/s/www.example.com/news/story", "https://www.google.com/url?url=https%3A%2F%2Fexample.com%2Fnews%2Fstory",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fnews%2Fstory%3Ffbclid%3D1", "https://vk.com/away.php?to=https%3A%2F%2Fexample.com%2Fnews%2Fstory", "https://example.com./news/story",
    "https://example.com/news/%73tory", "https://example.com/news/story?", "https://example.com/news/story/index.html",
]  # fmt: skip
DIFFERENT = [
    "https://example.com/news/story2", "https://example.org/news/story", "https://example.com/news/Story", "https://example.com/news/story?id=7", "https://example.com/news/story?page=2",
    "https://fi.example.com/news/story", "https://example.com:8080/news/story", "https://example.com/news/story?ref=12345", "https://example.com/news", "https://example.com/#!/news/story",
]  # fmt: skip


@pytest.mark.parametrize("url", SAME)
def test_the_same_article_folds_to_one_address(url: str) -> None:
    assert canonical(url) == STORY


@pytest.mark.parametrize("url", DIFFERENT)
def test_different_articles_stay_apart(url: str) -> None:
    assert canonical(url) != STORY


def test_parameters_are_sorted_and_international_names_spelled_out() -> None:
    assert canonical("http://müller.example/ä?b=2&a=1") == "https://xn--mller-kva.example/%C3%A4?a=1&b=2"


@given(
    st.from_regex(
        r"https?://[a-z0-9.-]{1,20}\.[a-z]{2,5}(:\d{1,4})?(/[\w%.~!$&'()*+,;=:@/-]{0,30})?(\?[\w%=&.-]{0,30})?(#\w{0,10})?",
        fullmatch=True,
    )
)
def test_folding_is_idempotent(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


@given(st.text(max_size=60))
def test_nothing_breaks_it(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
    assert resolve("https://a.example/b/c", text) is None or str(resolve("https://a.example/b/c", text)).startswith(
        "http"
    )


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("d", "https://a.example/b/d"),
        ("/d", "https://a.example/d"),
        ("//e.example/d", "https://e.example/d"),
        ("../d?x=1", "https://a.example/d?x=1"),
        ("mailto:x@y", None),
        ("javascript:void(0)", None),
        ("http://[broken", None),
        ("", "https://a.example/b/c"),
    ],
)
def test_links_resolve_against_their_page(href: str, target: str | None) -> None:
    assert resolve("https://a.example/b/c", href) == target


def test_shorteners_are_known() -> None:
    assert is_shortened("https://t.co/abc")
    assert not is_shortened("https://example.com/t.co")


TABLE = [
    line.split("\t") for line in (Path(__file__).parents[1] / "fixtures" / "canonical.tsv").read_text().splitlines()
]


def test_two_hundred_ways_of_writing_twenty_addresses() -> None:
    assert len(TABLE) == 200
    assert len({wanted for _, wanted in TABLE}) == 20
    assert [(url, canonical(url)) for url, _ in TABLE] == [(url, wanted) for url, wanted in TABLE]
