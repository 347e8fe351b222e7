"""What may reach a terminal: text of others without the characters that would steer it."""

import json
import re
from typing import Any

BEYOND = re.compile(r"[^ -~\n]")
JOINERS = "\u200c\u200d"
"""They shape scripts and emoji, and do nothing else."""


def printable(text: str, *, lines: bool = False) -> str:
    """A text with a space for each character that is not printed: control, escape, direction; ``lines`` keeps line ends.

    Letters, signs and emoji stay.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in JOINERS or (lines and c == "\n") else " " for c in text)


def one_line(text: str | None, length: int) -> str:
    """A text in one line, printable, cut at ``length``."""
    words = " ".join(printable(text or "").split())
    return words if len(words) <= length else words[: length - 1] + "…"


def printable_json(value: Any, indent: int | None = None) -> str:
    """A value as JSON in its own letters, in which what is not printed is escaped, so that nothing is lost."""
    return BEYOND.sub(_escaped, json.dumps(value, ensure_ascii=False, indent=indent, default=str))


def _escaped(found: "re.Match[str]") -> str:
    c = found[0]
    return (
        c if c.isprintable() or (c.isspace() and c not in "\x85\u2028\u2029") or c in JOINERS else json.dumps(c)[1:-1]
    )
