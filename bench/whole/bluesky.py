"""A thread as Bluesky's app view tells it (lexicons app.bsky.feed.defs and app.bsky.actor.defs, read 2026-11-28)."""

from typing import Any

from .made import AT, LINK, NUMBER, SUMMARY, TITLE, WORDS


def answer() -> dict[str, Any]:
    """What the app view answers when it is asked for a post's thread."""
    below = [
        {"$type": "app.bsky.feed.defs#threadViewPost", "post": _view(n), "replies": [], "threadContext": {}}
        for n in range(1, NUMBER)
    ]
    return {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": _view(0), "replies": below}}


def _view(n: int) -> dict[str, Any]:
    did, cid = f"did:plc:{n * 7919:024}", "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae"
    above = {"cid": cid, "uri": f"at://did:plc:{0:024}/app.bsky.feed.post/3kmwhw2nt0000"}
    card = {"uri": LINK, "title": TITLE, "description": SUMMARY}
    blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": "image/jpeg", "size": 482_113}
    return {
        "uri": f"at://{did}/app.bsky.feed.post/3kmwhw2nt{n:04}",
        "cid": cid,
        "author": {
            "did": did,
            "handle": f"somebody{n}.example",
            "displayName": f"Somebody {n}",
            "avatar": f"https://cdn.bsky.example/img/avatar/plain/{did}/{cid}@jpeg",
            "associated": {
                "chat": {"allowIncoming": "following"},
                "activitySubscription": {"allowSubscriptions": "followers"},
            },
            "viewer": {"muted": False, "blockedBy": False},
            "labels": [],
            "createdAt": "2023-07-01T09:00:00.000Z",
            "verification": {"verifications": [], "verifiedStatus": "none", "trustedVerifierStatus": "none"},
        },
        "record": {
            "$type": "app.bsky.feed.post",
            "createdAt": AT.format(n) + ".000Z",
            "langs": ["en"],
            "text": WORDS.format(n),
            **({"reply": {"parent": above, "root": above}} if n else {}),
            "embed": {"$type": "app.bsky.embed.external", "external": {**card, "thumb": blob}},
            "facets": [
                {
                    "index": {"byteStart": 0, "byteEnd": 4},
                    "features": [{"$type": "app.bsky.richtext.facet#link", "uri": LINK}],
                }
            ],
        },
        "embed": {
            "$type": "app.bsky.embed.external#view",
            "external": {**card, "thumb": f"https://cdn.bsky.example/img/feed_thumbnail/plain/{did}/{cid}@jpeg"},
        },
        "bookmarkCount": 0,
        "replyCount": n % 7,
        "repostCount": n % 11,
        "likeCount": n % 101,
        "quoteCount": n % 3,
        "indexedAt": AT.format(n) + ".512Z",
        "viewer": {"bookmarked": False, "threadMuted": False, "replyDisabled": False, "embeddingDisabled": False},
        "labels": [],
    }
