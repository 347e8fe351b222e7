"""The words of the mail in each language: phrases with their plurals, numbers, shares, days and times."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_timezone_location
from babel.numbers import format_decimal

from storywake.collector.dates import moment

from ..wording import network
from .readers import Language

SPACE = "\u00a0"
"""Between a number and its unit: no line breaks there."""
MINUS = "\u2212"
DAY_LENGTH = len("YYYY-MM-DD")


@cache
def phrases(language: Language) -> Mapping[str, Any]:
    """A language's phrases by key: each a text, or a table of its plural forms (CLDR's names) or of words."""
    source = resources.files("storywake.jobs.mail").joinpath("languages", f"{language}.toml")
    return tomllib.loads(source.read_text("utf-8"))


class Words:
    """What is said in a language, to a reader in a time zone, in a ``year``: days of others are told with theirs."""

    def __init__(self, language: Language, zone: str, year: int | None = None) -> None:
        self.language, self._year = language, year
        self._phrases = phrases(language)
        self._locale = Locale.parse(self._phrases["locale"])
        self._zone, self._zone_name = ZoneInfo(zone), zone

    def say(self, key: str, **values: object) -> str:
        """A phrase with its values in their places; what is in a value stays as it is."""
        return str(self._phrases[key]).format(**values)

    def many(self, key: str, n: int, **values: object) -> str:
        """A phrase in the plural form of a number, which stands at ``{n}``."""
        forms: dict[str, str] = self._phrases[key]
        return forms[self._locale.plural_form(n)].format(n=self.number(n), **values)

    def word(self, table: str, key: str) -> str:
        """A word of a table, as the stances are."""
        return str(self._phrases[table][key])

    def network(self, platform: str) -> str:
        """A platform as people call it: its own name, or the language's where it has none."""
        names: dict[str, str] = self._phrases["networks"]
        return names.get(platform) or network(platform)

    def number(self, n: int) -> str:
        """A whole number in the reader's digits and groups."""
        return str(format_decimal(n, locale=self._locale))

    def signed(self, n: int) -> str:
        """A number with its sign."""
        return ("+" if n > 0 else MINUS if n < 0 else "±") + self.number(abs(n))

    def share(self, share: float) -> str:
        """A share (0 to 1) in whole per cent."""
        return f"{self.number(round(100 * share))}{SPACE}%"

    def listed(self, items: list[str]) -> str:
        """Several things, separated by commas."""
        return ", ".join(items)

    def day(self, at: datetime) -> str:
        """A day with its weekday, written out."""
        return self._date(self._there(at), "day")

    def short_day(self, at: datetime) -> str:
        """A day in few letters, of a time that is the reader's already."""
        return self._date(at, "short_day")

    def time(self, at: datetime) -> str:
        """An hour and minute."""
        return str(format_time(self._there(at), "short", locale=self._locale))

    def when(self, at: str | None) -> str:
        """A stored time as people read it, or a day; "" where it is unknown."""
        then = moment(at)
        if at is None or then is None:
            return ""
        if len(at) <= DAY_LENGTH:
            return self._known_day(then)
        return self.say("at", day=self._known_day(self._there(then)), time=self.time(then))

    def span(self, length: timedelta) -> str:
        """A length of time in one unit, as ``9 minutes``."""
        return str(format_timedelta(length, threshold=1.5, locale=self._locale))

    def place(self) -> str:
        """The city that the time zone is named after; the zone's own name where it has none."""
        if "/" not in self._zone_name:
            return self._zone_name
        return str(get_timezone_location(self._zone, locale=self._locale, return_city=True))

    def _there(self, at: datetime) -> datetime:
        return at.astimezone(self._zone).replace(tzinfo=None)

    def _known_day(self, at: datetime) -> str:
        return self._date(at, "short_day" if self._year in (None, at.year) else "day_of_year")

    def _date(self, at: datetime, pattern: str) -> str:
        return str(format_date(at, self._phrases[pattern], locale=self._locale))
