"""What reactions say to claims, told by models and analysts."""

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field, SQLModel


class Stance(SQLModel, table=True):
    """An assessment of a reaction towards a claim; older ones stay."""

    __table_args__ = (
        UniqueConstraint("reaction_id", "claim_id", "model", "input_hash"),
        Index("ix_stance_claim_id", "claim_id", "assessed_at"),
    )
    id: int = Field(primary_key=True)
    reaction_id: int = Field(foreign_key="reaction.id")
    claim_id: int = Field(foreign_key="claim.id")
    model: str  # name@version
    input_hash: str  # of the words assessed and the claim: the same words are not assessed twice
    assessed_at: str
    stance: str  # comment where it is unclear
    support: float
    deny: float
    query: float
    comment: float
    confidence: float | None = None  # the chance that the likeliest stance is right; NULL: assessed before it was kept
    covered: bool | None = None  # language and kind of claim were measured and held; NULL as above
    verdict: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # a fact-check's, above every model's
    unclear: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Label(SQLModel, table=True):
    """An analyst's own judgement: above every model's, never overwritten by one."""

    __table_args__ = (UniqueConstraint("reaction_id", "claim_id", "analyst"),)
    id: int = Field(primary_key=True)
    reaction_id: int = Field(foreign_key="reaction.id")
    claim_id: int = Field(foreign_key="claim.id", index=True)
    analyst: str
    stance: str
    set_at: str


class BalanceChange(SQLModel, table=True):
    """A moment at which the balance of stances towards a claim changed by more than chance, as it was first found."""

    __tablename__ = "balance_change"
    __table_args__ = (UniqueConstraint("claim_id", "at"),)
    id: int = Field(primary_key=True)
    story_id: int = Field(foreign_key="story.id", index=True)
    claim_id: int = Field(foreign_key="claim.id", ondelete="CASCADE")
    at: str  # the time of the first reaction after it
    before: str  # JSON: the shares by stance
    after: str
    chance: float  # p-value
    found_at: str
    withdrawn_at: str | None = None  # since when recounts have not found it any more


class ModelAnswer(SQLModel, table=True):
    """A language model's answer, by what it was asked: the same question is not paid for twice."""

    __tablename__ = "model_answer"
    key: str = Field(primary_key=True)  # SHA-256 of model, prompt version and words
    answer: str  # JSON


class EarlierLabel(SQLModel, table=True):
    """A judgement that the same analyst replaced or took back."""

    __tablename__ = "earlier_label"
    id: int = Field(primary_key=True)
    reaction_id: int = Field(foreign_key="reaction.id", ondelete="CASCADE", index=True)
    claim_id: int = Field(foreign_key="claim.id", ondelete="CASCADE")
    analyst: str
    stance: str
    set_at: str
    replaced_at: str
