"""Posts in X's own formats: API v2, v1.1 statuses and deletions, compliance lines, the embed widget's JSON, the clients' form.

Formats: docs.x.com "X API v2 data dictionary", "Batch compliance", the v1.1 "Tweet object" of archives.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from ...dates import utc
from ...records import NO_MEDIA, Author, Kind, Media, Post, Reach
from ...values import at, count, items, language, mapping, text, text_in, unescape
from .. import words
from . import client
from .addresses import NAME, address_of, names

STATUS_MARKS = frozenset(
    ("author_id", "public_metrics", "edit_history_tweet_ids", "conversation_id", "referenced_tweets", "lang")
)
"""Fields of API v2's posts, one of which each has that has more than its id and words."""
FOREIGN = frozenset(("permalink", "media_type", "username", "screen_name", "by", "userId", "visibility", "uri", "url"))
"""Fields of accounts, and of other platforms' posts, that API v2's posts do not have."""
PLAINEST = frozenset(("id", "text", "created_at", "entities"))
"""Fields of API v2's posts that were asked for nothing else."""
REFERENCE = frozenset(("type", "id"))
"""All that API v2 says of a post that another refers to, where it was not asked for more."""
ANSWERING = ("replied_to", "quoted")
CUT = ("…", "...")
DECIDING = frozenset((
    "html", "delete", "data", "action", "rest_id", "tweet", "statuses", "__typename", "tombstone", "full_text", "text", "id",
    "errors", "screen_name", "username",
))  # fmt: skip
"""Fields that tell shapes; an object without any of them is a frame of the clients'."""
HELD = ("retweeted_status", "quoted_status", "quoted_tweet", "parent")
"""Where a v1.1 status or a widget's JSON holds others."""


def read(item: dict[str, Any], shape: str) -> Iterable[Post]:
    """The posts of a v2 answer, the v1.1 status, the clients' post or the deletion that an object of a shape is; () for none
    of these.
    """
    if shape == "client":
        return _client(item)
    if shape == "deletion":
        return _deletion(item)
    if shape == "v2":
        return _v2(item)
    if shape == "v1":
        return [_v1(item)]
    if shape == "bare":
        return _v2({"data": item, "includes": item.get("includes") or {}})
    if shape == "errors":
        return _not_found(item)
    gone = client.gone_id(item)
    return [_gone(gone)] if gone else ()


def inside(item: dict[str, Any], shape: str) -> list[Any]:
    """Of an object of a shape the statuses of a list, those that a status holds, and what lies in the clients' frames."""
    if shape == "frame":
        return client.frames(item)
    if shape == "v1":
        return [item[key] for key in HELD if key in item]
    if shape == "client":
        return [inner for inner in client.within(item) if inner and client.is_post(inner)]
    if shape == "bare":
        return [inner for inner in items(item.get("referenced_tweets")) if not inner.keys() <= REFERENCE]
    if shape == "v2":
        return [inner for post in _posts_of(item) for inner in items(post.get("referenced_tweets")) if "text" in inner]
    return [item["tweet"]] if shape == "tweet" else [item["statuses"]] if shape == "list" else []


def missing_ids(payload: Any) -> Iterator[str]:
    """The ids of posts that an API v2 answer says are not there."""
    for error in items(at(payload, "errors")):
        identity = text(error.get("resource_id") or error.get("value"))
        of_post = error.get("resource_type") in (None, "tweet", "post")
        if identity and of_post and "not-found" in str(error.get("type", "")):
            yield identity


def _not_found(payload: dict[str, Any]) -> Iterator[Post]:
    return (_gone(identity) for identity in missing_ids(payload) if identity.isdigit())


def _gone(identity: str, author: str | None = None) -> Post:
    return Post(
        platform=NAME,
        external_id=identity,
        url=address_of(identity, None),
        author=Author(external_id=author),
        deleted=True,
    )


