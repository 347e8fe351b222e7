"""A story's claims: the sentences that stance is measured against."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, update
from sqlmodel import col, select

from storywake.collector.errors import BadInput

from .models import BalanceChange, Claim, Label, Stance
from .statements import statements

SQL = statements("stories")


class ClaimRow(NamedTuple):
    """A claim."""

    id: int
    text: str


def claims_of(connection: Connection, story_id: int) -> list[ClaimRow]:
    """A story's claims, the main one first."""
    query = select(Claim.id, Claim.text).where(Claim.story_id == story_id).order_by(col(Claim.position))
    return [ClaimRow._make(row) for row in connection.execute(query)]


def add_claim(connection: Connection, story_id: int, claim: str) -> bool:
    """Adds a claim as a story's last; False where the story has it."""
    return connection.execute(SQL["add_claim"], {"story_id": story_id, "text": claim}).rowcount > 0


def first_claim(connection: Connection, story_id: int, claim: str | None) -> bool:
    """Gives a story without a claim its first: the headline of its first reading. Returns whether it was given one."""
    return bool(claim) and not claims_of(connection, story_id) and add_claim(connection, story_id, str(claim))


def raise_claim(connection: Connection, story_id: int, claim: str) -> bool:
    """Moves a claim one place up; the first is the main one. False where it is the first. Raises BadInput where there is
    no such claim.
    """
    query = select(Claim.id, Claim.text, Claim.position).where(Claim.story_id == story_id)
    rows = connection.execute(query.order_by(col(Claim.position))).all()
    place = next((number for number, row in enumerate(rows) if row.text == claim), None)
    if place is None:
        raise BadInput(f"no claim {claim!r}")
    if place == 0:
        return False
    above, own = rows[place - 1], rows[place]
    for row, position in ((own, above.position), (above, own.position)):
        connection.execute(update(Claim).where(col(Claim.id) == row.id).values(position=position))
    return True


def drop_claim(connection: Connection, story_id: int, claim: str) -> None:
    """Takes a claim out, with its stances, labels and changes of the balance. Raises BadInput where there is no such claim, or no other."""
    claims = claims_of(connection, story_id)
    found = next((row.id for row in claims if row.text == claim), None)
    if found is None:
        raise BadInput(f"no claim {claim!r}; there are: {'; '.join(repr(row.text) for row in claims) or 'none'}")
    if len(claims) == 1:
        raise BadInput("the last claim stays, for stance needs one: add another first (--add-claim)")
    connection.execute(delete(Stance).where(col(Stance.claim_id) == found))
    connection.execute(delete(Label).where(col(Label.claim_id) == found))
    connection.execute(delete(BalanceChange).where(col(BalanceChange.claim_id) == found))
    connection.execute(delete(Claim).where(col(Claim.id) == found))
