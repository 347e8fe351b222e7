"""Posts in an object of JSON: a page's state, JSON-LD, what an attribute holds."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from ..dates import utc
from ..lexicon import holding
from ..records import Embed, PostAddress, Reach
from ..values import count, text
from .links import ADDRESS
from .marks import Recogniser
from .page import Page

MAX_OBJECTS = 50_000
"""Objects and lists of one document that are looked at."""
MAX_PATH = 60
"""Levels of objects; what lies deeper is not looked at."""
KINDS = (
    "@type",
    "type",
    "_type",
    "__typename",
    "nodeType",
    "blockName",
    "kind",
    "tag",
    "provider",
    "providerNameSlug",
    "service",
)
"""Fields in which an object says what kind of thing it is."""
IDENTITY = re.compile(r"[A-Za-z0-9_-]{8,24}")

ITEMS_A_NODE = 10
"""Of a list, for one node of the budget."""
NESTED = (dict, list)
MIN_TEXT = 16
"""Characters of a text that may hold a post."""


class _Place(NamedTuple):
    """Where a value stands: under which field, of what kind of object, in an article's body or not."""

    field: str
    kind: str
    in_body: bool
    level: int


def posts_in_object(
    page: Page,
    data: object,
    known: Recogniser,
    inner: Callable[[str], list[Embed]],
    titles: frozenset[str] | None = None,
) -> list[Embed]:
    """The posts that an object shows, in its order; ``inner`` reads the markup that it holds.

    Without ``titles`` the object is about the posts alone, as an attribute's is: every address of a post in it counts.
    With them it is about more than the article that has one of them as its heading: what is another's, or stands
    beside it, is left out, and so are links in prose.
    """
    found: list[Embed] = []
    waiting: list[tuple[Any, _Place]] = [(data, _Place("", "", titles is None, 0))]
    for _ in range(MAX_OBJECTS):
        if not waiting:
            break
        value, place = waiting.pop()
        if not page.take(cost_of(value)):
            break
        if isinstance(value, list):
            deeper = place._replace(level=place.level + 1)
            waiting.extend((item, deeper) for item in reversed(value[:MAX_OBJECTS]))
        elif isinstance(value, dict):
            found.extend(_of_object(value, place, known, waiting, titles))
        elif isinstance(value, str):
            found.extend(_of_text(value, place, known, inner))
    return found


def cost_of(value: object) -> int:
    """What looking at a value takes from a page's budget: a list that is named again and again is gone through each time."""
    return 1 + len(value) // ITEMS_A_NODE if isinstance(value, list) else 1


def _of_object(
    value: Mapping[str, Any],
    place: _Place,
    known: Recogniser,
    waiting: list[tuple[Any, _Place]],
    titles: frozenset[str] | None,
) -> Iterator[Embed]:
    said = kind_of(value)
    if place.level > MAX_PATH or (titles is not None and is_beside(value, place.field, titles, in_body=place.in_body)):
        return
    words = holding()
    inherits = place.kind in words.link_types or place.field in words.holder_fields
    kind = said or (place.kind if inherits else "")
    address = None if kind in words.link_types else _address(value, kind, place, known)
    if address:
        yield _told(value, address)
    held = [(field.lower(), item) for field, item in value.items() if _may_hold(item)]
    inside = [
        (item, _Place(field, kind, place.in_body or field in words.body_fields, place.level + 1))
        for field, item in held
        if titles is None or not words.beside.search(field)
    ]
    waiting.extend(
        (item, at)
        for item, at in reversed(inside)
        if not (address and isinstance(item, str) and _names(item, known, address))
    )


def _may_hold(item: object) -> bool:
    """Whether a value of an object may hold a post."""
    return len(item) >= MIN_TEXT if isinstance(item, str) else isinstance(item, NESTED)


def _names(item: str, known: Recogniser, address: PostAddress) -> bool:
    found = known.identify(item) if item.startswith("http") else None
    return found is not None and found.url == address.url


def kind_of(value: Mapping[str, Any]) -> str:
    """What kind of thing an object says it is, in lower case."""
    kinds = [kind.lower() for name in KINDS if isinstance(kind := value.get(name), str)]
    return " ".join(kinds)


