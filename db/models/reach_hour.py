"""What the posts of a story gained on a platform hour by hour, kept so that curves need not go through every look."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class ReachHour(SQLModel, table=True):
    """A part of what was gained in an hour, kept by triggers (``storywake.db.reach_hours``): an hour's rows add up.

    Each connection to PostgreSQL has rows of its own, so that no writer waits for another.
    """

    __tablename__ = "reach_hour"

    story_id: int = Field(primary_key=True, foreign_key="story.id")
    platform: str = Field(primary_key=True)
    hour: str = Field(primary_key=True)  # YYYY-MM-DDTHH, UTC
    writer: int = Field(primary_key=True)  # the connection that wrote it; 0 on SQLite
    looked: int = Field(sa_type=BigInteger)
    posts: int = Field(sa_type=BigInteger)
    observed: int = Field(sa_type=BigInteger)
    likes: int = Field(sa_type=BigInteger)
    reposts: int = Field(sa_type=BigInteger)
    replies: int = Field(sa_type=BigInteger)
    quotes: int = Field(sa_type=BigInteger)
    views: int = Field(sa_type=BigInteger)
    tell_likes: int = Field(sa_type=BigInteger)
    tell_reposts: int = Field(sa_type=BigInteger)
    tell_replies: int = Field(sa_type=BigInteger)
    tell_quotes: int = Field(sa_type=BigInteger)
    tell_views: int = Field(sa_type=BigInteger)
