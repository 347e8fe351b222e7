"""Whether two copies of a post say the same: tools write links, entities and spaces differently, and some cut long texts."""

from unicodedata import normalize

import regex

from storywake.collector.values import unescape

LINK = regex.compile(r"https?://\S+|pic\.twitter\.com/\S+")
SAID = regex.compile(r"[\p{L}\p{M}\p{N}--\p{Variation_Selector}]+", regex.V1)
SIGNS = regex.compile(r"[^\s.…\p{Variation_Selector}]+")
CUT = ("…", "...")


def says_the_same(one: str, other: str) -> bool:
    """Whether two texts have the same letters and digits, or signs where they have none, links aside, as far as neither is cut."""
    return _plain(one) == _plain(other) or is_cut(one, other) or is_cut(other, one)


def is_cut(text: str, whole: str) -> bool:
    """Whether a text is the beginning of another, cut where an ellipsis says so."""
    plain, beside = _plain(text), _plain(whole)
    return len(plain) < len(beside) and beside.startswith(plain) and LINK.sub("", text).rstrip().endswith(CUT)


def signs(text: str) -> str:
    """What stands in a text between blanks and full stops, links aside: what one says that has no words, as emoji."""
    return "".join(SIGNS.findall(LINK.sub("", text)))


def _plain(text: str) -> str:
    words = normalize("NFC", LINK.sub("", unescape(text)).casefold())
    return "".join(SAID.findall(words)) or signs(words)
