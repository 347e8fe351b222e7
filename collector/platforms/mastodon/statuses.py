"""Statuses as Mastodon's API gives them, and Pleroma, Akkoma, Friendica, Pixelfed, GoToSocial, Fedibird after it.

Formats: docs.joinmastodon.org, entities Status, Context, Quote, ShallowQuote, Poll, PreviewCard, MediaAttachment and the
streaming API's events; docs.akkoma.dev and docs.pleroma.social, "Differences in Mastodon API".
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from ...dates import utc
from ...markup.fragments import read_fragment
from ...markup.plain import Fragment
from ...records import NO_MEDIA, NO_REACH, Author, Kind, Media, Post, QuoteState, Reach
from ...urls import canonical, split
from ...values import at, count, items, language, mapping, text, text_in, walk
from .. import words
from .marks import account_labels, status_labels, written_bio

NAME = "mastodon"
FALLBACK = re.compile(r"^(?:RE|QT):?\s?(https?://\S++)$", re.M)
"""How servers write a quotation out for those that do not know quotations."""
LOCAL = re.compile(r"(https?://[^/]+/users/)([^/]+)(/statuses/)(\d+)")
"""A server's own uri of a status of its own: the id in it is the one by which its API names it."""
QUOTING = frozenset(("quote", "pleroma", "quote_id", "quote_url"))
"""Where a status tells what it quotes."""
HELD = ("ancestors", "descendants", "statuses", "payload", "status", "last_status")


def read_statuses(payload: Any, platform: str, key: str = "uri", server: str | None = None) -> Iterator[Post]:
    """The posts of the Status entities in a payload, those inside others too.

    ``key`` is the field by which posts and accounts are named: ``uri`` where many servers hold posts, else ``id``.
    ``server`` is the host that gave the payload, where that is known: of another server's posts it tells counts of its
    own, which are none of theirs.
    """
    found = [(item, _identity(item, key)) for item in walk(payload, _inside) if _is_status(item)]
    known = _known(found)
    for status, identity in found:
        if identity:
            post = _post(status, platform, identity, known, key)
            yield _relayed(post) if server and _is_anothers(status, server) else post


def _is_anothers(status: dict[str, Any], server: str) -> bool:
    """Whether a status is one of another server than the one that shows it, whose accounts are named without a host."""
    parts = split(text(status.get("uri")))
    return "@" in (text(at(status, "account", "acct")) or "") and bool(parts and parts.netloc.lower() != server)


def _relayed(post: Post) -> Post:
    return msgspec.structs.replace(post, reach=NO_REACH, relayed=True)


def _is_status(item: dict[str, Any]) -> bool:
    if "account" not in item or "id" not in item or not ("uri" in item or "content" in item):
        return False
    return type(item["account"]) is dict or (item["account"] is None and "created_at" in item and "content" in item)


def _inside(item: dict[str, Any]) -> list[Any]:
    if not _is_status(item):
        held = [item.get(key) for key in HELD if key in item]
        return [_event(value) if isinstance(value, str) else value for value in held]
    reblog, quote = item.get("reblog"), item.get("quote")
    inner = [reblog] if reblog else []
    inner += [at(quote, "quoted_status"), quote] if quote else []
    inner += [at(item["pleroma"], "quote")] if "pleroma" in item else []
    return [value for value in inner if isinstance(value, dict)]


def named_alone(payload: Any) -> tuple[str, ...]:
    """The ids at the server of statuses that the payload's quote and that it does not hold (ShallowQuote)."""
    found = [item for item in walk(payload, _inside) if _is_status(item)]
    held = {text(status.get("id")) for status in found}
    named = [text(at(status.get("quote"), "quoted_status_id")) for status in found]
    return tuple(dict.fromkeys(name for name in named if name and name.isalnum() and name not in held))


def _event(payload: str) -> Any:
    """What a streamed event carries: JSON within a string."""
    try:
        return msgspec.json.decode(payload) if payload[:1] == "{" else None
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None


