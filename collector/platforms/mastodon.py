"""Mastodon's API, and what speaks it (Pixelfed, GoToSocial, Akkoma, ...); ActivityPub objects as archives hold them.

Formats: docs.joinmastodon.org, entities Status, Context, StatusEdit; w3.org/TR/activitystreams-vocabulary.
Ids belong to a server, so a post's external id is its ActivityPub uri.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
from pydantic import Field, SecretStr

from ..clock import LookKind
from ..dates import utc
from ..groups import FollowSettings, WebAddress, revealed
from ..markup.fragments import read_fragment
from ..markup.marks import Marks
from ..net.evidence import Evidence
from ..records import Author, Kind, Post, PostAddress, Reach
from ..urls import split
from ..values import at, count, items, language, text, walk
from .asking import load, pages
from .base import Answer, Edit, Row, Source

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

NAME = "mastodon"
PAGE = 40
"""Statuses in a page of search, the most that it gives."""


class MastodonSettings(FollowSettings):
    """The server whose search is asked."""

    mastodon_url: WebAddress = Field("https://mastodon.social", description="the server whose search is asked")
    mastodon_token: SecretStr | None = Field(None, description="its token; without it no search for links")


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
    marks = Marks(classes=("mastodon-embed",), handle=re.compile(r".*@.*"))

    group = MastodonSettings
    thread_answers = 60

    def anywhere(self, host: str, path: str) -> PostAddress | None:
        """A status, by the address for people or the ActivityPub uri."""
        found = re.match(r"/@([A-Za-z0-9_.]+)(?:@[A-Za-z0-9.-]+)?/(\d{10,20})(?:/embed)?/?$", path)
        if found:
            return PostAddress(NAME, None, f"https://{host}/@{found[1]}/{found[2]}", found[1])
        found = re.match(r"/users/([A-Za-z0-9_.]+)/statuses/(\d{10,20})(?:/embed)?/?$", path)
        if not found:
            return None
        uri = f"https://{host}/users/{found[1]}/statuses/{found[2]}"
        return PostAddress(NAME, uri, f"https://{host}/@{found[1]}/{found[2]}", found[1])

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
        found = list(statuses(payload))
        uris = {text(status.get("id")): text(status.get("uri")) for status in found}
        for status in found:
            identity = text(status.get("uri"))
            if identity:
                replied = text(status.get("in_reply_to_id"))
                yield read_status(status, NAME, identity, uris.get(replied) if replied else None, "uri")
        for item in walk(payload, _within_activity):
            yield from _activity(item)

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


def statuses(payload: Any) -> Iterator[dict[str, Any]]:
    """The Status entities in a payload, those inside others too."""
    return (item for item in walk(payload, _within_status) if _is_status(item))


def _is_status(item: dict[str, Any]) -> bool:
    return "id" in item and isinstance(item.get("account"), dict) and ("uri" in item or "content" in item)


def _within_status(item: dict[str, Any]) -> list[Any]:
    if _is_status(item):
        inner = (item.get("reblog"), at(item, "quote", "quoted_status"), item.get("quote"))
        return [value for value in inner if isinstance(value, dict)]
    return [item.get(key) for key in ("ancestors", "descendants", "statuses", "payload", "status")]


def read_status(status: dict[str, Any], platform: str, identity: str, replied: str | None, key: str) -> Post:
    """A Status entity as the post of ``identity``, which answers the post ``replied``.

    ``key`` is the field by which posts and accounts are named: ``uri`` where many servers hold posts, else ``id``.
    """
    account = status["account"]
    words = read_fragment(text(status.get("content")))
    quoted = _quoted(status)
    is_reply = text(status.get("in_reply_to_id"))
    reblog = isinstance(status.get("reblog"), dict)
    owner = text(account.get(key)) or (text(account.get("url")) if key == "uri" else None)
    marked = {text(m.get("url")) for m in (*items(status.get("mentions")), *items(status.get("tags")))}
    return Post(
        platform=platform,
        external_id=identity,
        url=text(status.get("url")) or (identity if identity.startswith("http") else None),
        kind=Kind.REPOST if reblog else Kind.REPLY if is_reply else Kind.QUOTE if quoted else Kind.POST,
        author=Author(
            handle=text(account.get("acct")) or text(account.get("username")),
            name=text(account.get("display_name")),
            external_id=owner,
            followers=count(account.get("followers_count")),
            links=_declared(account),
        ),
        text="\n\n".join(filter(None, (text(status.get("spoiler_text")), words.text))) or None,
        language=language(status.get("language")),
        posted_at=utc(text(status.get("created_at"))),
        in_reply_to=replied,
        quotes=text(at(quoted, key)),
        links=tuple(link for link in words.links if link not in marked),
        reach=Reach(
            likes=count(status.get("favourites_count")),
            reposts=count(status.get("reblogs_count")),
            replies=count(status.get("replies_count")),
            quotes=count(status.get("quotes_count")),
        ),
    )


def _quoted(status: dict[str, Any]) -> Any:
    """The status that a status quotes; older servers give it without a frame around it."""
    quote = status.get("quote")
    return at(quote, "quoted_status") or (quote if isinstance(at(quote, "id"), str) else None)


def _declared(account: dict[str, Any]) -> tuple[str, ...]:
    """The addresses in a profile's fields."""
    links = [link for f in items(account.get("fields")) for link in read_fragment(text(f.get("value"))).links]
    return tuple(dict.fromkeys(links))


