"""Telegram: the post widget and a channel's preview pages; exports and bot updates as archives hold them.

Formats: core.telegram.org/widgets/post (the page ``t.me/CHANNEL/ID?embed=1``), the preview ``t.me/s/CHANNEL``,
core.telegram.org/bots/api#message, Telegram Desktop's JSON export. Counts are shortened: "12.3K".
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import regex
from bs4 import BeautifulSoup, Tag

from ..addresses import identify
from ..clock import LookKind
from ..dates import utc
from ..markup.flattened import find_links
from ..markup.fragments import read_fragment, shallow
from ..net.fetch import Fetcher
from ..records import Author, Kind, Post, Reach
from ..settings import Settings
from ..values import at, clean, count, items, short_count, text
from .base import Answer, Recorded


class Telegram(Recorded):
    """Posts of public channels."""

    name = "telegram"
    help = "posts of public channels with views, from their widget pages; no key"
    documentation = "core.telegram.org/widgets/post"
    settings = ("telegram_url", "telegram_channels")

    def missing(self, settings: Settings) -> str | None:
        """Telegram has no search over all channels."""
        return (
            None
            if settings.telegram_channels
            else "no STORYWAKE_TELEGRAM_CHANNELS: known posts only, no channel is searched"
        )

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts: its comments are not open."""
        return (LookKind.COUNTS,)

    def normalise(self, payload: Any) -> list[Post]:
        """Posts of a widget or preview page, of an export, or of bot updates."""
        found = _pages(payload) if isinstance(payload, str) else _messages(payload, None, 0)
        return list({p.external_id: p for p in found}.values())

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """Each by its widget page."""
        for post in wanted:
            if post.external_id:
                evidence = await fetcher.get(
                    f"{settings.telegram_url.rstrip('/')}/{post.external_id}",
                    params={"embed": "1", "mode": "tme"},
                    robots=False,
                )
                page = evidence.body.decode("utf-8", "replace")
                gone = (post.external_id,) if evidence.status == 404 or "tgme_widget_message_error" in page else ()
                yield Answer(evidence, await fetcher.read(self.name, evidence), gone)

    async def linking(self, fetcher: Fetcher, settings: Settings, url: str) -> AsyncIterator[Answer]:
        """Posts with an address in the channels named in the settings, back through their pages."""
        for channel in settings.telegram_channels:
            before: str | None = None
            for _ in range(settings.thread_pages):
                params = {"q": url, **({"before": before} if before else {})}
                evidence = await fetcher.get(
                    f"{settings.telegram_url.rstrip('/')}/s/{channel}", params=params, robots=False
                )
                found = await fetcher.read(self.name, evidence)
                yield Answer(evidence, found)
                oldest = min((count((p.external_id or "").rsplit("/", 1)[-1]) or 0 for p in found), default=0)
                if not found or str(oldest) == before or oldest <= 1:
                    break
                before = str(oldest)


def _pages(markup: str) -> Iterator[Post]:
    soup = BeautifulSoup(shallow(clean(markup)), "lxml")
    followers = None
    for counter in soup.select(".tgme_channel_info_counter"):
        if "subscriber" in counter.get_text():
            followers = short_count(_words(counter, ".counter_value"))
    for message in soup.select(".tgme_widget_message[data-post]"):
        yield _message(message, followers)


def _message(message: Tag, followers: int | None) -> Post:
    identity = str(message["data-post"])
    channel = identity.split("/")[0]
    body = message.select_one(".tgme_widget_message_text.js-message_text") or next(
        (
            t
            for t in message.select(".tgme_widget_message_text")
            if not t.find_parent(class_="tgme_widget_message_reply")
        ),
        None,
    )
    words = read_fragment(str(body)) if body else read_fragment(None)
    moment = message.select_one(".tgme_widget_message_date time[datetime]") or message.select_one("time[datetime]")
    reply = message.select_one("a.tgme_widget_message_reply[href]")
    replied = identify(str(reply["href"])) if reply else None
    forwarded = message.select_one("a.tgme_widget_message_forwarded_from_name[href]")
    origin = identify(str(forwarded["href"])) if forwarded else None
    shown = [regex.search(r"(?r)[\d.,]+[KMB]?$", r.get_text(strip=True)) for r in message.select(".tgme_reaction")]
    reactions = [short_count(found[0]) for found in shown if found]
    known = [r for r in reactions if r is not None]
    preview = message.select_one("a.tgme_widget_message_link_preview[href]")
    links = [link for link in words.links if not link.startswith(("https://t.me/s/", "?q="))]
    if preview and str(preview["href"]).startswith("http"):
        links.append(str(preview["href"]))
    return Post(
        platform="telegram",
        external_id=identity,
        url=f"https://t.me/{identity}",
        kind=Kind.REPOST
        if forwarded or message.select_one(".tgme_widget_message_forwarded_from")
        else Kind.REPLY
        if replied
        else Kind.POST,
        author=Author(handle=channel, name=_words(message, ".tgme_widget_message_owner_name"), followers=followers),
        text=words.text,
        posted_at=utc(str(moment["datetime"])) if moment else None,
        in_reply_to=replied.external_id if replied and replied.platform == "telegram" else None,
        quotes=origin.external_id if origin and origin.platform == "telegram" else None,
        links=tuple(dict.fromkeys(links)),
        reach=Reach(
            likes=sum(known) if known else None, views=short_count(_words(message, ".tgme_widget_message_views"))
        ),
    )


