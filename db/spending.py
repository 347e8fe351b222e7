"""What was spent on platforms, budget by budget."""

import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, text
from sqlmodel import col, select

from storywake.collector.dates import now
from storywake.collector.net.budget import UTC_DAY, Budget, Hold

from .engine import reading, writing
from .locks import Lock
from .models import Spending as Charge
from .statements import statements

SQL = statements("spending")
MAX_AHEAD = timedelta(days=1)
"""How far ahead a charge may lie that counts: a later one was written down by a clock that was ahead."""


class Spending:
    """The purse that the database keeps; several processes may spend from it at once."""

    def __init__(self, engine: Engine, budgets: Mapping[str, Budget], clock: Callable[[], str] = now) -> None:
        self._engine = engine
        self._budgets = budgets
        self._clock = clock

    def left(self, budget: str) -> int | None:
        """What may still be spent; None where there is no limit."""
        limit = self._budgets.get(budget)
        if limit is None:
            return None
        with reading(self._engine) as connection:
            return max(0, limit.most - spent(connection, limit, self._now()))

    def charged(self, budget: str, items: Collection[str]) -> set[str]:
        """Those of ``items`` that were charged today already."""
        if not items:
            return set()
        query = select(Charge.item).where(
            Charge.platform == budget, Charge.day == self._mark(budget, self._now()), col(Charge.item).in_(items)
        )
        with reading(self._engine) as connection:
            return set(connection.execute(query).scalars())

    def hold(self, budget: str, amount: int) -> Hold | None:
        """Sets an amount aside; None where it would exceed the limit."""
        limit = self._budgets.get(budget)
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": int(Lock.SPENDING)})
            moment = self._now()
            if limit is not None and spent(connection, limit, moment) + amount > limit.most:
                return None
            hold = Hold(budget, self._mark(budget, moment), f"held:{uuid.uuid4().hex}")
            _charge(connection, hold, {hold.item: amount})
        return hold

    def settle(self, hold: Hold, costs: Mapping[str, int]) -> None:
        """Puts in the hold's place what was charged, under the day or time at which it was asked."""
        with writing(self._engine) as connection:
            held = (
                col(Charge.platform) == hold.budget,
                col(Charge.day) == hold.mark,
                col(Charge.item) == hold.item,
            )
            connection.execute(delete(Charge).where(*held))
            _charge(connection, hold, costs)

    def _now(self) -> datetime:
        return datetime.fromisoformat(self._clock()).astimezone(UTC)

    def _mark(self, budget: str, moment: datetime) -> str:
        return (self._budgets[budget].period if budget in self._budgets else UTC_DAY).mark(moment)


def spent(connection: Connection, budget: Budget, moment: datetime) -> int:
    """What counts against a budget at a moment, holds included, in its unit."""
    query = select(func.coalesce(func.sum(Charge.amount), 0)).where(
        Charge.platform == budget.name,
        Charge.day >= budget.period.since(moment),
        Charge.day <= budget.period.mark(moment + MAX_AHEAD),
    )
    return int(connection.execute(query).scalar_one())


def _charge(connection: Connection, hold: Hold, costs: Mapping[str, int]) -> None:
    rows = [
        {"platform": hold.budget, "day": hold.mark, "item": item, "amount": amount} for item, amount in costs.items()
    ]
    if rows:
        connection.execute(SQL["charge"], rows)
