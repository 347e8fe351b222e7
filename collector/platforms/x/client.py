"""Posts as X's web and mobile clients hold them (GraphQL), told as the v1.1 statuses that they wrap or follow.

X documents none of it; the shapes are those that recordings of the clients hold: ``Tweet``, ``TweetWithVisibilityResults``,
``TweetTombstone``, ``TweetUnavailable``, within timelines, threads and search answers. Newer clients keep ``details`` and
``counts`` where older ones keep ``legacy``.
"""

from collections.abc import Iterator
from typing import Any

from ...values import at, containers, count, items, mapping, text
from .addresses import read_path

LIMITED = "TweetWithVisibilityResults"
STONES = ("TweetTombstone", "TweetUnavailable")
GONE = ("deleted by", "no longer exists", "suspended")
"""What a tombstone says of a post that is not there any more; other stones say that a post is not for everybody."""
ADS = frozenset(("promotedMetadata", "promoted_metadata"))
QUOTED = ("quoted_status_result", "quoted_status_results", "quoted_tweet_results", "quoted_tweet_result")
PASSED_ON = ("retweeted_status_result", "retweeted_status_results", "reposted_tweet_results", "repostedStatusResults")
FRAMES = frozenset((*QUOTED, *PASSED_ON))
VERIFIED = ("blue", "business", "government")
"""What API v2 says an account is verified as, where it is."""
STONE_FRAMES = frozenset(("tweet_results", "tweetResult"))


def is_post(item: dict[str, Any]) -> bool:
    """Whether an object is a post of the clients'."""
    if "rest_id" not in item or item.get("__typename") == "User":
        return False
    legacy = item.get("legacy")
    told = isinstance(legacy, dict) and ("full_text" in legacy or "conversation_id_str" in legacy)
    return told or "full_text" in mapping(item.get("details"))


def is_stone(item: dict[str, Any]) -> bool:
    """Whether an object stands where a post cannot be shown."""
    return item.get("__typename") in STONES or "tombstone" in item


def gone_id(item: dict[str, Any]) -> str | None:
    """The id of a post that a frame of the clients' says is deleted; None where it is another frame, or says no id."""
    if item.keys().isdisjoint(STONE_FRAMES):
        return None
    frame = item.get("tweet_results") or item.get("tweetResult")
    stone = mapping(at(frame, "result"))
    if not says_gone(stone):
        return None
    return text(stone.get("rest_id")) or text(at(frame, "rest_id"))


def says_gone(stone: Any) -> bool:
    """Whether a tombstone says that its post is not there any more."""
    if not stone or "tombstone" not in stone:
        return False
    words = text(at(stone, "tombstone", "text", "text")) or text(at(stone, "tombstone", "text")) or ""
    return any(mark in words for mark in GONE)


def as_status(post: dict[str, Any]) -> dict[str, Any]:
    """A post of the clients' as a v1.1 status; what it passes on stays as the clients hold it."""
    legacy, details = mapping(post.get("legacy")), mapping(post.get("details"))
    status = {**mapping(post.get("counts")), **details, **legacy}
    identity = text(post.get("rest_id")) or text(legacy.get("id_str"))
    note = at(legacy.get("note_tweet") or post.get("note_tweet"), "note_tweet_results", "result")
    status["id_str"] = identity
    status["user"] = _user(post, status, identity)
    status["views"] = post.get("views") or post.get("view_count_info") or {}
    status["card"] = at(post, "card", "legacy") or post.get("card")
    quoted, passed_on = within(post)
    status["quoted_status_id_str"] = text(legacy.get("quoted_status_id_str")) or text(at(quoted, "rest_id"))
    status["retweeted_status"] = passed_on
    if text(at(note, "text")):
        status["note_tweet"] = {"text": note["text"], "entities": note.get("entity_set")}
    else:
        status.pop("note_tweet", None)
        status["full_text"] = _article(post) or status.get("full_text")
    if "created_at" not in status:
        moment = count(status.get("created_at_ms")) or count(post.get("created_at_ms"))
        status["created_at"] = moment // 1000 if moment else None
    status.setdefault("in_reply_to_status_id_str", at(post, "reply_to_results", "rest_id"))
    if post.get("url_entities") and not status.get("entities"):
        status["entities"] = {"urls": post["url_entities"]}
    if post.get("media_entities") and not status.get("extended_entities"):
        status["extended_entities"] = {"media": post["media_entities"]}
    return status


