"""What charts are drawn with: a paper with its time axis, lines, bands, numbered pins, and words.

A picture is SVG. Without a ``theme`` it follows the reader's light or dark colours and leaves words to the reader's
fonts; with one, colours stand in it and words are strokes (``strokes.py``), so that it becomes the same PNG anywhere.
Every word is escaped here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from markupsafe import Markup, escape

from storywake.collector.printable import one_line

from .strokes import scale_of, strokes_of, width_of

STYLES = {
    "support": ("#0069a8", "#58b0e8", ""),
    "deny": ("#b84700", "#f0935a", "8 3"),
    "query": ("#8a4b9c", "#cf9bdc", "2 3"),
    "comment": ("#5f6772", "#a3abb5", "10 3 2 3"),
}
"""By stance: colour on white, colour on black, dashes. The colour-blind tell blue, orange and grey apart."""
PAPERS = {"light": ("#ffffff", "#16191d", "#565d66", "#dfe3e8"), "dark": ("#111417", "#e8eaed", "#a3abb5", "#2c333b")}
"""By theme: paper, words, quieter words, lines."""
MAX_MARKS = 9
"""Marks that get a pin: more would lie on each other."""
PIN_GAP = 20
"""Pixels between two pins, below which the later one stands higher."""
MAX_LEVELS = 3
READERS_LETTER = 0.6
"""How wide a letter of the reader's fonts is at most on average, of its size: DejaVu Sans is among the widest."""
STROKE_WIDTH = 1.7
"""Of letters, in their own units."""


class Theme(StrEnum):
    """Colours that do not depend on the reader."""

    LIGHT = "light"
    DARK = "dark"


class Mark(NamedTuple):
    """Something that happened, told by a rule with a numbered pin and its words below."""

    at: str  # ISO 8601, UTC
    words: str


class Form(NamedTuple):
    """The proportions of a picture, in pixels."""

    width: int
    height: int  # of a chart's plot with its axes
    strip: int  # of one network's
    left: int
    right: int
    letter: int  # size of letters

    @property
    def line(self) -> int:
        """From one line of words to the next."""
        return round(self.letter * 1.45)


WIDE = Form(860, 300, 88, 50, 128, 13)
NARROW = Form(390, 300, 96, 52, 136, 15)
"""For phones: as many pixels as they have, so that letters are as large as those of the page."""


class Speech(NamedTuple):
    """The words of a chart: the stances' names, and how a day on the axis is written (None: as ``Tue 3 Mar``)."""

    stances: Mapping[str, str]
    day: Callable[[datetime], str] | None = None


ENGLISH = Speech({name: name for name in STYLES})


