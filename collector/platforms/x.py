"""X: oEmbed without a key, API v2 with a bearer token; v1.1 and widget payloads of archives.

Formats: developer.x.com "oEmbed API", docs.x.com "X API v2 data dictionary: Post", the v1.1 "Tweet
object", and the embed widget's own JSON as archives hold it.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from ..addresses import identify
from ..clock import LookKind
from ..dates import utc
from ..errors import OverBudget
from ..markup.embeds import find_embeds
from ..markup.page import Page
from ..net.budget import MILLION
from ..net.evidence import Evidence
from ..net.fetch import Fetcher
from ..records import Author, Kind, Post, Reach
from ..settings import Settings, revealed
from ..values import at, count, items, language, text, unescape
from .base import Answer, Recorded, load, pages, paid, shown_in_markup

TWEET_FIELDS = "public_metrics,conversation_id,referenced_tweets,entities,lang,created_at,author_id,note_tweet,edit_history_tweet_ids"
FIELDS = {
    "tweet.fields": TWEET_FIELDS,
    "expansions": "author_id",
    "user.fields": "public_metrics,username,name,entities",
}
"""Posts referred to are not asked for along with the others, since each would be charged too."""
BATCH = 100
FEWEST = 10
"""The smallest page that search gives."""


class X(Recorded):
    """Posts on X."""

    name = "x"
    help = "posts by oEmbed (no counts); counts, replies and quotes need STORYWAKE_X_TOKEN"
    documentation = "docs.x.com, X API v2"
    settings = ("x_oembed_url", "x_url", "x_token", "x_budget", "x_post_price", "x_user_price")

    def missing(self, settings: Settings) -> str | None:
        """Without a token, only text, author and day can be read."""
        return (
            None
            if settings.x_token
            else "no STORYWAKE_X_TOKEN: text, author and day only, no counts, replies or quotes"
        )

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts, its conversation, its quotes."""
        return (LookKind.COUNTS, LookKind.REPLIES, LookKind.QUOTES)

    def normalise(self, payload: Any) -> list[Post]:
        """Posts of a v2 answer, a v1.1 status or list or archive, a widget's JSON, or an oEmbed answer."""
        if isinstance(payload, str):
            return shown_in_markup(self.name, payload)
        return list({_key(p): p for p in _read(payload, 0)}.values())

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """By API v2, a hundred at once, where there is a token; else by oEmbed, one at a time."""
        identified = [p for p in wanted if p.external_id]
        if not settings.x_token:
            for post in identified:
                address = post.url or f"https://x.com/i/status/{post.external_id}"
                evidence = await fetcher.get(
                    settings.x_oembed_url, params={"url": address, "omit_script": "1", "dnt": "1"}, robots=False
                )
                gone: tuple[str, ...] = (post.external_id or "",) if evidence.status in (404, 410) else ()
                yield Answer(evidence, await fetcher.read(self.name, evidence), gone)
            return
        wanted_ids = [p.external_id or "" for p in identified]
        charged = fetcher.purse.charged(self.name, [f"post {i}" for i in wanted_ids])
        free = [i for i in wanted_ids if f"post {i}" in charged]
        dear = [i for i in wanted_ids if f"post {i}" not in charged]
        while free or dear:
            known = free[:BATCH]
            new = dear[: min(BATCH - len(known), _affordable(fetcher, settings))]
            if not known and not new:
                raise OverBudget(self.name, f"the day's budget is spent: {len(dear)} posts are not looked at today")
            free, dear = free[len(known) :], dear[len(new) :]
            ids = known + new
            evidence = await self._api(fetcher, settings, "/2/tweets", {"ids": ",".join(ids)}, len(new))
            payload = load(evidence)
            gone = tuple(
                text(e.get("resource_id") or e.get("value")) or ""
                for e in items(at(payload, "errors"))
                if "not-found" in str(e.get("type", ""))
            )
            yield Answer(evidence, await fetcher.read(self.name, evidence), tuple(g for g in gone if g in ids))

    async def replies(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The conversation below a post: the last seven days, which recent search holds."""
        if settings.x_token and post.external_id:
            below = "in_reply_to_tweet_id" if post.kind is Kind.REPLY else "conversation_id"
            query = {"query": f"{below}:{post.external_id}"}
            async for answer in self._pages(fetcher, settings, SEARCH, "next_token", query):
                yield answer

    async def quotes(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The posts that quote a post, page by page."""
        if settings.x_token and post.external_id:
            quotes = f"/2/tweets/{post.external_id}/quote_tweets"
            async for answer in self._pages(fetcher, settings, quotes, "pagination_token", {}):
                yield answer

    async def linking(self, fetcher: Fetcher, settings: Settings, url: str) -> AsyncIterator[Answer]:
        """Posts of the last seven days that link to an address, page by page."""
        if settings.x_token:
            async for answer in self._pages(fetcher, settings, SEARCH, "next_token", {"query": f'url:"{url}"'}):
                yield answer

    def _pages(
        self, fetcher: Fetcher, settings: Settings, path: str, name: str, query: dict[str, str]
    ) -> AsyncIterator[Answer]:
        """Pages as large as the budget allows; ``name`` is what the next page's token goes by."""

        async def ask(token: str | None) -> Evidence:
            size = min(BATCH, _affordable(fetcher, settings))
            if size < FEWEST:
                raise OverBudget(self.name, f"the day's budget is spent: {path} is not asked today")
            asked = {**query, "max_results": str(size), **({name: token} if token else {})}
            return await self._api(fetcher, settings, path, asked, size)

        return pages(
            fetcher, self.name, ask, lambda payload: text(at(payload, "meta", "next_token")), settings.thread_pages
        )

    async def _api(
        self, fetcher: Fetcher, settings: Settings, path: str, params: dict[str, str], most: int
    ) -> Evidence:
        """A request that returns ``most`` posts at most which were not returned earlier in the day."""
        return await paid(
            fetcher,
            self.name,
            most * sum(_prices(settings)),
            lambda: fetcher.get(
                settings.x_url.rstrip("/") + path,
                params={**params, **FIELDS},
                headers={"Authorization": f"Bearer {revealed(settings.x_token)}"},
                robots=False,
            ),
            lambda evidence: _costs(load(evidence), settings),
        )


SEARCH = "/2/tweets/search/recent"


def _prices(settings: Settings) -> tuple[int, int]:
    """What a post and a user cost, in millionths of a dollar (docs.x.com, pricing: pay per use)."""
    return round(settings.x_post_price * MILLION), round(settings.x_user_price * MILLION)


def _affordable(fetcher: Fetcher, settings: Settings) -> int:
    """How many posts, each with its author, today's budget still holds; a page's worth where there is no limit."""
    left = fetcher.purse.left("x")
    price = sum(_prices(settings))
    return BATCH if left is None or price == 0 else left // price


def _costs(payload: Any, settings: Settings) -> dict[str, int]:
    """What an answer is charged for: each post and user returned."""
    post, user = _prices(settings)
    data = at(payload, "data")
    posts = [*items(data if isinstance(data, list) else [data]), *items(at(payload, "includes", "tweets"))]
    costs = {f"post {text(p.get('id'))}": post for p in posts}
    return costs | {f"user {text(u.get('id'))}": user for u in items(at(payload, "includes", "users"))}


def _key(post: Post) -> object:
    return post.external_id or (post.author.handle, post.text)


def _read(payload: Any, depth: int) -> Iterator[Post]:
    if depth > 6:
        return
    if isinstance(payload, list):
        for item in payload:
            yield from _read(item, depth + 1)
    elif isinstance(payload, dict):
        yield from _read_object(payload, depth)


def _read_object(payload: dict[str, Any], depth: int) -> Iterator[Post]:
    if isinstance(payload.get("html"), str) and "blockquote" in payload["html"]:
        yield from _oembed(payload)
    elif "delete" in payload and at(payload, "delete", "status"):
        identity = text(at(payload, "delete", "status", "id_str")) or text(at(payload, "delete", "status", "id"))
        if identity:
            yield Post(
                platform="x",
                external_id=identity,
                url=f"https://x.com/i/status/{identity}",
                author=Author(external_id=text(at(payload, "delete", "status", "user_id_str"))),
                deleted=True,
            )
    elif isinstance(payload.get("tweet"), dict):
        yield from _read_object(payload["tweet"], depth + 1)
    elif "data" in payload and (isinstance(payload["data"], list | dict)) and not payload.get("id_str"):
        yield from _v2(payload)
    elif isinstance(payload.get("statuses"), list):
        yield from _read(payload["statuses"], depth + 1)
    elif payload.get("__typename") == "TweetTombstone" or "tombstone" in payload:
        return
    elif (
        "screen_name" in (payload.get("user") or {})
        if isinstance(payload.get("user"), dict)
        else "full_text" in payload or ("created_at" in payload and "id_str" in payload)
    ):
        yield from _v1(payload, depth)
    elif "id" in payload and "text" in payload:
        yield from _v2({"data": payload, "includes": payload.get("includes") or {}})
    elif items(at(payload, "errors")):
        for error in items(payload["errors"]):
            identity = text(error.get("resource_id") or error.get("value"))
            if identity and identity.isdigit() and "not-found" in str(error.get("type", "")):
                yield Post(platform="x", external_id=identity, url=f"https://x.com/i/status/{identity}", deleted=True)


def _oembed(payload: dict[str, Any]) -> Iterator[Post]:
    for embed in find_embeds(Page(payload["html"])):
        address = identify(text(payload.get("url")) or "") or identify(embed.url or "")
        if embed.platform != "x" or not address:
            continue
        author_url = text(payload.get("author_url")) or ""
        handle = embed.author_handle or author_url.rstrip("/").rsplit("/", 1)[-1] or address.handle
        yield Post(
            platform="x",
            external_id=address.external_id,
            url=f"https://x.com/{handle or 'i'}/status/{address.external_id}",
            author=Author(handle=handle or None, name=text(payload.get("author_name")) or embed.author_name),
            text=embed.text,
            posted_at=embed.posted_at,
            links=embed.links,
        )
        return


def _v1(status: dict[str, Any], depth: int) -> Iterator[Post]:
    """A v1.1 status or a widget's JSON, and those inside it."""
    identity = text(status.get("id_str")) or text(status.get("id"))
    user = status.get("user") if isinstance(status.get("user"), dict) else {}
    assert isinstance(user, dict)
    handle = text(user.get("screen_name"))
    extended = status.get("extended_tweet") if isinstance(status.get("extended_tweet"), dict) else status
    assert isinstance(extended, dict)
    inner = [status.get(k) for k in ("retweeted_status", "quoted_status", "quoted_tweet", "parent")]
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
    kind = Kind.REPOST if retweeted else Kind.REPLY if reply else Kind.QUOTE if quoted else Kind.POST
    if identity:
        yield Post(
            platform="x",
            external_id=identity,
            url=f"https://x.com/{handle or 'i'}/status/{identity}",
            kind=kind,
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
                replies=count(status.get("reply_count"))
                if "reply_count" in status
                else count(status.get("conversation_count")),
                quotes=count(status.get("quote_count")),
                views=count(at(status, "views", "count")) if "views" in status else count(status.get("view_count")),
            ),
        )
    for status_inside in inner:
        if isinstance(status_inside, dict):
            yield from _read(status_inside, depth + 1)


