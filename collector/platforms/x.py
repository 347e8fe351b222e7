"""X: oEmbed without a key, API v2 with a bearer token; v1.1 and widget payloads of archives.

Formats: developer.x.com "oEmbed API", docs.x.com "X API v2 data dictionary: Post", the v1.1 "Tweet
object", and the embed widget's own JSON as archives hold it. Embeds: "Embedded Tweet" markup guide, AMP's amp-twitter.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from pydantic import Field, SecretStr

from ..clock import LookKind
from ..dates import utc
from ..errors import OverBudget
from ..groups import FollowSettings, WebAddress, revealed
from ..markup.embeds import embeds_in
from ..markup.marks import NO_HANDLES, Marks
from ..markup.page import Page, paragraphs
from ..net.evidence import Evidence
from ..records import Author, Kind, Post, PostAddress, Reach
from ..urls import split
from ..values import at, count, items, language, mapping, text, unescape
from .asking import load, pages, paid
from .base import Answer, Row, Source

if TYPE_CHECKING:
    from ..net.fetch import Fetcher

NAME = "x"
HOSTS = (
    "twitter.com",
    "x.com",
    "mobile.twitter.com",
    "m.twitter.com",
    "platform.twitter.com",
    "fxtwitter.com",
    "vxtwitter.com",
    "mobile.x.com",
    "nitter.net",
)
SEARCH = "/2/tweets/search/recent"
TWEET_FIELDS = "public_metrics,conversation_id,referenced_tweets,entities,lang,created_at,author_id,note_tweet,edit_history_tweet_ids"
FIELDS = {
    "tweet.fields": TWEET_FIELDS,
    "expansions": "author_id",
    "user.fields": "public_metrics,username,name,entities",
}
"""Posts referred to are not asked for along with the others, since each would be charged too."""
MAX_PAGE, MIN_PAGE = 100, 10
"""Posts of a page: the most that any answer gives, the fewest that search can be asked for."""
MILLION = 1_000_000
"""The budget is counted in millionths of a dollar."""


class XSettings(FollowSettings):
    """Where X is asked, as whom, and what that may cost."""

    x_oembed_url: WebAddress = Field("https://publish.twitter.com/oembed", description="X's oEmbed endpoint")
    x_url: WebAddress = Field("https://api.x.com", description="X's API v2")
    x_token: SecretStr | None = Field(None, description="bearer token of X's API v2; without it, oEmbed only")
    x_budget: float = Field(5.0, ge=0, description="dollars that X's API may cost in a UTC day; never exceeded")
    x_post_price: float = Field(0.005, ge=0, description="what X charges for a post returned, in dollars")
    x_user_price: float = Field(0.010, ge=0, description="what X charges for a user returned, in dollars")


def _address(identity: str, handle: str | None) -> str:
    return f"https://x.com/{handle or 'i'}/status/{identity}"


def _path(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:#!/)?([A-Za-z0-9_]{1,20}|i/web|i)/status(?:es)?/(\d{1,20})", path)
    if found:
        handle = None if found[1] in NO_HANDLES or "/" in found[1] else found[1]
        return PostAddress(NAME, found[2], _address(found[2], handle), handle)
    identity = parse_qs(query).get("id", [""])[0] if path.lower().startswith("/embed/") else ""
    return PostAddress(NAME, identity, _address(identity, None), None) if identity.isdigit() else None


def _twitframe(path: str, query: str) -> PostAddress | None:
    """Twitframe's frames carry the post's address as ``url``."""
    parts = split(parse_qs(query).get("url", [""])[0])
    return _path(parts.path, "") if parts else None


def _by_id(identity: str) -> PostAddress | None:
    usable = re.fullmatch(r"\d{5,20}", identity)
    return PostAddress(NAME, identity, _address(identity, None), None) if usable else None


def _signed(address: PostAddress, handle: str) -> PostAddress:
    """The address of a post with its author's handle, which ``/i/status/`` leaves out."""
    named = "/i/status/" in address.url
    return address._replace(url=_address(address.external_id or "", handle)) if named else address