def _identity(status: Any, key: str) -> str | None:
    """By what a status is named: its uri, or its address where a server leaves that out; else its id."""
    if not isinstance(status, dict):
        return None
    return text_in(status, "uri", "url") if key == "uri" else text(status.get("id"))


def _known(found: list[tuple[dict[str, Any], str | None]]) -> dict[str | None, str | None]:
    """What each status of a payload is named, by its id at the server; None for an id that two servers use."""
    known: dict[str | None, str | None] = {}
    for status, identity in found:
        local = text(status.get("id"))
        known[local] = identity if known.get(local, identity) == identity else None
    return known


def _post(status: dict[str, Any], platform: str, identity: str, known: dict[str | None, str | None], key: str) -> Post:
    account = status["account"] or {}
    bio = written_bio(account)
    quote = _quote(status, key, known)
    body = read_fragment(status.get("content"))
    written, links, fallback = without_fallback(body, quote.addresses if quote else None)
    state = quote.state if quote else None
    quotes = (quote.identity if quote else None) or (fallback if key == "uri" else None)
    warning = text(status.get("spoiler_text"))
    is_reply = text(status.get("in_reply_to_id"))
    reblog, card = isinstance(status.get("reblog"), dict), status.get("card")
    owner = text_in(account, "uri", "url") if key == "uri" else text(account.get(key))
    marked = {text(m.get("url")) for name in ("mentions", "tags") if status.get(name) for m in items(status[name])}
    return Post(
        platform=platform,
        external_id=identity,
        url=text(status.get("url")) or (identity if identity.startswith("http") else None),
        kind=Kind.REPOST if reblog else Kind.REPLY if is_reply else Kind.QUOTE if quote or fallback else Kind.POST,
        author=Author(
            handle=text_in(account, "acct", "username"),
            name=text(account.get("display_name")),
            external_id=owner,
            followers=count(account.get("followers_count")),
            links=_declared(account) if account.get("fields") else (),
            bio=bio,
            labels=account_labels(account, bio),
        ),
        text=f"{warning}\n\n{written}" if warning and written else warning or written,
        language=language(status.get("language")),
        posted_at=utc(text(status.get("created_at"))),
        in_reply_to=_parent(status, is_reply, known, key) if is_reply else None,
        quotes=quotes if state in (None, QuoteState.ACCEPTED) else None,
        quote_state=state,
        links=_with_card(
            tuple(link for link in links if link not in marked) if marked else links,
            text(at(card, "url")) if card else None,
            quote.addresses if quote else frozenset(),
        ),
        media=_media(status, warning),
        pictures=_pictures(status) if status.get("media_attachments") else (),
        labels=status_labels(status),
        reach=Reach(
            likes=count(status.get("favourites_count")),
            reposts=count(status.get("reblogs_count")),
            replies=count(status.get("replies_count")),
            quotes=count(status.get("quotes_count")),
        ),
    )


def _with_card(links: tuple[str, ...], shown: str | None, quoted: frozenset[str]) -> tuple[str, ...]:
    """A post's links and the page of its preview, which is where a shortened one leads."""
    if not shown or not shown.startswith("http") or shown in links or shown in quoted:
        return links
    page = canonical(shown)
    return links if any(canonical(link) == page for link in links) else (*links, shown)


class Quoted(msgspec.Struct, frozen=True):
    """What a status tells of the one that it quotes."""

    identity: str | None  # its external id, where that is told or follows
    state: QuoteState | None  # None on servers that ask nobody
    addresses: frozenset[str]  # by which its words may name it


def _quote(status: dict[str, Any], key: str, known: dict[str | None, str | None]) -> Quoted | None:
    """What a status quotes; None where it quotes nothing.

    Mastodon frames the quoted status with a ``state``, and leaves it out where it may not be shown, or gives its id
    alone (ShallowQuote); others give it without a frame, or its id and address beside.
    """
    if status.keys().isdisjoint(QUOTING):
        return None
    quote, extra = status.get("quote"), mapping(status.get("pleroma"))
    if quote is None and not extra and "quote_id" not in status and "quote_url" not in status:
        return None
    shown = at(quote, "quoted_status") or (quote if isinstance(at(quote, "id"), str) else None) or extra.get("quote")
    local = text(at(quote, "quoted_status_id")) or text(status.get("quote_id")) or text(extra.get("quote_id"))
    address = text(status.get("quote_url")) or text(extra.get("quote_url"))
    framed = isinstance(quote, dict) and bool(quote)
    if not (isinstance(shown, dict) or local or address or framed):
        return None
    told = (text(at(shown, "uri")), text(at(shown, "url")), address)
    identity = _identity(shown, key) or (known.get(local) if key == "uri" else local)
    state = _state(text(at(quote, "state"))) if framed else None
    return Quoted(identity or (address if key == "uri" else None), state, frozenset(filter(None, (*told, identity))))


