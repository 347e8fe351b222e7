"""Makes foreign text safe to print: without the characters that control a terminal."""

import json
import re
from typing import Any

BEYOND = re.compile(r"[^ -~\n]")
JOINERS = "\u200c\u200d"
"""Zero-width: scripts and emoji need them, and they are harmless."""


def printable(text: str, *, lines: bool = False) -> str:
    """A text with a space for each unprintable character: control, escape, direction. ``lines`` keeps line ends."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in JOINERS or (lines and c == "\n") else " " for c in text)


def one_line(text: str | None, length: int) -> str:
    """A text in one line, printable, cut to ``length`` characters."""
    words = " ".join(printable(text or "").split())
    return words if len(words) <= length else words[: length - 1] + "…"


def printable_json(value: Any, indent: int | None = None) -> str:
    """A value as JSON that is not limited to ASCII; unprintable characters are escaped, so that nothing is lost."""
    return BEYOND.sub(_escaped, json.dumps(value, ensure_ascii=False, indent=indent, default=str))


def _escaped(found: "re.Match[str]") -> str:
    c = found[0]
    return (
        c if c.isprintable() or (c.isspace() and c not in "\x85\u2028\u2029") or c in JOINERS else json.dumps(c)[1:-1]
    )