def shape_of(item: dict[str, Any]) -> str:
    """Which of X's formats an object is in; "" for none. The first that fits counts."""
    if item.keys().isdisjoint(DECIDING):
        return "frame"
    if "html" in item and isinstance(item["html"], str) and "blockquote" in item["html"]:
        return "oembed"
    if _deleted(item):
        return "deletion"
    if "rest_id" in item and client.is_post(item):
        return "client"
    if "tweet" in item and isinstance(item["tweet"], dict) and "rest_id" not in item["tweet"]:
        return "tweet"
    if "data" in item and _is_v2(item):
        return "v2"
    if "statuses" in item and isinstance(item["statuses"], list):
        return "list"
    return _shape_within(item)


def _shape_within(item: dict[str, Any]) -> str:
    """The shape of an object that is no deletion, no list, and no answer or post of the clients'."""
    if client.is_stone(item):
        return ""
    if _is_status(item):
        return "v1"
    if "id" in item and _is_bare(item):
        return "bare"
    if "errors" in item and items(item["errors"]) and not isinstance(item.get("data"), dict):
        return "errors"
    return "" if "screen_name" in item or "username" in item else "frame"


def _deleted(item: dict[str, Any]) -> tuple[str, str | None] | None:
    """The id and the author's id of a post that a line says is deleted: v1.1's and v2's streams, and batch compliance."""
    if "delete" not in item and "data" not in item and item.get("action") != "delete":
        return None
    status = _says_deleted(item)
    if isinstance(status, dict):
        identity = text(status.get("id_str")) or text(status.get("id"))
        owner = text(status.get("user_id_str")) or text(status.get("author_id"))
    else:
        told = item.get("action") == "delete" and ("reason" in item or "redacted_at" in item)
        identity, owner = (text(item.get("id")) if told else None), None
    return (identity, owner) if identity and identity.isdigit() else None


def _says_deleted(item: dict[str, Any]) -> Any:
    """What a stream's deletion names, v1.1's or v2's; None where there is none."""
    if "delete" in item and (status := at(item["delete"], "status") or at(item["delete"], "tweet")):
        return status
    return at(item["data"], "delete", "tweet") if "data" in item else None


def _is_v2(item: dict[str, Any]) -> bool:
    """Whether an object is an answer of API v2 with posts: one, or a list of them."""
    data = item.get("data")
    if "id_str" in item or not isinstance(data, list | dict):
        return False
    return any(map(_is_bare, _posts_of(item))) or ("errors" in item and not data)


def _posts_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """What an answer of API v2 was asked for: one post, or a list of them."""
    data = answer["data"]
    return items(data if isinstance(data, list) else [data])


def _is_bare(item: dict[str, Any]) -> bool:
    """Whether an object is a post as API v2 gives one."""
    identity = item.get("id")
    if not isinstance(identity, str) or not identity.isdigit():
        return False
    if "author_id" not in item and not item.keys().isdisjoint(FOREIGN):
        return False
    return not item.keys().isdisjoint(STATUS_MARKS) or ("text" in item and item.keys() <= PLAINEST)


def _is_status(item: dict[str, Any]) -> bool:
    """Whether an object is a v1.1 status or a widget's: neither an account, nor a list of accounts."""
    if "screen_name" in item or not ("full_text" in item or "text" in item):
        return False
    user = item.get("user")
    return (
        "screen_name" in user
        if isinstance(user, dict)
        else "full_text" in item or ("created_at" in item and "id_str" in item)
    )


def _deletion(item: dict[str, Any]) -> Iterator[Post]:
    found = _deleted(item)
    if found:
        yield _gone(*found)


def _client(item: dict[str, Any]) -> Iterator[Post]:
    status = client.as_status(item)
    quoted = client.within(item)[0]
    if text(status["id_str"]):
        yield _v1(status)
    if status["quoted_status_id_str"] and client.says_gone(quoted):
        yield _gone(status["quoted_status_id_str"])


