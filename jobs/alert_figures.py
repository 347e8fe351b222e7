"""What is unusual: a post's growth beside that of others at its age, a network's silence beside what others bring."""

from array import array
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from storywake.collector.dates import stamp
from storywake.collector.figures.tail import Tail, exceedance, tail_of
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES
from storywake.db.alerts import Brought, Gain, asked_since, brought, gains_before

MAX_CHANCE = 0.02
"""That any of the peers would have grown so: the chance of one, times their number."""
QUIET_HOURS = timedelta(hours=6)
"""For so long a network fails before that is told."""
MIN_FAILED = 3
"""Looks at it that failed meanwhile."""
MIN_IN_A_ROW = 2
"""Times that each of them failed, one after another: a single pass in vain is no silence."""
EMPTY_HOURS = timedelta(days=1)
"""For so long a network brings nothing before that is told."""
EARLIER = timedelta(days=7)
"""The span before it that a network's share is taken from."""
MIN_EARLIER = 30
"""Reactions that a network brought then."""
MAX_EMPTY_CHANCE = 1e-6
"""That a network brings nothing by chance while others bring what they do."""


class Unusual(NamedTuple):
    """How a post's growth stands beside that of others."""

    day: int  # days since it was posted
    peers: int  # days of posts of its network at that age
    usual: float  # the median of what they gained
    chance: float  # that one of them gains as much


class Silent(NamedTuple):
    """A network that fell silent."""

    platform: str
    last_at: str  # when it last answered, or brought something
    failed: int | None  # looks that failed since; None: it answers and brings nothing
    others: int  # what others answered or brought meanwhile
    note: str | None  # why it fails


class Peers:
    """What posts gained on whole days at each age, kept for the day on which it was worked out."""

    def __init__(self) -> None:
        self._day = ""
        self._tails: dict[tuple[str, str | None], dict[int, Tail | None]] = {}

    def unusual(self, connection: Connection, gain: Gain, slug: str) -> Unusual | None:
        """What makes a gain unusual beside the posts of its story on its network and beside those of all stories there,
        at that age: the larger of both chances counts.

        None where it is not unusual, or there are too few to tell.
        """
        if gain.day != self._day:
            self._day, self._tails = gain.day, {}
        age = _age(gain.posted_at, gain.day)
        tails = [self._of(connection, gain.platform, story).get(_stage(age)) for story in (slug, None)]
        found = (
            max((exceedance(tail, gain.gained) * tail.peers, tail) for tail in tails if tail) if any(tails) else None
        )
        if found is None or found[0] > MAX_CHANCE:
            return None
        tail = found[1]
        return Unusual(age, tail.peers, tail.usual, exceedance(tail, gain.gained))

    def _of(self, connection: Connection, platform: str, slug: str | None) -> dict[int, Tail | None]:
        kept = self._tails.get((platform, slug))
        if kept is None:
            stages: dict[int, array[float]] = {}
            for posted_at, day, gained in gains_before(connection, self._day, platform, slug):
                stages.setdefault(_stage(_age(posted_at, day)), array("d")).append(gained)
            kept = self._tails[(platform, slug)] = {stage: tail_of(gains) for stage, gains in stages.items()}
        return kept


def _age(posted_at: str, day: str) -> int:
    """Days between a post and a day."""
    try:
        return (date.fromisoformat(day) - date.fromisoformat(posted_at[:10])).days
    except ValueError:
        return 0


def _stage(age: int) -> int:
    """Ages within which posts are compared: the first day, the second, then twice as many each: 2-3, 4-7, 8-15."""
    return max(age, 0).bit_length()


def silent(connection: Connection, settings: Settings, moment: datetime) -> Iterator[Silent]:
    """The networks that fell silent, as of ``moment``."""
    failing = list(_failing(connection, settings, moment))
    yield from failing
    told = {one.platform for one in failing}
    later = moment - EMPTY_HOURS
    spans = brought(connection, stamp(later - EARLIER), stamp(later))
    asked = {row.source: row for row in asked_since(connection, stamp(later))}
    for row in spans:
        ours = asked.get(row.platform)
        if (
            row.platform not in told
            and settings.asks(row.platform)
            and ours is not None
            and ours.answered + ours.failed
        ):
            empty = _empty(row, spans)
            if empty:
                yield empty


def _failing(connection: Connection, settings: Settings, moment: datetime) -> Iterator[Silent]:
    """The networks of which nothing but failures came for some hours, while others answered."""
    since = stamp(moment - QUIET_HOURS)
    rows = [row for row in asked_since(connection, since) if row.source in SOURCES and settings.asks(row.source)]
    for row in rows:
        others = sum(other.answered for other in rows if other is not row)
        fails = row.failed >= MIN_FAILED and (row.in_a_row or 0) >= MIN_IN_A_ROW and not row.answered
        if fails and row.last_ok and row.last_ok < since and others:
            yield Silent(row.source, row.last_ok, row.failed, others, row.note)


def _empty(row: Brought, spans: Sequence[Brought]) -> Silent | None:
    """A network that brought nothing lately, where others brought so much that chance does not do that.

    If each reaction is of the network with the share that it had, none of ``n`` is with the chance ``(1 - share) ** n``
    (the binomial distribution). Stories fade on all networks together, which leaves shares as they are.
    """
    others = sum(other.later for other in spans if other is not row)
    whole = sum(other.earlier for other in spans)
    if row.later or row.earlier < MIN_EARLIER:
        return None
    chance = (1 - row.earlier / whole) ** others
    return Silent(row.platform, row.last_at, None, others, None) if others and chance <= MAX_EMPTY_CHANCE else None
