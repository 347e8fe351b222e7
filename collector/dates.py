"""Times and days as pages and platforms write them."""

import re
import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

from .times import MAX_TIME_LENGTH, read_time

FIRST_YEAR = 1990
"""The web's: no post or page is older."""
EARLIEST = str(FIRST_YEAR)
SECONDS_A_DAY = 86_400
ISO = re.compile(r"\d{4}-\d\d-\d\d(?:$|[T ]\d\d:\d\d)")
ASCTIME = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) \+0000 (\d{4})", re.A)
"""X's times; ``read_time`` reads them too, in ten times the time."""
ENGLISH_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
LOADED_ON = date.today().isoformat()
"""What is from before that day needs no clock to be told from what lies ahead."""
EPOCH = re.compile(r"\d{9,19}(?:\.\d+)?", re.A)
DOTNET = re.compile(r"\\?/Date\((\d{9,19})(?:[+-]\d{4})?\)\\?/", re.A)
"""Thousandths of a second since 1970 as .NET writes them into JSON; what is beside them changes nothing."""
UTC_MARKS = ("Z", "+0000", "+00:00")
DAY_ZERO = date(1970, 1, 1).toordinal()
DIGITS = tuple(f"{number:02}" for number in range(60))
LATEST_SECOND = 5_000_000_000
"""Of a number of seconds since 1970 (the year 2128); a larger one counts thousandths, millionths or billionths."""


def utc(value: object, locale: str | None = None) -> str | None:
    """A platform's or page's time as ``YYYY-MM-DDTHH:MM:SSZ``; a bare day stays a day; None where it is neither.

    Takes whatever ``read_time`` reads (ISO 8601, RFC 5322, asctime, days in words of many languages) and the time
    since 1970 in seconds, milliseconds or microseconds, as a number or as digits. A time without a zone is taken as
    UTC; one whose zone is not known gives its day. ``locale`` (``en-US``, ``de``) tells the order of day and month.
    None, too, for what stands for no time: before 1990, or after tomorrow.
    """
    at = _plain(value) if type(value) is str else None
    return plausible(at or any_time(value, locale))


def plausible(at: str | None) -> str | None:
    """A time or day as ``utc`` writes them, where something may have been posted then: from 1990 until tomorrow."""
    return at if at and at[:10] >= EARLIEST and (at < LOADED_ON or at[:10] <= _tomorrow()) else None


def any_time(value: object, locale: str | None = None) -> str | None:
    """``utc`` of any year: for times that somebody asks about, which may lie ahead."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _since_1970(value) or (any_time(str(value)) if type(value) is int and 0 < value < 10**14 else None)
    if not isinstance(value, str):
        return None
    if (at := _plain(value)) is not None:
        return at
    text = value[: MAX_TIME_LENGTH + 1].strip()
    if (found := ASCTIME.fullmatch(text)) and found[1] in ENGLISH_MONTHS:
        text = f"{found[4]}-{ENGLISH_MONTHS.index(found[1]) + 1:02}-{found[2]}T{found[3]}Z"
    if ISO.match(text):
        try:
            moment = datetime.fromisoformat(text)
            if len(text) == 10 or (len(text) == 20 and text[-1] == "Z" and text[10] == "T"):
                return text
            return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError):
            pass
    if found := DOTNET.fullmatch(text):
        text = found[1]
    if EPOCH.fullmatch(text) and (since := _since_1970(float(text))):
        return since
    if "&" in text or "%" in text:
        text = unquote(unescape(text))
    written = read_time(text, locale)
    return written.utc(assumed=UTC) if written else None


def _plain(text: str) -> str | None:
    """A time written ``YYYY-MM-DDTHH:MM:SSZ``, perhaps with thousandths or ``+0000``, as most platforms do; None for any other text."""
    length = len(text)
    if not (text[19:] in UTC_MARKS or (length == 24 and text[19] == "." and text[-1] == "Z")):
        return None
    if not (text[10] == "T" and text[16] == ":" and text[13] == ":" and text[7] == "-"):
        return None
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text if length == 20 else f"{text[:19]}Z"


def _since_1970(number: float) -> str | None:
    """A number of seconds, or of thousandths, millionths or billionths of one, since 1970; None before 1990."""
    if number >= LATEST_SECOND:
        unit = next((unit for unit in (10**3, 10**6, 10**9) if number < LATEST_SECOND * unit), None)
        if unit is None:
            return None
        number /= unit
    if not number > 0:
        return None
    moment = _second_of(number) if type(number) is int else stamp(datetime.fromtimestamp(number, UTC))
    return moment if moment >= EARLIEST else None


def _second_of(number: int) -> str:
    """A second since 1970 as ISO 8601 in UTC. Posts that are read together share their days."""
    day, second = divmod(number, SECONDS_A_DAY)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{_day(day)}T{DIGITS[hour]}:{DIGITS[minute]}:{DIGITS[second]}Z"


@lru_cache(maxsize=1024)
def _day(number: int) -> str:
    """A day since 1970, as ISO 8601."""
    return date.fromordinal(DAY_ZERO + number).isoformat()


def _tomorrow() -> str:
    return _day(int(time.time()) // SECONDS_A_DAY + 1)


def stamp(moment: datetime) -> str:
    """An aware time as ISO 8601 in UTC, whole seconds."""
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def now() -> str:
    """The current time as ISO 8601 in UTC."""
    return stamp(datetime.now(UTC))


@lru_cache(maxsize=4096)
def moment(text: str | None) -> datetime | None:
    """A stored time or day as an aware datetime; None where it is None or cannot be read."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


