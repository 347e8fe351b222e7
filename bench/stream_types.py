"""Events of Bluesky's stream in the types of their lexicons, as whoever decodes them by msgspec alone would write them."""

from typing import Any

import msgspec


class Reference(msgspec.Struct):
    """A version of a post."""

    uri: str
    cid: str


class Reply(msgspec.Struct):
    """What a post answers, and what opened the thread."""

    parent: Reference
    root: Reference


class Feature(msgspec.Struct):
    """What a part of a text is."""

    type: str = msgspec.field(name="$type")
    uri: str = ""


class Span(msgspec.Struct):
    """Where it stands."""

    byteStart: int
    byteEnd: int


class Facet(msgspec.Struct):
    """A part of a text that is more than text."""

    index: Span
    features: list[Feature]


class Card(msgspec.Struct):
    """The preview of a link."""

    uri: str
    title: str
    description: str


class Picture(msgspec.Struct):
    """A picture, described."""

    alt: str
    image: dict[str, Any]


class Embed(msgspec.Struct):
    """What a post shows."""

    type: str = msgspec.field(name="$type")
    external: Card | None = None
    images: list[Picture] = []
    record: Reference | None = None


class Record(msgspec.Struct):
    """A post."""

    type: str = msgspec.field(name="$type")
    text: str
    createdAt: str
    langs: list[str] = []
    reply: Reply | None = None
    facets: list[Facet] = []
    embed: Embed | None = None


class Commit(msgspec.Struct):
    """What was done."""

    rev: str
    operation: str
    collection: str
    rkey: str
    cid: str | None = None
    record: Record | None = None


class First(msgspec.Struct):
    """An event of v1."""

    did: str
    time_us: int
    kind: str
    commit: Commit


class SecondPayload(Commit, kw_only=True):
    """An event of v2."""

    type: str = msgspec.field(name="$type")
    did: str
    seq: int
    time: str


class Second(msgspec.Struct):
    """A frame of v2."""

    payload: SecondPayload
    type: str = msgspec.field(name="$type")
