"""Threads, as articles show it, from the user's own recordings and exports, and by keyword search with an approved token.

Without a token nothing is asked for: the terms of Meta's oEmbed forbid keeping or analysing what it answers, and the pages
want a sign-in. Formats: developers.facebook.com/docs (Threads Media), and the web client's own items as browser recordings
hold them. Embeds: Meta's "oEmbed" pages.

Search, read on 2026-11-27 at developers.facebook.com/documentation/threads/keyword-search: a user may send 2,200 queries in
any 24 hours, across applications; those without results do not count; public posts are found only where the application
was approved for ``threads_keyword_search``, else the user's own. No counts are told. What may be kept of its answers is
said by Meta's Platform Terms (developers.facebook.com/terms) and by the approval itself.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pydantic import Field, SecretStr

from ..dates import utc
from ..groups import FollowSettings, NetSettings, WebAddress, revealed
from ..markup.links import find_links
from ..markup.marks import Marks
from ..net.budget import Budget, Period
from ..net.evidence import Evidence
from ..records import NO_MEDIA, Author, Kind, Media, Post, PostAddress, Reach
from ..urls import split
from ..values import at, count, items, mapping, text, text_in
from . import meta
from .asking import load, pages, paid
from .base import Answer, Row, Source
from .meta import is_ad, unwrapped
from .words import media

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

NAME = "threads"
FIELDS = "id,text,media_type,permalink,timestamp,username,is_quote_post,is_reply,link_attachment_url,alt_text"
SHOWN = frozenset(("text", "caption", "media_type", "text_post_app_info", "timestamp"))
"""Fields of which every medium has one."""
DESCRIBED = frozenset(("alt_text", "custom_accessibility_caption", "poll_attachment"))
"""Fields with words beside the text."""


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:@([A-Za-z0-9_.]+)/post|t)/([A-Za-z0-9_-]+)", path)
    return PostAddress(NAME, found[2], _address(found[1], found[2]), found[1]) if found else None


def _address(handle: str | None, code: str) -> str:
    return f"https://www.threads.net/{f'@{handle}/post' if handle else 't'}/{code}"


class ThreadsSettings(FollowSettings, NetSettings):
    """Where Threads is searched, and as whom."""

    threads_url: WebAddress = Field("https://graph.threads.net", description="the Threads API")
    threads_token: SecretStr | None = Field(
        None, description="token of an application that Meta approved for threads_keyword_search; without it, no search"
    )
    threads_budget: int = Field(2_200, ge=0, description="searches at Threads in any 24 hours")


class Threads(Source[ThreadsSettings]):
    """Posts on Threads, from recordings and by search."""

    name = NAME
    title = "Threads"
    rank = 11
    help = (
        "posts as articles show them, the user's own recordings, and posts found by search with STORYWAKE_THREADS_TOKEN"
    )
    row = Row(
        "the post as the article shows it, and recordings",
        "`STORYWAKE_THREADS_TOKEN` (approved by Meta): posts that name an address, or speak of the story without one",
        "as recorded",
    )
    documentation = "developers.facebook.com/documentation/threads"
    limits = "2,200 searches in any 24 hours (developers.facebook.com/documentation/threads/keyword-search)"
    checked = "2026-11-27"
    group = ThreadsSettings
    search_budget = NAME
    searches_words = True

    hosts = {"threads.net": _path, "threads.com": _path}
    profiles = dict.fromkeys(("threads.net", "threads.com"), r"/@([\w.]+)/?$")
    marks = Marks(called=("threads",), classes=("text-post-media",), addresses=("data-text-post-permalink",))
    zeeschuimer = ("threads.net", "threads.com")

    def budgets(self, settings: ThreadsSettings) -> tuple[Budget, ...]:
        """Searches in any 24 hours; nothing is asked without a token."""
        day = Period("in 24 hours", hours=24)
        return (Budget(NAME, settings.threads_budget, day, "{} searches".format),) if settings.threads_token else ()

    def missing(self, settings: ThreadsSettings) -> str | None:
        """Meta answers approved applications."""
        return (
            None
            if settings.threads_token
            else "no STORYWAKE_THREADS_TOKEN, which Meta must approve: nothing is asked for"
        )

    async def linking(self, fetcher: Fetcher, settings: ThreadsSettings, url: str) -> AsyncIterator[Answer]:
        """Posts that name an address without its scheme, newest first, page by page."""
        if parts := split(url):
            async for answer in self._search(fetcher, settings, f"{parts.netloc}{parts.path}"):
                yield answer

    async def naming(self, fetcher: Fetcher, settings: ThreadsSettings, words: str) -> AsyncIterator[Answer]:
        """Posts with some words, likewise."""
        async for answer in self._search(fetcher, settings, words):
            yield answer

    async def _search(self, fetcher: Fetcher, settings: ThreadsSettings, words: str) -> AsyncIterator[Answer]:
        if not settings.threads_token:
            return
        asked = {"q": words, "search_type": "RECENT", "fields": FIELDS, "limit": "100"}

        async def ask(after: str) -> Evidence:
            return await paid(
                fetcher,
                NAME,
                settings.attempts,
                lambda: fetcher.api(
                    settings.threads_url,
                    "/v1.0/keyword_search",
                    {**asked, "after": after or None},
                    token=revealed(settings.threads_token),
                ),
                lambda evidence: (
                    {f"search {uuid4().hex}": evidence.attempts} if items(at(load(evidence), "data")) else {}
                ),
            )

        def following(_: str, payload: Any) -> str | None:
            return text(at(payload, "paging", "cursors", "after")) if at(payload, "paging", "next") else None

        async for answer in pages(fetcher, NAME, "", ask, following, settings.thread_pages):
            yield answer

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """Whatever lies in an object; nothing of an advertisement. In a chain, an answer is told the post before it."""
        found = meta.inside(item)
        chain = item.get("thread_items")
        return (
            found if type(chain) is not list else [*(value for value in found if value is not chain), _chained(chain)]
        )

    def read(self, item: dict[str, Any]) -> Iterable[Post]:
        """A Threads API medium, or a web client's item."""
        if item.keys().isdisjoint(SHOWN) or is_ad(item):
            return ()
        code = _code(item)
        return (_medium(item, code),) if code else ()


