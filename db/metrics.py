"""How everything stands in numbers, for whoever watches the machine."""

from typing import NamedTuple

from sqlalchemy import Connection

from .statements import statements

SQL = statements("metrics")
Count = tuple[tuple[str, ...], int]
"""What is counted, by its labels' values, and how many there are."""


class Standing(NamedTuple):
    """Counts of the whole database."""

    looks: list[Count]  # by outcome
    due: int  # looks
    reactions: list[Count]  # by platform
    deliveries: list[Count]  # by status
    runs: list[Count]  # by job and status


def standing_at(connection: Connection, at: str) -> Standing:
    """How everything stands at a time (ISO 8601)."""
    looks = connection.execute(SQL["looks"], {"at": at}).all()

    def counts(name: str, *labels: str, **values: str) -> list[Count]:
        rows = connection.execute(SQL[name], values).mappings()
        return sorted((tuple(str(row[label]) for label in labels), int(row["n"])) for row in rows)

    return Standing(
        sorted(((row.outcome,), int(row.n)) for row in looks),
        sum(int(row.due or 0) for row in looks),
        counts("reactions", "platform"),
        counts("deliveries", "status"),
        counts("runs", "job", "status"),
    )
