"""Times and days as pages and platforms write them."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache

from .lexicon import cldr

MAX_TIME_LENGTH = 100
"""Characters; no format of a time is longer."""
WORD = r"[^\W\d_]+"


@cache
def months() -> dict[str, int]:
    """Month names and abbreviations in the languages of ``bench/cldr.py``, casefolded, each with its number (from CLDR).

    A word that means different months in different languages is left out.
    """
    found = {name: numbers[0] for name, numbers in cldr()["months"].items() if len(numbers) == 1}
    found |= {"sept": 9, "july": 7, "june": 6}
    return {name: number for name, number in found.items() if re.fullmatch(WORD, name)}


DAY_MONTH_YEAR = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?,?\s+(?:de\s+|d['’]\s*|of\s+)?({WORD})\.?,?\s+(?:de\s+|del\s+)?(\d{{4}})\b"
)
MONTH_DAY_YEAR = re.compile(rf"\b({WORD})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\.?,?\s+(\d{{4}})\b")
YEAR_MONTH_DAY_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
YEAR_MONTH_WORD_DAY = re.compile(rf"\b(\d{{4}})\.?\s+({WORD})\s+(\d{{1,2}})\b")
NUMERIC = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b|\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")


def find_day(text: str) -> tuple[str, int, int] | None:
    """The first day written out in ``text``: (``YYYY-MM-DD``, start, end of its match), or None."""
    found: list[tuple[int, int, str]] = []
    for pattern, order in (
        (DAY_MONTH_YEAR, "dmy"),
        (MONTH_DAY_YEAR, "mdy"),
        (YEAR_MONTH_WORD_DAY, "ymd"),
        (YEAR_MONTH_DAY_CJK, "ymd"),
    ):
        for match in pattern.finditer(text):
            values = dict(zip(order, match.groups(), strict=True))
            month = int(values["m"]) if values["m"].isdigit() else months().get(values["m"].casefold())
            day = _day(int(values["y"]), month, int(values["d"]))
            if day:
                found.append((match.start(), match.end(), day))
                break
    for match in NUMERIC.finditer(text):
        if match[1]:
            day = _day(int(match[1]), int(match[2]), int(match[3]))
        else:
            day = _day(int(match[6]), int(match[5]), int(match[4]))
        if day:
            found.append((match.start(), match.end(), day))
            break
    if not found:
        return None
    start, end, day = min(found)
    return day, start, end


def _day(year: int, month: int | None, day: int) -> str | None:
    try:
        return date(year, month or 0, day).isoformat()
    except ValueError:
        return None


def utc(text: object) -> str | None:
    """A platform's or page's time as ``YYYY-MM-DDTHH:MM:SSZ``; a bare day stays a day; None where it is neither.

    Takes ISO 8601, RFC 2822 (feeds, mail), Twitter's ``Wed Jan 07 11:07:51 +0000 2015`` and Unix seconds.
    A time without a zone is taken as UTC.
    """
    if isinstance(text, bool) or text is None:
        return None
    if isinstance(text, int | float):
        try:
            return stamp(datetime.fromtimestamp(text, UTC))
        except (ValueError, OverflowError, OSError):
            return None
    if not isinstance(text, str):
        return None
    text = text[: MAX_TIME_LENGTH + 1].strip()
    if len(text) > MAX_TIME_LENGTH:
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = find_day(text)
        return day[0] if day else None
    for read in (datetime.fromisoformat, _twitter_time, parsedate_to_datetime):
        try:
            moment = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if moment.tzinfo is UTC and text[10:11] == "T" and len(text) >= 20:
            return text[:19] + "Z"
        try:
            return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError):
            return None
    return None


def _twitter_time(text: str) -> datetime:
    return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")


def stamp(moment: datetime) -> str:
    """An aware time as ISO 8601 in UTC, whole seconds."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if moment.year >= 1000
        else moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    )


def now() -> str:
    """The current time as ISO 8601 in UTC."""
    return stamp(datetime.now(UTC))


def moment(text: str | None) -> datetime | None:
    """A stored time or day as an aware datetime; None where it is None or cannot be read."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


FIRST_YEAR = 1990
"""The web's: no post or page is older."""
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
    seen = utc(seen_at)
    if seen is None:
        raise ValueError(f"{seen_at!r} is no time")
    parent = _within(utc(parent_at), None, seen, skew)
    indexed = _within(utc(indexed_at), parent, seen, skew)
    posted = _within(utc(posted_at), parent, seen, skew)
    return _within(posted, parent, indexed or seen, skew) or indexed


def _within(at: str | None, earliest: str | None, latest: str, skew: timedelta) -> str | None:
    """``at`` where it lies between the bounds, else None; compared to the second, or to the day where one is a bare day."""
    last = moment(latest)
    if at is None or last is None or not at[:4].isdigit() or int(at[:4]) < FIRST_YEAR:
        return None
    by_day = len(at) == len("YYYY-MM-DD")
    try:
        bound = stamp(last + (timedelta(days=1) if by_day or len(latest) == len("YYYY-MM-DD") else skew))
    except OverflowError:
        bound = latest
    known = min(len(at), len(earliest or at))
    return at if at[: len(bound)] <= bound[: len(at)] and at[:known] >= (earliest or at)[:known] else None
