"""Numbers, times and addresses as spreadsheets and tools write them into cells."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..dates import EPOCH, SECONDS_A_DAY, stamp, utc
from ..times import find_day
from ..values import UNITS, clean, language

NOTHING = frozenset(("", "-", "--", "n/a", "na", "nan", "nat", "none", "null", "undefined", "<na>", "#n/a", "[]", "{}"))
YES = frozenset(("yes", "true", "1", "1.0", "y", "t", "kyllä", "ja", "oui", "si", "sí", "да"))
LANGUAGES = {
    "english": "en", "finnish": "fi", "swedish": "sv", "german": "de", "french": "fr", "spanish": "es", "russian": "ru", "ukrainian": "uk",
    "italian": "it", "portuguese": "pt", "dutch": "nl", "norwegian": "no", "danish": "da", "polish": "pl", "estonian": "et", "czech": "cs",
    "turkish": "tr", "arabic": "ar", "chinese": "zh", "japanese": "ja", "korean": "ko", "greek": "el", "hungarian": "hu", "romanian": "ro",
}  # fmt: skip
"""Languages as Meltwater and Talkwalker name them."""
SPACES = re.compile("(?<=[0-9])[\\s\u00a0\u202f\u2009'’](?=[0-9])")
SHORT = re.compile(r"\A(\d+(?:[.,]\d+)?)\s*([^\W\d_]{1,4})\.?")
WHOLE = re.compile(r"(\d+)(?:[.,]0{1,2})?")
GROUPED = re.compile(r"(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*|\d{1,2}(?:,\d{2})+,\d{3})(?:[.,]0{1,2})?")
MAX_COUNT = 1 << 53
FIRST_SERIAL, LAST_SERIAL = 29_221, 73_051
"""Excel's days of 1980 and 2100: smaller and larger numbers are none of its times."""
EXCEL_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
LOCALES = {"dmy": "en-GB", "mdy": "en-US"}
"""A country that writes days in an order."""
SERIAL = re.compile(r"\d{5}(?:[.,]\d{1,12})?")
EXPONENT = re.compile(r"\d\.\d{1,18}[eE]\+?\d{1,2}")
MAX_TIME_LENGTH = 60
DAY = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:,?\s+(?:(?:klo|kl\.?|um|at|à|a las|в|о|o)\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*([AaPp])?\.?(?:[Mm]\.?)?)?"
)
ZONE = re.compile(r"(?:US|[A-Z][a-z]+)(?:/[A-Za-z0-9_+-]{2,30}){1,2}|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|[A-Z]{2,5}")
"""A zone, as a column's name has it in parentheses."""
ZONED = re.compile(
    r"\b(?![AP]M)[A-Z]{2,5}\)?$|[:.]\d{2}(?:\.\d{1,9})?(?:Z|\s?(?:[AP]M\s)?\(?(?:(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|(?![AP]M)[A-Z]{3,5})\b)"
)
"""What a time has that tells its own zone: at its end, or behind the clock."""
MONTH_WORD = re.compile(r"[^\W\d_]{3}")
CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.h](\d{2})(?!\d)")
REACTIONS = re.compile(r"(?<![\d.,-])\d+(?:[.,]\d+)*(?:[KkMm]\b)?")
ADDRESS_BREAK = re.compile(r"[,;|\s]{1,8}(?=https?://)|[\"'\[\]\s<>]+")


HYPERLINK = re.compile(r'=HYPERLINK\(\s{0,9}"(https?://[^"\s]{1,2000})"', re.I)
"""A spreadsheet's formula that shows a link."""


