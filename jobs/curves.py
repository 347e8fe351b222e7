"""A chart of whatever a query answers, where a column tells times: each count or share as a strip of its own, one below
the other on one time axis.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from markupsafe import Markup

from .charts import short, thinned
from .drawing import WIDE, Form, Paper

TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?", re.A)
MAX_STRIPS = 8
NAMED = re.compile(r"(?:.*_)?id", re.A)
"""Columns of numbers that name a row and count nothing."""


class Curve(NamedTuple):
    """What one strip shows: points in order of time, dicts of ``at`` and ``value``."""

    name: str
    points: list[dict[str, Any]]


def curves_chart(columns: Sequence[str], rows: Sequence[Sequence[Any]], form: Form = WIDE) -> Markup | None:
    """The chart of a result; None where it has no column of times, or nothing that is counted at two of them.

    Where a column of few words tells rows of one time apart (a network, a stance), there is a strip for each word.
    """
    found = curves_of(columns, rows)
    if not found:
        return None
    times = sorted({point["at"] for curve in found for point in curve.points})
    paper = Paper(form, None, times[0], times[-1], ())
    bottom = float(paper.top + form.strip * len(found))
    paper.days(bottom)
    for place, (name, points) in enumerate(found):
        floor = paper.top + form.strip * (place + 1)
        room = form.strip - form.letter - 14
        most = max(point["value"] for point in points) or 1
        drawn = [(paper.x(p["at"]), floor - room * max(0, p["value"]) / most) for p in thinned(points)]
        paper.rule_across(floor, "0")
        paper.rule_across(floor - room, _shown(most))
        paper.line("support", drawn)
        paper.words(form.left, floor - room - 4, name[:60], "name")
        paper.words(paper.right + 6, drawn[-1][1] + 4, _shown(points[-1]["value"]), "end support")
    told = "; ".join(f"{name[:60]} {_shown(points[-1]['value'])}" for name, points in found)
    words = f"What was asked from {times[0]} to {times[-1]}, UTC; at the end {told}."
    return paper.picture("The answer over time", words, bottom + form.letter + 12)


def curves_of(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Curve]:
    """The curves in a result, at most ``MAX_STRIPS``; none where times come twice in one, or numbers are negative."""
    values = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    at = next((name for name in values if _tells_times(values[name])), None)
    counted = [name for name in values if _counts(values[name]) and not NAMED.fullmatch(name)]
    if at is None or not counted:
        return []
    if len(set(values[at])) == len(rows):
        found = [_curve(name, values[at], values[name]) for name in counted]
    else:
        words = next((name for name in values if _tells_apart(values[at], values[name])), None)
        if words is None:
            return []
        shown = counted[0]
        picked = {
            word: [n for n, own in enumerate(values[words]) if own == word] for word in dict.fromkeys(values[words])
        }
        found = [
            _curve(f"{word}: {shown}", [values[at][n] for n in places], [values[shown][n] for n in places])
            for word, places in picked.items()
        ]
    return [curve for curve in found if len(curve.points) > 1][:MAX_STRIPS]


def _curve(name: str, times: Sequence[str | None], values: Sequence[Any]) -> Curve:
    known = [
        {"at": at, "value": float(value)}
        for at, value in zip(times, values, strict=True)
        if at is not None and value is not None
    ]
    return Curve(name, sorted(known, key=lambda point: point["at"]))


def _tells_times(values: Sequence[Any]) -> bool:
    known = [value for value in values if value is not None]
    return len(set(known)) > 1 and all(isinstance(value, str) and TIME.fullmatch(value) for value in known)


def _counts(values: Sequence[Any]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(
        isinstance(value, int | float | Decimal) and not isinstance(value, bool) and 0 <= value < float("inf")
        for value in known
    )


def _tells_apart(times: Sequence[Any], values: Sequence[Any]) -> bool:
    """Whether a column has few words, none of them twice at one time."""
    if not all(isinstance(value, str) for value in values) or not 1 < len(set(values)) <= MAX_STRIPS:
        return False
    return len(set(zip(times, values, strict=True))) == len(times)


def _shown(value: float) -> str:
    return f"{value:.2f}" if value < 10 and value != int(value) else short(value)
