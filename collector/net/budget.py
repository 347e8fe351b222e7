"""What platforms may cost in a UTC day, each in its own unit."""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol


class Hold(NamedTuple):
    """An amount set aside for a request that is under way."""

    platform: str
    day: str
    item: str


class Purse(Protocol):
    """Where spending is kept. An amount is held before a request is made and settled once its cost is known.

    A hold that is never settled (a kill, an answer cut off) stays spent, so that a limit is never exceeded.
    """

    def left(self, platform: str) -> int | None:
        """What may still be spent today; None where there is no limit."""
        ...

    def charged(self, platform: str, items: Collection[str]) -> set[str]:
        """Those of ``items`` that were charged today already, so that they are free until the day ends."""
        ...

    def hold(self, platform: str, amount: int) -> Hold | None:
        """Sets an amount aside; None where it would exceed the limit."""
        ...

    def settle(self, hold: Hold, costs: Mapping[str, int]) -> None:
        """Puts in the hold's place what was charged: each item once a day. {} gives it back."""
        ...


class Unlimited:
    """A purse without limits or memory, for what is asked outside any database."""

    def left(self, platform: str) -> int | None:
        """No limit."""
        return None

    def charged(self, platform: str, items: Collection[str]) -> set[str]:
        """Nothing is remembered."""
        return set()

    def hold(self, platform: str, amount: int) -> Hold | None:
        """Always."""
        return Hold(platform, "", "")

    def settle(self, hold: Hold, costs: Mapping[str, int]) -> None:
        """Nothing is kept."""