def _v2(payload: dict[str, Any]) -> Iterator[Post]:
    users = {text(u.get("id")): u for u in items(at(payload, "includes", "users"))}
    data = payload["data"] if isinstance(payload["data"], list) else [payload["data"]]
    for status in [*items(data), *items(at(payload, "includes", "tweets"))]:
        identity = text(status.get("id"))
        if not identity or not ("text" in status or "author_id" in status or "public_metrics" in status):
            continue
        user = users.get(text(status.get("author_id"))) or (
            status["author"] if isinstance(status.get("author"), dict) else {}
        )
        references = {text(r.get("type")): text(r.get("id")) for r in items(status.get("referenced_tweets"))}
        handle = text(user.get("username"))
        reply, quoted, retweeted = references.get("replied_to"), references.get("quoted"), references.get("retweeted")
        body = text(at(status, "note_tweet", "text")) or text(status.get("text"))
        metrics = status.get("public_metrics")
        yield Post(
            platform="x",
            external_id=identity,
            url=f"https://x.com/{handle or 'i'}/status/{identity}",
            kind=Kind.REPOST if retweeted else Kind.REPLY if reply else Kind.QUOTE if quoted else Kind.POST,
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
    yield from (p for e in items(payload.get("errors")) for p in _read_object({"errors": [e]}, 0))


def _links(entities: Any, quoted: str | None) -> tuple[str, ...]:
    links = []
    for entry in items(at(entities, "urls")):
        link = text(entry.get("unwound_url")) or text(entry.get("expanded_url")) or text(entry.get("url"))
        if not link or entry.get("media_key"):
            continue
        if quoted and (address := identify(link)) and address.external_id == quoted:
            continue
        links.append(link)
    return tuple(dict.fromkeys(links))
