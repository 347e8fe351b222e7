"""Telegram: the post widget and a channel's preview pages; exports and bot updates as archives hold them.

Formats: core.telegram.org/widgets/post (the page ``t.me/CHANNEL/ID?embed=1``), the preview ``t.me/s/CHANNEL``,
core.telegram.org/bots/api#message; ``telegram_exports.py`` reads what programs save. Counts are shortened: "12.3K".
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import regex
from pydantic import Field

from ..clock import LookKind
from ..dates import utc
from ..groups import FollowSettings, WebAddress
from ..markup.fragments import read_fragment, shallow
from ..markup.links import find_links
from ..markup.marks import Attributes, Marks
from ..records import Author, Kind, Media, Post, PostAddress, Reach
from ..values import at, clean, count, items, short_count, text, walk
from .base import Answer, Row, Source
from .telegram_exports import NAME, is_message, named_chats, read_export, read_message
from .words import media

if TYPE_CHECKING:
    from bs4 import Tag

    from ..net.fetch import Fetcher

HELD = ("messages", "channel_post", "edited_channel_post", "result", "chats", "left_chats", "list")


class TelegramSettings(FollowSettings):
    """Where Telegram is asked, and which channels are searched."""

    telegram_url: WebAddress = Field("https://t.me", description="Telegram's widget and preview pages")
    telegram_channels: list[str] = Field(
        default_factory=list, description="public channels searched, a JSON list of names"
    )


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:s/)?([A-Za-z][A-Za-z0-9_]{3,31})/(?:\d+/)?(\d+)/?$", path)
    if not found:
        return None
    return PostAddress(NAME, f"{found[1]}/{found[2]}", f"https://t.me/{found[1]}/{found[2]}", found[1])


def _element(tag: str, attributes: Attributes) -> PostAddress | None:
    post = attributes.get("data-telegram-post")
    return PLATFORM.identify(f"https://t.me/{post}") if post else None


class Telegram(Source[TelegramSettings]):
    """Posts of public channels."""

    name = NAME
    title = "Telegram"
    rank = 7
    help = "posts of public channels with views, from their widget pages; no key"
    row = Row(
        "a known post of a public channel; posts with the address in `STORYWAKE_TELEGRAM_CHANNELS`",
        "none",
        "views, reactions",
    )
    documentation = "core.telegram.org/widgets/post"

    hosts = dict.fromkeys(("t.me", "telegram.me", "telegram.dog"), _path)
    profiles = {"t.me": r"/(?:s/)?([A-Za-z]\w{3,})/?$"}
    marks = Marks(
        called=("telegram",),
        selectors=("[data-telegram-post]",),
        openings=("data-telegram-post",),
        names=("t.me",),
        element=_element,
    )
    group = TelegramSettings

    def missing(self, settings: TelegramSettings) -> str | None:
        """Telegram has no search over all channels, only within those that are named."""
        known = settings.telegram_channels
        return None if known else "no STORYWAKE_TELEGRAM_CHANNELS: known posts only, no channel is searched"

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts: its comments are not open."""
        return (LookKind.COUNTS,)

    def read_markup(self, markup: str) -> Iterator[Post]:
        """Posts of a widget or preview page."""
        from bs4 import BeautifulSoup  # here, since few pages need it and it is slow to load

        soup = BeautifulSoup(shallow(clean(markup)), "lxml")
        followers = None
        for counter in soup.select(".tgme_channel_info_counter"):
            if "subscriber" in counter.get_text():
                followers = short_count(_words(counter, ".counter_value"))
        for message in soup.select(".tgme_widget_message[data-post]"):
            yield _shown(message, followers)

    def read_payload(self, payload: Any) -> Iterator[Post]:
        """Messages of a bot's updates, of Telegram Desktop's exports, and of what Telethon and Pyrogram save."""
        found = list(walk(payload, self.inside))
        chats = {number: author for item in found for number, author in named_chats(item)}
        for item in found:
            if "message_id" in item and isinstance(item.get("chat"), dict):
                yield _bot_message(item)
            elif is_message(item):
                yield read_message(item, chats)
            elif "messages" in item:
                yield from read_export(item)

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """Posts in updates, and whatever lies in lists of messages."""
        return [item.get(key) for key in HELD if key in item]

    async def posts(
        self, fetcher: Fetcher, settings: TelegramSettings, wanted: Sequence[Post]
    ) -> AsyncIterator[Answer]:
        """Each by its widget page."""
        for post in wanted:
            if post.external_id:
                asked = {"embed": "1", "mode": "tme"}
                evidence = await fetcher.api(settings.telegram_url, f"/{post.external_id}", asked)
                missing = evidence.status == 404 or b"tgme_widget_message_error" in evidence.body
                gone = (post.external_id,) if missing else ()
                yield Answer(evidence, await fetcher.read(NAME, evidence), gone)

    async def linking(self, fetcher: Fetcher, settings: TelegramSettings, url: str) -> AsyncIterator[Answer]:
        """Posts with an address in the channels named in the settings, back through their pages."""
        for channel in settings.telegram_channels:
            before: str | None = None
            for _ in range(settings.thread_pages):
                evidence = await fetcher.api(settings.telegram_url, f"/s/{channel}", {"q": url, "before": before})
                found = await fetcher.read(NAME, evidence)
                yield Answer(evidence, found)
                oldest = min((count((p.external_id or "").rsplit("/", 1)[-1]) or 0 for p in found), default=0)
                if not found or str(oldest) == before or oldest <= 1:
                    break
                before = str(oldest)


