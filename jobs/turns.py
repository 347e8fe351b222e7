"""In which order a pass makes looks, where it may not come to all of them."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from storywake.collector.clock import THREADS, LookKind
from storywake.collector.dates import known_moment, moment
from storywake.collector.figures.tempo import Waiting, in_turn, starting_tempo
from storywake.collector.records import Kind
from storywake.db.looks import Look

HOUR = timedelta(hours=1)
ORDER = list(LookKind)
"""Which kind of look is made first within a lane: the kinds that others depend on."""

AFTER_COUNTS = THREADS | {LookKind.BACKLINKS}
"""Kinds of looks that a post's counts decide on."""


def ready(looks: Sequence[Look], counting: Collection[int | None] = ()) -> list[Look]:
    """Looks without those that the counts of a post decide on where these are being looked at (``counting``: ids of posts)
    or are among the looks.
    """
    waited = {*counting, *(look.post_id for look in looks if look.kind == LookKind.COUNTS)}
    return [look for look in looks if not (look.kind in AFTER_COUNTS and look.post_id in waited)]


def in_order(looks: Sequence[Look], at: str) -> list[Look]:
    """Looks by kind; those at counts by turns of the stories (``figures/tempo.py``), others by what they lack and since when
    they are due.
    """
    counts = [look for look in looks if look.kind == LookKind.COUNTS]
    turns = {counts[place].id: turn for turn, place in enumerate(in_turn([_waiting(look, at) for look in counts]))}
    return sorted(
        looks,
        key=lambda look: (
            ORDER.index(LookKind(look.kind)), turns.get(look.id, 0), -(look.lacking or 0), look.due_at or ""
        ),
    )  # fmt: skip


def _waiting(look: Look, at: str) -> Waiting:
    now, joined = known_moment(at), known_moment(look.added_at)
    last = max(moment(look.last_at) or joined, joined)
    tempo = starting_tempo(Kind(look.post_kind or Kind.POST)) if look.tempo is None else look.tempo
    return Waiting(
        look.story_id, tempo, (last - joined) / HOUR, max(now - last, timedelta(0)) / HOUR, look.due_at or ""
    )
