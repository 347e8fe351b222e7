"""When the counts of posts are looked at again, by what their platform just showed."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.clock import tempo_hour, wait_for_counts, wait_while_gone
from storywake.collector.dates import known_moment, moment, now, stamp
from storywake.collector.figures.tempo import gained, starting_tempo, tempo_after
from storywake.collector.records import Kind
from storywake.db.looks import CountsLook, Settled, looks_at_counts, settle_looks
from storywake.db.posts import Counted
from storywake.db.status import LookOutcome

NO_TIME = timedelta(0)
Stored = Mapping[tuple[str, str], Counted]


class Gain(NamedTuple):
    """What a post gained since its last look."""

    reactions: int
    grew: bool  # whether any count is higher, or the post is new


NOTHING = Gain(0, False)


def gains(before: Stored, now: Stored) -> dict[int, Gain]:
    """What posts gained, by id: ``before`` and ``now`` are those of an answer as they were stored before and after it."""
    nothing = (None,) * 5
    found = {}
    for key, post in now.items():
        known = before.get(key)
        then = known.counts if known else nothing
        if then == post.counts:
            found[post.id] = Gain(0, known is None)
            continue
        higher = any(new is not None and new > (old or 0) for old, new in zip(then, post.counts, strict=True))
        found[post.id] = Gain(gained(then, post.counts), known is None or higher)
    return found


def settle_counts(
    connection: Connection, seen: Collection[int], gained_by: Mapping[int, Gain], at: str, first: timedelta
) -> None:
    """Sets when the posts that their platform showed at a time are looked at next, whatever it was asked for."""
    moment_now, clock, hour = known_moment(at), now(), tempo_hour(first)
    settled = []
    for look in looks_at_counts(connection, seen):
        if at < (look.last_at or "") <= clock:
            continue  # evidence that is read again does not move a clock back
        gain = gained_by.get(look.post_id, NOTHING)
        gone_since = moment(look.deleted_at)
        if gone_since:
            due = moment_now + wait_while_gone(moment_now - gone_since, first)
            settled.append(Settled(look.id, at, stamp(due), LookOutcome.GONE, grew=gain.grew))
            continue
        tempo, age = _tempo(look, gain, moment_now, hour)
        due = moment_now + wait_for_counts(tempo, age, first)
        settled.append(Settled(look.id, at, stamp(due), LookOutcome.OK, grew=gain.grew, tempo=tempo))
    settle_looks(connection, settled)


def _tempo(look: CountsLook, gain: Gain, at: datetime, hour: timedelta) -> tuple[float, timedelta]:
    """A post's tempo after a look, and its age then, counted from when it joined a story: an old post in a live story is
    live, and what it had before says nothing of that.
    """
    tempo = starting_tempo(Kind(look.post_kind or Kind.POST)) if look.tempo is None else look.tempo
    joined = moment(look.added_at) or at
    age, before = max(at - joined, NO_TIME), max((moment(look.last_at) or joined) - joined, NO_TIME)
    if look.last_at is None:
        return tempo, age
    return tempo_after(tempo, gain.reactions, min(before, age) / hour, age / hour), age
