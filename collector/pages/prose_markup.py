"""What of a page may hold its prose, as markup for the library that finds it, and what that finds."""

from functools import cache
from typing import Any

from selectolax.lexbor import LexborNode

from ..markup.fragments import parse
from ..markup.page import Page

LARGE = "script, style, noscript, template, svg, nav, footer, aside"
"""Elements that hold no prose, which trafilatura would leave out too, more slowly: those that hold most of a page, taken out first."""
NO_PROSE = (
    "math, canvas, object, applet, audio, video, map, picture, iframe, frame, menu, button, select, textarea, input, label, "
    "fieldset, dialog, datalist, progress, output, link, head meta, "
    "amp-ad, amp-sticky-ad, amp-embed, amp-sidebar, amp-consent, amp-user-notification, amp-next-page, amp-social-share"
)
"""More of them."""
VOID = "embed, source, track, param, wbr, area, base, keygen, bgsound, command, frame"
"""Elements without an end, of which libxml2 knows none: it takes all that follows for their content."""
MIN_SHARE_OF_FORM = 0.5
"""Of a page's characters; a form that holds as many is wrapped around the page, as ASP.NET does."""
MIN_PROSE_IN_TABLE = 200
"""Characters in a cell; one with fewer is a figure or a name."""
SAMPLED_CELLS = 200
"""Of a page's tables; in more there are data."""


def prose_markup(page: Page) -> str:
    """The page's markup without what holds no prose; forms and tables that only lay it out give up their content. Changes the page."""
    for node in page.tree.css(VOID):
        if node.child is not None:  # the parser knows of no such element either
            node.unwrap()
    for selector in (LARGE, f"{NO_PROSE}, {VOID}"):
        for node in reversed(page.tree.css(selector)):  # what is inside another first, which frees all that it holds
            node.decompose()
    forms = page.tree.css("form")
    whole = len(page.tree.body.text() or "") if forms and page.tree.body is not None else 0
    for form in forms:
        if len(form.text() or "") < MIN_SHARE_OF_FORM * whole:
            form.decompose()
        else:
            form.unwrap()
    tables = page.tree.css("table")
    if tables and any(_lays_out(cell) for cell in page.tree.css("td")[:SAMPLED_CELLS]):
        _unwrap_layout(page)
    return page.tree.html or ""


def main_text(markup: str) -> str | None:
    """The article's text in ``prose_markup``, a line or two line breaks between its paragraphs; None where there is hardly any."""
    import trafilatura  # here, since it takes half a second that most commands need not spend

    text: str | None = trafilatura.extract(markup, options=_options())
    return text


@cache
def _options() -> Any:
    """How text is looked for: made once, since reading them takes as long as a short page."""
    from trafilatura.settings import Extractor

    return Extractor(output_format="txt", fast=True, recall=True, comments=False, tables=False)


def _lays_out(cell: LexborNode) -> bool:
    """Whether a cell holds paragraphs or a long text, not data."""
    return len(cell.text() or "") >= MIN_PROSE_IN_TABLE and not cell.css("th, table")


def _unwrap_layout(page: Page) -> None:
    """Makes the cells of tables that lay out prose blocks of their own."""
    for cell in page.tree.css("td")[:SAMPLED_CELLS]:
        if _lays_out(cell):
            block = parse(f"<div>{cell.inner_html or ''}</div>").css_first("div")
            row = cell.parent
            if block is not None and row is not None:
                cell.replace_with(block)
    for table in page.tree.css("table"):
        if table.css("div") and not table.css("th"):
            for part in [*table.css("tbody, tr, thead, tfoot"), table]:
                part.unwrap()
