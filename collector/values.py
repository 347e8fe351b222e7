"""Reads JSON that nobody vouches for: each function returns a value of the wanted type, or None."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

MAX_NUMBER = 10**100
"""No platform's id is larger; Python refuses to print numbers of thousands of digits."""
MAX_COUNT = 1 << 53
"""Beyond which JSON's readers round."""
OLD_CODES = {"in": "id", "iw": "he", "ji": "yi", "nb": "no", "nn": "no"}
UNITS = {
    "": 1, "k": 1e3, "t": 1e3, "tn": 1e3, "tsd": 1e3, "tuh": 1e3, "mil": 1e3, "тыс": 1e3, "тис": 1e3, "m": 1e6, "mio": 1e6, "mln": 1e6,
    "млн": 1e6, "milj": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "mrd": 1e9, "млрд": 1e9, "万": 1e4, "萬": 1e4, "億": 1e8, "亿": 1e8,
}  # fmt: skip
"""What stands behind a count that was shortened, in the languages of stories, without its dot, and how many each is."""
SHORT_COUNT = re.compile(r"([\d.,\s]++)([^\W\d_]{0,4})\.?")
CONTAINERS = frozenset((dict, list))
LONG_REFERENCE = re.compile(r"&#\d{20,};?")
UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """A text without NUL, lone surrogates and control characters except tab and newline, which databases refuse."""
    return text if text.isprintable() else UNSTORABLE.sub("", text)


def unescape(text: str) -> str:
    """A text with its HTML character references decoded; an invalid one becomes U+FFFD. Never raises."""
    if "&" not in text:
        return text
    return clean(html.unescape(LONG_REFERENCE.sub("\ufffd", text)))


def at(value: Any, *path: str | int) -> Any:
    """The value at ``path`` inside nested objects and lists; None where a step is missing."""
    for step in path:
        if type(value) is dict:
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def text(value: Any) -> str | None:
    """A non-empty string, ``clean``; a whole number of at most 100 digits as a string."""
    if type(value) is str:
        return (value if value.isprintable() else UNSTORABLE.sub("", value)).strip() or None
    return str(value) if type(value) is int and abs(value) < MAX_NUMBER else None


def text_in(item: dict[str, Any], *names: str) -> str | None:
    """The ``text`` of the first of some fields that has one."""
    for name in names:
        if name in item and (found := text(item[name])):
            return found
    return None


def count(value: Any) -> int | None:
    """A whole number from 0 to 2**53, also from a string of digits; None for anything else."""
    if value is None:
        return None
    if type(value) is int:
        return value if 0 <= value <= MAX_COUNT else None
    if isinstance(value, float) and value.is_integer():
        return count(int(value))
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return None


def walk(payload: Any, inside: Callable[[dict[str, Any]], list[Any]]) -> Iterator[dict[str, Any]]:
    """The objects of a payload in its order, however deep: those of lists, and those in what ``inside`` picks of each object."""
    waiting = [payload]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            value = inside(value)
        if value and isinstance(value, list):
            waiting += value[::-1]


def items(value: Any) -> list[Any]:
    """The objects in a list; [] for anything but a list."""
    return [item for item in value if type(item) is dict] if type(value) is list else []


def mapping(value: Any) -> dict[str, Any]:
    """An object; {} for what is none."""
    return value if type(value) is dict else {}


def containers(item: dict[str, Any]) -> list[Any]:
    """The objects and lists that lie in an object and that hold anything."""
    return [value for value in item.values() if value and type(value) in CONTAINERS]


def innermost(value: Any) -> Any:
    """Of a list the first item, also where that is a list again; None for an empty one, and what is no list as it is."""
    while isinstance(value, list):
        value = value[0] if value else None
    return value


def types(item: dict[str, Any]) -> list[Any]:
    """A JSON-LD object's ``@type`` as a list of one or more."""
    kinds = item.get("@type")
    return kinds if isinstance(kinds, list) else [kinds]


def language(value: Any) -> str | None:
    """The ISO 639-1 code of a BCP 47 tag; None where it has none ("und")."""
    if not isinstance(value, str):
        return None
    if len(value) == 2 and value.isalpha() and value.islower() and value.isascii() and value not in OLD_CODES:
        return value
    code = value.replace("_", "-").split("-")[0].lower()
    code = OLD_CODES.get(code, code)
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def short_count(value: Any) -> int | None:
    """A count as pages shorten it: ``12.3K``, ``1,204``, ``4M``; None for anything else."""
    found = SHORT_COUNT.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 100 else None
    number, unit = (found[1].strip(), found[2].casefold()) if found else ("", "")
    if not number[-1:].isdigit() or unit not in UNITS:
        return count(value)
    try:
        if unit:
            return round(float(re.sub(r"\s", "", number).replace(",", ".")) * UNITS[unit])
        return count(re.sub(r"[.,\s\u00a0]", "", number))
    except ValueError:
        return None
