"""Brings the bytes of feeds and sitemaps into a form that parsers of XML read, whatever is wrong with them."""

import re
from html.entities import html5

from ..net.body import unzipped
from .charsets import decode

MAX_FEED_BYTES = 50_000_000
"""Of a feed or sitemap after decompression: what sitemaps.org allows."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
ENCODING = re.compile(r"\A(<\?xml[^>]{0,200}?)\s+encoding\s*=\s*[\"'][^\"']{0,40}[\"']", re.I)
OPENING = re.compile(rb"<(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,40})")
ENTRY_END = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:url|sitemap|item|entry)\s*>")
ENTRY_START = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:url|sitemap|item|entry)[\s>]")
LONG_REFERENCE = re.compile(rb"&#\d{20,};?")
"""A character reference with more digits than any valid one, on which feedparser fails."""
BARE = re.compile(rb"&(?!#\d{1,19};|#[xX][0-9a-fA-F]{1,16};|[A-Za-z][A-Za-z0-9]{1,31};)")
NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
OF_XML = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))


def readable_bytes(body: bytes) -> bytes:
    """A feed's or sitemap's bytes: gzip undone, UTF-16 as UTF-8, without byte-order mark, zeros and what stands before its first sign."""
    body = unzipped(body, MAX_FEED_BYTES)[:MAX_FEED_BYTES]
    if body[:2] in UTF_16:
        body = ENCODING.sub(r"\1", decode(body)).encode("utf-8", "replace")
    body = LONG_REFERENCE.sub("\ufffd".encode(), body.replace(b"\x00", b""))
    return body.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\f")


def root_of(body: bytes) -> str:
    """The local name of a document's root element in small letters, however long its prologue; "" where there is none."""
    position = max(body.find(b"<"), 0)
    while body.startswith(b"<", position):
        if body.startswith(b"<!--", position):
            end = body.find(b"-->", position)
        elif body.startswith((b"<?", b"<!"), position):
            end = _end_of_declaration(body, position)
        else:
            found = OPENING.match(body, position)
            return found[1].decode("ascii", "replace").lower() if found else ""
        position = body.find(b"<", end) if end >= 0 else -1
        if position < 0:
            return ""
    return ""


def _end_of_declaration(body: bytes, position: int) -> int:
    """Where a processing instruction or document type ends, its own declarations included."""
    end = body.find(b">", position)
    inner = body.find(b"[", position, end) if end >= 0 else -1
    return body.find(b"]", inner) if inner >= 0 else end


def whole_entries(body: bytes, root: str) -> bytes:
    """A document without its last entry, where the file was cut off within it; the same bytes where its root is closed."""
    tail = body[-4_096:].lower()
    if re.search(rb"</(?:[\w.-]{1,40}:)?" + re.escape(root.encode()) + rb"\s*>", tail):
        return body
    ends = [found.end() for found in ENTRY_END.finditer(body)]
    further = ENTRY_START.search(body, ends[-1] if ends else 0)
    return body[: further.start()] if further else body


def escaped(body: bytes) -> bytes:
    """A document with its bare ``&`` escaped and HTML's names for signs resolved, except in CDATA."""
    if b"&" not in body:
        return body
    first, *others = body.split(b"<![CDATA[")
    pieces = [_escaped(first)]
    for other in others:
        kept, end, rest = other.partition(b"]]>")
        pieces += [b"<![CDATA[", kept, end, _escaped(rest)]
    return b"".join(pieces)


def _escaped(words: bytes) -> bytes:
    return NAMED.sub(_sign, BARE.sub(b"&amp;", words))


def _sign(found: re.Match[bytes]) -> bytes:
    if found[1] in OF_XML:
        return found[0]
    sign = html5.get(found[1].decode("ascii") + ";")
    if sign is None:
        return b"&amp;" + found[1] + b";"
    return "".join(f"&#{ord(letter)};" for letter in sign).encode()
