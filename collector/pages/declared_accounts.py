"""The accounts that a page declares to be a person's: ``rel=me`` on a page of the person's own, and ``sameAs`` of a person in
its JSON-LD.

``rel=me`` says that what is linked represents the same person as the page (microformats.org/wiki/rel-me; Mastodon reads it
back, docs.joinmastodon.org/user/profile, "Link verification"); schema.org/sameAs names pages that identify a thing. Both read
2026-11-27.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from ..addresses import profile_of
from ..markup.page import Page
from ..urls import host_of, resolve
from ..values import clean, types, walk
from .around import is_around
from .jsonld import json_ld

SIGNS = re.compile(r"sameAs|rel=[\"']?[^\"'>]{0,80}\bme\b", re.I)
"""One of which stands in every page that declares an account."""
MAX_DECLARED, MAX_ACCOUNTS = 60, 12
"""Declarations of a page (addresses of a person likewise), and accounts of one person, that are read."""
MAX_NAMES, MAX_NAME_LENGTH, MAX_NAME_WORDS = 6, 79, 6
"""Of whom a page may be about: names, and characters and words of one."""
BARS = re.compile(r"\s[-–—|•·:]\s")
HOLDING = ("author", "creator", "about", "mainEntity", "mentions", "contributor")
"""Properties of what a page describes that may hold persons."""


class Declared(msgspec.Struct, frozen=True):
    """An account that a page declares to be that of whoever has the name."""

    name: str
    platform: str
    handle: str
    rests_on: str


def declared_accounts(markup: str, url: str | None) -> list[Declared]:
    """The accounts that the page at ``url`` declares to be persons', each with the name that the page gives them."""
    if not SIGNS.search(markup):
        return []
    page = Page(markup)
    place = url or "a page"
    found = [
        Declared(clean(name) or "", *account, f"{place} names it as theirs (sameAs)")
        for name, links in _described(page)
        for account in _accounts(links)
    ]
    links = list(_own_links(page, url))
    found += [
        Declared(name, *account, f"{place}, a page of theirs, links to it with rel=me")
        for name in (_names(page) if links else ())
        for account in _accounts(links)
        if not _is_the_sites(account[1], url)
    ]
    return list(dict.fromkeys(one for one in found if one.name))[:MAX_DECLARED]


def _accounts(links: list[str]) -> list[tuple[str, str]]:
    return list(dict.fromkeys(filter(None, map(profile_of, links))))[:MAX_ACCOUNTS]


def _is_the_sites(handle: str, url: str | None) -> bool:
    """Whether an account has the name of the site that links to it: a paper's own, which its authors' pages link to too."""
    host = host_of(url) if url else None
    root = re.sub(r"[\W_]", "", handle.split("@")[0].split(".")[0].casefold())
    return bool(host and root) and any(label.replace("-", "") == root for label in str(host).split(".")[:-1])


def _described(page: Page) -> Iterator[tuple[str, list[str]]]:
    """The persons whom a page's JSON-LD describes, each with the addresses that identify them."""
    for item in walk(json_ld(page), lambda item: [item.get(name) for name in HOLDING]):
        name, same = item.get("name"), item.get("sameAs")
        if "Person" in types(item) and isinstance(name, str) and len(name) <= MAX_NAME_LENGTH:
            yield name, [one for one in _listed(same) if isinstance(one, str)]


def _listed(value: Any) -> list[Any]:
    return value[:MAX_DECLARED] if isinstance(value, list) else [value]


def _own_links(page: Page, url: str | None) -> Iterator[str]:
    """Where the page's ``rel=me`` lead, but for those around its content, which are the site's."""
    for node in islice(page.tree.css("a[rel~=me][href], link[rel~=me][href]"), MAX_DECLARED):
        place = resolve(url, node.attributes.get("href") or "")
        if place and (node.tag == "link" or not is_around(node)):
            yield place


def _names(page: Page) -> list[str]:
    """Whom the page may be about: its first heading, its title up to a bar, the name on its card."""
    nodes = [page.tree.css_first(where) for where in ("h1", "title", ".h-card .p-name", "meta[property='og:title']")]
    texts = [(node.attributes.get("content") or node.text() or "") for node in nodes if node is not None]
    names = [" ".join(BARS.split(" ".join(text[:400].split()))[0].split()) for text in texts]
    kept = [clean(n) or "" for n in names if 1 < len(n.split()) <= MAX_NAME_WORDS and len(n) <= MAX_NAME_LENGTH]
    return list(dict.fromkeys(kept))[:MAX_NAMES]
