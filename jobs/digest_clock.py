"""When the digest is due: at its hour in the time zone of its readers, and again after refusals."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Engine

from storywake.collector.dates import moment as read_moment
from storywake.collector.dates import stamp
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.runs import failed_since, last_done

MIN_PAUSE = timedelta(minutes=5)
MAX_PAUSE = timedelta(hours=1)


def today(settings: Settings) -> str:
    """Today's date in the time zone of the readers, YYYY-MM-DD. Raises BadInput for an unknown zone."""
    return day_at(settings, datetime.now(UTC)).isoformat()


def day_at(settings: Settings, moment: datetime) -> date:
    """The date at ``moment`` in the time zone of the readers. Raises BadInput for an unknown zone."""
    return moment.astimezone(_zone(settings)).date()


def hour_of(settings: Settings, day: date) -> datetime:
    """When a day's digest is due, in UTC. Raises BadInput for a day outside the calendar."""
    return _at(settings, day, time(settings.digest_hour))


def due(engine: Engine, settings: Settings, moment: datetime) -> datetime:
    """When the digest is to run next, as of ``moment``, in UTC.

    At its hour; at once where that has passed today without a successful run; after failed runs in 5, 10, 20, 40 and
    then every 60 minutes, until the day of the readers ends.
    """
    day = day_at(settings, moment)
    hour = hour_of(settings, day)
    if moment < hour:
        return hour
    tomorrow = day + timedelta(days=1)
    with reading(engine) as connection:
        done = last_done(connection, "digest", stamp(moment))
        failures, last = failed_since(connection, "digest", stamp(hour), stamp(moment))
    if done and done >= stamp(hour):
        return hour_of(settings, tomorrow)
    if not failures:
        return moment
    pause = min(MIN_PAUSE * 2 ** min(failures - 1, 9), MAX_PAUSE)
    again = max(min(read_moment(last) or moment, moment) + pause, moment)
    return again if again < _at(settings, tomorrow, time()) else hour_of(settings, tomorrow)


def _at(settings: Settings, day: date, hour: time) -> datetime:
    try:
        return datetime.combine(day, hour, _zone(settings)).astimezone(UTC)
    except OverflowError:
        raise BadInput(f"no digest of {day.isoformat()}") from None


def _zone(settings: Settings) -> ZoneInfo:
    try:
        return ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"no time zone {settings.time_zone!r}") from None
