"""An article, from a page's HTML or from text as a person pasted it."""

import json
import re
from itertools import islice
from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

from ..cleaning import clean_article
from ..dates import find_day, utc
from ..errors import Unreadable
from ..markup.embeds import find_embeds
from ..markup.flattened import find_flattened, without
from ..markup.fragments import first_elements
from ..markup.page import Page
from ..prose.language import detect
from ..prose.mentions import find_corrections, find_mentions
from ..prose.same_name import plain_name
from ..prose.statements import MAX_TEXT_LENGTH, read_statements
from ..records import Article, Embed, Link, Statement
from ..urls import canonical, host_of, is_web_address, resolve
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
OPENING = re.compile(r"<(?:!doctype|html|head|body|article|p|div|blockquote|iframe)\b", re.I)
WRITTEN_LINK = re.compile(r"https?://[^\s<>\"'”»)\]]+")
MAX_JSON_LD_OBJECTS, MAX_BYLINES, MAX_BYLINE_LENGTH = 1_000, 100, 2_000
"""JSON-LD objects, bylines, and characters of a byline that are read of a page."""
MAX_ELEMENTS = 20_000
"""Elements of a page among which its text is looked for: each costs up to 60 µs."""


class Reading(NamedTuple):
    """An article and what of its document was left unread, a line each."""

    article: Article
    notes: list[str]


def is_html(text: str) -> bool:
    """Whether a document is markup rather than pasted text."""
    opening = OPENING.search(text[:20_000])
    return opening is not None and ">" in text[opening.end() : 20_000]


def read_article(document: str, url: str | None = None) -> Article:
    """Everything that an article holds. ``url`` is where it was found; links resolve against it.

    Raises Unreadable where the document is empty.
    """
    return read_document(document, url).article


def read_document(document: str, url: str | None = None) -> Reading:
    """The same, and what was left unread. Raises Unreadable where the document is empty."""
    if not document.strip():
        raise Unreadable("the document is empty")
    notes: list[str] = []
    if is_html(document):
        page = Page(document)
        article, notes = clean_article(read_page(page, url)), page.notes
    else:
        article = clean_article(read_pasted(document, url))
    if len(article.text) > MAX_TEXT_LENGTH:
        notes.append(f"only the first {MAX_TEXT_LENGTH} characters were read for statements and mentions")
    return Reading(article, notes)