class Paper:
    """What is drawn on, from the top down: room for pins, a plot, the days below it, words."""

    def __init__(
        self, form: Form, theme: Theme | None, first: str, last: str, marks: Sequence[Mark], speech: Speech = ENGLISH
    ) -> None:
        """A paper whose time axis runs from ``first`` to ``last``, with those of ``marks`` that lie between.

        The number of a mark is its place among all of ``marks`` in the order of time, which a page may list beside.
        """
        self.form, self.theme, self.speech = form, theme, speech
        self.first, self.last = _seconds(first), _seconds(last)
        inside = [
            (number, mark)
            for number, mark in enumerate(sorted(marks, key=lambda mark: mark.at), 1)
            if first <= mark.at <= last
        ]
        self.numbers, self.more = [number for number, _ in inside[:MAX_MARKS]], len(inside[MAX_MARKS:])
        self.marks = [mark for _, mark in inside[:MAX_MARKS]]
        self.levels = self._levels()
        self.top = 12 + PIN_GAP * (max(self.levels, default=-1) + 1)
        self.parts: list[str] = []

    @property
    def right(self) -> int:
        """Where the plot ends."""
        return self.form.width - self.form.right

    def x(self, at: str) -> float:
        """Where a time lies."""
        span = max(self.last - self.first, 1)
        return self.form.left + (self.right - self.form.left) * (_seconds(at) - self.first) / span

    def words(self, x: float, y: float, words: str, kind: str = "", *, anchor: str = "start") -> None:
        """Words at a place; ``anchor`` start, middle or end says which of their ends it is."""
        size = self.form.letter
        if self.theme is None:
            where = f'x="{x:.1f}" y="{y:.1f}"' + (f' text-anchor="{anchor}"' if anchor != "start" else "")
            self.parts.append(f'<text class="{kind}" {where}>{escape(words)}</text>')
            return
        x -= {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width_of(words, size)
        drawn = "".join(
            f'<path transform="translate({ahead:.2f} {up})" d="{path}"/>' for ahead, up, path in strokes_of(words)
        )
        place = f"translate({x:.1f} {y:.1f}) scale({scale_of(size):.4f})"
        self.parts.append(f'<g class="word {kind}" transform="{place}">{drawn}</g>')

    def rule_across(self, y: float, label: str) -> None:
        """A thin line across the plot with its label before it."""
        self.parts.append(f'<path class="grid" d="M{self.form.left} {y:.1f}H{self.right}"/>')
        self.words(self.form.left - 6, y + self.form.letter * 0.35, label, "quiet", anchor="end")

    def line(self, stance: str, points: Sequence[tuple[float, float]]) -> None:
        """A curve in a stance's colour and dashes."""
        dashes = STYLES[stance][2]
        drawn = " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(
            f'<path class="line {stance}" d="M{drawn}"' + (f' stroke-dasharray="{dashes}"' if dashes else "") + "/>"
        )

    def band(self, stance: str, upper: Sequence[tuple[float, float]], lower: Sequence[tuple[float, float]]) -> None:
        """What lies between two curves."""
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *reversed(lower)])
        self.parts.append(f'<polygon class="band {stance}" points="{points}"/>')

    def ends(self, labels: Sequence[tuple[float, str, str]], bottom: float) -> None:
        """Labels (y, kind, words) behind the lines' ends, moved apart where they would lie on each other."""
        gap = self.form.letter + 3
        ordered = sorted(labels)
        last = float("inf")
        places: list[float] = []
        for place in range(len(ordered) - 1, -1, -1):
            room = self.top + gap * place
            last = max(min(ordered[place][0] + self.form.letter * 0.35, last - gap, bottom), room)
            places.append(last)
        for y, (_, kind, words) in zip(reversed(places), ordered, strict=True):
            self.words(self.right + 6, y, words, f"end {kind}")

    def days(self, bottom: float) -> None:
        """The days (or hours, or months) on the axis, with a dotted line up from each."""
        size = self.form.letter
        last = -1000.0
        for at, label in ticks(self.first, self.last, most=max(3, (self.right - self.form.left) // (size * 8))):
            if self.speech.day and ":" not in label:
                label = self.speech.day(datetime.fromisoformat(at))
            x = self.x(at)
            self.parts.append(f'<path class="day" d="M{x:.1f} {self.top}V{bottom:.1f}"/>')
            wide = 0.92 * self._wide(label)
            if x > last and x + wide <= self.form.width:
                self.words(x, bottom + size + 5, label, "quiet")
                last = x + wide + 0.3 * size

    def pins(self, bottom: float) -> None:
        """A rule for each mark, with its number on top."""
        places = [(self.x(m.at), self.top - 10 - PIN_GAP * n) for m, n in zip(self.marks, self.levels, strict=True)]
        self.parts += [f'<path class="rule" d="M{x:.1f} {y:.1f}V{bottom:.1f}"/>' for x, y in places]
        for number, (x, y) in zip(self.numbers, places, strict=True):
            self.parts.append(f'<circle class="pin" cx="{x:.1f}" cy="{y:.1f}" r="9"/>')
            self.words(x, y + self.form.letter * 0.36, str(number), "number", anchor="middle")

    def legend(self, y: float) -> float:
        """The marks in words, a line or more each, from ``y`` down. Returns where they end."""
        form = self.form
        indent = form.letter * 1.7
        for number, mark in zip(self.numbers, self.marks, strict=True):
            for place, line in enumerate(self._wrapped(told(mark))):
                y += form.line
                if place == 0:
                    self.words(indent - 8, y, str(number), "name", anchor="end")
                self.words(indent, y, line)
        if self.more:
            y += form.line
            self.words(indent, y, f"and {self.more} more", "quiet")
        return y

    def picture(self, title: str, words: str, height: float) -> Markup:
        """All that was drawn, with what it shows in words."""
        said = [words, *(f"{number}: {told(mark)}." for number, mark in zip(self.numbers, self.marks, strict=True))]
        tall = round(height)
        parts = "".join(self.parts)
        return Markup(  # noqa: S704 -- every word from outside is escaped in ``words`` and here
            f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.form.width} {tall}"'
            f' width="{self.form.width}" height="{tall}" role="img" aria-label="{escape(title)}">'
            f"<title>{escape(title)}</title><desc>{escape(' '.join(said))}</desc>"
            f"<style>{_style(self.theme, self.form.letter)}</style>{parts}</svg>"
        )

    def _levels(self) -> list[int]:
        """How high each pin stands, so that none lies on another."""
        free = [-1000.0] * MAX_LEVELS
        found = []
        for mark in self.marks:
            x = self.x(mark.at)
            level = next((n for n, end in enumerate(free) if x - end >= PIN_GAP), free.index(min(free)))
            free[level] = x
            found.append(level)
        return found

    def _wide(self, words: str) -> float:
        """How wide words are, in pixels: by the strokes that draw them, or at most in the reader's fonts."""
        size = self.form.letter
        return width_of(words, size) if self.theme else len(words) * size * READERS_LETTER

    def _wrapped(self, words: str, most: int = 3) -> list[str]:
        """Words in at most ``most`` lines of the picture's width."""
        room = self.form.width - self.form.letter * 2.4
        lines = [""]
        for word in words.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self._wide(longer) > room:
                if len(lines) == most:
                    lines[-1] += " …"
                    break
                lines.append(word)
            else:
                lines[-1] = longer
        return lines


def told(mark: Mark) -> str:
    """When and what happened: ``Mon 23 Nov 16:30 Harbour Herald corrects``."""
    moment = datetime.fromisoformat(mark.at)
    at = f"{moment:%a} {moment.day} {moment:%b %H:%M}" if len(mark.at) > 10 else f"{moment:%a} {moment.day} {moment:%b}"
    return f"{at} {one_line(mark.words, 160)}"


def ticks(first: float, last: float, most: int) -> list[tuple[str, str]]:
    """At most ``most`` round times between two (seconds since 1970), each with its label: hours, days or months."""
    start, end = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)
    hours = (last - first) / 3600
    step = next((n for n in (1, 2, 3, 6, 12) if hours / n <= most), 24)
    if step < 24:
        at = start.replace(minute=0, second=0, microsecond=0)
        at += timedelta(hours=-at.hour % step, seconds=0 if at.replace(minute=0) >= start else 3600)
        form = "{0:%H:%M}"
    else:
        step = 24 * next((n for n in (1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 3650) if hours / 24 / n <= most), 36500)
        at = datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(days=bool(start.hour or start.minute))
        form = "{0:%a} {0.day}" if start.year == end.year else "{0.day} {0:%b %Y}"
    found = []
    month = 0
    while at <= end:
        if at >= start:
            label = form if step >= 24 or at.hour else "{0:%a} {0.day}"
            label += " {0:%b}" if "%b" not in label and ".day" in label and at.month != month else ""
            month = at.month if ".day" in label else month
            found.append((at.strftime("%Y-%m-%dT%H:%M:%SZ"), label.format(at)))
        at += timedelta(hours=step)
    return found


