"""Rows out of the store as CSV, JSON, JSON lines, Parquet or a table; evidence as WARC."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

BATCH = 5000


def plain(value: Any) -> Any:
    """A database's value as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def cell(value: Any) -> Any:
    """A value safe in a spreadsheet: text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return plain(value)


def write_rows(out: BinaryIO, form: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes rows in ``form`` (csv, json, jsonl, parquet, table) as they come. Returns how many."""
    writers = {"csv": _csv, "json": _json, "jsonl": _jsonl, "parquet": _parquet, "table": _table}
    counted = Counted(rows)
    writers[form](out, columns, counted)
    return counted.count


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
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(value) for value in row])
    text.flush()
    text.detach()


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
    shown = [[_short(value) for value in row] for row in rows]
    widths = [max([len(name), *(len(row[i]) for row in shown)]) for i, name in enumerate(columns)]
    for line in ([*columns], ["-" * w for w in widths], *shown):
        out.write(
            ("  ".join(value.ljust(w) for value, w in zip(line, widths, strict=True)).rstrip() + "\n").encode(
                "utf-8", "replace"
            )
        )


def _short(value: Any) -> str:
    if value is None:
        return ""
    words = " ".join("".join(c if c.isprintable() else " " for c in str(plain(value))).split())
    return words if len(words) <= 60 else words[:59] + "…"


def _parquet(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    writer: pq.ParquetWriter | None = None
    batch: list[Sequence[Any]] = []
    schema: pa.Schema | None = None

    def flush() -> None:
        nonlocal writer, schema
        data = {name: [plain(row[i]) for row in batch] for i, name in enumerate(columns)}
        if schema is None:
            schema = pa.schema([(name, _type(data[name])) for name in columns])
            writer = pq.ParquetWriter(out, schema)
        assert writer is not None
        writer.write_table(
            pa.table(
                {
                    name: pa.array([_as(schema.field(name).type, v) for v in values], schema.field(name).type)
                    for name, values in data.items()
                },
                schema=schema,
            )
        )

    for row in rows:
        batch.append(row)
        if len(batch) >= BATCH:
            flush()
            batch.clear()
    if batch or schema is None:
        flush()
    assert writer is not None
    writer.close()


def _type(values: Sequence[Any]) -> pa.DataType:
    known = [v for v in values if v is not None]
    if known and all(isinstance(v, bool) for v in known):
        return pa.bool_()
    if known and all(isinstance(v, int) for v in known):
        return pa.int64()
    if known and all(isinstance(v, int | float) for v in known):
        return pa.float64()
    return pa.string()


def _as(kind: pa.DataType, value: Any) -> Any:
    if value is None:
        return None
    if kind == pa.string():
        return str(value)
    if kind == pa.float64():
        return float(value)
    return value
