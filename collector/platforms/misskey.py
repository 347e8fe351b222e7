"""Misskey's API, and what speaks it (Sharkey, Firefish, Iceshrimp, CherryPick, ...).

Format: misskey-hub.net/en/docs/for-developers/api, entities Note and UserLite (each server shows them at ``/api-doc``);
endpoints ``notes/show``, ``notes/children``, ``notes/search``, asked by POST. Ids belong to a server, so a post's external id is
its ActivityPub uri. A server leaves that out for its own notes: there it is ``https://SERVER/notes/ID``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr

from ..clock import LookKind
from ..dates import utc
from ..groups import FollowSettings, ServersWithTokens, WebAddress, revealed
from ..markup.links import find_links
from ..net.evidence import Evidence
from ..records import NO_MEDIA, Author, Kind, Post, PostAddress, Reach
from ..urls import split
from ..values import at, count, items, mapping, text, walk
from .asking import each, load, pages
from .base import Answer, Row, Source
from .words import media

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

NAME = "misskey"
PAGE = 100
"""Notes in a page, the most that one gives."""
PATH = re.compile(
    r"/(?:embed/)?notes/"
    r"((?=[a-z]*\d)[7-9a-d][0-9a-z]{9}(?:[0-9a-z]{6})?"  # aid, aidx: the time in base 36, then noise
    r"|[0-9a-f]{24}"  # meid, objectid
    r"|0[0-9A-HJKMNP-TV-Z]{25})/?$"  # ulid
)
"""Where notes lie. Ids are told from words by how Misskey makes them."""


class MisskeySettings(FollowSettings):
    """The server whose search is asked."""

    misskey_url: WebAddress = Field("https://misskey.io", description="the Misskey server whose search is asked")
    misskey_token: SecretStr | None = Field(None, description="its token; without it no search for links")
    misskey_servers: ServersWithTokens = Field(
        default_factory=dict, description="further servers whose search is asked: a JSON object of addresses and tokens"
    )


class Misskey(Source[MisskeySettings]):
    """Notes of servers that speak Misskey's API, asked for at the server that holds them."""

    name = NAME
    title = "Misskey and its kin"
    help = "public notes with counts, replies and quotes from their own server; no key"
    row = Row(
        "a known note, its replies and quotes, from its own server",
        "`STORYWAKE_MISSKEY_TOKEN`: notes that link to the story, by their servers' searches (`STORYWAKE_MISSKEY_SERVERS`)",
        "reactions, renotes (quotes among them), replies",
    )
    documentation = "misskey-hub.net/en/docs/for-developers/api"
    limits = (
        "each server's own; 100 notes a page; search for members whose role may (each server's /api-doc; "
        "packages/backend/src/server/api/endpoints/notes of github.com/misskey-dev/misskey)"
    )
    checked = "2026-11-28"

    federated = True
    searches_words = True
    group = MisskeySettings

    def anywhere(self, host: str, path: str) -> PostAddress | None:
        """A note, by its uri, which is its address for people too; or the frame that shows it."""
        found = PATH.match(path)
        uri = f"https://{host}/notes/{found[1]}" if found else ""
        return PostAddress(NAME, uri, uri, None) if found else None

    def missing(self, settings: MisskeySettings) -> str | None:
        """Only search wants a token."""
        return (
            None
            if settings.misskey_token or any(map(revealed, settings.misskey_servers.values()))
            else "no STORYWAKE_MISSKEY_TOKEN: known notes only, no search for links"
        )

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A note's counts, what answers it and what quotes it: of quotes, only the number of all renotes is told."""
        return (LookKind.COUNTS, LookKind.REPLIES, LookKind.QUOTES)

    def located(self, payload: Any, address: str) -> Any:
        """A payload with the server that gave it."""
        server = _server(address)
        return {"server": server, "notes": payload} if server else payload

    def read_payload(self, payload: Any) -> Iterator[Post]:
        """Notes of an answer or a recording, those that they answer and quote too."""
        server = text(at(payload, "server"))
        return (_post(item, server) for item in walk(payload, _inside) if _is_note(item))

    async def posts(self, fetcher: Fetcher, settings: MisskeySettings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Each at its own server."""
        for post in wanted:
            place = self._place(post)
            if place:
                evidence = await _ask(fetcher, place[0], "notes/show", {"noteId": place[1]})
                missing = at(load(evidence), "error", "code") == "NO_SUCH_NOTE"
                yield Answer(evidence, await fetcher.read(NAME, evidence), (post.external_id or "",) if missing else ())

    async def replies(self, fetcher: Fetcher, settings: MisskeySettings, post: Post) -> AsyncIterator[Answer]:
        """The notes that answer or quote a note, page by page to the end."""
        place = self._place(post)
        if place:
            asked = {"noteId": place[1]}
            async for answer in _pages(fetcher, settings, place[0], "notes/children", asked):
                yield answer

    async def quotes(self, fetcher: Fetcher, settings: MisskeySettings, post: Post) -> AsyncIterator[Answer]:
        """The same notes: one list holds both."""
        async for answer in self.replies(fetcher, settings, post):
            yield answer

    async def linking(self, fetcher: Fetcher, settings: MisskeySettings, url: str) -> AsyncIterator[Answer]:
        """Notes with an address, by search on each server, which wants a token; page by page to the end.

        Raises FetchError where a server failed, after the others were asked.
        """
        async for answer in self.naming(fetcher, settings, url):
            yield answer

    async def naming(self, fetcher: Fetcher, settings: MisskeySettings, words: str) -> AsyncIterator[Answer]:
        """Notes with some words, by the same search; a server answers members whose role may search (``canSearchNotes``).

        Raises FetchError where a server failed, after the others were asked.
        """
        servers = {settings.misskey_url: settings.misskey_token, **settings.misskey_servers}
        tokens = {server: revealed(token) for server, token in servers.items()}
        asked = [
            _pages(fetcher, settings, server, "notes/search", {"query": words, "i": token})
            for server, token in tokens.items()
            if token
        ]
        async for answer in each(asked):
            yield answer

    def _place(self, post: Post) -> tuple[str, str] | None:
        """The server that holds a note, and the note's id there, from its address."""
        url = post.external_id or post.url or ""
        address, server = self.identify(url), _server(url)
        return (server, address.url.rsplit("/", 1)[-1]) if address and server else None


def _server(address: str) -> str | None:
    parts = split(address)
    return f"{parts.scheme}://{parts.netloc}" if parts and parts.netloc else None


async def _ask(fetcher: Fetcher, server: str, endpoint: str, asked: Mapping[str, str | int]) -> Evidence:
    return await fetcher.query(f"{server.rstrip('/')}/api/{endpoint}", asked)


def _pages(
    fetcher: Fetcher, settings: MisskeySettings, server: str, endpoint: str, asked: Mapping[str, str]
) -> AsyncIterator[Answer]:
    """Pages of a list, the newest notes first; the next page holds what is older than the last note of this one."""

    async def ask(until: str) -> Evidence:
        return await _ask(fetcher, server, endpoint, {**asked, "limit": PAGE, **({"untilId": until} if until else {})})

    def following(_: str, payload: Any) -> str | None:
        return text(at(payload, PAGE - 1, "id"))

    return pages(fetcher, NAME, "", ask, following, settings.thread_pages)


MARKS = {"isBot": "bot", "noCrawle": "noindex"}
NESTED = ("reply", "renote")
FRAMES = ("notes", "createdNote", "note", "body")
"""Where answers, notifications and streamed events hold notes."""


def _is_note(item: dict[str, Any]) -> bool:
    told = "createdAt" in item and "visibility" in item and "id" in item and "user" in item
    return told and isinstance(item["user"], dict)


def _inside(item: dict[str, Any]) -> list[Any]:
    """The notes that a note answers and quotes; those of an answer."""
    return [item[key] for key in (NESTED if _is_note(item) else FRAMES) if item.get(key)]


def _uri(note: dict[str, Any], server: str | None) -> str | None:
    """A note's ActivityPub uri; None where neither it nor the server is told."""
    if uri := text(note.get("uri")):
        return uri
    identity = text(note.get("id"))
    return f"{server}/notes/{identity}" if server and identity else None


def _post(note: dict[str, Any], server: str | None) -> Post:
    uri = _uri(note, server)
    reply = mapping(note.get("reply")) or {"id": note.get("replyId")}
    renote = mapping(note.get("renote")) or {"id": note.get("renoteId")}
    warning, said = text(note.get("cw")), text(note.get("text"))
    words = f"{warning}\n\n{said}" if warning and said else warning or said
    files = items(note.get("files"))
    is_reply, shares = bool(text(reply.get("id"))), bool(text(renote.get("id")))
    quotes = shares and bool(words or note.get("fileIds") or note.get("poll"))
    return Post(
        platform=NAME,
        external_id=uri,
        url=text(note.get("url")) or uri,
        kind=_kind(is_reply, shares, quotes),
        author=_author(note["user"], server),
        text=words,
        posted_at=utc(text(note.get("createdAt"))),
        in_reply_to=_uri(reply, server) if is_reply else None,
        quotes=_uri(renote, server) if quotes else None,
        links=find_links(words or ""),
        media=media(
            warning=warning,
            alt=[file.get("comment") for file in files],
            poll=[choice.get("text") for choice in items(at(note, "poll", "choices"))],
        )
        if warning or files or note.get("poll")
        else NO_MEDIA,
        labels=_labels(note, files, warning),
        reach=Reach(
            likes=_reactions(note.get("reactions")),
            reposts=count(note.get("renoteCount")),
            replies=count(note.get("repliesCount")),
        ),
        deleted=text(note.get("deletedAt")) is not None,
    )


def _labels(note: dict[str, Any], files: list[dict[str, Any]], warning: str | None) -> tuple[str, ...]:
    """A note's marks: shown to followers or on its author's page alone (``visibility`` home), files and words that need a warning."""
    found = ["unlisted"] if note.get("visibility") != "public" else []
    found += ["sensitive"] if files and any(file.get("isSensitive") is True for file in files) else []
    return (*found, "spoiler") if warning else tuple(found)


def _marks(user: dict[str, Any]) -> tuple[str, ...] | None:
    """An account's marks: ``isBot`` of UserLite, ``noCrawle`` of UserDetailed; None where it tells neither."""
    if "isBot" not in user and "noCrawle" not in user:
        return None
    return tuple([label for name, label in MARKS.items() if user.get(name) is True])


def _kind(is_reply: bool, shares: bool, quotes: bool) -> Kind:
    if shares and not quotes:
        return Kind.REPOST
    return Kind.REPLY if is_reply else Kind.QUOTE if quotes else Kind.POST


def _author(user: dict[str, Any], server: str | None) -> Author:
    """An account as ``name@host``, the host being its own server's."""
    name, identity, host = text(user.get("username")), text(user.get("id")), text(user.get("host"))
    parts = split(server) if server and not host else None
    home = host or (parts.netloc if parts else None)
    return Author(
        handle=f"{name}@{home}" if name and home else name,
        name=text(user.get("name")),
        external_id=f"{server}/users/{identity}" if server and identity and not host else None,
        followers=count(user.get("followersCount")),
        bio=(text(user["description"]) or "") if "description" in user else None,
        labels=_marks(user),
    )


def _reactions(reactions: Any) -> int | None:
    """All reactions together, whichever they are; None where they are not told."""
    if not isinstance(reactions, dict):
        return None
    return sum(number for value in reactions.values() if (number := count(value)) is not None)


PLATFORM = Misskey()
