"""Reads pieces of HTML as platforms put them into JSON: text and links; and bounds the depth of markup."""

import re
from collections.abc import Iterator, Mapping
from itertools import accumulate, islice
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..values import clean, unescape

BLOCKS = frozenset(("p", "div", "blockquote", "li", "pre", "h1", "h2", "h3", "h4", "ul", "ol"))
HIDDEN = frozenset(("script", "style", "template", "-comment", "!doctype", "-doctype"))
MENTION_CLASSES = frozenset(("mention", "hashtag", "u-url"))
DEPTHLESS = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "rp",
    "rt", "html", "head", "body",
))  # fmt: skip
"""Elements whose tags do not show depth: they have no content, or end where the next one begins."""
MAX_DEPTH = 512
"""Levels of nested elements, as in browsers."""
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})|<!--")
CONTROLS, HIGH_CONTROL = bytes([*range(9), *range(11, 32), 127]), re.compile(b"\xc2[\x80-\x9f]")
"""What ``clean`` takes out, in UTF-8: bytes, and characters of two bytes."""
NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,30})")
SKIPPED = re.compile(r"<(?:!--|(script|style)(?![a-zA-Z0-9]))", re.I)
"""What opens a comment, a script or a style, whose tags are none."""
DEEP_TAG = re.compile(
    rf"<(/?)(?!(?:{'|'.join(sorted(DEPTHLESS))})(?![a-zA-Z0-9]))([a-zA-Z][a-zA-Z0-9]{{0,30}})|<!--", re.I
)
"""The tags that show depth."""
SPACES = re.compile(r"\s+")
EMPTY_LINES = re.compile(r"\n{3,}")
ANY_TAG = re.compile(r"<(/?[a-z][^<>]*)>")
BREAKS = frozenset(("br", "br/", "br /"))
INLINE = frozenset(("a", "span", "i", "b", "em", "strong", "u", "code"))
ATTRIBUTES = re.compile(r'(?: [a-z][a-z-]{0,30}+="[^"<>]*+")*+ ?')
ATTRIBUTE = re.compile(r' ([a-z][a-z-]{0,30}+)="([^"<>]*+)"')
FALLBACK_CLASS = "quote-inline"
QUOTING = frozenset(("a", "span", "p", "div"))
MAX_FRAGMENT_LENGTH = 1_000_000
"""Characters of a post's markup that are read."""


class Fragment(NamedTuple):
    """The readable content of a piece of HTML."""

    text: str | None
    links: tuple[str, ...]  # of anchors, without those of mentions and hashtags
    quoted: str | None = None  # the address in what stands for a quotation where quotations are not known (FEP-044f)


def parse(markup: str) -> LexborHTMLParser:
    """Parses a document or a piece of one as browsers do, at most a few levels deeper than ``MAX_DEPTH``."""
    encoded = _encoded(markup)
    return LexborHTMLParser(encoded if encoded and shallow(markup) is markup else shallow(clean(markup)))


def _encoded(markup: str) -> bytes | None:
    """Markup in UTF-8; None where ``clean`` would take something out, which is told so in half the time it takes."""
    try:
        encoded = markup.encode()
    except UnicodeEncodeError:
        return None
    return None if len(encoded.translate(None, CONTROLS)) < len(encoded) or HIGH_CONTROL.search(encoded) else encoded


def read_fragment(markup: str | None) -> Fragment:
    """The text, with an empty line between paragraphs, and the web links, each once. Never raises."""
    if not markup:
        return Fragment(None, ())
    if len(markup) > MAX_FRAGMENT_LENGTH:
        markup = markup[:MAX_FRAGMENT_LENGTH]
    if "<" not in markup and "&" not in markup:
        return Fragment(clean(markup).strip() or None, ())
    gathered = _gather_plain(clean(markup)) or _gather(parse(markup).root)
    text = "".join(gathered.pieces)
    if "\n" in text.strip("\n"):
        text = "\n".join([line.strip(" \t") for line in text.split("\n")])
        text = EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text
    links = tuple([link for link in dict.fromkeys(gathered.links) if link.startswith(("http://", "https://"))])
    return Fragment(clean(text.strip()) or None, links if gathered.links else (), gathered.quoted)


