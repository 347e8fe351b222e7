"""Jetstream's archive: sealed segments of events, made of blocks, each a zstd frame of columns with records in DAG-CBOR.

Format: github.com/bluesky-social/jetstream, docs/README.md, 3.1 and 3.2 (read 2026-11-27); all integers are little-endian.
A segment: 256 bytes that begin with ``jss0``, then blocks, each after its length (8 bytes), then an index that is not
needed here. What is compressed is bounded before it is read, and a row that cannot be read costs itself alone.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow

from ...errors import Unreadable
from .cbor import decode

HEADER_BYTES = 256
MAGIC = b"jss0"
FOOTER_AT = 58
"""Where the header says at which byte the blocks end."""
MAX_BLOCK_BYTES = 64_000_000
"""Of one block, unpacked: 4,096 events are some megabytes."""
MAX_EVENTS = 1 << 18
"""Events of one block."""
OPERATIONS = {1: "create", 2: "update", 3: "delete", 7: "create"}
"""The rows' kinds that are commits (7: a record that replaces one after a repository was read anew)."""
FIXED = (
    ("seq", "<u8"), ("witnessed", "<i8"), ("shown", "<i8"), ("kind", "u1"), ("collection", "u1"), ("did", "<u2"),
    ("rkey", "u1"), ("rev", "u1"), ("payload", "<u4"),
)  # fmt: skip
"""The columns of fixed size: the last five are the lengths of what follows them."""


class Row(NamedTuple):
    """A commit of a block: its number, its time (microseconds since 1970), and the same as Jetstream's JSON has it."""

    seq: int
    time_us: int
    event: dict[str, Any]


def blocks(held: bytes, more: bool) -> tuple[list[bytes], int]:
    """The whole blocks at the beginning of a segment's bytes after its header, and how many bytes they take.

    ``more`` says that the rest of the segment is not here yet. Raises Unreadable where a length cannot be.
    """
    found, here = [], 0
    while here + 8 <= len(held):
        size = int.from_bytes(held[here : here + 8], "little")
        if not 0 < size <= MAX_BLOCK_BYTES:
            raise Unreadable(f"a block of {size} bytes")
        if here + 8 + size > len(held):
            break
        found.append(held[here + 8 : here + 8 + size])
        here += 8 + size
    if not more and here != len(held):
        raise Unreadable("a segment that ends within a block")
    return found, here


def end_of_blocks(header: bytes) -> int:
    """At which byte of a segment its blocks end, by its header. Raises Unreadable where it is none."""
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise Unreadable("no segment")
    return int.from_bytes(header[FOOTER_AT : FOOTER_AT + 8], "little")


def times(frame: bytes) -> tuple[int, int] | None:
    """When a block's first and last events were seen, in microseconds since 1970; None where it has none."""
    columns, _ = _columns(_unpacked(frame))
    seen = columns["witnessed"]
    return (int(seen[0]), int(seen[-1])) if len(seen) else None


def rows(frame: bytes, collection: str) -> Iterator[Row]:
    """The commits of a collection in a block, in its order. Raises Unreadable where it is no block."""
    data = _unpacked(frame)
    columns, here = _columns(data)
    starts: dict[str, Any] = {}
    for name in ("collection", "did", "rkey", "rev", "payload"):
        ends = np.cumsum(columns[name], dtype=np.int64)
        starts[name] = here + ends - columns[name].astype(np.int64)
        here += int(ends[-1]) if len(ends) else 0
    if here > len(data):
        raise Unreadable("a block whose columns are cut off")

    def cell(name: str, index: int) -> bytes:
        start = int(starts[name][index])
        return data[start : start + int(columns[name][index])]

    wanted = collection.encode()
    ours = (columns["collection"] == len(wanted)) & np.isin(columns["kind"], list(OPERATIONS))
    for index in map(int, np.flatnonzero(ours)):
        if cell("collection", index) == wanted:
            operation = OPERATIONS[int(columns["kind"][index])]
            commit: dict[str, Any] = {"operation": operation, "collection": collection}
            commit |= {name: cell(name, index).decode("utf-8", "replace") for name in ("rkey", "rev")}
            record = decode(cell("payload", index)) if operation != "delete" else None
            if isinstance(record, dict):
                commit["record"] = record
            seen = int(columns["witnessed"][index])
            event = {"kind": "commit", "did": cell("did", index).decode("utf-8", "replace"), "time_us": seen}
            yield Row(int(columns["seq"][index]), seen, {**event, "commit": commit})


def _unpacked(frame: bytes) -> bytes:
    try:
        with pyarrow.input_stream(pyarrow.BufferReader(frame), compression="zstd") as stream:
            data: bytes = stream.read(MAX_BLOCK_BYTES + 1)
    except (OSError, pyarrow.ArrowException) as error:
        raise Unreadable(f"no zstd frame: {error}") from None
    if len(data) > MAX_BLOCK_BYTES:
        raise Unreadable(f"a block of more than {MAX_BLOCK_BYTES:,} bytes")
    return data


def _columns(data: bytes) -> tuple[dict[str, Any], int]:
    """The columns of fixed size, and at which byte the others begin."""
    size = int.from_bytes(data[:4], "little")
    here = 4
    if len(data) < 4 or size > MAX_EVENTS or len(data) < 4 + size * sum(np.dtype(kind).itemsize for _, kind in FIXED):
        raise Unreadable("a block whose columns are cut off")
    columns = {}
    for name, kind in FIXED:
        columns[name] = np.frombuffer(data, np.dtype(kind), size, here)
        here += columns[name].nbytes
    return columns, here
