"""Which platform an address belongs to, and which post it names."""

import re
from typing import Literal, NamedTuple, get_args
from urllib.parse import parse_qs, unquote

from .urls import split

Platform = Literal[
    "x", "bluesky", "mastodon", "reddit", "hackernews", "youtube", "telegram", "tiktok", "instagram", "facebook", "threads",
    "lemmy", "vk", "truthsocial", "web",
]  # fmt: skip
PLATFORMS = list(get_args(Platform))
"""The platforms' names, as in records, settings and commands."""


class PostAddress(NamedTuple):
    """What an address alone tells of a post."""

    platform: str
    external_id: str | None
    url: str
    handle: str | None


X_HOSTS = {
    "twitter.com",
    "x.com",
    "mobile.twitter.com",
    "m.twitter.com",
    "platform.twitter.com",
    "fxtwitter.com",
    "vxtwitter.com",
    "mobile.x.com",
    "nitter.net",
}
YOUTUBE_HOSTS = {"youtube.com", "m.youtube.com", "youtube-nocookie.com", "youtu.be", "music.youtube.com"}
NOT_A_HANDLE = {"i", "statuses", "web", "embed", "intent", "share", "hashtag", "search"}


def identify(url: str) -> PostAddress | None:
    """The post that ``url`` names, or None where it names none on a platform known by its address.

    Mastodon, Lemmy and other federated servers are known by the shape of the path alone; there the
    external id is the ActivityPub uri, which the address does not tell, so it is None.
    """
    parts = split(url)
    if parts is None or not parts.hostname or parts.scheme not in ("http", "https"):
        return None
    host = parts.hostname.removeprefix("www.")
    path = unquote(parts.path)
    find = BY_HOST.get(host)
    if find:
        return find(path, parts.query)
    if host.endswith(".reddit.com"):
        return _reddit(path, parts.query)
    if host.endswith(".facebook.com"):
        return _facebook(path, parts.query)
    return _federated(host, path)


PROFILES = {
    **dict.fromkeys(X_HOSTS, ("x", r"/([A-Za-z0-9_]{1,15})/?$")),
    "bsky.app": ("bluesky", r"/profile/([^/]+)/?$"),
    "threads.net": ("threads", r"/@([\w.]+)/?$"),
    "threads.com": ("threads", r"/@([\w.]+)/?$"),
    "instagram.com": ("instagram", r"/([\w.]+)/?$"),
    "tiktok.com": ("tiktok", r"/@([\w.]+)/?$"),
    "youtube.com": ("youtube", r"/@([\w.-]+)/?$"),
    "t.me": ("telegram", r"/(?:s/)?([A-Za-z]\w{3,})/?$"),
    "reddit.com": ("reddit", r"/u(?:ser)?/([\w-]+)/?$"),
    "vk.com": ("vk", r"/([\w.]+)/?$"),
    "facebook.com": ("facebook", r"/([\w.]+)/?$"),
    "truthsocial.com": ("truthsocial", r"/@(\w+)/?$"),
}


def profile_of(url: str) -> tuple[str, str] | None:
    """The account (platform, handle) whose profile ``url`` is; None where it is none known by its address."""
    parts = split(url)
    if parts is None:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    path = unquote(parts.path)
    if host in PROFILES:
        platform, pattern = PROFILES[host]
        found = re.match(pattern, path)
        return (platform, found[1]) if found and found[1].lower() not in NOT_A_HANDLE else None
    found = re.match(r"/@(\w+)/?$", path)
    return ("mastodon", f"{found[1]}@{host}") if found and host else None


