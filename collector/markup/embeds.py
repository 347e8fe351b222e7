"""Posts that a page shows: today's and older embed markup, lazy-loaded, AMP, framed, script-only, or a link alone.

What each platform's embeds look like is declared by the platform (``Marks``); here is what they share.
"""

import re
from collections.abc import Iterator
from itertools import islice

import msgspec
from selectolax.lexbor import LexborNode

from ..dates import utc
from ..records import Embed, PostAddress
from ..times import find_day
from ..values import unescape
from .attributes import in_attributes, is_alone
from .flattened import flattened_in
from .inside import is_opaque, posts_inside, shown_by
from .links import find_links
from .marks import Attributes, Recogniser
from .objects import bare
from .page import Page
from .states import in_states

SHOWING = {"oembed": ("url",), "embed": ("src",), "object": ("data",), "a": ("data-iframely-url", "href")}
"""Elements of no platform, and their attributes that hold the address of what they show."""
TEMPLATES = ("text/template", "text/html", "text/x-template", "text/plain", "text/x-html")
"""Types of scripts that do not run, but hold markup for those that do, or until a reader consents."""
TOLD = ("external_id", "url", "author_handle", "author_name", "posted_at", "text", "links", "reach")
"""What an embed may tell of its post."""
MAX_LINKS, MAX_EMBEDS = 100, 2_000
"""Links of an embed and embeds of a page; those beyond are not read."""
OWN_HOST, PATH = "own.invalid", re.compile(r"/[^/\\]")
"""What stands for the page's own host before a path on it, as of a frame that shows a post (Drupal's ``/media/oembed?url=``)."""
SHORTCODE = re.compile(r"\[(?P<name>\w{1,30})(?:[\s=][^\[\]]{0,400})?\](?:[^\[\]]{0,400}\[/(?P=name)\])?")
"""What a plugin of WordPress would have turned into an embed, alone in a paragraph."""
BLOCK = re.compile(
    r"<!--\s{0,9}wp:(?:[a-z-]{1,20}/)?[a-z-]{0,20}embed[a-z-]{0,20}(?:/[a-z-]{1,20})?\s{1,9}(\{[^{}]{1,2000}\})\s{0,9}/?-->"
)
"""A block of WordPress's editor that embeds something, and what it says of it."""
IN_SHORTCODE = re.compile(r"https?://[^\s\[\]\"'<>]{8,300}")
ID_IN_SHORTCODE = re.compile(r"(?<![\w-])(?:\d{12,20}|[\w-]{11})(?![\w-])")
HANDLE_IN_PARENTHESES = re.compile(r"\(@([\w.-]{1,100})\)")


def embeds_in(page: Page, known: Recogniser) -> list[Embed]:
    """Every post of the platforms that ``known`` tells which the page shows, in the order it shows them, each once.

    Records the nodes in ``page.embed_nodes``, so that their text is not read as the article's.
    """
    found: dict[object, Embed] = {}
    for node, embed in islice(_candidates(page, known), MAX_EMBEDS):
        if node.tag in ("blockquote", "iframe", "p", "figure", "script") or is_alone(node):
            page.embed_nodes.append(node)
        key = (
            (embed.platform, embed.external_id or embed.url)
            if embed.external_id or embed.url
            else (embed.platform, embed.author_handle, embed.posted_at, embed.text)
        )
        earlier = found.get(key)
        found[key] = _fuller(earlier, embed) if earlier else embed
    return list(found.values())


def _candidates(page: Page, known: Recogniser) -> Iterator[tuple[LexborNode, Embed]]:
    body = page.tree.body
    if body is None:
        return
    for node in body.css(known.amp_selector if page.is_amp or "<amp-" in page.markup else known.selector):
        embed = _read(page, node, known) if page.take() else None
        if embed:
            yield node, embed
    yield from _alone(body, known)
    yield from _held_back(page, known)
    yield from _in_comments(page, body, known)
    yield from _scripts(page, known)
    yield from in_attributes(page, body, known, embeds_in)
    yield from in_states(page, known, embeds_in)


def _fuller(earlier: Embed, other: Embed) -> Embed:
    """The embed that holds words, with what only the other tells."""
    fuller, rest = (other, earlier) if other.text and not earlier.text else (earlier, other)
    missing = {name: told for name in TOLD if (told := getattr(rest, name)) and not getattr(fuller, name)}
    return msgspec.structs.replace(fuller, **missing) if missing else fuller


def _read(page: Page, node: LexborNode, known: Recogniser) -> Embed | None:
    if node.tag == "blockquote":
        return _quoted(page, node, known)
    if node.tag in ("iframe", "amp-iframe"):
        return _framed(page, node, known)
    return _element(page, node, known)