class _Gathered(NamedTuple):
    """What a piece of HTML holds, in document order."""

    pieces: list[str]
    links: list[str]  # of anchors
    quoted: str | None


def _gather_plain(markup: str) -> _Gathered | None:
    """What ``_gather`` gives, for markup as posts have it: paragraphs of words, breaks, links, without a parser.

    None where there is anything else, or where the tags do not match: the parser knows what browsers make of that.
    """
    parts = ANY_TAG.split(markup)
    if len(parts) // 2 > MAX_DEPTH or "<" in "".join(parts[::2]):
        return None
    rest = iter(parts)
    pieces: list[str] = []
    links: list[str | None] = []
    open_tags: list[str] = []
    quoted: str | None = None
    paragraph = False
    for words in rest:
        if words:
            pieces.append(_one_line(words))
        tag = next(rest, "")
        if tag == "p" or tag == "/p" or (tag[:2] == "p " and FALLBACK_CLASS in tag):
            if open_tags or (tag == "/p" and not paragraph):
                return None
            if paragraph:
                pieces.append("\n\n")
            paragraph = tag == "p"
            if paragraph:
                _begin_paragraph(pieces)
        elif tag in BREAKS:
            pieces.append("\n")
        elif tag[:1] == "/":
            if not open_tags or open_tags.pop() != tag[1:]:
                return None
        elif tag and FALLBACK_CLASS not in tag:
            name, written = _opening(tag)
            if name not in INLINE or (name == "a" and "a" in open_tags):
                return None
            open_tags.append(name)
            links.append(_address(_attributes(written)) if name == "a" else None)
        if FALLBACK_CLASS in tag:
            fallback = None if open_tags else _fallback(tag, rest)
            if fallback is None:
                return None
            quoted = quoted or fallback or None
    shown = [*pieces, "\n\n"] if paragraph else pieces
    return None if open_tags else _Gathered(shown, list(filter(None, links)), quoted)


def _fallback(tag: str, rest: Iterator[str]) -> str | None:
    """The address in what a tag opens, that stands for a quotation; "" where there is none. Takes it off the rest.

    None where it is no paragraph and no span, or where anything else than words and links lies in it.
    """
    name, written = _opening(tag)
    if name not in ("p", "span") or FALLBACK_CLASS not in _attributes(written).get("class", "").split():
        return None
    open_tags, address = [name], ""
    for _words in rest:
        tag = next(rest, "")
        if tag[:1] == "/":
            if open_tags.pop() != tag[1:]:
                return None
            if not open_tags:
                return address
        elif tag not in BREAKS:
            name, written = _opening(tag)
            if name not in INLINE or (name == "a" and "a" in open_tags):
                return None
            open_tags.append(name)
            address = address or (_attributes(written).get("href", "") if name == "a" else "")
    return None


def _begin_paragraph(pieces: list[str]) -> None:
    if pieces and not pieces[-1].endswith("\n\n"):
        pieces.append("\n\n")


def _one_line(words: str) -> str:
    """Words between tags as browsers show them: decoded, with one blank for several of any kind."""
    words = unescape(words)
    return words if words.isprintable() and "  " not in words else SPACES.sub(" ", words)


def _opening(tag: str) -> tuple[str, str]:
    """An opening tag's name and its attributes as they are written; no name where they are not plainly written."""
    name, blank, rest = tag.partition(" ")
    written = blank + rest
    return (name, written) if not rest or ATTRIBUTES.fullmatch(written) else ("", "")


def _attributes(written: str) -> dict[str, str]:
    """Attributes by name, as a tag writes them; of two by one name the first counts."""
    return {name: unescape(value) for name, value in reversed(ATTRIBUTE.findall(written))}


