"""Telegram: its public pages (``telegram_pages.py``); exports and bot updates as archives hold them.

Format of updates: core.telegram.org/bots/api#message; ``telegram_exports.py`` reads what programs save.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ..clock import LookKind
from ..dates import utc
from ..groups import FollowSettings, WebAddress
from ..markup.links import find_links
from ..markup.marks import Attributes, Marks
from ..records import Author, Kind, Post, PostAddress, Reach
from ..values import at, count, items, text, walk
from .base import Answer, Row, Source
from .telegram_exports import NAME, is_message, named_chats, read_export, read_message
from .telegram_pages import HOSTS, comments_told, post_at, read_page

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

HELD = ("messages", "channel_post", "edited_channel_post", "result", "chats", "left_chats", "list")
MAX_COMMENTS = 50
"""Comments asked for below a post; further ones come with requests of a signed-in browser alone."""
LACKING = "the public widget shows the newest comments alone; the others come by import of the discussion group"


class TelegramSettings(FollowSettings):
    """Where Telegram is asked, and which channels are searched."""

    telegram_url: WebAddress = Field("https://t.me", description="Telegram's widget and preview pages")
    telegram_channels: list[str] = Field(
        default_factory=list, description="public channels searched, a JSON list of names"
    )


def _element(tag: str, attributes: Attributes) -> PostAddress | None:
    post = attributes.get("data-telegram-post")
    return PLATFORM.identify(f"https://t.me/{post}") if post else None


class Telegram(Source[TelegramSettings]):
    """Posts of public channels."""

    name = NAME
    title = "Telegram"
    rank = 7
    help = "posts of public channels with views, and their newest comments, from widget pages; no key; other comments by import"
    row = Row(
        "a known post of a public channel and its newest comments (50), where its discussion is open; posts with the address "
        "in `STORYWAKE_TELEGRAM_CHANNELS`; other comments by import of the discussion group",
        "none",
        "views, reactions",
    )
    documentation = "core.telegram.org/widgets/post, core.telegram.org/widgets/discussion"
    checked = "2026-11-27"

    hosts = dict.fromkeys(HOSTS, post_at)
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
        return (
            None
            if known
            else "no STORYWAKE_TELEGRAM_CHANNELS: known posts and their newest comments, no channel is searched"
        )

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts and its comments; of a comment what its page told."""
        return () if kind is Kind.COMMENT else (LookKind.COUNTS, LookKind.REPLIES)

    def read_markup(self, markup: str) -> Iterator[Post]:
        """Posts of a widget or preview page, comments of a discussion's."""
        return read_page(markup)

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

    async def replies(self, fetcher: Fetcher, settings: TelegramSettings, post: Post) -> AsyncIterator[Answer]:
        """The newest comments below a post, as its discussion's widget shows them; () where its discussion is not open."""
        if not post.external_id or "?" in post.external_id:
            return
        asked = {"embed": "1", "discussion": "1", "comments_limit": str(MAX_COMMENTS)}
        evidence = await fetcher.api(settings.telegram_url, f"/{post.external_id}", asked)
        found = await fetcher.read(NAME, evidence)
        short = (comments_told(evidence.body) or 0) > len(found)
        yield Answer(evidence, found, lacking=LACKING if short else None)

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


def _bot_message(message: dict[str, Any]) -> Post:
    chat = message["chat"]
    channel = text(chat.get("username"))
    number = text(message.get("message_id"))
    words = text(message.get("text")) or text(message.get("caption"))
    entities = [*items(message.get("entities")), *items(message.get("caption_entities"))]
    marked = [text(e.get("url")) for e in entities if e.get("type") == "text_link"]
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
