"""Words as strokes, for pictures that are made where no font may be installed (``letters.toml``)."""

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple
from unicodedata import normalize

from anyascii import anyascii

CAPITAL = 14.0
"""Height of a capital in the units of the letters."""
CAPITAL_SHARE = 0.72
"""A capital's height as a share of the size that is asked for, as in most fonts."""
MARK_LIFT = 4
"""How much higher a mark stands over a capital."""


class Letters(NamedTuple):
    """Strokes of letters and of the marks over them."""

    strokes: dict[str, tuple[float, str]]  # how far the pen moves on, path
    marks: dict[str, str]


@cache
def letters() -> Letters:
    """The letters that can be drawn."""
    table = tomllib.loads(resources.files("storywake.jobs").joinpath("letters.toml").read_text("utf-8"))
    return Letters({name: (float(wide), path) for name, (wide, path) in table["strokes"].items()}, table["marks"])


def scale_of(size: float) -> float:
    """By how much letters are scaled for a size in pixels."""
    return size * CAPITAL_SHARE / CAPITAL


def width_of(words: str, size: float) -> float:
    """How wide words are, in pixels."""
    return sum(letters().strokes[base][0] for base, _ in _spelled(words)) * scale_of(size)


def strokes_of(words: str) -> list[tuple[float, float, str]]:
    """Where each stroke begins (x, y) and its path, in the units of the letters."""
    drawn = letters()
    found: list[tuple[float, float, str]] = []
    place = 0.0
    for base, over in _spelled(words):
        wide, path = drawn.strokes[base]
        if path:
            found.append((place, 0.0, path))
        lift = MARK_LIFT if base.isupper() else 0
        found += [(place + (wide - 3) / 2, -lift, drawn.marks[mark]) for mark in over]
        place += wide
    return found


def _spelled(words: str) -> list[tuple[str, str]]:
    """Letters that can be drawn, each with the marks over it; others become those of ASCII nearest to them."""
    drawn = letters()
    found: list[tuple[str, str]] = []
    for letter in words:
        parts = normalize("NFD", letter)
        base, over = parts[0], parts[1:]
        if base in drawn.strokes and all(mark in drawn.marks for mark in over):
            found.append((base, over))
        else:
            found += [(plain, "") for plain in anyascii(letter) if plain in drawn.strokes]
    return found
