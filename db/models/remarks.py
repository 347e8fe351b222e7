"""What is said. These rows go with the posts, reactions and claims that they are about."""

from sqlmodel import Field, SQLModel


class Meaning(SQLModel, table=True):
    """What a post's words mean, as an encoder's vector; it goes with the post and with its words."""

    post_id: int = Field(primary_key=True, foreign_key="post.id", ondelete="CASCADE")
    input_hash: str  # of the words and their language: other words have another vector
    version: str  # of the encoder
    vector: bytes  # whole numbers of a byte; empty: not English


class Remark(SQLModel, table=True):
    """What several reactions to a claim say; it stays itself while reactions come and go."""

    id: int = Field(primary_key=True)
    claim_id: int = Field(foreign_key="claim.id", ondelete="CASCADE", index=True)
    stance: str  # support, deny, query, comment or unclear
    chosen_of: int  # reactions that it had when its central one was chosen
    among: int  # reactions that took this stance when it was last looked at


class RemarkMember(SQLModel, table=True):
    """A reaction that says it."""

    __tablename__ = "remark_member"
    remark_id: int = Field(primary_key=True, foreign_key="remark.id", ondelete="CASCADE")
    reaction_id: int = Field(primary_key=True, foreign_key="reaction.id", ondelete="CASCADE", index=True)
    likeness: float  # to the group's middle
    central: bool = False


class Remarked(SQLModel, table=True):
    """By what a claim's remarks were told, so that nothing is computed where nothing changed."""

    claim_id: int = Field(primary_key=True, foreign_key="claim.id", ondelete="CASCADE")
    state: str
