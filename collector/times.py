"""One grammar of written times: ISO 8601, mail and feeds (RFC 5322), platforms, and what people write in many languages.

What a text leaves open stays open: a time of day whose zone is unknown gives its day alone, and a day that could be
another (``03/05/2024``) is read where language and country tell which, otherwise not at all.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .lexicon import cldr, word_lists

MAX_TIME_LENGTH = 100
"""Characters; no format of a time is longer."""
MAX_SEARCHED = 5_000
"""Characters of a text in which times are looked for."""
MAX_OFFSET = timedelta(hours=14)
"""No clock is farther from UTC."""
BUDDHIST_YEARS = 543
"""Thailand's years are ahead of the common era's by so many."""
WORD = r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0e31-\u0e4e]){1,24}"
"""Letters with the vowel signs of Hindi and Thai; no month's name is longer."""


class Written(NamedTuple):
    """A time found in a text."""

    day: date
    clock: time | None  # None: the day alone is written
    zone: tzinfo | None  # None: the text names none, or one that is not known
    zone_unknown: bool  # the text names a zone that is not known
    start: int  # where it stands in the text
    end: int

    def utc(self, assumed: tzinfo | None = None) -> str:
        """The time as ISO 8601 in UTC, or its day where the zone is open; ``assumed`` is the zone where none is named."""
        zone = self.zone or (None if self.zone_unknown else assumed)
        if self.clock is None or zone is None:
            return self.day.isoformat()
        try:
            moment = datetime.combine(self.day, self.clock, zone).astimezone(UTC)
        except OverflowError:
            return self.day.isoformat()
        return f"{moment.replace(microsecond=0, tzinfo=None).isoformat()}Z"


@cache
def _months(language: str | None) -> dict[str, int]:
    """Month names and abbreviations of all languages, casefolded, each with its number.

    A word that means different months in different languages is read in the page's language alone.
    """
    found = {name: numbers[0] for name, numbers in cldr()["months"].items() if len(numbers) == 1}
    found |= {name: int(number) for number, names in word_lists("times")["months"].items() for name in names.split()}
    found |= word_lists("times")["months_of"].get(language or "", {})
    return {name: number for name, number in found.items() if re.fullmatch(WORD, name)}


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(cldr()["weekdays"])


@cache
def _zones_in_words() -> re.Pattern[str]:
    """What names a zone in words: ``Moscow time``, ``(heure de Paris)``."""
    phrases = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in word_lists("times")["zones_in_words"])
    return re.compile(rf"{BETWEEN}[(\[]?(?P<phrase>{phrases})\b[)\]]?", re.IGNORECASE)


@cache
def _listed(table: str, name: str) -> frozenset[str]:
    return frozenset(word_lists("times")[table][name].split())