COLLECTIONS = ("OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage")
NOTES = ("Note", "Question", "Article")


def _within_activity(item: dict[str, Any]) -> list[Any]:
    """Where ActivityPub objects hold others: collections their items, activities their object."""
    kind = item.get("type")
    if kind in COLLECTIONS:
        return [item.get("orderedItems") or item.get("items"), item.get("first")]
    return [item.get("object")] if kind in ("Create", "Update", "Announce") else []


def _activity(item: dict[str, Any]) -> Iterable[Post]:
    """The post that an ActivityPub object is: Note and its kin, Announce, Tombstone, Delete."""
    kind, identity = item.get("type"), text(item.get("id"))
    if kind in ("Delete", "Tombstone"):
        target = item.get("object") if kind == "Delete" else identity
        gone = text(target) or text(at(target, "id"))
        return [Post(platform=NAME, external_id=gone, url=gone, deleted=True)] if gone else ()
    if not identity:
        return ()
    if kind == "Announce":
        return [_announced(item, identity)]
    return [_note(item, identity)] if kind in NOTES else ()


def _announced(item: dict[str, Any], identity: str) -> Post:
    actor = text(item.get("actor"))
    return Post(
        platform=NAME,
        external_id=identity,
        kind=Kind.REPOST,
        author=Author(handle=_actor_handle(actor), external_id=actor),
        posted_at=utc(text(item.get("published"))),
    )


def _note(note: dict[str, Any], identity: str) -> Post:
    words = read_fragment(text(note.get("content")))
    actor = text(note.get("attributedTo"))
    replied = text(note.get("inReplyTo"))
    quoted = text(note.get("quoteUrl")) or text(note.get("quoteUri")) or text(note.get("quote"))
    tags = {text(t.get("href")) for t in items(note.get("tag"))}
    languages = list(note["contentMap"]) if isinstance(note.get("contentMap"), dict) else []
    return Post(
        platform=NAME,
        external_id=identity,
        url=text(note.get("url")) or identity,
        kind=Kind.REPLY if replied else Kind.QUOTE if quoted else Kind.POST,
        author=Author(handle=_actor_handle(actor), external_id=actor),
        text="\n\n".join(filter(None, (text(note.get("summary")), words.text))) or None,
        language=language(languages[0]) if len(languages) == 1 else None,
        posted_at=utc(text(note.get("published"))),
        in_reply_to=replied,
        quotes=quoted,
        links=tuple(link for link in words.links if link not in tags),
        reach=Reach(
            likes=count(at(note, "likes", "totalItems")),
            reposts=count(at(note, "shares", "totalItems")),
            replies=count(at(note, "replies", "totalItems")),
        ),
    )


def _actor_handle(actor: str | None) -> str | None:
    parts = split(actor)
    if parts is None:
        return None
    name = parts.path.rstrip("/").rsplit("/", 1)[-1].lstrip("@")
    return f"{name}@{parts.netloc}" if name and parts.netloc else None


PLATFORM = Mastodon()
