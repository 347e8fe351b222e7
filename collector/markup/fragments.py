"""Reads pieces of HTML as platforms put them into JSON: text and links; and bounds the depth of markup."""

import re
from collections.abc import Iterator
from itertools import accumulate, islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..values import clean
from ..values import text as text_of
from .plain import FALLBACK_CLASS, SPACES, Fragment, address_of, as_read, gather_plain

BLOCKS = frozenset(("p", "div", "blockquote", "li", "pre", "h1", "h2", "h3", "h4", "ul", "ol"))
HIDDEN = frozenset(("script", "style", "template", "-comment", "!doctype", "-doctype"))
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
QUOTING = frozenset(("a", "span", "p", "div"))
MAX_FRAGMENT_LENGTH = 1_000_000
"""Characters of a post's markup that are read."""


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


def read_fragment(value: object) -> Fragment:
    """The text, with an empty line between paragraphs, and the web links, each once, of what a field holds. Never raises."""
    markup = value if type(value) is str else text_of(value)
    if not markup:
        return Fragment(None, ())
    if len(markup) > MAX_FRAGMENT_LENGTH:
        markup = markup[:MAX_FRAGMENT_LENGTH]
    if "<" not in markup and "&" not in markup:
        return Fragment(clean(markup).strip() or None, ())
    return gather_plain(markup) or _gather(parse(markup).root)


def _begin_paragraph(pieces: list[str]) -> None:
    if pieces and not pieces[-1].endswith("\n\n"):
        pieces.append("\n\n")


def _gather(root: LexborNode | None) -> Fragment:
    """The text and the addresses of anchors, in document order. Not recursive, since markup may be deep."""
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
            if tag == "a" and (address := address_of(attributes)):
                links.append(address)
            if tag in BLOCKS:
                _begin_paragraph(pieces)
                waiting.append(("\n\n", False))
            inner = [(child, preformatted or tag == "pre") for child in children(node)]
            waiting.extend(reversed(inner))
    return as_read(clean("".join(pieces)), links, quoted)


def children(node: LexborNode) -> Iterator[LexborNode]:
    """A node's direct children, text nodes too."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


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