YEAR, DAY = r"(?P<y>\d{4})", r"(?P<d>\d{1,2})"
FORMATS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.,/-]){YEAR}(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep){DAY}(?!\d|[-/]\d)",
        r"(?<![\d.,/-])(?P<a>\d{1,2})(?P<sep>\.\s?|/|-)(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4}|\d\d(?![\d:.]))(?!\d|[-/]\d)",
        rf"(?<![\d.,:/-]){DAY}(?:st|nd|rd|th|er|º|ª|\.|:[ae])?,?(?:\s{{1,4}}|(?P<sep>[-/]))(?:de\s{{1,4}}|d['’]\s{{0,4}}|of\s{{1,4}})?(?P<word>{WORD})"
        rf"(?:(?P=sep)|\.?,?\s{{1,4}})(?:de\s{{1,4}}|del\s{{1,4}})?(?P<y>\d{{4}}|['’‘]\d\d|\d\d(?=\s{{1,4}}\d{{1,2}}:))(?!\d)",
        rf"\b(?P<word>{WORD})\.?\s{{1,4}}{DAY}(?:st|nd|rd|th)?\.?,?\s{{1,4}}(?P<y>\d{{4}}|['’‘]\d\d)(?!\d)",
        rf"\b(?P<word>{WORD})\s{{1,4}}{DAY}\s{{1,4}}(?P<clock>\d\d?:\d\d(?::\d\d)?\s{{1,4}}(?:[A-Z]{{1,5}}\s{{1,4}}|[+-]\d{{4}}\s{{1,4}})?){YEAR}(?!\d)",
        rf"(?<!\d){YEAR}\.?\s{{1,4}}(?:m\.\s{{1,4}}|gada\s{{1,4}})?(?:{DAY}\.\s{{1,4}})?(?P<word>{WORD})(?:\s{{1,4}}(?P<dd>\d{{1,2}})(?!\d))?",
        rf"(?<!\d){YEAR}\s{{0,4}}[年년]\s{{0,4}}(?P<m>\d{{1,2}})\s{{0,4}}[月월]\s{{0,4}}{DAY}\s{{0,4}}[日일]",
    )
)
"""ISO and year first; numbers; day and month's name; month's name first; asctime; Hungarian and Baltic; Chinese, Japanese, Korean."""
NUMBERS = re.compile(
    r"(?P<y>\d{4})(?:(?P<m>\d\d)(?P<d>\d\d)|-?W(?P<week>\d\d)-?(?P<weekday>[1-7])|-(?P<ordinal>\d{3}))(?=$|\D|\d{4}(?:\d\d)?$)"
)
"""Compact days, and days by week and by number of the year (ISO 8601, 5.2)."""
BETWEEN = r"[\s,;|·•—–-]{0,6}"
FILLER = re.compile(rf"{BETWEEN}(?:[(\[（]\w{{1,4}}[)\]）]\s{{0,4}})?(?P<word>{WORD})\.?(?![\w/+])")
HALF = r"[AaPp]\.?\s?[Mm]\b\.?|[πμ]\.?μ\.?|(?:ap|ip|fm|em)\b\.?"
"""Before or after noon: English, Spanish, Greek, Finnish, Swedish."""
CLOCK = re.compile(
    rf"(?:[Tt_]|:(?=\d\d:)|{BETWEEN}(?:[(\[（]\w{{1,4}}[)\]）]\s{{0,4}})?)(?P<half>午前|午後|上午|下午|오전|오후)?\s{{0,4}}"
    r"(?P<h>\d{1,2})(?:\s?[:.hч時时시点]\s?(?P<i>\d\d)(?!\d)(?::(?P<s>\d\d))?(?:[.,]\d{1,9}(?!\d))?|(?=\s?[AaPp]\.?[Mm]\b)|(?=[Zz+-]))분?"
    rf"(?:\s?(?P<after>{HALF}))?"
)
COMPACT_CLOCK = re.compile(r"[T_ ]?(?P<h>\d\d)(?P<i>\d\d)(?P<s>\d\d)?(?:[.,]\d{1,9})?(?!\d)")
OFFSET = re.compile(r"\s{0,4}[(\[]?\s{0,4}(?:UTC|GMT|UT|Z)?\s?(?P<sign>[+\-−])(?P<h>\d\d?)(?::?(?P<i>\d\d))?(?![\d:-])")
REGION = re.compile(r"\s{0,4}[(\[]?(?P<region>[A-Z][A-Za-z]{1,20}(?:/[A-Z][A-Za-z_-]{1,40}){1,2})\]?")
HYPHENS = {0x2010: "-", 0x2011: "-"}
"""Signs that publishing systems put for a hyphen, so that no line breaks there."""
ZONE = re.compile(r"\s{0,4},?\s{0,4}[(\[]?(?P<name>[A-Z]{1,5}|мск|МСК|z)\b(?![.'’-]\w)")
LEADING = re.compile(rf"[)\]]?{BETWEEN}(?:{WORD}\.?{BETWEEN}){{0,2}}")
EARLIER_CLOCK = re.compile(
    rf"(?<![\d.:])(?P<h>\d\d?)(?::|\.(?=\d\d\s?(?:{HALF}|[Uu]hr\b|uur\b)))(?P<i>\d\d)(?::(?P<s>\d\d))?(?:\s?(?P<after>{HALF}))?(?![\d:])"
)
MAX_BEFORE, MAX_FILLERS = 40, 3
"""Characters before a day in which its time of day is looked for; words between a day and its time of day."""


class _Day(NamedTuple):
    day: date
    start: int
    end: int
    clock: str = ""  # what asctime writes between day and year


