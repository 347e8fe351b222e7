"""What may be asked of platforms in a stretch of time, each in its own unit."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from ..dates import stamp


class Period(NamedTuple):
    """The stretch of time that a limit is for: so many days of a zone, today the last, or so many hours up to now."""

    said: str  # for people, after "spent"
    zone: str = "UTC"
    days: int = 1
    hours: int = 0  # where it rolls on with the clock; then days do not matter

    def mark(self, moment: datetime) -> str:
        """What a charge is kept under: a date of the zone, or a time where the stretch rolls on."""
        return stamp(moment) if self.hours else moment.astimezone(ZoneInfo(self.zone)).date().isoformat()

    def since(self, moment: datetime) -> str:
        """The earliest mark that counts at a moment."""
        if self.hours:
            return stamp(moment - timedelta(hours=self.hours))
        return (moment.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=self.days - 1)).isoformat()

    def ends(self, moment: datetime) -> datetime:
        """When more may be asked for, where everything is spent; an hour later where it rolls on."""
        if self.hours:
            return moment + timedelta(hours=1)
        zone = ZoneInfo(self.zone)
        tomorrow = moment.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), zone).astimezone(moment.tzinfo)


UTC_DAY = Period("today (UTC)")


class Budget(NamedTuple):
    """How much of one kind may be asked of a platform in a stretch of time, in a unit of its own."""

    name: str  # as spending is kept: the platform; its kind after a slash where the platform has several budgets
    most: int
    period: Period
    shown: Callable[[int], str]  # an amount for people

    def told(self, amount: int) -> str:
        """How much of it is spent, for people."""
        return f"{self.shown(amount)} of {self.shown(self.most)} spent {self.period.said}"


class Hold(NamedTuple):
    """An amount set aside for a request that is under way."""

    budget: str
    mark: str
    item: str


class Purse(Protocol):
    """Where spending is kept, by the names of budgets. An amount is held before a request is made and settled once its
    cost is known.

    A hold that is never settled (a kill, an answer cut off) stays spent, so that a limit is never exceeded.
    """

    def left(self, budget: str) -> int | None:
        """What may still be spent; None where there is no limit."""
        ...

    def charged(self, budget: str, items: Collection[str]) -> set[str]:
        """Those of ``items`` that were charged today already, so that they are free until the day ends."""
        ...

    def hold(self, budget: str, amount: int) -> Hold | None:
        """Sets an amount aside; None where it would exceed the limit."""
        ...

    def settle(self, hold: Hold, costs: Mapping[str, int]) -> None:
        """Puts in the hold's place what was charged: each item once a day. {} gives it back."""
        ...


class Unlimited:
    """A purse without limits or memory, for what is asked outside any database."""

    def left(self, budget: str) -> int | None:
        """No limit."""
        return None

    def charged(self, budget: str, items: Collection[str]) -> set[str]:
        """Nothing is remembered."""
        return set()

    def hold(self, budget: str, amount: int) -> Hold | None:
        """Always."""
        return Hold(budget, "", "")

    def settle(self, hold: Hold, costs: Mapping[str, int]) -> None:
        """Nothing is kept."""
