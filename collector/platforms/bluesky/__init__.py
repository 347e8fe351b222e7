"""Bluesky: posts, threads and quotes from an AppView, no key needed.

Asked: ``app.bsky.feed.getPosts``, ``getPostThread``, ``getQuotes``, ``searchPosts`` (docs.bsky.app). Embeds: "oEmbed and
post embed widget" there. What the answers hold is read by ``formats.py``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr

from ...clock import LookKind
from ...errors import FetchError
from ...groups import FollowSettings, StreamAddress, WebAddress, revealed
from ...markup.marks import Marks
from ...markup.page import paragraphs
from ...net.evidence import Evidence
from ...records import Kind, Post, PostAddress
from ...values import at, text, walk
from ..asking import left_out, load, pages
from ..base import Answer, Row, Source
from .constellation import address
from .formats import NAME, in_order, inside, read

if TYPE_CHECKING:
    from ...net.fetch import Fetcher

HOSTS = (
    "bsky.app",
    "embed.bsky.app",
    "main.bsky.dev",
    "deer.social",
    "blacksky.community",
    "fxbsky.app",
    "vxbsky.app",
    "bskx.app",
)
"""Bluesky's own client, others that keep its paths, and those that mend its previews."""
BATCH = 25
"""Posts that one request may ask about (app.bsky.feed.getPosts)."""
ENDED = ("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired")
"""How a server says that a session is none any more."""
KEY = r"([A-Za-z0-9._~:-]+)"


class BlueskySettings(FollowSettings):
    """Where Bluesky is asked, as whom, and whether its stream is listened to."""

    bluesky_url: WebAddress = Field("https://public.api.bsky.app", description="Bluesky's AppView")
    bluesky_login_url: WebAddress = Field(
        "https://bsky.social", description="the server that signs in and answers search"
    )
    bluesky_handle: str | None = Field(None, description="account that signs in; without it no search for links")
    bluesky_password: SecretStr | None = Field(None, description="its app password")
    bluesky_stream_url: StreamAddress = Field(
        "wss://jetstream.us-east.bsky.network/xrpc/network.bsky.jetstream.subscribeEvents",
        description="the Jetstream that is listened to: v2, which keeps the past too, or v1 (its path is /subscribe)",
    )
    bluesky_stream: bool = Field(False, description="listen to every post on Bluesky for links to watched stories")
    bluesky_replay_hours: float = Field(
        24, ge=0, le=720, description="hours before a story was watched that are read from Jetstream v2's archive"
    )
    constellation: bool = Field(
        True, description="ask Constellation, an index of links, who linked to, quoted and answered what is watched"
    )
    constellation_url: WebAddress | None = Field(
        None, description="its instance; the public one where Bluesky's AppView is the public one"
    )


def _named(who: str, key: str) -> PostAddress:
    """The post that an account, by handle or DID, has under a key."""
    handle = None if who.startswith("did:") else who.lower()
    return PostAddress(
        NAME, f"at://{who}/app.bsky.feed.post/{key}", f"https://bsky.app/profile/{who}/post/{key}", handle
    )


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(rf"/profile/([^/]+)/post/{KEY}", path) or re.match(
        rf"/embed/(did:[a-z]+:[^/]+)/app\.bsky\.feed\.post/{KEY}", path
    )
    return _named(found[1], found[2]) if found else None


def _by_uri(uri: str) -> PostAddress | None:
    found = re.match(rf"at://([^/]+)/app\.bsky\.feed\.post/{KEY}", uri)
    return PostAddress(NAME, uri, f"https://bsky.app/profile/{found[1]}/post/{found[2]}", None) if found else None


