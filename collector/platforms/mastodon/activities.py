"""ActivityPub's objects and activities, as archives and servers hold them.

Formats: w3.org/TR/activitystreams-vocabulary; what Lemmy (Page), PeerTube (Video), Misskey, Pleroma and Mastodon federate;
quotations: FEP-e232 (Link tags), FEP-044f (``quote``, and ``quoteAuthorization`` where who is quoted agreed;
fep.swf.pub/fep/044f, read 2026-11-27). A property's value may be an id, an object, or a list of either.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from ...dates import utc
from ...markup.fragments import read_fragment
from ...markup.links import find_links
from ...markup.plain import Fragment
from ...records import NO_MEDIA, Author, Kind, Media, Post, QuoteState, Reach
from ...urls import split
from ...values import at, count, items, language, mapping, text, walk
from .. import words
from .statuses import NAME, without_fallback

COLLECTIONS = ("OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage")
ACTIVITIES = ("Create", "Update", "Announce", "Add")
NOTES = ("Note", "Question")
TITLED = ("Article", "Page", "Video", "Audio", "Image", "Event")
"""Objects whose ``name`` is a title, and whose ``summary`` sums up instead of warning."""
QUOTATIONS = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
HELD = ("replies", *QUOTATIONS)
PUBLIC = frozenset(("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"))
PERSONS = ("Person", "Service", "Application")
DESCRIBED = frozenset(("attachment", "image", "oneOf", "anyOf"))
"""Where words beside the text may be."""
ACTIVITY_JSON = ("activity+json", "activitystreams")


def read_activities(payload: Any) -> Iterator[Post]:
    """The posts of the ActivityPub objects in a payload."""
    for item in walk(payload, _inside):
        yield from _read(item)


def _inside(item: dict[str, Any]) -> list[Any]:
    """Where objects hold others: collections their items, activities their object, posts the answers below them and what they quote."""
    if "type" not in item:
        return []
    kind = _kind_of(item)
    if kind in COLLECTIONS:
        return [item.get("orderedItems") or item.get("items"), item.get("first")]
    if kind in ACTIVITIES:
        return [item.get("object")]
    return [item[name] for name in HELD if name in item] if kind in NOTES or kind in TITLED else []


def _read(item: dict[str, Any]) -> Iterable[Post]:
    """The post that an object is: Note and its kin, Announce, Tombstone, Delete."""
    if "type" not in item:
        return ()
    kind, identity = _kind_of(item), text(item.get("id"))
    if kind in ("Delete", "Tombstone"):
        gone = _id(item.get("object")) if kind == "Delete" else identity
        accounts = gone == _id(item.get("actor"))
        return [Post(platform=NAME, external_id=gone, url=gone, deleted=True)] if gone and not accounts else ()
    if not identity:
        return ()
    if kind == "Announce":
        passed_on = _kind_of(mapping(item.get("object")))
        # A Lemmy community announces what its members do: that passes nothing on.
        return () if passed_on in (*ACTIVITIES, "Delete", "Undo", "Like") else [_announced(item, identity)]
    if kind in NOTES or kind in TITLED:
        return () if _is_vote(item) or _is_private(item) else [_note(item, identity, kind in TITLED)]
    return ()


def _is_vote(note: dict[str, Any]) -> bool:
    """Whether a Note is a voice in a poll: a choice's name, and nothing said."""
    return bool(note.get("name") and note.get("inReplyTo")) and _kind_of(note) == "Note" and not note.get("content")


def _is_private(note: dict[str, Any]) -> bool:
    """Whether a note says for whom it is, and the public is not among them: letters to persons, posts for followers alone.

    What is for a community (Lemmy's pages, and what names an ``audience``) may leave the public out and is open all the same.
    """
    if _kind_of(note) not in NOTES or "audience" in note:
        return False
    told = [_id(value) for name in ("to", "cc") for value in _every(note.get(name))]
    return bool(told) and not PUBLIC.intersection(told)


