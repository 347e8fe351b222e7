"""The element of a page that is its article's body, its prose and its links."""

from selectolax.lexbor import LexborNode

from ..markup.fragments import first_elements
from ..markup.page import Page
from ..records import Link
from ..urls import resolve
from .prose_markup import main_text, prose_markup

MAX_ELEMENTS = 20_000
"""Elements of a page that are searched for its text; each takes up to 60 µs."""


def body_links(page: Page, base: str | None) -> tuple[Link, ...]:
    """The links in the article's body, resolved against ``base``, each address once.

    The body is the element whose paragraphs hold most text; where there is none, the whole page
    without its navigation.
    """
    found: dict[str, Link] = {}
    shown = {node.mem_id for node in page.embed_nodes}
    for anchor in _body(page).css("a[href]"):
        href = anchor.attributes.get("href") or ""
        if href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        target = resolve(base, href)
        if target and target not in found and not _is_chrome(anchor, shown):
            found[target] = Link(target, " ".join((anchor.text() or "").split()))
    return tuple(found.values())


def _body(page: Page) -> LexborNode:
    """The element whose paragraphs hold most text (of a quotation its parent), or the whole body."""
    weights: dict[int, tuple[int, LexborNode]] = {}
    for paragraph in page.tree.css("p"):
        parent = paragraph.parent
        length = len(paragraph.text() or "")
        if parent is None or length < 40:
            continue
        if parent.tag in ("blockquote",) and parent.parent is not None:
            parent = parent.parent
        known = weights.get(parent.mem_id, (0, parent))
        weights[parent.mem_id] = (known[0] + length, parent)
    body = page.tree.body
    assert body is not None
    if not weights:
        return body
    return max(weights.values(), key=lambda pair: pair[0])[1]


def _is_chrome(node: LexborNode, shown: set[int]) -> bool:
    """Whether a link belongs to navigation or an embed, not to the prose."""
    parent: LexborNode | None = node
    for _ in range(12):
        if parent is None or parent.tag == "body":
            return False
        if parent.mem_id in shown or parent.tag in ("nav", "header", "footer", "aside", "form", "button"):
            return True
        parent = parent.parent
    return False


def body_text(page: Page) -> str:
    """The article's prose in paragraphs. Removes the embeds from the page."""
    for node in page.embed_nodes:
        if node.tag not in ("script", "template", "noscript") and node.parent is not None and node.tag != "body":
            node.decompose()
    whole = prose_markup(page)
    markup = first_elements(whole, MAX_ELEMENTS)
    if len(markup) < len(whole):
        page.notes.append(f"only the first {MAX_ELEMENTS} elements of the page were read for its text")
    text = main_text(markup)
    if text and len(text) >= 120:
        return text.replace("\n", "\n\n") if "\n\n" not in text else text
    paragraphs = [" ".join((p.text() or "").split()) for p in _body(page).css("p")]
    return "\n\n".join(p for p in paragraphs if p) or (text or "")
