"""One person of a story with all that is known of them."""

from typing import Any

from sqlalchemy import Connection

from .statements import statements

SQL = statements("person")
MAX_REACTIONS = 50
"""Reactions on a person's page; the list has all."""
Row = dict[str, Any]


def find_person(connection: Connection, person_id: int) -> Row | None:
    """A person with their story; None where there is none."""
    row = connection.execute(SQL["person"], {"person_id": person_id}).mappings().first()
    return dict(row) if row else None


def accounts_of(connection: Connection, person_id: int) -> list[Row]:
    """The accounts that a person reacted with, and how often."""
    return [dict(row) for row in connection.execute(SQL["accounts"], {"person_id": person_id}).mappings()]


def reactions_of_person(connection: Connection, person_id: int) -> list[Row]:
    """A person's newest reactions."""
    values = {"person_id": person_id, "most": MAX_REACTIONS}
    return [dict(row) for row in connection.execute(SQL["reactions"], values).mappings()]


def person_of(connection: Connection, reaction_id: int) -> int | None:
    """Whose a reaction is; None where that is not known."""
    found: int | None = connection.execute(SQL["person_of"], {"reaction_id": reaction_id}).scalar()
    return found