def _gather(root: LexborNode | None) -> _Gathered:
    """The pieces of text and the addresses of anchors, in document order. Not recursive, since markup may be deep."""
    pieces: list[str] = []
    links: list[str] = []
    quoted: str | None = None
    waiting: list[tuple[LexborNode | str, bool]] = [(root, False)] if root is not None else []
    while waiting:
        node, preformatted = waiting.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        tag = node.tag or ""
        if tag == "-text":
            words = node.text_content or ""
            pieces.append(words if preformatted else SPACES.sub(" ", words))
        elif tag == "br":
            pieces.append("\n")
        elif tag not in HIDDEN:
            attributes = node.attributes if tag in QUOTING else {}
            if tag != "a" and FALLBACK_CLASS in (attributes.get("class") or "").split():
                anchor = node.css_first("a[href]")
                quoted = quoted or (anchor.attributes.get("href") if anchor else None)
                continue
            if tag == "a" and (address := _address(attributes)):
                links.append(address)
            if tag in BLOCKS:
                _begin_paragraph(pieces)
                waiting.append(("\n\n", False))
            inner = [(child, preformatted or tag == "pre") for child in children(node)]
            waiting.extend(reversed(inner))
    return _Gathered(pieces, links, quoted)


def children(node: LexborNode) -> Iterator[LexborNode]:
    """A node's direct children, text nodes too."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _address(attributes: Mapping[str, str | None]) -> str | None:
    """The address of an anchor with these attributes; None where it is a mention or a hashtag."""
    classes, relations = attributes.get("class"), attributes.get("rel")
    if (classes and not MENTION_CLASSES.isdisjoint(classes.split())) or (relations and "tag" in relations.split()):
        return None
    return attributes.get("href")


def shallow(markup: str) -> str:
    """Markup without the tags of elements nested deeper than ``MAX_DEPTH``; their text stays.

    Parsers take time that grows with the square of the depth; browsers flatten such pages too.
    """
    if markup.count("<") <= MAX_DEPTH or not _is_deep(markup):
        return markup
    kept: list[str] = []
    position, depth = 0, 0
    for match in _tags(markup, DEEP_TAG):
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth + bool(match[1]) > MAX_DEPTH:
            kept.append(markup[position : match.start()])
            end = markup.find(">", match.end())
            if end < 0:
                return "".join(kept)
            position = end + 1
    return "".join(kept) + markup[position:] if kept else markup


def _is_deep(markup: str) -> bool:
    """Whether elements are nested deeper than ``MAX_DEPTH``: most pages' are not, which is told in a third of the time of ``_tags``."""
    names = [name for piece in _outside_scripts(markup) for name in NAME.findall(piece)]
    steps = list(map(_Steps().__getitem__, names))
    levels = list(accumulate(steps, initial=0))
    if max(levels) - min(levels) < MAX_DEPTH:
        return False
    depth = 0
    for step in steps:
        if step > 0 or (step and depth):
            depth += step
        if depth + (step < 0) > MAX_DEPTH:
            return True
    return False


class _Steps(dict[str, int]):
    """By how many levels the tag of a name (``div``, ``/div``) leads deeper."""

    def __missing__(self, name: str) -> int:
        step = 0 if name.lstrip("/").lower() in DEPTHLESS else -1 if name[0] == "/" else 1
        self[name] = step
        return step


def _outside_scripts(markup: str) -> Iterator[str]:
    """A document's pieces between comments, scripts and styles, each with the tag that ends it."""
    position = 0
    while match := SKIPPED.search(markup, position):
        yield markup[position : match.end()]
        position = _after(markup, f"</{match[1]}" if match[1] else "-->", match.end())
    yield markup[position:]


def first_elements(markup: str, most: int) -> str:
    """Markup cut after its first ``most`` elements, in document order; the same string where it has no more."""
    if markup.count("<") <= most:
        return markup
    openings = (match for match in _tags(markup) if not match[1])
    further = next(islice(openings, most, None), None)
    return markup[: further.start()] if further else markup


def _tags(markup: str, pattern: re.Pattern[str] = TAG) -> Iterator[re.Match[str]]:
    """The tags of a document, except in comments, scripts and styles."""
    position = 0
    while match := pattern.search(markup, position):
        position = match.end()
        if match[2] is None:
            position = _after(markup, "-->", position)
        else:
            yield match
            if not match[1] and match[2].lower() in ("script", "style"):
                position = _after(markup, f"</{match[2]}", position)


def _after(markup: str, mark: str, position: int) -> int:
    found = markup.find(mark, position)
    return found if found >= 0 else len(markup)
