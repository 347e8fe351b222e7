"""Stories as CSV, JSON lines or Parquet, and back from the first two: what comes in goes out again byte for byte."""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine

from storywake.collector.archive import COLUMNS, LISTS, Archived
from storywake.collector.cleaning import clean_record
from storywake.collector.dates import any_time, now
from storywake.collector.errors import BadInput
from storywake.collector.sources import SOURCES
from storywake.collector.urls import is_keepable, is_web_address
from storywake.db.archive import archived, size
from storywake.db.engine import reading, writing
from storywake.db.restoring import restore
from storywake.db.status import StoryStatus
from storywake.db.stories import StoryRow, add_story, find_story, set_status, stories

from .export import RowFormat, unguarded, write_rows
from .ticking import Tick, silent

MAX_BATCH = 500
MAX_BLOCK = 64_000_000
"""Bytes of CSV that are parsed at once: no row may be longer."""
HEAD = ",".join(COLUMNS[:8])
ROW = re.compile(r'\{\s*"story"\s*:')
"""How a line of JSON begins, as it went out or as a program wrote it again."""


def write_archive(engine: Engine, story: StoryRow, form: RowFormat, out: BinaryIO, tick: Tick = silent) -> int:
    """Writes a story's reactions (``storywake.collector.archive``), one after another. Returns their number."""
    with reading(engine) as connection:
        known = size(connection, story)
        rows = _ticking(archived(connection, story), tick, known, f"writing the reactions to {story.slug}")
        if form == RowFormat.JSONL:
            count = 0
            for count, row in enumerate(rows, 1):  # noqa: B007
                out.write(msgspec.json.encode(row) + b"\n")
            return count
        return write_rows(out, form, COLUMNS, map(_cells, rows))


def _ticking(rows: Iterator[Archived], tick: Tick, known: int, what: str) -> Iterator[Archived]:
    for done, row in enumerate(rows):
        tick(done, known, what)
        yield row


def _cells(row: Archived) -> list[Any]:
    """A row as cells: lists as JSON, empty where there is nothing in them."""
    return [_cell(getattr(row, name)) for name in COLUMNS]


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return msgspec.json.encode(value).decode() if value else None
    return value.value if isinstance(value, StrEnum) else value


class Restored(NamedTuple):
    """What came back: the story, the reactions read and those that are new, and a line for each row that is unreadable."""

    story: StoryRow
    reactions: int
    new: int
    bad: list[str]


def is_archive(path: str) -> bool:
    """Whether a file is one that ``storywake export`` wrote as CSV or JSON lines."""
    try:
        with open(path, "rb") as file:
            begins = file.read(4096).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    except OSError:
        return False
    return begins.startswith(HEAD) or (ROW.match(begins) is not None and '"story_title"' in begins)


def bring_back(engine: Engine, path: str, slug: str | None, tick: Tick = silent) -> Restored:
    """Stores what a file holds: into the story ``slug`` (default: the one that the file names), which is made where it is
    not there, paused. Bringing a file in again changes nothing. Raises BadInput where nothing can be read.
    """
    story: StoryRow | None = None
    count = new = 0
    bad: list[str] = []
    rows = _read(path)
    while batch := list(islice(rows, MAX_BATCH)):
        good = [row for row in batch if isinstance(row, Archived)]
        bad += [row for row in batch if isinstance(row, str)]
        if good:
            with writing(engine) as connection:
                story = story or _story(connection, good[0], slug)
                new += restore(connection, story.id, list({(r.platform, r.key): r for r in good}.values()))
        count += len(good)
        tick(count, None, f"rows of {path} stored")
    if story is None:
        raise BadInput(f"{path}: {bad[0] if bad else 'no reaction in it'}")
    return Restored(story, count, new, bad)


def _story(connection: Connection, row: Archived, slug: str | None) -> StoryRow:
    wanted = slug or row.story
    known = next((story for story in stories(connection) if story.slug == wanted), None)
    if known:
        return known
    at = now()
    url = row.story_url if row.story_url and is_web_address(row.story_url) else None
    claims = [claim for claim in (row.claim, *row.further_claims) if claim]
    add_story(connection, slug=wanted, title=row.story_title, url=url, claims=claims, created_at=at, watch_until=at)
    story = find_story(connection, wanted)
    set_status(connection, story.id, StoryStatus.PAUSED)
    return story


def _read(path: str) -> Iterator[Archived | str]:
    """The reactions in a file, and a message for each row that is none."""
    try:
        with open(path, "rb") as file:
            lines = file.read(3).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}") from None
    yield from _json_lines(path) if lines.startswith(b"{") else _csv(path)


def _json_lines(path: str) -> Iterator[Archived | str]:
    decode = msgspec.json.Decoder(Archived).decode
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                where = f"{path}, line {number}"
                try:
                    yield _checked(decode(line.removeprefix(b"\xef\xbb\xbf")), where)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                    yield f"{where}: {error}"


def _csv(path: str) -> Iterator[Archived | str]:
    import pyarrow as pa
    from pyarrow import csv

    wrong: list[str] = []

    def skip(row: Any) -> str:
        wrong.append(f"{path}: row {row.number}: {row.actual_columns} cells, not {row.expected_columns}")
        return "skip"

    options = csv.ConvertOptions(
        column_types=dict.fromkeys(COLUMNS, pa.string()), null_values=[""], strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )  # fmt: skip
    parsing = csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip)
    reading_options = csv.ReadOptions(block_size=MAX_BLOCK, use_threads=False)
    try:
        with csv.open_csv(path, reading_options, parsing, options) as reader:
            number = 0
            for batch in reader:
                yield from wrong
                wrong.clear()
                for cells in batch.to_pylist():
                    number += 1
                    yield _of_cells(cells, f"{path}, row {number}")
            yield from wrong
    except (pa.ArrowInvalid, OSError) as error:
        yield f"{path}: {str(error).splitlines()[0][:200]}"


def _of_cells(cells: dict[str, str | None], where: str) -> Archived | str:
    known: dict[str, Any] = {name: unguarded(cell) for name, cell in cells.items() if cell is not None}
    try:
        for name in LISTS:
            if name in known:
                known[name] = msgspec.json.decode(known[name])
        return _checked(msgspec.convert(known, Archived, strict=False), where)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return f"{where}: {error}"


def _checked(row: Archived, where: str) -> Archived | str:
    """A row that may be stored, or why it may not."""
    row = clean_record(row)
    times = {row.posted_at, row.first_seen_at, row.deleted_at, *(o.at for o in row.observations)} - {None}
    if row.platform not in SOURCES:
        return f"{where}: no platform {row.platform[:40]!r}"
    if any(any_time(time) != time for time in times):
        return f"{where}: a time that is none"
    if not row.key or not all(
        is_keepable(name) for name in (row.key, row.external_id, row.url, row.tie_source) if name
    ):
        return f"{where}: an id or address that cannot be kept"
    return row
