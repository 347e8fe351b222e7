"""X: oEmbed without a key, API v2 with a bearer token; v1.1 and widget payloads of archives.

Formats: developer.x.com "oEmbed API", docs.x.com "X API v2 data dictionary: Post", the v1.1 "Tweet
object", and the embed widget's own JSON as archives hold it. Embeds: "Embedded Tweet" markup guide, AMP's amp-twitter.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr

from ...clock import LookKind
from ...dates import known_moment, now, stamp
from ...errors import OverBudget
from ...groups import FollowSettings, NetSettings, WebAddress, revealed
from ...markup.embeds import embeds_in
from ...markup.marks import Marks
from ...markup.page import Page, paragraphs
from ...net.budget import UTC_DAY, Budget, Period
from ...net.evidence import Evidence
from ...records import Author, Kind, Post
from ...values import at, count, items, text
from ..asking import load, pages, paid
from ..base import Answer, Row, Source
from . import formats
from .addresses import HOSTS, NAME, READERS, address_of, by_id, by_long_id, embetty, with_handle

if TYPE_CHECKING:
    from ...net.fetch import Fetcher

SEARCH, ARCHIVE, COUNTS = "/2/tweets/search/recent", "/2/tweets/search/all", "/2/tweets/counts/all"
HOLDS = timedelta(days=7)
"""How far back recent search reaches (docs.x.com/x-api/posts/search/introduction, read 2026-11-27)."""
SAFETY = timedelta(hours=1)
"""How much younger than that a post has to be, for search to be asked for what came after it."""
ID_EPOCH = 1_288_834_974_657
"""Milliseconds from 1970 to when the numbers of posts begin to count, in steps of 2 to the power of 22 a millisecond (docs.x.com, X IDs)."""
TWEET_FIELDS = "public_metrics,conversation_id,referenced_tweets,entities,lang,created_at,author_id,note_tweet,edit_history_tweet_ids"
FIELDS = {
    "tweet.fields": TWEET_FIELDS,
    "expansions": "author_id",
    "user.fields": "public_metrics,username,name,entities,description,verified_type",
}
"""Posts referred to are not asked for along with the others, since each would be charged too."""
MAX_PAGE, MIN_PAGE, MAX_ARCHIVE_PAGE = 100, 10, 500
"""Posts of a page: the most that an answer gives, the fewest that search can be asked for, the most that the archive gives."""
MAX_COUNT_PAGES = 12
"""Answers of counts, a month of days each, that an estimate is made of."""
COUNT_PRICE = 10_000
"""Millionths of a dollar for one request of counts ("Counts: All"), by a copy of X's page of prices of 28 August 2026, not by the page."""
POSTS = f"{NAME}/posts"
"""The budget of posts beside that of money."""
MONTH = Period("in 31 days", days=31)
"""A billing cycle begins on a day of each account's own; no cycle has more days."""
MILLION = 1_000_000
"""The budget is counted in millionths of a dollar."""

log = logging.getLogger("storywake")


class XSettings(FollowSettings, NetSettings):
    """Where X is asked, as whom, and what that may cost."""

    x_oembed_url: WebAddress = Field("https://publish.twitter.com/oembed", description="X's oEmbed endpoint")
    x_url: WebAddress = Field("https://api.x.com", description="X's API v2")
    x_token: SecretStr | None = Field(None, description="bearer token of X's API v2; without it, oEmbed only")
    x_budget: float = Field(5.0, ge=0, description="dollars that X's API may cost in a UTC day; never exceeded")
    x_post_price: float = Field(0.005, ge=0, description="what X charges for a post returned, in dollars")
    x_user_price: float = Field(0.010, ge=0, description="what X charges for a user returned, in dollars")
    x_month_posts: int = Field(
        2_000_000,
        ge=0,
        description="posts that X's API may return in 31 days; its pages say 2 million (fundamentals/post-cap) and 3 million "
        "(getting-started/pricing)",
    )
    x_archive: bool = Field(
        True,
        description="ask X's full archive, once, for posts that link to a story which was older than seven days when it was first "
        "watched, and for the answers to older posts that articles show or that have ten answers and link to the story; an estimate is asked for first ($0.01 a month of their age), and nothing is bought that the day's budget does not hold",
    )
    x_notes: bool = Field(
        False, description="look once a day for Community Notes on the stories' posts; some hundred megabytes are read"
    )
    x_notes_ratings: bool = Field(
        False, description="count how helpful raters find these notes, too; some gigabytes a day are read"
    )
    x_notes_url: WebAddress = Field(
        "https://ton.twimg.com/birdwatch-public-data", description="where the daily files of Community Notes lie"
    )


