"""Which address a page has of those that it declares, and what its links resolve against."""

import json
from typing import Any

import pytest

from storywake.collector.pages.address import believed, same_site
from storywake.collector.pages.article import read_article
from storywake.collector.urls import canonical

from .test_declared import HERE, NEWS, WORDS, page


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
