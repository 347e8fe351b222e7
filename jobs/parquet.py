"""Writes rows as Parquet, with types: columns of the dictionary's names get its types, others those of their values."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from storywake.collector.errors import BadInput
from storywake.db.dictionary import ColumnType, types_by_name

from .export import plain

MAX_ROWS = 5000
MAX_CHARACTERS = 32_000_000
"""Characters and bytes in a batch."""
TIMESTAMP = pa.timestamp("us", tz="UTC")
KINDS = {
    ColumnType.TEXT: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.TIME: TIMESTAMP,
    ColumnType.DAY: pa.date32(),
    ColumnType.MOMENT: TIMESTAMP,
}
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.A)
ONLY_DAY = "_is_day"
"""Ends the name of the column that says where a moment is known to the day alone; its time is then that day's first."""


def write_parquet(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes rows one after another, in batches; the first batch decides each column's type.

    Times are UTC timestamps, days dates, truths booleans, counts int64. Beside a column of moments stands a truth that
    says which are known to the day alone. Raises BadInput for a later value that does not fit.
    """
    writer: pq.ParquetWriter | None = None
    batch: list[Sequence[Any]] = []
    held = 0
    fields: list[pa.Field] = []

    def flush() -> None:
        nonlocal writer, fields
        values = [[row[place] for row in batch] for place in range(len(columns))]
        if writer is None:
            fields = [pa.field(name, _kind(name, own)) for name, own in zip(columns, values, strict=True)]
            writer = pq.ParquetWriter(out, pa.schema(_with_days(fields)))
        arrays = []
        for field, own in zip(fields, values, strict=True):
            arrays.append(pa.array([_as(field, value) for value in own], field.type))
            if _is_moment(field):
                arrays.append(pa.array([None if value is None else _is_day(value) for value in own], pa.bool_()))
        writer.write_table(pa.Table.from_arrays(arrays, schema=writer.schema))

    for row in rows:
        batch.append(row)
        held += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(batch) >= MAX_ROWS or held >= MAX_CHARACTERS:
            flush()
            batch.clear()
            held = 0
    if batch or writer is None:
        flush()
    assert writer is not None
    writer.close()


def _kind(name: str, values: Sequence[Any]) -> pa.DataType:
    """The type that the dictionary knows of a name, where these values have it; else what they are."""
    known = [value for value in values if value is not None]
    told = KINDS.get(types_by_name().get(name, ColumnType.BYTES))
    if told is not None and all(_fits(told, value) for value in known):
        return told
    if known and all(isinstance(value, bool) for value in known):
        return pa.bool_()
    for kind in (pa.int64(), pa.float64()):
        if known and all(_fits(kind, value) and not isinstance(value, bool) for value in known):
            return kind
    return pa.string()


def _fits(kind: pa.DataType, value: Any) -> bool:
    try:
        _typed(kind, value)
    except (ValueError, TypeError, OverflowError):
        return False
    return True


def _as(field: pa.Field, value: Any) -> Any:
    if value is None:
        return None
    try:
        return _typed(field.type, value)
    except (ValueError, TypeError, OverflowError):
        raise BadInput(
            f"{field.name}: {str(value)[:80]!r} is no {field.type} as earlier rows are; give the column another name"
        ) from None


def _typed(kind: pa.DataType, value: Any) -> Any:
    """A value as a type holds it. Raises ValueError or TypeError for one that it does not hold."""
    if kind == pa.string():
        return str(plain(value)).encode("utf-8", "replace").decode()
    if kind == pa.bool_():
        if value not in (0, 1):
            raise ValueError
        return bool(value)
    if kind == TIMESTAMP:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if kind == pa.date32():
        return date.fromisoformat(value)
    if not isinstance(value, int | float | Decimal):
        raise TypeError
    if kind == pa.float64():
        return float(value)
    whole = int(value)
    if isinstance(value, float) or value != whole or not -(1 << 63) <= whole < 1 << 63:
        raise ValueError
    return whole


def _is_moment(field: pa.Field) -> bool:
    return field.type == TIMESTAMP and types_by_name()[field.name] == ColumnType.MOMENT


def _is_day(value: str) -> bool:
    return DAY.fullmatch(value) is not None


def _with_days(fields: Sequence[pa.Field]) -> list[pa.Field]:
    """The fields, and beside each of moments the one that says which are days."""
    return [
        one
        for field in fields
        for one in ([field, pa.field(field.name + ONLY_DAY, pa.bool_())] if _is_moment(field) else [field])
    ]
