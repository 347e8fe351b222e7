"""What the database keeps for itself: who was erased, secrets, the text of views."""

from sqlmodel import Field, SQLModel


class Erased(SQLModel, table=True):
    """An account that asked to be taken out, by a fingerprint of its platform and name or id: it stays out."""

    platform: str = Field(primary_key=True)
    mark: str = Field(primary_key=True)
    at: str


class Secret(SQLModel, table=True):
    """Random values that belong to this database, such as the key of its fingerprints."""

    name: str = Field(primary_key=True)
    value: str


class ViewText(SQLModel, table=True):
    """The text that a view was made with, so that a change is noticed; and views of others that could not be made
    again.
    """

    __tablename__ = "view_text"
    name: str = Field(primary_key=True)
    text: str


class AtOnce(SQLModel, table=True):
    """A row while a writer on SQLite tells the kept tables itself what it writes (``storywake.db.at_once``); it is gone
    before the transaction ends, so that nobody else sees it.
    """

    __tablename__ = "at_once"
    id: int = Field(primary_key=True)
