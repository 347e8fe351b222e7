"""Decodes documents in the charsets that web pages use."""

import codecs
import re

from charset_normalizer import from_bytes

from .guessed import guess

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
LABELS = {
    "x-sjis": "cp932", "windows-31j": "cp932", "x-euc-jp": "euc_jp", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "csgb2312": "gb18030", "cn-big5": "big5hkscs", "x-x-big5": "big5hkscs", "windows-949": "cp949", "cseuckr": "cp949",
    "unicode-1-1-utf-8": "utf-8", "x-unicode20utf8": "utf-8", "unicode20utf8": "utf-8", "unicode11utf8": "utf-8",
    "unicode": "utf-16-le", "ucs-2": "utf-16-le", "iso-10646-ucs-2": "utf-16-le", "csunicode": "utf-16-le",
    "unicodefeff": "utf-16-le", "unicodefffe": "utf-16-be", "x-mac-cyrillic": "mac-cyrillic", "koi": "koi8-r",
    "x-mac-ukrainian": "mac-cyrillic", "x-mac-roman": "mac-roman", "csmacintosh": "mac-roman", "mac": "mac-roman",
    "koi8": "koi8-r", "koi8-ru": "koi8-u", "dos-874": "cp874", "iso885911": "cp874", "iso88591": "cp1252", "iso88599": "cp1254",
    "sun_eu_greek": "iso8859-7", "logical": "iso8859-8", "visual": "iso8859-8", "iso-8859-8-i": "iso8859-8",
    **{f"iso8859{number}": f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15)},
    **{f"{mark}{number}": f"cp{number}" for number in range(1250, 1259) for mark in ("x-cp", "windows", "win-", "win")},
}  # fmt: skip
"""Labels that Python does not know (WHATWG Encoding Standard, 4.2), and some that pages made up."""
CODECS = frozenset((
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "cp866", "mac-roman", "mac-cyrillic", "cp874",
    "cp932", "cp949", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-10",
    "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp",
))  # fmt: skip
"""Python's names of the charsets that pages may have."""
STATEFUL = frozenset(("iso2022_jp", "utf-16", "utf-16-le", "utf-16-be"))
"""Charsets in which plain ASCII bytes may stand for other letters."""
PAIRED = frozenset(("gb18030", "big5hkscs", "cp932", "cp949", "euc_jp"))
"""Charsets in whose texts pairs of bytes may look like UTF-8's."""
OF_LANGUAGE = {
    **dict.fromkeys(("de", "fr", "es", "it", "pt", "nl", "ca", "fi", "sv", "da", "no", "nb", "nn", "is"), "cp1252"),
    "vi": "cp1258", "th": "cp874", "ja": "cp932", "ko": "cp949", "zh": "gb18030",
}  # fmt: skip
"""What pages without a declaration are written in (html.spec.whatwg.org, "determining the character encoding"), where letters do not tell."""
GUESSED = sorted(CODECS - {"mac-roman", "mac-cyrillic"})
"""What a page may be taken for that says nothing: pages of old Macs are too rare, and Finnish in Latin-1 was read as one."""
CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.I
)
LANGUAGE = re.compile(rb"<html[^>]{0,500}?\slang\s*=\s*[\"']?([a-z]{2})\b", re.I)
HIDING = ((b"<!--", b"-->"), (b"<script", b"</script"))
"""What opens and ends a part of a document in which nothing is declared."""
WIDE = frozenset(("utf-16", "utf-16-le", "utf-16-be"))
WIDE_SAMPLE = 400
"""Bytes of a document by which one in UTF-16 is told: of its markup every second is 0."""
HIGH = re.compile(rb"[\x80-\xff]")
MULTIBYTE = re.compile("[^\x00-\x7f\ufffd]")
HEAD_BYTES = 16_384
"""Of a document, in which it may declare its charset and language."""
MAX_GUESSED_BYTES = 200_000
"""Of a document, from which its charset is guessed."""
MIN_IN_PAIRS = 6
"""Letters of two bytes in UTF-8; fewer may be as many pairs of another charset."""
MIN_GUESSED = 24
"""Letters beyond ASCII; fewer are too few to guess from."""


