"""Posts that a page shows: today's and older embed markup, lazy-loaded, AMP, framed, script-only, or a link alone."""

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborNode

from ..addresses import PostAddress, identify
from ..dates import find_day, utc
from ..records import Embed
from ..values import unescape
from .flattened import SHARED, find_flattened, find_links
from .page import Page

# Where each form is documented: X "Embedded Tweet" markup guide; Meta "oEmbed" and "Embedded Posts" plugin pages;
# TikTok "Embed Videos"; Bluesky "oEmbed and post embed widget"; Telegram "Post Widget"; Reddit "Embeds";
# VK "Widgets: Post"; AMP component reference (amp-twitter, amp-instagram, amp-facebook, amp-youtube, amp-tiktok, ...).
MARKED = (
    "blockquote, iframe, twitter-widget, lite-youtube, .fb-post, .fb-video, [data-tweet-id], [data-tweetid], [tweetid], "
    "[data-tweet-url], [data-telegram-post], [data-youtube-id], [data-oembed-url]"
)
AMP_MARKED = "amp-iframe, amp-twitter, amp-instagram, amp-facebook, amp-youtube, amp-tiktok, amp-reddit, amp-vk"
FRAME_SOURCES = (
    "src",
    "data-src",
    "data-lazy-src",
    "data-iframe-src",
    "data-original",
    "data-url",
    "data-litespeed-src",
    "data-rocket-src",
    "data-cmp-src",
    "data-blocked-src",
)
POST_ID = re.compile(r"\d{5,20}")
CREATE_TWEET = re.compile(r"createTweet(?:Embed)?\s*\(\s*['\"](\d{5,20})['\"]")
HELD_EMBED = re.compile(
    r"<(?:blockquote|iframe|amp-|p>|lite-youtube|twitter-widget|div class=\"fb-)|data-telegram-post", re.I
)
VK_WIDGET = re.compile(r"VK\.Widgets\.Post\(\s*['\"][^'\"]*['\"]\s*,\s*(-?\d+)\s*,\s*(\d+)")
MOST_LINKS, MOST_EMBEDS = 100, 2_000
"""Links of an embed and embeds of a page; those beyond are not read."""
SIGNED = re.compile(r"\(@([\w.-]{1,100})\)")
EMBED_CLASSES = (
    "twitter-",
    "instagram-media",
    "tiktok-embed",
    "bluesky-embed",
    "reddit-",
    "text-post-media",
    "mastodon-embed",
    "fb-post",
    "fb-xfbml",
    "embedly-card",
    "tweet",
    "truthsocial",
)


def find_embeds(page: Page) -> list[Embed]:
    """Every post the page shows, in the order it shows them, each once.

    Records the nodes in ``page.embed_nodes``, so that their text is not read as the article's.
    """
    found: dict[object, Embed] = {}
    for node, embed in islice(_candidates(page), MOST_EMBEDS):
        page.embed_nodes.append(node)
        key = (
            (embed.platform, embed.external_id or embed.url)
            if embed.external_id or embed.url
            else (embed.platform, embed.author_handle, embed.posted_at, embed.text)
        )
        known = found.get(key)
        found[key] = _fuller(known, embed) if known else embed
    return list(found.values())


def _candidates(page: Page) -> Iterator[tuple[LexborNode, Embed]]:
    body = page.tree.body
    if body is None:
        return
    for node in body.css(f"{MARKED}, {AMP_MARKED}" if page.is_amp else MARKED):
        embed = _read(page, node) if page.take() else None
        if embed:
            yield node, embed
    yield from _alone(body)
    yield from _scripts(page)


def _fuller(known: Embed, other: Embed) -> Embed:
    return other if (other.text and not known.text) else known


def _read(page: Page, node: LexborNode) -> Embed | None:
    tag = node.tag
    if tag == "blockquote":
        return _quoted(page, node)
    if tag in ("iframe", "amp-iframe"):
        return _framed(page, node)
    return _attributed(page, node)


def _quoted(page: Page, node: LexborNode) -> Embed | None:
    """A blockquote: the fallback that every platform's embed script replaces."""
    attributes = node.attributes
    classes = attributes.get("class") or ""
    marked = any(mark in classes for mark in EMBED_CLASSES)
    address = _declared(attributes)
    if not address:
        if attributes.get("class") and not marked and "twitter" not in classes and "quote" not in classes:
            return None
        address = _last_address(page, node)
        if address and not marked and not _signed(page, node):
            return None
    if not address:
        return _flattened_in(page, node) if marked or not classes else None
    return _with_words(page, node, address)


