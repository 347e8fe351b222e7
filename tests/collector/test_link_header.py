"""The address that a page's HTTP header ``Link`` claims for it (RFC 8288)."""

import pytest

from storywake.collector.net.evidence import Evidence
from storywake.collector.pages.address import linked_address
from storywake.collector.reading.answers import read

HERE = "https://paper.example/2024/ferry?session=abc"
WORDS = "The ferry stayed in harbour on Tuesday after its pumps had failed for the third time since the spring. " * 3


def address(header: str, head: str = "") -> str | None:
    body = f"<html><head><title>Ferry</title>{head}</head><body><article><h1>Ferry</h1><p>{WORDS}</p></article></body></html>"
    content = read(
        "web",
        Evidence(url=HERE, final_url=HERE, fetched_at="", status=200, headers={"link": header}, body=body.encode()),
    )
    assert content.article is not None
    return content.article.canonical_url


@pytest.mark.parametrize(
    "header",
    [
        '<https://paper.example/2024/ferry>; rel="canonical"',
        "</2024/ferry>; rel=canonical",
        '</style.css>; rel=preload; as=style, </2024/ferry>; rel="shortlink canonical"; hreflang=en, </x>; rel=next',
    ],
)
def test_the_address_that_the_header_names_is_the_pages(header: str) -> None:
    assert address(header) == "https://paper.example/2024/ferry"


@pytest.mark.parametrize(
    "header",
    [
        "<https://other.example/x>; rel=canonical",
        "<https://paper.example/>; rel=canonical",
        "</2024/ferry>; rel=alternate; title=canonical",
        "canonical",
    ],
)
def test_what_the_header_names_is_a_claim_as_any_other(header: str) -> None:
    assert address(header) == HERE


def test_what_the_page_itself_names_comes_first() -> None:
    head = '<link rel="canonical" href="https://paper.example/2024/the-ferry-stays">'
    assert address("</2024/ferry>; rel=canonical", head) == "https://paper.example/2024/the-ferry-stays"


@pytest.mark.parametrize(
    "header", ["<" * 10_000, "<a>;" * 3_000, "<a>; rel" + " " * 10_000, '<a>; rel="' + "x " * 5_000]
)
def test_a_hostile_header_names_nothing(header: str) -> None:
    assert linked_address(header) is None
