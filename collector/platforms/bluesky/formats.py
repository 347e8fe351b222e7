"""What Bluesky's answers, records and events hold: posts, reposts, and posts that are not there any more.

Formats: atproto lexicons ``app.bsky.feed.defs`` (postView, feedViewPost, threadViewPost, notFoundPost),
``app.bsky.unspecced.defs`` (thread items), ``app.bsky.embed.record``, ``app.bsky.feed.post`` and ``repost``,
``com.atproto.repo.listRecords``, ``com.atproto.label.defs``; events of Jetstream, v1 and v2. Posts that Bridgy Fed and Wafrn carry over hold the whole words beside
the shortened ones.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from ...dates import now, utc
from ...markup.fragments import read_fragment
from ...markup.links import find_links
from ...records import NO_MEDIA, NO_REACH, Author, Kind, Media, Post, QuoteState, Reach
from ...values import at, count, items, language, mapping, text
from ...wishes import words_of
from .. import words

NAME = "bluesky"
FIRST_YEAR = "2019"
"""The year before which nobody posted on Bluesky: an earlier time is some program's way of saying nothing."""
SECOND_FORM = "network.bsky.jetstream.subscribeEvents#commit"
PICTURE = "https://cdn.bsky.app/img/feed_fullsize/plain/{did}/{cid}@jpeg"
"""Where a record's picture is shown (atproto.com/guides/images-and-video, read 2026-11-27); a view names the address itself."""
POSTS, REPOSTS = "/app.bsky.feed.post/", "/app.bsky.feed.repost/"
LISTS = (
    "payload", "parent", "thread", "post", "posts", "feed", "replies", "root", "reply", "records", "notifications", "bookmarks", "item",
)  # fmt: skip
"""Where answers and the objects in them hold posts."""


def inside(item: dict[str, Any]) -> list[Any]:
    """Where posts lie in an object: those that a post quotes, those of a thread, a feed or a list."""
    if _is_event(item) or item.get("notFound") is True:
        return []
    if _record(item) is not None:
        return _quoted(item)
    held = [item.get(key) for key in LISTS if key in item]
    value = item.get("value")
    return [*held, value.get("post")] if isinstance(value, dict) else held


def read(item: dict[str, Any]) -> Iterator[Post]:
    """The post, the repost, or the post that is not there, that an object tells of."""
    if _is_event(item):
        yield from _jetstream(item)
    elif (record := _record(item)) is not None:
        yield _view(item, record)
    elif _says_gone(item):
        uri = text(item.get("uri")) or ""
        if uri.startswith("at://"):
            yield Post(platform=NAME, external_id=uri, url=web_address(uri, None), deleted=True)
    elif "reason" in item and isinstance(item.get("post"), dict):
        yield from _passed_on(item["post"], mapping(item["reason"]))
    elif REPOSTS in str(item.get("uri", "")) and isinstance(item.get("value"), dict):
        uri = text(item["uri"]) or ""
        yield _repost(uri, Author(external_id=_did(uri)), item["value"], None)


def in_order(posts: list[Post]) -> Iterator[Post]:
    """Posts in which none is older than the one that it answers, as far as that is among them: such a time is forged."""
    times = {post.external_id: post.posted_at for post in posts if post.posted_at}
    for post in posts:
        above = times.get(post.in_reply_to) if post.in_reply_to else None
        if above and post.posted_at and post.posted_at < above:
            late = post.indexed_at if post.indexed_at and post.indexed_at >= above else None
            post = msgspec.structs.replace(post, posted_at=late)
        yield post


def _is_event(item: dict[str, Any]) -> bool:
    """Whether an object is a commit of Jetstream's, in its first or its second form."""
    return (item.get("kind") == "commit" and isinstance(item.get("commit"), dict)) or item.get("$type") == SECOND_FORM


def _record(item: dict[str, Any]) -> dict[str, Any] | None:
    """The record of a postView, of a viewRecord as quotes hold it, or of a list of records; None for anything else."""
    uri = item.get("uri")
    if not isinstance(uri, str) or POSTS not in uri:
        return None
    record = item.get("record") or item.get("value")
    if not isinstance(record, dict) or record.get("$type", "app.bsky.feed.post") != "app.bsky.feed.post":
        return None
    return record


def _says_gone(item: dict[str, Any]) -> bool:
    if item.get("notFound") is True or item.get("$type") == "app.bsky.feed.defs#notFoundPost":
        return True
    return "value" in item and str(at(item["value"], "$type")).endswith("#threadItemNotFound")


