"""How everything stands in numbers, for whoever watches the machine."""

import json
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.dates import known_moment, moment, stamp

from .statements import statements

SQL = statements("metrics")
Count = tuple[tuple[str, ...], int]
"""What is counted, by its labels' values, and how many there are."""


class Standing(NamedTuple):
    """Counts of the whole database."""

    looks: list[Count]  # by outcome
    due: int  # looks
    sources: list[Count]  # looks by source and outcome
    lags: list[Count]  # seconds for which the look that waits longest is due, by kind
    assessed: int  # reactions, in the last hour
    reactions: list[Count]  # by platform
    deliveries: list[Count]  # by status
    runs: list[Count]  # by job and status


def standing_at(connection: Connection, at: str) -> Standing:
    """How everything stands at a time (ISO 8601)."""
    looks = connection.execute(SQL["looks"], {"at": at}).all()

    def counts(name: str, *labels: str, **values: str) -> list[Count]:
        rows = connection.execute(SQL[name], values).mappings()
        return sorted((tuple(str(row[label]) for label in labels), int(row["n"])) for row in rows)

    here = known_moment(at)
    overdue = connection.execute(SQL["overdue"], {"at": at}).all()
    lags = [((row.kind,), max(0, round((here - (moment(row.since) or here)).total_seconds()))) for row in overdue]
    runs = connection.execute(SQL["hour"], {"since": stamp(here - timedelta(hours=1))}).scalars()
    return Standing(
        sorted(((row.outcome,), int(row.n)) for row in looks),
        sum(int(row.due or 0) for row in looks),
        counts("sources", "source", "outcome"),
        sorted(lags),
        sum(int(json.loads(run).get("assessed", 0)) for run in runs),
        counts("reactions", "platform"),
        counts("deliveries", "status"),
        counts("runs", "job", "status"),
    )
