"""How jobs tell how far they are. They know nothing of terminals."""

from collections.abc import Callable

Tick = Callable[[int, int | None, str], None]
"""Told how much is done, of how much where that is known, and what it is."""


def silent(done: int, known: int | None, what: str) -> None:
    """Tells nobody."""
