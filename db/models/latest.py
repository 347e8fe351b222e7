"""How each reaction stands now, kept so that lists need not look for it."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class Latest(SQLModel, table=True):
    """A reaction's last counts and its stance in force towards the main claim, kept true by triggers
    (``storywake.db.latest``); no row where it was dropped.
    """

    reaction_id: int = Field(primary_key=True, foreign_key="reaction.id", ondelete="CASCADE")
    story_id: int = Field(index=True)
    post_id: int
    person_id: int | None = None
    tie: str
    platform: str
    language: str | None = None
    posted_at: str  # or else when it was first seen
    likes: int | None = Field(default=None, sa_type=BigInteger)
    reposts: int | None = Field(default=None, sa_type=BigInteger)
    replies: int | None = Field(default=None, sa_type=BigInteger)
    quotes: int | None = Field(default=None, sa_type=BigInteger)
    views: int | None = Field(default=None, sa_type=BigInteger)
    engagement: int | None = Field(default=None, sa_type=BigInteger)
    growth: int | None = Field(default=None, sa_type=BigInteger)  # engagement gained in the day before the last look
    observed_at: str | None = None
    claim_id: int | None = None  # the main claim
    stance: str | None = None
    probability: float | None = None
    confidence: float | None = None
    unclear: bool | None = None
    by_analyst: bool | None = None
