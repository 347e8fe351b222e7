"""The pictures that a story can be told by."""

from sqlmodel import Field, SQLModel


class LeadPicture(SQLModel, table=True):
    """A picture at the head of the article that a story is about, of which only a sign is kept: a grey copy of 64 dots."""

    __tablename__ = "lead_picture"
    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE")
    address: str = Field(primary_key=True)
    article: str  # the canonical address of the article that shows it
    sign: bytes
    max_distance: float  # up to which another picture shows it, 0 to 1; 0 where it is too plain to tell
    read_at: str
