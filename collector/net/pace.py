"""The pace, rate limits and rules of each host."""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from protego import Protego

from ..dates import any_time, moment
from ..errors import TryLater

MAX_RATE_LIMIT_WAIT = 900.0
"""Seconds; the longest wait honoured from a rate-limit header. The platforms' windows last 15 minutes at most."""
MAX_RETRY_AFTER = 86_400.0
"""Seconds; the longest Retry-After that is honoured. A longer one is taken for a mistake and cut to ``MAX_RATE_LIMIT_WAIT``."""


SECONDS = re.compile(r"(\d{1,16}(?:\.\d{1,9})?)\d*+\s{0,4}(?:s|secs?|seconds?)?\s{0,4}(?:[,;].*)?", re.I | re.A | re.S)
"""A number of seconds, or since 1970, as Retry-After has it; what follows it is left aside."""
LASTING = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s{0,4}(milli|ms|[smhd])[a-z]{0,12}", re.I | re.A)
"""A part of a time that lasts: ``2 minutes``, ``1m30s``, ``PT2M``."""
UNITS = {"milli": 0.001, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
MAX_LASTING = 60
"""Characters of such a time."""
LEFT, UNTIL = re.compile(r"\b(?:r|remaining)=(\d{1,9})\b", re.A), re.compile(r"\b(?:t|reset)=(\d{1,9})\b", re.A)
"""What remains, and the seconds until it is refilled, as the header ``RateLimit`` tells both: ``"day";r=0;t=6``, ``remaining=0, reset=6``."""


class Standing(NamedTuple):
    """For how many seconds a host is not to be asked, and why."""

    paced: float = 0.0  # until its pace allows the next request
    limited: float = 0.0  # until its rate limit resets
    closed: float = 0.0  # until it wants to be asked again


class Host:
    """The pace and rules of one host, named by its scheme and host. Times are in seconds by ``clock``."""

    def __init__(self, name: str, delay: float, concurrency: int, clock: Callable[[], float]) -> None:
        self.name = name
        self.delay = delay
        self.slots = asyncio.Semaphore(concurrency)
        self._others = concurrency - 1
        self.pace = asyncio.Lock()
        self.next_start = 0.0
        self.limited_until = 0.0
        self.closed_until = 0.0
        self.session = ""  # the token of a session that was opened there
        self.silent_since: float | None = None
        self.rules: Protego | None = None
        self.rules_until = 0.0
        self.rules_lock = asyncio.Lock()
        self._clock = clock
        self._under_way = 0

    @property
    def busy(self) -> bool:
        """Whether a request is under way."""
        return self._under_way > 0

    def wait(self) -> float:
        """Seconds until the next request may start; negative where it may already."""
        return max(self.next_start, self.limited_until) - self._clock()

    def closed(self) -> float:
        """Seconds for which the host still asks to be left alone; 0 where it does not."""
        return max(0.0, self.closed_until - self._clock())

    def standing(self) -> Standing:
        """When it may be asked again, for another process."""
        at = self._clock()
        return Standing(*(max(0.0, until - at) for until in (self.next_start, self.limited_until, self.closed_until)))

    def learn(self, standing: Standing) -> None:
        """Heeds what another process learned of it."""
        at = self._clock()
        self.next_start = max(self.next_start, at + standing.paced)
        self.limited_until = max(self.limited_until, at + standing.limited)
        self.closed_until = max(self.closed_until, at + standing.closed)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Holds the next request until the rate limit resets, where an answer says that none remain.

        Where no pace is kept, others may be under way that the answer does not count: they are left for these.
        """
        remaining = _first(headers, "x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
        reset = _first(headers, "x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
        spare = 0 if self.delay else self._others
        for left, until in ((remaining, reset), *_limits(headers.get("ratelimit") or "")):
            wait = seconds_until(until, datetime.now(UTC))
            left = (left or "").strip().split(".")[0]
            if wait is not None and left.isdecimal() and int(left[:9]) <= spare:
                self.limited_until = max(self.limited_until, self._clock() + min(wait, MAX_RATE_LIMIT_WAIT))

    def renew(self, concurrency: int) -> None:
        """Prepares the host for another event loop; its pace, limits and rules stay."""
        self.slots = asyncio.Semaphore(concurrency)
        self._others = concurrency - 1
        self.pace = asyncio.Lock()
        self.rules_lock = asyncio.Lock()
        self.silent_since, self._under_way = None, 0

    def asked(self) -> None:
        """Call when a request is sent."""
        self._under_way += 1
        if self.silent_since is None:
            self.silent_since = self._clock()

    def spoke(self, spoke: bool) -> None:
        """Call when an answer begins."""
        self.silent_since = self._clock() if spoke and self._under_way > 1 else None

    def done(self, spoke: bool) -> None:
        """Call when a request is over; ``spoke`` tells whether it was answered."""
        self._under_way -= 1
        if spoke and not self._under_way:
            self.silent_since = None

    def silent(self) -> float:
        """Seconds since requests have gone unanswered; 0 where the last one was answered."""
        return 0.0 if self.silent_since is None else self._clock() - self.silent_since


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for; None where it cannot be read.

    RFC 9110, 10.2.3: seconds or a date; some servers send fractions, units, it twice, how long it lasts, or another form of time. More
    than a day is cut to 900 s.
    """
    value = (value or "").strip().strip("'\"")
    found = SECONDS.fullmatch(value)
    number = float(found[1]) if found else 0.0
    lasting = None if found else _lasting(value)
    if found and number < 1e9:
        asked = number
    elif lasting is not None:
        asked = lasting
    else:
        then = moment(any_time(found[1] if found else value))
        if then is None:
            return MAX_RATE_LIMIT_WAIT if found else None
        asked = max(0.0, (then - now).total_seconds())
    return asked if asked <= MAX_RETRY_AFTER else MAX_RATE_LIMIT_WAIT


def _lasting(value: str) -> float | None:
    """The seconds of a time that lasts; None where a value is none."""
    if len(value) > MAX_LASTING or LASTING.sub("", value).strip(" ,.PTpt"):
        return None
    parts = LASTING.findall(value)
    return sum(float(number) * UNITS[unit.lower()] for number, unit in parts) if parts else None


def _limits(header: str) -> list[tuple[str, str]]:
    """What remains of each limit, and the seconds until it is refilled, by the header ``RateLimit`` (draft-ietf-httpapi-ratelimit-headers)."""
    items = header[:1000].split(",") if ";" in header else [header[:1000]]
    found = [(LEFT.search(item), UNTIL.search(item)) for item in items]
    return [(left[1], until[1]) for left, until in found if left and until]


def seconds_until(value: str | None, now: datetime) -> float | None:
    """Seconds until a rate limit resets; None where the header cannot be read.

    Platforms send a Unix time (X, Bluesky), an ISO 8601 time (Mastodon), or the seconds left (Reddit, RFC draft).
    """
    if not value:
        return None
    try:
        number = float(value)
    except ValueError:
        try:
            return max(0.0, (datetime.fromisoformat(value.strip()) - now).total_seconds())
        except (ValueError, TypeError, OverflowError):
            return None
    return max(0.0, number - now.timestamp()) if number > 1e9 else max(0.0, number)


def _first(headers: Mapping[str, str], *names: str) -> str | None:
    return next((headers[name] for name in names if headers.get(name)), None)


class Patience:
    """The seconds that one ``get`` has left, and whether it may try again."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self._late = 0

    def again(self, error: BaseException) -> bool:
        """Whether to try again: after a temporary fault, once after a failed connection, never where an answer used up its time."""
        if not isinstance(error, TryLater):
            return False
        self._late += error.late
        return not error.spent and self._late < 2 and self.left > 0
