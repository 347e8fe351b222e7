"""Mastodon's API, and what speaks it (Pixelfed, GoToSocial, Akkoma, ...); ActivityPub objects as archives hold them.

Formats: docs.joinmastodon.org, entities Status, Context, StatusEdit; w3.org/TR/activitystreams-vocabulary.
Ids belong to a server, so a post's external id is its ActivityPub uri.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from ..clock import LookKind
from ..dates import utc
from ..markup.fragments import read_fragment
from ..net.fetch import Fetcher
from ..records import Author, Kind, Post, Reach
from ..settings import Settings, revealed
from ..urls import split
from ..values import at, count, items, language, text
from .base import Answer, Edit, Recorded, load, shown_in_markup


class Mastodon(Recorded):
    """Posts of the fediverse, asked for at the server that holds them."""

    name = "mastodon"
    help = "public posts with counts and replies from their own server; no key"
    documentation = "docs.joinmastodon.org/methods/statuses"
    settings = ("mastodon_url", "mastodon_token")
    thread_answers = 60

    def missing(self, settings: Settings) -> str | None:
        """Only search wants a token."""
        return None if settings.mastodon_token else "no STORYWAKE_MASTODON_TOKEN: known posts only, no search for links"

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts and its thread."""
        return (LookKind.COUNTS, LookKind.REPLIES)

    def normalise(self, payload: Any) -> list[Post]:
        """Posts of a status, a context, a list, a search answer, or ActivityPub objects."""
        if isinstance(payload, str):
            return shown_in_markup(self.name, payload)
        uris = {text(s.get("id")): text(s.get("uri")) for s in statuses(payload, 0)}
        posts = [read_status(status, self.name, uris) for status in statuses(payload, 0)]
        posts += list(_activities(payload, 0))
        return list({p.external_id: p for p in posts if p}.values())

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Each at its own server."""
        for post in wanted:
            place = _place(settings, post)
            if place:
                evidence = await fetcher.get(
                    f"{place[0]}/api/v1/statuses/{place[1]}", headers=_headers(settings), robots=False
                )
                gone = (post.external_id or "",) if evidence.status in (404, 410) else ()
                edits: tuple[Edit, ...] = ()
                if text(at(load(evidence), "edited_at")) and post.external_id:
                    history = await fetcher.get(
                        f"{place[0]}/api/v1/statuses/{place[1]}/history", headers=_headers(settings), robots=False
                    )
                    edits = read_history(load(history), post.external_id)
                yield Answer(evidence, await fetcher.read(self.name, evidence), gone, edits)

    async def replies(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The thread below a post, told by the server that holds it."""
        place = _place(settings, post)
        if place:
            evidence = await fetcher.get(
                f"{place[0]}/api/v1/statuses/{place[1]}/context", headers=_headers(settings), robots=False
            )
            payload = load(evidence)
            known = {"id": place[1], "uri": post.external_id, "account": {}} if post.external_id else None
            told = evidence
            if known and isinstance(payload, dict):
                completed = {**payload, "ancestors": [*items(payload.get("ancestors")), known]}
                told = msgspec.structs.replace(evidence, body=json.dumps(completed).encode())
            found = await fetcher.read(self.name, told)
            yield Answer(evidence, [p for p in found if p.external_id != post.external_id])

    async def linking(self, fetcher: Fetcher, settings: Settings, url: str) -> AsyncIterator[Answer]:
        """Posts that link to an address, by search on one server, which wants a token; twenty a page to the end."""
        if not settings.mastodon_token:
            return
        for page in range(settings.thread_pages):
            params = {"q": url, "type": "statuses", "limit": "40", "offset": str(40 * page)}
            evidence = await fetcher.get(
                f"{settings.mastodon_url.rstrip('/')}/api/v2/search",
                params=params,
                headers=_headers(settings),
                robots=False,
            )
            found = await fetcher.read(self.name, evidence)
            yield Answer(evidence, found)
            if len(found) < 40:
                return


def read_history(payload: Any, external_id: str) -> tuple[Edit, ...]:
    """The texts that a post had before (docs.joinmastodon.org/entities/StatusEdit), each with the time it was replaced."""
    versions = [(read_fragment(text(v.get("content"))).text, utc(text(v.get("created_at")))) for v in items(payload)]
    return tuple(
        Edit(external_id, following[1], words)
        for (words, _), following in pairwise(versions)
        if words and following[1] and following[0] != words
    )


def _headers(settings: Settings) -> dict[str, str]:
    return {"Authorization": f"Bearer {revealed(settings.mastodon_token)}"} if settings.mastodon_token else {}


def _place(settings: Settings, post: Post) -> tuple[str, str] | None:
    """The server that holds a post, and its id there, from its address."""
    parts = split(post.url or post.external_id)
    if parts is None:
        return None
    identity = parts.path.rstrip("/").rsplit("/", 1)[-1]
    if not parts.netloc or not identity.isalnum():
        return None
    return f"{parts.scheme}://{parts.netloc}", identity


