"""A story's persons, and the analysts' word on who is one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from storywake.collector.match.person import Person, Verdict


def save_people(connection: Connection, story_id: int, people: Sequence[Person], members: dict[int, int]) -> None:
    """Writes a story's persons and which reaction is whose (``members``: reaction id to index in ``people``).

    Only what has changed is written.
    """
    stored = {row.name: row for row in known_people(connection, story_id)}
    ids: list[int] = []
    taken: set[str] = set()
    for person in people:
        name = person.name if person.name not in taken else f"{person.name} ({_mark(person, len(taken))})"
        taken.add(name)
        rests_on = "; ".join(person.rests_on) or None
        known = stored.get(name)
        if known and known.rests_on == rests_on and person.affiliation in (None, known.affiliation):
            ids.append(known.id)
            continue
        found = connection.execute(
            text(
                """INSERT INTO person (story_id, name, affiliation, rests_on) VALUES (:s, :name, :affiliation, :rests)
                ON CONFLICT (story_id, name) DO UPDATE SET affiliation = COALESCE(excluded.affiliation, person.affiliation), rests_on = excluded.rests_on
                RETURNING id"""
            ),
            {"s": story_id, "name": name, "affiliation": person.affiliation, "rests": rests_on},
        )
        ids.append(found.scalar_one())
    whose = connection.execute(text("SELECT id, person_id FROM reaction WHERE story_id = :s"), {"s": story_id})
    rows = [
        {"p": new, "r": row.id}
        for row in whose
        if (new := ids[members[row.id]] if row.id in members else None) != row.person_id
    ]
    if rows:
        connection.execute(text("UPDATE reaction SET person_id = :p WHERE id = :r"), rows)
    connection.execute(
        text(
            "DELETE FROM person WHERE story_id = :s AND id NOT IN (SELECT person_id FROM reaction WHERE person_id IS NOT NULL)"
        ),
        {"s": story_id},
    )


def remember_speaker(connection: Connection, story_id: int, name: str, affiliation: str) -> None:
    """Keeps what prose says a person belongs to, until it is worked out whose name that is."""
    connection.execute(
        text(
            """INSERT INTO person (story_id, name, affiliation) VALUES (:s, :n, :a)
            ON CONFLICT (story_id, name) DO UPDATE SET affiliation = COALESCE(person.affiliation, excluded.affiliation)"""
        ),
        {"s": story_id, "n": name, "a": affiliation},
    )


def _mark(person: Person, number: int) -> str:
    """What tells a person from another of the same name."""
    return ":".join(person.handles[0]) if person.handles else str(number + 1)


def known_people(connection: Connection, story_id: int) -> Sequence[Row[Any]]:
    """A story's persons: id, name, affiliation, rests_on."""
    return connection.execute(
        text("SELECT id, name, affiliation, rests_on FROM person WHERE story_id = :s ORDER BY id"), {"s": story_id}
    ).all()


def verdicts(connection: Connection, story_id: int) -> list[Verdict]:
    """What analysts said of a story's people."""
    rows = connection.execute(
        text("SELECT one, other, same, analyst FROM identity WHERE story_id = :s ORDER BY id"), {"s": story_id}
    )
    return [Verdict(row.one, row.other, bool(row.same), row.analyst) for row in rows]


def set_verdict(connection: Connection, story_id: int, one: str, other: str, same: bool, analyst: str, at: str) -> None:
    """Keeps an analyst's word on two marks ("platform:handle" or a name); a later one takes its place."""
    one, other = sorted((one, other))
    connection.execute(
        text(
            """INSERT INTO identity (story_id, one, other, same, analyst, set_at) VALUES (:s, :one, :other, :same, :analyst, :at)
            ON CONFLICT (story_id, one, other) DO UPDATE SET same = excluded.same, analyst = excluded.analyst, set_at = excluded.set_at"""
        ),
        {"s": story_id, "one": one, "other": other, "same": same, "analyst": analyst, "at": at},
    )


def undo_verdict(connection: Connection, story_id: int, one: str, other: str) -> bool:
    """Takes an analyst's word back; False where none was kept."""
    one, other = sorted((one, other))
    return (
        connection.execute(
            text("DELETE FROM identity WHERE story_id = :s AND one = :one AND other = :other"),
            {"s": story_id, "one": one, "other": other},
        ).rowcount
        > 0
    )
