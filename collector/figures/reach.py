"""Totals of reach."""


def engagement(*counts: int | None) -> int | None:
    """The sum of the counts that are known; None where none is known."""
    known = [c for c in counts if c is not None]
    return sum(known) if known else None