def _every(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _kind_of(item: dict[str, Any]) -> str:
    return _first(item.get("type")) or ""


def _announced(item: dict[str, Any], identity: str) -> Post:
    return Post(
        platform=NAME,
        external_id=identity,
        kind=Kind.REPOST,
        author=_author(item.get("actor"), identity),
        posted_at=utc(_first(item.get("published"))),
    )


def _note(note: dict[str, Any], identity: str, titled: bool) -> Post:
    body = _body(note)
    quoted = _quoted(note)
    replied = _id(note.get("inReplyTo"))
    written, links, fallback = without_fallback(body, frozenset([quoted]) if quoted else None)
    quoted = quoted or fallback
    opening = _first(note.get("name")) if titled else _first(note.get("summary"))
    tags = {text(tag.get("href")) for tag in _objects(note.get("tag"))}
    shown = [_address(a) for a in _objects(note.get("attachment")) if _kind_of(a) == "Link"]
    return Post(
        platform=NAME,
        external_id=identity,
        url=_page(note.get("url")) or identity,
        kind=Kind.REPLY if replied else Kind.QUOTE if quoted else Kind.POST,
        author=_author(note.get("attributedTo"), identity),
        text="\n\n".join(filter(None, (opening, written))) or None,
        language=_language(note),
        posted_at=utc(_first(note.get("published"))),
        in_reply_to=replied,
        quotes=quoted,
        quote_state=QuoteState.ACCEPTED if _id(note.get("quoteAuthorization")) else None,
        links=tuple(dict.fromkeys(link for link in (*links, *shown) if link and link not in tags)),
        media=_media(note, None if titled else opening),
        reach=Reach(
            likes=_total(note.get("likes")),
            reposts=_total(note.get("shares")),
            replies=_total(note.get("replies")),
            views=count(note.get("views")),
        ),
    )


def _body(note: dict[str, Any]) -> Fragment:
    """What a post says: HTML, unless it says otherwise."""
    content = _first(note.get("content")) or next(
        filter(None, map(text, mapping(note.get("contentMap")).values())), None
    )
    if _first(note.get("mediaType")) in ("text/markdown", "text/plain"):
        return Fragment(content, find_links(content or ""))
    return read_fragment(content)


def _quoted(note: dict[str, Any]) -> str | None:
    """The id of what a post quotes, by any of the properties in use, or by a tag that links to it."""
    for name in QUOTATIONS:
        if name in note and (named := _id(note[name])):
            return named
    for tag in _objects(note.get("tag")):
        media_type = text(tag.get("mediaType")) or ""
        if _kind_of(tag) == "Link" and any(mark in media_type for mark in ACTIVITY_JSON):
            return _address(tag)
    return None


def _media(note: dict[str, Any], warning: str | None) -> Media:
    if not warning and note.keys().isdisjoint(DESCRIBED):
        return NO_MEDIA
    attached = _objects(note.get("attachment")) + _objects(note.get("image"))
    choices = _objects(note.get("oneOf")) or _objects(note.get("anyOf"))
    return words.media(
        warning=warning,
        alt=[a.get("name") for a in attached if _kind_of(a) != "Link"],
        poll=[choice.get("name") for choice in choices],
    )


def _language(note: dict[str, Any]) -> str | None:
    named = mapping(note.get("contentMap"))
    told = next(iter(named)) if len(named) == 1 else None
    return language(told or at(note, "language", "identifier") or note.get("language"))


def _author(value: Any, identity: str) -> Author:
    """The account behind a post: of several, the person's, since a channel or community stands beside it."""
    given = [value] if isinstance(value, dict) else value
    persons = [actor for actor in items(given) if _kind_of(actor) in PERSONS] or items(given)
    actor = persons[0] if persons else None
    who = _id(actor) or _id(value)
    name = text(at(actor, "preferredUsername"))
    server = split(who) if name else None
    return Author(
        handle=f"{name}@{server.netloc}" if server and server.netloc else _handle(who, identity),
        name=text(at(actor, "name")),
        external_id=who,
    )


def _handle(actor: str | None, identity: str) -> str | None:
    """``name@host`` of an account's id; None where the id holds no name, as Misskey's and Mastodon's numbered ones."""
    parts = split(actor)
    if parts is None or "/ap/users/" in parts.path or ("/notes/" in identity and "/users/" in parts.path):
        return None
    name = parts.path.rstrip("/").rsplit("/", 1)[-1].lstrip("@")
    return f"{name}@{parts.netloc}" if name and parts.netloc else None


def _total(collection: Any) -> int | None:
    return count(at(collection, "totalItems")) if isinstance(collection, dict) else count(collection)


def _first(value: Any) -> str | None:
    """A text, also out of a list of them."""
    return next(filter(None, map(text, value)), None) if isinstance(value, list) else text(value)


def _id(value: Any) -> str | None:
    """The id of what a property names: itself, its object's, or the first of several."""
    if isinstance(value, list):
        return next(filter(None, map(_id_of, value)), None)
    return _id_of(value)


def _id_of(value: Any) -> str | None:
    return (text(value.get("id")) or _address(value)) if isinstance(value, dict) else text(value)


def _objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a property: one, or several."""
    return items([value] if isinstance(value, dict) else value)


def _address(link: dict[str, Any]) -> str | None:
    found = text(link.get("href")) or text(link.get("url"))
    return found if found and found.startswith("http") else None


def _page(value: Any) -> str | None:
    """Where people read a post: of several links, the one to a web page, else a bare address, else the first."""
    links = _objects(value)
    page = next((link for link in links if link.get("mediaType") == "text/html"), None)
    bare = next((text(link) for link in value if isinstance(link, str)), None) if isinstance(value, list) else None
    return (_address(page) if page else bare) or (_address(links[0]) if links else _first(value))
