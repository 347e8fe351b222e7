"""Records in DAG-CBOR as the JSON that the AT protocol makes of them.

RFC 8949 with the bounds of atproto.com/specs/data-model (read 2026-11-27): definite lengths, text as keys, one tag (42, a
link to content). Links become ``{"$link": …}`` and bytes ``{"$bytes": …}``, in base64; no reader here needs more of them.
"""

import struct
from base64 import b64encode
from typing import Any

MAX_DEPTH = 64
"""Of maps and lists within each other."""
LINK = 42
WORDS = {20: False, 21: True, 22: None}
FLOATS = {25: ">e", 26: ">f", 27: ">d"}


class _Broken(Exception):
    """What is read is no DAG-CBOR."""


def decode(data: bytes) -> Any:
    """The value that bytes hold; None where they hold none, or anything behind it. Never raises."""
    try:
        value, end = _value(data, 0, 0)
    except (_Broken, UnicodeDecodeError, struct.error):
        return None
    return value if end == len(data) else None


def _value(data: bytes, here: int, depth: int) -> tuple[Any, int]:
    if here >= len(data) or depth > MAX_DEPTH:
        raise _Broken
    kind, low = data[here] >> 5, data[here] & 31
    if kind == 7:
        return _simple(data, here, low)
    number, here = _number(data, here + 1, low)
    if kind == 0:
        return number, here
    if kind == 1:
        return -1 - number, here
    if kind in (2, 3):
        held = data[here : here + number]
        if len(held) != number:
            raise _Broken
        return held.decode() if kind == 3 else {"$bytes": b64encode(held).decode()}, here + number
    if kind == 6:
        value, here = _value(data, here, depth + 1)
        if number != LINK or not isinstance(value, dict):
            raise _Broken
        return {"$link": value.get("$bytes")}, here
    return _list(data, here, depth, number) if kind == 4 else _map(data, here, depth, number)


def _list(data: bytes, here: int, depth: int, size: int) -> tuple[list[Any], int]:
    found = []
    for _ in range(_bounded(data, here, size)):
        value, here = _value(data, here, depth + 1)
        found.append(value)
    return found, here


def _map(data: bytes, here: int, depth: int, size: int) -> tuple[dict[str, Any], int]:
    found = {}
    for _ in range(_bounded(data, here, size)):
        key, here = _value(data, here, depth + 1)
        if not isinstance(key, str):
            raise _Broken
        found[key], here = _value(data, here, depth + 1)
    return found, here


def _bounded(data: bytes, here: int, size: int) -> int:
    """A number of members, each of which takes a byte at least."""
    if size > len(data) - here:
        raise _Broken
    return size


def _simple(data: bytes, here: int, low: int) -> tuple[Any, int]:
    if low in WORDS:
        return WORDS[low], here + 1
    if low not in FLOATS:
        raise _Broken
    form = FLOATS[low]
    return struct.unpack_from(form, data, here + 1)[0], here + 1 + struct.calcsize(form)


def _number(data: bytes, here: int, low: int) -> tuple[int, int]:
    if low < 24:
        return low, here
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(low)
    if size is None or here + size > len(data):
        raise _Broken
    return int.from_bytes(data[here : here + size], "big"), here + size