def _shown(message: Tag, followers: int | None) -> Post:
    """A message as the widget and the preview show it."""
    identity = str(message["data-post"])
    words = read_fragment(_body(message))
    moment = message.select_one(".tgme_widget_message_date time[datetime]") or message.select_one("time[datetime]")
    replied = _linked(message, "a.tgme_widget_message_reply[href]")
    forwarded = message.select_one(
        "a.tgme_widget_message_forwarded_from_name[href], .tgme_widget_message_forwarded_from"
    )
    preview = message.select_one("a.tgme_widget_message_link_preview[href]")
    links = [link for link in words.links if not link.startswith(("https://t.me/s/", "?q="))]
    if preview and str(preview["href"]).startswith("http"):
        links.append(str(preview["href"]))
    return Post(
        platform=NAME,
        external_id=identity,
        url=f"https://t.me/{identity}",
        kind=Kind.REPOST if forwarded else Kind.REPLY if replied else Kind.POST,
        author=Author(
            handle=identity.split("/")[0],
            name=_words(message, ".tgme_widget_message_owner_name"),
            followers=followers,
        ),
        text=words.text,
        posted_at=utc(str(moment["datetime"])) if moment else None,
        in_reply_to=replied,
        quotes=_linked(message, "a.tgme_widget_message_forwarded_from_name[href]"),
        links=tuple(dict.fromkeys(links)),
        media=_media(message),
        reach=Reach(likes=_reactions(message), views=short_count(_words(message, ".tgme_widget_message_views"))),
    )


def _body(message: Tag) -> str | None:
    """The markup of a message's own text, not of the one that it answers."""
    body = message.select_one(".tgme_widget_message_text.js-message_text")
    texts = message.select(".tgme_widget_message_text")
    own = body or next((t for t in texts if not t.find_parent(class_="tgme_widget_message_reply")), None)
    return str(own) if own else None


def _linked(message: Tag, selector: str) -> str | None:
    """The id of the Telegram post that an anchor leads to."""
    anchor = message.select_one(selector)
    address = PLATFORM.identify(str(anchor["href"])) if anchor else None
    return address.external_id if address else None


def _reactions(message: Tag) -> int | None:
    """All reactions together; None where none is shown."""
    shown = [regex.search(r"(?r)[\d.,]+[KMB]?$", r.get_text(strip=True)) for r in message.select(".tgme_reaction")]
    known = [number for found in shown if found and (number := short_count(found[0])) is not None]
    return sum(known) if known else None


def _words(node: Tag, selector: str) -> str | None:
    found = node.select_one(selector)
    return found.get_text(" ", strip=True) or None if found else None


def _media(message: Tag) -> Media:
    return media(
        card=[_words(message, f".link_preview_{name}") for name in ("title", "description")],
        poll=[
            _words(message, ".tgme_widget_message_poll_question"),
            *(o.get_text(" ", strip=True) for o in message.select(".tgme_widget_message_poll_option_text")),
        ],
    )


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
        platform=NAME,
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


PLATFORM = Telegram()