def _medium(item: dict[str, Any], code: str) -> Post:
    user, info = mapping(item.get("user")), mapping(item.get("text_post_app_info"))
    handle = text(item.get("username")) or text(user.get("username"))
    words = text(item.get("text")) or (text(at(item["caption"], "text")) if "caption" in item else None)
    shared, preview = mapping(info.get("share_info")), mapping(info.get("link_preview_attachment"))
    quoted = mapping(item.get("quoted_post")) or shared.get("quoted_post")
    reposted = mapping(item.get("reposted_post")) or shared.get("reposted_post")
    replied = _code(item.get("replied_to")) or _code(info.get("reply_to_post"))
    link = text(item.get("link_attachment_url")) or text(preview.get("url")) or ""
    links = find_links(words or "")
    return Post(
        platform=NAME,
        external_id=code,
        url=_address(handle, code),
        kind=_kind(item, reposted, replied, quoted),
        author=Author(handle=handle, name=text(user.get("full_name")), external_id=text(user.get("pk"))),
        text=words,
        posted_at=utc(text(item.get("timestamp")) or count(item.get("taken_at"))),
        in_reply_to=replied,
        quotes=_code(quoted) or _code(reposted),
        media=_media(item, preview),
        links=tuple(dict.fromkeys([*links, unwrapped(link)])) if link.startswith("http") else links,
        reach=Reach(
            likes=count(item.get("like_count")),
            reposts=count(info.get("repost_count")),
            replies=count(info.get("direct_reply_count")),
            quotes=count(info.get("quote_count")),
        ),
    )


def _chained(chain: list[Any]) -> list[Any]:
    """The web client's items below each other, where those that answer are told what they answer: the one before."""
    found: list[Any] = []
    before: str | None = None
    for item in chain:
        post = mapping(item).get("post")
        if type(post) is dict and before and at(post, "text_post_app_info", "reply_to_author"):
            item = {**item, "post": {"replied_to": {"code": before}, **post}}
        found.append(item)
        before = _code(post)
    return found


def _media(item: dict[str, Any], preview: dict[str, Any]) -> Media:
    if not preview and item.keys().isdisjoint(DESCRIBED):
        return NO_MEDIA
    poll = mapping(item.get("poll_attachment"))
    return media(
        alt=[item.get("alt_text"), item.get("custom_accessibility_caption")],
        card=[preview.get("title")],
        poll=[poll.get(f"option_{letter}") for letter in "abcd"] if poll else (),
    )


def _kind(item: dict[str, Any], reposted: object, replied: str | None, quoted: object) -> Kind:
    if reposted:
        return Kind.REPOST
    if True in (item.get("is_reply"), at(item, "text_post_app_info", "is_reply")) or replied is not None:
        return Kind.REPLY
    return Kind.QUOTE if quoted or item.get("is_quote_post") is True else Kind.POST


def _code(item: Any) -> str | None:
    """The short code of a medium, by which its address names it."""
    if type(item) is not dict:
        return None
    if code := text_in(item, "shortcode", "code"):
        return code
    address = PLATFORM.identify(text(item["permalink"])) if "permalink" in item else None
    return address.external_id if address else None


PLATFORM = Threads()
