"""Which address a page has: what it declares of itself is a claim, believed where it can be true."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from ..markup.page import Page
from ..urls import DEFAULT_PORTS, canonical, host_of, resolve, split

PRIVATE_ENDS = (".local", ".internal", ".lan", ".test", ".invalid", ".localhost", ".home.arpa", ".onion")
STAGING = frozenset(
    ("staging", "stage", "stg", "dev", "test", "preview", "preprod", "uat", "qa", "localhost", "origin")
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
NO_PAGES = frozenset(("undefined", "null", "none", "nan", "false", "404", "error", "not-found"))
"""Last parts of paths that a template left without a value, or that name the page of an error."""


def base_of(page: Page, url: str | None) -> str | None:
    """The address against which the page's links resolve: its first ``<base href>``, else its own (HTML, 2.4.1)."""
    for node in page.tree.css("base[href]"):
        return resolve(url, (node.attributes.get("href") or "").strip()) or url
    return url


def declared_addresses(page: Page) -> tuple[str, ...]:
    """What the page's ``link rel=canonical`` name, as written, each once."""
    links = (node.attributes for node in page.tree.css("link[rel][href]"))
    found = ((of.get("href") or "").strip() for of in links if "canonical" in (of.get("rel") or "").lower().split())
    return tuple(dict.fromkeys(href for href in found if href))


def believed(claims: Sequence[str], base: str | None, url: str | None) -> str | None:
    """The first of the addresses that a page claims, where it may be the address of the page at ``url``; else None.

    It may where it is of the same site, no home page unless ``url`` is one nor a section above it, and open to everybody. Without ``url``,
    the first claim that any article could have.
    """
    resolved = [found for found in (resolve(base, claim) for claim in claims) if found]
    if url is None:
        return next((found for found in resolved if _names_page(found) and not is_home(found)), None)
    claim = resolved[0] if resolved else None
    if claim is None or not _names_page(claim, url) or (is_home(claim) and not is_home(url)) or _is_above(claim, url):
        return None
    return claim if same_site(claim, url) else None


def is_home(url: str) -> bool:
    """Whether an address is a site's home page, of one language perhaps."""
    parts = split(canonical(url))
    return parts is not None and not parts.query and not parts.fragment and bool(LANGUAGE_HOME.fullmatch(parts.path))


def _is_above(claim: str, url: str) -> bool:
    """Whether an address is that of a section which an article lies in: ``/news/`` above ``/news/2024/ferry-stays-in-harbour``."""
    one, own = split(canonical(claim)), split(canonical(url))
    if one is None or own is None or one.query:
        return False
    section, article = (unquote(parts.path).strip("/").split("/") for parts in (one, own))
    within = len(section) < len(article) and article[: len(section)] == section
    return within and bool(SECTION.fullmatch(section[-1])) and bool(ARTICLE.search(article[-1]))


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
    return not STAGING & ({*claimed.split(".")[:-2]} - {*host.split(".")})


def _is_number(host: str) -> bool:
    """Whether a host is an IP address, which no site is known by."""
    return ":" in host or host.replace(".", "").isdigit()
