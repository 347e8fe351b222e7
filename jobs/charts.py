"""The charts of a story: stance over time with its intervals, reach over time by network; as SVG or PNG.

Each says in words (``<desc>``) what it shows, and what the numbered marks are.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import resvg_py
from markupsafe import Markup

from storywake.collector.sources import SOURCES

from .drawing import ENGLISH, PAPERS, STYLES, WIDE, Form, Mark, Paper, Speech, Theme
from .wording import network

MAX_POINTS = 240
"""Points of a line: more are not told apart at this width."""
PNG_ZOOM = 2
"""Pixels of a PNG for each of the SVG, for dense screens and print."""
METRICS = ("views", "likes", "replies")
"""What a network's curve shows: the first of them that it tells."""
TOPS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Shares that the upper edge of a chart may stand for."""
COUNTS = ("views", "likes", "reposts", "replies", "quotes")
"""What is told of one post, in the order of its strips."""
Item = TypeVar("Item")


class Curve(NamedTuple):
    """A curve of its own strip: its name, what is counted, and the known counts by time."""

    name: str
    unit: str
    points: list[tuple[str, int]]


def stance_chart(
    rows: Sequence[dict[str, Any]],
    marks: Sequence[Mark] = (),
    form: Form = WIDE,
    theme: Theme | None = None,
    speech: Speech = ENGLISH,
    *,
    legend: bool = True,
) -> Markup | None:
    """The shares of the four stances of one claim, hour by hour, with their 95 % bands; None where there are fewer than
    two hours.

    ``rows`` are those of ``stance_over_time`` in a report: hour, stance, share, low, high (0 to 1). Without ``legend`` the
    marks stand there by their numbers alone, for a page that lists them.
    """
    by_stance = {name: [row for row in rows if row["stance"] == name] for name in STYLES}
    lines = {name: thinned(sorted(own, key=lambda row: row["hour"])) for name, own in by_stance.items() if own}
    hours = sorted({row["hour"] for own in lines.values() for row in own})
    if len(hours) < 2:
        return None
    paper = Paper(form, theme, hours[0], hours[-1], marks, speech)
    bottom, most = paper.top + form.height - 40, _upper_edge(lines)

    def y(share: float) -> float:
        return bottom - (bottom - paper.top) * min(share, most) / most

    step = 0.1 if most <= 0.6 else 0.2
    for n in range(round(most / step) + 1):
        paper.rule_across(y(n * step), f"{100 * n * step:.0f}" + (" %" if n * step > most - step else ""))
    paper.days(bottom)
    for name, own in lines.items():
        paper.band(name, *([(paper.x(row["hour"]), y(row[edge])) for row in own] for edge in ("high", "low")))
    for name, own in lines.items():
        paper.line(name, [(paper.x(row["hour"]), y(row["share"])) for row in own])
    paper.ends(
        [
            (y(o[-1]["share"]), name, f"{speech.stances[name]} {100 * o[-1]['share']:.0f} %")
            for name, o in lines.items()
        ],
        bottom,
    )
    paper.pins(bottom)
    end = float(bottom + form.letter + 12)
    if legend:
        end = paper.legend(end)
    told = ", ".join(
        f"{name} {own[-1]['share']:.0%} ({own[-1]['low']:.0%} to {own[-1]['high']:.0%})" for name, own in lines.items()
    )
    words = f"Shares of stances from {hours[0]} to {hours[-1]}, UTC; at the end {told}."
    return paper.picture("Stance over time", words, end + 10)


def reach_chart(
    rows: Sequence[dict[str, Any]], marks: Sequence[Mark] = (), form: Form = WIDE, theme: Theme | None = None
) -> Markup | None:
    """What each network's posts had gathered, hour by hour, one below the other on one time axis.

    ``rows`` are those of ``reach_over_time``: platform, hour and counts, None where unknown. A network with fewer than
    two known hours is left out; None where that leaves none. A day within a curve from which its count means something
    else has a mark too.
    """
    curves = {name: curve for name in sorted({row["platform"] for row in rows}) if (curve := _curve(rows, name))}
    found = sorted([*marks, *(mark for name, curve in curves.items() for mark in _breaks(name, curve))])
    return _strips("Reach over time by network", "What posts had gathered", [*curves.values()], found, form, theme)


def counts_chart(observations: Sequence[dict[str, Any]], form: Form = WIDE) -> Markup | None:
    """What one post had gathered at each look, a strip a count; None where no count is known twice.

    ``observations`` have observed_at and counts, None where unknown.
    """
    curves = []
    for name in COUNTS:
        known = [(row["observed_at"], row[name]) for row in observations if row[name] is not None]
        if len(known) > 1:
            curves.append(Curve(name, "", thinned(known)))
    return _strips("Counts over time", "What the post had gathered", curves, (), form, None)


def _strips(
    title: str, what: str, curves: Sequence[Curve], marks: Sequence[Mark], form: Form, theme: Theme | None
) -> Markup | None:
    """Curves one below the other on one time axis; None where there are none."""
    if not curves:
        return None
    first, last = min(c.points[0][0] for c in curves), max(c.points[-1][0] for c in curves)
    paper = Paper(form, theme, first, last, marks)
    bottom = float(paper.top + form.strip * len(curves))
    paper.days(bottom)
    room = form.strip - form.letter - 14
    for place, (name, unit, known) in enumerate(curves):
        floor = paper.top + form.strip * (place + 1)
        most = max(1, *(count for _, count in known))
        points = [(paper.x(at), floor - room * max(count, 0) / most) for at, count in known]
        paper.rule_across(floor, "0")
        paper.rule_across(floor - room, short(most))
        paper.band("support", points, [(points[0][0], floor), (points[-1][0], floor)])
        paper.line("support", points)
        paper.words(form.left, floor - room - 4, name, "name")
        label = f"{short(known[-1][1])} {unit}".strip()
        paper.words(paper.right + 6, points[-1][1] + form.letter * 0.7, label, "end support")
    paper.pins(bottom)
    end = paper.legend(bottom + form.letter + 12)
    told = "; ".join(f"{name} {known[-1][1]} {unit}".strip() for name, unit, known in curves)
    return paper.picture(title, f"{what} from {first} to {last}, UTC; at the end {told}.", end + 10)


def as_png(picture: Markup, theme: Theme, zoom: float = PNG_ZOOM) -> bytes:
    """A picture that was drawn for a theme, as PNG with ``zoom`` pixels for each of its own."""
    return bytes(
        resvg_py.svg_to_bytes(svg_string=str(picture), zoom=zoom, background=PAPERS[theme][0], skip_system_fonts=True)
    )


def thinned(rows: list[Item], most: int = MAX_POINTS) -> list[Item]:
    """At most ``most`` of rows, evenly, the first and the last among them."""
    if len(rows) <= most:
        return rows
    return [rows[round(i * (len(rows) - 1) / (most - 1))] for i in range(most)]


def short(count: float) -> str:
    """A count in few letters: 940, 17.8k, 1.1M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:.{0 if count >= 100 * size else 1}f}".removesuffix(".0") + letter
    return f"{count:.0f}"