def _v1(status: dict[str, Any]) -> Post:
    """A v1.1 status or a widget's JSON; the posts within it are read by themselves."""
    identity = text_in(status, "id_str", "id")
    user = mapping(status.get("user"))
    handle = text(user.get("screen_name"))
    extended = mapping(status.get("extended_tweet")) or status
    quoted = text(status.get("quoted_status_id_str")) or _id_within(status, "quoted_tweet", "quoted_status")
    reply = text_in(status, "in_reply_to_status_id_str", "in_reply_to_status_id") or _id_within(status, "parent")
    retweeted = mapping(status.get("retweeted_status"))
    entities = (
        (at(status["note_tweet"], "entities") if "note_tweet" in status else None)
        or extended.get("entities")
        or status.get("entities")
    )
    return Post(
        platform=NAME,
        external_id=identity,
        url=address_of(identity, handle) if identity else None,
        kind=_kind(retweeted, reply, quoted),
        author=Author(
            handle=handle,
            name=text(user.get("name")),
            external_id=text_in(user, "id_str", "id"),
            followers=count(user.get("followers_count")),
            links=_declared(user),
            bio=client.bio(user),
            labels=client.labels(user),
        ),
        text=_passed_on(_v1_text(status), _v1_text(_as_status(retweeted))) if retweeted else _v1_text(status),
        language=language(status.get("lang")),
        posted_at=utc(count(status.get("created_at")) or text(status.get("created_at"))),
        in_reply_to=reply,
        quotes=None if retweeted else quoted,
        links=_links(entities, quoted) if entities else (),
        media=_v1_media(status, extended),
        reach=Reach(
            likes=count(status.get("favorite_count")),
            reposts=count(status.get("retweet_count")),
            replies=count(status["reply_count"] if "reply_count" in status else status.get("conversation_count")),
            quotes=count(status.get("quote_count")),
            views=count(at(status["views"], "count") if "views" in status else status.get("view_count")),
        ),
        deleted="deleted_at" in status and text(status["deleted_at"]) is not None,
    )


def _id_within(status: dict[str, Any], *names: str) -> str | None:
    """The id of the first of some statuses within one that has an id."""
    return next((found for name in names if name in status and (found := text(at(status[name], "id_str")))), None)


def _declared(user: dict[str, Any]) -> tuple[str, ...]:
    """The addresses that a profile names."""
    entities = user.get("entities")
    return _links(at(entities, "url"), None) if entities else ()


def _as_status(post: dict[str, Any]) -> dict[str, Any]:
    return client.as_status(post) if client.is_post(post) else post


def _v1_text(status: dict[str, Any]) -> str | None:
    body = text(at(status["note_tweet"], "text")) if "note_tweet" in status else None
    if not body:
        extended = mapping(status.get("extended_tweet"))
        body = (
            text(extended.get("full_text"))
            or text(status.get("full_text"))
            or text(extended.get("text"))
            or text(status.get("text"))
        )
    return unescape(body) if body else None


def _passed_on(cut: str | None, whole: str | None) -> str | None:
    """A repost's ``RT @name: words``, which X cuts off, with all the words of the original."""
    if cut is None or whole is None or not cut.startswith("RT @") or not cut.endswith(CUT):
        return cut or whole
    opening, colon, words_ = cut.partition(": ")
    return f"{opening}{colon}{whole}" if whole.startswith(words_.rstrip("….")) else cut


def _v1_media(status: dict[str, Any], extended: dict[str, Any]) -> Media:
    if "card" not in status and "extended_entities" not in extended and "entities" not in extended:
        return NO_MEDIA
    shown = at(extended, "extended_entities", "media") or at(extended, "entities", "media")
    bound = _bindings(status["card"]) if status.get("card") else {}
    if not shown and not bound:
        return NO_MEDIA
    choices = [bound.get(f"choice{n}_label") for n in range(1, 5)]
    return words.media(
        alt=[picture.get("ext_alt_text") for picture in items(shown)],
        card=[] if any(choices) else [bound.get("title"), bound.get("description")],
        poll=choices,
    )


def _bindings(card: Any) -> dict[str, Any]:
    """The words of a card, by name: its values stand in a list of keys, or by key."""
    values = at(card, "binding_values")
    pairs = (
        [(v.get("key"), v.get("value")) for v in items(values)] if isinstance(values, list) else mapping(values).items()
    )
    return {key: at(value, "string_value") for key, value in pairs if isinstance(key, str)}


def _kind(retweeted: object, reply: str | None, quoted: str | None) -> Kind:
    return Kind.REPOST if retweeted else Kind.REPLY if reply else Kind.QUOTE if quoted else Kind.POST


