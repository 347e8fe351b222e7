"""Which address a page has: what it declares of itself is a claim, believed where it can be true."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote

from selectolax.lexbor import LexborNode

from ..lexicon import listing_parts
from ..markup.page import Page
from ..urls import DEFAULT_PORTS, canonical, host_of, resolve, split

PRIVATE_ENDS = (".local", ".internal", ".lan", ".test", ".invalid", ".localhost", ".home.arpa", ".onion")
STAGING = frozenset(
    (
        "staging",
        "stage",
        "stg",
        "dev",
        "test",
        "preview",
        "preprod",
        "uat",
        "qa",
        "localhost",
        "origin",
        "cms",
        "backend",
        "admin",
    )
)
"""Labels of hosts on which a page is made, not read."""
LANGUAGE_HOME = re.compile(r"/(?:[a-z]{2}(?:[-_][a-z]{2,4})?/?)?(?:home/?|index\.\w{3,5})?", re.I)
"""Paths of home pages."""
UNFILLED = re.compile(r"[{}<>\[\]|]|%(?:7b|7d|3c|3e)|\$\w", re.I)
"""In an address whose template was never filled."""
SECTION = re.compile(r"\A[^\W\d_]+(?:-[^\W\d_]+)?\Z")
"""The last part of a section's path: a word or two."""
ARTICLE = re.compile(r"\A(?:[^-]+-){2}|\A(?:\D*\d){4}")
"""The last part of an article's path: three words, or an id."""
DOUBLED = re.compile(r"https?://[^/?#]+/+(https?://.+)", re.I | re.S)
ONE_SLASH = re.compile(r"\A(https?):/(?=[^/\s]+\.[^/\s])", re.I)
YEAR, MONTH = re.compile(r"(?:19|20)\d\d"), re.compile(r"\d{1,2}")
NUMBERED = frozenset(("p", "article", "story", "news", "doc"))
"""Parameters, beside those that end in ``id``, whose numbers name a page where the path does not."""
NO_PAGES = frozenset((
    "undefined", "null", "none", "nan", "false", "404", "500", "error", "not-found", "page-not-found", "login", "signin", "sign-in", "register",
    "feed", "paywall", "consent", "captcha",
))  # fmt: skip
"""Last parts of paths that a template left without a value, or that name the page of an error or one before the article."""
LINK = re.compile(r"<([^<>]{1,2000})>([^<]{0,500})")
IS_CANONICAL = re.compile(r";\s{0,9}rel\s{0,9}=\s{0,9}(?:canonical\b|\"[^\"<]{0,100}\bcanonical\b)", re.I)
MAX_LINK_HEADER = 10_000
"""Characters of the header ``Link`` that are read."""
PIECES = frozenset(("article", "aside", "main", "section", "nav", "footer", "ul", "ol", "template", "noscript"))
"""Elements whose ``link`` is about what they hold. A head that broke off leaves its own in the body, outside of them."""


def base_of(page: Page, url: str | None) -> str | None:
    """The address against which the page's links resolve: its first ``<base href>``, else its own (HTML, 2.4.1)."""
    for node in page.tree.css("base[href]"):
        return resolve(url, (node.attributes.get("href") or "").strip()) or url
    return url


def declared_addresses(page: Page) -> tuple[str, ...]:
    """What the page's ``link rel=canonical`` name, as written, each once; without those of pieces of the page."""
    links = (node.attributes for node in page.tree.css("link[rel][href]") if not _in_piece(node))
    found = ((of.get("href") or "").strip() for of in links if "canonical" in (of.get("rel") or "").lower().split())
    return tuple(dict.fromkeys(href for href in found if href))


def linked_address(header: str | None) -> str | None:
    """What a page's HTTP header ``Link`` names as canonical (RFC 8288), as written; None where it names nothing."""
    links = LINK.finditer((header or "")[:MAX_LINK_HEADER])
    return next((found[1].strip() for found in links if IS_CANONICAL.search(found[2])), None)


def believed(claims: Sequence[str], base: str | None, url: str | None) -> str | None:
    """The first of the addresses that a page claims, where it may be the address of the page at ``url``; else None.

    It may where it is of the same site, no home page unless ``url`` is one nor a section above it, and open to everybody. Without ``url``,
    the first claim that any article could have.
    """
    resolved = (_page_in(found) for claim in claims if (found := resolve(base, _with_scheme(claim, url))))
    return next((found for found in resolved if _may_be(found, url)), None)


def _in_piece(node: LexborNode) -> bool:
    """Whether an element lies in a piece of the page's body."""
    above = node.parent
    while above is not None and above.tag not in PIECES:
        above = above.parent
    return above is not None


