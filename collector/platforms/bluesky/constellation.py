"""Constellation: a public index of who links to what on the AT network, asked without a key.

``/xrpc/blue.microcosm.links.getBacklinks?subject=&source=COLLECTION:PATH&limit=&cursor=`` answers
``{"total", "records": [{"did", "collection", "rkey"}], "cursor"}``, the newest first, 16 a page and 100 at most
(constellation.microcosm.blue and its readme in microcosm-rs, read 2026-11-27). It is run on best effort, names no limit,
asks for a User-Agent with the project's name and a contact, and knows addresses exactly as posts write them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlunsplit

from ...errors import FetchError
from ...net.evidence import Evidence
from ...urls import canonical, split
from ...values import at, items, text
from ..asking import load

if TYPE_CHECKING:
    from ...net.fetch import Fetcher

NAME = "constellation"
PUBLIC = "https://constellation.microcosm.blue"
"""The public instance, which indexes the public network."""
POST = "app.bsky.feed.post"
LINKS = (
    f"{POST}:embed.external.uri",
    f"{POST}:facets[].features[app.bsky.richtext.facet#link].uri",
    f"{POST}:embed.media.external.uri",
)
"""Where a post names an address: its card, its words, its card beside a quotation."""
QUOTES = (f"{POST}:embed.record.uri", f"{POST}:embed.record.record.uri")
"""Where a post names the one that it quotes: alone, or beside pictures."""
REPLIES = (f"{POST}:reply.parent.uri",)
"""Where a post names the one that it answers."""
MAX_PAGE = 100
"""Records that one answer may hold."""
MAX_PAGES = 50
"""Pages that are turned for one subject and source."""
MAX_SPELLINGS = 16
"""Spellings of one address that are asked for."""


class Page(NamedTuple):
    """One answer, the posts that it names, and whether more follow that are not asked for."""

    evidence: Evidence
    uris: tuple[str, ...]
    cut: bool = False


def address(settings: Any) -> str | None:
    """Where it is asked by all settings (``Settings``); None where it is not: the public one knows nothing of another network than the public AppView's."""
    if not settings.constellation:
        return None
    public = type(settings).model_fields["bluesky_url"].default
    return (
        str(settings.constellation_url or PUBLIC)
        if settings.constellation_url or settings.bluesky_url == public
        else None
    )


async def backlinks(fetcher: Fetcher, base: str, subject: str, source: str) -> AsyncIterator[Page]:
    """Who names a subject (an address, an at-uri) in a source, page by page. Raises FetchError where an answer is none."""
    cursor: str | None = None
    for number in range(1, MAX_PAGES + 1):
        asked = {"subject": subject, "source": source, "limit": str(MAX_PAGE), "cursor": cursor}
        evidence = await fetcher.api(base, "/xrpc/blue.microcosm.links.getBacklinks", asked)
        payload = load(evidence)
        if evidence.status != 200 or not isinstance(at(payload, "records"), list):
            raise FetchError(evidence.url, f"answered {evidence.status}" if evidence.status != 200 else "no backlinks")
        last, cursor = cursor, text(at(payload, "cursor"))
        more = bool(cursor) and cursor != last
        yield Page(evidence, _uris(payload), cut=more and number == MAX_PAGES)
        if not more:
            return


def _uris(payload: Any) -> tuple[str, ...]:
    """The posts that an answer names; a record that is none, or that names no post, is left out."""
    named = ((text(r.get("did")), r.get("collection"), text(r.get("rkey"))) for r in items(at(payload, "records")))
    found = (f"at://{did}/{POST}/{key}" for did, kind, key in named if did and key and kind == POST)
    return tuple(dict.fromkeys(uri for uri in found if uri.startswith("at://did:") and uri.count("/") == 4))


def spellings(known: Iterable[str]) -> list[str]:
    """How an article's address may be written: as it is known, then with each scheme, with and without www and a slash.

    ``MAX_SPELLINGS`` at most, those that are known first.
    """
    given = list(dict.fromkeys(known))
    varied = [one for first in given[:1] for form in (first, canonical(first)) for one in _varied(form)]
    return list(dict.fromkeys([*given[: MAX_SPELLINGS // 2], *varied]))[:MAX_SPELLINGS]


def _varied(url: str) -> Iterable[str]:
    parts = split(url)
    if parts is None:
        return
    bare = parts.netloc.removeprefix("www.")
    hosts = (bare,) if _is_numeric(parts.hostname or "") else (bare, f"www.{bare}")
    path = parts.path.rstrip("/")
    for scheme in ("https", "http"):
        for host in hosts:
            for written in dict.fromkeys((path or "/", f"{path}/")):
                yield urlunsplit((scheme, host, written, parts.query, ""))


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True
