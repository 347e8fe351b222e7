"""Telegram's public pages: the post widget, a channel's preview, the discussion below a post.

Formats: core.telegram.org/widgets/post (the page ``t.me/CHANNEL/ID?embed=1``), the preview ``t.me/s/CHANNEL``,
core.telegram.org/widgets/discussion (``t.me/CHANNEL/ID?embed=1&discussion=1&comments_limit=N``), read 2026-11-27. Comments live
in the channel's discussion group; the widget names them by the post and a number: ``t.me/CHANNEL/ID?comment=NUMBER``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import regex

from ..dates import utc
from ..markup.fragments import read_fragment, shallow
from ..records import Author, Kind, Media, Post, PostAddress, Reach
from ..urls import split
from ..values import clean, short_count
from .telegram_exports import NAME
from .words import media

if TYPE_CHECKING:
    from bs4 import Tag

HOSTS = ("t.me", "telegram.me", "telegram.dog")
NOBODY = "Deleted Account"
"""The name that is shown of accounts that are gone."""
COUNTED = re.compile(rb'class="js-header">\s{0,20}(\d[\d,. ]{0,14}[KMB]?) comments?<')


def post_at(path: str, query: str) -> PostAddress | None:
    """The post, or the comment below it, that a path on Telegram's hosts names."""
    found = re.match(r"/(?:s/)?([A-Za-z][A-Za-z0-9_]{3,31})/(?:\d+/)?(\d+)/?$", path)
    if not found:
        return None
    number = parse_qs(query).get("comment", [""])[0] if "comment=" in query else ""
    below = f"?comment={number}" if number.isascii() and number.isdigit() else ""
    identity = f"{found[1]}/{found[2]}{below}"
    return PostAddress(NAME, identity, f"https://t.me/{identity}", None if below else found[1])


def comments_told(body: bytes) -> int | None:
    """How many comments a discussion's page says that there are; None where it tells no number."""
    found = COUNTED.search(body)
    return short_count(found[1].decode().strip()) if found else None


def read_page(markup: str) -> Iterator[Post]:
    """Posts of a widget or preview page, comments of a discussion's."""
    from bs4 import BeautifulSoup  # here, since few pages need it and it is slow to load

    soup = BeautifulSoup(shallow(clean(markup)), "lxml")
    followers = None
    for counter in soup.select(".tgme_channel_info_counter"):
        if "subscriber" in counter.get_text():
            followers = short_count(_words(counter, ".counter_value"))
    for message in soup.select(".tgme_widget_message[data-post]"):
        yield _shown(message, followers)
    below = [
        (message, address)
        for message in soup.select(".tgme_widget_message[data-post-id]")
        if (address := _place(message))
    ]
    known = {address.external_id for _, address in below}
    for message, address in below:
        yield _comment(message, address, known)


def _place(message: Tag) -> PostAddress | None:
    """What a comment's date leads to: the post, and the comment's number."""
    anchor = message.select_one("a.tgme_widget_message_date[href]")
    address = _address(str(anchor["href"])) if anchor else None
    return address if address and "?comment=" in (address.external_id or "") else None


def _comment(message: Tag, address: PostAddress, known: set[str | None]) -> Post:
    """A comment; it answers the post, or the comment that it says it answers, where the page shows that one."""
    post = str(address.external_id).partition("?")[0]
    words = read_fragment(_body(message))
    moment = message.select_one("time[datetime]")
    answered = message.select_one(".tgme_widget_message_reply[data-reply-to]")
    above = f"{post}?comment={answered['data-reply-to']}" if answered else None
    names = message.select(".tgme_widget_message_author_name")
    who = next((n for n in names if not n.find_parent(class_="tgme_widget_message_reply")), None)
    name = who.get_text(" ", strip=True) if who else None
    return Post(
        platform=NAME,
        external_id=address.external_id,
        url=address.url,
        kind=Kind.COMMENT,
        author=Author(handle=_handle(who), name=name if name and name != NOBODY else None),
        text=words.text,
        posted_at=utc(str(moment["datetime"])) if moment else None,
        in_reply_to=above if above in known else post,
        links=words.links,
        media=_media(message),
        reach=Reach(likes=_reactions(message)),
    )


def _handle(who: Tag | None) -> str | None:
    """The name in an author's address, where the author has one."""
    found = re.fullmatch(r"https?://(?:www\.)?t\.me/([A-Za-z]\w{3,31})/?", str(who.get("href", ""))) if who else None
    return found[1] if found else None


def _address(url: str) -> PostAddress | None:
    parts = split(url)
    return post_at(parts.path, parts.query) if parts and parts.netloc in HOSTS else None


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
    address = _address(str(anchor["href"])) if anchor else None
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
