"""The tables that are told from others and kept true by triggers: ``latest``, ``reach_hour`` and ``stance_hour``."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection

from . import latest, reach_hours, stance_hours


class Kept(NamedTuple):
    """A kept table: what fills it, what makes its triggers, and what their names begin with."""

    fill: Callable[[Connection], None]
    make_triggers: Callable[[Connection], None]
    told_by: str


KEPT = {
    "latest": Kept(latest.fill_latest, latest.make_triggers, latest.TOLD_BY),
    "reach_hour": Kept(reach_hours.fill_reach_hours, reach_hours.make_reach_triggers, reach_hours.TOLD_BY),
    "stance_hour": Kept(stance_hours.fill_stance_hours, stance_hours.make_stance_triggers, stance_hours.TOLD_BY),
}
"""By table, in the order in which they rest on each other."""


def drop_triggers(connection: Connection) -> None:
    """Takes the triggers away, so that tables may be changed; ``make_triggers`` makes them anew."""
    for table in KEPT.values():
        if connection.dialect.name == "sqlite":
            query = f"SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '{table.told_by}%'"  # noqa: S608
            for name in connection.exec_driver_sql(query).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            query = f"SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND starts_with(proname, '{table.told_by}')"  # noqa: S608
            for name in connection.exec_driver_sql(query).scalars().all():
                connection.exec_driver_sql(f"DROP FUNCTION {name}() CASCADE")


def make_triggers(connection: Connection) -> None:
    """Makes the triggers, where there are none."""
    for table in KEPT.values():
        table.make_triggers(connection)


def fill_kept(connection: Connection) -> None:
    """Tells every row of each table anew; triggers that are there cost time alone, since each table is emptied first."""
    for table in KEPT.values():
        table.fill(connection)
