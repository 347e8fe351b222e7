"""Charts as SVG, drawn on the server: stance over time with its intervals, reach over time by network.

Each is one self-contained picture that follows the reader's light or dark colours and says in words (``<desc>``) what
it shows. Colours are those of Okabe and Ito (jfly.uni-koeln.de/color), told apart by the colour-blind; dashes and
labels tell lines apart without any colour. Every text is escaped.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from markupsafe import Markup, escape

WIDTH, HEIGHT, SMALL_HEIGHT = 720, 280, 120
LEFT, RIGHT, TOP, BOTTOM = 46, 104, 18, 30
MAX_POINTS = 240
"""Points of a line: more are not told apart at this width."""
LABEL_HEIGHT = 15
STYLES = {
    "support": ("#0072B2", "#56B4E9", ""),
    "deny": ("#C04A00", "#F0A060", "7 3"),
    "query": ("#8A5A83", "#CC9BC4", "2 3"),
    "comment": ("#5B6770", "#A7B3BC", "9 3 2 3"),
}
"""By stance: colour on white, colour on black, dashes."""
METRICS = ("views", "likes", "replies")
"""What a network's curve shows: the first of them that it tells."""


class Mark(NamedTuple):
    """Something that happened, drawn as an upright line with its words."""

    at: str  # ISO 8601, UTC
    words: str


