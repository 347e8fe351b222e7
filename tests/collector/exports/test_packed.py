"""Files that are packed, or hold no text at all."""

import bz2
import gzip
import lzma
from pathlib import Path
from typing import Any

import pytest

from storywake.collector.errors import BadInput

from .test_forms import ids, lines
from .test_known import rows_of, written


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_is_unpacked(tmp_path: Path, packed: Any) -> None:
    rows, _ = rows_of(written(tmp_path, packed("\n".join(lines(1, 2)).encode())))
    assert ids(rows) == ["1700000000000001001", "1700000000000001002"]


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("broken", ["cut off", "overwritten"])
def test_a_packed_file_that_is_broken_is_told_in_a_line(tmp_path: Path, packed: Any, broken: str) -> None:
    body = packed("\n".join(lines(*range(1, 400))).encode())
    half = len(body) // 2
    body = body[:half] if broken == "cut off" else body[:half] + b"\xff\x00" * 20 + body[half + 40 :]
    with pytest.raises(BadInput, match=r"^cannot read [^\n]*$"):
        rows_of(written(tmp_path, body))


@pytest.mark.parametrize(
    ("begins", "why"),
    [(b"PK\x03\x04", "ZIP"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"SQLite format 3\0", "SQLite"), (b"%PDF-1.7", "PDF"), (b"\x01\0\0\x02", "binary")],
)  # fmt: skip
def test_what_is_no_text_is_refused_in_a_line(tmp_path: Path, begins: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        rows_of(written(tmp_path, begins + bytes(range(1, 200)) * 5))
