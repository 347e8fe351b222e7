"""Writes rows as Parquet."""

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from .export import plain

MAX_ROWS = 5000
MAX_CHARACTERS = 32_000_000
"""Characters and bytes in a batch."""


def write_parquet(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes rows one after another, in batches; the first batch decides each column's type."""
    writer: pq.ParquetWriter | None = None
    batch: list[Sequence[Any]] = []
    held = 0
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
        held += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(batch) >= MAX_ROWS or held >= MAX_CHARACTERS:
            flush()
            batch.clear()
            held = 0
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