SEEN_OTHERWISE = ("blocked_account", "blocked_domain", "muted_account")
"""States of a quotation that stands, but that whoever asks has chosen not to see (since 4.5)."""


def _state(named: str | None) -> QuoteState | None:
    """A quotation's state; one that is not known counts as ``unauthorized``, as docs.joinmastodon.org/entities/Quote says."""
    if named is None:
        return None
    if named in SEEN_OTHERWISE:
        return QuoteState.ACCEPTED
    return QuoteState(named) if named in set(QuoteState) else QuoteState.UNAUTHORIZED


def without_fallback(
    body: Fragment, addresses: frozenset[str] | None
) -> tuple[str | None, tuple[str, ...], str | None]:
    """A post's words and links without those that stand for its quotation, and the address that stood there.

    ``addresses`` are those of the quoted post, empty where they are not told; None where the post is not known to
    quote: then only what is marked as a fallback is one.
    """
    written, links, named = body.text, body.links, body.quoted
    if written and addresses is not None:
        for found in FALLBACK.finditer(written):
            if not addresses or found[1] in addresses:
                named = named or found[1]
                rest = (written[: found.start()].rstrip(), written[found.end() :].lstrip())
                written = "\n\n".join(filter(None, rest)) or None
                break
    if addresses or named:
        links = tuple(link for link in links if link != named and not (addresses and link in addresses))
    return written, links, named


def _parent(status: dict[str, Any], local: str, known: dict[str | None, str | None], key: str) -> str | None:
    """The external id of what a status answers, which the API names by its id at the server.

    Where it is not among the payload's, it follows from the status's own uri if both are the server's own.
    """
    if key == "id":
        return local
    if local in known:
        return known[local]
    own = LOCAL.fullmatch(text(status.get("uri")) or "")
    to = text(status.get("in_reply_to_account_id"))
    if not own or not to or not local.isdigit() or own[4] != text(status.get("id")):
        return None
    if to == text(at(status, "account", "id")):
        return f"{own[1]}{own[2]}{own[3]}{local}"
    named = next((m for m in items(status.get("mentions")) if text(m.get("id")) == to), None)
    name = text(at(named, "username"))
    return f"{own[1]}{name}{own[3]}{local}" if name and text(at(named, "acct")) == name else None


def _media(status: dict[str, Any], warning: str | None) -> Media:
    shown, card, poll = status.get("media_attachments"), status.get("card"), status.get("poll")
    if not (warning or shown or card or poll):
        return NO_MEDIA
    return words.media(
        warning=warning,
        alt=[picture.get("description") for picture in items(shown)] if shown else (),
        card=[at(card, "title"), at(card, "description")] if card else (),
        poll=[option.get("title") for option in items(at(poll, "options"))] if poll else (),
    )


def _pictures(status: dict[str, Any]) -> tuple[str, ...]:
    """Where a status's pictures are: at the server that shows it, or at its own (docs.joinmastodon.org/entities/MediaAttachment,
    read 2026-11-27).
    """
    shown = [a for a in items(status["media_attachments"]) if a.get("type") == "image"]
    return tuple(filter(None, (text_in(attachment, "url", "remote_url") for attachment in shown)))


def _declared(account: dict[str, Any]) -> tuple[str, ...]:
    """The addresses in a profile's fields."""
    links = [link for f in items(account.get("fields")) for link in read_fragment(f.get("value")).links]
    return tuple(dict.fromkeys(links))
