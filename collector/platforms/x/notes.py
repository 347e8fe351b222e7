"""X's Community Notes: the daily public files of notes, of their statuses and of ratings.

Format: communitynotes.x.com/guide/en/under-the-hood/download-data, whose source is github.com/twitter/communitynotes
(read on 2026-11-27): tables of tab-separated values with a head, one or several parts each, all that there is in each
day's files, of two days ago at the latest, released daily "on a best-effort basis". The parts lie zipped at
``ton.twimg.com/birdwatch-public-data/YYYY/MM/DD/TABLE/NAME-00000.zip``. Nobody signs in, and the data may be used for
any purpose.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import IO, NamedTuple

from ...dates import utc
from ...errors import Unreadable
from ...values import clean, unescape

TABLES = {"notes": "notes", "noteStatusHistory": "noteStatusHistory", "noteRatings": "ratings"}
"""The tables by folder, each with the name that its files begin with."""
MAX_PARTS = 100
"""Files of one table on a day."""
MAX_LINE_BYTES = 65_536
"""Bytes of one row; a longer one is left out."""
MAX_WORDS = 10_000
"""Characters of a note's words."""
NUMBER = re.compile(r"\d{1,20}", re.A)
MARK = re.compile(r"[A-Z_]{1,60}", re.A)
"""How classifications and statuses are written."""
STATUSES = (
    ("timestampMillisOfFirstNonNMRStatus", "firstNonNMRStatus"),
    ("timestampMillisOfLatestNonNMRStatus", "mostRecentNonNMRStatus"),
    ("timestampMillisOfCurrentStatus", "currentStatus"),
)
"""The columns that tell since when a note had which status, the current one last."""
LEVELS = ("HELPFUL", "SOMEWHAT_HELPFUL", "NOT_HELPFUL")
"""What a rater may say of a note (``helpfulnessLevel``)."""


class Note(NamedTuple):
    """What somebody wrote about a post."""

    note_id: str
    post_id: str  # the post's id on X
    written_at: str | None
    classification: str | None  # MISINFORMED_OR_POTENTIALLY_MISLEADING or NOT_MISLEADING
    text: str | None


class Status(NamedTuple):
    """A status that a note had from a time on; the current one is the last told."""

    note_id: str
    since: str
    status: str


class Unfilled(Unreadable):
    """A table that is begun: its head stands there, its rows do not."""


def address(base: str, day: date, table: str, part: int) -> str:
    """Where a part of a day's table lies."""
    return f"{base.rstrip('/')}/{day:%Y/%m/%d}/{table}/{TABLES[table]}-{part:05}.zip"


def notes_in(file: IO[bytes], posts: Collection[str]) -> Iterator[Note]:
    """The notes on some posts. Raises Unreadable."""
    for row in _rows(file, "tweetId", posts):
        if NUMBER.fullmatch(row.get("noteId", "")):
            yield Note(
                row["noteId"],
                row["tweetId"],
                _at(row.get("createdAtMillis")),
                _mark(row.get("classification")),
                _words(row.get("summary")),
            )


def statuses_in(file: IO[bytes], notes: Collection[str]) -> Iterator[Status]:
    """The statuses that some notes had, each note's current one last. Raises Unreadable."""
    for row in _rows(file, "noteId", notes):
        for when, what in STATUSES:
            since, status = _at(row.get(when)), _mark(row.get(what))
            if since and status:
                yield Status(row["noteId"], since, status)


def ratings_in(file: IO[bytes], notes: Collection[str]) -> Iterator[tuple[str, str]]:
    """The ratings of some notes: the note and what the rater said of it (``LEVELS``). Raises Unreadable."""
    for row in _rows(file, "noteId", notes):
        if row.get("helpfulnessLevel") in LEVELS:
            yield row["noteId"], row["helpfulnessLevel"]


def _rows(file: IO[bytes], key: str, wanted: Collection[str]) -> Iterator[Mapping[str, str]]:
    """The rows of a zipped table whose key is wanted, in flat memory. Raises Unreadable."""
    try:
        with zipfile.ZipFile(file) as packed:
            inside = next((info for info in packed.infolist() if not info.is_dir()), None)
            if inside is None:
                raise Unreadable("a file of Community Notes is empty")
            with packed.open(inside) as table:
                yield from _wanted(table, key, wanted)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Unreadable(f"a file of Community Notes cannot be unpacked: {str(error)[:200]}") from None


def _wanted(table: IO[bytes], key: str, wanted: Collection[str]) -> Iterator[Mapping[str, str]]:
    head = _cells(table.readline(MAX_LINE_BYTES))
    if key not in head:
        raise Unreadable(f"a file of Community Notes has no column {key}")
    place = head.index(key)
    whole = True
    line = table.readline(MAX_LINE_BYTES)
    if not line:
        raise Unfilled("a file of Community Notes has no rows")
    while line:
        begins, whole = whole, line.endswith(b"\n") or len(line) < MAX_LINE_BYTES
        start = line.split(b"\t", place + 1) if begins and whole else []
        if len(start) > place and start[place].rstrip(b"\r\n").decode("ascii", "replace") in wanted:
            cells = _cells(line)
            if len(cells) == len(head):
                yield dict(zip(head, cells, strict=True))
        line = table.readline(MAX_LINE_BYTES)


def _cells(line: bytes) -> Sequence[str]:
    return line.decode("utf-8", "replace").rstrip("\r\n").split("\t")


def _at(millis: str | None) -> str | None:
    """A time in milliseconds since 1970; None where there is none, which the tables write as -1 or leave empty."""
    number = (millis or "").removesuffix(".0")
    return utc(int(number)) if NUMBER.fullmatch(number) else None


def _mark(value: str | None) -> str | None:
    return value if value and MARK.fullmatch(value) else None


def _words(value: str | None) -> str | None:
    """A note's words, which the table may quote and escape."""
    words = value or ""
    if len(words) > 1 and words[0] == words[-1] == '"':
        words = words[1:-1].replace('""', '"')
    return clean(unescape(words))[:MAX_WORDS].strip() or None
