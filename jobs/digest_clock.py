"""When the digest is due: the days and hours of its readers, and when to try again after some were refused."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Engine

from storywake.collector.dates import moment as read_moment
from storywake.collector.dates import stamp
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.ledger import failed_since, last_done

MIN_PAUSE = timedelta(minutes=5)
MAX_PAUSE = timedelta(hours=1)


def today(settings: Settings) -> str:
    """The day, in the readers' time zone. Raises BadInput where there is no such zone."""
    return day_at(settings, datetime.now(UTC)).isoformat()


def day_at(settings: Settings, moment: datetime) -> date:
    """The readers' day at a time. Raises BadInput where their time zone is none."""
    return moment.astimezone(_zone(settings)).date()


def hour_of(settings: Settings, day: date) -> datetime:
    """When a day's digest is due, in UTC. Raises BadInput for a day before all calendars."""
    return _at(settings, day, time(settings.digest_hour))


def due(engine: Engine, settings: Settings, moment: datetime) -> datetime:
    """When the digest is to run next, seen from ``moment``.

    At its hour; at once where that has passed today and no run ended well since; after a run that failed, in 5, 10, 20, 40
    and then every 60 minutes, until the readers' day ends.
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
