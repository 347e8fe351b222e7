"""When the mail is due: at each reader's hour in their time zone, and again after refusals."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Engine

from storywake.collector.dates import moment as read_moment
from storywake.collector.dates import stamp
from storywake.collector.errors import BadInput
from storywake.db.engine import reading
from storywake.db.runs import failed_since, last_done

MIN_PAUSE = timedelta(minutes=5)
MAX_PAUSE = timedelta(hours=1)
Slot = tuple[str, int]
"""A time zone, and an hour of its day."""


def day_at(zone: str, moment: datetime) -> date:
    """The date at ``moment`` in a time zone. Raises BadInput for an unknown one."""
    return moment.astimezone(_zone(zone)).date()


def hour_of(zone: str, hour: int, day: date) -> datetime:
    """When an hour of a day begins in a time zone, in UTC. Raises BadInput for a day outside the calendar.

    An hour that a clock change leaves out is the one after it; of one that comes twice it is the first.
    """
    return _at(zone, day, time(hour))


def due(engine: Engine, slots: Collection[Slot], moment: datetime) -> datetime:
    """When the mail is to run next for readers with these hours, as of ``moment``, in UTC.

    At an hour; at once where one has passed that day without a successful run; after failed runs in 5, 10, 20, 40 and
    then every 60 minutes, until the day of those readers ends.
    """
    with reading(engine) as connection:
        return min(_due(connection, slot, moment) for slot in set(slots))


def _due(connection: Connection, slot: Slot, moment: datetime) -> datetime:
    zone, at = slot
    day = day_at(zone, moment)
    hour = hour_of(zone, at, day)
    if moment < hour:
        return hour
    tomorrow = day + timedelta(days=1)
    done = last_done(connection, "digest", stamp(moment))
    if done and done >= stamp(hour):
        return hour_of(zone, at, tomorrow)
    failures, last = failed_since(connection, "digest", stamp(hour), stamp(moment))
    if not failures:
        return moment
    pause = min(MIN_PAUSE * 2 ** min(failures - 1, 9), MAX_PAUSE)
    again = max(min(read_moment(last) or moment, moment) + pause, moment)
    return again if again < _at(zone, tomorrow, time()) else hour_of(zone, at, tomorrow)


def _at(zone: str, day: date, hour: time) -> datetime:
    try:
        return datetime.combine(day, hour, _zone(zone)).astimezone(UTC)
    except OverflowError:
        raise BadInput(f"no digest of {day.isoformat()}") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"no time zone {name!r}") from None