def _with_scheme(claim: str, url: str | None) -> str:
    """A claim that begins with the page's own host, or with ``www.``, as the address that is meant."""
    claim = ONE_SLASH.sub(r"\1://", claim)
    first = claim.partition("/")[0].lower()
    own = url is not None and "." in first and first.removeprefix("www.") == host_of(url)
    return f"https://{claim}" if own or first.startswith("www.") else claim


def _page_in(claim: str) -> str:
    """The page that an archive or a cache shows at a claimed address, or whose whole address a template put behind the host; else the claim."""
    doubled = DOUBLED.match(claim)
    claim = doubled[1] if doubled and host_of(doubled[1]) == host_of(claim) else claim
    page = canonical(claim)
    return page if not f".{host_of(claim)}".endswith(f".{host_of(page)}") else claim


def _may_be(claim: str, url: str | None) -> bool:
    """Whether a claim may be the address of the page at ``url``; without that, of any article."""
    if url is None:
        return _names_page(claim) and not is_home(claim)
    if not _names_page(claim, url) or (is_home(claim) and not is_home(url)) or _is_above(claim, url):
        return False
    if _lacks_name(claim, url):
        return False
    return same_site(claim, url)


def is_home(url: str) -> bool:
    """Whether an address is a site's home page, of one language perhaps."""
    parts = split(canonical(url))
    return parts is not None and not parts.query and not parts.fragment and bool(LANGUAGE_HOME.fullmatch(parts.path))


def _is_above(claim: str, url: str) -> bool:
    """Whether an address is that of a section or a folder, not of an article in it.

    ``/tag/ferries`` or ``/news/`` for ``/2024/ferry-stays-in-harbour``, ``/world/news/`` above ``/world/news/ferry-stays-in-harbour``, ``/2024/03/`` above ``/2024/03/ferry``.
    """
    one, own = split(canonical(claim)), split(canonical(url))
    if one is None or own is None:
        return False
    section, article = (unquote(parts.path).strip("/").split("/") for parts in (one, own))
    within = article[: len(section)] == section
    if listing_parts().intersection(section) - set(article):
        return True
    if one.query or len(section) >= len(article):
        return False
    if SECTION.fullmatch(section[-1]):
        return (within or len(section) == 1) and bool(ARTICLE.search(article[-1]))
    of_month = len(section) > 1 and YEAR.fullmatch(section[-2]) and MONTH.fullmatch(section[-1])
    return within and bool(of_month or YEAR.fullmatch(section[-1]))


def _lacks_name(claim: str, url: str) -> bool:
    """Whether an address is that of the page at ``url`` without the number that names it: ``/story`` for ``/story?id=7``."""
    one, own = split(canonical(claim)), split(canonical(url))
    if one is None or own is None or one.path != own.path or one.query:
        return False
    if ARTICLE.search(own.path.rpartition("/")[2]):
        return False
    named = (name.lower() for name, value in parse_qsl(own.query) if value.isdigit())
    return any(name.endswith("id") or name in NUMBERED for name in named)


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: one host under another, or of one registered domain (publicsuffix.org)."""
    hosts = host_of(canonical(one)), host_of(canonical(other))
    if hosts[0] == hosts[1] or any(a.endswith(f".{b}") and "." in b for a, b in (hosts, hosts[::-1])):
        return True
    from tld import get_fld  # here, since its list takes half a second that most pages need not spend

    names = {get_fld(f"https://{host}", fail_silently=True, search_private=True) for host in hosts}
    return len(names) == 1 and None not in names


def _names_page(claim: str, url: str = "") -> bool:
    """Whether a claim may be an address that everybody reads the page at ``url`` under: whole, open, without a port or a password of its own."""
    parts, own = split(claim), split(url)
    if parts is None or parts.username is not None or UNFILLED.search(claim.split("?")[0].split("#")[0]):
        return False
    if parts.port not in (None, DEFAULT_PORTS.get(parts.scheme), own.port if own else None):
        return False
    last = parts.path.rstrip("/").rpartition("/")[2].lower()
    if last in NO_PAGES and (own is None or not own.path.rstrip("/").lower().endswith(f"/{last}")):
        return False
    return _is_open(claim, host_of(url))


def _is_open(url: str, host: str = "") -> bool:
    """Whether an address names a host on the open internet, and none on which pages are only made."""
    claimed = host_of(url)
    if claimed == host:
        return True
    if "." not in claimed or claimed.endswith(PRIVATE_ENDS) or _is_number(claimed):
        return False
    return not STAGING & (_parts_below(claimed) - _parts_below(host))


def _parts_below(host: str) -> set[str]:
    """The words in a host's labels below its site: of ``cms-staging.paper.example`` cms and staging."""
    return {part for label in host.split(".")[:-2] for part in label.split("-")}


def _is_number(host: str) -> bool:
    """Whether a host is an IP address, which no site is known by."""
    return ":" in host or host.replace(".", "").isdigit()
