"""The running totals of the stances are at any time what the assessments in force tell, one after another."""

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from .test_latest import World


def gone_through(connection: Connection) -> list[dict[str, Any]]:
    """The rows of the view, from the assessments in force."""
    said = connection.execute(
        text("""SELECT t.story, t.claim, CASE WHEN t.unclear THEN 'unclear' ELSE t.stance END AS stance, k.posted_at
        FROM stances t JOIN latest k ON k.reaction_id = t.reaction_id""")
    ).all()
    found = []
    for story, claim in sorted({(row.story, row.claim) for row in said}):
        own = [(_hour(row.posted_at), row.stance) for row in said if (row.story, row.claim) == (story, claim)]
        for hour in sorted({hour for hour, _ in own}):
            until = [stance for at, stance in own if at <= hour]
            for stance in sorted({stance for _, stance in own}):
                total = until.count(stance)
                told = {"reactions": own.count((hour, stance)), "cumulative": total, "share": total / len(until)}
                found.append({"story": story, "claim": claim, "hour": hour, "stance": stance, **told})
    return found


def _hour(at: str) -> str:
    return f"{at}T00:00:00Z" if len(at) == 10 else f"{at[:13]}:00:00Z"


@pytest.mark.parametrize("seed", range(20, 22))
def test_whatever_happens_the_totals_are_those_of_the_assessments_in_force(engine: Engine, seed: int) -> None:
    world = World(engine, seed)
    query = text("SELECT * FROM stance_over_time")
    claims = set()
    for number in range(80):
        happened = world.step()
        with engine.begin() as connection:
            wanted = gone_through(connection)
            told = sorted(map(dict, connection.execute(query).mappings()), key=lambda row: tuple(row.values())[:4])
            assert told == wanted, (number, happened)
            claims |= {row["claim"] for row in wanted}
    assert len(claims) > 1
