"""What other tools export, a document each: posts of X's API v2 and v1.1 (twarc), Zeeschuimer's items, Mastodon's archives.

Zeeschuimer names its platform (github.com/digitalmethodsinitiative/zeeschuimer); the rest is told by who can read it.
"""

from typing import Any

from ..platforms import SOURCES
from ..records import Post

ZEESCHUIMER = {
    "twitter.com": "x",
    "x.com": "x",
    "tiktok.com": "tiktok",
    "instagram.com": "instagram",
    "threads.net": "threads",
    "threads.com": "threads",
    "truthsocial.com": "truthsocial",
}


def exported(payload: Any) -> list[Post]:
    """Every post in a decoded document of an export; [] where it is of no known format."""
    if isinstance(payload, dict) and isinstance(payload.get("data"), dict) and "source_platform" in payload:
        platform = ZEESCHUIMER.get(str(payload["source_platform"]).removeprefix("www."))
        data = payload["data"]
        if platform == "x":
            data = _graphql_tweet(data) or data
        return SOURCES[platform].normalise(data) if platform else []
    for platform in ("x", "mastodon", "bluesky"):
        found = SOURCES[platform].normalise(payload)
        if found:
            return found
    return []


def _graphql_tweet(data: dict[str, Any]) -> dict[str, Any] | None:
    """The web client's form of a post as the v1.1 status that it wraps."""
    inner = data.get("tweet") if isinstance(data.get("tweet"), dict) else data
    assert isinstance(inner, dict)
    legacy = inner.get("legacy")
    if not isinstance(legacy, dict):
        return None
    user = inner.get("core", {})
    for step in ("user_results", "result"):
        user = user.get(step) if isinstance(user, dict) else None
    known = dict(user.get("legacy") or {}) if isinstance(user, dict) else {}
    known.update(
        {k: v for k, v in (user.get("core") or {}).items() if k in ("screen_name", "name")}
        if isinstance(user, dict) and isinstance(user.get("core"), dict)
        else {}
    )
    known.setdefault("id_str", user.get("rest_id") if isinstance(user, dict) else None)
    known.setdefault("screen_name", None)
    return {
        **legacy,
        "id_str": legacy.get("id_str") or inner.get("rest_id"),
        "user": known,
        "views": inner.get("views") or {},
    }
