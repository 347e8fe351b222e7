"""How everything stands in numbers, for whoever watches the machine."""

import json
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.dates import known_moment, stamp

from .statements import statements

SQL = statements("metrics")
Count = tuple[tuple[str, ...], int]
"""What is counted, by its labels' values, and how many there are."""


class Standing(NamedTuple):
    """Counts of the whole database."""

    looks: list[Count]  # by outcome
    sources: list[Count]  # looks by source and outcome
    assessed: int  # reactions, in the last hour
    reactions: list[Count]  # by platform
    deliveries: list[Count]  # by status
    runs: list[Count]  # by job and status


def standing_at(connection: Connection, at: str) -> Standing:
    """How everything stands at a time (ISO 8601)."""

    def counts(name: str, *labels: str, **values: str) -> list[Count]:
        rows = connection.execute(SQL[name], values).mappings()
        return sorted((tuple(str(row[label]) for label in labels), int(row["n"])) for row in rows)

    runs = connection.execute(SQL["hour"], {"since": stamp(known_moment(at) - timedelta(hours=1))}).scalars()
    return Standing(
        counts("looks", "outcome"),
        counts("sources", "source", "outcome"),
        sum(int(json.loads(run).get("assessed", 0)) for run in runs),
        counts("reactions", "platform"),
        counts("deliveries", "status"),
        counts("runs", "job", "status"),
    )
