"""What the bytes of a document are before they are read as a page: packed, saved with their pictures, or no page at all."""

import email.policy
import json
import unicodedata
from email.parser import BytesParser
from typing import NamedTuple

from ..errors import NoArticle
from ..net.body import unzipped
from ..urls import is_web_address
from .charsets import decode
from .feed_bytes import root_of

MAX_PAGE_BYTES = 20_000_000
"""Of a page after decompression."""
NO_PAGES = {
    b"%PDF-": "a PDF", b"PK\x03\x04": "a ZIP archive or an office document", b"\xd0\xcf\x11\xe0": "an office document",
    b"{\\rtf": "a document in RTF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture",
    b"RIFF": "a picture, a film or a recording", b"ID3": "a recording", b"OggS": "a recording", b"\x1aE\xdf\xa3": "a film",
    b"WARC/": "a web archive", b"bplist00": "a web archive of Safari", b"SQLite format 3": "a database", b"BZh": "a compressed file",
    b"\xfd7zXZ": "a compressed file", b"7z\xbc\xaf": "a compressed file", b"Rar!": "a compressed file", b"\x28\xb5\x2f\xfd": "a compressed file",
    b"\x1f\x8b": "a compressed file", b"\x1f\x9d": "a compressed file", b"\x7fELF": "a program", b"MZ\x90": "a program",
}  # fmt: skip
"""How files begin that are no pages (file signatures of their formats)."""
ROOTS_OF_FEEDS = frozenset(("rss", "feed", "rdf", "urlset", "sitemapindex", "opml"))
"""Root elements of documents that list pages."""
FILM = b"ftyp"
"""From the fifth byte of MP4 and its relatives (ISO 14496-12)."""
PDF_OFFSET = 1_024
"""Bytes in which a PDF's mark may stand."""
SAMPLE_LENGTH = 100_000
"""Characters that are checked to tell a document from a binary file."""
MAX_CONTROL_SHARE = 0.02
"""Share of control characters, 0 to 1, above which a file is not text."""
BLANKS = b" \t\r\n\f\x00\xef\xbb\xbf"


class Given(NamedTuple):
    """A document's text, and the address that it bears; None where it bears none."""

    text: str
    address: str | None


def given_text(body: bytes, charset: str | None = None) -> Given:
    """The text of a page's bytes: gzip undone, of a saved page (MHTML) its HTML. Raises NoArticle for what is no page."""
    body = unzipped(body, MAX_PAGE_BYTES)[:MAX_PAGE_BYTES]
    start = body[:PDF_OFFSET].lstrip(BLANKS)
    kind = next((name for mark, name in NO_PAGES.items() if start.startswith(mark) or body.startswith(mark)), None)
    if kind is None and body[4:8] == FILM:
        kind = "a film"
    is_html = b"<html" in body[:PDF_OFFSET].lower()
    if kind is None and b"%PDF-" in body[:PDF_OFFSET] and not is_html:
        kind = "a PDF"
    kind = kind or _data_in(body, start)
    if kind:
        raise NoArticle(f"{kind}: give the article's address, its HTML or its text")
    given = _saved(body) if _is_mhtml(start) else Given(decode(body, charset), None)
    sample = given.text[:SAMPLE_LENGTH]
    if not is_html and sum(map(_is_control, sample)) > len(sample) * MAX_CONTROL_SHARE:
        raise NoArticle("neither HTML nor text")
    return given


def _data_in(body: bytes, start: bytes) -> str | None:
    """What a document is that holds data for programs instead of a page."""
    if start[:1] == b"<" and root_of(body[:SAMPLE_LENGTH].lstrip(BLANKS)) in ROOTS_OF_FEEDS:
        return "a feed or a sitemap"
    if start[:1] in (b"{", b"["):
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return None
        return "JSON"
    return None


def _is_control(character: str) -> bool:
    return character == "\ufffd" or (unicodedata.category(character) == "Cc" and character not in "\t\n\r\f")


def _is_mhtml(start: bytes) -> bool:
    """Whether a document is a message with a page in it, as browsers save them (RFC 2557)."""
    head = start.lower()
    named = head.startswith(
        (b"from:", b"mime-version:", b"content-type:", b"snapshot-content-location:", b"subject:", b"date:")
    )
    return named and b"multipart/related" in head


def _saved(body: bytes) -> Given:
    """The first HTML of a saved page, and where it came from."""
    message = BytesParser(policy=email.policy.compat32).parsebytes(body.lstrip(BLANKS))
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            places = (message.get("Snapshot-Content-Location"), part.get("Content-Location"))
            address = next((place for place in map(str, filter(None, places)) if is_web_address(place)), None)
            return Given(decode(content if isinstance(content, bytes) else b"", part.get_content_charset()), address)
    raise NoArticle("a saved page without HTML")