class X(Source[XSettings]):
    """Posts on X."""

    name = NAME
    title = "X"
    rank = 1
    help = (
        "posts, counts, answers and links of seven days, quotes, and the archive for older stories, embedded posts and those that many answered; not the filtered stream, which would "
        "bring posts within seconds for the same $0.005 each, and charges on delivery, past any budget"
    )
    row = Row(
        "text, author, day and links of a known post, by oEmbed",
        "`STORYWAKE_X_TOKEN`: posts (100 at once), the conversation of the last seven days, quotes; from the full archive "
        "posts that link to a story that is older, and answers to older posts that articles show or that have ten and link to it",
        "with the token: likes, reposts, replies, quotes, views, followers",
    )
    documentation = "docs.x.com, X API v2"
    limits = (
        "$0.005 a post and $0.010 a user, once a UTC day; 2 million posts a month by docs.x.com/x-api/fundamentals/post-cap, 3 by "
        "docs.x.com/x-api/getting-started/pricing; recent search holds seven days; the archive: 300 requests in 15 minutes, one a second, "
        "500 posts a page; an estimate by counts $0.010 a request; the filtered stream (not used): a connection, 1,000 rules of 1,024 characters, "
        "a post delivered is charged as one returned"
    )
    checked = "2026-11-28"

    hosts = READERS
    profiles = dict.fromkeys(HOSTS, r"/([A-Za-z0-9_]{1,15})/?$")
    marks = Marks(
        classes=("twitter-", "tweet"),
        selectors=(
            "twitter-widget",
            "[data-tweet-id]",
            "[data-tweetid]",
            "[tweetid]",
            "[data-tweet-url]",
            "embetty-tweet",
        ),
        amp=("amp-twitter",),
        openings=("<twitter-widget", "<embetty-"),
        names=("twitter", "embetty-"),
        addresses=("data-tweet-url",),
        ids={"data-tweet-id": by_id, "data-tweetid": by_id, "tweetid": by_id},
        called=("tweet", "twitter"),
        by_id=by_long_id,
        element=embetty,
        scripts=(re.compile(r"createTweet(?:Embed)?\s*\(\s*['\"](\d{5,20})['\"]"), lambda call: by_id(call[1])),
        script_name="createTweet",
        words=paragraphs,
        no_links=re.compile(
            r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(?:hashtag/|search|[A-Za-z0-9_]+/?(?:\?|$))"
        ),
        signed=with_handle,
        handle=re.compile(r"[^@.]*"),
    )

    resumes = True
    search_holds = HOLDS
    group = XSettings
    zeeschuimer = ("twitter.com", "x.com")

    def budgets(self, settings: XSettings) -> tuple[Budget, ...]:
        """Millionths of a dollar in a UTC day, and posts in a month, each counted once a UTC day."""
        return (
            Budget(NAME, round(settings.x_budget * MILLION), UTC_DAY, self.shown_amount),
            Budget(POSTS, settings.x_month_posts, MONTH, "{} posts".format),
        )

    def shown_amount(self, amount: int) -> str:
        """Dollars and cents."""
        return f"${amount / MILLION:.2f}"

    def missing(self, settings: XSettings) -> str | None:
        """Without a token, only text, author and day can be read."""
        known = settings.x_token
        return None if known else "no STORYWAKE_X_TOKEN: text, author and day only, no counts, replies or quotes"

    def has_archive(self, settings: XSettings) -> bool:
        """With a token, where the settings do not say otherwise."""
        return settings.x_archive and settings.x_token is not None

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts, its conversation, its quotes."""
        return (LookKind.COUNTS, LookKind.REPLIES, LookKind.QUOTES)

    def visited(self, item: dict[str, Any]) -> tuple[Iterable[Post], list[Any]]:
        """Posts in any of X's formats, or of an oEmbed answer; the statuses of a list, and those that a status holds."""
        shape = formats.shape_of(item)
        if shape == "oembed":
            return self._oembed(item), []
        return formats.read(item, shape), formats.inside(item, shape)

    async def posts(self, fetcher: Fetcher, settings: XSettings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """By API v2, a hundred at once, where there is a token; else by oEmbed, one at a time."""
        identified = [p for p in wanted if p.external_id]
        if settings.x_token:
            ids = [p.external_id or "" for p in identified]
            async for answer in self._lookups(fetcher, settings, ids):
                yield answer
            return
        for post in identified:
            url = post.url or address_of(post.external_id or "", None)
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
            gone = tuple(identity for identity in formats.missing_ids(load(evidence)) if identity in ids)
            yield Answer(evidence, await fetcher.read(NAME, evidence), gone)

    async def replies(self, fetcher: Fetcher, settings: XSettings, post: Post) -> AsyncIterator[Answer]:
        """The conversation below a post: the last seven days, which recent search holds."""
        async for answer in self.newer(fetcher, settings, post, None):
            yield answer

    async def quotes(self, fetcher: Fetcher, settings: XSettings, post: Post) -> AsyncIterator[Answer]:
        """The posts that quote a post, page by page."""
        if settings.x_token and post.external_id:
            quotes = f"/2/tweets/{post.external_id}/quote_tweets"
            async for answer in _pages(fetcher, settings, quotes, "pagination_token", {}):
                yield answer

    async def linking(self, fetcher: Fetcher, settings: XSettings, url: str) -> AsyncIterator[Answer]:
        """Posts of the last seven days that link to an address, page by page."""
        async for answer in self.newer(fetcher, settings, url, None):
            yield answer

    async def newer(
        self, fetcher: Fetcher, settings: XSettings, wanted: str | Post, after: int | None
    ) -> AsyncIterator[Answer]:
        """The same of what was posted after a post; of seven days where that post is older, since search refuses its number."""
        asked = {"query": _query(wanted)} | ({"since_id": str(after)} if after and _is_held(after) else {})
        if settings.x_token and (isinstance(wanted, str) or wanted.external_id):
            async for answer in _pages(fetcher, settings, SEARCH, "next_token", asked):
                yield answer

    async def archive(
        self, fetcher: Fetcher, settings: XSettings, wanted: str | Post, since: datetime, until: datetime
    ) -> AsyncIterator[Answer]:
        """Posts of a stretch of time that link to an address, or the conversation below a post. How many there are is asked first.

        Raises OverBudget, with the estimate, where today's budget does not hold all of them. None is paid for where it does not
        hold the answers that the post's own count tells of.
        """
        if not self.has_archive(settings) or since >= until:
            return
        sought = f"that link to {wanted}" if isinstance(wanted, str) else f"below {wanted.url}"
        span = {"query": _query(wanted), "start_time": stamp(since), "end_time": stamp(until)}
        if isinstance(wanted, Post):
            self._afford(fetcher, settings, wanted.reach.replies or 0, sought)
        told = 0
        async for answer in _counts(fetcher, settings, span):
            told += count(at(load(answer.evidence), "meta", "total_tweet_count")) or 0
            yield answer
        self._afford(fetcher, settings, told, sought)
        if told:
            cost = self.shown_amount(told * sum(_prices(settings)))
            log.info("X's archive has about %d posts %s: %s", told, sought, cost)
            pages = told // MIN_PAGE + 1
            async for answer in _pages(fetcher, settings, ARCHIVE, "next_token", span, MAX_ARCHIVE_PAGE, pages):
                yield answer

    def _afford(self, fetcher: Fetcher, settings: XSettings, told: int, sought: str) -> None:
        """Raises OverBudget where today's budget does not hold so many posts of the archive."""
        if told > _affordable(fetcher, settings):
            cost, left = told * sum(_prices(settings)), fetcher.purse.left(NAME)
            raise OverBudget(
                NAME,
                f"its archive has about {told} posts {sought}: {self.shown_amount(cost)}, and"
                f" {self.shown_amount(left or 0)} of today's budget is left",
            )

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
                url=address_of(address.external_id or "", handle),
                author=Author(handle=handle or None, name=text(payload.get("author_name")) or embed.author_name),
                text=embed.text,
                posted_at=embed.posted_at,
                links=embed.links,
            )
            return


