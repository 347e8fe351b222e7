"""Posts in X's own formats: API v2, v1.1 statuses and deletions, the embed widget's JSON, the web client's form."""

from collections.abc import Iterable, Iterator
from typing import Any

from ...dates import utc
from ...records import Author, Kind, Post, Reach
from ...values import at, count, items, language, mapping, text, unescape
from .addresses import NAME, address_of, names


def read(item: dict[str, Any]) -> Iterable[Post]:
    """The posts of a v2 answer, the v1.1 status or deletion that an object is; () where it is none of these."""
    shape = shape_of(item)
    if shape == "deletion":
        return _deletion(item)
    if shape == "v2":
        return _v2(item)
    if shape == "v1":
        return _v1(item)
    if shape == "bare":
        return _v2({"data": item, "includes": item.get("includes") or {}})
    return _not_found(item) if shape == "errors" else ()


def inside(item: dict[str, Any]) -> list[Any]:
    """The statuses of a list, and those that a v1.1 status holds."""
    shape = shape_of(item)
    if shape == "v1":
        return [item.get(key) for key in ("retweeted_status", "quoted_status", "quoted_tweet", "parent")]
    return [item.get({"tweet": "tweet", "list": "statuses"}.get(shape, ""))]


def missing_ids(payload: Any) -> Iterator[str]:
    """The ids of posts that an API v2 answer says are not there."""
    for error in items(at(payload, "errors")):
        identity = text(error.get("resource_id") or error.get("value"))
        if identity and "not-found" in str(error.get("type", "")):
            yield identity


def _not_found(payload: dict[str, Any]) -> Iterator[Post]:
    for identity in missing_ids(payload):
        if identity.isdigit():
            yield Post(platform=NAME, external_id=identity, url=address_of(identity, None), deleted=True)


def shape_of(item: dict[str, Any]) -> str:
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
        yield Post(platform=NAME, external_id=identity, url=address_of(identity, None), author=author, deleted=True)


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
        url=address_of(identity, handle),
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
        url=address_of(identity, handle),
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
        if link and not entry.get("media_key") and not (quoted and names(link, quoted)):
            links.append(link)
    return tuple(dict.fromkeys(links))


def client_post(data: Any) -> dict[str, Any] | None:
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
