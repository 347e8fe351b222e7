"""Rows out of the store as CSV, JSON, JSON lines, Parquet or a table; evidence as WARC."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from storywake.collector.errors import BadInput
from storywake.collector.printable import one_line


class RowFormat(StrEnum):
    """What rows can be written as."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"


def plain(value: Any) -> Any:
    """A database's value as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""How a text begins that a spreadsheet would run as a formula (owasp.org, "CSV Injection"), behind any apostrophes."""
GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
BARE = re.compile(r"[A-Za-z_]\w*", re.A)


def cell(value: Any) -> str:
    """A value as a cell of CSV, safe in a spreadsheet that separates by ``,`` or by ``;``: texts are quoted, and a text that would
    run as a formula gets an apostrophe in front, which ``unguarded`` takes off. Unknown is empty."""
    value = plain(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    guarded = "'" + value if FORMULA.match(value) else value
    return '"' + guarded.replace('"', '""') + '"'


def unguarded(text: str) -> str:
    """A text of a CSV file as it was before ``cell`` put an apostrophe in front."""
    return text[1:] if GUARDED.match(text) else text


def write_rows(out: BinaryIO, form: RowFormat, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes rows in a format as they come. Returns how many."""
    writers = {RowFormat.CSV: _csv, RowFormat.JSON: _json, RowFormat.JSONL: _jsonl, RowFormat.TABLE: _table}
    counted = Counted(rows)
    if form == RowFormat.PARQUET:
        from .parquet import write_parquet  # here, since its library takes 28 MB that a scheduler need not hold

        write_parquet(out, columns, counted)
    else:
        writers[form](out, columns, counted)
    return counted.count


@contextmanager
def written(out: Path) -> Iterator[BinaryIO]:
    """A file to write, which becomes ``out`` once all of it is there; whatever ends that early leaves nothing behind.

    Raises BadInput where it cannot be written.
    """
    partial = out.with_name(out.name + ".part")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(out)
    except OSError as error:
        raise BadInput(f"cannot write {out}: {error.strerror}") from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


class Counted:
    """An iterable that knows how many it gave."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            self.count += 1
            yield row


def _csv(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    header = ",".join(name if BARE.fullmatch(name) else cell(name) for name in columns)
    out.write(header.encode("utf-8", "replace") + b"\n")
    for row in rows:
        out.write(",".join(map(cell, row)).encode("utf-8", "replace") + b"\n")


def _json(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    out.write(b"[")
    for number, row in enumerate(rows):
        out.write(b",\n " if number else b"\n ")
        out.write(_object(columns, row))
    out.write(b"\n]\n")


def _jsonl(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    for row in rows:
        out.write(_object(columns, row) + b"\n")


def _object(columns: Sequence[str], row: Sequence[Any]) -> bytes:
    return json.dumps(
        {name: plain(value) for name, value in zip(columns, row, strict=True)}, ensure_ascii=False, default=str
    ).encode("utf-8", "replace")


def _table(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns as wide as the first thousand rows ask; wider cells of later rows push their line out."""
    shown = ([_short(value) for value in row] for row in rows)
    first = list(islice(shown, 1000))
    names = [_short(name) for name in columns]
    widths = [max([len(name), *(len(row[i]) for row in first)]) for i, name in enumerate(names)]
    for line in chain((names, ["-" * w for w in widths]), first, shown):
        out.write(
            ("  ".join(value.ljust(w) for value, w in zip(line, widths, strict=True)).rstrip() + "\n").encode(
                "utf-8", "replace"
            )
        )


def _short(value: Any) -> str:
    if value is None:
        return ""
    return one_line(str(plain(value)), 60)
