"""Decodes documents in the charsets that web pages use."""

import codecs
import re

from charset_normalizer import from_bytes

WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""Charsets that the WHATWG Encoding Standard reads as a larger one."""
CODECS = frozenset((
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "cp866", "mac-roman", "mac-cyrillic", "cp874",
    "cp932", "cp949", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-10",
    "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp",
))  # fmt: skip
"""Python's names of the charsets that pages may have."""
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)


def decode(body: bytes, declared: str | None = None) -> str:
    """A document's text: by its byte-order mark, the ``declared`` charset, its own declaration, UTF-8, or a guess. Never raises."""
    if body.startswith(b"\xef\xbb\xbf"):
        return body[3:].decode("utf-8", "replace")
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    own = CHARSET.search(body[:4096])
    for label in (declared, own[1].decode("ascii", "replace") if own else None, "utf-8"):
        name = _codec(label)
        if not name:
            continue
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    if sum(byte > 127 for byte in body[:200_000]) < 24:
        return body.decode("cp1252", "replace")  # too little to guess from
    best = from_bytes(body[:200_000]).best()
    return body.decode(best.encoding if best else "utf-8", "replace")


def _codec(label: str | None) -> str | None:
    """Python's codec for a charset's label; None where the WHATWG Encoding Standard does not list it.

    Python has more codecs; some take time that grows with the square of the input.
    """
    if not label or len(label) > 40:
        return None
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return None
    name = WIDER.get(name, name)
    return name if name in CODECS else None