class X(Source[XSettings]):
    """Posts on X."""

    name = NAME
    title = "X"
    rank = 1
    help = "posts by oEmbed (no counts); counts, replies and quotes need STORYWAKE_X_TOKEN"
    row = Row(
        "text, author, day and links of a known post, by oEmbed",
        "`STORYWAKE_X_TOKEN`: posts (100 at once), the conversation of the last seven days, quotes",
        "with the token: likes, reposts, replies, quotes, views, followers",
    )
    documentation = "docs.x.com, X API v2"
    limits = "pay per post and user returned; search holds seven days (docs.x.com/x-api, pricing and recent search)"

    hosts = {**dict.fromkeys(HOSTS, _path), "twitframe.com": _twitframe}
    profiles = dict.fromkeys(HOSTS, r"/([A-Za-z0-9_]{1,15})/?$")
    marks = Marks(
        classes=("twitter-", "tweet"),
        selectors=("twitter-widget", "[data-tweet-id]", "[data-tweetid]", "[tweetid]", "[data-tweet-url]"),
        amp=("amp-twitter",),
        openings=("<twitter-widget",),
        names=("twitter",),
        addresses=("data-tweet-url",),
        ids={"data-tweet-id": _by_id, "data-tweetid": _by_id, "tweetid": _by_id},
        scripts=(re.compile(r"createTweet(?:Embed)?\s*\(\s*['\"](\d{5,20})['\"]"), lambda call: _by_id(call[1])),
        script_name="createTweet",
        words=paragraphs,
        no_links=re.compile(
            r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(?:hashtag/|search|[A-Za-z0-9_]+/?(?:\?|$))"
        ),
        signed=_signed,
        handle=re.compile(r"[^@.]*"),
    )

    group = XSettings
    zeeschuimer = ("twitter.com", "x.com")
    export_read = True

    def budget(self, settings: XSettings) -> int:
        """Millionths of a dollar."""
        return round(settings.x_budget * MILLION)

    def shown_amount(self, amount: int) -> str:
        """Dollars and cents."""
        return f"${amount / MILLION:.2f}"

    def exported(self, data: Any) -> Any:
        """The web client's form of a post as the v1.1 status that it wraps."""
        return _client_post(data) or data

    def missing(self, settings: XSettings) -> str | None:
        """Without a token, only text, author and day can be read."""
        known = settings.x_token
        return None if known else "no STORYWAKE_X_TOKEN: text, author and day only, no counts, replies or quotes"

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts, its conversation, its quotes."""
        return (LookKind.COUNTS, LookKind.REPLIES, LookKind.QUOTES)

    def read(self, item: dict[str, Any]) -> Iterable[Post]:
        """Posts of a v2 answer, a v1.1 status, a deletion, a widget's JSON, or an oEmbed answer."""
        shape = _shape(item)
        if shape == "oembed":
            return self._oembed(item)
        if shape == "deletion":
            return _deletion(item)
        if shape == "v2":
            return _v2(item)
        if shape == "v1":
            return _v1(item)
        if shape == "bare":
            return _v2({"data": item, "includes": item.get("includes") or {}})
        return _not_found(item) if shape == "errors" else ()

    def inside(self, item: dict[str, Any]) -> list[Any]:
        """The statuses of a list, and those that a v1.1 status holds."""
        shape = _shape(item)
        if shape == "v1":
            return [item.get(k) for k in ("retweeted_status", "quoted_status", "quoted_tweet", "parent")]
        return [item.get({"tweet": "tweet", "list": "statuses"}.get(shape, ""))]

    async def posts(self, fetcher: Fetcher, settings: XSettings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """By API v2, a hundred at once, where there is a token; else by oEmbed, one at a time."""
        identified = [p for p in wanted if p.external_id]
        if settings.x_token:
            ids = [p.external_id or "" for p in identified]
            async for answer in self._lookups(fetcher, settings, ids):
                yield answer
            return
        for post in identified:
            url = post.url or _address(post.external_id or "", None)
            evidence = await fetcher.api(settings.x_oembed_url, "", {"url": url, "omit_script": "1", "dnt": "1"})
            gone = (post.external_id or "",) if evidence.status in (404, 410) else ()
            yield Answer(evidence, await fetcher.read(NAME, evidence), gone)

    async def _lookups(self, fetcher: Fetcher, settings: XSettings, wanted: list[str]) -> AsyncIterator[Answer]:
        """Posts by their ids, first those that were charged today already."""
        charged = fetcher.purse.charged(NAME, [f"post {i}" for i in wanted])
        free = [i for i in wanted if f"post {i}" in charged]
        dear = [i for i in wanted if f"post {i}" not in charged]
        while free or dear:
            known = free[:MAX_PAGE]
            new = dear[: min(MAX_PAGE - len(known), _affordable(fetcher, settings))]
            if not known and not new:
                raise OverBudget(NAME, f"the day's budget is spent: {len(dear)} posts are not looked at today")
            free, dear = free[len(known) :], dear[len(new) :]
            ids = known + new
            evidence = await _ask(fetcher, settings, "/2/tweets", {"ids": ",".join(ids)}, len(new))
            gone = tuple(identity for identity in _missing(load(evidence)) if identity in ids)
            yield Answer(evidence, await fetcher.read(NAME, evidence), gone)

    async def replies(self, fetcher: Fetcher, settings: XSettings, post: Post) -> AsyncIterator[Answer]:
        """The conversation below a post: the last seven days, which recent search holds."""
        if settings.x_token and post.external_id:
            below = "in_reply_to_tweet_id" if post.kind is Kind.REPLY else "conversation_id"
            query = {"query": f"{below}:{post.external_id}"}
            async for answer in _pages(fetcher, settings, SEARCH, "next_token", query):
                yield answer

    async def quotes(self, fetcher: Fetcher, settings: XSettings, post: Post) -> AsyncIterator[Answer]:
        """The posts that quote a post, page by page."""
        if settings.x_token and post.external_id:
            quotes = f"/2/tweets/{post.external_id}/quote_tweets"
            async for answer in _pages(fetcher, settings, quotes, "pagination_token", {}):
                yield answer

    async def linking(self, fetcher: Fetcher, settings: XSettings, url: str) -> AsyncIterator[Answer]:
        """Posts of the last seven days that link to an address, page by page."""
        if settings.x_token:
            async for answer in _pages(fetcher, settings, SEARCH, "next_token", {"query": f'url:"{url}"'}):
                yield answer

    def _oembed(self, payload: dict[str, Any]) -> Iterator[Post]:
        for embed in embeds_in(Page(payload["html"]), self.own):
            address = self.identify(text(payload.get("url"))) or self.identify(embed.url)
            if not address:
                continue
            author_url = text(payload.get("author_url")) or ""
            handle = embed.author_handle or author_url.rstrip("/").rsplit("/", 1)[-1] or address.handle
            yield Post(
                platform=NAME,
                external_id=address.external_id,
                url=_address(address.external_id or "", handle),
                author=Author(handle=handle or None, name=text(payload.get("author_name")) or embed.author_name),
                text=embed.text,
                posted_at=embed.posted_at,
                links=embed.links,
            )
            return


def _pages(
    fetcher: Fetcher, settings: XSettings, path: str, token_name: str, query: dict[str, str]
) -> AsyncIterator[Answer]:
    """Pages as large as the budget allows; ``token_name`` is the parameter that the next page's token goes by."""

    async def ask(token: str) -> Evidence:
        size = min(MAX_PAGE, _affordable(fetcher, settings))
        if size < MIN_PAGE:
            raise OverBudget(NAME, f"the day's budget is spent: {path} is not asked today")
        asked = {**query, "max_results": str(size), token_name: token or None}
        return await _ask(fetcher, settings, path, asked, size)

    return pages(
        fetcher, NAME, "", ask, lambda _, payload: text(at(payload, "meta", "next_token")), settings.thread_pages
    )


async def _ask(fetcher: Fetcher, settings: XSettings, path: str, params: dict[str, str | None], most: int) -> Evidence:
    """A request that returns ``most`` posts at most which were not returned earlier in the day."""
    return await paid(
        fetcher,
        NAME,
        most * sum(_prices(settings)),
        lambda: fetcher.api(settings.x_url, path, {**params, **FIELDS}, token=revealed(settings.x_token)),
        lambda evidence: _costs(load(evidence), settings),
    )


def _prices(settings: XSettings) -> tuple[int, int]:
    """What a post and a user cost, in millionths of a dollar (docs.x.com, pricing: pay per use)."""
    return round(settings.x_post_price * MILLION), round(settings.x_user_price * MILLION)


def _affordable(fetcher: Fetcher, settings: XSettings) -> int:
    """How many posts, each with its author, today's budget still holds; a page's worth where there is no limit."""
    left = fetcher.purse.left(NAME)
    price = sum(_prices(settings))
    return MAX_PAGE if left is None or price == 0 else left // price


def _costs(payload: Any, settings: XSettings) -> dict[str, int]:
    """What an answer is charged for: each post and user returned."""
    post, user = _prices(settings)
    data = at(payload, "data")
    posts = [*items(data if isinstance(data, list) else [data]), *items(at(payload, "includes", "tweets"))]
    costs = {f"post {text(p.get('id'))}": post for p in posts}
    return costs | {f"user {text(u.get('id'))}": user for u in items(at(payload, "includes", "users"))}


def _missing(payload: Any) -> Iterator[str]:
    """The ids of posts that an API v2 answer says are not there."""
    for error in items(at(payload, "errors")):
        identity = text(error.get("resource_id") or error.get("value"))
        if identity and "not-found" in str(error.get("type", "")):
            yield identity


def _not_found(payload: dict[str, Any]) -> Iterator[Post]:
    for identity in _missing(payload):
        if identity.isdigit():
            yield Post(platform=NAME, external_id=identity, url=_address(identity, None), deleted=True)


def _shape(item: dict[str, Any]) -> str:
    """Which of X's formats an object is in; "" for none. The first that fits counts."""
    user, data = item.get("user"), item.get("data")
    if isinstance(item.get("html"), str) and "blockquote" in item["html"]:
        return "oembed"
    if at(item, "delete", "status"):
        return "deletion"
    if isinstance(item.get("tweet"), dict):
        return "tweet"
    if isinstance(data, list | dict) and not item.get("id_str"):
        return "v2"
    if isinstance(item.get("statuses"), list):
        return "list"
    if item.get("__typename") == "TweetTombstone" or "tombstone" in item:
        return ""
    if (
        "screen_name" in user
        if isinstance(user, dict)
        else "full_text" in item or {"created_at", "id_str"} <= set(item)
    ):
        return "v1"
    if "id" in item and "text" in item:
        return "bare"
    return "errors" if items(at(item, "errors")) else ""


def _deletion(item: dict[str, Any]) -> Iterator[Post]:
    status = at(item, "delete", "status")
    identity = text(at(status, "id_str")) or text(at(status, "id"))
    if identity:
        author = Author(external_id=text(at(status, "user_id_str")))
        yield Post(platform=NAME, external_id=identity, url=_address(identity, None), author=author, deleted=True)


def _v1(status: dict[str, Any]) -> Iterator[Post]:
    """A v1.1 status or a widget's JSON; the posts within it are read by themselves."""
    identity = text(status.get("id_str")) or text(status.get("id"))
    if not identity:
        return
    user = mapping(status.get("user"))
    handle = text(user.get("screen_name"))
    extended = mapping(status.get("extended_tweet")) or status
    quoted = (
        text(status.get("quoted_status_id_str"))
        or text(at(status, "quoted_tweet", "id_str"))
        or text(at(status, "quoted_status", "id_str"))
    )
    reply = text(status.get("in_reply_to_status_id_str")) or text(status.get("in_reply_to_status_id"))
    body = (
        text(at(status, "note_tweet", "text"))
        or text(extended.get("full_text"))
        or text(extended.get("text"))
        or text(status.get("text"))
    )
    retweeted = isinstance(status.get("retweeted_status"), dict)
    yield Post(
        platform=NAME,
        external_id=identity,
        url=_address(identity, handle),
        kind=_kind(retweeted, reply, quoted),
        author=Author(
            handle=handle,
            name=text(user.get("name")),
            external_id=text(user.get("id_str")) or text(user.get("id")),
            followers=count(user.get("followers_count")),
            links=_links(at(user, "entities", "url"), None),
        ),
        text=unescape(body) if body else None,
        language=language(status.get("lang")),
        posted_at=utc(text(status.get("created_at"))),
        in_reply_to=reply,
        quotes=None if retweeted else quoted,
        links=_links(extended.get("entities") or status.get("entities"), quoted),
        reach=Reach(
            likes=count(status.get("favorite_count")),
            reposts=count(status.get("retweet_count")),
            replies=count(status["reply_count"] if "reply_count" in status else status.get("conversation_count")),
            quotes=count(status.get("quote_count")),
            views=count(at(status, "views", "count") if "views" in status else status.get("view_count")),
        ),
    )


def _kind(retweeted: object, reply: str | None, quoted: str | None) -> Kind:
    return Kind.REPOST if retweeted else Kind.REPLY if reply else Kind.QUOTE if quoted else Kind.POST


def _v2(payload: dict[str, Any]) -> Iterator[Post]:
    """The posts of an API v2 answer, and the deletions that it tells as errors."""
    users = {text(u.get("id")): u for u in items(at(payload, "includes", "users"))}
    data = payload["data"] if isinstance(payload["data"], list) else [payload["data"]]
    for status in [*items(data), *items(at(payload, "includes", "tweets"))]:
        if text(status.get("id")) and ("text" in status or "author_id" in status or "public_metrics" in status):
            yield _v2_post(status, users.get(text(status.get("author_id"))) or mapping(status.get("author")))
    yield from _not_found(payload)


def _v2_post(status: dict[str, Any], user: dict[str, Any]) -> Post:
    identity = text(status.get("id")) or ""
    references = {text(r.get("type")): text(r.get("id")) for r in items(status.get("referenced_tweets"))}
    handle = text(user.get("username"))
    reply, quoted = references.get("replied_to"), references.get("quoted")
    body = text(at(status, "note_tweet", "text")) or text(status.get("text"))
    metrics = status.get("public_metrics")
    return Post(
        platform=NAME,
        external_id=identity,
        url=_address(identity, handle),
        kind=_kind(references.get("retweeted"), reply, quoted),
        author=Author(
            handle=handle,
            name=text(user.get("name")),
            external_id=text(status.get("author_id")) or text(user.get("id")),
            followers=count(at(user, "public_metrics", "followers_count")),
            links=_links(at(user, "entities", "url"), None),
        ),
        text=unescape(body) if body else None,
        language=language(status.get("lang")),
        posted_at=utc(text(status.get("created_at"))),
        in_reply_to=reply,
        quotes=quoted,
        links=_links(at(status, "note_tweet", "entities") or status.get("entities"), quoted),
        reach=Reach(
            likes=count(at(metrics, "like_count")),
            reposts=count(at(metrics, "retweet_count")),
            replies=count(at(metrics, "reply_count")),
            quotes=count(at(metrics, "quote_count")),
            views=count(at(metrics, "impression_count")),
        ),
    )


def _links(entities: Any, quoted: str | None) -> tuple[str, ...]:
    """The addresses in a text's or a profile's entities, without those of pictures and of the post that is quoted."""
    links = []
    for entry in items(at(entities, "urls")):
        link = text(entry.get("unwound_url")) or text(entry.get("expanded_url")) or text(entry.get("url"))
        address = PLATFORM.identify(link) if link and quoted else None
        if link and not entry.get("media_key") and not (address and address.external_id == quoted):
            links.append(link)
    return tuple(dict.fromkeys(links))


def _client_post(data: Any) -> dict[str, Any] | None:
    """The web client's (GraphQL) form of a post, as a v1.1 status; None where it is none."""
    inner = mapping(at(data, "tweet")) or mapping(data)
    legacy = inner.get("legacy")
    if not isinstance(legacy, dict):
        return None
    user = mapping(at(inner, "core", "user_results", "result"))
    names = {k: v for k, v in mapping(user.get("core")).items() if k in ("screen_name", "name")}
    return {
        **legacy,
        "id_str": legacy.get("id_str") or inner.get("rest_id"),
        "user": {"id_str": user.get("rest_id"), "screen_name": None, **mapping(user.get("legacy")), **names},
        "views": inner.get("views") or {},
    }


PLATFORM = X()