def read_pasted(text: str, url: str | None = None) -> Article:
    """An article pasted as text: embeds flattened, no links but those written out, a title where a first line looks like one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "").lstrip("\ufeff")
    pieces = find_flattened(text)
    prose = without(text, pieces)
    title, authors, published = _headline(prose)
    language = detect(prose)
    embeds = tuple(p.embed for p in pieces)
    corrections, mentions = find_corrections(prose, language), find_mentions(prose, language)
    return Article(
        url=url,
        canonical_url=canonical(url) if url else None,
        title=title,
        publisher=None,
        authors=authors,
        published_at=published,
        language=language,
        text=prose,
        corrections=corrections,
        embeds=embeds,
        links=tuple(
            Link(found, found)
            for found in dict.fromkeys(written.rstrip(".,;:!?") for written in WRITTEN_LINK.findall(prose))
            if is_web_address(found)
        ),
        statements=_statements(prose, language, embeds),
        mentions=mentions,
    )


def read_page(page: Page, url: str | None = None) -> Article:
    """An article read off a parsed page."""
    embeds = find_embeds(page)
    facts = _facts(page)
    declared = resolve(url, facts["canonical"]) if facts["canonical"] else None
    base = declared or url
    links = body_links(page, base)
    text = _body_text(page, url)
    pieces = find_flattened(text)
    if pieces:
        known = {(e.author_handle, e.posted_at) for e in embeds}
        embeds.extend(p.embed for p in pieces if (p.embed.author_handle, p.embed.posted_at) not in known)
        text = without(text, pieces)
    language = _language(facts["language"], text)
    corrections, mentions = find_corrections(text, language), find_mentions(text, language)
    return Article(
        url=url,
        canonical_url=declared or (canonical(url) if url else None),
        title=facts["title"],
        publisher=facts["publisher"] or (host_of(base) if base else None),
        authors=facts["authors"],
        published_at=facts["published"],
        modified_at=facts["modified"],
        language=language,
        text=text,
        corrections=corrections,
        embeds=tuple(embeds),
        links=links,
        statements=_statements(text, language, tuple(embeds)),
        mentions=mentions,
        reviews=facts["reviews"],
    )


def _statements(text: str, language: str | None, embeds: tuple[Embed, ...]) -> tuple[Statement, ...]:
    known = tuple(dict.fromkeys(n for n in (plain_name(e.author_name) for e in embeds) if n and " " in n))
    return read_statements(text, language, known)


def _headline(prose: str) -> tuple[str | None, tuple[str, ...], str | None]:
    """Title, authors and day out of the short lines that open a pasted article."""
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    for number, line in enumerate([ln.strip() for ln in prose.split("\n") if ln.strip()][:6]):
        line = line.lstrip("# ").strip()
        byline = re.match(r"(?:by|von|par|por|av|di|автор[:а]?|teksti:|text:)\s+(?=[A-ZÀ-ÞА-Я])(.{3,80})$", line, re.I)
        if (
            number == 0
            and len(line) <= 160
            and not re.search(r"[.!…]['\"”»]?$|,$", line)
            and len(line.split()) > 2
            and not byline
        ):
            title = line
        elif byline and len(line) < 100:
            authors = tuple(
                a.strip()
                for a in re.split(r",| and | und | et | y | och | ja | и ", re.split(r"[|•·–—]|\d", byline[1])[0])
                if a.strip()
            )
        elif len(line) < 60 and find_day(line) and published is None:
            published = find_day(line)[0]  # type: ignore[index]
    return title, authors, published


def body_links(page: Page, base: str | None) -> tuple[Link, ...]:
    """The links in the article's body, resolved against ``base``, each address once.

    The body is the element whose paragraphs hold most text; where a page has none, the whole page
    without its navigation.
    """
    found: dict[str, Link] = {}
    shown = {node.mem_id for node in page.embed_nodes}
    for anchor in _body(page).css("a[href]"):
        href = anchor.attributes.get("href") or ""
        if href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        target = resolve(base, href)
        if target and target not in found and not _is_chrome(anchor, shown):
            found[target] = Link(target, " ".join((anchor.text() or "").split()))
    return tuple(found.values())


def _body(page: Page) -> LexborNode:
    weights: dict[int, tuple[int, LexborNode]] = {}
    for paragraph in page.tree.css("p"):
        parent = paragraph.parent
        length = len(paragraph.text() or "")
        if parent is None or length < 40:
            continue
        if parent.tag in ("blockquote",) and parent.parent is not None:
            parent = parent.parent
        known = weights.get(parent.mem_id, (0, parent))
        weights[parent.mem_id] = (known[0] + length, parent)
    body = page.tree.body
    assert body is not None
    if not weights:
        return body
    return max(weights.values(), key=lambda pair: pair[0])[1]


def _is_chrome(node: LexborNode, shown: set[int]) -> bool:
    """Whether a link belongs to the page's furniture or to an embed rather than to its prose."""
    parent: LexborNode | None = node
    for _ in range(12):
        if parent is None or parent.tag == "body":
            return False
        if parent.mem_id in shown or parent.tag in ("nav", "header", "footer", "aside", "form", "button"):
            return True
        parent = parent.parent
    return False


