"""Mastodon's API, and what speaks it (Pixelfed, GoToSocial, Akkoma, ...); ActivityPub objects as archives hold them.

Ids belong to a server, so a post's external id is its ActivityPub uri. Earlier texts: docs.joinmastodon.org, StatusEdit.
What answers hold is read by ``statuses.py``, ActivityPub's objects by ``activities.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
from pydantic import Field, SecretStr

from ...clock import LookKind
from ...dates import utc
from ...groups import FollowSettings, WebAddress, revealed
from ...markup.fragments import read_fragment
from ...markup.marks import Marks
from ...net.evidence import Evidence
from ...records import Kind, Post, PostAddress
from ...urls import split
from ...values import at, items, text
from ..asking import load, pages
from ..base import Answer, Edit, Row, Source
from ..fediverse import read_place
from .activities import read_activities
from .statuses import NAME, read_statuses

if TYPE_CHECKING:
    from ...net.fetch import Fetcher

PAGE = 40
"""Statuses in a page of search, the most that it gives."""


class MastodonSettings(FollowSettings):
    """The server whose search is asked."""

    mastodon_url: WebAddress = Field("https://mastodon.social", description="the server whose search is asked")
    mastodon_token: SecretStr | None = Field(None, description="its token; without it no search for links")


def _through_elk(path: str, query: str) -> PostAddress | None:
    """The post that the web client Elk shows: its addresses name the server first (``/SERVER/@NAME/ID``)."""
    found = re.match(r"/([\w-]+(?:\.[\w-]+)+)(/@.+)", path)
    return read_place(NAME, found[1], found[2]) if found else None


class Mastodon(Source[MastodonSettings]):
    """Posts of the fediverse, asked for at the server that holds them."""

    name = NAME
    title = "Mastodon and its kin"
    rank = 3
    help = "public posts with counts and replies from their own server; no key"
    row = Row(
        "a known post, what it said before edits, and the thread below it, from its own server",
        "`STORYWAKE_MASTODON_TOKEN`: posts that link to the story, by one server's search",
        "favourites, boosts, replies, quotes where told, followers",
    )
    documentation = "docs.joinmastodon.org/methods/statuses"
    limits = "300 requests in five minutes for an address (docs.joinmastodon.org/api/rate-limits)"
    checked = "2026-11-26"

    federated = True
    hosts = dict.fromkeys(("elk.zone", "main.elk.zone"), _through_elk)
    marks = Marks(called=("mastodon",), classes=("mastodon-embed",), handle=re.compile(r".*@.*"))

    group = MastodonSettings
    thread_answers = 60

    def anywhere(self, host: str, path: str) -> PostAddress | None:
        """A status, by the address for people or the ActivityPub uri."""
        return read_place(NAME, host, path)

    def profile_anywhere(self, host: str, path: str) -> str | None:
        """An account, as ``name@host``."""
        found = re.match(r"/@(\w+)/?$", path)
        return f"{found[1]}@{host}" if found and host else None

    def missing(self, settings: MastodonSettings) -> str | None:
        """Only search wants a token."""
        return None if settings.mastodon_token else "no STORYWAKE_MASTODON_TOKEN: known posts only, no search for links"

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts and its thread."""
        return (LookKind.COUNTS, LookKind.REPLIES)

    def read_payload(self, payload: Any) -> Iterator[Post]:
        """Posts of a status, a context, a list, a search answer, or ActivityPub objects."""
        yield from read_statuses(payload, NAME)
        yield from read_activities(payload)

    async def posts(
        self, fetcher: Fetcher, settings: MastodonSettings, wanted: Sequence[Post]
    ) -> AsyncIterator[Answer]:
        """Each at its own server; of one that was edited its earlier texts too."""
        for post in wanted:
            place = _place(post)
            if not place:
                continue
            evidence = await _ask(fetcher, settings, *place)
            gone = (post.external_id or "",) if evidence.status in (404, 410) else ()
            edits: tuple[Edit, ...] = ()
            if text(at(load(evidence), "edited_at")) and post.external_id:
                history = await _ask(fetcher, settings, *place, "/history")
                edits = read_history(load(history), post.external_id)
            yield Answer(evidence, await fetcher.read(NAME, evidence), gone, edits)

    async def replies(self, fetcher: Fetcher, settings: MastodonSettings, post: Post) -> AsyncIterator[Answer]:
        """The thread below a post, told by the server that holds it.

        The answer names what each post answers by ids of the server, and leaves out the post asked about: it is
        added before reading, so that answers to it find its uri.
        """
        place = _place(post)
        if not place:
            return
        evidence = await _ask(fetcher, settings, *place, "/context")
        payload = load(evidence)
        whole = evidence
        if post.external_id and isinstance(payload, dict):
            asked = {"id": place[1], "uri": post.external_id, "account": {}}
            completed = {**payload, "ancestors": [*items(payload.get("ancestors")), asked]}
            whole = msgspec.structs.replace(evidence, body=json.dumps(completed).encode())
        found = await fetcher.read(NAME, whole)
        yield Answer(evidence, [p for p in found if p.external_id != post.external_id])

    async def linking(self, fetcher: Fetcher, settings: MastodonSettings, url: str) -> AsyncIterator[Answer]:
        """Posts that link to an address, by search on one server, which wants a token; page by page to the end."""
        if not settings.mastodon_token:
            return

        async def ask(offset: int) -> Evidence:
            params = {"q": url, "type": "statuses", "limit": str(PAGE), "offset": str(offset)}
            return await fetcher.api(
                settings.mastodon_url, "/api/v2/search", params, token=revealed(settings.mastodon_token)
            )

        def following(offset: int, payload: Any) -> int | None:
            return offset + PAGE if len(items(at(payload, "statuses"))) >= PAGE else None

        async for answer in pages(fetcher, NAME, 0, ask, following, settings.thread_pages):
            yield answer


async def _ask(fetcher: Fetcher, settings: MastodonSettings, server: str, identity: str, what: str = "") -> Evidence:
    """A status at its server, or what belongs to it (``/context``, ``/history``).

    The token goes to the server that gave it alone: which server a post names is for its author to choose.
    """
    own = settings.mastodon_url.rstrip("/").lower() == server.lower()
    token = revealed(settings.mastodon_token) if own else None
    return await fetcher.api(server, f"/api/v1/statuses/{identity}{what}", token=token)


def read_history(payload: Any, external_id: str) -> tuple[Edit, ...]:
    """The texts that a post had before (docs.joinmastodon.org/entities/StatusEdit), each with the time it was replaced."""
    versions = [(read_fragment(text(v.get("content"))).text, utc(text(v.get("created_at")))) for v in items(payload)]
    return tuple(
        Edit(external_id, following[1], words)
        for (words, _), following in pairwise(versions)
        if words and following[1] and following[0] != words
    )


def _place(post: Post) -> tuple[str, str] | None:
    """The server that holds a post, and its id there, from its address."""
    parts = split(post.url or post.external_id)
    if parts is None:
        return None
    identity = parts.path.rstrip("/").rsplit("/", 1)[-1]
    if not parts.netloc or not identity.isalnum():
        return None
    return f"{parts.scheme}://{parts.netloc}", identity


PLATFORM = Mastodon()
