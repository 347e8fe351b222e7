"""What a page declares of its article outside the prose: title, publisher, authors, times, language, address, fact-checks."""

from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

from ..markup.page import Page
from ..records import Review
from ..urls import canonical, host_of
from ..values import innermost, unescape
from .address import base_of, believed, declared_addresses
from .authors import read_authors
from .dated import locale_of, read_dates
from .jsonld import Place, addresses_of, describing, headings_of, json_ld, updates
from .leading import leading_pictures
from .reviews import read_reviews


class Declared(NamedTuple):
    """What a page says of its article outside the prose; None or empty where it says nothing."""

    title: str | None
    heading: str | None  # as the page shows it
    publisher: str | None
    authors: tuple[str, ...]
    published: str | None
    modified: str | None
    language: str | None  # as written: "en-GB", "en_US"
    canonical: str | None  # absolute; None where the page declares none that may be its own
    base: str | None  # what its links resolve against
    claimed: str | None  # the address that it declares, where that one is not believed
    body: str | None  # the article's words as the page's data have them, perhaps with markup
    updates: tuple[str, ...]  # of a live blog: its updates' headlines and words, a paragraph each
    reviews: tuple[Review, ...]
    pictures: tuple[str, ...]  # addresses of the one at the article's head


def read_declared(page: Page, url: str | None = None, linked: str | None = None) -> Declared:
    """What the page at ``url`` declares: by JSON-LD (schema.org NewsArticle) first, then OpenGraph and ``article:`` tags,
    then plain HTML. ``linked`` is the address that its HTTP header claims, which counts where the page claims none.
    """
    objects, tags = json_ld(page), _meta_tags(page)
    first = dict(reversed(tags))

    def tagged(*names: str) -> str | None:
        return next((first[name] for name in names if name in first), None)

    base = base_of(page, url)
    links = declared_addresses(page) or ((linked,) if linked else ())
    claims = [*links, *filter(None, [tagged("og:url")])]
    possible = {canonical(found) for link in links if (found := believed([link], base, url))}
    canonical_url = believed(claims, base, url) if len(possible) < 2 else None
    heading, shown = _node_text(page, "h1"), _node_text(page, "title")
    addresses = frozenset(canonical(address) for address in (url, canonical_url) if address)
    news = describing(objects, Place(addresses, headings_of((heading, tagged("og:title"), shown))))
    if canonical_url is None and len(possible) < 2:
        said = [address.split("#")[0] for address in addresses_of(news)]
        claims = [*claims, *filter(None, said)]
        canonical_url = believed(said, base, url)
    title = _longer(_text(news.get("headline")), heading, tagged("og:title")) or tagged("og:title") or heading or shown
    publisher = _name(news.get("publisher")) or tagged("og:site_name", "application-name", "publisher")
    language = (
        _text(news.get("inLanguage")) or _attribute(page, "html", "lang") or tagged("og:locale", "content-language")
    )
    address = canonical_url or url
    dates = read_dates(page, first, news, locale=locale_of(language, address), url=address)
    paper = (publisher, tagged("og:site_name"), host_of(address or ""), host_of(address or "").split(".")[0])
    return Declared(
        title=_one_line(title),
        heading=heading,
        publisher=_one_line(publisher),
        authors=read_authors(news.get("author") or news.get("creator"), tags, page, paper),
        published=dates.published,
        modified=dates.modified,
        language=language,
        canonical=canonical_url,
        base=base,
        claimed=None if canonical_url or not claims else claims[0],
        body=_text(news.get("articleBody")),
        updates=tuple(updates(news)),
        reviews=read_reviews(objects),
        pictures=leading_pictures(page, first, news, base),
    )


def _meta_tags(page: Page) -> list[tuple[str, str]]:
    """The page's ``meta`` elements in order: the name in small letters, and the content."""
    found = []
    for node in page.tree.css("meta[content]"):
        attributes = node.attributes
        name = (
            attributes.get("property")
            or attributes.get("name")
            or attributes.get("itemprop")
            or attributes.get("http-equiv")
            or ""
        ).lower()
        content = (attributes.get("content") or "").strip()
        if name and content:
            found.append((name, content))
    return found


def _longer(headline: str | None, heading: str | None, shared: str | None) -> str | None:
    """The headline of a page's data; the page's heading where that goes on behind it and is what the page is shared by."""
    whole = _one_line(heading)
    return whole if headline and whole and whole == _one_line(shared) and whole.startswith(f"{headline}:") else headline


def _name(value: Any) -> str | None:
    value = innermost(value)
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str | None:
    """A JSON-LD value as a string: of a list the first item, of an object its name or ``@id``."""
    for _ in range(10):
        value = innermost(value)
        if not isinstance(value, dict):
            break
        value = value.get("name") or value.get("@id")
    return value.strip() or None if isinstance(value, str) else None


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
