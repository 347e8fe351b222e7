"""Which posts react to which story, and who the people behind them are."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class Reaction(SQLModel, table=True):
    """This post reacts to this story; the tie is the strongest of its witnesses'."""

    __table_args__ = (
        UniqueConstraint("story_id", "post_id"),
        Index("ix_reaction_person_id", "person_id", "story_id"),
        Index("ix_reaction_first_seen_at", "story_id", "first_seen_at"),
    )
    id: int = Field(primary_key=True)
    story_id: int = Field(foreign_key="story.id")
    post_id: int = Field(foreign_key="post.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    tie: str
    tie_source: str
    rests_on: str
    confidence: float
    first_seen_at: str
    depth: int = Field(
        default=0, sa_column_kwargs={"server_default": "0"}
    )  # quotes between it and a post that an article shows or that links to the story
    dropped_at: str | None = None  # when an analyst dropped it; it is kept, so that it is not found again


class Witness(SQLModel, table=True):
    """One reason why a reaction is there; a statement in prose that renders a post is one."""

    __table_args__ = (UniqueConstraint("reaction_id", "tie", "source", "words"),)
    id: int = Field(primary_key=True)
    reaction_id: int = Field(foreign_key="reaction.id")
    tie: str
    source: str = Field(index=True)
    rests_on: str
    confidence: float
    words: str = ""  # for a statement: the words reported
    verbatim: bool | None = None


class Review(SQLModel, table=True):
    """A fact-check's verdict on a claim (schema.org ClaimReview): an explicit stance with its rating."""

    __table_args__ = (UniqueConstraint("reaction_id", "claim_reviewed"),)
    id: int = Field(primary_key=True)
    reaction_id: int = Field(foreign_key="reaction.id")
    claim_reviewed: str
    claimant: str | None = None
    rating: str | None = None  # in the reviewer's words
    rating_value: float | None = None  # 0 (worst) to 1 (best), where numbers were given
    stance: str
    seen_at: str


class Person(SQLModel, table=True):
    """Somebody who reacted, under any number of accounts or in prose."""

    __table_args__ = (UniqueConstraint("story_id", "name"),)
    id: int = Field(primary_key=True)
    story_id: int = Field(foreign_key="story.id")
    name: str
    affiliation: str | None = None
    rests_on: str | None = None
    voice: str | None = None  # journalist, politician, scholar, authority, company or bot
    voice_rests_on: str | None = None


class Voice(SQLModel, table=True):
    """An analyst's word on what kind of voice an account or a name is; it stands above every rule."""

    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE")
    mark: str = Field(primary_key=True)  # "platform:handle" or a name, in lower case
    kind: str
    analyst: str
    set_at: str


class Identity(SQLModel, table=True):
    """An analyst's word on whether two of a story's accounts or names are one person; it stands above every rule."""

    __table_args__ = (UniqueConstraint("story_id", "one", "other"),)
    id: int = Field(primary_key=True)
    story_id: int = Field(foreign_key="story.id")
    one: str  # "platform:handle" or a name; the lesser of the two comes first
    other: str
    same: bool
    analyst: str
    set_at: str