class Scale(NamedTuple):
    """From times and values to places in a picture."""

    first: float
    last: float
    top: float  # the value at the upper edge
    height: int

    def x(self, at: str) -> float:
        """Where a time lies."""
        return LEFT + (WIDTH - LEFT - RIGHT) * (_seconds(at) - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        """Where a value lies."""
        return self.height - BOTTOM - (self.height - TOP - BOTTOM) * value / self.top


def stance_chart(rows: Sequence[dict[str, Any]], marks: Sequence[Mark] = ()) -> Markup | None:
    """The shares of the four stances of one claim, hour by hour, with their 95 % bands; None where there are fewer than
    two hours.

    ``rows`` are those of ``stance_over_time`` in a report: hour, stance, share, low, high (0 to 1).
    """
    by_stance = {name: [row for row in rows if row["stance"] == name] for name in STYLES}
    lines = {name: _thinned(sorted(own, key=lambda row: row["hour"])) for name, own in by_stance.items() if own}
    hours = sorted({row["hour"] for own in lines.values() for row in own})
    if len(hours) < 2:
        return None
    scale = Scale(_seconds(hours[0]), _seconds(hours[-1]), 1.0, HEIGHT)
    parts = [_axes(scale, hours, [(share, f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)])]
    for name, own in lines.items():
        upper = [f"{scale.x(row['hour']):.1f},{scale.y(row['high']):.1f}" for row in own]
        lower = [f"{scale.x(row['hour']):.1f},{scale.y(row['low']):.1f}" for row in reversed(own)]
        parts.append(f'<polygon class="{name} band" points="{" ".join(upper + lower)}"/>')
    for name, own in lines.items():
        parts.append(_line(name, [(scale.x(row["hour"]), scale.y(row["share"])) for row in own]))
    inside = [mark for mark in marks if hours[0] <= mark.at <= hours[-1]]
    parts += [_rule(scale, mark) for mark in inside]
    ends = {name: (scale.y(own[-1]["share"]), f"{name} {own[-1]['share']:.0%}") for name, own in lines.items()}
    parts += _labels(ends)
    told = ", ".join(
        f"{name} {own[-1]['share']:.0%} ({own[-1]['low']:.0%} to {own[-1]['high']:.0%})" for name, own in lines.items()
    )
    words = f"Shares from {hours[0]} to {hours[-1]}; at the end {told}."
    return _picture("Stance over time", " ".join([words, *(f"{m.at}: {m.words}." for m in inside)]), HEIGHT, parts)


def reach_chart(rows: Sequence[dict[str, Any]]) -> Markup | None:
    """What each network's posts had gathered, hour by hour, one below the other on one time axis.

    ``rows`` are those of ``reach_over_time``: platform, hour and counts, None where unknown. A network with fewer than
    two known hours is left out; None where that leaves none.
    """
    hours = sorted({row["hour"] for row in rows})
    curves = [curve for name in sorted({row["platform"] for row in rows}) if (curve := _curve(rows, name))]
    if not curves:
        return None
    parts: list[str] = []
    for place, (platform, metric, known) in enumerate(curves):
        most = max(1, *(row[metric] for row in known))
        scale = Scale(_seconds(hours[0]), _seconds(hours[-1]), most, SMALL_HEIGHT)
        points = [(scale.x(row["hour"]), scale.y(row[metric])) for row in known]
        inside = [
            f'<text class="name" x="{LEFT}" y="{TOP - 5}">{escape(platform)}</text>',
            _axes(scale, hours, [(0, "0"), (most, _short(most))]),
            _line("support", points),
            *_labels({"support": (points[-1][1], f"{_short(known[-1][metric])} {metric}")}),
        ]
        parts.append(f'<g transform="translate(0 {place * SMALL_HEIGHT})">{"".join(inside)}</g>')
    told = "; ".join(f"{platform} {known[-1][metric]} {metric}" for platform, metric, known in curves)
    words = f"What posts had gathered from {hours[0]} to {hours[-1]}; at the end {told}."
    return _picture("Reach over time by network", words, SMALL_HEIGHT * len(curves), parts)


def _curve(rows: Sequence[dict[str, Any]], platform: str) -> tuple[str, str, list[dict[str, Any]]] | None:
    """A network, the count that its curve shows, and the hours in which that is known; None where there are fewer than
    two.
    """
    own = sorted((row for row in rows if row["platform"] == platform), key=lambda row: row["hour"])
    for metric in METRICS:
        known = [row for row in own if row[metric] is not None]
        if len(known) > 1:
            return platform, metric, _thinned(known)
    return None


def _picture(title: str, words: str, height: int, parts: Sequence[str]) -> Markup:
    light = "".join(f".{name}{{--c:{colour}}}" for name, (colour, _, _) in STYLES.items())
    dark = "".join(f".{name}{{--c:{colour}}}" for name, (_, colour, _) in STYLES.items())
    style = (
        "svg.chart{max-width:100%;height:auto;--ink:#1b1b1b;--rule:#d0d0d0}"
        f".chart text{{font:12px system-ui,sans-serif;fill:var(--ink)}}{light}"
        ".chart .band{fill:var(--c);opacity:.14}.chart path{fill:none;stroke:var(--c);stroke-width:2}"
        ".chart text.end{fill:var(--c);font-weight:600}.chart text.name{font-weight:600}.chart .grid{stroke:var(--rule)}.chart .mark{stroke:var(--ink);stroke-dasharray:2 2}"
        f"@media(prefers-color-scheme:dark){{svg.chart{{--ink:#e8e8e8;--rule:#444}}{dark}}}"
    )
    return Markup(  # noqa: S704 -- every word from outside is escaped below and in _rule and _labels
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title><desc>{escape(words)}</desc><style>{style}</style>{''.join(parts)}</svg>"
    )


def _axes(scale: Scale, hours: Sequence[str], values: Sequence[tuple[float, str]]) -> str:
    """Lines across at values, with their labels, and the first and last time below."""
    across = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{scale.y(value):.1f}" y2="{scale.y(value):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{scale.y(value) + 4:.1f}" text-anchor="end">{escape(label)}</text>'
        for value, label in values
    )
    below = scale.height - 10
    years = hours[0][:4] != hours[-1][:4]
    return (
        f'{across}<text x="{LEFT}" y="{below}">{_shown(hours[0], years)}</text>'
        f'<text x="{WIDTH - RIGHT}" y="{below}" text-anchor="end">{_shown(hours[-1], years)} UTC</text>'
    )


def _line(name: str, points: Sequence[tuple[float, float]]) -> str:
    path = " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = STYLES[name][2]
    return f'<path class="{name}" d="M{path}"' + (f' stroke-dasharray="{dashes}"' if dashes else "") + "/>"


def _rule(scale: Scale, mark: Mark) -> str:
    x = scale.x(mark.at)
    late = x > (LEFT + WIDTH - RIGHT) / 2
    anchor = ' text-anchor="end"' if late else ""
    return (
        f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{scale.height - BOTTOM}"/>'
        f'<text x="{x + (-4 if late else 4):.1f}" y="{TOP - 4}"{anchor}>{escape(mark.words)}</text>'
    )


def _labels(ends: dict[str, tuple[float, str]]) -> list[str]:
    """Labels at the lines' ends, moved apart where they would lie on each other."""
    placed: list[str] = []
    last = -float(LABEL_HEIGHT)
    for name, (y, words) in sorted(ends.items(), key=lambda item: item[1][0]):
        last = max(y + 4, last + LABEL_HEIGHT)
        placed.append(f'<text class="end {name}" x="{WIDTH - RIGHT + 6}" y="{last:.1f}">{escape(words)}</text>')
    return placed


def _thinned(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most ``MAX_POINTS`` of rows, evenly, the first and the last among them."""
    if len(rows) <= MAX_POINTS:
        return rows
    return [rows[round(i * (len(rows) - 1) / (MAX_POINTS - 1))] for i in range(MAX_POINTS)]


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()


def _shown(hour: str, year: bool) -> str:
    """An hour as a person reads it: ``26 Nov 14:00``, or ``26 Nov 2025`` where the years differ."""
    moment = datetime.fromisoformat(hour)
    return f"{moment.day} {moment:%b %Y}" if year else f"{moment.day} {moment:%b %H:%M}"


def _short(count: float) -> str:
    """A count in few letters: 940, 17.8k, 1.1M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + letter
    return f"{count:.0f}"