def _v2(payload: dict[str, Any]) -> Iterator[Post]:
    """The posts of an API v2 answer, and the deletions that it tells as errors."""
    statuses, users, attached = _posts_of(payload), {}, {}
    if included := mapping(payload.get("includes")):
        users = {text(u.get("id")): u for u in items(included.get("users"))}
        attached = {text(m.get("media_key")): m for m in items(included.get("media"))}
        attached |= {text(p.get("id")): p for p in items(included.get("polls"))}
        statuses += items(included.get("tweets"))
    statuses = [status for status in statuses if _is_bare(status)]
    known = {status["id"]: status for status in statuses}
    for status in statuses:
        user = users.get(text(status.get("author_id"))) or mapping(status.get("author"))
        yield _v2_post(status, user, attached, known)
    if "errors" in payload:
        yield from _not_found(payload)


def _v2_post(
    status: dict[str, Any], user: dict[str, Any], attached: dict[str | None, Any], known: dict[str, dict[str, Any]]
) -> Post:
    identity = text(status.get("id")) or ""
    references = {text(r.get("type")): r for r in items(status.get("referenced_tweets"))}
    handle = text(user.get("username"))
    reply, quoted = (text(references[kind].get("id")) if kind in references else None for kind in ANSWERING)
    retweeted = references.get("retweeted")
    metrics = mapping(status.get("public_metrics"))
    entities = (at(status["note_tweet"], "entities") if "note_tweet" in status else None) or status.get("entities")
    body = _v2_text(status)
    if retweeted:
        body = _passed_on(body, _v2_text(known.get(text(retweeted.get("id")) or "") or retweeted))
    return Post(
        platform=NAME,
        external_id=identity,
        url=address_of(identity, handle),
        kind=_kind(retweeted, reply, quoted),
        author=Author(
            handle=handle,
            name=text(user.get("name")),
            external_id=text(status.get("author_id")) or text(user.get("id")),
            followers=count(at(user["public_metrics"], "followers_count")) if "public_metrics" in user else None,
            links=_declared(user),
            bio=client.bio(user),
            labels=client.labels(user),
        ),
        text=body,
        language=language(status.get("lang")),
        posted_at=utc(text(status.get("created_at"))),
        in_reply_to=reply,
        quotes=quoted,
        links=_links(entities, quoted) if entities else (),
        media=_v2_media(status, attached),
        reach=Reach(
            likes=count(metrics.get("like_count")),
            reposts=count(metrics.get("retweet_count")),
            replies=count(metrics.get("reply_count")),
            quotes=count(metrics.get("quote_count")),
            views=count(metrics.get("impression_count")),
        ),
    )


def _v2_text(status: dict[str, Any]) -> str | None:
    long = text(at(status["note_tweet"], "text")) if "note_tweet" in status else None
    body = long or text(status.get("text"))
    return unescape(body) if body else None


def _v2_media(status: dict[str, Any], attached: dict[str | None, Any]) -> Media:
    """What ``includes`` tells of a post's pictures and poll (twarc puts it into the post), and its link's preview."""
    given = mapping(status.get("attachments"))
    urls = items(at(status["entities"], "urls")) if "entities" in status else []
    if not given and not any("title" in url for url in urls):
        return NO_MEDIA
    keys, polls = (given.get(name) for name in ("media_keys", "poll_ids"))
    shown = items(given.get("media")) or [attached.get(text(k)) for k in (keys if isinstance(keys, list) else ())]
    voted = items(given.get("poll")) or [attached.get(text(k)) for k in (polls if isinstance(polls, list) else ())]
    voted = [given["poll"]] if isinstance(given.get("poll"), dict) else voted
    return words.media(
        alt=[at(picture, "alt_text") for picture in shown],
        card=[words_ for url in urls[:1] for words_ in (url.get("title"), url.get("description"))],
        poll=[option.get("label") for poll in voted for option in items(at(poll, "options"))],
    )


def _links(entities: Any, quoted: str | None) -> tuple[str, ...]:
    """The addresses in a text's or a profile's entities, without those of pictures and of the post that is quoted."""
    links = []
    for entry in items(at(entities, "urls")):
        link = text_in(entry, "unwound_url", "expanded_url", "url")
        if link and not entry.get("media_key") and not (quoted and names(link, quoted)):
            links.append(link)
    return tuple(dict.fromkeys(links))
