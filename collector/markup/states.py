"""Posts that only a page's state names: JSON in scripts, from which a script draws the page, and JSON-LD."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborNode

from ..lexicon import holding
from ..records import Embed
from .inside import ReadPage, decoded, posts_inside
from .literals import literal, returned
from .marks import POST_PATH, Recogniser
from .objects import plain, posts_in_object
from .page import Page

MAX_STATE = 5_000_000
"""Characters of one script that are read."""
MAX_PARTS, MAX_FAILURES = 200, 10
"""Objects that one script may assign or push, and what is no JSON among them: each may be long."""
ASSIGNED = re.compile(r"=\s*(?=[{\[]|[\"'][{\[])|JSON\.parse\(\s*(?=[\"'])|\.push\(\s*(?=\[)")
CALLED = re.compile(r"=\s*(?=\(?function\s*\()")
"""What is assigned from a function that is called where it stands, as Nuxt writes a page's state."""
ADDRESS = re.compile(r"https?:(?:/|\\/|\\u002[fF])[^\s\"'<>]{5,300}")
ID_FIELDS = ('weetId"', 'weet_id"', 'videoId"', 'statusId"', "tweetId:", "videoId:", '"tweet"', '"Tweet"', 'tweet\\"')
MAX_ADDRESSES = 20_000
"""Addresses of a script that are looked at before it is decoded."""
CODE = ("", "text/javascript", "module", "application/javascript")
"""Types of scripts that run."""
MAX_OPENING = 4_000
"""Characters at a script's start in which it says that it holds a state."""
QUOTED = re.compile(r"'((?:[^'\\]++|\\.)*+)'", re.S)
ESCAPE = re.compile(r"\\.|\"", re.S)
MAX_LINKS, MIN_AROUND = 2_000, 20
"""Links of a page's prose that are read, and letters around one by which it stands in a sentence."""
MIN_HEADING = 12
"""Letters of a heading by which the article is told from others; a shorter one says too little."""
DECODER = json.JSONDecoder()


def in_states(page: Page, known: Recogniser, read: ReadPage) -> Iterator[tuple[LexborNode, Embed]]:
    """The posts in a page's scripts that hold JSON, those of the article that the page is about."""
    titles: frozenset[str] | None = None
    linked: set[str] | None = None
    for node, data in states(page, _names_post):
        titles = titles_of(page) if titles is None else titles
        found = posts_in_object(page, data, known, lambda text: posts_inside(page, text, known, read), titles)
        if found and linked is None:
            linked = _linked(page, known)
        for embed in found:
            if embed.text or embed.url not in (linked or ()):
                yield node, embed


def states(page: Page, tells: Callable[[str], bool]) -> Iterator[tuple[LexborNode, object]]:
    """The objects in those scripts of a page that hold a state and whose code ``tells`` something, each with its script."""
    for node, kind, code in page.scripts:
        identity = node.attributes.get("id") or ""
        if 20 < len(code) <= MAX_STATE and _is_state(kind, identity, code) and tells(code):
            for data in _documents(identity, code):
                yield node, data


def _is_state(kind: str, identity: str, code: str) -> bool:
    if "json" in kind:
        return True
    return kind in CODE and any(mark in code[:MAX_OPENING] or mark in identity for mark in holding().states)


def _names_post(code: str) -> bool:
    """Whether a script may name a post: by an address, however slashes are written, or in a field for ids."""
    addresses = islice(ADDRESS.finditer(code), MAX_ADDRESSES)
    return any(field in code for field in ID_FIELDS) or any(POST_PATH.search(found[0]) for found in addresses)


def _documents(identity: str, code: str) -> Iterator[object]:
    """The objects in a script: the whole of it, or what it assigns, pushes and parses."""
    code = code.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    whole = decoded(code)
    if whole is not None:
        yield _hydrated(whole) if identity == "__NUXT_DATA__" else whole
        return
    position = min((at for mark in holding().states if (at := code.find(mark)) >= 0), default=0)
    failures = 0
    called = CALLED.search(code, position)
    for _ in range(MAX_PARTS):
        match = ASSIGNED.search(code, position)
        if called and called.start() < position:
            called = CALLED.search(code, position)
        if called and (match is None or called.start() < match.start()):
            yield returned(code, called.end())
            return
        if match is None or failures > MAX_FAILURES:
            return
        data, position = _value_at(code, match.end())
        failures += data is None
        yield from _unwrapped(data)


def _value_at(code: str, position: int) -> tuple[object, int]:
    """The value of JSON, or the string in single quotes, that stands at a place in a script, and where it ends."""
    quoted = QUOTED.match(code, position)
    start, text = (quoted.end(), f'"{_requoted(quoted[1])}"') if quoted else (position, code)
    try:
        data, end = DECODER.raw_decode(text, 0 if quoted else position)
    except (ValueError, RecursionError):
        written, end = (None, 0) if quoted else literal(code, position)
        data = decoded(written) if written else None
        return data, position + 1 if data is None else end
    return data, start if quoted else end


def _requoted(text: str) -> str:
    """What stands between single quotes, as it stands between double ones."""
    return ESCAPE.sub(lambda found: {"\\'": "'", '"': '\\"'}.get(found[0], found[0]), text)


def _unwrapped(data: object) -> Iterator[object]:
    """An object, what a string of JSON holds, and the lines of a stream that a server pushes (React's: ``KEY:JSON``)."""
    if isinstance(data, list) and len(data) == 2 and isinstance(data[1], str):
        data = data[1]
    if not isinstance(data, str):
        yield data
        return
    inner = decoded(data)
    if isinstance(inner, dict | list):
        yield inner
        return
    for line in data.split("\n")[:MAX_PARTS]:
        part = decoded(line.partition(":")[2])
        if isinstance(part, dict | list):
            yield part


def _hydrated(data: object) -> object:
    """What a flat list of values that name each other by number holds (devalue, as Nuxt has it): its first value, with all that it names.

    A value that several name is one object, perhaps in itself, so that what is written stays as large as the list.
    """
    if not isinstance(data, list):
        return data
    whole: list[Any] = [{} if isinstance(v, dict) else [] if isinstance(v, list) else v for v in data]
    for item, filled in zip(data, whole, strict=True):
        if isinstance(item, dict):
            filled.update((field, _numbered(whole, number)) for field, number in item.items())
        elif isinstance(item, list):
            filled.extend(_numbered(whole, number) for number in item)
    return whole[0] if whole else None


def _numbered(whole: list[Any], number: object) -> Any:
    """The value with a number; what is no number is a kind of list, as it is written (``["Reactive", 1]``)."""
    if isinstance(number, int) and not isinstance(number, bool):
        return whole[number] if 0 <= number < len(whole) else None
    return number


def titles_of(page: Page) -> frozenset[str]:
    """The page's own headings, as ``plain``; empty where it says none that tells it from others."""
    found = [node.text() or "" for node in page.tree.css("title, h1")[:5]]
    found += [node.attributes.get("content") or "" for node in page.tree.css('meta[property="og:title"]')[:2]]
    return frozenset(told for heading in found if len(told := plain(heading)) >= MIN_HEADING)


def _linked(page: Page, known: Recogniser) -> set[str]:
    """The posts to which the page's prose links."""
    anchors = page.tree.css("p a[href], li a[href]")[:MAX_LINKS]
    prose = (
        a for a in anchors if a.parent is not None and len(a.parent.text() or "") > len(a.text() or "") + MIN_AROUND
    )
    found = (known.identify(anchor.attributes.get("href") or "") for anchor in prose)
    return {address.url for address in found if address}