class Bluesky(Source[BlueskySettings]):
    """Posts on Bluesky, by their at:// uri."""

    name = NAME
    title = "Bluesky"
    rank = 2
    help = "posts with counts, replies and quotes from a public AppView; search for links with an app password"
    row = Row(
        "posts (25 at once), the thread below a post, its quotes, deletions; by Constellation's index, posts that link to "
        "the story, quote it or answer it, from before the watch too; with `STORYWAKE_BLUESKY_STREAM=1` every post "
        "that links to, answers or quotes what is watched, as it is made, and by Jetstream v2 of the day before the watch",
        "`STORYWAKE_BLUESKY_HANDLE` and `_PASSWORD` (an app password): posts that link to the story, by search",
        "likes, reposts, replies, quotes; no views",
    )
    searches_words = True
    documentation = "docs.bsky.app, HTTP reference"
    limits = (
        "3,000 requests in five minutes for an address where accounts are signed in, 300 times a day to sign in, no figure for the open AppView "
        "(docs.bsky.app/docs/advanced-guides/rate-limits); Constellation: best effort, none stated, 100 links a page "
        "(constellation.microcosm.blue)"
    )
    checked = "2026-11-27"

    hosts = dict.fromkeys(HOSTS, _path)
    profiles = {"bsky.app": r"/profile/([^/]+)/?$"}
    marks = Marks(
        called=("bluesky",),
        classes=("bluesky-embed",),
        names=("bsky",),
        ids={"data-bluesky-uri": _by_uri},
        words=paragraphs,
        placeholder="[image or embed]",
        no_links=re.compile(r".*bsky\.app/(?:profile|hashtag)/"),
        handle=re.compile(r"[^@]*\.[^@]*"),
    )

    group = BlueskySettings
    services = ("constellation",)

    def is_final(self, external_id: str) -> bool:
        """A uri that names its author by handle changes with the handle; one with the author's DID does not."""
        return external_id.startswith("at://did:")

    def missing(self, settings: BlueskySettings) -> str | None:
        """Only search wants an account; the stream and Constellation find links without one."""
        if settings.bluesky_stream or (settings.bluesky_handle and settings.bluesky_password):
            return None
        lacking = "no STORYWAKE_BLUESKY_HANDLE and _PASSWORD, and no STORYWAKE_BLUESKY_STREAM"
        if address(settings):
            return f"{lacking}: links are found by Constellation alone, which knows addresses as posts write them"
        return f"{lacking}: no search for links"

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts, its thread, its quotes."""
        return (LookKind.COUNTS, LookKind.REPLIES, LookKind.QUOTES)

    def read_payload(self, payload: Any) -> Iterator[Post]:
        """Posts of views, threads, feeds, records, and Jetstream events; none is older than what it answers."""
        return in_order([post for item in walk(payload, inside) for post in read(item)])

    def counts_at_once(self, settings: BlueskySettings) -> int:
        """As many as a request may ask about."""
        return BATCH

    async def posts(self, fetcher: Fetcher, settings: BlueskySettings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Twenty-five at once; a uri that the answer leaves out is gone. Handles are resolved to DIDs first."""
        uris = [uri for post in wanted if (uri := await self._lasting_uri(fetcher, settings, post))]
        for start in range(0, len(uris), BATCH):
            asked = uris[start : start + BATCH]
            evidence = await _ask(fetcher, settings, "app.bsky.feed.getPosts", {"uris": asked})
            posts = await fetcher.read(NAME, evidence)
            yield Answer(evidence, posts, left_out(evidence, asked, posts, "posts"))

    async def _lasting_uri(self, fetcher: Fetcher, settings: BlueskySettings, post: Post) -> str | None:
        """The uri that names a post's author by DID; None where the post has none or its handle is nobody's."""
        uri = post.external_id
        if not uri and (address := self.identify(post.url)):
            uri = address.external_id
        if not uri or self.is_final(uri):
            return uri
        handle, _, rest = uri.removeprefix("at://").partition("/")
        evidence = await _ask(fetcher, settings, "com.atproto.identity.resolveHandle", {"handle": handle})
        did = text(at(load(evidence), "did"))
        return f"at://{did}/{rest}" if did else None

    async def replies(self, fetcher: Fetcher, settings: BlueskySettings, post: Post) -> AsyncIterator[Answer]:
        """The thread below a post."""
        if post.external_id:
            asked = {"uri": post.external_id, "depth": str(settings.thread_depth), "parentHeight": "0"}
            evidence = await _ask(fetcher, settings, "app.bsky.feed.getPostThread", asked)
            yield Answer(evidence, await fetcher.read(NAME, evidence))

    async def quotes(self, fetcher: Fetcher, settings: BlueskySettings, post: Post) -> AsyncIterator[Answer]:
        """The posts that quote a post, page by page."""
        if not post.external_id:
            return

        async def ask(cursor: str) -> Evidence:
            asked = {"uri": post.external_id, "limit": "100", "cursor": cursor or None}
            return await _ask(fetcher, settings, "app.bsky.feed.getQuotes", asked)

        async for answer in pages(fetcher, NAME, "", ask, _cursor, settings.thread_pages):
            yield answer

    async def linking(self, fetcher: Fetcher, settings: BlueskySettings, url: str) -> AsyncIterator[Answer]:
        """Posts that link to an address, by search, which wants a session."""
        async for answer in self._search(fetcher, settings, {"q": "*", "url": url}):
            yield answer

    async def naming(self, fetcher: Fetcher, settings: BlueskySettings, words: str) -> AsyncIterator[Answer]:
        """Posts with some words, likewise (app.bsky.feed.searchPosts, 2026-11-27)."""
        async for answer in self._search(fetcher, settings, {"q": words}):
            yield answer

    async def _search(
        self, fetcher: Fetcher, settings: BlueskySettings, asked: Mapping[str, str]
    ) -> AsyncIterator[Answer]:
        """The newest posts that a search finds, page by page."""
        if not (settings.bluesky_handle and settings.bluesky_password):
            return

        async def ask(cursor: str) -> Evidence:
            params = {**asked, "sort": "latest", "limit": "100", "cursor": cursor or None}
            return await _signed_in(fetcher, settings, "app.bsky.feed.searchPosts", params)

        async for answer in pages(fetcher, NAME, "", ask, _cursor, settings.thread_pages):
            yield answer