def _body_text(page: Page, url: str | None) -> str:
    """The article's prose in paragraphs, without its embeds."""
    import trafilatura  # here, since it takes half a second that most commands need not spend

    for node in page.embed_nodes:
        if node.tag not in ("script", "template", "noscript") and node.parent is not None and node.tag != "body":
            node.decompose()
    whole = page.tree.html or ""
    markup = first_elements(whole, MAX_ELEMENTS)
    if len(markup) < len(whole):
        page.notes.append(f"only the first {MAX_ELEMENTS} elements of the page were read for its text")
    text = trafilatura.extract(
        markup, url=url, include_comments=False, include_tables=False, favor_recall=True, output_format="txt", fast=True
    )
    if text and len(text) >= 120:
        return text.replace("\n", "\n\n") if "\n\n" not in text else text
    paragraphs = [" ".join((p.text() or "").split()) for p in _body(page).css("p")]
    return "\n\n".join(p for p in paragraphs if p) or (text or "")


def _language(declared: str | None, text: str) -> str | None:
    seen = detect(text) if len(text) > 200 else None
    return seen or (declared.split("-")[0].split("_")[0].lower() if declared else detect(text))


def _facts(page: Page) -> dict[str, Any]:
    """Title, publisher, authors, dates, language and canonical address, as the page declares them.

    JSON-LD (schema.org NewsArticle) first, then OpenGraph and ``article:`` properties, then plain HTML.
    """
    tree = page.tree
    meta: dict[str, str] = {}
    authors_meta: list[str] = []
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
        content = (attributes.get("content") or "").strip()
        if name and content:
            meta.setdefault(name, content)
            if name in ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author"):
                authors_meta.append(content)
    objects = _json_ld(page)
    data = _news(objects)
    canonical_node = tree.css_first("link[rel=canonical][href]") or tree.css_first("link[rel=original-source][href]")
    heading, title_node, root = tree.css_first("h1"), tree.css_first("title"), tree.css_first("html")
    moment = tree.css_first("time[datetime]")
    title = _text(data.get("headline")) or meta.get("og:title") or _node_text(heading) or _node_text(title_node)
    return {
        "title": _one_line(title),
        "publisher": _one_line(
            _name(data.get("publisher"))
            or meta.get("og:site_name")
            or meta.get("application-name")
            or meta.get("publisher")
        ),
        "authors": _authors(data.get("author"), authors_meta, page),
        "published": utc(
            _text(data.get("datePublished"))
            or meta.get("article:published_time")
            or meta.get("og:published_time")
            or meta.get("date")
            or meta.get("dc.date")
            or meta.get("dc.date.issued")
            or meta.get("datepublished")
            or meta.get("sailthru.date")
            or meta.get("parsely-pub-date")
            or (moment.attributes.get("datetime") if moment else None)
        ),
        "modified": utc(
            _text(data.get("dateModified")) or meta.get("article:modified_time") or meta.get("og:updated_time")
        ),
        "language": _text(data.get("inLanguage"))
        or (root.attributes.get("lang") if root else None)
        or meta.get("og:locale"),
        "canonical": (canonical_node.attributes.get("href") if canonical_node else None)
        or meta.get("og:url")
        or _text(data.get("url")),
        "reviews": read_reviews(objects),
    }


def _json_ld(page: Page) -> list[dict[str, Any]]:
    """The page's schema.org objects, those that parse."""
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
    """The object that describes the article, {} where there is none."""
    fallback: dict[str, Any] = {}
    for item in objects:
        kinds = types(item)
        if any(kind in NEWS_TYPES for kind in kinds):
            if "WebPage" not in kinds:
                return item
            fallback = fallback or item
    return fallback


def _authors(data: Any, meta: list[str], page: Page) -> tuple[str, ...]:
    listed = data if isinstance(data, list) else [data]
    names = [n for n in (_name(item) for item in listed) if n]
    if not names:
        names = [m for m in meta if not m.startswith("http")]
    if not names:
        names = [
            t
            for t in (
                _node_text(n) for n in page.tree.css("[rel=author], [itemprop=author] [itemprop=name], .byline__name")
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
    """A JSON-LD value as a string: of a list the first, of an object its name or what it names."""
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


def _node_text(node: LexborNode | None) -> str | None:
    return " ".join((node.text() or "").split()) or None if node is not None else None
