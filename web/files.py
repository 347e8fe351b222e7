"""Rows as a file to take along. It is written first, beyond a size to disk, so that whoever takes it slowly holds neither
the database nor memory.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, BinaryIO, cast

from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from storywake.jobs.export import RowFormat, write_rows

from .headers import SAFE

MAX_IN_MEMORY = 1_000_000
"""Bytes of a file that is not written to disk."""
CHUNK = 65_536
TYPES = {RowFormat.CSV: "text/csv; charset=utf-8", RowFormat.JSON: "application/json"}


def as_file(form: RowFormat, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Rows as CSV or JSON, read here one after another."""
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=MAX_IN_MEMORY))  # noqa: SIM115
    try:
        write_rows(file, form, columns, rows)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    headers = {**SAFE, "Content-Length": str(size)}
    chunks = iter(partial(file.read, CHUNK), b"")
    return StreamingResponse(chunks, media_type=TYPES[form], headers=headers, background=BackgroundTask(file.close))


def as_csv(rows: Sequence[Mapping[str, Any]]) -> Response:
    """Rows of one kind as CSV."""
    columns = list(rows[0]) if rows else []
    return as_file(RowFormat.CSV, columns, ([row[name] for name in columns] for row in rows))
