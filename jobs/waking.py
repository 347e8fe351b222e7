"""When the threads below posts are due: where a platform tells of more answers than are stored."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Connection

from storywake.collector.dates import known_moment, moment, stamp
from storywake.collector.sources import SOURCES
from storywake.db.threads import Woken, threads_of, wake, wake_answers

WHOLE = tuple(name for name, source in SOURCES.items() if source.whole_threads)
"""Platforms whose reply count includes answers to answers."""


def wake_threads(connection: Connection, posts: Collection[int], at: str, first: timedelta) -> None:
    """Sets when the threads of ``posts`` are due, by the number of answers reported and stored."""
    woken: list[Woken] = []
    fewer: set[int] = set()
    for thread in threads_of(connection, posts, WHOLE):
        if thread.told is None:
            continue
        if thread.told_before is not None and thread.told < min(thread.told_before, thread.stored):
            fewer.add(thread.post_id)
        due, idle = thread.due_at, thread.idle
        if thread.told <= thread.stored:
            due, idle = None, 0
        elif due is None or thread.told > (thread.told_before or 0):
            last = moment(thread.last_at)
            due, idle = (stamp(max(known_moment(at), last + first)) if last else at), 0
        if (due, idle, thread.told) != (thread.due_at, thread.idle, thread.told_before):
            woken.append(Woken(thread.look_id, due, thread.told, idle))
    wake(connection, woken)
    wake_answers(connection, fewer, at)