def known_moment(text: str) -> datetime:
    """A stored time or day that is known to be one, as an aware datetime."""
    found = moment(text)
    assert found is not None
    return found


MAX_CLOCK_SKEW = timedelta(minutes=15)
"""How far two clocks may differ."""


def judged(
    posted_at: str | None,
    *,
    indexed_at: str | None,
    parent_at: str | None,
    seen_at: str,
    skew: timedelta = MAX_CLOCK_SKEW,
) -> str | None:
    """When a post was made, checked against other clocks; None where no time can be trusted.

    ``posted_at`` comes from the author's software and may be forged; ``indexed_at`` is the platform's own
    clock; ``parent_at`` is the time of what the post answers; ``seen_at`` is when it was fetched.

    ``posted_at`` is accepted where it is 1990 or later, not before the parent, and at most ``skew`` after both
    ``indexed_at`` and ``seen_at`` (Bluesky treats its own ``createdAt`` the same: docs.bsky.app, "Timestamps").
    Of a bare day, one day more is accepted, since some time zone is a day ahead. Otherwise ``indexed_at`` is
    returned where it passes the same checks, otherwise None. A ``parent_at`` that is impossible itself is ignored.
    Raises ValueError where ``seen_at`` is not a time.
    """
    seen = any_time(seen_at)
    if seen is None:
        raise ValueError(f"{seen_at!r} is no time")
    parent = _within(utc(parent_at), None, seen, skew)
    indexed = _within(utc(indexed_at), parent, seen, skew)
    posted = _within(utc(posted_at), parent, seen, skew)
    return posted if indexed is None else _within(posted, parent, indexed, skew) or indexed


def _within(at: str | None, earliest: str | None, latest: str, skew: timedelta) -> str | None:
    """``at`` where it lies between the bounds, else None; compared to the second, or to the day where one is a bare day."""
    if at is None:
        return None
    by_day = len(at) == len("YYYY-MM-DD") or len(latest) == len("YYYY-MM-DD")
    bound = _bound(latest, timedelta(days=1) if by_day else skew)
    known = min(len(at), len(earliest or at))
    return at if bound and at[: len(bound)] <= bound[: len(at)] and at[:known] >= (earliest or at)[:known] else None


@lru_cache(maxsize=4096)
def _bound(latest: str, span: timedelta) -> str | None:
    """The time by a span after another one; None where that is none."""
    last = moment(latest)
    try:
        return stamp(last + span) if last else None
    except OverflowError:
        return latest