def decode(body: bytes, declared: str | None = None) -> str:
    """A document's text. Never raises.

    By its byte-order mark; as UTF-8, where it is UTF-8 save for a few bytes, whatever it declares; by the ``declared`` charset or its
    own; by its language or a guess.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        return body[3:].decode("utf-8", "replace")
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace")
    names = [name for name in map(_codec, (declared, _own_label(body[:HEAD_BYTES]))) if name and name not in WIDE]
    for name in names[:1]:
        if name in STATEFUL and (text := _mostly(body, name)) is not None:
            return text
    text = _as_utf8(body, names[0] if names else None)
    if text is not None:
        return text
    for name in names:
        if (text := _mostly(body, name)) is not None:
            return text
    return body.decode(_guessed(body), "replace")


def _own_label(head: bytes) -> str | None:
    """The charset that a document declares itself, outside of comments and scripts."""
    for found in CHARSET.finditer(head):
        start = found.start()
        inside = any(head.rfind(opening, 0, start) > head.rfind(end, 0, start) for opening, end in HIDING)
        if not inside:
            return (found[1] or found[2]).decode("ascii", "replace")
    return None


def _wide(body: bytes) -> str | None:
    """The charset of a document in two bytes a sign, told by those that are 0; None for any other, whatever it declares."""
    zeros = body[:WIDE_SAMPLE:2].count(0), body[1:WIDE_SAMPLE:2].count(0)
    if max(zeros) * 8 <= min(len(body), WIDE_SAMPLE) or min(zeros) * 8 > max(zeros):
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _as_utf8(body: bytes, declared: str | None) -> str | None:
    """The text as UTF-8, where most of what is beyond ASCII is; None otherwise.

    A text in another charset that is declared, or in pairs of bytes, is hardly ever UTF-8 by chance: it must be so nearly everywhere.
    """
    text = body.decode("utf-8", "replace")
    if text.isascii():
        return text
    bad = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    letters = MULTIBYTE.findall(text)
    good = len(letters)
    needed = {"utf-8": 1, None: 4}.get(declared, 20) * bad
    if declared in PAIRED and good < MIN_IN_PAIRS and 3 * sum(letter >= "\u0800" for letter in letters) < good:
        return None
    return text if good and good >= needed else None


def _mostly(body: bytes, name: str) -> str | None:
    """The text in a charset, where at most one in twenty of its bytes beyond ASCII cannot be read."""
    if name == "utf-8":
        return None
    text = body.decode(name, "replace")
    bad = text.count("\ufffd")
    return text if not bad or bad * 20 <= len(HIGH.findall(body)) else None


def _guessed(body: bytes) -> str:
    """The charset of a document that declares none, or one that it is not in."""
    sample = body[:MAX_GUESSED_BYTES]
    high = len(HIGH.findall(sample))
    language = LANGUAGE.search(body[:HEAD_BYTES])
    code = language[1].decode("ascii").lower() if language else None
    named = OF_LANGUAGE.get(code or "")
    if named == "cp1252" or (named and _fits(sample, named)):
        return named
    return guess(sample, code) or ("cp1252" if high < MIN_GUESSED else _likeliest(sample))


def _fits(sample: bytes, name: str) -> bool:
    try:
        sample.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _likeliest(sample: bytes) -> str:
    """The charset that reads as words; the one of Western Europe, where no other does so better."""
    guesses = from_bytes(sample, cp_isolation=GUESSED)
    best = guesses.best()
    if best is None:
        return "cp1252"
    western = any(guess.encoding == "cp1252" and guess.chaos <= best.chaos for guess in guesses)
    return "cp1252" if western else best.encoding


def _codec(label: str | None) -> str | None:
    """Python's codec for a charset's label; None where the WHATWG Encoding Standard does not list it.

    Python has more codecs; some take time that grows with the square of the input.
    """
    if not label or len(label) > 40:
        return None
    label = label.strip().lower()
    try:
        name = LABELS.get(label) or codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = WIDER.get(name, name)
    return name if name in CODECS else None
