"""What is to be done and what was done: looks, runs, deliveries, spending."""

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

MADE = text("last_at IS NOT NULL")
FAILING = text("outcome IN ('failed', 'given up')")


class Look(SQLModel, table=True):
    """Something to be looked at, with a clock of its own. One that is not due (``due_at`` NULL) waits to be woken, or
    is done.
    """

    __table_args__ = (
        Index("ix_look_what", "kind", "source", "target", text("COALESCE(story_id, 0)"), unique=True),
        Index("ix_look_story_id", "story_id", "due_at"),
        Index("ix_look_last_at", "last_at", sqlite_where=MADE, postgresql_where=MADE),
        Index("ix_look_failing", "post_id", sqlite_where=FAILING, postgresql_where=FAILING),
    )
    id: int = Field(primary_key=True)
    story_id: int | None = Field(default=None, foreign_key="story.id")  # NULL for a post's looks and for feeds
    kind: str  # page, link, candidate, short, webmention, feed, files, coverage, comments, linking, naming, backlinks, counts, replies, quotes, lead, picture
    source: str  # the platform, or who else is asked (dictionary/tables.toml)
    target: str  # the address, or the post's key
    post_id: int | None = Field(default=None, foreign_key="post.id", index=True)
    about: str | None = None  # what its kind needs besides: a link's role, a webmention's target
    reason: str  # why it is looked at
    added_at: str
    due_at: str | None = Field(default=None, index=True)
    last_at: str | None = None
    grown_at: str | None = None  # when a look last brought something new
    outcome: str | None = None  # ok, failed, given up, put off, gone, partial, awaited
    note: str | None = None  # what went wrong the last time
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # in a row
    idle: int = Field(
        default=0, sa_column_kwargs={"server_default": "0"}
    )  # looks in a row that did not bring what the platform told of
    told: int | None = Field(default=None, sa_type=BigInteger)  # what it told at the last look
    tempo: float | None = None  # reactions that a post gathers while its age grows e-fold


class JobRun(SQLModel, table=True):
    """What ran, for when, and how it ended."""

    __tablename__ = "job_run"
    id: int = Field(primary_key=True)
    job: str = Field(index=True)
    scheduled_for: str
    started_at: str
    finished_at: str | None = None
    status: str  # running, done, failed
    counts: str | None = None  # JSON: what it did
    notes: str | None = None  # one line a fault


class Delivery(SQLModel, table=True):
    """Which digest went to whom: each to each reader once."""

    __table_args__ = (UniqueConstraint("day", "reader"),)
    id: int = Field(primary_key=True)
    day: str
    reader: str
    status: str  # claimed (being sent), handed_over, refused (tried again that day), unknown (never tried again), nothing_new (no mail)
    message_id: str
    since: str | None = None  # what is new was counted from here
    at: str
    until: str | None = None  # up to here: when the mail was built, and where the reader's next one begins
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    note: str | None = None  # why it did not go out, or may not have arrived
    last_reaction: int | None = (
        None  # the highest reaction id when it was built: one stored later is new, whenever seen
    )
    told: str | None = None  # marks of the changes that it told, one a line


class Spending(SQLModel, table=True):
    """What was charged on a platform on a UTC day, in its unit: an item is charged once a day."""

    platform: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    item: str = Field(primary_key=True)
    amount: int = Field(sa_type=BigInteger)


class StreamCursor(SQLModel, table=True):
    """How far a stream has been read."""

    __tablename__ = "stream_cursor"
    stream: str = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)  # as its host counts: microseconds since 1970, or events
    host: str | None = None  # whose count it is; of no use to any other
    kind: str | None = None  # which form of stream the host speaks there
    heard_at: str | None = None  # the time of the last event, by which another host is asked for what follows


class Unheard(SQLModel, table=True):
    """A stretch of a stream's past that is to be read: before a story was watched, or what could not be heard. One that was read
    in part for good stays, so that it is told; others go when they are read.
    """

    id: int = Field(primary_key=True)
    stream: str
    story_id: int | None = Field(default=None, foreign_key="story.id", index=True)  # NULL: for all that were watched
    since: str  # from when on it was not read yet
    until: str  # when listening began, from which on nothing is missing
    host: str | None = None  # whose count the position is
    position: int | None = Field(default=None, sa_type=BigInteger)  # up to where it was read, as the host counts
    bytes: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})  # read so far
    note: str | None = None  # why it could not be read the last time
    cut_at: str | None = None  # from when on it was left out, since it is too large
    done_at: str | None = None  # when what could be read of it was read


class HostState(SQLModel, table=True):
    """A host's robots.txt, and where several processes ask when it may be asked again. Times are seconds since 1970, by the
    database's clock but for that until which a robots.txt holds.
    """

    __tablename__ = "host_state"
    host: str = Field(primary_key=True)  # scheme and host
    next_at: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})  # its pace
    limited_until: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})  # its rate limit
    closed_until: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})  # its Retry-After
    robots: bytes | None = None
    robots_until: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
