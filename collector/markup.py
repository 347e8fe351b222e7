"""Small pieces of HTML, as platforms put them into JSON: text and links."""

import re
from typing import NamedTuple

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

BLOCKS = ("p", "div", "blockquote", "li", "pre", "h1", "h2", "h3", "h4", "ul", "ol")


class Fragment(NamedTuple):
    """A piece of HTML as a person reads it."""

    text: str | None
    links: tuple[str, ...]  # of anchors, without those of mentions and hashtags


def read_fragment(markup: str | None) -> Fragment:
    """Text with paragraphs kept apart by an empty line, and the web links, each once."""
    if not markup:
        return Fragment(None, ())
    if "<" not in markup and "&" not in markup:
        return Fragment(markup.replace("\x00", "").strip() or None, ())
    soup = BeautifulSoup(markup, "lxml")
    for hidden in soup(["script", "style"]):
        hidden.decompose()
    pieces: list[str] = []
    _gather(soup, pieces)
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(pieces))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    links = [str(a["href"]) for a in soup.find_all("a", href=True) if not _marks_somebody(a)]
    return Fragment(
        text.replace("\x00", "") or None,
        tuple(dict.fromkeys(link for link in links if link.startswith(("http://", "https://")))),
    )


def _gather(node: Tag, pieces: list[str]) -> None:
    for child in node.children:
        if type(child) is NavigableString:
            pieces.append(re.sub(r"\s+", " ", str(child)) if node.name != "pre" else str(child))
        elif isinstance(child, Tag):
            if child.name == "br":
                pieces.append("\n")
                continue
            block = child.name in BLOCKS
            if block and pieces and not pieces[-1].endswith("\n\n"):
                pieces.append("\n\n")
            _gather(child, pieces)
            if block:
                pieces.append("\n\n")


def _marks_somebody(anchor: Tag) -> bool:
    classes = set(anchor.get_attribute_list("class"))
    return bool(classes & {"mention", "hashtag", "u-url"})
