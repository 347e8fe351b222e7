"""What reactions gained lately."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection

from .many import rows_among
from .statements import statements

SQL = statements("growth")


class Gained(NamedTuple):
    """What a reaction gained on the last day on which that is known."""

    day: str
    engagement: int  # likes, reposts, replies and quotes together, of those known


def gained_lately(connection: Connection, reactions: Collection[int]) -> dict[int, Gained]:
    """What each of some reactions gained on its last day (UTC); those of which no gain is known are left out."""
    found: dict[int, Gained] = {}
    for row in rows_among(connection, SQL["growth_of"], sorted(set(reactions))):
        known = [count for count in (row.likes, row.reposts, row.replies, row.quotes) if count is not None]
        if known:
            found[row.reaction_id] = Gained(row.day, sum(known))
    return found
