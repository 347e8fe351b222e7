"""Reads pieces of HTML as platforms put them into JSON: text and links; and bounds the depth of markup."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..values import clean

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
SPACES = re.compile(r"\s+")
MAX_FRAGMENT_LENGTH = 1_000_000
"""Characters of a post's markup that are read."""


class Fragment(NamedTuple):
    """The readable content of a piece of HTML."""

    text: str | None
    links: tuple[str, ...]  # of anchors, without those of mentions and hashtags


def parse(markup: str) -> LexborHTMLParser:
    """Parses a document or a piece of one as browsers do, at most a few levels deeper than ``MAX_DEPTH``."""
    return LexborHTMLParser(shallow(clean(markup)))


def read_fragment(markup: str | None) -> Fragment:
    """The text, with an empty line between paragraphs, and the web links, each once. Never raises."""
    if not markup:
        return Fragment(None, ())
    markup = markup[:MAX_FRAGMENT_LENGTH]
    if "<" not in markup and "&" not in markup:
        return Fragment(clean(markup).strip() or None, ())
    pieces, links = _gather(parse(markup).root)
    lines = "\n".join(line.strip(" \t") for line in "".join(pieces).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", lines).strip()
    return Fragment(
        clean(text) or None,
        tuple(dict.fromkeys(link for link in links if link.startswith(("http://", "https://")))),
    )


def _gather(root: LexborNode | None) -> tuple[list[str], list[str]]:
    """The pieces of text and the addresses of anchors, in document order. Not recursive, since markup may be deep."""
    pieces: list[str] = []
    links: list[str] = []
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
            if tag == "a" and (address := _address(node)):
                links.append(address)
            if tag in BLOCKS:
                if pieces and not pieces[-1].endswith("\n\n"):
                    pieces.append("\n\n")
                waiting.append(("\n\n", False))
            inner = [(child, preformatted or tag == "pre") for child in children(node)]
            waiting.extend(reversed(inner))
    return pieces, links


def children(node: LexborNode) -> Iterator[LexborNode]:
    """A node's direct children, text nodes too."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _address(anchor: LexborNode) -> str | None:
    """An anchor's address; None where it is a mention or a hashtag."""
    attributes = anchor.attributes
    return None if MENTION_CLASSES & set((attributes.get("class") or "").split()) else attributes.get("href")


def shallow(markup: str) -> str:
    """Markup without the tags of elements nested deeper than ``MAX_DEPTH``; their text stays.

    Parsers take time that grows with the square of the depth; browsers flatten such pages too.
    """
    if markup.count("<") <= MAX_DEPTH:
        return markup
    kept: list[str] = []
    position, depth = 0, 0
    for match in _tags(markup):
        name = match[2].lower()
        if name in DEPTHLESS:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth + bool(match[1]) > MAX_DEPTH:
            kept.append(markup[position : match.start()])
            end = markup.find(">", match.end())
            if end < 0:
                return "".join(kept)
            position = end + 1
    return "".join(kept) + markup[position:] if kept else markup


def first_elements(markup: str, most: int) -> str:
    """Markup cut after its first ``most`` elements, in document order; the same string where it has no more."""
    if markup.count("<") <= most:
        return markup
    openings = (match for match in _tags(markup) if not match[1])
    further = next(islice(openings, most, None), None)
    return markup[: further.start()] if further else markup


def _tags(markup: str) -> Iterator[re.Match[str]]:
    """The tags of a document, except in comments, scripts and styles."""
    position = 0
    while match := TAG.search(markup, position):
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
