"""Stories and what is known of their articles."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Story(SQLModel, table=True):
    """A story being watched."""

    id: int = Field(primary_key=True)
    slug: str = Field(unique=True)
    title: str | None = None
    url: str | None = None  # where its article is read again; NULL for pasted text
    canonical_url: str | None = None
    status: str = "watched"  # watched, paused, ended
    created_at: str
    watch_until: str
    mention_threshold: float | None = None  # from which posts without a link are taken, 0 to 1; NULL: the usual
    replayed_at: str | None = None  # when a stream's past, before it was watched, had been read for it


class Claim(SQLModel, table=True):
    """A sentence that stance is measured against; the one with the lowest position is the main claim."""

    __table_args__ = (UniqueConstraint("story_id", "text"),)
    id: int = Field(primary_key=True)
    story_id: int = Field(foreign_key="story.id", index=True)
    position: int
    text: str


class Article(SQLModel, table=True):
    """A page about a story. One that prose only names has no address."""

    __table_args__ = (UniqueConstraint("story_id", "key"),)
    id: int = Field(primary_key=True)
    story_id: int = Field(foreign_key="story.id", index=True)
    key: str  # the canonical address, or "publisher:" and the name
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    authors: str | None = None
    published_at: str | None = None
    language: str | None = None
    role: str
    corrected: bool = False
    correction: str | None = None
    rests_on: str | None = None  # why it belongs to the story
    confidence: float | None = None  # 0 to 1
    copy_of: int | None = None  # id of the first article with the same text
    first_seen_at: str
    dropped_at: str | None = None  # when an analyst dropped it; it is kept, so that it is not found again
    corrected_at: str | None = None  # when it was first known to be corrected
    stance: str | None = None  # repeats, confirms, doubts or corrects the report that the story is about
    stance_rests_on: str | None = None  # the sentence that says so
    agency: str | None = None  # the news agency whose text it has


class ArticleRevision(SQLModel, table=True):
    """A version of an article's text, as first seen."""

    __tablename__ = "article_revision"
    __table_args__ = (UniqueConstraint("article_id", "text_hash"),)
    id: int = Field(primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    seen_at: str
    text_hash: str
    title: str | None = None
    text: str
    signature: bytes | None = None  # MinHash of its word shingles


class Webmention(SQLModel, table=True):
    """A page that says it links to a watched article, until and after it was verified."""

    __table_args__ = (UniqueConstraint("source", "target"),)
    id: int = Field(primary_key=True)
    source: str
    target: str
    story_id: int = Field(foreign_key="story.id")
    received_at: str
    status: str  # waiting, verified, refused
    note: str | None = None
