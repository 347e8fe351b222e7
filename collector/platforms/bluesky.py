"""Bluesky: posts, threads and quotes from an AppView, no key needed.

Formats: atproto lexicons ``app.bsky.feed.defs`` (postView, threadViewPost), ``app.bsky.feed.post``,
``app.bsky.feed.getPosts``, ``getPostThread``, ``getQuotes``; Jetstream events (docs.bsky.app).
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from ..addresses import identify
from ..clock import LookKind
from ..dates import utc
from ..errors import FetchError
from ..net.evidence import Evidence
from ..net.fetch import Fetcher
from ..records import Author, Kind, Post, Reach
from ..settings import Settings, revealed
from ..values import at, count, items, language, text, walk
from .base import Answer, Recorded, load, pages, shown_in_markup

BATCH = 25
EARLIEST = "2019"
"""The year before which nobody posted on Bluesky: an earlier time is some program's way of saying nothing."""


class Bluesky(Recorded):
    """Posts on Bluesky, by their at:// uri."""

    name = "bluesky"
    help = "posts with counts, replies and quotes from a public AppView; search for links with an app password"
    documentation = "docs.bsky.app, HTTP reference"
    settings = ("bluesky_url", "bluesky_login_url", "bluesky_handle", "bluesky_password", "bluesky_stream", "bluesky_stream_url", "thread_depth", "thread_pages")  # fmt: skip

    def missing(self, settings: Settings) -> str | None:
        """Only search wants an account; the stream finds links without one."""
        if settings.bluesky_stream or (settings.bluesky_handle and settings.bluesky_password):
            return None
        return "no STORYWAKE_BLUESKY_HANDLE and _PASSWORD, and no STORYWAKE_BLUESKY_STREAM: no search for links"

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts, its thread, its quotes."""
        return (LookKind.COUNTS, LookKind.REPLIES, LookKind.QUOTES)

    def normalise(self, payload: Any) -> list[Post]:
        """Posts of any answer that holds post views, records with their uri, or Jetstream events."""
        if isinstance(payload, str):
            return shown_in_markup(self.name, payload)
        found = list(_read(payload))
        return found if len(found) < 2 else list({p.external_id: p for p in found}.values())

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Twenty-five at once; a uri that the answer leaves out is gone. Handles are resolved to DIDs first."""
        uris = []
        for post in wanted:
            address = identify(post.url or "")
            uri = post.external_id or (address.external_id if address and address.platform == self.name else None)
            if uri and not uri.startswith("at://did:"):
                handle, _, rest = uri.removeprefix("at://").partition("/")
                did = await self._resolve(fetcher, settings, handle)
                uri = f"at://{did}/{rest}" if did else None
            if uri:
                uris.append(uri)
        for start in range(0, len(uris), BATCH):
            asked = uris[start : start + BATCH]
            evidence = await self._ask(fetcher, settings, "app.bsky.feed.getPosts", {"uris": asked})
            posts = await fetcher.read(self.name, evidence)
            known = {p.external_id for p in posts}
            told = evidence.status == 200 and isinstance(at(load(evidence), "posts"), list)
            gone = tuple(u for u in asked if u not in known) if told else ()
            yield Answer(evidence, posts, gone)

    async def replies(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The thread below a post."""
        if not post.external_id:
            return
        evidence = await self._ask(
            fetcher,
            settings,
            "app.bsky.feed.getPostThread",
            {"uri": post.external_id, "depth": str(settings.thread_depth), "parentHeight": "0"},
        )
        yield Answer(evidence, await fetcher.read(self.name, evidence))

    async def quotes(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The posts that quote a post, page by page."""
        if not post.external_id:
            return
        quotes = {"uri": post.external_id, "limit": "100"}

        async def ask(cursor: str | None) -> Evidence:
            asked = {**quotes, **({"cursor": cursor} if cursor else {})}
            return await self._ask(fetcher, settings, "app.bsky.feed.getQuotes", asked)

        async for answer in pages(fetcher, self.name, ask, _cursor, settings.thread_pages):
            yield answer

    async def linking(self, fetcher: Fetcher, settings: Settings, url: str) -> AsyncIterator[Answer]:
        """Posts that link to an address, by search, which wants a session."""
        if not (settings.bluesky_handle and settings.bluesky_password):
            return
        address = f"{settings.bluesky_login_url.rstrip('/')}/xrpc/app.bsky.feed.searchPosts"
        token = fetcher.tokens.get(self.name) or await self._sign_in(fetcher, settings)

        async def ask(cursor: str | None) -> Evidence:
            params = {"q": "*", "url": url, "sort": "latest", "limit": "100", **({"cursor": cursor} if cursor else {})}
            headers = {"Authorization": f"Bearer {token}"}
            return await fetcher.get(address, params=params, headers=headers, robots=False)

        async for answer in pages(fetcher, self.name, ask, _cursor, settings.thread_pages):
            yield answer

    async def _sign_in(self, fetcher: Fetcher, settings: Settings) -> str:
        """A session's token (com.atproto.server.createSession); what signs in and out is no evidence."""
        address = f"{settings.bluesky_login_url.rstrip('/')}/xrpc/com.atproto.server.createSession"
        evidence = await fetcher.post(
            address, {"identifier": settings.bluesky_handle, "password": revealed(settings.bluesky_password)}
        )
        token = text(at(load(evidence), "accessJwt"))
        if not token:
            raise FetchError(address, f"answered {evidence.status} to signing in as {settings.bluesky_handle}")
        fetcher.tokens[self.name] = token
        return token

    async def _resolve(self, fetcher: Fetcher, settings: Settings, handle: str) -> str | None:
        evidence = await self._ask(fetcher, settings, "com.atproto.identity.resolveHandle", {"handle": handle})
        return text(at(load(evidence), "did"))

    async def _ask(self, fetcher: Fetcher, settings: Settings, method: str, params: dict[str, Any]) -> Evidence:
        evidence = await fetcher.get(f"{settings.bluesky_url.rstrip('/')}/xrpc/{method}", params=params, robots=False)
        if evidence.status in (401, 403):
            raise FetchError(evidence.url, f"answered {evidence.status}")
        return evidence


def _cursor(payload: Any) -> str | None:
    return text(at(payload, "cursor"))


def _read(payload: Any) -> Iterator[Post]:
    for item in walk(payload, _inside):
        if _is_event(item):
            yield from _jetstream(item)
        elif _is_gone(item):
            uri = text(item.get("uri"))
            if uri and uri.startswith("at://"):
                yield Post(platform="bluesky", external_id=uri, url=web_address(uri, None), deleted=True)
        elif _is_view(item):
            yield _view(item)


def _is_event(item: dict[str, Any]) -> bool:
    return item.get("kind") == "commit" and isinstance(item.get("commit"), dict)


def _is_gone(item: dict[str, Any]) -> bool:
    return item.get("notFound") is True or item.get("$type") == "app.bsky.feed.defs#notFoundPost"


def _is_view(item: dict[str, Any]) -> bool:
    """Whether an object is a postView, or a viewRecord as quotes hold it."""
    shown = isinstance(item.get("record"), dict) or isinstance(item.get("value"), dict)
    return shown and "/app.bsky.feed.post/" in (text(item.get("uri")) or "")


def _inside(item: dict[str, Any]) -> list[Any]:
    """Where posts lie in an object: those that a post quotes, those below a thread or a list."""
    if _is_event(item) or _is_gone(item):
        return []
    if _is_view(item):
        return _quoted(item)
    found = [item.get(key) for key in ("parent", "thread", "post", "posts", "feed", "replies", "root", "records")]
    return found if isinstance(item.get("thread"), list) else [*found, at(item, "value", "post")]


def _view(view: dict[str, Any]) -> Post:
    """A postView, or a viewRecord as quotes hold it (its record under ``value``)."""
    record = view.get("record") if isinstance(view.get("record"), dict) else view.get("value")
    assert isinstance(record, dict)
    author = view.get("author") if isinstance(view.get("author"), dict) else {}
    assert isinstance(author, dict)
    handle = text(author.get("handle"))
    handle = None if handle == "handle.invalid" else handle
    return _post(
        text(view.get("uri")) or "",
        record,
        Author(
            handle=handle,
            name=text(author.get("displayName")),
            external_id=text(author.get("did")),
            followers=count(author.get("followersCount")),
        ),
        Reach(
            likes=count(view.get("likeCount")),
            reposts=count(view.get("repostCount")),
            replies=count(view.get("replyCount")),
            quotes=count(view.get("quoteCount")),
        ),
        _taken_in(utc(text(view.get("indexedAt")))),
    )


def _post(uri: str, record: dict[str, Any], author: Author, reach: Reach, indexed: str | None) -> Post:
    reply = text(at(record, "reply", "parent", "uri")) if "reply" in record else None
    quoted = quoted_uri(record["embed"]) if "embed" in record else None
    languages = record.get("langs")
    return Post(
        platform="bluesky",
        external_id=uri,
        url=web_address(uri, author.handle),
        kind=Kind.REPLY if reply else Kind.QUOTE if quoted else Kind.POST,
        author=author,
        text=text(record.get("text")),
        language=language(languages[0]) if isinstance(languages, list) and len(languages) == 1 else None,
        posted_at=_posted(utc(text(record.get("createdAt"))), indexed),
        indexed_at=indexed,
        in_reply_to=reply,
        quotes=quoted,
        links=_links(record),
        reach=reach,
    )


def _posted(created: str | None, indexed: str | None) -> str | None:
    """When a post was written: as its author's program says, unless that cannot be; then when the platform took it in."""
    if created is None or created < EARLIEST:
        return indexed
    return min(created, indexed) if indexed else created


def _taken_in(indexed: str | None) -> str | None:
    return indexed if indexed and indexed >= EARLIEST else None


def quoted_uri(embed: Any) -> str | None:
    """The uri of the post that a record's embed quotes, None where it quotes no post."""
    uri = text(at(embed, "record", "record", "uri")) or text(at(embed, "record", "uri"))
    return uri if uri and "/app.bsky.feed.post/" in uri else None


def _quoted(view: dict[str, Any]) -> list[Any]:
    embed = view.get("embed")
    if embed is None and "embeds" not in view:
        return []
    shown = (at(embed, "record"), at(embed, "record", "record"), *items(view.get("embeds")))
    return [inner for inner in shown if isinstance(at(inner, "value"), dict)]


def _links(record: dict[str, Any]) -> tuple[str, ...]:
    if "facets" not in record and "embed" not in record:
        return ()
    links = [
        text(f.get("uri"))
        for facet in items(record.get("facets"))
        for f in items(facet.get("features"))
        if str(f.get("$type", "")).endswith("#link")
    ]
    links.append(text(at(record, "embed", "external", "uri")) or text(at(record, "embed", "media", "external", "uri")))
    return tuple(dict.fromkeys(link for link in links if link))


def web_address(uri: str, handle: str | None) -> str | None:
    """Where a person reads the post that an at:// uri names."""
    parts = uri.removeprefix("at://").split("/")
    return f"https://bsky.app/profile/{handle or parts[0]}/post/{parts[2]}" if len(parts) == 3 else None


def _jetstream(event: dict[str, Any]) -> Iterator[Post]:
    commit = event["commit"]
    did, key = text(event.get("did")), text(commit.get("rkey"))
    if commit.get("collection") != "app.bsky.feed.post" or not did or not key:
        return
    uri = f"at://{did}/app.bsky.feed.post/{key}"
    if commit.get("operation") == "delete":
        yield Post(
            platform="bluesky",
            external_id=uri,
            url=web_address(uri, None),
            author=Author(external_id=did),
            deleted=True,
        )
    elif isinstance(commit.get("record"), dict):
        yield _post(uri, commit["record"], Author(external_id=did), Reach(), _microseconds(event.get("time_us")))


def _microseconds(value: Any) -> str | None:
    """Jetstream's ``time_us``, Unix microseconds, as a time."""
    number = count(value)
    return _taken_in(utc(number // 1_000_000)) if number else None
