"""Writes rows as CSV, JSON, JSON lines, Parquet or a table."""

import json
import math
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


MAX_DIGITS = 300
"""Digits before the point of a decimal that is written as a number: as many as a float holds; longer ones are words."""


def plain(value: Any) -> Any:
    """A value from the database as a JSON value."""
    if isinstance(value, Decimal):
        if value.adjusted() > MAX_DIGITS:
            return str(value)
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


MAX_ROUNDED = 10_000.0
"""A fraction below it is shown with four digits in a table; above, digits before the point would be lost."""
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""The beginning of a text that a spreadsheet would run as a formula (owasp.org, "CSV Injection"), after any
apostrophes.
"""
GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
BARE = re.compile(r"[A-Za-z_]\w*", re.A)


def cell(value: Any) -> str:
    """A value as a CSV cell, safe in spreadsheets that separate by ``,`` or ``;``. None is an empty cell.

    Texts are quoted. A text that would run as a formula gets an apostrophe in front, which ``unguarded`` removes.
    """
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    guarded = "'" + value if FORMULA.match(value) else value
    return '"' + guarded.replace('"', '""') + '"'


def unguarded(text: str) -> str:
    """A text from a CSV file without the apostrophe that ``cell`` put in front."""
    return text[1:] if GUARDED.match(text) else text


def write_rows(out: BinaryIO, form: RowFormat, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes rows in a format, one after another. Returns their number."""
    writers = {RowFormat.CSV: _csv, RowFormat.JSON: _json, RowFormat.JSONL: _jsonl, RowFormat.TABLE: _table}
    counted = Counted(rows)
    if form == RowFormat.PARQUET:
        from .parquet import write_parquet  # here, because its library takes 28 MB, which the scheduler does not need

        write_parquet(out, columns, counted)
    else:
        writers[form](out, columns, counted)
    return counted.count


@contextmanager
def written(out: Path) -> Iterator[BinaryIO]:
    """A file to write, which becomes ``out`` when it is complete; an exception leaves nothing behind.

    A link, pipe or device (``/dev/null``, ``/dev/stdout``) is written into and stays what it is. Raises BadInput where it
    cannot be written.
    """
    if out.is_symlink() or (out.exists() and not out.is_file()):
        try:
            with out.open("wb") as file:
                yield file
        except OSError as error:
            raise BadInput(f"cannot write {out}: {error.strerror}") from None
        return
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
    """An iterable that counts the rows it has given."""

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
    """Columns are as wide as the first thousand rows need; wider cells of later rows shift their line. Fractions are rounded
    to four digits; the other formats have all of them.
    """
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
    value = plain(value)
    return one_line(f"{value:.4g}" if isinstance(value, float) and abs(value) < MAX_ROUNDED else str(value), 60)