def _style(theme: Theme | None, letter: int) -> str:
    """The picture's own style: one theme's colours, or both, as the reader likes."""
    fixed = (
        f"svg.chart{{max-width:100%;height:auto}}.chart text{{font:{letter}px system-ui,sans-serif}}"
        ".chart .band{fill-opacity:.1;stroke-opacity:.3;stroke-width:.7}.chart path{fill:none}.chart .line{stroke-width:2.2}"
        ".chart text.end,.chart text.name,.chart text.number{font-weight:650}.chart .day,.chart .rule{stroke-dasharray:2 3}"
        f".chart .word{{stroke-width:{STROKE_WIDTH};stroke-linecap:round;stroke-linejoin:round}}"
        ".chart .end,.chart .name,.chart .number{stroke-width:2.3}"
    )
    if theme is not None:
        return fixed + _colours(theme)
    return f"{fixed}{_colours(Theme.LIGHT)}@media(prefers-color-scheme:dark){{{_colours(Theme.DARK)}}}"


def _colours(theme: Theme) -> str:
    paper, ink, quiet, grid = PAPERS[theme]
    lines = "".join(
        f".chart .line.{name},.chart g.end.{name}{{stroke:{colour}}}"
        f".chart .band.{name}{{fill:{colour};stroke:{colour}}}.chart text.end.{name}{{fill:{colour}}}"
        for name, colours in STYLES.items()
        for colour in [colours[theme is Theme.DARK]]
    )
    return (
        f".chart text{{fill:{ink}}}.chart text.quiet{{fill:{quiet}}}.chart text.number{{fill:{paper}}}"
        f".chart .word{{stroke:{ink}}}.chart .word.quiet{{stroke:{quiet}}}.chart .word.number{{stroke:{paper}}}"
        f".chart .grid,.chart .day{{stroke:{grid}}}.chart .rule{{stroke:{ink}}}.chart .pin{{fill:{ink}}}{lines}"
    )


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
