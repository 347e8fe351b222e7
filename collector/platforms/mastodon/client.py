"""Requests to servers that speak Mastodon's API: which server is asked about a post, what it tells beside its answer.

docs.joinmastodon.org, read 2026-11-27: api/rate-limits (300 requests in five minutes for an address and for an account),
methods/async_refreshes (``Mastodon-Async-Refresh``, since 4.4), methods/timelines#link (since 4.3; paged by the header
``Link``), methods/search (``resolve`` wants a user's token), methods/statuses#index (several statuses at once, since 4.3). Read
2026-11-28: methods/statuses#quotes (since 4.5, with any user's token and ``read:statuses``; the accepted ones, newest first, paged
by ``Link``; that not only a post's author may ask is in github.com/mastodon/documentation/pull/1733).
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs

import httpx
import msgspec

from ...errors import FetchError
from ...net.evidence import Evidence
from ...records import Post
from ...urls import split
from ...values import at, items, text
from ..asking import is_gone, load
from ..base import Answer
from .statuses import NAME, named_alone

if TYPE_CHECKING:
    from ...net.fetch import Fetcher

PACE = 1.0
"""Seconds between two requests to a server: 300 in five minutes."""
PAGE = 40
"""Statuses in a page of search or of a timeline, the most that they give."""
MAX_NAMED = 20
"""Statuses asked for at once, which an answer names by their ids alone."""
MAX_RETRY = 3600
"""Seconds; a longer wait until a thread is read once more is none."""
REFRESH = re.compile(r"(?:^|[,;\s])retry=(\d{1,6})(?!\d)")


class Server(NamedTuple):
    """A server that is asked, and the token that it gave; "" where it gave none."""

    url: str
    token: str = ""


class Place(NamedTuple):
    """Where a post is asked about: a server, and the post's id there."""

    server: Server
    identity: str


def place_of(post: Post, servers: Sequence[Server]) -> Place | None:
    """The server that holds a post, and its id there, from its address.

    A token goes to the server that gave it alone: which server a post names is for its author to choose.
    """
    parts = split(post.url or post.external_id)
    if parts is None:
        return None
    identity = parts.path.rstrip("/").rsplit("/", 1)[-1]
    if not parts.netloc or not identity.isalnum():
        return None
    url = f"{parts.scheme}://{parts.netloc}"
    own = [server for server in servers if server.url.rstrip("/").lower() == url.lower()]
    return Place(own[0] if own else Server(url), identity)


async def ask(
    fetcher: Fetcher, server: Server, path: str, params: dict[str, str | list[str] | None] | None = None
) -> Evidence:
    """An answer of a server's API, at the pace that it allows."""
    fetcher.slow_down(server.url, PACE)
    return await fetcher.api(server.url, path, params, token=server.token)


async def ask_about(fetcher: Fetcher, place: Place, what: str = "") -> Evidence:
    """A status at a server, or what belongs to it (``/context``, ``/history``)."""
    return await ask(fetcher, place.server, f"/api/v1/statuses/{place.identity}{what}")


async def place_elsewhere(fetcher: Fetcher, servers: Sequence[Server], post: Post) -> Place | None:
    """Where one of our servers has a post of another one: found by its uri, which takes a token; None where none has it."""
    for server in servers:
        if not server.token or not post.external_id:
            continue
        params: dict[str, str | list[str] | None] = {"q": post.external_id, "type": "statuses", "resolve": "true"}
        try:
            payload = load(await ask(fetcher, server, "/api/v2/search", {**params, "limit": "1"}))
        except FetchError:
            continue
        for status in items(at(payload, "statuses")):
            identity = text(at(status, "id"))
            if identity and identity.isalnum() and text(at(status, "uri")) == post.external_id:
                return Place(server, identity)
    return None


def answers(evidence: Evidence) -> bool:
    """Whether a server answered the question: with JSON, or that the post is gone; not that it shows it to nobody."""
    return is_gone(evidence) or (evidence.status == 200 and load(evidence) is not None)


def refresh_after(evidence: Evidence) -> float | None:
    """Seconds after which a server that is gathering more can tell it; None where it gathers nothing."""
    told = REFRESH.search(evidence.headers.get("mastodon-async-refresh", ""))
    seconds = int(told[1]) if told else MAX_RETRY + 1
    return float(max(seconds, 1)) if seconds <= MAX_RETRY else None


async def read(fetcher: Fetcher, server: Server, evidence: Evidence, known: Sequence[Any] = ()) -> list[Answer]:
    """An answer and its posts, after those that it names by their ids alone, which are asked for.

    ``known`` are statuses that the server left out because they were asked about.
    """
    payload = load(evidence)
    asked = named_alone([payload, *known])[:MAX_NAMED] if evidence.status == 200 else ()
    found: list[Answer] = []
    beside = list(known)
    if asked:
        named = await ask(fetcher, server, "/api/v1/statuses", {"id[]": list(asked)})
        if named.status == 200:
            beside += items(load(named))
            found.append(Answer(named, await fetcher.read(NAME, named)))
    whole = evidence
    if beside and payload is not None:
        completed = {"statuses": [payload] if isinstance(payload, dict) else payload, "ancestors": beside}
        whole = msgspec.structs.replace(evidence, body=json.dumps(completed).encode())
    return [*found, Answer(evidence, await fetcher.read(NAME, whole))]


async def trending(fetcher: Fetcher, server: Server, url: str, most: int) -> AsyncIterator[Answer]:
    """Posts with a link that is trending on a server, page by page; none where it is not, or where the server shows none."""
    async for answer in _listed(fetcher, server, "/api/v1/timelines/link", {"url": url}, most):
        yield answer


async def quoting(fetcher: Fetcher, place: Place, most: int) -> AsyncIterator[Answer]:
    """The statuses that quote one, as far as its server knows them, page by page; none where the server does not list them."""
    async for answer in _listed(fetcher, place.server, f"/api/v1/statuses/{place.identity}/quotes", {}, most):
        yield answer


async def _listed(
    fetcher: Fetcher, server: Server, path: str, asked: dict[str, str], most: int
) -> AsyncIterator[Answer]:
    """A list of statuses, page by page; none where the server has it not or shows it to nobody."""
    params: dict[str, str | list[str] | None] = {**asked, "limit": str(PAGE)}
    for _ in range(most):
        evidence = await ask(fetcher, server, path, params)
        if evidence.status in (401, 403, 404, 410, 422):
            return
        for answer in await read(fetcher, server, evidence):
            yield answer
        later = _next_page(evidence)
        if later is None or later == params.get("max_id"):
            return
        params["max_id"] = later


def _next_page(evidence: Evidence) -> str | None:
    """Where the next page begins (``max_id``), by the header ``Link`` (RFC 8288). Only that is taken from the address there."""
    links = httpx.Response(200, headers={"Link": evidence.headers.get("link", "")}).links
    parts = split(links.get("next", {}).get("url"))
    named = parse_qs(parts.query).get("max_id", [""])[0] if parts else ""
    return named if named.isalnum() else None


async def searched(fetcher: Fetcher, server: Server, url: str, most: int) -> AsyncIterator[Answer]:
    """Posts that link to an address, by a server's search, page by page to the end."""
    for page in range(most):
        params: dict[str, str | list[str] | None] = {"q": url, "type": "statuses", "limit": str(PAGE)}
        evidence = await ask(fetcher, server, "/api/v2/search", {**params, "offset": str(page * PAGE)})
        for answer in await read(fetcher, server, evidence):
            yield answer
        if len(items(at(load(evidence), "statuses"))) < PAGE:
            return