def _words(node: Tag, selector: str) -> str | None:
    found = node.select_one(selector)
    return found.get_text(" ", strip=True) or None if found else None


def _messages(payload: Any, channel: str | None, depth: int) -> Iterator[Post]:
    if depth > 6:
        return
    if isinstance(payload, list):
        for item in payload:
            yield from _messages(item, channel, depth + 1)
        return
    if not isinstance(payload, dict):
        return
    if isinstance(payload.get("messages"), list):
        yield from _messages(payload["messages"], text(payload.get("username")) or channel, depth + 1)
    for key in ("channel_post", "edited_channel_post", "result"):
        yield from _messages(payload.get(key), channel, depth + 1)
    if "message_id" in payload and isinstance(payload.get("chat"), dict):
        yield _bot_message(payload)
    elif channel and payload.get("type") == "message" and "id" in payload:
        yield _exported(payload, channel)


def _bot_message(message: dict[str, Any]) -> Post:
    chat = message["chat"]
    channel = text(chat.get("username"))
    number = text(message.get("message_id"))
    words = text(message.get("text")) or text(message.get("caption"))
    marked = [text(e.get("url")) for e in items(message.get("entities")) if e.get("type") == "text_link"]
    origin = text(at(message, "forward_origin", "chat", "username")) or text(
        at(message, "forward_from_chat", "username")
    )
    number_there = text(at(message, "forward_origin", "message_id")) or text(message.get("forward_from_message_id"))
    replied = text(at(message, "reply_to_message", "message_id"))
    return Post(
        platform="telegram",
        external_id=f"{channel}/{number}" if channel else None,
        url=f"https://t.me/{channel}/{number}" if channel else None,
        kind=Kind.REPOST
        if "forward_origin" in message or "forward_from_chat" in message
        else Kind.REPLY
        if replied
        else Kind.POST,
        author=Author(handle=channel, name=text(chat.get("title")), external_id=text(chat.get("id"))),
        text=words,
        posted_at=utc(count(message.get("date"))),
        in_reply_to=f"{channel}/{replied}" if channel and replied else None,
        quotes=f"{origin}/{number_there}" if origin and number_there else None,
        links=tuple(dict.fromkeys([*find_links(words or ""), *(m for m in marked if m)])),
        reach=Reach(views=count(message.get("views")), reposts=count(message.get("forwards"))),
    )


def _exported(message: dict[str, Any], channel: str) -> Post:
    number = text(message.get("id"))
    pieces = message.get("text")
    parts = pieces if isinstance(pieces, list) else [pieces]
    words = "".join((p if isinstance(p, str) else text(at(p, "text")) or "") for p in parts).strip() or None
    marked = [
        text(p.get("href")) or text(p.get("text"))
        for p in parts
        if isinstance(p, dict) and p.get("type") in ("link", "text_link")
    ]
    replied = text(message.get("reply_to_message_id"))
    reactions = [count(r.get("count")) for r in items(message.get("reactions"))]
    return Post(
        platform="telegram",
        external_id=f"{channel}/{number}",
        url=f"https://t.me/{channel}/{number}",
        kind=Kind.REPOST if text(message.get("forwarded_from")) else Kind.REPLY if replied else Kind.POST,
        author=Author(handle=channel, name=text(message.get("from")), external_id=text(message.get("from_id"))),
        text=words,
        posted_at=utc(count(message.get("date_unixtime"))),
        in_reply_to=f"{channel}/{replied}" if replied else None,
        links=tuple(dict.fromkeys(m for m in marked if m and m.startswith("http"))),
        reach=Reach(likes=sum(r for r in reactions if r) if reactions else None),
    )
