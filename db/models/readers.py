"""Who gets the mail."""

from sqlmodel import Field, SQLModel


class Reader(SQLModel, table=True):
    """A reader of the mail. One who has left stays, so that no setting brings them back."""

    address: str = Field(primary_key=True)
    hour: int  # of the reader's own day
    time_zone: str
    language: str
    stories: str | None = None  # slugs, one a line; NULL: all
    threshold: int  # new reactions from which on a mail tells all
    below: str  # what a reader gets under that: line, nothing
    added_at: str
    left_at: str | None = None  # when they unsubscribed