def read_time(text: str, locale: str | None = None) -> Written | None:
    """The time that the whole of ``text`` writes, weekday and remarks in brackets left aside; None where it is none.

    ``locale`` (``en-US``, ``de``) is the language and country that it comes from.
    """
    text = text.strip().translate(HYPHENS)
    if len(text) > MAX_TIME_LENGTH:
        return None
    found = _compact(text, locale) or next(find_times(text, locale), None)
    if found is None or not re.fullmatch(rf"\W*(?:{WORD}\W+){{0,2}}", text[: found.start]):
        return None
    return found if re.fullmatch(rf"\W*(?:\([^()]*\))?(?:\W*{WORD})?\W*", text[found.end :]) else None


def find_times(text: str, locale: str | None = None) -> Iterator[Written]:
    """The times written in the first ``MAX_SEARCHED`` characters of ``text``, in order."""
    text, start = text[:MAX_SEARCHED], 0
    while day := _first_day(text, locale, start):
        written = _clocked(text, day, locale)
        yield written
        start = max(written.end, day.end)


def find_day(text: str, locale: str | None = None) -> tuple[str, int, int] | None:
    """The first day written in ``text``: (``YYYY-MM-DD``, start, end of its match), or None."""
    found = _first_day(text, locale, 0)
    return (found.day.isoformat(), found.start, found.end) if found else None


def _first_day(text: str, locale: str | None, start: int) -> _Day | None:
    found = []
    for pattern in FORMATS:
        for match in pattern.finditer(text, start):
            day = _day(match, locale)
            if day:
                found.append(_Day(day, match.start(), match.end(), match.groupdict().get("clock") or ""))
                break
    return min(found, key=lambda day: (day.start, -day.end), default=None)


def _day(match: re.Match[str], locale: str | None) -> date | None:
    """The day of a match, or None where it is none or could be another."""
    told = match.groupdict()
    language = _language(locale)
    year, day = told["y"], told.get("d") or told.get("dd")
    month: int | None
    if told.get("word"):
        month = _months(language if language in word_lists("times")["months_of"] else None).get(told["word"].casefold())
    elif told.get("a") and _is_year_first(told, language):
        year, month, day = told["a"], int(told["b"]), year
    elif told.get("a"):
        numbers = _ordered(int(told["a"]), int(told["b"]), told["sep"], locale)
        if numbers is None or (
            len(year) == 2 and not (told["sep"][0] == "." and language in _listed("order", "short_year"))
        ):
            return None
        day, month = str(numbers[0]), numbers[1]
    else:
        month = int(told["m"])
    return _date(_year(year), month, int(day)) if day and month else None


def _is_year_first(told: dict[str, str], language: str) -> bool:
    return (
        told["sep"] == "-"
        and len(told["a"]) == len(told["y"]) == 2
        and language in _listed("order", "short_year_first")
    )


def _language(locale: str | None) -> str:
    return (locale or "").replace("_", "-").split("-")[0].lower()


def _country(locale: str | None) -> str:
    return next((part.upper() for part in (locale or "").replace("_", "-").split("-")[1:] if len(part) == 2), "")


def _year(text: str) -> int:
    """A year; of two digits as RFC 5322 (4.3) reads them, of the Buddhist era in ours."""
    digits = text.lstrip("'’‘")
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year - BUDDHIST_YEARS if 2400 < year < 2700 else year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ordered(first: int, second: int, separator: str, locale: str | None) -> tuple[int, int] | None:
    """Day and month of two numbers; None where they could be either."""
    if first > 12 or first == second or separator.startswith("."):
        return first, second
    if second > 12:
        return second, first
    country = _country(locale)
    if country in _listed("order", "either") or (not country and _language(locale) in ("", "en")):
        return None
    return (second, first) if country in _listed("order", "month_first") else (first, second)


def _compact(text: str, locale: str | None) -> Written | None:
    """A time that begins with a day in digits alone, or by its week or number in the year."""
    match = NUMBERS.match(text)
    if match is None:
        return None
    told = match.groupdict()
    try:
        if told["m"]:
            day = date(int(told["y"]), int(told["m"]), int(told["d"]))
        elif told["week"]:
            day = date.fromisocalendar(int(told["y"]), int(told["week"]), int(told["weekday"]))
        else:
            day = date(int(told["y"]), 1, 1) + timedelta(days=int(told["ordinal"]) - 1)
    except (ValueError, OverflowError):
        return None
    if not told["week"] and day.year != int(told["y"]):
        return None
    clock = COMPACT_CLOCK.match(text, match.end()) or CLOCK.match(text, match.end())
    return _with(text, day, (match.start(), match.end()), clock, locale)