def _last_address(page: Page, node: LexborNode) -> PostAddress | None:
    """The last address of a post among a blockquote's links: its own comes last."""
    anchors = node.css("a[href]")
    if not page.take(len(anchors)):
        return None
    found = (identify(anchor.attributes.get("href") or "") for anchor in reversed(anchors))
    return next((address for address in found if address), None)


def _declared(attributes: dict[str, str | None]) -> PostAddress | None:
    uri = attributes.get("data-bluesky-uri")
    if uri:
        found = re.match(r"at://([^/]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]+)", uri)
        if found:
            return PostAddress("bluesky", uri, f"https://bsky.app/profile/{found[1]}/post/{found[2]}", None)
    for name in (
        "cite",
        "data-instgrm-permalink",
        "data-text-post-permalink",
        "data-embed-url",
        "data-href",
        "data-tweet-url",
        "data-oembed-url",
    ):
        value = attributes.get(name)
        address = identify(value) if value else None
        if address:
            return address
    tweet = attributes.get("data-tweet-id") or attributes.get("data-tweetid") or ""
    return _tweet(tweet)


def _tweet(identity: str | None) -> PostAddress | None:
    if identity and POST_ID.fullmatch(identity):
        return PostAddress("x", identity, f"https://x.com/i/status/{identity}", None)
    return None


def _signed(page: Page, node: LexborNode) -> bool:
    return bool(find_flattened(page.words(node), whole=True))


def _with_words(page: Page, node: LexborNode, address: PostAddress) -> Embed:
    """The post's own words, author and day, from the blockquote's text."""
    whole = page.words(node)
    pieces = find_flattened(whole, whole=True)
    signed = pieces[-1].embed if pieces else None
    if signed:
        text = signed.text
    elif address.platform in ("x", "bluesky"):
        text = "\n".join(filter(None, (page.words(p) for p in node.css("p")))) or None
    else:
        text = None
    handle, name, day = address.handle, None, None
    if signed:
        handle, name, day = signed.author_handle, signed.author_name, signed.posted_at
    else:
        handle, name, day = _loose_signature(whole, handle)
    if address.platform == "tiktok" and not text:
        section = node.css_first("section")
        text = _tiktok_text(page.words(section)) if section else None
    moment = node.css_first("time[datetime]")
    if moment is not None:
        day = utc(moment.attributes.get("datetime")) or day
    return Embed(
        platform=address.platform,
        external_id=address.external_id,
        url=_with_handle(address, handle),
        author_handle=handle,
        author_name=name,
        posted_at=day,
        text=text or None,
        links=_links(page, node, address, text),
    )


def _loose_signature(whole: str, handle: str | None) -> tuple[str | None, str | None, str | None]:
    found = SIGNED.search(whole)
    day = find_day(whole)
    shared = SHARED.search(whole)
    if shared:
        return shared["handle"].lstrip("@"), " ".join(shared["name"].split()) or None, day[0] if day else None
    if not found:
        return handle, None, day[0] if day else None
    before = re.split(r"[\n—–()@]", whole[max(0, found.start() - 90) : found.start()])[-1].strip()[-80:]
    name = re.sub(r"^(?:by|von|par|por)\s+", "", before).strip()
    return found[1].rstrip("."), name or None, day[0] if day else None


def _tiktok_text(text: str) -> str | None:
    text = text.partition("♬")[0].rstrip()
    return re.sub(r"^@[\w.]+\s*", "", text).strip() or None


def _with_handle(address: PostAddress, handle: str | None) -> str:
    if address.platform == "x" and handle and "/i/status/" in address.url:
        return f"https://x.com/{handle}/status/{address.external_id}"
    return address.url


def _links(page: Page, node: LexborNode, address: PostAddress, text: str | None) -> tuple[str, ...]:
    """The links in the post's own text: its anchors, save hashtags, mentions and the post's own address."""
    links = []
    anchors = node.css("p a[href]")
    if not page.take(len(anchors)):
        return ()
    for anchor in anchors:
        href = anchor.attributes.get("href") or ""
        if re.match(
            r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(?:hashtag/|search|[A-Za-z0-9_]+/?(?:\?|$))", href
        ):
            continue
        own = identify(href)
        if own and own.external_id == address.external_id:
            continue
        if href.startswith("http") and "bsky.app/profile/" not in href and "bsky.app/hashtag/" not in href:
            links.append(href)
        if len(links) == MOST_LINKS:
            break
    written = find_links(text or "")[:MOST_LINKS]
    links.extend(link for link in written if link not in links and not any(_shows(link, known) for known in links))
    return tuple(dict.fromkeys(links))


def _shows(shown: str, known: str) -> bool:
    return "pic.twitter.com" in shown or shown.rstrip("…") in known