def is_beside(value: Mapping[str, Any], at: str, titles: frozenset[str], *, in_body: bool) -> bool:
    """Whether an object in the field ``at`` is of another article than the one with these ``titles``, or one of those that none shows."""
    words = holding()
    kind = kind_of(value)
    if kind in words.listing_types:
        return True
    fields = {field.lower() for field in value}
    if fields.isdisjoint(words.heading_fields):
        return False
    heading = next((value[f] for f in value if f.lower() in words.heading_fields and isinstance(value[f], str)), None)
    if heading is None or at == "liveblogupdate" or not titles or words.embed_words.search(kind):
        return False
    if not fields & words.body_fields or (in_body and not fields & words.own_fields):
        return False
    told = plain(heading)
    return bool(told) and not any(told in title or title in told for title in titles)


def plain(heading: str) -> str:
    """A heading's letters and digits, to compare it with others."""
    return "".join(c for c in heading.casefold() if c.isalnum())


def _address(value: Mapping[str, Any], kind: str, place: _Place, known: Recogniser) -> PostAddress | None:
    """The post that an object's own fields name, by address or by id."""
    typed = bool(holding().embed_words.search(f"{kind} {place.field}") or known.word_in(f"{kind} {place.field}"))
    for field, item in value.items():
        if isinstance(item, str) and item.startswith(("http:", "https:", "//")) and len(item) < 2_000:
            address = known.identify(f"https:{item}" if item.startswith("//") else item)
            shown = typed or (place.in_body and field.lower() not in ("href", "link"))
            if address and (shown or holding().embed_words.search(field.lower())):
                return address
    for field, item in value.items():
        name = field.lower()
        if name.endswith(("id", "status", "code")) and isinstance(item, str | int) and not isinstance(item, bool):
            written = str(item)
            named = f"{kind} {place.field} {name}"
            usable = IDENTITY.fullmatch(written) and not holding().no_post_ids.search(name)
            by = known.by_word(named) if usable else None
            address = by(written) if by else None
            if address:
                return address
    return None


def _of_text(value: str, place: _Place, known: Recogniser, inner: Callable[[str], list[Embed]]) -> Iterator[Embed]:
    if len(value) < MIN_TEXT:
        return
    start = value.lstrip()[:1]
    if start in ("{", "[") or "<" in value or "&lt;" in value:
        markup = value if start in ("{", "[", "<", "&") else f"<p>{value}"
        yield from inner(markup) if "://" in value or "//" in value or "at:" in value else ()
    elif place.field == "articlebody":
        for written in ADDRESS.findall(value):
            address = known.identify(written.rstrip(".,;:!?…"))
            if address:
                yield bare(address)
    elif value.startswith(("http:", "https:")) and " " not in value and place.kind not in holding().link_types:
        address = known.identify(value)
        if address and (place.in_body or holding().embed_words.search(f"{place.kind} {place.field}")):
            yield bare(address)


def bare(address: PostAddress) -> Embed:
    """A post of which the page tells the address alone."""
    return Embed(
        platform=address.platform, external_id=address.external_id, url=address.url, author_handle=address.handle
    )


def _told(value: Mapping[str, Any], address: PostAddress) -> Embed:
    """A post with what an object tells of it: words, author, day and counts."""
    told: dict[str, Any] = {}
    people = [value[f] for f in ("user", "author", "account") if isinstance(value.get(f), dict)]
    for source in (value, *people):
        for field, item in source.items():
            meaning = holding().fields.get(field.lower())
            if meaning in ("name", "handle") or (meaning and source is value):
                told.setdefault(meaning, item)
    if not people and "handle" not in told:  # what is named then is the embed
        told.pop("name", None)
    reach = {
        name: number
        for name in ("likes", "reposts", "replies", "quotes", "views")
        if (number := count(told.get(name))) is not None
    }
    handle = text(told.get("handle")) or ""
    return Embed(
        platform=address.platform,
        external_id=address.external_id,
        url=address.url,
        author_handle=address.handle or handle.removeprefix("@") or None,
        author_name=text(told.get("name")),
        posted_at=utc(told.get("posted")),
        text=_words(told.get("text")),
        reach=Reach(**reach) if reach else msgspec.UNSET,
    )


def _words(value: object) -> str | None:
    """Words that an object tells, where they are words and no markup or address."""
    words = text(value)
    return words if words and "<" not in words and not words.startswith(("http:", "https:")) else None
