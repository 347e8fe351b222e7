"""Reads markup as posts have it, paragraphs of words, breaks and links, without a parser, and finds what the parser finds."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..values import clean, unescape

MAX_TAGS = 512
"""More may lie too deep in one another for the parser (``fragments.MAX_DEPTH``)."""
MENTION_CLASSES = frozenset(("mention", "hashtag", "u-url"))
FALLBACK_CLASS = "quote-inline"
"""Of what stands for a quotation where quotations are not known (FEP-044f)."""
ATTRIBUTES = r'(?: [a-z-]++="[^"<>]*+")*+ ?'
ATTRIBUTE = re.compile(r' ([a-z-]++)="([^"<>]*+)"')
HREF = re.compile(r' href="([^"<>]*+)"')
OPEN_REFERENCE = re.compile("&(?!(?:amp|lt|gt|quot|#39|#x27|#x2F);)")
"""In a value, what these mean without a semicolon depends on what follows."""
NAMES = "(?:a|span|i|b|em|strong|u|code)"
INLINE = re.compile(f"<(?:/{NAMES}|a({ATTRIBUTES})|{NAMES}{ATTRIBUTES})>")
"""The tags that neither break a line nor say anything, with the attributes of anchors."""
BREAK = re.compile(r"<br ?/?>")
QUOTATION = rf"[^<]*+(?:(?:{BREAK.pattern}|<a{ATTRIBUTES}>(?:[^<]++|<span{ATTRIBUTES}>[^<]*+</span>)*+</a>)[^<]*+)*+"
FALLBACK = re.compile(
    rf'\A<p class="{FALLBACK_CLASS}">{QUOTATION}</p>|<span class="{FALLBACK_CLASS}">{QUOTATION}</span>(?=(?:</p>)?\Z)'
)
"""What stands for a quotation where servers put it: before a post's words, or after them."""
LESS, GAP = "\0\1"
"""What stands for a ``<`` of the words, and where a tag was; no clean text has either."""
WORDS = re.compile(r"(?:\A|(?<=>))[^<]+")
REFERENCE = re.compile("&#(?!(?:39|160|8[0-9]{3}|x27|x2F);)")
"""Numbers that ``html.unescape`` may read otherwise than a parser."""
SPACES = re.compile(r"\s+")
EMPTY_LINES = re.compile(r"\n{3,}")
WEB = ("http://", "https://")


class Fragment(NamedTuple):
    """The readable content of a piece of HTML."""

    text: str | None
    links: tuple[str, ...]  # of anchors, without those of mentions and hashtags
    quoted: str | None = None  # the address in what stands for a quotation


def gather_plain(markup: str) -> Fragment | None:
    """What markup holds that has no tags but those that posts have; None for any other, which a parser reads.

    Which tag ends which other makes no difference to words and links, so nobody asks.
    """
    is_printable = markup.isprintable()
    shown = markup = markup if is_printable else clean(markup)
    if markup.count("<") > MAX_TAGS:
        return None
    if FALLBACK_CLASS in markup:
        return _gather_quoting(markup)
    if "&" in markup or "  " in markup or not is_printable:
        if REFERENCE.search(markup):
            return None
        shown = WORDS.sub(_one_line, markup)
    parts = INLINE.split(shown)
    shown = GAP.join(parts[::2])
    if "<" in shown:
        shown = shown.replace("</p><p>", "\n\n").replace("<p>", "\n\n").replace("</p>", "\n\n")
    if "<" in shown:
        shown = BREAK.sub("\n", shown)
    shown = shown.replace(GAP, "")
    written = [attributes for attributes in parts[1::2] if attributes]
    if "<" in shown or ("&" in markup and any(map(OPEN_REFERENCE.search, written))):
        return None
    if "  " in shown:  # one, where the tag between is none to a parser
        return None
    return as_read(shown.replace(LESS, "<"), [address for one in written if (address := _address(one))])


def as_read(text: str, links: list[str], quoted: str | None = None) -> Fragment:
    """Words and anchors in document order as they are told: without what browsers do not show, each web link once."""
    if "\n" in text.strip("\n"):
        text = "\n".join([line.strip(" \t") for line in text.split("\n")])
        text = EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text
    told = tuple([link for link in dict.fromkeys(links) if link.startswith(WEB)]) if links else ()
    return Fragment(text.strip() or None, told, quoted)


def _gather_quoting(markup: str) -> Fragment | None:
    """``gather_plain`` of markup in which something stands for a quotation."""
    found = FALLBACK.search(markup)
    if found is None or OPEN_REFERENCE.search(found[0]) or _is_within(markup[: found.start()]):
        return None
    rest = markup[: found.start()] + markup[found.end() :]
    gathered = None if FALLBACK_CLASS in rest else gather_plain(rest)
    named = (_attributes(written).get("href") for written in INLINE.split(found[0])[1::2] if written)
    return gathered._replace(quoted=next((href for href in named if href is not None), None)) if gathered else None


def _is_within(before: str) -> bool:
    """Whether what follows lies in a tag or in a link."""
    return before.rfind("<") > before.rfind(">") or before.rfind("<a") > before.rfind("</a>")


def _address(written: str) -> str | None:
    """The address of an anchor whose attributes are written so; None as ``address_of``."""
    if "&" in written or "mention" in written or "tag" in written or "u-url" in written:
        return address_of(_attributes(written))
    found = HREF.search(written)
    return found[1] if found else None


def _one_line(words: re.Match[str]) -> str:
    """Words between tags as browsers show them, decoded, with one blank for several of any kind."""
    decoded = unescape(words[0])
    return (decoded if decoded.isprintable() and "  " not in decoded else SPACES.sub(" ", decoded)).replace("<", LESS)


def _attributes(written: str) -> dict[str, str]:
    """Attributes by name, as a tag writes them; of two by one name the first counts."""
    found = ATTRIBUTE.findall(written)[::-1]
    return {name: unescape(value) for name, value in found} if "&" in written else dict(found)


def address_of(attributes: Mapping[str, str | None]) -> str | None:
    """The address of an anchor with these attributes; None where it is a mention or a hashtag."""
    classes, relations = attributes.get("class"), attributes.get("rel")
    if (classes and not MENTION_CLASSES.isdisjoint(classes.split())) or (relations and "tag" in relations.split()):
        return None
    return attributes.get("href")
