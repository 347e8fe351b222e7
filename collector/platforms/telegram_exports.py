"""Messages of Telegram's channels as programs save them: Telegram Desktop, Telethon, Pyrogram.

Formats: core.telegram.org/import-export (result.json of Telegram Desktop), core.telegram.org/constructor/message as Telethon's
``to_dict`` gives it, docs.pyrogram.org "Message". A channel without a name is known by its number: ``NUMBER/MESSAGE``.
"""

from collections.abc import Iterator
from typing import Any

from ..dates import utc
from ..markup.links import find_links
from ..records import Author, Kind, Post, Reach
from ..values import at, count, items, mapping, text
from .words import media

NAME = "telegram"
PRIVATE = ("personal_chat", "bot_chat", "saved_messages", "replies", "private_group", "private_supergroup")
"""Kinds of chats that are nobody's publication."""


def read_export(item: dict[str, Any]) -> Iterator[Post]:
    """The messages of a chat as Telegram Desktop exports it; nothing of private ones."""
    channel, number = text(item.get("username")), text(item.get("id"))
    if item.get("type") in PRIVATE or not (channel or (number and "type" in item)):
        return
    for message in items(item.get("messages")):
        if message.get("type") == "message" and "id" in message:
            yield _exported(message, channel, number)


def _exported(message: dict[str, Any], channel: str | None, number: str | None) -> Post:
    place = channel or number
    identity = f"{place}/{text(message.get('id'))}"
    pieces = message.get("text")
    parts = pieces if isinstance(pieces, list) else [pieces]
    written = "".join((p if isinstance(p, str) else text(at(p, "text")) or "") for p in parts).strip() or None
    marked = [
        text(p.get("href")) or text(p.get("text")) for p in items(parts) if p.get("type") in ("link", "text_link")
    ]
    replied = text(message.get("reply_to_message_id"))
    reactions = [count(r.get("count")) for r in items(message.get("reactions"))]
    at_, day = count(message.get("date_unixtime")), text(message.get("date")) or ""
    return Post(
        platform=NAME,
        external_id=identity,
        url=_address(channel, number, text(message.get("id"))),
        kind=Kind.REPOST if text(message.get("forwarded_from")) else Kind.REPLY if replied else Kind.POST,
        author=Author(handle=channel, name=text(message.get("from")), external_id=text(message.get("from_id"))),
        text=written,
        posted_at=utc(at_ or day[:10]),  # without the zone, which an older export does not tell, the day alone is sure
        in_reply_to=f"{place}/{replied}" if replied else None,
        links=_links(None if marked else written, marked),
        media=media(poll=_poll(message.get("poll"))),
        reach=Reach(likes=sum(r for r in reactions if r) if reactions else None),
    )


def is_message(item: dict[str, Any]) -> bool:
    """Whether an object is a message of a channel as Telethon or Pyrogram saves it; a service message is none."""
    if item.get("_", "Message") != "Message" or type(item.get("id")) is not int or item.get("action"):
        return False
    if "message" in item:
        return count(at(_peer(item), "channel_id")) is not None
    chat = mapping(item.get("chat"))
    return "_" in item and "id" in chat and "CHANNEL" in str(chat.get("type")).upper()


def named_chats(item: dict[str, Any]) -> Iterator[tuple[int, Author]]:
    """The channels that an object tells of, by number."""
    for chat in (*items(item.get("chats")), mapping(item.get("_chat")), mapping(item.get("chat"))):
        number = count(chat.get("id"))
        if number is not None:
            yield (
                number,
                Author(
                    handle=text(chat.get("username")),
                    name=text(chat.get("title")),
                    external_id=str(number),
                    followers=count(chat.get("participants_count")),
                ),
            )


def read_message(message: dict[str, Any], chats: dict[int, Author]) -> Post:
    """A message for which ``is_message`` holds; ``chats`` are the channels that its payload names."""
    identity = text(message.get("id"))
    chat = mapping(message.get("chat"))
    number = text(at(_peer(message), "channel_id")) or (text(chat.get("id")) or "").removeprefix("-100")
    author = chats.get(int(number)) if number.isdigit() else None
    channel = (author.handle if author else None) or text(chat.get("username"))
    place = channel or number
    written = text(message.get("message")) or text(message.get("text")) or text(message.get("caption"))
    origin = mapping(message.get("fwd_from"))
    source, source_post = text(at(origin, "from_id", "channel_id")), text(origin.get("channel_post"))
    known = chats.get(int(source)) if source and source.isdigit() else None
    replied = text(at(message, "reply_to", "reply_to_msg_id")) or text(message.get("reply_to_message_id"))
    page = at(message, "media", "webpage")
    marked = [text(e.get("url")) for e in items(message.get("entities"))]
    return Post(
        platform=NAME,
        external_id=f"{place}/{identity}",
        url=_address(channel, number, identity),
        kind=Kind.REPOST if origin or message.get("forward_from_chat") else Kind.REPLY if replied else Kind.POST,
        author=author or Author(handle=channel, name=text(chat.get("title")), external_id=number or None),
        text=written,
        posted_at=_time(message.get("date")),
        in_reply_to=f"{place}/{replied}" if replied else None,
        quotes=f"{(known.handle if known else None) or source}/{source_post}" if source and source_post else None,
        links=_links(written, [*marked, text(at(page, "url"))]),
        media=media(
            card=[at(page, "title"), at(page, "description")],
            poll=_poll(at(message, "media", "poll")),
        ),
        reach=Reach(
            likes=_reactions(message.get("reactions")),
            reposts=count(message.get("forwards")),
            replies=count(at(message, "replies", "replies")),
            views=count(message.get("views")),
        ),
    )


def _peer(message: dict[str, Any]) -> Any:
    return message.get("peer_id") or message.get("to_id")


def _time(value: Any) -> str | None:
    """A time of Telethon's, with its zone or as Unix seconds; of a time without a zone the day alone is sure."""
    written = text(value) if isinstance(value, str) else None
    if written is None:
        return utc(count(value))
    return utc(written if written[-6:-5] in ("+", "-") or written.endswith("Z") else written[:10])


def _reactions(reactions: Any) -> int | None:
    counts = [count(r.get("count")) for r in items(at(reactions, "results") or reactions)]
    return sum(number for number in counts if number) if counts else None


def _poll(poll: Any) -> list[Any]:
    """A poll's question and choices; Telethon wraps each in a text with entities."""
    inner = at(poll, "poll") or poll
    options = items(at(inner, "answers")) or items(at(inner, "options"))
    shown = [at(inner, "question"), *(option.get("text") for option in options)]
    return [at(words, "text") if isinstance(words, dict) else words for words in shown]


def _links(written: str | None, marked: list[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*find_links(written or ""), *(m for m in marked if m and m.startswith("http"))]))


def _address(channel: str | None, number: str | None, identity: str | None) -> str:
    return f"https://t.me/{channel or f'c/{number}'}/{identity}"
