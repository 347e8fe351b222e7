"""How jobs report their progress, without knowing about terminals."""

from collections.abc import Callable

Tick = Callable[[int, int | None, str], None]
"""Called with how much is done, of how much (None: unknown), and what is being done."""


def silent(done: int, known: int | None, what: str) -> None:
    """Reports to nobody."""
