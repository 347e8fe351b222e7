"""Reddit: posts (t3) and comments (t1) from listings.

Format: reddit.com/dev/api (Listing, Link, Comment, more). Times are Unix seconds; removed words say
``[deleted]`` or ``[removed]``.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from ..clock import LookKind
from ..dates import utc
from ..markup.flattened import find_links
from ..net.evidence import Evidence
from ..net.fetch import Fetcher
from ..records import Author, Kind, Post, Reach
from ..settings import Settings, revealed
from ..values import at, count, items, text, unescape, walk
from .base import Answer, Recorded, load, pages, shown_in_markup

GONE = ("[deleted]", "[removed]", "[ Removed by Reddit ]")
BATCH = 100


class Reddit(Recorded):
    """Posts and comments on Reddit."""

    name = "reddit"
    help = (
        "posts, comments and posts that link to a story; needs STORYWAKE_REDDIT_TOKEN (OAuth2 app, approved by Reddit)"
    )
    documentation = "reddit.com/dev/api"
    whole_threads = True
    settings = ("reddit_url", "reddit_token")

    def missing(self, settings: Settings) -> str | None:
        """Reddit answers signed-in applications."""
        return None if settings.reddit_token else "no STORYWAKE_REDDIT_TOKEN: nothing is asked for"

    def looks(self, kind: Kind) -> tuple[LookKind, ...]:
        """A post's counts and the comments below it, a comment's counts."""
        return (LookKind.COUNTS,) if kind is Kind.COMMENT else (LookKind.COUNTS, LookKind.REPLIES)

    def normalise(self, payload: Any) -> list[Post]:
        """Posts and comments of listings, things, or bare objects, replies included."""
        if isinstance(payload, str):
            return shown_in_markup(self.name, payload)
        return list({p.external_id: p for p in _read(payload, None, 0)}.values())

    async def posts(self, fetcher: Fetcher, settings: Settings, wanted: Sequence[Post]) -> AsyncIterator[Answer]:
        """A hundred at once."""
        ids = [p.external_id for p in wanted if p.external_id]
        for start in range(0, len(ids) if settings.reddit_token else 0, BATCH):
            asked = ids[start : start + BATCH]
            evidence = await _ask(fetcher, settings, "/api/info", {"id": ",".join(asked)})
            found = await fetcher.read(self.name, evidence)
            known = {p.external_id for p in found}
            yield Answer(evidence, found, tuple(i for i in asked if i not in known) if evidence.status == 200 else ())

    async def replies(self, fetcher: Fetcher, settings: Settings, post: Post) -> AsyncIterator[Answer]:
        """The comments below a post; those that the page holds back are asked for by id."""
        if not settings.reddit_token or not (post.external_id or "").startswith("t3_"):
            return
        evidence = await _ask(
            fetcher,
            settings,
            f"/comments/{(post.external_id or '')[3:]}",
            {"limit": "500", "depth": str(settings.thread_depth)},
        )
        payload = load(evidence)
        yield Answer(evidence, await fetcher.read(self.name, evidence))
        held = list(dict.fromkeys(_held_back(payload)))
        for start in range(0, min(len(held), BATCH * settings.thread_pages), BATCH):
            children = ",".join(held[start : start + BATCH])
            evidence = await _ask(
                fetcher,
                settings,
                "/api/morechildren",
                {"api_type": "json", "link_id": post.external_id or "", "children": children},
            )
            yield Answer(evidence, await fetcher.read(self.name, evidence))

    async def linking(self, fetcher: Fetcher, settings: Settings, url: str) -> AsyncIterator[Answer]:
        """Posts of an address, page by page."""

        async def ask(after: str | None) -> Evidence:
            asked = {"url": url, "limit": "100", **({"after": after} if after else {})}
            return await _ask(fetcher, settings, "/api/info", asked)

        most = settings.thread_pages if settings.reddit_token else 0
        async for answer in pages(fetcher, self.name, ask, lambda payload: text(at(payload, "data", "after")), most):
            yield answer


async def _ask(fetcher: Fetcher, settings: Settings, path: str, params: dict[str, str]) -> Evidence:
    return await fetcher.get(
        settings.reddit_url.rstrip("/") + path,
        params={**params, "raw_json": "1"},
        headers={"Authorization": f"Bearer {revealed(settings.reddit_token)}"},
        robots=False,
    )


def _read(payload: Any, parent: str | None, depth: int) -> Iterator[Post]:
    if depth > 60:
        return
    if isinstance(payload, list):
        for item in payload:
            yield from _read(item, parent, depth + 1)
        return
    if not isinstance(payload, dict):
        return
    kind, data = payload.get("kind"), payload.get("data")
    if kind == "Listing":
        yield from _read(at(data, "children"), parent, depth + 1)
    elif kind in ("t1", "t3") and isinstance(data, dict):
        yield from _thing(kind, data, depth)
    elif kind is None and isinstance(at(payload, "json", "data", "things"), list):
        yield from _read(payload["json"]["data"]["things"], parent, depth + 1)
    elif kind is None and "body" in payload and ("link_id" in payload or "parent_id" in payload):
        yield from _thing("t1", payload, depth)
    elif kind is None and "title" in payload and ("selftext" in payload or "permalink" in payload):
        yield from _thing("t3", payload, depth)
    elif kind is None and isinstance(data, list | dict):
        yield from _read(data, parent, depth + 1)


def _thing(kind: str, data: dict[str, Any], depth: int) -> Iterator[Post]:
    identity = text(data.get("name")) or (f"{kind}_{data['id']}" if text(data.get("id")) else None)
    if not identity:
        return
    author = text(data.get("author"))
    permalink = text(data.get("permalink"))
    score = None if data.get("score_hidden") else _score(data.get("score"))
    if kind == "t1":
        body = text(data.get("body"))
        deleted = body in GONE
        words = None if deleted else _unescaped(body)
        links = find_links(words or "")
        replies, parent = count(data.get("num_replies")), text(data.get("parent_id"))
        kind_of, quoted = Kind.COMMENT, None
    else:
        selftext = text(data.get("selftext"))
        deleted = selftext in GONE or bool(data.get("removed_by_category"))
        words = (
            "\n\n".join(
                filter(None, (_unescaped(text(data.get("title"))), None if selftext in GONE else _unescaped(selftext)))
            )
            or None
        )
        target = _unescaped(
            text(data.get("url_overridden_by_dest"))
            or (text(data.get("url")) if data.get("is_self") is False else None)
        )
        links = tuple(
            dict.fromkeys(
                [*([target] if target and target.startswith("http") else []), *find_links(_unescaped(selftext) or "")]
            )
        )
        replies, parent = count(data.get("num_comments")), None
        quoted = text(data.get("crosspost_parent"))
        kind_of = Kind.REPOST if quoted else Kind.POST
    yield Post(
        platform="reddit",
        external_id=identity,
        url=f"https://www.reddit.com{permalink}" if permalink and permalink.startswith("/") else None,
        kind=kind_of,
        author=Author(handle=None if author in GONE else author, external_id=text(data.get("author_fullname"))),
        text=words,
        posted_at=utc(
            data.get("created_utc") if not isinstance(data.get("created_utc"), str) else _number(data["created_utc"])
        ),
        in_reply_to=parent,
        quotes=quoted,
        links=links,
        reach=Reach(likes=score, replies=replies),
        deleted=deleted,
    )
    yield from _read(
        data.get("crosspost_parent_list") and [{"kind": "t3", "data": d} for d in items(data["crosspost_parent_list"])],
        None,
        depth + 1,
    )
    yield from _read(data.get("replies"), identity, depth + 1)


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
