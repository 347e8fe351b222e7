"""What people already have: exports and archives of other tools, brought in as reactions of a story.

Formats, told by their shape: X API v2 and v1.1 JSON lines (twarc), Zeeschuimer NDJSON, 4CAT CSV, Mastodon
archives (``outbox.json``), a plain CSV of addresses. Bad rows are named by line; the good are kept.
"""

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine

from collector.dates import now, utc
from collector.platforms import identify
from collector.records import Author, Kind, Post, Reach, Tie, TieKind
from collector.settings import Settings
from collector.sources import SOURCES
from collector.urls import canonical, is_web_address
from collector.values import count, text
from db.stories import StoryRow

from .export import unguarded
from .intake import Arrival, take_in
from .people import update_people
from .watch import read_file

BATCH = 500
ZEESCHUIMER = {
    "twitter.com": "x",
    "x.com": "x",
    "tiktok.com": "tiktok",
    "instagram.com": "instagram",
    "threads.net": "threads",
    "threads.com": "threads",
    "truthsocial.com": "truthsocial",
}
CSV_COLUMNS = {
    "id": ("id", "post_id", "external_id"),
    "url": ("url", "link", "permalink", "post_url", "address"),
    "text": ("body", "text", "message", "caption", "content"),
    "handle": ("author", "author_handle", "username", "handle", "user"),
    "name": ("author_fullname", "author_name", "author_full", "name"),
    "at": ("timestamp", "posted_at", "created_at", "date", "unix_timestamp"),
    "likes": ("like_count", "likes", "num_likes", "favorite_count"),
    "reposts": ("retweet_count", "reposts", "share_count", "num_shares", "repost_count"),
    "replies": ("reply_count", "replies", "comment_count", "num_comments"),
    "quotes": ("quote_count", "quotes"),
    "views": ("impression_count", "views", "view_count", "play_count", "plays"),
}


class Imported(NamedTuple):
    """What an import came to."""

    posts: int
    reactions: int
    bad: list[str]  # a line for each row that could not be read


def import_file(engine: Engine, settings: Settings, story: StoryRow, path: str) -> Imported:
    """Brings a file's posts into a story. A file brought in twice changes nothing more."""
    body = read_file(path)
    source = f"import:{Path(path).name}"
    tie = Tie(kind=TieKind.MENTIONS, source=source, rests_on="an analyst brought it in", confidence=1.0)
    rows = read_rows(body.decode("utf-8-sig", "replace"), path)
    posts = reactions = 0
    bad: list[str] = []
    while batch := list(islice(rows, BATCH)):
        good = [row for row in batch if isinstance(row, Post)]
        bad.extend(row for row in batch if isinstance(row, str))
        seen = now()
        arrival = Arrival(source, seen, [story], posts=good, copied=True, tie=tie)
        reactions += take_in(engine, arrival, settings).reactions
        posts += len(good)
    update_people(engine, story.id)
    return Imported(posts, reactions, bad)


def read_rows(content: str, name: str) -> Iterator[Post | str]:
    """The posts of a file, and a line of words for each row that is none."""
    stripped = content.lstrip()
    if stripped[:1] in "{[":
        yield from _json(content, name)
    elif stripped:
        yield from _csv(content, name)


def _json(content: str, name: str) -> Iterator[Post | str]:
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        whole = None
    if whole is not None:
        yield from _objects(whole, f"{name}, line 1")
        return
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            parsed = json.loads(line)
        except (ValueError, RecursionError):
            yield f"{name}, line {number}: not JSON"
            continue
        yield from _objects(parsed, f"{name}, line {number}")


def _objects(parsed: Any, where: str) -> Iterator[Post | str]:
    found = _posts(parsed)
    if found:
        yield from found
    else:
        yield f"{where}: no post of a known format"


def _posts(parsed: Any) -> list[Post]:
    """Zeeschuimer names its platform; the rest is told by who can read it: X, ActivityPub."""
    if isinstance(parsed, dict) and isinstance(parsed.get("data"), dict) and "source_platform" in parsed:
        platform = ZEESCHUIMER.get(str(parsed["source_platform"]).removeprefix("www."))
        data = parsed["data"]
        if platform == "x":
            data = _graphql_tweet(data) or data
        return SOURCES[platform].normalise(data) if platform else []
    for platform in ("x", "mastodon", "bluesky"):
        found = SOURCES[platform].normalise(parsed)
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


def _csv(content: str, name: str) -> Iterator[Post | str]:
    sample = content.split("\n", 1)[0]
    delimiter = max(",;\t", key=sample.count)
    rows = csv.reader(io.StringIO(content), delimiter=delimiter)
    try:
        header = [cell.strip().lower() for cell in next(rows)]
    except (StopIteration, csv.Error):
        return
    if any(is_web_address(cell) for cell in header):
        rows = csv.reader(io.StringIO(content), delimiter=delimiter)
        header = ["url" if is_web_address(cell) else f"column {i}" for i, cell in enumerate(header)]
    columns = {key: next((header.index(n) for n in names if n in header), None) for key, names in CSV_COLUMNS.items()}
    if columns["url"] is None and columns["id"] is None:
        yield f"{name}: no column of addresses or ids among {', '.join(header)[:200]}"
        return
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"{name}, line {rows.line_num}: {error}"
            continue
        if any(row):
            values = {
                key: unguarded(row[at]) if at is not None and at < len(row) else None for key, at in columns.items()
            }
            yield _row_post(values) or f"{name}, line {rows.line_num}: no web address"


def _row_post(values: dict[str, str | None]) -> Post | None:
    url = (values["url"] or "").strip()
    if not is_web_address(url):
        return None
    address = identify(url)
    when = values["at"]
    handle = text(values["handle"]) or (address.handle if address else None)
    return Post(
        platform=address.platform if address else "web",
        external_id=address.external_id if address else canonical(url),
        url=address.url if address else url,
        kind=Kind.POST if address else Kind.ARTICLE,
        author=Author(handle=handle.lstrip("@") if handle and address else None, name=text(values["name"])),
        text=text(values["text"]),
        posted_at=utc(
            int(when) if when and when.isdigit() and len(when) > 8 else when.replace(" ", "T") if when else None
        ),
        reach=Reach(**{key: count(values[key]) for key in ("likes", "reposts", "replies", "quotes", "views")}),
    )
