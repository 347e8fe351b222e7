"""Values as scripts write them, which JSON would not allow: names without quotation marks, variables, and Nuxt's functions."""

import json
import re
from collections.abc import Mapping

import msgspec

TOKEN = re.compile(
    r"\s*+(?:(?P<text>\"(?:[^\"\\]++|\\.)*+\"|'(?:[^'\\]++|\\.)*+')|(?P<nothing>void 0|undefined\b|NaN\b|new Date\([^()]{0,40}\))"
    r"|(?P<yes>!0)|(?P<no>!1)|(?P<list>Array\(\d{1,5}\))|(?P<number>-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?)|(?P<fraction>-?\.\d++)"
    r"|(?P<name>[A-Za-z_$][\w$]*+)(?P<key>\s*+:)?|(?P<sign>[{}\[\],:()]))",
    re.S,
)
ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)|[\x00-\x1f]|\"", re.S)
MAX_TOKENS = 500_000
"""Pieces of one value."""
MAX_SETS = 2_000
"""What a function sets before it returns."""
OPENING, CLOSING = "{[(", "}])"
ALIKE = str.maketrans("()", "[]")
KEPT = frozenset('"\\/bfnrtu')
"""Letters that JSON knows behind a backslash."""
FUNCTION = re.compile(r"\(?function\s*\(([\w$,\s]{0,50000})\)\s*\{")
RETURN = re.compile(r"\breturn\s*(?=[{\[])")
SET = re.compile(r"(?:^|[;{}])\s*([A-Za-z_$][\w$]{0,40})\.([A-Za-z_$][\w$]{0,60})\s*=(?!=)")


def literal(code: str, position: int, variables: Mapping[str, str] | None = None) -> tuple[str | None, int]:
    """The object or list that a script writes at a place, as JSON, and where it ends; None where it is none.

    ``variables`` gives the JSON of those that it names; others are null. What is between round brackets is read as a list.
    """
    given = variables or {}
    written: list[str] = []
    depth = 0
    for _ in range(MAX_TOKENS):
        found = TOKEN.match(code, position)
        if found is None:
            return None, position
        position = found.end()
        kind = found.lastgroup
        if kind == "sign":
            sign = found["sign"]
            if sign in CLOSING and written and written[-1] == ",":
                written.pop()
            written.append(sign.translate(ALIKE))
            depth += (sign in OPENING) - (sign in CLOSING)
        elif kind == "key":
            written.append(f'"{found["name"]}":')
        else:
            written.append(_value(found, given))
        if depth <= 0:
            return ("".join(written), position) if kind == "sign" and len(written) > 1 else (None, position)
    return None, position


def _value(found: re.Match[str], given: Mapping[str, str]) -> str:
    kind = found.lastgroup or ""
    if kind == "text":
        return f'"{ESCAPE.sub(_escape, found["text"][1:-1])}"'
    if kind == "name":
        name = found["name"]
        return name if name in ("true", "false", "null") else given.get(name, "null")
    if kind == "fraction":
        return found["fraction"].replace(".", "0.", 1)
    return {"yes": "true", "no": "false", "list": "[]", "nothing": "null"}.get(kind) or found["number"]


def _escape(found: re.Match[str]) -> str:
    """A sign of a script's string as JSON writes it."""
    sign = found[1]
    if sign is None:
        return '\\"' if found[0] == '"' else f"\\u{ord(found[0]):04x}"
    if sign[0] == "x" and len(sign) == 3:
        return f"\\u00{sign[1:]}"
    return found[0] if sign in KEPT else "" if sign == "\n" else sign


def returned(code: str, position: int) -> object | None:
    """What a function that is called where it stands returns, with its arguments in place: ``(function(a){return {x:a}}("y"))``.

    So Nuxt writes the state of a page. None where a script holds no such function there.
    """
    opening = FUNCTION.match(code, position)
    start = RETURN.search(code, opening.end()) if opening else None
    if opening is None or start is None:
        return None
    _, end = literal(code, start.end())
    call = re.compile(r"[\s;]*+\}\s*+(?:\)\s*+)?(?=\()").match(code, end)
    arguments, _ = literal(code, call.end()) if call else (None, 0)
    values = _decoded(arguments)
    if not isinstance(values, list):
        return None
    names = [name.strip() for name in opening[1].split(",")]
    variables = {name: json.dumps(value) for name, value in zip(names, values, strict=False)}
    for name, fields in _set(code, opening.end(), start.start(), variables).items():
        variables[name] = json.dumps(fields)
    return _decoded(literal(code, start.end(), variables)[0])


def _set(code: str, start: int, end: int, variables: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """The fields that a function gives its arguments before it returns: ``b.title="Bridge closed";``."""
    told: dict[str, dict[str, object]] = {}
    for number, found in enumerate(SET.finditer(code, start, end)):
        if number >= MAX_SETS:
            break
        value = _single(code, found.end(), variables)
        if value is not None:
            told.setdefault(found[1], {})[found[2]] = value
    return told


def _single(code: str, position: int, variables: Mapping[str, str]) -> object | None:
    """The value of any kind that stands at a place."""
    found = TOKEN.match(code, position)
    if found is None:
        return None
    whole = literal(code, position, variables)[0] if found["sign"] else _value(found, variables)
    return _decoded(whole)


def _decoded(written: str | None) -> object | None:
    try:
        value: object = msgspec.json.decode(written) if written else None
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    return value
