"""Comments under an article, as WordPress, a feed of comments, or Disqus tell them.

Formats: developer.wordpress.org/rest-api/reference/comments (last changed there on 2026-10-14; 100 a page at most); the feeds that
WordPress makes (wp-includes/feed-rss2-comments.php, feed-atom-comments.php with RFC 4685's ``in-reply-to``); of Disqus the page
of its embed, which holds a thread's first posts as JSON in the form of disqus.com/api/docs/posts/details. Read on 2026-11-27.
"""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import feedparser

from ..dates import utc
from ..markup.fragments import read_fragment
from ..markup.page import Page
from ..records import Author, Kind, Post, Reach
from ..urls import canonical, host_of, is_web_address, split
from ..values import at, count, items, text
from .charsets import decode
from .feed_bytes import escaped, readable_bytes, root_of, whole_entries

MAX_COMMENTS = 5_000
"""Of one feed; the rest is not read."""
PLACE = re.compile(r"#(?:comment|div-comment)-(\d{1,15})$")
PAGED = re.compile(r"/comment-page-\d+/?(?=[?#]|$)|(?<=[?&])cpage=\d+&?")
ANYBODY = ("anonymous", "admin")


def comment_id(page: str, number: str | int) -> str:
    """The external id of a comment: the canonical address of its page, and its number there."""
    return f"{page}#comment-{number}"


def page_of(link: str) -> str:
    """The canonical address of the page that a comment's link leads into, whichever page of its comments that is."""
    return canonical(PAGED.sub("", link.partition("#")[0]))


def read_wordpress(payload: Any) -> list[Post]:
    """The comments in an answer of WordPress, those with a link to their page; what only tells of a link elsewhere (pingbacks) is none."""
    found = []
    for item in items(payload):
        number, link = item.get("id"), text(item.get("link"))
        if (
            not isinstance(number, int)
            or not link
            or not is_web_address(link)
            or (item.get("type") or "comment") != "comment"
        ):
            continue
        page, parent, words = page_of(link), item.get("parent"), read_fragment(at(item, "content", "rendered"))
        found.append(
            Post(
                platform="web",
                external_id=comment_id(page, number),
                url=link,
                kind=Kind.COMMENT,
                author=_author(page, text(item.get("author_name")), item.get("author")),
                text=words.text,
                posted_at=_gmt(text(item.get("date_gmt"))),
                in_reply_to=comment_id(page, parent) if isinstance(parent, int) and parent > 0 else page,
                links=words.links,
            )
        )
    return found


def read_comment_feed(body: bytes, base: str) -> list[Post]:
    """The comments in a feed of comments; [] for anything else. What a comment answers is told by Atom alone."""
    body = readable_bytes(body)
    parsed = feedparser.parse(escaped(whole_entries(body, root_of(body))), response_headers={"content-location": base})
    found = []
    for entry in parsed.entries[:MAX_COMMENTS]:
        link = text(entry.get("link")) or text(entry.get("id")) or ""
        place = PLACE.search(link)
        if not place or not is_web_address(link):
            continue
        page = page_of(link)
        content = next((text(part.get("value")) for part in entry.get("content") or () if isinstance(part, dict)), None)
        words = read_fragment(content or text(entry.get("summary")))
        told = entry.get("thr_in-reply-to")
        answered = PLACE.search((text(told.get("ref")) if isinstance(told, dict) else None) or "")
        found.append(
            Post(
                platform="web",
                external_id=comment_id(page, place[1]),
                url=link,
                kind=Kind.COMMENT,
                author=_author(page, text(entry.get("author")), None),
                text=words.text,
                posted_at=utc(text(entry.get("published")) or text(entry.get("updated"))),
                in_reply_to=comment_id(page, answered[1]) if answered else None,
                links=words.links,
            )
        )
    return found


def is_feed(body: bytes) -> bool:
    """Whether an answer is a feed, perhaps one without entries."""
    return root_of(readable_bytes(body)) in ("rss", "feed", "RDF")


def read_disqus(markup: bytes, address: str) -> list[Post] | None:
    """The comments in the page of Disqus's embed; None for anything else.

    ``address`` is where it came from, which names the page commented on.
    """
    node = Page(decode(markup)).tree.css_first("script#disqus-threadData")
    try:
        told = json.loads(node.text() or "") if node else None
    except (ValueError, RecursionError):
        return None
    named = parse_qs(urlsplit(address).query).get("t_u") if split(address) else None
    link = named[0] if named else text(at(told, "response", "thread", "link"))
    if not link or not is_web_address(link) or not isinstance(at(told, "response", "posts"), list):
        return None
    return list(_disqus(items(at(told, "response", "posts")), canonical(link), link.partition("#")[0]))


def _disqus(posts: Iterable[dict[str, Any]], page: str, link: str) -> Iterable[Post]:
    for item in posts:
        number, parent = text(item.get("id")) or item.get("id"), item.get("parent")
        if not str(number).isdecimal():
            continue
        words, gone = read_fragment(item.get("message")), item.get("isDeleted") is True
        name = text(at(item, "author", "name"))
        yield Post(
            platform="web",
            external_id=comment_id(page, str(number)),
            url=f"{link}#comment-{number}",
            kind=Kind.COMMENT,
            author=Author()
            if gone
            else _author("https://disqus.com", name, at(item, "author", "id"), text(at(item, "author", "username"))),
            text=None if gone else words.text,
            posted_at=_gmt(text(item.get("createdAt"))),
            in_reply_to=comment_id(page, str(parent)) if str(parent).isdecimal() and parent else page,
            links=() if gone else words.links,
            reach=Reach(likes=count(item.get("likes"))),
            deleted=gone,
        )


def _author(page: str, name: str | None, number: Any, handle: str | None = None) -> Author:
    """Who commented: an account of that site, by its number where it has one, else by the name given there.

    A name means nobody on another site, and one that the site gives to all who give none is nobody's.
    """
    host = host_of(page)
    if str(number or "").isdecimal():
        return Author(name=name, handle=handle, external_id=f"{host}#{number}")
    if not name or name.casefold() in ANYBODY:
        return Author(name=name)
    return Author(name=name, handle=handle, external_id=f"{host}: {name}")


def _gmt(told: str | None) -> str | None:
    """A time that is written without its zone, which is UTC."""
    return utc(f"{told}Z") if told and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", told) else utc(told)