def _view(view: dict[str, Any], record: dict[str, Any]) -> Post:
    uri = text(view["uri"]) or ""
    reach = NO_REACH
    if "likeCount" in view or "replyCount" in view or "repostCount" in view or "quoteCount" in view:
        reach = Reach(
            likes=count(view.get("likeCount")),
            reposts=count(view.get("repostCount")),
            replies=count(view.get("replyCount")),
            quotes=count(view.get("quoteCount")),
        )
    labels = _labels(view["labels"]) if "labels" in view else None
    post = _post(uri, record, _author(view.get("author"), uri), reach, _taken_in(utc(view.get("indexedAt"))), labels)
    if shown := _shown_pictures(view.get("embed")):
        post = msgspec.structs.replace(post, pictures=shown)
    framed = _framed(view)
    if not framed:
        return post
    if post.quotes is None and (quoted := next(filter(None, map(_post_uri, framed)), None)):
        kind = Kind.QUOTE if post.kind is Kind.POST else post.kind
        post = msgspec.structs.replace(post, quotes=quoted, kind=kind)
    if not any(one.get("detached") is True for one in framed):
        return post
    return msgspec.structs.replace(post, quote_state=QuoteState.REVOKED)


def _author(author: Any, uri: str) -> Author:
    """An account as a view shows it; its DID is in each of its posts' uris too."""
    if not isinstance(author, dict):
        return Author(external_id=_did(uri))
    handle = text(author.get("handle"))
    return Author(
        handle=None if handle == "handle.invalid" else handle,
        name=text(author.get("displayName")),
        external_id=text(author.get("did")) or _did(uri),
        followers=count(author["followersCount"]) if "followersCount" in author else None,
        bio=(text(author["description"]) or "") if "description" in author else None,
        labels=_labels(author["labels"]) if "labels" in author else None,
    )


def _labels(told: Any) -> tuple[str, ...]:
    """The labels in force that a view tells, by the author's own hand or a moderator's: not taken back, not run out."""
    if not told:
        return ()
    at_present = now()
    there = [
        one for one in items(told) if one.get("neg") is not True and (utc(one.get("exp")) or at_present) >= at_present
    ]
    return words_of([one.get("val") for one in there])


def _own_labels(record: dict[str, Any]) -> tuple[str, ...]:
    """The labels that an author set in the post itself."""
    return words_of([one.get("val") for one in items(at(record, "labels", "values"))]) if "labels" in record else ()


def _did(uri: str) -> str | None:
    who = uri.removeprefix("at://").partition("/")[0]
    return who if who.startswith("did:") else None


def _post(
    uri: str,
    record: dict[str, Any],
    author: Author,
    reach: Reach,
    indexed: str | None,
    labels: tuple[str, ...] | None = None,
) -> Post:
    reply = text(at(record, "reply", "parent", "uri")) if "reply" in record else None
    embed = record.get("embed")
    quoted = quoted_uri(embed) if embed else None
    languages = record.get("langs")
    body = text(record.get("text"))
    carried = _carried_over(record, body)
    own = _own_labels(record)
    return Post(
        platform=NAME,
        external_id=uri,
        url=web_address(uri, author.handle),
        kind=Kind.REPLY if reply else Kind.QUOTE if quoted else Kind.POST,
        author=author,
        text=carried.text if carried else body,
        language=language(languages[0]) if isinstance(languages, list) and len(languages) == 1 else None,
        posted_at=_posted(utc(record.get("createdAt")), indexed),
        indexed_at=indexed,
        in_reply_to=reply,
        quotes=quoted,
        links=_links(record, body or "", carried.links if carried else ()),
        media=_media(embed) if isinstance(embed, dict) else NO_MEDIA,
        pictures=_recorded_pictures(embed, _did(uri)) if isinstance(embed, dict) else (),
        labels=words_of((*(labels or ()), *own)) if own else labels,
        reach=reach,
    )


def _carried_over(record: dict[str, Any], body: str | None) -> Any:
    """The whole words of a post from another network, which are HTML; None where there are none, or no more than ``body``."""
    whole = record.get("bridgyOriginalText") or record.get("fullText")
    if not isinstance(whole, str):
        return None
    found = read_fragment(whole)
    return found if len(found.text or "") > len(body or "") else None


def _posted(created: str | None, indexed: str | None) -> str | None:
    """When a post was written: as its author's program says, unless that cannot be; then when the platform took it in."""
    if created is None or created < FIRST_YEAR:
        return indexed
    if indexed:
        return min(created, indexed)
    return created if created <= now() else None


def _taken_in(indexed: str | None) -> str | None:
    return indexed if indexed and indexed >= FIRST_YEAR else None


def quoted_uri(embed: Any) -> str | None:
    """The uri of the post that a record's embed quotes, None where it quotes no post."""
    uri = text(at(embed, "record", "record", "uri")) or text(at(embed, "record", "uri"))
    return uri if uri and POSTS in uri else None


def _post_uri(shown: dict[str, Any]) -> str | None:
    uri = text(shown.get("uri"))
    return uri if uri and POSTS in uri else None


def _quoted(view: dict[str, Any]) -> list[Any]:
    """The posts that a view shows as quoted, or says to be gone."""
    return [one for one in _framed(view) if isinstance(one.get("value"), dict) or one.get("notFound") is True]


