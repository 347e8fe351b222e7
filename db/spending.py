"""What was spent on platforms, day by day."""

import uuid
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import Connection, Engine, bindparam, text

from storywake.collector.dates import now
from storywake.collector.net.budget import Hold

from .engine import reading, writing
from .locks import Lock


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
        query = text("SELECT item FROM spending WHERE platform = :p AND day = :d AND item IN :items").bindparams(
            bindparam("items", expanding=True)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query, {"p": platform, "d": self._day(), "items": list(items)})
            return {row.item for row in rows}

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
            connection.execute(
                text("DELETE FROM spending WHERE platform = :p AND day = :d AND item = :i"),
                {"p": hold.platform, "d": hold.day, "i": hold.item},
            )
            _charge(connection, hold, costs)

    def _day(self) -> str:
        return self._clock()[:10]


def spent(connection: Connection, platform: str, day: str) -> int:
    """What a platform cost on a UTC day, holds included, in its unit."""
    query = text("SELECT COALESCE(SUM(amount), 0) FROM spending WHERE platform = :p AND day = :d")
    return int(connection.execute(query, {"p": platform, "d": day}).scalar_one())


def _charge(connection: Connection, hold: Hold, costs: Mapping[str, int]) -> None:
    rows = [{"p": hold.platform, "d": hold.day, "i": item, "a": amount} for item, amount in costs.items()]
    if rows:
        connection.execute(
            text(
                "INSERT INTO spending (platform, day, item, amount) VALUES (:p, :d, :i, :a) ON CONFLICT (platform, day, item) DO NOTHING"
            ),
            rows,
        )
