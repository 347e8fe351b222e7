"""Reads an article, from a page's HTML or from pasted text."""

import re
from typing import NamedTuple

from ..cleaning import clean_article
from ..errors import NoArticle, Unreadable
from ..markup.flattened import without
from ..markup.fragments import read_fragment
from ..markup.links import ADDRESS
from ..markup.page import Page
from ..prose.language import detect
from ..prose.mentions import find_corrections, find_mentions
from ..prose.same_name import plain_name
from ..prose.sentences import MAX_TEXT_LENGTH
from ..prose.statements import read_statements
from ..records import Article, Embed, Link, Statement
from ..times import find_day
from ..urls import canonical, host_of, is_web_address
from .authors import pasted_byline
from .body import body_links, body_text
from .declared import read_declared
from .heads import without_head
from .shown import find_embeds, find_flattened, find_pasted
from .unshown import words_not_shown
from .verdicts import read_verdict
from .walls import is_closed, wall_of, without_invitations

OPENING = re.compile(r"<(?:!doctype|html|head|body|article|p|div|blockquote|iframe)\b", re.I)
MAX_UPDATES = 1_000
"""Of a live blog, headlines and texts."""
LANGUAGE_SAMPLE, MAX_LANGUAGE_SAMPLE = 500, 3_000
"""Characters from which an article's language is told: where it is the one that the page declares, and else."""
PAYWALLED = "behind a paywall"
MAX_NOTES = 10
"""Lines on what of a page was not read."""


class Reading(NamedTuple):
    """An article, and what of its document was not read, a line each."""

    article: Article
    notes: list[str]


def is_html(text: str) -> bool:
    """Whether a document is markup rather than pasted text."""
    opening = OPENING.search(text[:20_000])
    return opening is not None and ">" in text[opening.end() : 20_000]


def read_article(document: str, url: str | None = None) -> Article:
    """The article in a page's HTML or in pasted text. ``url`` is where it was found; links are resolved against it.

    Raises Unreadable where the document is empty, NoArticle where it stands before an article (a consent page, a check for bots).
    """
    return read_document(document, url).article


def read_document(document: str, url: str | None = None, linked: str | None = None) -> Reading:
    """``read_article``, with notes of what was not read; ``linked`` is the address that an HTTP header claims for the page. Raises Unreadable where the document is empty, NoArticle where it is a wall."""
    if not document.strip():
        raise Unreadable("the document is empty")
    notes: list[str] = []
    if is_html(document):
        page = Page(document)
        wall = wall_of(page, url)
        if wall:
            raise NoArticle(wall)
        article, notes = clean_article(read_page(page, url, linked)), list(dict.fromkeys(page.notes))[:MAX_NOTES]
    else:
        article = clean_article(read_pasted(document, url))
    if len(article.text) > MAX_TEXT_LENGTH:
        notes.append(f"only the first {MAX_TEXT_LENGTH} characters were read for statements and mentions")
    return Reading(article, notes)


def read_pasted(text: str, url: str | None = None) -> Article:
    """Reads pasted text: embeds are flattened into it, links are those written out, a first line may be the title."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "").lstrip("\ufeff")
    pieces = find_pasted(text)
    prose = without(text, pieces)
    title, authors, published = _headline(prose)
    language = detect(prose)
    embeds = tuple(p.embed for p in pieces)
    corrections, mentions = find_corrections(prose, language), find_mentions(prose, language)
    return Article(
        url=url,
        canonical_url=canonical(url) if url else None,
        title=title,
        publisher=None,
        authors=authors,
        published_at=published,
        language=language,
        text=prose,
        corrections=corrections,
        embeds=embeds,
        links=tuple(
            Link(found, found)
            for found in dict.fromkeys(written.rstrip(".,;:!?") for written in ADDRESS.findall(prose))
            if is_web_address(found)
        ),
        statements=_statements(prose, language, embeds),
        mentions=mentions,
    )


def read_page(page: Page, url: str | None = None, linked: str | None = None) -> Article:
    """Reads a parsed page; takes its embeds out of it."""
    embeds = find_embeds(page)
    declared = read_declared(page, url, linked)
    canonical_url = declared.canonical
    base = declared.base or canonical_url
    links = body_links(page, base)
    closed = is_closed(page)
    shown = body_text(page)
    unshown = words_not_shown(page, shown, declared.body, base, closed=closed)
    text, cut = without_invitations(closed, unshown.text if unshown else shown)
    links = (*links, *unshown.links) if unshown else links
    if cut:
        page.notes.append(f"{PAYWALLED}: only what it shows to everybody was read")
    text = _with_updates(without_head(text, (declared.title, declared.heading)), declared.updates)
    pieces = find_flattened(text)
    if pieces:
        known = {(e.author_handle, e.posted_at) for e in embeds}
        embeds.extend(p.embed for p in pieces if (p.embed.author_handle, p.embed.posted_at) not in known)
        text = without(text, pieces)
    language = _language(declared.language, text)
    corrections, mentions = find_corrections(text, language), find_mentions(text, language)
    return Article(
        url=url,
        canonical_url=canonical_url or (canonical(url) if url else None),
        title=declared.title,
        publisher=declared.publisher or host_of(canonical_url or url or "") or None,
        authors=declared.authors,
        published_at=declared.published,
        modified_at=declared.modified,
        language=language,
        pictures=declared.pictures,
        text=text,
        corrections=corrections,
        embeds=tuple(embeds),
        links=links,
        statements=_statements(text, language, tuple(embeds)),
        mentions=mentions,
        reviews=declared.reviews or read_verdict(canonical_url or url, declared.title, text),
        partial=PAYWALLED if cut else None,
    )


def _with_updates(text: str, updates: tuple[str, ...]) -> str:
    """A live blog's text with those updates that the page does not show, whatever their blanks, marks and markup."""
    if not updates:
        return text
    shown = _only_words(text)
    plain = (read_fragment(said).text for said in updates[:MAX_UPDATES])
    return "\n\n".join((text, *(said for said in plain if said and _only_words(said) not in shown)))


def _only_words(text: str) -> str:
    """A text's words alone, a blank before and behind each."""
    return " ".join(("", *re.findall(r"\w+", text.casefold()), ""))


def _statements(text: str, language: str | None, embeds: tuple[Embed, ...]) -> tuple[Statement, ...]:
    known = tuple(dict.fromkeys(n for n in (plain_name(e.author_name) for e in embeds) if n and " " in n))
    return read_statements(text, language, known)


def _headline(prose: str) -> tuple[str | None, tuple[str, ...], str | None]:
    """Title, authors and day from the short lines at the start of a pasted article."""
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    for number, line in enumerate([ln.strip() for ln in prose.split("\n") if ln.strip()][:6]):
        line = line.lstrip("# ").strip()
        byline = pasted_byline(line) if len(line) < 100 else ()
        if (
            number == 0
            and len(line) <= 160
            and not re.search(r"[.!…]['\"”»]?$|,$", line)
            and len(line.split()) > 2
            and not byline
        ):
            title = line
            continue
        authors = authors or byline
        if published is None and (byline or len(line) < 60) and (day := find_day(line)):
            published = day[0]
    return title, authors, published


def _language(declared: str | None, text: str) -> str | None:
    said = declared.split("-")[0].split("_")[0].lower() if declared else None
    if said and len(text) > LANGUAGE_SAMPLE and detect(text[:LANGUAGE_SAMPLE]) == said:
        return said
    text = text[:MAX_LANGUAGE_SAMPLE]
    seen = detect(text) if len(text) > 200 else None
    return seen or said or detect(text)