def _framed(view: dict[str, Any]) -> list[dict[str, Any]]:
    """What a view shows in the place of what a post quotes: the post; that it is gone; or that its author took the quotation
    back (``viewDetached``, github.com/bluesky-social/atproto, lexicons/app/bsky/embed/record.json, read 2026-11-27).
    """
    embed = view.get("embed")
    if embed is None and "embeds" not in view:
        return []
    shown = [embed, *items(view["embeds"])] if "embeds" in view else [embed]
    records = [one["record"] for one in shown if isinstance(one, dict) and "record" in one]
    return [one for record in records for one in (record, at(record, "record")) if isinstance(one, dict)]


def _links(record: dict[str, Any], body: str, carried: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses of a post's facets and card, and those written out in it that no facet names (as cut off as they may be)."""
    written = find_links(body) if "://" in body else ()
    if "facets" not in record and "embed" not in record and not written:
        return carried
    links = [
        text(f.get("uri"))
        for facet in items(record.get("facets"))
        for f in items(facet.get("features"))
        if str(f.get("$type", "")).endswith("#link")
    ]
    embed = record.get("embed")
    links += [text(at(embed, "external", "uri")) or text(at(embed, "media", "external", "uri")), *carried]
    known = [link for link in links if link]
    if not written:
        return tuple(dict.fromkeys(known))
    bare = [w for w in written if not any(link.startswith(w) for link in known) and f"{w}..." not in body]
    return tuple(dict.fromkeys([*known, *(w for w in bare if f"{w}…" not in body)]))


def _media(embed: dict[str, Any]) -> Media:
    """The descriptions of a post's pictures or video, and its card's words."""
    shown = _beside(embed)
    pictures = _pictures(embed)
    card = at(shown, "external")
    return words.media(
        alt=[*(picture.get("alt") for picture in pictures), at(shown, "alt")],
        card=[at(card, "title"), at(card, "description")],
    )


def _beside(embed: dict[str, Any]) -> dict[str, Any]:
    """What an embed shows beside the post that it quotes, where it quotes one."""
    shown = embed.get("media")
    return shown if isinstance(shown, dict) else embed


def _pictures(embed: dict[str, Any]) -> list[dict[str, Any]]:
    shown = _beside(embed)
    if "images" not in shown and "items" not in shown:
        return []
    return items(shown.get("images")) + items(shown.get("items"))


def _shown_pictures(embed: Any) -> tuple[str, ...]:
    """The addresses of a view's pictures, in full size."""
    found = [text(picture.get("fullsize")) for picture in _pictures(embed)] if isinstance(embed, dict) else []
    return tuple(filter(None, found))


def _recorded_pictures(embed: dict[str, Any], did: str | None) -> tuple[str, ...]:
    """The addresses of a record's pictures, which it names by their content."""
    cids = [text(at(picture, "image", "ref", "$link")) for picture in _pictures(embed)] if did else []
    return tuple(PICTURE.format(did=did, cid=cid) for cid in cids if cid)


def web_address(uri: str, handle: str | None) -> str | None:
    """Where a person reads the post that an at:// uri names."""
    parts = uri.removeprefix("at://").split("/")
    return f"https://bsky.app/profile/{handle or parts[0]}/post/{parts[2]}" if len(parts) == 3 else None


def _passed_on(post: dict[str, Any], reason: dict[str, Any]) -> Iterator[Post]:
    """The repost that is a feed item's reason; a pinned post is none."""
    uri = text(reason.get("uri")) or ""
    if REPOSTS in uri:
        yield _repost(
            uri, _author(reason.get("by"), uri), {"subject": post}, _taken_in(utc(text(reason.get("indexedAt"))))
        )


def _repost(uri: str, author: Author, record: dict[str, Any], indexed: str | None) -> Post:
    return Post(
        platform=NAME,
        external_id=uri,
        kind=Kind.REPOST,
        author=author,
        posted_at=_posted(utc(text(record.get("createdAt"))), indexed),
        indexed_at=indexed,
        quotes=text(at(record, "subject", "uri")),
    )


def _jetstream(event: dict[str, Any]) -> Iterator[Post]:
    commit = event if event.get("$type") == SECOND_FORM else event["commit"]
    did, key, collection = text(event.get("did")), text(commit.get("rkey")), commit.get("collection")
    if collection not in ("app.bsky.feed.post", "app.bsky.feed.repost") or not did or not key:
        return
    uri = f"at://{did}/{collection}/{key}"
    author, record = Author(external_id=did), commit.get("record")
    told = event.get("witnessedAt") or event.get("time")
    taken_in = _microseconds(event.get("time_us")) or _taken_in(utc(text(told)))
    if collection == "app.bsky.feed.repost":
        if isinstance(record, dict):
            yield _repost(uri, author, record, taken_in)
    elif commit.get("operation") == "delete":
        yield Post(platform=NAME, external_id=uri, url=web_address(uri, None), author=author, deleted=True)
    elif isinstance(record, dict):
        yield _post(uri, record, author, NO_REACH, taken_in)


def _microseconds(value: Any) -> str | None:
    """Jetstream's ``time_us``, Unix microseconds, as a time."""
    number = count(value)
    return _taken_in(utc(number // 1_000_000)) if number else None