def _clocked(text: str, found: _Day, locale: str | None) -> Written:
    """A day with the time of day that stands beside it."""
    if found.clock:
        inner = _with(found.clock, found.day, (0, 0), CLOCK.match(found.clock), locale)
        return inner._replace(start=found.start, end=found.end)
    start = found.end
    for _ in range(MAX_FILLERS):
        word = FILLER.match(text, start)
        if word is None or word["word"].casefold() not in _listed("clock", "beside"):
            break
        start = word.end()
    written = _with(text, found.day, (found.start, found.end), CLOCK.match(text, start), locale)
    return written if written.clock else _with_earlier(text, written, locale)


def _with_earlier(text: str, day: Written, locale: str | None) -> Written:
    """A day with the time of day that stands right before it: ``10:30 AM ET, March 5, 2024``."""
    start = max(0, day.start - MAX_BEFORE)
    for clock in EARLIER_CLOCK.finditer(text[start : day.start]):
        moment = _time(clock)
        zone, unknown, end = _zone(text, start + clock.end(), locale)
        if moment and end <= day.start and _leads_to_day(text[end : day.start]):
            return Written(day.day, moment, zone, unknown, start + clock.start(), day.end)
    return day


def _leads_to_day(between: str) -> bool:
    """Whether what stands between a time of day and a day is nothing but a weekday and what leads to it: ``ET, Tue``, ``, den``."""
    said = {word.casefold() for word in re.findall(WORD, between)}
    return bool(LEADING.fullmatch(between)) and said <= _listed("clock", "leading") | _weekdays()


def _with(text: str, day: date, place: tuple[int, int], clock: re.Match[str] | None, locale: str | None) -> Written:
    moment = _time(clock) if clock else None
    if clock and _is_midnight_after(clock) and day < date.max:
        moment, day = time(), day + timedelta(days=1)
    if clock is None or moment is None:
        return Written(day, None, None, False, *place)
    zone, unknown, end = _zone(text, clock.end(), locale)
    return Written(day, moment, zone, unknown, place[0], end)


def _time(match: re.Match[str]) -> time | None:
    """The time of day of a match; None where there is no such time."""
    told = match.groupdict()
    hour = int(told["h"])
    half = (told.get("half") or told.get("after") or "").casefold().replace(" ", "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in _listed("clock", "pm") else 0)
    try:
        return time(hour, int(told["i"] or 0), 59 if told["s"] == "60" else int(told["s"] or 0))  # a leap second
    except ValueError:
        return None


def _is_midnight_after(clock: re.Match[str]) -> bool:
    """Whether a time of day is the end of its day, ``24:00``."""
    told = clock.groupdict()
    return told["h"] == "24" and not int(told["i"] or 0) and not int(told["s"] or 0)


def _zone(text: str, start: int, locale: str | None) -> tuple[tzinfo | None, bool, int]:
    """The zone that follows a time of day: (zone, whether one is named that is not known, end)."""
    filler = FILLER.match(text, start)
    if filler and filler["word"].casefold() in _listed("clock", "beside"):
        start = filler.end()
    if match := _zones_in_words().match(text, start):
        zone = _region(word_lists("times")["zones_in_words"].get(" ".join(match["phrase"].casefold().split()), ""))
        return zone, zone is None, match.end()
    if match := OFFSET.match(text, start):
        offset = timedelta(hours=int(match["h"]), minutes=int(match["i"] or 0))
        if offset > MAX_OFFSET:
            return None, True, match.end()
        beside = REGION.match(text, match.end())
        return timezone(offset if match["sign"] == "+" else -offset), False, beside.end() if beside else match.end()
    if match := REGION.match(text, start):
        zone = _region(match["region"])
        return zone, zone is None, match.end()
    if match := ZONE.match(text, start):
        name, lists = match["name"].casefold(), word_lists("times")
        known = lists["zones_of"].get(_country(locale), {}).get(name, lists["zones"].get(name))
        zone = (
            _region(known) if isinstance(known, str) else None if known is None else timezone(timedelta(minutes=known))
        )
        return zone, zone is None, match.end()
    return None, False, start


@cache
def _region(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
