"""Texts that a pattern itself makes slow: all that stands before one of its repeats, then what that repeat takes, over and over."""

import re
import re._constants as code  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any

LIKELY = " \u00a0\na1A-.,;/\"'_é<=:"
"""Characters tried first where a set takes several."""
REPEATS = (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT)
MANY = 50
"""Repeats that take no more than this are not long."""
CLASSES = {"Lu": "A-Z", "Ll": "a-z", "L": "a-zA-Z", "N": "0-9", "P": ".,;", "M": "\u0301"}
PROPERTY = re.compile(r"(\[(?:\\[^pP]|[^\]\\])*)?\\[pP]\{\^?(\w+)\}")


def openings(pattern: Any) -> Iterator[tuple[str, str]]:
    """What stands before each unbounded repeat of a pattern, in its shortest form, and a piece that the repeat takes.

    Nothing for what the standard library's engine does not know.
    """
    try:
        tree = parser.parse(_plain(pattern.pattern), pattern.flags & (re.I | re.M | re.S | re.X))
    except re.error:
        return
    yield from dict.fromkeys(_repeats(tree, "", {}))


def _plain(words: str) -> str:
    """A pattern with sets of letters in place of Unicode's properties."""
    while found := PROPERTY.search(words):
        letters = CLASSES.get(found[2], "a-z")
        put = (found[1] + letters) if found[1] else f"[{letters}]"
        words = words[: found.start()] + put + words[found.end() :]
    return words


def _repeats(nodes: Any, lead: str, groups: dict[int, str]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        kind, value = node
        if kind in REPEATS and value[1] > MANY:
            yield from ((lead, piece) for piece in _pieces(value[2], groups))
        for inner in _inside(kind, value):
            yield from _repeats(inner, lead, groups)
        lead += _shortest([node], groups)


def _inside(kind: Any, value: Any) -> list[Any]:
    """The sequences that stand in a node."""
    if kind in REPEATS:
        return [value[2]]
    if kind is code.BRANCH:
        return list(value[1])
    if kind is code.SUBPATTERN:
        return [value[3]]
    if kind in (code.ASSERT, code.ASSERT_NOT):
        return [value[1]]
    return [value] if kind is code.ATOMIC_GROUP else []


def _pieces(nodes: Any, groups: dict[int, str]) -> Iterator[str]:
    """What a repeat takes once: its shortest form, and blanks, letters and digits where a set takes them."""
    shortest = _shortest(nodes, groups) or "".join(
        _shortest(node[1][2], groups) for node in nodes if node[0] in REPEATS
    )
    if shortest:
        yield shortest
    for kind, value in nodes:
        if kind is code.IN:
            yield from (sign for sign in " a1" if _takes(value, sign))


def _shortest(nodes: Any, groups: dict[int, str]) -> str:
    """The shortest text, nearly, that a sequence takes."""
    out = ""
    for kind, value in nodes:
        inner = _inside(kind, value)
        if kind in REPEATS:
            out += _shortest(inner[0], groups) * value[0]
        elif kind is code.SUBPATTERN:
            groups[value[0]] = _shortest(inner[0], groups)
            out += groups[value[0]]
        elif kind in (code.BRANCH, code.ATOMIC_GROUP):
            out += min((_shortest(one, groups) for one in inner), key=len)
        elif kind is code.GROUPREF:
            out += groups.get(value, "")
        else:
            out += _sign(kind, value)
    return out


def _sign(kind: Any, value: Any) -> str:
    """A character that a node of one character takes; nothing for places and what looks ahead."""
    if kind is code.LITERAL:
        return chr(value)
    if kind is code.ANY:
        return "a"
    if kind is code.NOT_LITERAL:
        return "b" if value == ord("a") else "a"
    if kind is not code.IN:
        return ""
    named = [
        chr(given if what is code.LITERAL else given[0]) for what, given in value if what in (code.LITERAL, code.RANGE)
    ]
    return next((sign for sign in (*LIKELY, *named) if _takes(value, sign)), "")


def _takes(members: Any, sign: str) -> bool:
    """Whether a set takes a character."""
    turned, held = False, False
    for what, value in members:
        if what is code.NEGATE:
            turned = True
        elif what is code.LITERAL:
            held |= value == ord(sign)
        elif what is code.RANGE:
            held |= value[0] <= ord(sign) <= value[1]
        elif what is code.CATEGORY:
            name = str(value).removeprefix("CATEGORY_")
            kinds = {"SPACE": sign.isspace(), "DIGIT": sign.isdigit(), "WORD": sign.isalnum() or sign == "_"}
            held |= kinds.get(name, False) or (name.startswith("NOT_") and not kinds[name[4:]])
    return held != turned
