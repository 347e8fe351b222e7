"""Notes that a crowd wrote about posts. These rows go with the posts."""

from sqlmodel import Field, SQLModel


class Note(SQLModel, table=True):
    """A note on a post, as the day's public file had it (X's Community Notes)."""

    id: str = Field(primary_key=True)  # the note's id on X
    post_id: int = Field(foreign_key="post.id", ondelete="CASCADE", index=True)
    written_at: str | None = None
    classification: str | None = None  # MISINFORMED_OR_POTENTIALLY_MISLEADING or NOT_MISLEADING
    text: str | None = None
    status: str | None = None  # the current one; NULL where none was told yet
    status_since: str | None = None
    helpful: int | None = None  # raters who found it so; NULL where ratings are not read
    somewhat_helpful: int | None = None
    not_helpful: int | None = None
    first_seen_at: str
    gone_at: str | None = None  # when a day's file no longer had it: its author took it back


class NoteStatus(SQLModel, table=True):
    """A status that a note had from a time on."""

    __tablename__ = "note_status"
    note_id: str = Field(primary_key=True, foreign_key="note.id", ondelete="CASCADE")
    since: str = Field(primary_key=True)
    status: str
