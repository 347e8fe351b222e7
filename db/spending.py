"""What was spent on platforms, day by day."""

import uuid
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import Connection, Engine, delete, func, text
from sqlmodel import col, select

from storywake.collector.dates import now
from storywake.collector.net.budget import Hold

from .engine import reading, writing
from .locks import Lock
from .models import Spending as Charge
from .statements import statements

SQL = statements("spending")


class Spending:
    """The purse that the database keeps; several processes may spend from it at once."""

    def __init__(self, engine: Engine, limits: Mapping[str, int], clock: Callable[[], str] = now) -> None:
        self._engine = engine
        self._limits = limits
        self._clock = clock

    def left(self, platform: str) -> int | None:
        """What may still be spent today; None where there is no limit."""
        if platform not in self._limits:
            return None
        with reading(self._engine) as connection:
            return max(0, self._limits[platform] - spent(connection, platform, self._day()))

    def charged(self, platform: str, items: Collection[str]) -> set[str]:
        """Those of ``items`` that were charged today already."""
        if not items:
            return set()
        query = select(Charge.item).where(
            Charge.platform == platform, Charge.day == self._day(), col(Charge.item).in_(items)
        )
        with reading(self._engine) as connection:
            return set(connection.execute(query).scalars())

    def hold(self, platform: str, amount: int) -> Hold | None:
        """Sets an amount aside; None where it would exceed the day's limit."""
        hold = Hold(platform, self._day(), f"held:{uuid.uuid4().hex}")
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": int(Lock.SPENDING)})
            limit = self._limits.get(platform)
            if limit is not None and spent(connection, platform, hold.day) + amount > limit:
                return None
            _charge(connection, hold, {hold.item: amount})
        return hold

    def settle(self, hold: Hold, costs: Mapping[str, int]) -> None:
        """Puts in the hold's place what was charged, under the day on which it was asked."""
        with writing(self._engine) as connection:
            held = (
                col(Charge.platform) == hold.platform,
                col(Charge.day) == hold.day,
                col(Charge.item) == hold.item,
            )
            connection.execute(delete(Charge).where(*held))
            _charge(connection, hold, costs)

    def _day(self) -> str:
        return self._clock()[:10]


def spent(connection: Connection, platform: str, day: str) -> int:
    """What a platform cost on a UTC day, holds included, in its unit."""
    query = select(func.coalesce(func.sum(Charge.amount), 0)).where(Charge.platform == platform, Charge.day == day)
    return int(connection.execute(query).scalar_one())


def _charge(connection: Connection, hold: Hold, costs: Mapping[str, int]) -> None:
    rows = [
        {"platform": hold.platform, "day": hold.day, "item": item, "amount": amount} for item, amount in costs.items()
    ]
    if rows:
        connection.execute(SQL["charge"], rows)
