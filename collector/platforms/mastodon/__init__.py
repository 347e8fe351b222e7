"""Mastodon's API, and what speaks it (Pixelfed, GoToSocial, Akkoma, ...); ActivityPub objects as archives hold them.

Ids belong to a server, so a post's external id is its ActivityPub uri. Earlier texts: docs.joinmastodon.org, StatusEdit.
What answers hold is read by ``statuses.py``, ActivityPub's objects by ``activities.py``; videos of PeerTube are asked about and
read by ``peertube.py``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import Field, SecretStr

from ...clock import LookKind
from ...dates import utc
from ...errors import FetchError
from ...groups import FollowSettings, ServersWithTokens, WebAddress, revealed
from ...markup.fragments import read_fragment
from ...markup.marks import Marks
from ...records import Kind, Post, PostAddress
from ...urls import split
from ...values import at, items, text
from ..asking import each, is_gone, load
from ..base import Answer, Edit, Row, Source
from ..fediverse import read_place
from .activities import read_activities
from .client import (
    Server,
    answers,
    ask_about,
    place_elsewhere,
    place_of,
    quoting,
    read,
    refresh_after,
    searched,
    trending,
)
from .peertube import Video, ask_comments, ask_details, asked_video, read_peertube, video_of
from .statuses import NAME, read_statuses

if TYPE_CHECKING:
    from ...net.fetch import Fetcher


class MastodonSettings(FollowSettings):
    """The servers that are asked who links to an address."""

    mastodon_url: WebAddress = Field("https://mastodon.social", description="the server whose search is asked")
    mastodon_token: SecretStr | None = Field(None, description="its token; without it no search for links")
    mastodon_servers: ServersWithTokens = Field(
        default_factory=dict,
        description="further servers that are asked likewise: a JSON list of addresses, or an object of addresses and tokens",
    )


def _through_elk(path: str, query: str) -> PostAddress | None:
    """The post that the web client Elk shows: its addresses name the server first (``/SERVER/@NAME/ID``)."""
    found = re.match(r"/([\w-]+(?:\.[\w-]+)+)(/@.+)", path)
    return read_place(NAME, found[1], found[2]) if found else None


class Told(NamedTuple):
    """What a server answered."""

    server: str  # its host
    payload: Any
    video: Video | None = None  # the one of PeerTube that it was asked about


class Mastodon(Source[MastodonSettings]):
    """Posts of the fediverse, asked for at the server that holds them."""

    name = NAME
    title = "Mastodon and its kin"
    rank = 3
    help = "public posts with counts and replies from their own server; no key"
    row = Row(
        "a known post, what it said before edits, and the thread below it, from its own server; posts with the address "
        "while it trends on a server that is asked (`STORYWAKE_MASTODON_URL`, `_SERVERS`); a PeerTube video's counts and comments",
        "`STORYWAKE_MASTODON_TOKEN`, or tokens in `_SERVERS`: posts that link to the story, by those servers' searches; threads "
        "that their own server does not show; what quotes a post of these servers (Mastodon 4.5)",
        "favourites, boosts, replies, quotes where told, followers",
    )
    searches_words = True
    documentation = "docs.joinmastodon.org/methods/statuses, docs.joinpeertube.org/api-rest-reference"
    limits = (
        "300 requests in five minutes for an address at each server, kept by a request a second"
        " (docs.joinmastodon.org/api/rate-limits); PeerTube: 50 in ten seconds by default, likewise"
    )
    checked = "2026-11-28"

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
        if any(server.token for server in asked_servers(settings)):
            return None
        return "no STORYWAKE_MASTODON_TOKEN: known posts, and links while they trend on a server; no search for links"

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts, its thread, its quotes."""
        return (LookKind.COUNTS, LookKind.REPLIES, LookKind.QUOTES)

    def located(self, payload: Any, address: str) -> Any:
        """A payload with the server that gave it."""
        parts = split(address)
        return (
            Told(parts.netloc.lower(), payload, asked_video(address))
            if parts and parts.netloc and not isinstance(payload, str)
            else payload
        )

    def read_payload(self, payload: Any) -> Iterator[Post]:
        """Posts of a status, a context, a list, a search answer, of ActivityPub objects, or of PeerTube's answers."""
        server, payload, video = payload if isinstance(payload, Told) else (None, payload, None)
        yield from read_statuses(payload, NAME, server=server)
        yield from read_activities(payload)
        yield from read_peertube(payload, video)

    async def posts(
        self, fetcher: Fetcher, settings: MastodonSettings, wanted: Sequence[Post]
    ) -> AsyncIterator[Answer]:
        """Each at its own server; of one that was edited its earlier texts too."""
        servers = asked_servers(settings)
        for post in wanted:
            if video := video_of(post):
                yield await ask_details(fetcher, video, post)
                continue
            place = place_of(post, servers)
            if not place:
                continue
            evidence = await ask_about(fetcher, place)
            gone = (post.external_id or "",) if is_gone(evidence) else ()
            edits: tuple[Edit, ...] = ()
            if text(at(load(evidence), "edited_at")) and post.external_id:
                history = await ask_about(fetcher, place, "/history")
                edits = read_history(load(history), post.external_id)
            *beside, own = await read(fetcher, place.server, evidence)
            for answer in beside:
                yield answer
            yield own._replace(gone=gone, edits=edits)

    async def replies(self, fetcher: Fetcher, settings: MastodonSettings, post: Post) -> AsyncIterator[Answer]:
        """The thread below a post, told by the server that holds it; by one of ours where that one does not tell.

        The answer names what each post answers by ids of the server, and leaves out the post asked about: it is
        added before reading, so that answers to it find its uri.
        """
        if video := video_of(post):
            async for answer in ask_comments(fetcher, video, settings.thread_pages):
                yield answer
            return
        servers = asked_servers(settings)
        place = place_of(post, servers)
        if not place:
            return
        evidence, fault = None, None
        try:
            evidence = await ask_about(fetcher, place, "/context")
        except FetchError as error:
            fault = error
        if evidence is None or not answers(evidence):
            others = [server for server in servers if server != place.server]
            elsewhere = await place_elsewhere(fetcher, others, post)
            if elsewhere:
                place, evidence = elsewhere, await ask_about(fetcher, elsewhere, "/context")
            elif fault:
                raise fault
        assert evidence is not None
        asked = [{"id": place.identity, "uri": post.external_id, "account": {}}] if post.external_id else []
        *beside, own = await read(fetcher, place.server, evidence, asked)
        for answer in beside:
            yield answer
        below = [p for p in own.posts if p.external_id != post.external_id]
        yield own._replace(posts=below, again=refresh_after(evidence))

    async def quotes(self, fetcher: Fetcher, settings: MastodonSettings, post: Post) -> AsyncIterator[Answer]:
        """The posts that quote a post, of its own server where a token is there for that; other servers know few of them."""
        place = place_of(post, asked_servers(settings)) if not video_of(post) else None
        if place and place.server.token:
            async for answer in quoting(fetcher, place, settings.thread_pages):
                yield answer

    async def linking(self, fetcher: Fetcher, settings: MastodonSettings, url: str) -> AsyncIterator[Answer]:
        """Posts that link to an address, of each server: by its timeline of a trending link, and by search with a token.

        Raises FetchError where a server failed, after the others were asked.
        """
        asked = [
            question(fetcher, server, url, settings.thread_pages)
            for server in asked_servers(settings)
            for question in ((trending, searched) if server.token else (trending,))
        ]
        async for answer in each(asked):
            yield answer

    async def naming(self, fetcher: Fetcher, settings: MastodonSettings, words: str) -> AsyncIterator[Answer]:
        """Posts with some words, by search on each server that a token is there for (docs.joinmastodon.org/methods/search, 2026-11-27).

        Raises FetchError where a server failed, after the others were asked.
        """
        fault: FetchError | None = None
        for server in asked_servers(settings):
            try:
                async for answer in searched(fetcher, server, words, settings.thread_pages if server.token else 0):
                    yield answer
            except FetchError as error:
                fault = fault or error
        if fault:
            raise fault


def asked_servers(settings: MastodonSettings) -> list[Server]:
    """The servers of the settings, the first one first, each once."""
    named = {settings.mastodon_url: settings.mastodon_token, **settings.mastodon_servers}
    return [Server(url, revealed(token)) for url, token in named.items()]


def read_history(payload: Any, external_id: str) -> tuple[Edit, ...]:
    """The texts that a post had before (docs.joinmastodon.org/entities/StatusEdit), each with the time it was replaced."""
    versions = [(read_fragment(v.get("content")).text, utc(text(v.get("created_at")))) for v in items(payload)]
    return tuple(
        Edit(external_id, following[1], words)
        for (words, _), following in pairwise(versions)
        if words and following[1] and following[0] != words
    )


PLATFORM = Mastodon()