async def _signed_in(
    fetcher: Fetcher, settings: BlueskySettings, method: str, params: Mapping[str, str | None]
) -> Evidence:
    """An answer to the account, in the session that is open; in a new one where that has ended.

    An account may sign in 30 times in five minutes and 300 times a day (docs.bsky.app/docs/advanced-guides/rate-limits, read
    2026-11-27), so a session is used until the server says ``ExpiredToken``.
    """
    server, path = settings.bluesky_login_url, f"/xrpc/{method}"
    if token := fetcher.session(server):
        evidence = await fetcher.api(server, path, params, token=token)
        if evidence.status not in (400, 401) or at(load(evidence), "error") not in ENDED:
            return evidence
        fetcher.keep_session(server, "")
    return await fetcher.api(server, path, params, token=await _sign_in(fetcher, settings))


async def _sign_in(fetcher: Fetcher, settings: BlueskySettings) -> str:
    """A session's token (com.atproto.server.createSession); what signs in and out is no evidence."""
    address = f"{settings.bluesky_login_url.rstrip('/')}/xrpc/com.atproto.server.createSession"
    evidence = await fetcher.post(
        address, {"identifier": settings.bluesky_handle, "password": revealed(settings.bluesky_password)}
    )
    token = text(at(load(evidence), "accessJwt"))
    if not token:
        raise FetchError(address, f"answered {evidence.status} to signing in as {settings.bluesky_handle}")
    fetcher.keep_session(settings.bluesky_login_url, token)
    return token


async def _ask(
    fetcher: Fetcher, settings: BlueskySettings, method: str, params: Mapping[str, str | list[str] | None]
) -> Evidence:
    evidence = await fetcher.api(settings.bluesky_url, f"/xrpc/{method}", params)
    if evidence.status in (401, 403):
        raise FetchError(evidence.url, f"answered {evidence.status}")
    return evidence


def _cursor(_: str, payload: Any) -> str | None:
    return text(at(payload, "cursor"))


PLATFORM = Bluesky()
