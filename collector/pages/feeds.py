"""Entries of feeds and news sitemaps: RSS, Atom, JSON Feed, sitemap.

Formats: rssboard.org (RSS 2.0), RFC 4287 (Atom), jsonfeed.org (1.1), sitemaps.org with Google's news extension.
"""

import json
from typing import Any

import feedparser
import msgspec
from lxml import etree

from ..dates import utc
from ..markup.fragments import read_fragment
from ..urls import is_web_address, resolve
from ..values import items, text, unescape
from .charsets import decode
from .feed_bytes import escaped, readable_bytes, root_of, whole_entries

MAX_ADDRESS_BYTES = 2_000
MAX_ENTRIES = 5000
"""Of one feed; the rest is not read."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A page as a feed, a sitemap or a search lists it, before it was read."""

    url: str
    title: str | None = None
    summary: str | None = None
    published_at: str | None = None
    language: str | None = None
    names: tuple[str, ...] = ()  # in its text, where an index tells them
    links: tuple[str, ...] = ()  # in its text, likewise


def read_feed(body: bytes, base: str) -> list[Entry]:
    """The entries of a feed or sitemap in order, links resolved against ``base``; [] for anything else. Never raises."""
    body = readable_bytes(body)
    if body[:1] == b"{":
        return _json_feed(body, base)
    if is_web_address(body[:MAX_ADDRESS_BYTES].split(b"\n")[0].decode("utf-8", "replace").strip()):
        return _listed(body)
    root = root_of(body)
    body = escaped(whole_entries(body, root))
    return _sitemap(body, base) if root == "urlset" else _syndicated(body, base)


def sitemap_index(body: bytes, base: str) -> list[str]:
    """The addresses of the sitemaps in a sitemap index, the most recently changed first; [] for anything else."""
    body = readable_bytes(body)
    root = root_of(body)
    if root != "sitemapindex":
        return []
    found = []
    for node in _elements(escaped(whole_entries(body, root)), "sitemap"):
        named = _child(node, "loc")
        place = resolve(base, named) if named else None
        if place:
            found.append((utc(_child(node, "lastmod")) or "", place))
    return [place for _, place in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _listed(body: bytes) -> list[Entry]:
    """The addresses of a sitemap that is plain text, one a line (sitemaps.org, "Sitemap file formats")."""
    lines = [line.strip() for line in decode(body).splitlines()[:MAX_ENTRIES]]
    return [Entry(url=line) for line in lines if is_web_address(line)]


def _syndicated(body: bytes, base: str) -> list[Entry]:
    """The entries of RSS and Atom."""
    parsed = feedparser.parse(body, response_headers={"content-location": base})
    found = []
    for entry in parsed.entries[:MAX_ENTRIES]:
        # services that count clicks give the page's own address as origLink, in a namespace of theirs
        own = next((name for name in entry if name.endswith("origlink")), "link")
        link = text(entry.get(own)) or text(entry.get("link"))
        url = resolve(base, link) if link else _own_address(entry.get("id"))
        if url:
            found.append(
                Entry(
                    url=url,
                    title=_plain(entry.get("title")),
                    summary=_plain(entry.get("summary")),
                    published_at=utc(text(entry.get("published")) or text(entry.get("updated"))),
                    language=(text(parsed.feed.get("language")) or "")[:2].lower() or None,
                )
            )
    return found


def _own_address(name: Any) -> str | None:
    """An entry's id, where that is the address of its page."""
    told = text(name)
    return told if told and is_web_address(told) else None


def _json_feed(body: bytes, base: str) -> list[Entry]:
    """The entries of a JSON Feed."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        return []
    found = []
    for item in items(feed.get("items") if isinstance(feed, dict) else None)[:MAX_ENTRIES]:
        link = text(item.get("url")) or text(item.get("external_url"))
        url = resolve(base, link) if link else _own_address(item.get("id"))
        if url:
            words = text(item.get("summary")) or text(item.get("content_text")) or _plain(item.get("content_html"))
            found.append(
                Entry(
                    url=url,
                    title=_plain(item.get("title")),
                    summary=words,
                    published_at=utc(text(item.get("date_published"))),
                    language=(text(item.get("language")) or text(feed.get("language")) or "")[:2].lower() or None,
                )
            )
    return found


def _sitemap(body: bytes, base: str) -> list[Entry]:
    """The entries of a sitemap, with what the news extension adds."""
    found = []
    for node in _elements(body, "url")[:MAX_ENTRIES]:
        place = _child(node, "loc")
        url = resolve(base, place) if place else None
        if url:
            news = next((inner for inner in node if _is(inner, "news")), None)
            told = news if news is not None else node
            found.append(
                Entry(
                    url=url,
                    title=_child(told, "title"),
                    published_at=utc(_child(told, "publication_date") or _child(node, "lastmod")),
                    language=_language(told),
                )
            )
    return found


def _language(news: Any) -> str | None:
    """The language that the news extension tells, within ``publication``."""
    places = (news, *(inner for inner in news if _is(inner, "publication")))
    named = next(filter(None, (_child(place, "language") for place in places)), "")
    return named[:2].lower() or None


def _elements(body: bytes, name: str) -> list[Any]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    if root is None:
        return []
    again = (holder for holder in root if _is(holder, etree.QName(root).localname))  # some write the root twice
    return [node for holder in (root, *again) for node in holder if _is(node, name)]


def _is(node: Any, name: str) -> bool:
    """Whether an element has a name, in any namespace; comments have none."""
    return isinstance(node.tag, str) and node.tag.rpartition("}")[2] == name


def _child(node: Any, name: str) -> str | None:
    """The text of the first child of a name; what images and videos have inside is their own."""
    for inner in node:
        if _is(inner, name):
            return text(inner.text)
    return None


def _plain(value: Any) -> str | None:
    """Words without markup and HTML's references, which many feeds escape once more."""
    words = text(value)
    return read_fragment(words).text if words and "<" in words else words and unescape(words)