def _query(wanted: str | Post) -> str:
    """What is searched for: posts that link to an address, or those below a post."""
    if isinstance(wanted, str):
        return f'url:"{wanted}"'
    return f"{'in_reply_to_tweet_id' if wanted.kind is Kind.REPLY else 'conversation_id'}:{wanted.external_id}"


def _is_held(post: int) -> bool:
    """Whether recent search holds what was posted when the post of this number was."""
    age = known_moment(now()).timestamp() - ((post >> 22) + ID_EPOCH) / 1000
    return 0 <= age < (HOLDS - SAFETY).total_seconds()


def _counts(fetcher: Fetcher, settings: XSettings, span: dict[str, str]) -> AsyncIterator[Answer]:
    """How many posts the archive has, a month of days an answer."""

    async def ask(token: str) -> Evidence:
        asked = {**span, "granularity": "day", "next_token": token or None}
        return await paid(
            fetcher,
            NAME,
            COUNT_PRICE,
            lambda: fetcher.api(settings.x_url, COUNTS, asked, token=revealed(settings.x_token)),
            lambda evidence: {f"counts {evidence.fetched_at} {span['query']} {token}": COUNT_PRICE},
        )

    return pages(fetcher, NAME, "", ask, lambda _, payload: text(at(payload, "meta", "next_token")), MAX_COUNT_PAGES)


