"""The words of an article that its page shows only where scripts run, or to who has none: in ``noscript``, in its data, in its state."""

from collections.abc import Iterator
from typing import NamedTuple

from ..markup.fragments import read_fragment
from ..markup.page import Page
from ..markup.told import told_by_states
from ..records import Link
from .body import body_links, body_text
from .shown import find_embeds
from .walls import without_invitations

MIN_SHOWN_WORDS = 50
"""Words of a page; one with fewer may show its article only where scripts run."""
MAX_NOSCRIPTS = 50
"""Elements of a page for who has no scripts; most hold a counter's picture."""


class Unshown(NamedTuple):
    """An article's words that its page does not show, and the links in them."""

    text: str
    links: tuple[Link, ...]


def words_not_shown(page: Page, shown: str, declared: str | None, base: str | None, *, closed: bool) -> Unshown | None:
    """The words that a page holds beside those it shows, where these are hardly any; None where it holds not twice as many.

    ``declared`` are those of its JSON-LD. What a page shows to nobody who has not paid (it is ``closed``, or invites to
    pay) is not taken out of its state.
    """
    if len(shown.split()) >= MIN_SHOWN_WORDS:
        return None
    whole = Page(page.markup)  # reading the text has taken out what is looked for here
    walled = closed or without_invitations(closed, shown).cut
    found = (told for told in _held(whole, declared, base, walled=walled) if len(told.text) > 2 * len(shown))
    return next(found, None)


def _held(page: Page, declared: str | None, base: str | None, *, walled: bool) -> Iterator[Unshown]:
    if declared:
        yield Unshown(read_fragment(declared).text or "", ())
    if walled:
        return
    for node in page.tree.css("noscript")[:MAX_NOSCRIPTS]:
        held = node.html or ""
        inner = Page(held[held.find(">") + 1 : held.rfind("<")])
        find_embeds(inner)
        links = body_links(inner, base)
        text = body_text(inner)
        if len(text.split()) >= MIN_SHOWN_WORDS:
            yield Unshown(text, links)
    markup = told_by_states(page)
    if markup:
        inner = Page(markup)
        find_embeds(inner)
        links = body_links(inner, base)
        for node in inner.embed_nodes:
            if node.parent is not None and node.tag != "body":
                node.decompose()
        yield Unshown(read_fragment(inner.tree.html).text or "", links)
