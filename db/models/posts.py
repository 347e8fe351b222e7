"""Posts, the accounts that wrote them, and their counts."""

from sqlalchemy import BigInteger, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

PROVISIONAL = text("external_id IS NULL")
DELETED = text("deleted_at IS NOT NULL")
QUOTE_ENDED = text("quote_ended_at IS NOT NULL")


class Account(SQLModel, table=True):
    """An account on a platform."""

    __table_args__ = (
        UniqueConstraint("platform", "key"),
        Index("ix_account_handle", "platform", text("LOWER(handle)")),
    )
    id: int = Field(primary_key=True)
    platform: str
    key: str  # the external id, or "@" and the handle until it is known
    external_id: str | None = None
    handle: str | None = None
    name: str | None = None
    followers: int | None = Field(default=None, sa_type=BigInteger)
    links: str | None = None  # addresses that its profile declares, one a line
    labels: str | None = None  # its marks, words one blank apart; "" for none, NULL where nothing was told
    bio: str | None = None  # what its profile says of its owner; "" for nothing or where its owner asks not to be shown


class Post(SQLModel, table=True):
    """One item on one platform. Provisional while its external id is unknown."""

    __table_args__ = (
        UniqueConstraint("platform", "key"),
        Index("ix_post_in_reply_to", "platform", "in_reply_to"),
        Index("ix_post_quotes", "platform", "quotes"),
        Index("ix_post_url", "platform", "url"),
        Index("ix_post_account_posted", "account_id", "posted_at"),
        Index("ix_post_provisional", "platform", sqlite_where=PROVISIONAL, postgresql_where=PROVISIONAL),
        Index("ix_post_deleted_at", "deleted_at", sqlite_where=DELETED, postgresql_where=DELETED),
        Index("ix_post_quote_ended_at", "quote_ended_at", sqlite_where=QUOTE_ENDED, postgresql_where=QUOTE_ENDED),
    )
    id: int = Field(primary_key=True)
    platform: str
    key: str  # the external id, or "~" and a fingerprint of author, day and text; "erased:" and one where it was erased
    external_id: str | None = None
    url: str | None = None
    kind: str
    account_id: int | None = Field(default=None, foreign_key="account.id")
    text: str | None = None
    language: str | None = None
    posted_at: str | None = None
    in_reply_to: str | None = None
    quotes: str | None = None
    quote_state: str | None = None  # pending, accepted, rejected, revoked, deleted, unauthorized
    quote_ended_at: str | None = None  # when a quotation that stood was first found taken back
    links: str | None = None  # addresses, one a line
    media: str | None = None  # the words beside the text: a JSON object with "warning", "alt", "card", "poll"
    labels: str | None = None  # its marks by its author or by moderators, as those of an account
    first_seen_at: str
    deleted_at: str | None = None
    forgotten_at: str | None = None  # when its words were taken out, some days after its deletion
    own_words: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # told by its platform itself; else as an article or an import shows them


class PostRevision(SQLModel, table=True):
    """A text that a post had before it was edited."""

    __tablename__ = "post_revision"
    __table_args__ = (UniqueConstraint("post_id", "replaced_at"),)
    id: int = Field(primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    replaced_at: str
    text: str


class Observation(SQLModel, table=True):
    """A post's counts at a time; a count that the platform does not tell is NULL."""

    __table_args__ = {"sqlite_with_rowid": False}  # a post's looks lie together

    post_id: int = Field(primary_key=True, foreign_key="post.id")
    observed_at: str = Field(primary_key=True)
    likes: int | None = Field(default=None, sa_type=BigInteger)
    reposts: int | None = Field(default=None, sa_type=BigInteger)
    replies: int | None = Field(default=None, sa_type=BigInteger)
    quotes: int | None = Field(default=None, sa_type=BigInteger)
    views: int | None = Field(default=None, sa_type=BigInteger)
    followers: int | None = Field(default=None, sa_type=BigInteger)