def _quoted(page: Page, node: LexborNode, known: Recogniser) -> Embed | None:
    """A blockquote: the fallback that every platform's embed script replaces."""
    attributes = node.attributes
    classes = attributes.get("class") or ""
    marked = any(mark in classes for mark in known.classes)
    address = _declared(attributes, known)
    if not address:
        if classes and not marked and "quote" not in classes and not any(name in classes for name in known.names):
            return None
        address = _last_address(page, node, known)
        if address and not marked and not _is_signed(page, node, known):
            return bare(address) if _is_link(page, node) else None
    if not address:
        return _lost_markup(page, node, known) if marked or not classes else None
    return _with_words(page, node, address, known)


def _last_address(page: Page, node: LexborNode, known: Recogniser) -> PostAddress | None:
    """The last address of a post among a blockquote's links: its own comes last."""
    anchors = node.css("a[href]")
    if not page.take(len(anchors)):
        return None
    found = (known.identify(anchor.attributes.get("href") or "") for anchor in reversed(anchors))
    return next((address for address in found if address), None)


def _is_link(page: Page, node: LexborNode) -> bool:
    """Whether an element holds one link and no words beside it."""
    anchors = node.css("a[href]")
    return len(anchors) == 1 and page.words(node) == page.words(anchors[0])


def _declared(attributes: Attributes, known: Recogniser) -> PostAddress | None:
    """The post that an element's attributes name, by its address or by its id."""
    for name in known.addresses:
        value = attributes.get(name)
        address = known.identify(value) if value else None
        if address:
            return address
    for name, read in known.ids:
        value = attributes.get(name)
        address = read(value) if value else None
        if address:
            return address
    return None


def _is_signed(page: Page, node: LexborNode, known: Recogniser) -> bool:
    return bool(flattened_in(page.words(node), known, whole=True))


def _with_words(page: Page, node: LexborNode, address: PostAddress, known: Recogniser) -> Embed:
    """The post's own words, author and day, from the blockquote's text."""
    whole = page.words(node)
    marks = known.marks[address.platform]
    pieces = flattened_in(whole, known, whole=True)
    if pieces:
        signed = pieces[-1].embed
        text, handle, name, day = signed.text, signed.author_handle, signed.author_name, signed.posted_at
    else:
        text = marks.words(page, node) if marks.words else None
        handle, name, day = _loose_signature(whole, address.handle, known)
    if text and marks.placeholder:
        text = text.replace(marks.placeholder, "").strip()
    moment = node.css_first("time[datetime]")
    if moment is not None:
        day = utc(moment.attributes.get("datetime")) or day
    shown = marks.signed(address, handle) if marks.signed and handle else address
    return Embed(
        platform=address.platform,
        external_id=address.external_id,
        url=shown.url,
        author_handle=handle,
        author_name=name,
        posted_at=day,
        text=text or None,
        links=_links(page, node, address, text, known),
    )


def _loose_signature(whole: str, handle: str | None, known: Recogniser) -> tuple[str | None, str | None, str | None]:
    """Handle, name and day as an embed's text gives them without the usual dash."""
    day = find_day(whole)
    posted = day[0] if day else None
    for signature in known.signatures:
        named = signature.search(whole)
        if named:
            return named["handle"].lstrip("@"), " ".join(named["name"].split()) or None, posted
    found = HANDLE_IN_PARENTHESES.search(whole)
    if not found:
        return handle, None, posted
    before = re.split(r"[\n—–()@]", whole[max(0, found.start() - 90) : found.start()])[-1].strip()[-80:]
    name = re.sub(r"^(?:by|von|par|por)\s+", "", before).strip()
    return found[1].rstrip("."), name or None, posted


def _links(page: Page, node: LexborNode, address: PostAddress, text: str | None, known: Recogniser) -> tuple[str, ...]:
    """The links in the post's own text: its anchors, save hashtags, mentions and the post's own address."""
    links: list[str] = []
    anchors = node.css("p a[href]")
    if not page.take(len(anchors)):
        return ()
    for anchor in anchors:
        href = anchor.attributes.get("href") or ""
        if not href.startswith("http") or any(pattern.match(href) for pattern in known.no_links):
            continue
        own = known.identify(href)
        if own and own.external_id == address.external_id:
            continue
        links.append(href)
        if len(links) == MAX_LINKS:
            break
    written = find_links(text or "")[:MAX_LINKS]
    links.extend(link for link in written if link not in links and not any(_shows(link, other) for other in links))
    return tuple(dict.fromkeys(links))


def _shows(shown: str, link: str) -> bool:
    """Whether an address written in a text is the shown, shortened form of a link."""
    return "pic.twitter.com" in shown or shown.rstrip("…") in link


def _lost_markup(page: Page, node: LexborNode, known: Recogniser) -> Embed | None:
    pieces = flattened_in(page.words(node), known, whole=True)
    return pieces[0].embed if pieces and pieces[0].embed.platform else None


