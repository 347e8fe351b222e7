"""Whom a story's article names, and the accounts that are declared to be theirs."""

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel


class NamedPerson(SQLModel, table=True):
    """A person whom the article that a story is about names, whether they reacted or not."""

    __tablename__ = "named_person"
    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE")
    name: str = Field(primary_key=True)
    affiliation: str | None = None
    source: str  # the article that names them
    place: int  # in it, from 0: those who speak first
    namesakes: int = 0  # accounts that reacted and bear the name, of which nothing says that they are theirs


class OwnAccount(SQLModel, table=True):
    """An account that is declared to be a named person's."""

    __tablename__ = "own_account"
    __table_args__ = (
        ForeignKeyConstraint(["story_id", "name"], ["named_person.story_id", "named_person.name"], ondelete="CASCADE"),
    )
    story_id: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    platform: str = Field(primary_key=True)
    handle: str = Field(primary_key=True)
    account_id: int | None = Field(
        default=None, foreign_key="account.id", ondelete="SET NULL", index=True
    )  # NULL: nothing of it was seen
    how: str  # what declares it: analyst, page, shown, profile, domain
    rests_on: str
