"""What a page declares of its article outside the prose: title, publisher, authors, times, language, address, fact-checks."""

import json
import re
from itertools import islice
from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

from ..dates import utc
from ..markup.page import Page
from ..records import Review
from ..values import types, unescape, walk
from .reviews import read_reviews

NEWS_TYPES = (
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "BlogPosting",
    "OpinionNewsArticle",
    "AnalysisNewsArticle",
    "LiveBlogPosting",
    "WebPage",
)
MAX_JSON_LD_OBJECTS, MAX_BYLINES, MAX_BYLINE_LENGTH = 1_000, 100, 2_000
"""Of a page: JSON-LD objects, bylines, and characters of a byline that are read."""
AUTHOR_TAGS = ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author")
PUBLISHED_TAGS = (
    "article:published_time", "og:published_time", "date", "dc.date", "dc.date.issued", "datepublished", "sailthru.date",
    "parsely-pub-date",
)  # fmt: skip


class Declared(NamedTuple):
    """What a page says of its article outside the prose; None or empty where it says nothing."""

    title: str | None
    publisher: str | None
    authors: tuple[str, ...]
    published: str | None
    modified: str | None
    language: str | None  # as written: "en-GB", "en_US"
    canonical: str | None  # as written, perhaps relative
    reviews: tuple[Review, ...]


def read_declared(page: Page) -> Declared:
    """What a page declares: by JSON-LD (schema.org NewsArticle) first, then OpenGraph and ``article:`` tags, then plain HTML."""
    objects, tags = _json_ld(page), _meta_tags(page)
    news = _news(objects)
    first = dict(reversed(tags))

    def tagged(*names: str) -> str | None:
        return next((first[name] for name in names if name in first), None)

    title = _text(news.get("headline")) or tagged("og:title") or _node_text(page, "h1") or _node_text(page, "title")
    publisher = _name(news.get("publisher")) or tagged("og:site_name", "application-name", "publisher")
    published = _text(news.get("datePublished")) or tagged(*PUBLISHED_TAGS) or _attribute(page, "time", "datetime")
    modified = _text(news.get("dateModified")) or tagged("article:modified_time", "og:updated_time")
    linked = _attribute(page, "link[rel=canonical]", "href") or _attribute(page, "link[rel=original-source]", "href")
    return Declared(
        title=_one_line(title),
        publisher=_one_line(publisher),
        authors=_authors(news.get("author"), [content for name, content in tags if name in AUTHOR_TAGS], page),
        published=utc(published),
        modified=utc(modified),
        language=_text(news.get("inLanguage")) or _attribute(page, "html", "lang") or tagged("og:locale"),
        canonical=linked or tagged("og:url") or _text(news.get("url")),
        reviews=read_reviews(objects),
    )


def _meta_tags(page: Page) -> list[tuple[str, str]]:
    """The page's ``meta`` elements in order: the name in small letters, and the content."""
    found = []
    for node in page.tree.css("meta[content]"):
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
        content = (attributes.get("content") or "").strip()
        if name and content:
            found.append((name, content))
    return found


def _json_ld(page: Page) -> list[dict[str, Any]]:
    """The page's schema.org objects; blocks that are not valid JSON are skipped."""
    found: list[dict[str, Any]] = []
    for node in page.tree.css('script[type="application/ld+json"]'):
        try:
            loaded = json.loads(
                re.sub(r"^(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)$", "", (node.text() or "").strip()), strict=False
            )
        except (ValueError, RecursionError):
            continue
        found.extend(
            islice(walk(loaded, lambda item: [item.get("@graph"), item.get("mainEntity")]), MAX_JSON_LD_OBJECTS)
        )
    return found


def _news(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """The object that describes the article; {} where there is none."""
    fallback: dict[str, Any] = {}
    for item in objects:
        kinds = types(item)
        if any(kind in NEWS_TYPES for kind in kinds):
            if "WebPage" not in kinds:
                return item
            fallback = fallback or item
    return fallback


def _authors(data: Any, meta: list[str], page: Page) -> tuple[str, ...]:
    """Bylines, each person once: by JSON-LD, else by ``meta`` elements (not links), else by elements marked as the author."""
    listed = data if isinstance(data, list) else [data]
    names = [n for n in (_name(item) for item in listed) if n]
    if not names:
        names = [m for m in meta if not m.startswith("http")]
    if not names:
        names = [
            t
            for t in (
                _words(n) for n in page.tree.css("[rel=author], [itemprop=author] [itemprop=name], .byline__name")
            )
            if t
        ]
    plain = (" ".join(name[:MAX_BYLINE_LENGTH].split()) for name in names[:MAX_BYLINES])
    split = [part.strip() for name in plain for part in re.split(r"[,;]| and | & ", name)]
    cleaned = [re.sub(r"^(?:by|von|par|por|av)\s+", "", part, flags=re.I) for part in split]
    return tuple(dict.fromkeys(c for c in cleaned if 1 < len(c) < 80))


def _name(value: Any) -> str | None:
    value = _first(value)
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str | None:
    """A JSON-LD value as a string: of a list the first item, of an object its name or ``@id``."""
    for _ in range(10):
        value = _first(value)
        if not isinstance(value, dict):
            break
        value = value.get("name") or value.get("@id")
    return value.strip() or None if isinstance(value, str) else None


def _first(value: Any) -> Any:
    while isinstance(value, list):
        value = value[0] if value else None
    return value


def _one_line(text: str | None) -> str | None:
    return " ".join(unescape(text).split()) or None if text else None


def _node_text(page: Page, selector: str) -> str | None:
    """The text of the first element that a selector finds."""
    node = page.tree.css_first(selector)
    return _words(node) if node is not None else None


def _attribute(page: Page, selector: str, name: str) -> str | None:
    """An attribute of the first element that a selector finds and that has it."""
    node = page.tree.css_first(f"{selector}[{name}]")
    return node.attributes.get(name) if node is not None else None


def _words(node: LexborNode) -> str | None:
    return " ".join((node.text() or "").split()) or None
