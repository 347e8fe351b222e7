"""The picture at the head of an article: where a page says that it is."""

from typing import Any

from ..markup.page import Page
from ..urls import is_web_address, resolve
from ..values import innermost

MAX_PICTURES = 3
"""Addresses taken of a page: it names one picture in several places, in several crops."""
MIN_WIDTH = 200
"""Pixels of width that an ``img`` declares; a smaller one is an icon or a portrait of an author."""
TAGS = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
"""OpenGraph (ogp.me, read 2026-11-27) and X's cards."""


def leading_pictures(page: Page, first: dict[str, str], news: dict[str, Any], base: str | None) -> tuple[str, ...]:
    """Addresses of the picture at the head of an article: as its tags name it (``first``, by name), as the JSON-LD object ``news`` does,
    and the first picture of its body. Those of one place and another may be the same picture.
    """
    tagged = next((first[name] for name in TAGS if name in first), None)
    found = (tagged, _declared(news.get("image")), _shown(page))
    there = (resolve(base, address) for address in found if address)
    return tuple(dict.fromkeys(address for address in there if address and is_web_address(address)))[:MAX_PICTURES]


def _declared(value: Any) -> str | None:
    """The address of schema.org's ``image``: an address, an ImageObject, or a list of them."""
    value = innermost(value)
    if isinstance(value, dict):
        value = innermost(value.get("contentUrl") or value.get("url"))
    return value if isinstance(value, str) else None


def _shown(page: Page) -> str | None:
    """The first picture of the article's element, or of its figures, that is not declared to be small."""
    for node in page.tree.css("article img[src], main img[src], figure img[src]"):
        address, width = node.attributes.get("src") or "", node.attributes.get("width") or ""
        if not address.startswith("data:") and not (width.isdecimal() and int(width) < MIN_WIDTH):
            return address
    return None