def _flattened_in(page: Page, node: LexborNode) -> Embed | None:
    pieces = find_flattened(page.words(node), whole=True)
    return pieces[0].embed if pieces else None


def _framed(page: Page, node: LexborNode) -> Embed | None:
    attributes = node.attributes
    for name in FRAME_SOURCES:
        value = attributes.get(name)
        if value:
            address = identify("https:" + value if value.startswith("//") else value)
            if address:
                return _bare(address)
    declared = _declared(attributes)
    if declared:
        return _bare(declared)
    srcdoc = attributes.get("srcdoc")
    if srcdoc and ("twitter" in srcdoc or "bsky" in srcdoc or "instagram" in srcdoc or "youtube" in srcdoc):
        held = page.held(srcdoc)
        inner = find_embeds(held) if held else []
        return inner[0] if inner else None
    return None


def _attributed(page: Page, node: LexborNode) -> Embed | None:
    attributes = node.attributes
    if attributes.get("data-telegram-post"):
        address = identify(f"https://t.me/{attributes['data-telegram-post']}")
        return _bare(address) if address else None
    if node.tag == "amp-instagram" and attributes.get("data-shortcode"):
        address = identify(f"https://www.instagram.com/p/{attributes['data-shortcode']}/")
        return _bare(address) if address else None
    if node.tag == "amp-vk" and attributes.get("data-owner-id") and attributes.get("data-post-id"):
        address = identify(f"https://vk.com/wall{attributes['data-owner-id']}_{attributes['data-post-id']}")
        return _bare(address) if address else None
    video = (
        attributes.get("videoid")
        or attributes.get("video-id")
        or attributes.get("data-youtube-id")
        or attributes.get("data-videoid")
    )
    if video and (
        node.tag in ("amp-youtube", "lite-youtube", "youtube-video")
        or "youtube" in (attributes.get("class") or "")
        or "data-youtube-id" in attributes
    ):
        address = identify(f"https://www.youtube.com/embed/{video}")
        return _bare(address) if address else None
    for name in ("data-src", "src"):
        value = attributes.get(name)
        if value and node.tag in ("amp-tiktok", "amp-reddit"):
            address = identify(value) or (
                identify(f"https://www.tiktok.com/embed/{value}") if value.isdigit() else None
            )
            if address:
                return _bare(address)
    address = _declared(attributes) or _tweet(attributes.get("tweetid"))
    if not address:
        return None
    if node.css_first("blockquote") is not None:
        return None
    return _with_words(page, node, address) if _signed(page, node) else _bare(address)


def _bare(address: PostAddress) -> Embed:
    return Embed(
        platform=address.platform, external_id=address.external_id, url=address.url, author_handle=address.handle
    )


def _alone(body: LexborNode) -> Iterator[tuple[LexborNode, Embed]]:
    """A post's address alone in a paragraph, which publishing systems turn into an embed."""
    for node in body.css("p, figure, .wp-block-embed__wrapper"):
        if node.tag == "figure" and "embed" not in (node.attributes.get("class") or ""):
            continue
        text = (node.text() or "").strip()
        if not 15 < len(text) < 300 or " " in text or "\n" in text:
            continue
        address = identify(text if text.startswith("http") else f"https://{text}")
        if not address:
            anchors = node.css("a[href]")
            if len(anchors) == 1 and ("/" in text and "." in text):
                address = identify(anchors[0].attributes.get("href") or "")
        if address:
            yield node, _bare(address)


def _scripts(page: Page) -> Iterator[tuple[LexborNode, Embed]]:
    """Posts that only a script or a held-back fragment (``template``, ``noscript``) names."""
    body = page.tree.body
    assert body is not None
    for node in page.tree.css("template, noscript"):
        inner = node.html or ""
        inner = inner[inner.find(">") + 1 : inner.rfind("<")]
        if "&lt;" in inner:
            inner = unescape(inner)
        if HELD_EMBED.search(inner) and any(
            mark in inner
            for mark in ("twitter", "instagram", "bsky", "youtube", "t.me", "tiktok", "facebook", "reddit")
        ):
            held = page.held(inner)
            for embed in find_embeds(held) if held else ():
                yield node, embed
    if "idgets." in page.markup and ("createTweet" in page.markup or "VK.Widgets" in page.markup):
        for node in page.tree.css("script"):
            code = node.text() or ""
            for identity in CREATE_TWEET.findall(code):
                address = _tweet(identity)
                if address:
                    yield node, _bare(address)
            for owner, post in VK_WIDGET.findall(code):
                address = identify(f"https://vk.com/wall{owner}_{post}")
                if address:
                    yield node, _bare(address)
