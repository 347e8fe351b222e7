"""The tables of what is said. Their rows go with the posts, reactions and claims that they are about."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary
from sqlmodel import Field, SQLModel


class Meaning(SQLModel, table=True):
    """What a post's words mean, as an encoder's vector; it goes with the post and with its words."""

    post_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("post.id", name="fk_meaning_post_id", ondelete="CASCADE"), primary_key=True
        )
    )
    input_hash: str  # of the words and their language: other words have another vector
    version: str  # of the encoder
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # whole numbers of a byte; empty: not English


class Remark(SQLModel, table=True):
    """What several reactions to a claim say; it stays itself while reactions come and go."""

    id: int | None = Field(default=None, primary_key=True)
    claim_id: int = Field(foreign_key="claim.id", ondelete="CASCADE", index=True)
    stance: str  # support, deny, query, comment or unclear
    chosen_of: int  # reactions that it had when its central one was chosen
    among: int  # reactions that took this stance when it was last looked at


class RemarkMember(SQLModel, table=True):
    """A reaction that says it."""

    __tablename__ = "remark_member"
    remark_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("remark.id", name="fk_remark_member_remark_id", ondelete="CASCADE"), primary_key=True
        )
    )
    reaction_id: int = Field(
        sa_column=Column(
            Integer,
            ForeignKey("reaction.id", name="fk_remark_member_reaction_id", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        )
    )
    likeness: float  # to the group's middle
    central: bool = False


class Remarked(SQLModel, table=True):
    """By what a claim's remarks were told, so that nothing is computed where nothing changed."""

    claim_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("claim.id", name="fk_remarked_claim_id", ondelete="CASCADE"), primary_key=True
        )
    )
    state: str