def statuses(payload: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The Status entities in a payload, those inside others too."""
    if depth > 8:
        return
    if isinstance(payload, list):
        for item in payload:
            yield from statuses(item, depth + 1)
    elif isinstance(payload, dict):
        if "id" in payload and isinstance(payload.get("account"), dict) and ("uri" in payload or "content" in payload):
            yield payload
            for inner in (payload.get("reblog"), at(payload, "quote", "quoted_status"), payload.get("quote")):
                if isinstance(inner, dict):
                    yield from statuses(inner, depth + 1)
            return
        for key in ("ancestors", "descendants", "statuses", "payload", "status"):
            yield from statuses(payload.get(key), depth + 1)


def read_status(
    status: dict[str, Any], platform: str, uris: dict[str | None, str | None], *, by_uri: bool = True
) -> Post | None:
    """A Status entity as a post; ``uris`` maps the ids of one server to uris, as far as the payload tells them."""
    identity = text(status.get("uri")) if by_uri else text(status.get("id"))
    if not identity:
        return None
    account = status["account"]
    words = read_fragment(text(status.get("content")))
    warning = text(status.get("spoiler_text"))
    quoted = at(status, "quote", "quoted_status") or (
        status.get("quote") if isinstance(at(status, "quote", "id"), str) else None
    )
    replied = text(status.get("in_reply_to_id"))
    quoted_id = text(at(quoted, "uri" if by_uri else "id"))
    reblog = isinstance(status.get("reblog"), dict)
    kind = Kind.REPOST if reblog else Kind.REPLY if replied else Kind.QUOTE if quoted else Kind.POST
    body = "\n\n".join(filter(None, (warning, words.text))) or None
    return Post(
        platform=platform,
        external_id=identity,
        url=text(status.get("url")) or (identity if identity.startswith("http") else None),
        kind=kind,
        author=Author(
            handle=text(account.get("acct")) or text(account.get("username")),
            name=text(account.get("display_name")),
            external_id=(text(account.get("uri")) or text(account.get("url"))) if by_uri else text(account.get("id")),
            followers=count(account.get("followers_count")),
            links=_declared(account),
        ),
        text=body,
        language=language(status.get("language")),
        posted_at=utc(text(status.get("created_at"))),
        in_reply_to=(uris.get(replied) if by_uri else replied) if replied else None,
        quotes=quoted_id,
        links=tuple(link for link in words.links if not _tag_or_profile(link, status)),
        reach=Reach(
            likes=count(status.get("favourites_count")),
            reposts=count(status.get("reblogs_count")),
            replies=count(status.get("replies_count")),
            quotes=count(status.get("quotes_count")),
            views=None,
        ),
    )


def _declared(account: dict[str, Any]) -> tuple[str, ...]:
    """The addresses in a profile's fields."""
    links = [link for f in items(account.get("fields")) for link in read_fragment(text(f.get("value"))).links]
    return tuple(dict.fromkeys(links))


def _tag_or_profile(link: str, status: dict[str, Any]) -> bool:
    known = {text(m.get("url")) for m in items(status.get("mentions"))} | {
        text(t.get("url")) for t in items(status.get("tags"))
    }
    return link in known


def _activities(payload: Any, depth: int) -> Iterator[Post]:
    """ActivityPub: Note, Create and Announce of it, Tombstone, collections of these."""
    if depth > 8:
        return
    if isinstance(payload, list):
        for item in payload:
            yield from _activities(item, depth + 1)
        return
    if not isinstance(payload, dict):
        return
    kind = payload.get("type")
    if kind in ("OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage"):
        yield from _activities(payload.get("orderedItems") or payload.get("items"), depth + 1)
        yield from _activities(payload.get("first"), depth + 1)
    elif kind in ("Create", "Update"):
        yield from _activities(payload.get("object"), depth + 1)
    elif kind == "Delete":
        target = payload.get("object")
        identity = text(target) or text(at(target, "id"))
        if identity:
            yield Post(platform="mastodon", external_id=identity, url=identity, deleted=True)
    elif kind == "Tombstone":
        identity = text(payload.get("id"))
        if identity:
            yield Post(platform="mastodon", external_id=identity, url=identity, deleted=True)
    elif kind == "Announce" and text(payload.get("id")):
        actor = text(payload.get("actor"))
        yield Post(
            platform="mastodon",
            external_id=text(payload.get("id")),
            kind=Kind.REPOST,
            author=Author(handle=_actor_handle(actor), external_id=actor),
            posted_at=utc(text(payload.get("published"))),
        )
        yield from _activities(payload.get("object"), depth + 1)
    elif kind in ("Note", "Question", "Article") and text(payload.get("id")):
        yield _note(payload)


def _note(note: dict[str, Any]) -> Post:
    identity = text(note.get("id")) or ""
    words = read_fragment(text(note.get("content")))
    actor = text(note.get("attributedTo"))
    replied = text(note.get("inReplyTo"))
    quoted = text(note.get("quoteUrl")) or text(note.get("quoteUri")) or text(note.get("quote"))
    tags = {text(t.get("href")) for t in items(note.get("tag"))}
    languages = list(note["contentMap"]) if isinstance(note.get("contentMap"), dict) else []
    return Post(
        platform="mastodon",
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