def _pages(
    fetcher: Fetcher,
    settings: XSettings,
    path: str,
    token_name: str,
    query: dict[str, str],
    largest: int = MAX_PAGE,
    most: int | None = None,
) -> AsyncIterator[Answer]:
    """Pages as large as the budget allows; ``token_name`` is the parameter that the next page's token goes by.

    ``largest`` is how many posts a page may have, ``most`` how many pages are asked for (None: as many as of a thread).
    """

    async def ask(token: str) -> Evidence:
        size = min(largest, _affordable(fetcher, settings))
        if size < MIN_PAGE:
            raise OverBudget(NAME, f"the day's budget is spent: {path} is not asked today")
        asked = {**query, "max_results": str(size), token_name: token or None}
        return await _ask(fetcher, settings, path, asked, size)

    following = most or settings.thread_pages
    return pages(fetcher, NAME, "", ask, lambda _, payload: text(at(payload, "meta", "next_token")), following)


async def _ask(fetcher: Fetcher, settings: XSettings, path: str, params: dict[str, str | None], most: int) -> Evidence:
    """A request that returns ``most`` posts at most which were not returned earlier in the day."""

    async def charged() -> Evidence:
        return await paid(
            fetcher,
            NAME,
            most * sum(_prices(settings)),
            lambda: fetcher.api(settings.x_url, path, {**params, **FIELDS}, token=revealed(settings.x_token)),
            lambda evidence: _costs(load(evidence), settings),
        )

    return await paid(
        fetcher,
        POSTS,
        most,
        charged,
        lambda evidence: {item: 1 for item in _costs(load(evidence), settings) if item.startswith("post ")},
    )


def _prices(settings: XSettings) -> tuple[int, int]:
    """What a post and a user cost, in millionths of a dollar (docs.x.com, pricing: pay per use)."""
    return round(settings.x_post_price * MILLION), round(settings.x_user_price * MILLION)


def _affordable(fetcher: Fetcher, settings: XSettings) -> int:
    """How many posts, each with its author, the budgets still hold; what no story has where there is no limit."""
    left, posts = fetcher.purse.left(NAME), fetcher.purse.left(POSTS)
    price = sum(_prices(settings))
    money = MILLION if left is None or price == 0 else left // price
    return money if posts is None else min(money, posts)


def _costs(payload: Any, settings: XSettings) -> dict[str, int]:
    """What an answer is charged for: each post and user returned."""
    post, user = _prices(settings)
    data = at(payload, "data")
    posts = [*items(data if isinstance(data, list) else [data]), *items(at(payload, "includes", "tweets"))]
    costs = {f"post {text(p.get('id'))}": post for p in posts}
    return costs | {f"user {text(u.get('id'))}": user for u in items(at(payload, "includes", "users"))}


PLATFORM = X()
