"""When the counts of posts are looked at again, by what their platform just showed."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.clock import wait_for_counts, wait_while_gone
from storywake.collector.dates import moment, now, stamp
from storywake.collector.figures.tempo import gained, starting_tempo, tempo_after
from storywake.collector.records import Kind
from storywake.db.looks import Look, Settled, looks_at_counts, settle_looks
from storywake.db.posts import Counted
from storywake.db.status import LookOutcome

from .waking import known_moment

MAX_HEAD_START = timedelta(days=2)
"""A post found later than this after its posting is reckoned from when it was found: its story made it young again."""
HOUR = timedelta(hours=1)
Stored = Mapping[tuple[str, str], Counted]


class Gain(NamedTuple):
    """What a post gained since its last look."""

    reactions: int  # since its posting, where it was never looked at
    grew: bool  # whether any count is higher, or the post is new


def gains(before: Stored, now: Stored) -> dict[int, Gain]:
    """What posts gained, by id: ``before`` and ``now`` are those of an answer as they were stored before and after it."""
    nothing = (None,) * 5
    found = {}
    for key, post in now.items():
        known = before.get(key)
        then = known.counts if known else nothing
        higher = any(new is not None and new > (old or 0) for old, new in zip(then, post.counts, strict=True))
        found[post.id] = Gain(gained(then, post.counts), known is None or higher)
    return found


def settle_counts(
    connection: Connection, seen: Collection[int], gained_by: Mapping[int, Gain], at: str, first: timedelta
) -> None:
    """Sets when the posts that their platform showed at a time are looked at next, whatever it was asked for."""
    moment_now, clock = known_moment(at), now()
    settled = []
    for look in looks_at_counts(connection, seen):
        if at < (look.last_at or "") <= clock:
            continue  # evidence that is read again does not move a clock back
        gain = gained_by.get(look.post_id or 0, Gain(0, False))
        gone_since = moment(look.deleted_at)
        if gone_since:
            due = moment_now + wait_while_gone(moment_now - gone_since, first)
            settled.append(Settled(look.id, at, stamp(due), LookOutcome.GONE, grew=gain.grew))
            continue
        tempo, age = _tempo(look, gain, moment_now)
        due = moment_now + wait_for_counts(tempo, age, first)
        settled.append(Settled(look.id, at, stamp(due), LookOutcome.OK, grew=gain.grew, tempo=tempo))
    settle_looks(connection, settled)


def _tempo(look: Look, gain: Gain, at: datetime) -> tuple[float, timedelta]:
    """A post's tempo after a look, and its age then."""
    tempo = starting_tempo(Kind(look.post_kind or Kind.POST)) if look.tempo is None else look.tempo
    born, whole = _born(look, at)
    age = max(at - born, timedelta(0))
    last = moment(look.last_at)
    if last is None and not whole:
        return tempo, age  # its counts are of a time before the story
    before = max(last - born, timedelta(0)) if last else timedelta(0)
    return tempo_after(tempo, gain.reactions, min(before, age) / HOUR, age / HOUR), age


def _born(look: Look, at: datetime) -> tuple[datetime, bool]:
    """From when a post's age counts, and whether that is its posting, so that all it has came since."""
    posted = moment(look.posted_at) if len(look.posted_at or "") > 10 else None
    joined = moment(look.added_at) or at
    return (joined, False) if posted is None or joined - posted > MAX_HEAD_START else (posted, True)
