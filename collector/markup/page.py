"""A parsed page, with a budget for how much of it is read."""

import re
from functools import cached_property

from selectolax.lexbor import LexborNode

from .fragments import children, parse
from .plain import SPACES

MAX_EMBED_LENGTH, MAX_EMBED_NODES = 50_000, 500_000
"""Characters of one embed, and nodes in all embeds of a page; the rest is not read."""

ROOT = re.compile(r"<template\b[^<>]{0,300}\bshadowrootmode\b[^<>]{0,300}>", re.I)
"""What opens a shadow root; the ends of those within one are left out by the parser."""


class Page:
    """A parsed page, the nodes that belong to embeds, and ``notes`` on what was not read."""

    def __init__(self, markup: str, within: "Page | None" = None) -> None:
        self.tree = parse(markup)
        self.markup = markup
        if "shadowrootmode" in markup:
            self._show_roots()
        self.embed_nodes: list[LexborNode] = []
        self.notes: list[str] = []
        self.level: int = within.level + 1 if within else 0
        self._measure: list[int] = within._measure if within else [MAX_EMBED_NODES]
        root = self.tree.root
        self.is_amp = root is not None and bool(
            {"amp", "⚡", "amp4ads"} & set(root.attributes) or self.tree.css_first("script[custom-element]")
        )

    def _show_roots(self) -> None:
        """Makes templates that browsers show at once (declarative shadow roots, HTML 4.12.3) blocks of their own."""
        for node in self.tree.css("template[shadowrootmode]"):
            held = ROOT.sub("<div>", node.html or "")
            block = parse(f"<div>{held[held.find('>') + 1 : held.rfind('<')]}</div>").css_first("div")
            if block is not None:
                node.replace_with(block)

    @cached_property
    def scripts(self) -> list[tuple[LexborNode, str, str]]:
        """The page's scripts, each with its type ("" where it has none) and its code."""
        return [(node, node.attributes.get("type") or "", node.text() or "") for node in self.tree.css("script")]

    def take(self, nodes: int = 1) -> bool:
        """Takes ``nodes`` from the budget; False once it is used up. Without it, nested embeds would be read again and again."""
        self._measure[0] -= nodes
        return self._measure[0] >= 0

    def held(self, markup: str) -> "Page | None":
        """The page inside a frame or template; None where these are nested more than three deep or the budget is used up."""
        return Page(markup, self) if self.level < 3 and self.take(len(markup) // 10) else None

    def words(self, node: LexborNode) -> str:
        """A node's text, with ``<br>`` as line breaks and other white space folded; cut where the budget is used up."""
        pieces: list[str] = []
        waiting: list[LexborNode | str] = list(reversed(list(children(node))))
        while waiting and self.take():
            child = waiting.pop()
            if isinstance(child, str):
                pieces.append(child)
            elif child.tag == "-text":
                pieces.append(SPACES.sub(" ", child.text_content or ""))
            elif child.tag == "br":
                pieces.append("\n")
            elif child.tag not in ("script", "style", "-comment", "svg"):
                if child.tag in ("p", "div", "section"):
                    waiting.append("\n")
                waiting.extend(reversed(list(children(child))))
        lines = (" ".join(line.split()) for line in "".join(pieces)[:MAX_EMBED_LENGTH].split("\n"))
        return "\n".join(line for line in lines if line)


def paragraphs(page: Page, node: LexborNode) -> str | None:
    """The text of the paragraphs in a node, a line each; None where there is none."""
    return "\n".join(filter(None, (page.words(p) for p in node.css("p")))) or None
