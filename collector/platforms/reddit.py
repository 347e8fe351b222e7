"""Reddit: posts (t3) and comments (t1) from listings.

Format: reddit.com/dev/api (Listing, Link, Comment, more, collections), and the dumps of Pushshift, PullPush and Arctic
Shift, whose lines are bare things. Times are Unix seconds; in place of removed words stands a notice in brackets.
Embeds: "Embeds" in Reddit's help.

Since November 2025 nobody gets a token by signing up: each application asks for approval (Responsible Builder Policy,
support.reddithelp.com/hc/articles/42728983564564, read on 2026-11-27). Public feeds are not read.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import Field, SecretStr

from ..clock import LookKind
from ..dates import utc
from ..groups import FollowSettings, WebAddress, revealed
from ..markup.links import find_links
from ..markup.marks import Attributes, Marks
from ..net.evidence import Evidence
from ..records import NO_MEDIA, Author, Kind, Media, Post, PostAddress, Reach
from ..values import at, count, items, text, unescape, walk
from . import words
from .asking import left_out, load, pages
from .base import Answer, Row, Source

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

NAME = "reddit"
SITE = "https://www.reddit.com"
GONE = re.compile(r"\[ ?(?:deleted|removed|unavailable|unknown)\b[^\]\n]{0,200}\]", re.I)
"""A notice in place of an author's name or a post's words."""
HIDDEN_SCORES = frozenset(("score_hidden", "hide_score"))
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BATCH = 100
"""Things that one request may ask about (api/info, api/morechildren)."""
MAX_QUERY = 512
"""Characters of what a search is asked for."""


class RedditSettings(FollowSettings):
    """Where Reddit is asked, and as whom."""

    reddit_url: WebAddress = Field("https://oauth.reddit.com", description="Reddit's API")
    reddit_token: SecretStr | None = Field(None, description="bearer token of an application approved by Reddit")


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(
        r"(?:/(r|user|u)/([^/]+))?/(?:comments|gallery|tb)/([a-z0-9]+)(?:/(?:[^/]*/)?(?:comment/)?([a-z0-9]{5,})?/?$)?",
        path,
    )
    if not found:
        return None
    page = f"{SITE}{f'/{found[1]}/{found[2]}' if found[1] else ''}/comments/{found[3]}/"
    if re.match(r".*/comments/[a-z0-9]+/(?:[^/]+/[a-z0-9]{5,}|comment/[a-z0-9]{5,})/?$", path) and found[4]:
        return PostAddress(NAME, f"t1_{found[4]}", f"{page}comment/{found[4]}/", None)
    return PostAddress(NAME, f"t3_{found[3]}", page, None)


def _short(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/([a-z0-9]+)/?$", path)
    return PostAddress(NAME, f"t3_{found[1]}", f"{SITE}/comments/{found[1]}/", None) if found else None


def _element(tag: str, attributes: Attributes) -> PostAddress | None:
    source = attributes.get("data-src") or attributes.get("src")
    return PLATFORM.identify(source) if tag == "amp-reddit" else None


class Reddit(Source[RedditSettings]):
    """Posts and comments on Reddit."""

    name = NAME
    title = "Reddit"
    rank = 4
    help = "posts, comments and posts that link to a story; needs STORYWAKE_REDDIT_TOKEN (an application that Reddit approved)"
    row = Row(
        "nothing",
        "`STORYWAKE_REDDIT_TOKEN`: posts (100 at once), comments, posts of an address, posts that speak of the story",
        "score, comments",
    )
    documentation = "reddit.com/dev/api"
    limits = (
        "each token needs approval (Responsible Builder Policy); then 100 requests a minute, told in headers; its feeds are not"
        " read, since robots.txt forbids every agent everything (announced in r/redditdev, 2024-06-25)"
    )
    checked = "2026-11-28"

    hosts = {
        "reddit.com": _path,
        "old.reddit.com": _path,
        "redditmedia.com": _path,
        "embed.reddit.com": _path,
        "redd.it": _short,
    }
    domains = {"reddit.com": _path}
    shares = {"www.reddit.com": r"/(?:r|u|user)/[\w-]+/s/\w{6,}/?$"}
    profiles = {"reddit.com": r"/u(?:ser)?/([\w-]+)/?$"}
    marks = Marks(
        called=("reddit",),
        classes=("reddit-",),
        amp=("amp-reddit",),
        names=("reddit",),
        element=_element,
        signature=re.compile(r"\bby\s?u/(?P<handle>[\w-]{3,20})(?P<name>)"),
    )

    group = RedditSettings
    searches_words = True
    whole_threads = True

    def missing(self, settings: RedditSettings) -> str | None:
        """Reddit answers signed-in applications."""
        return (
            None
            if settings.reddit_token
            else (
                "no STORYWAKE_REDDIT_TOKEN, for which Reddit approves each application: nothing is asked for; exports can be imported"
            )
        )

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts and the comments below it, a comment's counts."""
        return (LookKind.COUNTS,) if kind is Kind.COMMENT else (LookKind.COUNTS, LookKind.REPLIES)

    def visited(self, item: dict[str, Any]) -> tuple[Iterable[Post], list[Any]]:
        """A thing (``t1``, ``t3``) or what one wraps; inside it the post that it passes on and the comments below."""
        thing = _thing(item)
        if thing is None:
            return (), _listed(item)
        held = [thing.data[name] for name in BELOW if thing.data.get(name)]
        if "crosspost_parent_list" in thing.data:
            held.insert(0, [{"kind": "t3", "data": d} for d in items(thing.data["crosspost_parent_list"])])
        return _post(*thing), held

    def counts_at_once(self, settings: RedditSettings) -> int:
        """As many as a request may ask about, with access."""
        return BATCH if settings.reddit_token else 1

    async def posts(self, fetcher: Fetcher, settings: RedditSettings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """A hundred at once."""
        ids = [p.external_id for p in wanted if p.external_id]
        for start in range(0, len(ids) if settings.reddit_token else 0, BATCH):
            asked = ids[start : start + BATCH]
            evidence = await _ask(fetcher, settings, "/api/info", {"id": ",".join(asked)})
            found = await fetcher.read(NAME, evidence)
            yield Answer(evidence, found, left_out(evidence, asked, found, "data", "children"))

    async def replies(self, fetcher: Fetcher, settings: RedditSettings, post: Post) -> AsyncIterator[Answer]:
        """The comments below a post; those that the page holds back are asked for by id."""
        identity = post.external_id or ""
        if not settings.reddit_token or not identity.startswith("t3_"):
            return
        asked = {"limit": "500", "depth": str(settings.thread_depth)}
        evidence = await _ask(fetcher, settings, f"/comments/{identity[3:]}", asked)
        payload = load(evidence)
        yield Answer(evidence, await fetcher.read(NAME, evidence))
        held = list(dict.fromkeys(_held_back(payload)))
        for start in range(0, min(len(held), BATCH * settings.thread_pages), BATCH):
            more = {"api_type": "json", "link_id": identity, "children": ",".join(held[start : start + BATCH])}
            evidence = await _ask(fetcher, settings, "/api/morechildren", more)
            yield Answer(evidence, await fetcher.read(NAME, evidence))

    async def linking(self, fetcher: Fetcher, settings: RedditSettings, url: str) -> AsyncIterator[Answer]:
        """Posts of an address, page by page."""
        async for answer in _listings(fetcher, settings, "/api/info", {"url": url}):
            yield answer

    async def naming(self, fetcher: Fetcher, settings: RedditSettings, words: str) -> AsyncIterator[Answer]:
        """Posts with some words (reddit.com/dev/api#GET_search: 512 characters at most), the newest first, page by page."""
        asked = {"q": words[:MAX_QUERY], "type": "link", "sort": "new"}
        async for answer in _listings(fetcher, settings, "/search", asked):
            yield answer


def _listings(fetcher: Fetcher, settings: RedditSettings, path: str, asked: Mapping[str, str]) -> AsyncIterator[Answer]:
    """The pages of a list; none without a token."""

    async def ask(after: str) -> Evidence:
        return await _ask(fetcher, settings, path, {**asked, "limit": "100", "after": after or None})

    def following(_: str, payload: Any) -> str | None:
        return text(at(payload, "data", "after"))

    return pages(fetcher, NAME, "", ask, following, settings.thread_pages if settings.reddit_token else 0)


async def _ask(fetcher: Fetcher, settings: RedditSettings, path: str, params: Mapping[str, str | None]) -> Evidence:
    token = revealed(settings.reddit_token)
    return await fetcher.api(settings.reddit_url, path, {**params, "raw_json": "1"}, token=token)


BELOW = ("replies", "comments", "collections")
FULLNAME = re.compile(r"t\d_")
OWN_PAGE = re.compile(r"https?://(?:[\w-]+\.)?redd(?:it\.com|\.it)/")
"""Where a post's address leads that links to nothing else, if nothing says whether it does."""


class _Thing(NamedTuple):
    """A post (t3) or comment (t1), and what it holds."""

    kind: str
    data: dict[str, Any]


def _thing(item: dict[str, Any]) -> _Thing | None:
    """The thing that an object is, framed as listings do or bare as archives do; None where it is none."""
    kind, data = item.get("kind"), item.get("data")
    if kind is not None:
        return _Thing(kind, data) if kind in ("t1", "t3") and isinstance(data, dict) else None
    if "json" in item and isinstance(at(item["json"], "data", "things"), list):
        return None
    if "body" in item and ("link_id" in item or "parent_id" in item):
        return _Thing("t1", item)
    if "id" not in item and "name" not in item:
        return None
    return _Thing("t3", item) if "title" in item and ("selftext" in item or "permalink" in item) else None


def _listed(item: dict[str, Any]) -> list[Any]:
    """The children of a listing, and what an answer wraps."""
    kind, data = item.get("kind"), item.get("data")
    if kind == "Listing":
        return [at(data, "children")]
    if kind is not None:
        return []
    things = at(item, "json", "data", "things")
    return [things if isinstance(things, list) else data, item.get("sorted_links")]


class _Content(NamedTuple):
    """What comments and posts tell in different fields."""

    kind: Kind
    text: str | None
    links: tuple[str, ...]
    replies: int | None
    parent: str | None
    quoted: str | None
    deleted: bool


def _is_gone(words_: str | None) -> bool:
    return words_ is not None and words_[:1] == "[" and GONE.fullmatch(words_) is not None


def _comment(data: dict[str, Any]) -> _Content:
    body = text(data.get("body"))
    gone = _is_gone(body)
    written = None if gone else _unescaped(body)
    replies, parent = count(data.get("num_replies")), _parent(data)
    return _Content(Kind.COMMENT, written, find_links(written or ""), replies, parent, None, gone)


def _parent(data: dict[str, Any]) -> str | None:
    """What a comment answers. Dumps hold it as a number too, and leave it out where that is the post."""
    parent, post = _fullname(data.get("parent_id"), "t1"), _fullname(data.get("link_id"), "t3")
    return post if parent is None or (post and parent[3:] == post[3:]) else parent


def _fullname(value: Any, kind: str) -> str | None:
    """An id with its kind in front: as it stands, or of a bare id or a number, which the id is in base 36."""
    if type(value) is int and 0 < value < 1 << 63:
        digits = ""
        while value:
            value, rest = divmod(value, 36)
            digits = DIGITS[rest] + digits
        return f"{kind}_{digits}"
    found = text(value) if isinstance(value, str) else None
    return found if not found or FULLNAME.match(found) else f"{kind}_{found}"


def _submission(data: dict[str, Any]) -> _Content:
    selftext, title = text(data.get("selftext")), text(data.get("title"))
    no_body, no_title = _is_gone(selftext), _is_gone(title)
    body, heading = None if no_body else _unescaped(selftext), None if no_title else _unescaped(title)
    linked = text(data.get("url"))
    if data["is_self"] if "is_self" in data else OWN_PAGE.match(linked or ""):
        linked = None
    target = "" if data.get("is_gallery") else _unescaped(text(data.get("url_overridden_by_dest")) or linked) or ""
    shown = (text(picture.get("outbound_url")) for picture in items(at(data, "gallery_data", "items")))
    links = (*filter(None, shown), *find_links(body or ""))
    quoted = text(data.get("crosspost_parent"))
    return _Content(
        kind=Kind.REPOST if quoted else Kind.POST,
        text=f"{heading}\n\n{body}" if heading and body else heading or body or None,
        links=tuple(dict.fromkeys(link for link in (target, *links) if link.startswith("http"))),
        replies=count(data.get("num_comments")),
        parent=None,
        quoted=quoted,
        deleted=no_body or no_title or bool(data.get("removed_by_category")),
    )


def _address(kind: str, identity: str, data: dict[str, Any]) -> str | None:
    """Where people read a thing: as it says, or from its ids."""
    told = text(data.get("permalink")) or text(data.get("full_link"))
    if told:
        return f"{SITE}{told}" if told.startswith("/") else told if told.startswith("http") else None
    community = text(data.get("subreddit"))
    within = f"{SITE}/r/{community}" if community else SITE
    post = _fullname(data.get("link_id") or data.get("submission"), "t3") if kind == "t1" else identity
    if post is None:
        return None
    return f"{within}/comments/{post[3:]}/" + (f"comment/{identity[3:]}/" if kind == "t1" else "")


def _post(kind: str, data: dict[str, Any]) -> Iterator[Post]:
    identity = text(data.get("name")) or _fullname(data.get("id"), kind)
    if not identity or data.get("promoted") is True:
        return
    author = text(data.get("author"))
    created = data.get("created_utc")
    content = _comment(data) if kind == "t1" else _submission(data)
    yield Post(
        platform=NAME,
        external_id=identity,
        url=_address(kind, identity, data),
        kind=content.kind,
        author=Author(handle=None if _is_gone(author) else author, external_id=text(data.get("author_fullname"))),
        text=content.text,
        posted_at=utc(_number(created) if isinstance(created, str) else created),
        in_reply_to=content.parent,
        quotes=content.quoted,
        links=content.links,
        media=_media(data) if "gallery_data" in data or "poll_data" in data else NO_MEDIA,
        reach=Reach(
            likes=None if _hides_score(data) else _score(data.get("score")),
            replies=content.replies,
        ),
        deleted=content.deleted,
    )


def _media(data: dict[str, Any]) -> Media:
    return words.media(
        alt=[picture.get("caption") for picture in items(at(data, "gallery_data", "items"))],
        poll=[option.get("text") for option in items(at(data, "poll_data", "options"))],
    )


def _hides_score(data: dict[str, Any]) -> bool:
    return not data.keys().isdisjoint(HIDDEN_SCORES) and any(data.get(mark) for mark in HIDDEN_SCORES)


def _score(value: Any) -> int | None:
    """Votes for less votes against, which may be below nought."""
    return value if type(value) is int and abs(value) <= 1 << 53 else None


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _unescaped(words: str | None) -> str | None:
    return unescape(words) if words else None


def _held_back(payload: Any) -> Iterator[str]:
    for item in walk(payload, lambda thing: [at(thing, "data", "children"), at(thing, "data", "replies")]):
        children = at(item, "data", "children") if item.get("kind") == "more" else None
        yield from (i for i in map(text, children if isinstance(children, list) else ()) if i)


PLATFORM = Reddit()