def within(post: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The post that one quotes and the one that it passes on, out of the frames around them."""
    legacy = mapping(post.get("legacy"))
    if post.keys().isdisjoint(FRAMES) and legacy.keys().isdisjoint(FRAMES):
        return None, None
    return _framed(post, legacy, QUOTED), _framed(post, legacy, PASSED_ON)


def _framed(post: dict[str, Any], legacy: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any] | None:
    for name in names:
        inner = at(post.get(name) or legacy.get(name), "result")
        if isinstance(inner, dict):
            return mapping(inner.get("tweet")) or inner
    return None


def _user(post: dict[str, Any], status: dict[str, Any], identity: str | None) -> dict[str, Any]:
    """The author; where the account was left out, the handle from the address of the post's own pictures."""
    found = mapping(at(post, "core", "user_results", "result")) or mapping(at(post, "core", "user_result", "result"))
    legacy, named = mapping(found.get("legacy")), mapping(found.get("core"))
    website = text(at(found, "website", "url"))
    user: dict[str, Any] = {
        "id_str": found.get("rest_id") or status.get("user_id_str"),
        "screen_name": named.get("screen_name") or legacy.get("screen_name"),
        "name": named.get("name") or legacy.get("name"),
        "followers_count": legacy.get("followers_count", at(found, "relationship_counts", "followers")),
        "entities": legacy.get("entities") or ({"url": {"urls": [{"expanded_url": website}]}} if website else None),
    }
    if "description" in legacy:
        user["description"] = legacy["description"]
    verified = mapping(found.get("verification")).get("verified_type") or legacy.get("verified_type")
    user |= {"verified_type": verified} if verified else {}
    user |= {"is_blue_verified": found["is_blue_verified"]} if "is_blue_verified" in found else {}
    if not user["screen_name"]:
        shown = items(at(status, "extended_entities", "media")) + items(at(status, "entities", "media"))
        user["screen_name"] = next(_handles(shown, identity), None)
    return user


def _handles(shown: list[Any], identity: str | None) -> Iterator[str]:
    for picture in shown:
        _, _, path = (text(picture.get("expanded_url")) or "").partition(".com")
        address = read_path(path, "")
        if address and address.handle and address.external_id == identity:
            yield address.handle


def _article(post: dict[str, Any]) -> str | None:
    """The title and the words of an article on X, as far as they are told."""
    article = at(post, "article", "article_results", "result")
    blocks = [text(block.get("text")) for block in items(at(article, "content_state", "blocks"))]
    body = "\n\n".join(filter(None, blocks)) or text(at(article, "plain_text")) or text(at(article, "preview_text"))
    return "\n\n".join(filter(None, (text(at(article, "title")), body))) or None


def frames(item: dict[str, Any]) -> list[Any]:
    """Where posts may lie in an object that is none itself; nowhere in an advertisement."""
    if not item.keys().isdisjoint(ADS) and any(item.get(mark) for mark in ADS):
        return []
    if "entryId" in item and str(item["entryId"]).startswith("promoted"):
        return []
    if item.get("__typename") == LIMITED:
        return [item.get("tweet")]
    return containers(item)


def bio(user: dict[str, Any]) -> str | None:
    """What a profile says of its owner, where that is told: ``description`` of users, in each version
    of the API (developer.x.com/en/docs/x-api/enterprise/data-dictionary/native-enriched-objects/user, read 2026-11-27).
    """
    return (text(user["description"]) or "") if "description" in user else None


def labels(user: dict[str, Any]) -> tuple[str, ...] | None:
    """What X verified an account as, where that is told: ``verified-blue``, ``verified-business``, ``verified-government``.

    ``verified_type`` is blue, business, government or none in API v2 (docs.x.com, user.fields, read 2026-11-28), with capitals or
    left out in the other formats, which tell of blue by ``is_blue_verified``.
    """
    told = (text(user.get("verified_type")) or "").casefold()
    if told in VERIFIED:
        return (f"verified-{told}",)
    if user.get("is_blue_verified") is True:
        return ("verified-blue",)
    return () if told or "is_blue_verified" in user else None