def _upper_edge(lines: dict[str, list[dict[str, Any]]]) -> float:
    """The share at the upper edge: above every line, and above the bands but for the first quarter, where few reactions
    make them wide.
    """
    highest = max(row["share"] for own in lines.values() for row in own)
    settled = max(row["high"] for own in lines.values() for row in own[len(own) // 4 :])
    return next((top for top in TOPS if top >= max(highest, settled)), 1.0)


def _breaks(platform: str, curve: Curve) -> list[Mark]:
    """The days within a network's curve from which its count means something else than before."""
    source = SOURCES.get(platform)
    return [
        Mark(f"{one.day}T00:00:00Z", f"{curve.name}: {one.words}")
        for one in (source.breaks if source else ())
        if one.metric == curve.unit and curve.points[0][0] < one.day <= curve.points[-1][0]
    ]


def _curve(rows: Sequence[dict[str, Any]], platform: str) -> Curve | None:
    """A network, the count that its curve shows, and the hours in which that is known; None where there are fewer than
    two.
    """
    own = sorted((row for row in rows if row["platform"] == platform), key=lambda row: row["hour"])
    for metric in METRICS:
        known = [(row["hour"], row[metric]) for row in own if row[metric] is not None]
        if len(known) > 1:
            return Curve(network(platform), metric, thinned(known))
    return None
