"""What was asked of each network, and what is missing of it: the statement that stands beside a story's numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storywake.collector.dates import stamp
from storywake.collector.platforms.base import Recorded
from storywake.collector.platforms.bluesky.constellation import NAME as CONSTELLATION
from storywake.collector.platforms.bluesky.constellation import address
from storywake.collector.platforms.bluesky.formats import NAME as STREAM
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.spending import spent

from .stream_standing import limits, stream_standing
from .wording import number_of

INDEXES = {
    "gdelt_files": "GDELT's files",
    "gdelt": "GDELT's search",
    "wikipedia": "Wikipedia",
}
"""Indexes of the web by the names of their looks, as people call them."""


class Network(NamedTuple):
    """What is known of one network's part in a story."""

    name: str
    title: str
    posts: int  # reactions from there
    observed_share: float | None  # of them, with counts that were looked at
    asked: bool
    how: str  # whether and how it is asked, in words
    limited: tuple[str, ...]  # in words: what limits what is seen there
    budget: str | None  # what was spent of its budgets, where it has any
    spends: bool  # whether anything was spent
    lacking: int  # answers it told of that are not stored yet
    since: str | None  # since when


def unasked(settings: Settings) -> set[str]:
    """The platforms and indexes that the settings exclude."""
    indexes = set() if settings.coverage and settings.asks("web") else set(INDEXES)
    if not settings.asks("bluesky") or address(settings) is None:
        indexes.add(CONSTELLATION)
    return indexes | {name for name in SOURCES if name != "web" and not settings.asks(name)}


def by_platform(lag: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Missing answers by platform, most first: platform, answers, posts, since."""
    found: dict[str, dict[str, Any]] = {}
    for row in lag:
        one = found.setdefault(row["platform"], {"platform": row["platform"], "answers": 0, "posts": 0, "since": None})
        one["answers"] += row["told"] - row["stored"]
        one["posts"] += 1
        one["since"] = min(filter(None, (one["since"], row["since"])), default=None)
    return sorted(found.values(), key=lambda one: (-one["answers"], one["platform"]))


def statement(
    connection: Connection,
    settings: Settings,
    story_id: int,
    moment: datetime,
    looks: Sequence[Mapping[str, Any]],
    lag: Sequence[Mapping[str, Any]],
    reach: Sequence[Mapping[str, Any]],
) -> list[Network]:
    """The networks that are asked or have reactions, those with most reactions first.

    ``looks``, ``lag`` and ``reach`` are rows of a story's figures (``jobs/summary.py``); ``moment`` is now, for what
    may still be spent.
    """
    looked = {row["source"]: row for row in looks}
    lacking = {row["platform"]: row for row in lag}
    seen = {row["platform"]: row for row in reach}
    found = []
    for name, source in SOURCES.items():
        recorded = isinstance(source, Recorded)
        asked = settings.asks(name) and not recorded
        own = seen.get(name)
        if not asked and own is None:
            continue
        costs = {b: spent(connection, b, moment) for b in source.budgets(settings)} if asked else {}
        limited = [*_limits(name, asked, settings), *_failures(looked.get(name))]
        if name == STREAM and asked and (heard := stream_standing(connection, settings, story_id)):
            limited += limits(heard)
        if name == "web":
            limited += [f"{title}: {line}" for index, title in INDEXES.items() for line in _failures(looked.get(index))]
        for service in source.services if asked else ():
            limited += [f"{service}: {line}" for line in _failures(looked.get(service))]
        limited += [
            f"out of budget until {stamp(b.period.ends(moment))}: {b.told(cost)}"
            for b, cost in costs.items()
            if cost >= b.most
        ]
        limited += [f"since {one.day} {one.words}" for one in source.breaks] if own else ()
        told = lacking.get(name)
        found.append(
            Network(
                name,
                source.title,
                own["posts"] if own else 0,
                own["observed_share"] if own else None,
                asked,
                "yes"
                if asked
                else "as articles and recordings show it"
                if recorded
                else "no: the settings leave it out",
                tuple(limited),
                "; ".join(b.told(cost) for b, cost in costs.items()) or None,
                any(costs.values()),
                told["answers"] if told else 0,
                told["since"] if told else None,
            )
        )
    return sorted(found, key=lambda one: -one.posts)


def _limits(name: str, asked: bool, settings: Settings) -> list[str]:
    """What cannot be seen of a network that is asked, in words."""
    if not asked:
        return []
    missing = SOURCES[name].missing(settings)
    return [missing] if missing else []


def _failures(looks: Mapping[str, Any] | None) -> list[str]:
    """How its looks fail, in words."""
    if looks is None:
        return []
    found = []
    if looks["failed"]:
        found.append(
            f"{looks['failed']} of {number_of(looks['looks'], 'look')} {'fails' if looks['failed'] == 1 else 'fail'}: {looks['reason'] or 'no reason was noted'}"
        )
    if looks["put_off"]:
        reason = looks.get("put_off_for")
        found.append(f"{number_of(looks['put_off'], 'look')} put off" + (f": {reason}" if reason else ""))
    if looks.get("partial"):
        found.append(f"{looks['partial']} of {number_of(looks['looks'], 'look')} answered in part: {looks['left_out']}")
    return found
