"""Posts in attributes that no platform named: consent plugins', publishing systems', elements of a site's own."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice

from selectolax.lexbor import LexborNode

from ..lexicon import holding
from ..records import Embed
from .inside import ReadPage, posts_inside
from .marks import Recogniser
from .objects import bare
from .page import Page

NAME_AND_START = (
    r"([a-zA-Z0-9_.:-]{0,60})\s*=\s*([\"']?)(?=(?:'?(?:https?|//):|//|at:|[{\[<]|&lt;|&#0*60;|&quot;|&amp;(?:lt|quot);|%3C|%7B|https?%3A"
    r"|PG[EIJNRZdhlpst]|aHR0c|eyJ|JTND|[A-Za-z0-9_-]{10,24}[\"'\s>]))"
)
OPENINGS = {
    start: re.compile(start + NAME_AND_START)
    for start in ("data-", "consent-original-", "props", " :", "v-bind:", " uc-")
}
"""The opening of an attribute that may hold a post: an address, markup, JSON, either packed, or an id; a script's value, as Vue binds it."""
OWN_ELEMENT = re.compile(r"</([a-z]{1,20}-[a-z-]{1,40})>")
"""The end of an element that only a script of the page knows."""
PACKED = ("PG", "aHR0c", "eyJ", "JTND")
"""How Base64 of markup, of an address, of JSON, and of markup in per cent signs begins."""
MAX_NAMES, MAX_NODES = 60, 3_000
"""Attributes' and elements' names of a page that are looked for, and elements with one that are read."""
MAX_KEPT = 2_000
"""Attributes' names, of 60 characters at most, of which it is kept whether they speak of what stands beside the article."""
MAX_SHOWN = 1_500
"""Characters of text in an element up to which it is taken for the embed alone, and not for what holds the article."""
PLATFORM_ATTRIBUTES = ("data-provider", "data-type", "data-service", "data-network", "data-platform", "data-embed-type")
"""Attributes that say of which platform an element's post is; so do its tag, classes and attributes' names."""
MAX_ANCESTORS = 12


def in_attributes(
    page: Page, body: LexborNode, known: Recogniser, read: ReadPage
) -> Iterator[tuple[LexborNode, Embed]]:
    """The posts in the attributes of a page's elements, but for links in prose and what stands beside the article."""
    names = _names(page.markup, known)
    if not names:
        return
    seen: set[int] = set()
    for node in islice(body.css(", ".join(names)), MAX_NODES):
        if node.mem_id in seen or not page.take():
            continue
        seen.add(node.mem_id)
        for embed in _of_element(page, node, known, read):
            yield node, embed


def _names(markup: str, known: Recogniser) -> list[str]:
    """Selectors of the elements worth reading: those whose markup shows, before it is parsed, that a post may be in it."""
    found: dict[str, None] = {}
    for match in chain.from_iterable(_openings(markup, start, form) for start, form in OPENINGS.items()):
        name = match[0].partition("=")[0].strip().lower()
        if f"[{name}]" in found or _is_of_other(name):
            continue
        end = markup.find(match[2], match.end(), match.end() + 20_000) if match[2] else match.end() + 300
        value = markup[match.end() : end if end >= 0 else match.end() + 20_000]
        if known.mentions(value) or _is_packed(value) or _is_id(markup, match.start(), known):
            found[f"[{name}]".replace(":", "\\:").replace(".", "\\.")] = None
            if len(found) >= MAX_NAMES:
                break
    for match in islice(OWN_ELEMENT.finditer(markup), MAX_NODES):
        if known.word_in(match[1]) or holding().embed_words.search(match[1]):
            found[match[1]] = None
    return list(found)[:MAX_NAMES]


@lru_cache(maxsize=MAX_KEPT)
def _is_of_other(name: str) -> bool:
    """Whether an attribute's name says that it holds what stands beside the article."""
    return holding().beside.search(name) is not None


def _openings(markup: str, start: str, form: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The places that a pattern matches which begins with ``start``: faster than ``finditer`` where these are few."""
    position = markup.find(start)
    while position >= 0:
        match = form.match(markup, position)
        if match:
            yield match
        position = markup.find(start, match.end() if match else position + 1)


def _is_packed(value: str) -> bool:
    return value.startswith(PACKED) and len(value) > 24


def _is_id(markup: str, position: int, known: Recogniser) -> bool:
    """Whether the tag around a position names a platform beside an attribute that may be an id."""
    start = markup.rfind("<", max(0, position - 600), position)
    end = markup.find(">", position, position + 600)
    return start >= 0 and known.word_in(markup[start : end if end >= 0 else position + 600].lower()) is not None


def _of_element(page: Page, node: LexborNode, known: Recogniser, read: ReadPage) -> list[Embed]:
    if node.tag in ("script", "img", "source", "iframe", "blockquote", "body", "html", "meta", "link"):
        return []
    attributes = node.attributes
    own_link = known.identify(attributes.get("href") or "") if node.tag == "a" else None
    found: list[Embed] = []
    for name, value in attributes.items():
        if not value or name in holding().no_sources or name.startswith("on") or holding().beside.search(name):
            continue
        if known.mentions(value) or _is_packed(value):
            found.extend(posts_inside(page, value, known, read))
    if not found:
        found = _by_id(node, attributes, known)
    if own_link and not holding().embed_words.search(f"{attributes.get('class') or ''} {' '.join(attributes)}".lower()):
        found = [embed for embed in found if embed.external_id != own_link.external_id]
    return [] if found and is_beside(node) else found


def _by_id(node: LexborNode, attributes: dict[str, str | None], known: Recogniser) -> list[Embed]:
    """The post whose id an attribute holds, where the element says of which platform it is."""
    said = " ".join(attributes.get(name) or "" for name in ("class", "type", "provider", *PLATFORM_ATTRIBUTES))
    about = f"{node.tag} {said}".lower()
    for name, value in attributes.items():
        if (
            value
            and name.endswith(("id", "status", "tweet", "video", "code", "post"))
            and name != "id"
            and not holding().no_post_ids.search(name)
        ):
            by = known.by_word(f"{about} {name}")
            address = by(value) if by else None
            if address:
                return [bare(address)]
    return []


def is_beside(node: LexborNode) -> bool:
    """Whether an element stands beside the article: in navigation, a form, a row of buttons, a list of other stories."""
    at: LexborNode | None = node
    for _ in range(MAX_ANCESTORS):
        if at is None or at.tag in ("body", "article", "main"):
            return False
        attributes = at.attributes
        own = at.tag if "-" in (at.tag or "") else ""
        marks = f"{own} {attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
        if at.tag in holding().beside_elements or (marks != "  " and holding().beside.search(marks)):
            return True
        at = at.parent
    return False


def is_alone(node: LexborNode) -> bool:
    """Whether an element is the embed and nothing else, so that its text is not the article's."""
    return len(node.text() or "") <= MAX_SHOWN
