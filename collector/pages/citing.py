"""The articles of Wikipedia, and of any other MediaWiki, that cite an address, however they write it.

Formats: mediawiki.org, "API:Exturlusage", "API:Extlinks" and "Help:CirrusSearch" (``insource``). Read on 2026-11-27: an address is
looked for by its beginning (so with a slash or a query after it too), in one scheme a question, ``*.`` before a host finds ``www.`` too, 500
answers come at once. A copy in an archive has the address inside its own, so that only the search in the source finds it.
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs, quote

from ..records import Author, Kind, Post
from ..tracking import shown
from ..urls import canonical, host_of, is_web_address, split
from ..values import at, items, text

SCHEMES = ("https", "http")
ANY_LANGUAGE = "{language}"
OWN = ".wikipedia.org"
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,10})?")
MAX_LINKS = 20
"""Links of one page to an address that are kept."""


def wikis(base: str, languages: tuple[str, ...]) -> list[str]:
    """The Wikipedias to be asked: the one at ``base``, and where that is one of many, those of ``languages`` (ISO 639-1).

    ``{language}`` in ``base`` stands for the language; the first of ``languages`` is then the first one asked.
    """
    spoken = [language for language in languages if LANGUAGE.fullmatch(language)]
    if ANY_LANGUAGE in base:
        return list(dict.fromkeys(base.replace(ANY_LANGUAGE, language) for language in spoken or ["en"]))
    parts = split(base)
    if parts is None or not (parts.hostname or "").endswith(OWN):
        return [base]
    return list(dict.fromkeys([base.rstrip("/"), *(f"{parts.scheme}://{language}{OWN}" for language in spoken)]))


def citing_questions(url: str) -> list[dict[str, str]]:
    """The parameters of the queries for the articles that link to an address: by each scheme, then by the words of their source."""
    parts = split(canonical(url))
    host, path = (parts.netloc, parts.path.rstrip("/")) if parts else (url, "")
    near = f"{host}{path}"
    shared = {"action": "query", "format": "json", "formatversion": "2"}
    linked = {
        **shared,
        "list": "exturlusage",
        "euprop": "title|url",
        "eunamespace": "0",
        "eulimit": "500",
        "euquery": near if _is_number(host) else f"*.{near}",
    }
    written = {
        **shared,
        "generator": "search",
        "gsrsearch": f'insource:"{near}"',
        "gsrnamespace": "0",
        "gsrlimit": "50",
        "prop": "extlinks",
        "ellimit": "500",
    }
    first = [scheme for scheme in SCHEMES if url.startswith(f"{scheme}:")]
    return [*({**linked, "euprotocol": scheme} for scheme in dict.fromkeys([*first, *SCHEMES])), written]


def _is_number(host: str) -> bool:
    """Whether a host is an IP address, which has no subdomains."""
    try:
        ip_address(host.rpartition(":")[0].strip("[]") if ":" in host else host)
    except ValueError:
        return False
    return True


def following(payload: Any) -> dict[str, str]:
    """The parameters with which a query goes on after an answer; {} where that was the last."""
    told = at(payload, "continue")
    return {str(k): str(v) for k, v in told.items()} if isinstance(told, Mapping) else {}


def read_citing(payload: Any, address: str) -> list[Post]:
    """The articles that link to what was asked for, each as a post of the platform "web".

    ``address`` is where the answer came from: it tells the wiki, and what was asked.
    """
    base = address.partition("/w/api.php")[0]
    parts = split(address)
    query = parse_qs(parts.query) if parts else {}
    asked = (query.get("euquery") or query.get("gsrsearch") or [""])[0]
    wanted = asked.removeprefix("*.").removeprefix("insource:").strip('"')
    found: dict[str, Post] = {}
    for title, link in _cited(payload):
        links = (link, *filter(None, [archived(link)]))
        if not any(wanted in one for one in links):
            continue
        place = f"{base.rstrip('/')}/wiki/{quote(title.replace(' ', '_'), safe='/:(),')}"
        known = found[place].links if place in found else ()
        found[place] = Post(
            platform="web",
            external_id=canonical(place),
            url=place,
            kind=Kind.ARTICLE,
            author=Author(name="Wikipedia"),
            text=title,
            links=tuple(dict.fromkeys((*known, *links)))[:MAX_LINKS],
        )
    return list(found.values())


def _cited(payload: Any) -> Iterator[tuple[str, str]]:
    """Titles, and a link in each: of an answer by links, and of one by a search."""
    for item in items(at(payload, "query", "exturlusage")):
        title, link = text(item.get("title")), text(item.get("url"))
        if title and link:
            yield title, _whole(link)
    for item in items(at(payload, "query", "pages")):
        title = text(item.get("title"))
        for listed in items(item.get("extlinks")):
            link = text(listed.get("url"))
            if title and link:
                yield title, _whole(link)


def _whole(link: str) -> str:
    """A link with its scheme: wikis keep some without (``//paper.example/a``)."""
    return f"https:{link}" if link.startswith("//") else link


def archived(link: str) -> str | None:
    """The address that a copy in a web archive was made of; None where a link leads to no such copy."""
    parts = split(link)
    target = shown(host_of(link), parts.path, parts.query) if parts else None
    return target if target and is_web_address(target) else None
