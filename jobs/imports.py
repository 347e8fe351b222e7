"""Imports exports and archives of other tools as reactions to a story.

Formats, recognised by their shape: X API v2 and v1.1 JSON lines (twarc), Zeeschuimer NDJSON, 4CAT CSV, Mastodon
archives (``outbox.json``), a plain CSV of addresses. Bad rows are named by line; the good are kept.
"""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from storywake.collector.addresses import identify
from storywake.collector.dates import now, utc
from storywake.collector.errors import Unreadable
from storywake.collector.net.evidence import Evidence
from storywake.collector.reading.workers import Readers
from storywake.collector.records import Author, Kind, Post, Reach, Tie, TieKind
from storywake.collector.settings import Settings
from storywake.collector.urls import canonical, is_web_address
from storywake.collector.values import count, text
from storywake.db.stories import StoryRow

from .export import unguarded
from .intake import Arrival, take_in
from .resolution import update_people
from .ticking import Tick, silent
from .watch import read_file

MAX_BATCH = 500
NOT_JSON = "not JSON"
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
    """What an import stored, and the rows it could not read."""

    posts: int
    reactions: int
    bad: list[str]  # a line for each row that could not be read


def import_file(engine: Engine, settings: Settings, story: StoryRow, path: str, tick: Tick = silent) -> Imported:
    """Imports a file's posts into a story. Importing a file again changes nothing."""
    body = read_file(path)
    source = f"import:{Path(path).name}"
    tie = Tie(kind=TieKind.MENTIONS, source=source, rests_on="an analyst brought it in", confidence=1.0)
    posts = reactions = 0
    bad: list[str] = []
    with Readers() as readers:
        rows = read_rows(body.decode("utf-8-sig", "replace"), path, readers)
        while batch := list(islice(rows, MAX_BATCH)):
            good = [row for row in batch if isinstance(row, Post)]
            bad.extend(row for row in batch if isinstance(row, str))
            seen = now()
            arrival = Arrival(source, seen, [story], posts=good, copied=True, tie=tie)
            reactions += take_in(engine, arrival, settings).reactions
            posts += len(good)
            tick(posts, None, f"rows of {path} stored")
    update_people(engine, story.id)
    return Imported(posts, reactions, bad)


def read_rows(content: str, name: str, readers: Readers) -> Iterator[Post | str]:
    """The posts of a file, and an error message for each unreadable row."""
    stripped = content.lstrip()
    if stripped[:1] in "{[":
        yield from _json(content, name, readers)
    elif stripped:
        yield from _csv(content, name)


def _json(content: str, name: str, readers: Readers) -> Iterator[Post | str]:
    """The posts of one JSON document, or of one document a line.

    Each is read by a worker, so that a hostile one costs only its line.
    """
    lines = [(number, line) for number, line in enumerate(content.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and _document(lines[0][1], readers) == NOT_JSON:
        whole = _document(content, readers)
        if whole != NOT_JSON:
            yield from _told(whole, f"{name}, line 1")
            return
    for number, line in lines:
        yield from _told(_document(line, readers), f"{name}, line {number}")


def _document(document: str, readers: Readers) -> list[Post] | str:
    """The posts of a document, or an error message."""
    if document.lstrip()[:1] not in ("{", "["):
        return NOT_JSON
    answer = Evidence(url="", final_url="", fetched_at="", status=200, body=document.encode("utf-8", "replace"))
    try:
        content = readers.read_now("export", answer)
    except Unreadable as error:
        return str(error)
    if not content.readable:
        return NOT_JSON
    return content.posts or "no post of a known format"


def _told(found: list[Post] | str, where: str) -> Iterator[Post | str]:
    if isinstance(found, str):
        yield f"{where}: {found}"
    else:
        yield from found


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
