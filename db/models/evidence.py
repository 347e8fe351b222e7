"""Answers as they came, and what they showed."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Evidence(SQLModel, table=True):
    """An answer as it came."""

    __table_args__ = (Index("ix_evidence_url", "url", "id"), Index("ix_evidence_story_id", "story_id", "id"))
    id: int = Field(primary_key=True)
    story_id: int | None = Field(default=None, foreign_key="story.id")
    source: str  # the platform whose parser reads it
    url: str
    final_url: str
    chain: str  # every address on the way, one a line
    fetched_at: str
    status: int
    headers: str  # JSON
    body_hash: str | None = Field(default=None, foreign_key="evidence_body.hash", index=True)


class EvidenceBody(SQLModel, table=True):
    """The content of answers, each once, compressed (zlib)."""

    __tablename__ = "evidence_body"
    hash: str = Field(primary_key=True)  # SHA-256 of the content
    packed: bytes


class Shown(SQLModel, table=True):
    """An answer showed a post: what has to go when the post is forgotten."""

    evidence_id: int = Field(primary_key=True, foreign_key="evidence.id")
    post_id: int = Field(primary_key=True, foreign_key="post.id", index=True)