def _framed(page: Page, node: LexborNode, known: Recogniser) -> Embed | None:
    attributes = node.attributes
    for name, value in attributes.items():
        if value and name not in ("class", "style", "title", "allow", "name", "id"):
            place = f"https://{OWN_HOST}{value}" if PATH.match(value) else value
            found = posts_inside(page, place, known, embeds_in)
            if found:
                return found[0]
    declared = _declared(attributes, known)
    if declared:
        return bare(declared)
    opaque = next((value for value in attributes.values() if value and is_opaque(value)), None)
    if opaque:
        page.notes.append(f"an embed in a frame that does not say what it shows was not read: {opaque[:200]}")
    return None


def _element(page: Page, node: LexborNode, known: Recogniser) -> Embed | None:
    """An element that a platform's script or an AMP component fills."""
    attributes = node.attributes
    if node.tag in SHOWING:
        shown = (shown_by(attributes.get(name) or "", known) for name in SHOWING[node.tag])
        return next((bare(address) for address in shown if address), None)
    for read in known.elements:
        address = read(node.tag or "", attributes)
        if address:
            return bare(address)
    address = _declared(attributes, known)
    if not address or node.css_first("blockquote") is not None:
        return None
    return _with_words(page, node, address, known) if _is_signed(page, node, known) else bare(address)


def _alone(body: LexborNode, known: Recogniser) -> Iterator[tuple[LexborNode, Embed]]:
    """A post's address alone in a paragraph, which publishing systems turn into an embed, or a link alone in a figure for it."""
    for node in body.css("p, figure, .wp-block-embed__wrapper, .oembed"):
        if node.tag == "figure" and "embed" not in (node.attributes.get("class") or ""):
            continue
        text = (node.text() or "").strip()
        if text[:1] == "[" and len(text) < 900 and SHORTCODE.fullmatch(text):
            address = _in_shortcode(text, known)
        elif 15 < len(text) < 300 and " " not in text and "\n" not in text:
            address = _written(node, text, known)
        else:
            address = _linked(node, known) if node.tag == "figure" else None
        if address:
            yield node, bare(address)


def _in_shortcode(text: str, known: Recogniser) -> PostAddress | None:
    """The post that a shortcode names, by its address or by its id."""
    link = IN_SHORTCODE.search(text)
    if link:
        return known.identify(link[0])
    by, identity = known.by_word(text[:31].lower()), ID_IN_SHORTCODE.search(text)
    return by(identity[0]) if by and identity else None


def _written(node: LexborNode, text: str, known: Recogniser) -> PostAddress | None:
    """The post whose address a node's text is, perhaps shortened and linked."""
    address = known.identify(text if text.startswith("http") else f"https://{text}")
    anchors = node.css("a[href]") if not address and "/" in text and "." in text else []
    return known.identify(anchors[0].attributes.get("href") or "") if len(anchors) == 1 else address


def _linked(node: LexborNode, known: Recogniser) -> PostAddress | None:
    """The one post that the links of a figure name; None where they name none or several."""
    found = (known.identify(anchor.attributes.get("href") or "") for anchor in node.css("a[href]")[:MAX_LINKS])
    named = {address for address in found if address}
    return named.pop() if len(named) == 1 else None


def _held_back(page: Page, known: Recogniser) -> Iterator[tuple[LexborNode, Embed]]:
    """Posts in fragments that a page holds back: in templates, for readers without scripts, or packed in a script."""
    held_back = page.tree.css("template, noscript")
    held_back += [node for node, kind, _ in page.scripts if kind in TEMPLATES]
    for node in held_back:
        inner = node.html or ""
        inner = inner[inner.find(">") + 1 : inner.rfind("<")]
        if "&lt;" in inner:
            inner = unescape(inner)
        if node.tag == "script" and "<" not in inner:
            for embed in posts_inside(page, inner, known, embeds_in):
                yield node, embed
        elif known.held.search(inner) and any(name in inner for name in known.names):
            held = page.held(inner)
            for embed in embeds_in(held, known) if held else ():
                yield node, embed


def _in_comments(page: Page, body: LexborNode, known: Recogniser) -> Iterator[tuple[LexborNode, Embed]]:
    """Posts that WordPress's editor names in comments alone, where what it would show was never drawn."""
    if "wp:" in page.markup:
        for found in islice(BLOCK.finditer(page.markup), MAX_EMBEDS):
            for embed in posts_inside(page, found[1], known, embeds_in):
                yield body, embed


def _scripts(page: Page, known: Recogniser) -> Iterator[tuple[LexborNode, Embed]]:
    """Posts that only a script names."""
    for node, _, code in page.scripts:
        for call, read in [(call, read) for name, call, read in known.scripts if name in code]:
            for match in call.finditer(code):
                address = read(match)
                if address:
                    yield node, bare(address)
