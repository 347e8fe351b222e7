"""How many reactions to a story took which stance hour by hour, kept so that curves need not go through every one."""

from sqlmodel import Field, SQLModel


class StanceHour(SQLModel, table=True):
    """A part of the reactions posted in an hour by their stance towards the main claim, kept by triggers
    (``storywake.db.stance_hours``): an hour's rows add up.

    Each connection to PostgreSQL has rows of its own, so that no writer waits for another.
    """

    __tablename__ = "stance_hour"

    story_id: int = Field(primary_key=True, foreign_key="story.id")
    claim_id: int = Field(primary_key=True)
    hour: str = Field(primary_key=True)  # YYYY-MM-DDTHH, UTC
    writer: int = Field(primary_key=True)  # the connection that wrote it; 0 on SQLite
    supporting: int
    denying: int
    asking: int
    commenting: int
    undecided: int
