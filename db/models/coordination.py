"""Accounts that posted together; these rows go with the story and the reactions that they are about."""

from sqlmodel import Field, SQLModel


class CoordinationGroup(SQLModel, table=True):
    """Accounts that posted the same within seconds of each other, more often than in shuffled copies of the story."""

    __tablename__ = "coordination_group"
    id: int = Field(primary_key=True)
    story_id: int = Field(foreign_key="story.id", ondelete="CASCADE", index=True)
    number: int  # within the story, from 1: the largest group first
    accounts: int
    times: int  # that at least two of them posted together
    expected: float  # such times in a copy with shuffled times, on average
    chance: float  # at most, that shuffled times give so heavy a tie


class CoordinationPost(SQLModel, table=True):
    """A post of a group that was posted together with others."""

    __tablename__ = "coordination_post"
    group_id: int = Field(primary_key=True, foreign_key="coordination_group.id", ondelete="CASCADE")
    occasion: int = Field(primary_key=True)  # within the group, from 1
    reaction_id: int = Field(primary_key=True, foreign_key="reaction.id", ondelete="CASCADE", index=True)
    shared: str  # text or link
    link: str | None = None  # the link that was shared
    seconds: int  # after the first of the occasion
