"""Reading JSON that anyone may have written: a value of the wanted type, or None."""

import re
from typing import Any

OLD_CODES = {"in": "id", "iw": "he", "ji": "yi", "nb": "no", "nn": "no"}
SURROGATE = re.compile("[\ud800-\udfff]")


def at(value: Any, *path: str | int) -> Any:
    """The value at ``path`` inside nested objects and lists, None where any step is missing."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def text(value: Any) -> str | None:
    """A non-empty string, without the characters that no store keeps (NUL, lone surrogates); a number as its digits."""
    if type(value) is str:
        if not value.isprintable():
            value = value.replace("\x00", "")
            value = value.encode("utf-8", "replace").decode("utf-8") if SURROGATE.search(value) else value
        return value.strip() or None
    return str(value) if type(value) is int else None


def count(value: Any) -> int | None:
    """A count: a whole number from 0 to 2**53, or digits in a string; None for anything else."""
    if type(value) is int:
        return value if 0 <= value <= 1 << 53 else None
    if isinstance(value, float) and value.is_integer():
        return count(int(value))
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return None


def items(value: Any) -> list[Any]:
    """A list's objects; [] where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def types(item: dict[str, Any]) -> list[Any]:
    """What a JSON-LD object says it is: its ``@type``, one or several."""
    kinds = item.get("@type")
    return kinds if isinstance(kinds, list) else [kinds]


def language(value: Any) -> str | None:
    """An ISO 639-1 code from a BCP 47 tag, None for "undetermined" and the like."""
    if not isinstance(value, str):
        return None
    if len(value) == 2 and value.isalpha() and value.islower() and value.isascii() and value not in OLD_CODES:
        return value
    code = value.replace("_", "-").split("-")[0].lower()
    code = OLD_CODES.get(code, code)
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def short_count(value: Any) -> int | None:
    """A count as pages shorten it: ``12.3K``, ``1,204``, ``4M``; None where it is none."""
    found = re.fullmatch(r"\s*([\d.,\s\u00a0]*\d)\s*([KkMmBb]?)\s*", value) if isinstance(value, str) else None
    if not found:
        return count(value)
    number, unit = found[1], found[2].upper()
    try:
        if unit:
            return round(
                float(number.replace(",", ".").replace(" ", "").replace("\u00a0", ""))
                * {"K": 1e3, "M": 1e6, "B": 1e9}[unit]
            )
        return count(re.sub(r"[.,\s\u00a0]", "", number))
    except ValueError:
        return None
