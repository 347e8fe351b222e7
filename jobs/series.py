"""Stance and reach over time as a story's page draws them: thinned, and read off at a time."""

from collections.abc import Sequence
from typing import Any

from storywake.collector.figures.reach import engagement
from storywake.collector.stance import STANCES

MAX_HOURS = 240
"""Hours that are kept of a series: a chart tells no more apart."""
MAX_TABLE_HOURS = 36
"""Rows of the table behind the stance chart on a page; the file that is linked there has all hours."""
Row = dict[str, Any]


def thinned(rows: Sequence[Row], group: str) -> list[Row]:
    """The rows of at most ``MAX_HOURS`` hours of each group (``claim`` or ``platform``), evenly, the first and last among
    them.
    """
    hours: dict[str, set[str]] = {}
    for row in rows:
        hours.setdefault(row[group], set()).add(row["hour"])
    kept = {name: _evenly(sorted(found)) for name, found in hours.items()}
    return [row for row in rows if row["hour"] in kept[row[group]]]


def _evenly(hours: Sequence[str]) -> set[str]:
    if len(hours) <= MAX_HOURS:
        return set(hours)
    return {hours[round(place * (len(hours) - 1) / (MAX_HOURS - 1))] for place in range(MAX_HOURS)}


def shares_at(rows: Sequence[Row], claim: str, at: str) -> dict[str, float] | None:
    """The shares of the stances towards a claim as they stood at a time; None where nothing was said yet."""
    hours = {row["hour"]: 1.0 for row in rows if row["claim"] == claim and row["hour"] <= at}
    if not hours:
        return None
    last = max(hours)
    return {
        r["stance"]: r["share"] for r in rows if r["claim"] == claim and r["hour"] == last and r["stance"] in STANCES
    }


def engagement_by_hour(rows: Sequence[Row]) -> dict[str, float]:
    """What all networks together had gathered by each hour in which any was looked at, as far as they tell."""
    known: dict[str, int] = {}
    found: dict[str, float] = {}
    for row in sorted(rows, key=lambda row: row["hour"]):
        told = engagement(row["likes"], row["reposts"], row["replies"], row["quotes"])
        if told is not None:
            known[row["platform"]] = told
            found[row["hour"]] = sum(known.values())
    return found


def share_by_hour(rows: Sequence[Row], claim: str, stance: str) -> dict[str, float]:
    """The share of a stance towards a claim, hour by hour."""
    return {row["hour"]: row["share"] for row in rows if row["claim"] == claim and row["stance"] == stance}


def stance_table(rows: Sequence[Row], claim: str) -> list[Row]:
    """A claim's shares as a table has them: an hour and, by stance, its row; at most ``MAX_TABLE_HOURS``, the last
    among them.
    """
    hours: dict[str, Row] = {}
    for row in rows:
        if row["claim"] == claim:
            hours.setdefault(row["hour"], {"hour": row["hour"], "stances": {}})["stances"][row["stance"]] = {
                name: row[name] for name in ("share", "low", "high", "cumulative")
            }
    found = [hours[hour] for hour in sorted(hours)]
    step = -(-len(found) // MAX_TABLE_HOURS) or 1
    return found[::-1][::step][::-1]
