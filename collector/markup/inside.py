"""Posts inside a value: an address, an address within a frame's address, escaped or packed markup, an object of JSON."""

import base64
import binascii
import re
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl, unquote

import msgspec

from ..lexicon import holding
from ..records import Embed, PostAddress
from ..urls import host_of, split
from ..values import unescape
from .literals import literal
from .marks import Recogniser
from .objects import bare, posts_in_object
from .page import Page

ReadPage = Callable[[Page, Recogniser], list[Embed]]
"""Every post that a page shows: ``embeds_in``, handed down since it reads values itself."""
MAX_VALUE = 300_000
"""Characters of a value that are read."""
PACKED = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
NO_FRAME = re.compile(r"/(?:share|sharer|intent|submit|login|signin|cookies|sharing)\b|sharer?\.php", re.I)
"""Paths of addresses that carry another to pass it on, not to show it."""


def posts_inside(page: Page, value: str, known: Recogniser, read: ReadPage, *, depth: int = 0) -> list[Embed]:
    """The posts that a value holds, each as full as the value tells it."""
    value = value[: MAX_VALUE + 1].strip()
    if depth > 2 or not 8 < len(value) <= MAX_VALUE:
        return []
    if value.startswith(("%3C", "%7B", "%5B", "http%3A", "https%3A", "%2F%2F")):
        value = unquote(value)
    if value.startswith("&"):
        value = unescape(value)
    if value[0] == "'" == value[-1]:
        value = value[1:-1]
    if value.startswith(("http:", "https:", "//", "at://")):
        address = shown_by(value, known)
        return [bare(address)] if address else []
    if value.startswith("<"):
        held = page.held(value) if known.held.search(value) else None
        return read(held, known) if held else []
    if value[0] in "{[":
        data = decoded(value) or decoded(literal(value, 0)[0] or "")
        inner = partial(posts_inside, page, known=known, read=read, depth=depth + 1)
        return posts_in_object(page, data, known, inner) if data is not None else []
    unpacked = _unpacked(value)
    return posts_inside(page, unpacked, known, read, depth=depth + 1) if unpacked else []


def shown_by(address: str, known: Recogniser) -> PostAddress | None:
    """The post that an address names, or that the frame at an address shows."""
    if address.startswith("at://"):
        return next((found for _, by in known.ids if (found := by(address))), None)
    address = f"https:{address}" if address.startswith("//") else address
    direct = known.identify(address)
    parts = split(address)
    if direct or parts is None or not parts.query or known.has_host(host_of(address)) or NO_FRAME.search(parts.path):
        return direct
    inner = (f"https:{v}" if v.startswith("//") else v for _, v in parse_qsl(parts.query))
    return next((found for v in inner if v.startswith("http") and (found := known.identify(v))), None)


def decoded(text: str) -> object | None:
    """JSON as objects; None where it is none."""
    try:
        data: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    return data


def is_opaque(address: str) -> bool:
    """Whether a frame shows a post without saying which."""
    return any(place in address for place in holding().opaque_frames)


def _unpacked(value: str) -> str | None:
    """Markup, JSON or an address that is packed in Base64; None where a value is none of them."""
    if not PACKED.fullmatch(value):
        return None
    try:
        text = base64.b64decode(value.translate({45: 43, 95: 47}) + "=" * (-len(value) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return text if text.lstrip()[:1] in ("<", "{", "[", "%", "&") or text.startswith("http") else None