def _x(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:#!/)?([A-Za-z0-9_]{1,20}|i/web|i)/status(?:es)?/(\d{1,20})", path)
    if found:
        handle = None if found[1] in NOT_A_HANDLE or "/" in found[1] else found[1]
        return PostAddress("x", found[2], f"https://x.com/{handle or 'i'}/status/{found[2]}", handle)
    if path.lower().startswith("/embed/"):
        tweet = parse_qs(query).get("id", [""])[0]
        if tweet.isdigit():
            return PostAddress("x", tweet, f"https://x.com/i/status/{tweet}", None)
    return None


def _twitframe(path: str, query: str) -> PostAddress | None:
    inner = parse_qs(query).get("url", [""])[0]
    parts = split(inner)
    return _x(parts.path, "") if parts else None


def _bluesky(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/profile/([^/]+)/post/([A-Za-z0-9._~:-]+)", path)
    embed = found or re.match(r"/embed/(did:[a-z]+:[^/]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]+)", path)
    if not embed:
        return None
    who, key = embed[1], embed[2]
    handle = None if who.startswith("did:") else who.lower()
    return PostAddress(
        "bluesky", f"at://{who}/app.bsky.feed.post/{key}", f"https://bsky.app/profile/{who}/post/{key}", handle
    )


def _reddit(path: str, query: str) -> PostAddress | None:
    found = re.match(
        r"(?:/(r|user|u)/([^/]+))?/comments/([a-z0-9]+)(?:/(?:[^/]*/)?(?:comment/)?([a-z0-9]{5,})?/?$)?", path
    )
    if not found:
        return None
    place = f"/{found[1]}/{found[2]}" if found[1] else ""
    comment = (
        found[4] if re.match(r".*/comments/[a-z0-9]+/(?:[^/]+/[a-z0-9]{5,}|comment/[a-z0-9]{5,})/?$", path) else None
    )
    if comment:
        return PostAddress(
            "reddit", f"t1_{comment}", f"https://www.reddit.com{place}/comments/{found[3]}/comment/{comment}/", None
        )
    return PostAddress("reddit", f"t3_{found[3]}", f"https://www.reddit.com{place}/comments/{found[3]}/", None)


def _reddit_short(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/([a-z0-9]+)/?$", path)
    return (
        PostAddress("reddit", f"t3_{found[1]}", f"https://www.reddit.com/comments/{found[1]}/", None) if found else None
    )


def _hackernews(path: str, query: str) -> PostAddress | None:
    item = parse_qs(query).get("id", [""])[0]
    if path == "/item" and item.isdigit():
        return PostAddress("hackernews", item, f"https://news.ycombinator.com/item?id={item}", None)
    return None


def _youtube(path: str, query: str) -> PostAddress | None:
    found = re.match(
        r"/(?:embed|v|shorts|live)/([A-Za-z0-9_-]{11})(?:$|[/?&])", path + ("/" if path[-1:] != "/" else "")
    )
    video = found[1] if found else parse_qs(query).get("v", [""])[0] if path.rstrip("/") == "/watch" else ""
    if re.fullmatch(r"[A-Za-z0-9_-]{11}", video) and video not in ("videoseries", "live_stream"):
        return PostAddress("youtube", video, f"https://www.youtube.com/watch?v={video}", None)
    return None


def _youtube_short(path: str, query: str) -> PostAddress | None:
    return _youtube("/embed" + path, "")


def _telegram(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:s/)?([A-Za-z][A-Za-z0-9_]{3,31})/(\d+)/?$", path)
    if not found:
        return None
    return PostAddress("telegram", f"{found[1]}/{found[2]}", f"https://t.me/{found[1]}/{found[2]}", found[1])


def _tiktok(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/@([^/]*)/(?:video|photo)/(\d+)", path)
    if found:
        return PostAddress("tiktok", found[2], f"https://www.tiktok.com/@{found[1]}/video/{found[2]}", found[1] or None)
    found = re.match(r"/(?:embed(?:/v2)?|player/v1)/(\d+)", path)
    return PostAddress("tiktok", found[1], f"https://www.tiktok.com/@/video/{found[1]}", None) if found else None


def _instagram(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:([A-Za-z0-9_.]+)/)?(p|reel|reels|tv)/([A-Za-z0-9_-]+)", path)
    if not found:
        return None
    part = "reel" if found[2] == "reels" else found[2]
    return PostAddress("instagram", found[3], f"https://www.instagram.com/{part}/{found[3]}/", found[1])


def _threads(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:@([A-Za-z0-9_.]+)/post|t)/([A-Za-z0-9_-]+)", path)
    if not found:
        return None
    place = f"@{found[1]}/post" if found[1] else "t"
    return PostAddress("threads", found[2], f"https://www.threads.net/{place}/{found[2]}", found[1])


def _facebook(path: str, query: str) -> PostAddress | None:
    values = parse_qs(query)
    if path.startswith("/plugins/"):
        inner = values.get("href", [""])[0]
        parts = split(inner)
        found = identify(inner) if parts and not unquote(parts.path).startswith("/plugins/") else None
        return found if found and found.platform == "facebook" else None
    if path in ("/permalink.php", "/story.php") and "story_fbid" in values:
        owner, story = values.get("id", [""])[0], values["story_fbid"][0]
        return PostAddress(
            "facebook", story, f"https://www.facebook.com/permalink.php?story_fbid={story}&id={owner}", None
        )
    if path.rstrip("/") == "/watch" and values.get("v", [""])[0].isdigit():
        return PostAddress("facebook", values["v"][0], f"https://www.facebook.com/watch/?v={values['v'][0]}", None)
    if path.startswith("/photo") and values.get("fbid", [""])[0].isdigit():
        return PostAddress(
            "facebook", values["fbid"][0], f"https://www.facebook.com/photo.php?fbid={values['fbid'][0]}", None
        )
    found2 = re.match(r"/([^/]+)/(posts|videos|photos)/(?:[^/]+/)*?([A-Za-z0-9]+)/?$", path)
    if found2:
        return PostAddress(
            "facebook", found2[3], f"https://www.facebook.com/{found2[1]}/{found2[2]}/{found2[3]}", found2[1]
        )
    found3 = re.match(r"/groups/([^/]+)/(?:posts|permalink)/(\d+)", path) or re.match(r"/(reel)/(\d+)", path)
    if found3:
        return PostAddress("facebook", found3[2], f"https://www.facebook.com{found3[0]}", None)
    return None


def _vk(path: str, query: str) -> PostAddress | None:
    found = re.search(r"(wall|video|clip)(-?\d+_\d+)", path + "?" + query)
    if found:
        identity = found[2] if found[1] == "wall" else f"{found[1]}{found[2]}"
        return PostAddress("vk", identity, f"https://vk.com/{found[1]}{found[2]}", None)
    values = parse_qs(query)
    if path == "/video_ext.php" and "oid" in values and "id" in values:
        identity = f"video{values['oid'][0]}_{values['id'][0]}"
        return PostAddress("vk", identity, f"https://vk.com/{identity}", None)
    return None


def _truthsocial(path: str, query: str) -> PostAddress | None:
    found = re.match(r"/(?:users/|@)([A-Za-z0-9_.-]+)/(?:posts/|statuses/)?(\d+)", path)
    if not found:
        return None
    return PostAddress("truthsocial", found[2], f"https://truthsocial.com/@{found[1]}/posts/{found[2]}", found[1])


def _federated(host: str, path: str) -> PostAddress | None:
    found = re.match(r"/@([A-Za-z0-9_.]+)(?:@[A-Za-z0-9.-]+)?/(\d{10,20})(?:/embed)?/?$", path)
    if found:
        return PostAddress("mastodon", None, f"https://{host}/@{found[1]}/{found[2]}", found[1])
    found = re.match(r"/users/([A-Za-z0-9_.]+)/statuses/(\d{10,20})(?:/embed)?/?$", path)
    if found:
        return PostAddress(
            "mastodon",
            f"https://{host}/users/{found[1]}/statuses/{found[2]}",
            f"https://{host}/@{found[1]}/{found[2]}",
            found[1],
        )
    found = re.match(r"/(post|comment)/(\d+)/?$", path)
    if (found and host.split(".")[0] in ("lemmy", "beehaw", "sh", "feddit", "lemm")) or (found and "lemmy" in host):
        assert found
        return PostAddress(
            "lemmy", f"https://{host}/{found[1]}/{found[2]}", f"https://{host}/{found[1]}/{found[2]}", None
        )
    return None


BY_HOST = {
    **dict.fromkeys(X_HOSTS, _x),
    "twitframe.com": _twitframe,
    "bsky.app": _bluesky,
    "embed.bsky.app": _bluesky,
    "reddit.com": _reddit,
    "old.reddit.com": _reddit,
    "redditmedia.com": _reddit,
    "embed.reddit.com": _reddit,
    "redd.it": _reddit_short,
    "news.ycombinator.com": _hackernews,
    **dict.fromkeys(YOUTUBE_HOSTS - {"youtu.be"}, _youtube),
    "youtu.be": _youtube_short,
    "t.me": _telegram,
    "telegram.me": _telegram,
    "tiktok.com": _tiktok,
    "m.tiktok.com": _tiktok,
    "instagram.com": _instagram,
    "threads.net": _threads,
    "threads.com": _threads,
    "facebook.com": _facebook,
    "m.facebook.com": _facebook,
    "vk.com": _vk,
    "m.vk.com": _vk,
    "vk.ru": _vk,
    "truthsocial.com": _truthsocial,
}
