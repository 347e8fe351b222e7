"""Reach: totals, growth, and when a post is worth looking at again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

FIRST_LOOK = timedelta(minutes=15)
LONGEST = timedelta(days=2)


class Observed(NamedTuple):
    """A post's engagement at a time: likes, reposts, replies and quotes added up where known."""

    at: datetime
    engagement: int | None


def engagement(*counts: int | None) -> int | None:
    """The sum of the counts that are known; None where none is."""
    known = [c for c in counts if c is not None]
    return sum(known) if known else None


def rate(observations: Sequence[Observed]) -> float | None:
    """Engagement gained an hour between the last two observations that know it; None with fewer."""
    known = [o for o in observations if o.engagement is not None]
    if len(known) < 2:
        return None
    before, last = known[-2], known[-1]
    hours = (last.at - before.at).total_seconds() / 3600
    assert before.engagement is not None and last.engagement is not None
    return (last.engagement - before.engagement) / hours if hours > 0 else None


def half_life(observations: Sequence[Observed]) -> timedelta | None:
    """Time from the first observation until half of the last known engagement was there; None with fewer than three."""
    known = [o for o in observations if o.engagement is not None]
    if len(known) < 3 or not known[-1].engagement:
        return None
    half = known[-1].engagement / 2
    return next((o.at - known[0].at for o in known if o.engagement is not None and o.engagement >= half), None)


def next_look(posted_at: datetime | None, first_seen: datetime, last_seen: datetime) -> datetime:
    """When to look again: soon while young, then ever more seldom.

    Engagement fades roughly as a power of age, so the wait is a tenth of the age, between a quarter
    of an hour and two days.
    """
    age = last_seen - (posted_at or first_seen)
    return last_seen + min(max(age / 10, FIRST_LOOK), LONGEST)