def filled(value: Any) -> str | None:
    """A cell's words, of a link's formula its address; None where it says that there is nothing. A number is written out."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < MAX_COUNT else repr(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**100 else None
    if not isinstance(value, str):
        return None
    words = clean(value).strip()
    formula = HYPERLINK.match(words) if words[:1] == "=" else None
    if formula:
        return formula[1]
    return None if words.casefold() in NOTHING else words


def is_yes(value: Any) -> bool:
    """Whether a cell says yes."""
    return (filled(value) or "").casefold() in YES


def language_of(value: Any) -> str | None:
    """The code of the first language that a cell tells, by its code or its English name."""
    told = (filled(value) or "").split(",")[0].strip()
    return LANGUAGES.get(told.casefold()) or language(told)


def number(value: Any) -> int | None:
    """A count: ``20``, ``20.0``, ``1,204``, ``1 204``, ``1.2K``, ``1,2 tsd.``; None where it is none, or broken."""
    words = filled(value)
    if words is None or len(words) > 40:
        return None
    words = SPACES.sub("", words)
    found = WHOLE.fullmatch(words)
    if found:
        return _within(int(found[1]))
    found = GROUPED.fullmatch(words)
    if found:
        return _within(int(re.sub(r"[.,]", "", found[1])))
    found = SHORT.fullmatch(words)
    unit = UNITS.get(found[2].casefold()) if found else None
    return _within(round(float(found[1].replace(",", ".")) * unit)) if found and unit else None


def total(value: Any) -> int | None:
    """A count, or the sum of the counts in a list of reactions such as ``👍: 30, ❤: 4``."""
    known = number(value)
    words = filled(value)
    if known is not None or words is None:
        return known
    parts = [number(part) for part in REACTIONS.findall(words[:2000])]
    return sum(p for p in parts if p is not None) if parts and None not in parts else None


def _within(value: int) -> int | None:
    return value if value <= MAX_COUNT else None


def day_order(cells: Iterable[Any]) -> str | None:
    """How a column of days is written, "dmy" or "mdy", by those that can be only one of them; None where none can or both are."""
    days = (DAY.fullmatch((filled(cell) or "")[:MAX_TIME_LENGTH]) for cell in cells)
    found = {_order(day) for day in days if day} - {None}
    return found.pop() if len(found) == 1 else None


def _order(parts: "re.Match[str]") -> str | None:
    """The order that a day itself tells: a number over twelve, points, or hours with AM and PM."""
    if int(parts[1]) > 12 or (parts[2] == "." and int(parts[3]) <= 12):
        return "dmy"
    return "mdy" if int(parts[3]) > 12 or parts[8] else None


def time(value: Any, order: str | None = None) -> str | None:
    """A cell's time as ``utc`` gives it, and Excel's days.

    ``order`` is the column's, see ``day_order``; a day in figures that neither settles is None.
    """
    words = filled(value)
    if words is None or len(words) > MAX_TIME_LENGTH:
        return None
    serial = float(words.replace(",", ".")) if SERIAL.fullmatch(words) else 0.0
    if FIRST_SERIAL <= serial < LAST_SERIAL:
        moment = stamp(EXCEL_ZERO + timedelta(seconds=round(serial * SECONDS_A_DAY)))
        return utc(moment[:10] if serial.is_integer() else moment)
    found = DAY.fullmatch(words)
    if not found:
        return utc(str(float(words)) if EXPONENT.fullmatch(words) else words) or _in_words(words)
    told = _order(found) or order
    if len(found[4]) == 2 or found[5]:
        year = f"20{found[4]}" if len(found[4]) == 2 else found[4]
        clock = ":".join(filter(None, found.group(5, 6, 7)))
        half = f" {found[8]}M" if found[8] else ""
        words = f"{words[: found.start(4)]}{year} {clock}{half}".strip()
    return utc(words, LOCALES[told]) if told else None


def in_zone(value: Any, zone: str, order: str | None = None) -> str | None:
    """A cell's time where its column names the zone of those without one: ``Europe/Helsinki``, ``EST``, ``GMT+2``; a zone that is
    not known, or not told (""), leaves the day.
    """
    moment = time(value, order)
    words = filled(value) or ""
    if moment is None or len(moment) == 10 or ZONED.search(words) or _is_since_1970(words):
        return moment
    if not zone:
        return moment[:10]
    at = datetime.fromisoformat(moment)
    if "/" in zone:
        try:
            return stamp(at.replace(tzinfo=ZoneInfo(zone)))
        except (ZoneInfoNotFoundError, OverflowError, OSError, ValueError):
            return moment[:10]
    noon = utc(f"{moment[:10]} 12:00 {zone}")
    return (
        stamp(at + (datetime.fromisoformat(f"{noon}") - at.replace(hour=12, minute=0, second=0)))
        if noon and len(noon) > 10
        else moment[:10]
    )


def _is_since_1970(words: str) -> bool:
    return bool(EPOCH.fullmatch(words) or EXPONENT.fullmatch(words))


def _in_words(words: str) -> str | None:
    """The time of a day whose month is a word of any language, and of the clock behind it: ``5 mars 2024 à 10:15``."""
    day = find_day(words)
    if day is None or day[1] > 0 or not MONTH_WORD.search(words, 0, day[2]):
        return None
    clock = CLOCK.search(words, day[2])
    return utc(f"{day[0]} {clock[1]}:{clock[2]}") if clock else utc(day[0])


def addresses(value: Any) -> tuple[str, ...]:
    """The http(s) addresses in a cell that holds one or several, also as a list, or objects with an address."""
    if isinstance(value, list):
        pieces = [_address_in(item) if isinstance(item, dict) else item for item in value[:200]]
        given = [piece for piece in pieces if isinstance(piece, str)]
    else:
        given = ADDRESS_BREAK.split(filled(value) or "")
    return tuple(dict.fromkeys(link for link in map(str.strip, given) if link.startswith(("http://", "https://"))))


def _address_in(item: dict[str, Any]) -> Any:
    return item.get("unwound_url") or item.get("expanded_url") or item.get("url")
