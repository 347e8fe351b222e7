"""As much of an event of Jetstream as tells whether it may concern anybody, read into types: a tenth of what reading all of it costs.

Whatever is not written as the lexicons have it (see ``formats.py``) cannot be glanced at and has to be read whole, and so
has what carries over a post from another network.
"""

from typing import Any, Literal, Protocol

import msgspec

from ...markup.links import find_links
from ...values import clean
from .formats import POSTS


class _Address(msgspec.Struct, gc=False):
    uri: str = ""


class _Reply(msgspec.Struct, gc=False):
    parent: _Address | None = None


class _Feature(msgspec.Struct, gc=False):
    uri: str = ""


class _Facet(msgspec.Struct, gc=False):
    features: tuple[_Feature, ...] = ()


class _Quoted(msgspec.Struct, gc=False):
    uri: str = ""
    record: _Address | None = None


class _Card(msgspec.Struct, gc=False):
    uri: str = ""
    title: str = ""
    description: str = ""


class _Picture(msgspec.Struct, gc=False):
    alt: str = ""


class _Media(_Picture, gc=False):
    external: _Card | None = None
    images: tuple[_Picture, ...] = ()
    items: tuple[_Picture, ...] = ()


class _Embed(_Media, gc=False):
    record: _Quoted | None = None
    media: _Media | None = None


class _Record(msgspec.Struct, gc=False):
    text: str = ""
    reply: _Reply | None = None
    facets: tuple[_Facet, ...] = ()
    embed: _Embed | None = None
    whole: None = msgspec.field(name="bridgyOriginalText", default=None)
    full: None = msgspec.field(name="fullText", default=None)


class _Commit(msgspec.Struct, gc=False):
    operation: str
    collection: Literal["app.bsky.feed.post"]
    rkey: str
    record: _Record | None = None


class _First(msgspec.Struct, gc=False):
    time_us: int
    did: str
    kind: Literal["commit"]
    commit: _Commit
    form: None = msgspec.field(name="$type", default=None)


class _SecondCommit(_Commit, kw_only=True, gc=False):
    seq: int
    did: str
    form: Literal["network.bsky.jetstream.subscribeEvents#commit"] = msgspec.field(name="$type")
    time: str | None = None
    seen: str | None = msgspec.field(name="witnessedAt", default=None)


class _Second(msgspec.Struct, gc=False):
    payload: _SecondCommit
    form: Literal["message"] = msgspec.field(name="$type")


FIRST = msgspec.json.Decoder(_First)
SECOND = msgspec.json.Decoder(_Second)


class Watches(Protocol):
    """What events are compared with."""

    posts: dict[str, list[int]]
    """The posts that are of interest, by uri."""

    def may_be_at(self, link: str) -> bool:
        """Whether an address may be one of interest."""
        ...

    def may_say(self, words: str) -> bool:
        """Whether a post that has these words, and no others, may be."""
        ...


Heard = tuple[int, int | str | None, str | None]
"""The place of an event, when its host heard it (v1: microseconds, v2: as written), and the post that it deletes."""


def passes_first(message: str | bytes, watches: Watches) -> Heard | None:
    """An event of Jetstream v1 that concerns nobody at first sight; None for one that has to be read whole."""
    try:
        event = FIRST.decode(message)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return _passed(event.commit, event.did, watches, event.time_us, event.time_us)


def passes_second(message: str | bytes, watches: Watches) -> Heard | None:
    """The same of Jetstream v2."""
    try:
        event = SECOND.decode(message).payload
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return _passed(event, event.did, watches, event.seq, event.seen or event.time)


def passes_read(payload: dict[str, Any], watches: Watches) -> Heard | None:
    """The same of an event that was read already, written as v1 has it."""
    try:
        event = msgspec.convert(payload, _First)
    except (msgspec.ValidationError, RecursionError):
        return None
    return _passed(event.commit, event.did, watches, event.time_us, event.time_us)


def _passed(commit: _Commit, did: str, watches: Watches, position: int, heard: int | str | None) -> Heard | None:
    if commit.operation == "delete":
        gone = f"at://{_plain(did)}{POSTS}{_plain(commit.rkey)}"
        return None if gone in watches.posts else (position, heard, gone)
    if commit.record is not None and _may_concern(commit.record, watches):
        return None
    return position, heard, None


def _may_concern(record: _Record, watches: Watches) -> bool:
    words, links = record.text, []
    answered = record.reply.parent if record.reply is not None else None
    if answered is not None and _plain(answered.uri) in watches.posts:
        return True
    if record.facets:
        links = [feature.uri for facet in record.facets for feature in facet.features]
    if record.embed is not None:
        words, quoted = _embedded(record.embed, words, links)
        if any(uri in watches.posts for uri in quoted):
            return True
    if not words.isprintable():
        words = clean(words)
    if "://" in words or "pic.twitter" in words:
        links += find_links(words)
    if links and any(map(watches.may_be_at, set(links))):
        return True
    return watches.may_say(words)


def _embedded(embed: _Embed, words: str, links: list[str]) -> tuple[str, list[str]]:
    """``words`` with those in an embed, and the posts that it quotes; its addresses are added to ``links``."""
    said = [words]
    for media in (embed,) if embed.media is None else (embed, embed.media):
        if media.external is not None:
            links.append(media.external.uri)
            said += (media.external.title, media.external.description)
        said += [picture.alt for picture in (*media.images, *media.items)]
        if media.alt:
            said.append(media.alt)
    record = embed.record
    quoted = [record.uri, record.record.uri if record.record else ""] if record else []
    return " ".join(said), [_plain(uri) for uri in quoted]


def _plain(uri: str) -> str:
    """An uri, or a part of one, as ``values.text`` has it."""
    return clean(uri).strip()
