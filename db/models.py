"""The tables. Times are ISO 8601 text in UTC; a time known only to the day is ``YYYY-MM-DD``; unknown is NULL."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

PROVISIONAL = text("external_id IS NULL")
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class Story(SQLModel, table=True):
    """A story being watched."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    title: str | None = None
    url: str | None = None  # where its article is read again; NULL for pasted text
    canonical_url: str | None = None
    status: str = "watched"  # watched, paused, ended
    created_at: str
    watch_until: str


class Claim(SQLModel, table=True):
    """A sentence that stance is measured against; the one with the lowest position is the main claim."""

    __table_args__ = (UniqueConstraint("story_id", "text"),)
    id: int | None = Field(default=None, primary_key=True)
    story_id: int = Field(foreign_key="story.id", index=True)
    position: int
    text: str


class Article(SQLModel, table=True):
    """A page about a story. One that prose only names has no address."""

    __table_args__ = (UniqueConstraint("story_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
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


class ArticleRevision(SQLModel, table=True):
    """A version of an article's text, as first seen."""

    __tablename__ = "article_revision"
    __table_args__ = (UniqueConstraint("article_id", "text_hash"),)
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    seen_at: str
    text_hash: str
    title: str | None = None
    text: str
    signature: bytes | None = Field(default=None, sa_column=Column(LargeBinary))  # MinHash of its word shingles


class Person(SQLModel, table=True):
    """Somebody who reacted, under any number of accounts or in prose."""

    __table_args__ = (UniqueConstraint("story_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    story_id: int = Field(foreign_key="story.id")
    name: str
    affiliation: str | None = None
    rests_on: str | None = None


class Account(SQLModel, table=True):
    """An account on a platform."""

    __table_args__ = (UniqueConstraint("platform", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    platform: str
    key: str  # the external id, or "@" and the handle until it is known
    external_id: str | None = None
    handle: str | None = None
    name: str | None = None
    followers: int | None = Field(default=None, sa_column=Column(BigInteger))
    links: str | None = None  # addresses that its profile declares, one a line


class Post(SQLModel, table=True):
    """One item on one platform. Provisional while its external id is unknown."""

    __table_args__ = (
        UniqueConstraint("platform", "key"),
        Index("ix_post_in_reply_to", "platform", "in_reply_to"),
        Index("ix_post_quotes", "platform", "quotes"),
        Index("ix_post_provisional", "platform", sqlite_where=PROVISIONAL, postgresql_where=PROVISIONAL),
    )
    id: int | None = Field(default=None, primary_key=True)
    platform: str
    key: str  # the external id, or "~" and a fingerprint of author, day and text; "erased:" and one where it was erased
    external_id: str | None = None
    url: str | None = None
    kind: str
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    text: str | None = None
    language: str | None = None
    posted_at: str | None = None
    in_reply_to: str | None = None
    quotes: str | None = None
    links: str | None = None  # addresses, one a line
    first_seen_at: str
    deleted_at: str | None = None
    forgotten_at: str | None = None  # when its words were taken out, some days after its deletion
    own_words: bool = False  # told by its platform itself; else as an article or an import shows them


class PostRevision(SQLModel, table=True):
    """A text that a post had before it was edited."""

    __tablename__ = "post_revision"
    __table_args__ = (UniqueConstraint("post_id", "replaced_at"),)
    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    replaced_at: str
    text: str


class Reaction(SQLModel, table=True):
    """This post reacts to this story; the tie is the strongest of its witnesses'."""

    __table_args__ = (UniqueConstraint("story_id", "post_id"),)
    id: int | None = Field(default=None, primary_key=True)
    story_id: int = Field(foreign_key="story.id")
    post_id: int = Field(foreign_key="post.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    tie: str
    tie_source: str
    rests_on: str
    confidence: float
    first_seen_at: str
    depth: int = 0  # quotes between it and a post that an article shows or that links to the story
    dropped_at: str | None = None  # when an analyst dropped it; it is kept, so that it is not found again


class Witness(SQLModel, table=True):
    """One reason why a reaction is there; a statement in prose that renders a post is one."""

    __table_args__ = (UniqueConstraint("reaction_id", "tie", "source", "words"),)
    id: int | None = Field(default=None, primary_key=True)
    reaction_id: int = Field(foreign_key="reaction.id")
    tie: str
    source: str
    rests_on: str
    confidence: float
    words: str = ""  # for a statement: the words reported
    verbatim: bool | None = None


class Observation(SQLModel, table=True):
    """A post's counts at a time; a count that the platform does not tell is NULL."""

    post_id: int = Field(
        sa_column=Column(Integer, ForeignKey("post.id", name="fk_observation_post_id"), primary_key=True)
    )
    observed_at: str = Field(primary_key=True)
    likes: int | None = Field(default=None, sa_column=Column(BigInteger))
    reposts: int | None = Field(default=None, sa_column=Column(BigInteger))
    replies: int | None = Field(default=None, sa_column=Column(BigInteger))
    quotes: int | None = Field(default=None, sa_column=Column(BigInteger))
    views: int | None = Field(default=None, sa_column=Column(BigInteger))
    followers: int | None = Field(default=None, sa_column=Column(BigInteger))


class Stance(SQLModel, table=True):
    """An assessment of a reaction towards a claim; older ones stay."""

    __table_args__ = (UniqueConstraint("reaction_id", "claim_id", "model", "input_hash"),)
    id: int | None = Field(default=None, primary_key=True)
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
    unclear: bool = False


class Label(SQLModel, table=True):
    """An analyst's own judgement: above every model's, never overwritten by one."""

    __table_args__ = (UniqueConstraint("reaction_id", "claim_id", "analyst"),)
    id: int | None = Field(default=None, primary_key=True)
    reaction_id: int = Field(foreign_key="reaction.id")
    claim_id: int = Field(foreign_key="claim.id")
    analyst: str
    stance: str
    set_at: str


class Review(SQLModel, table=True):
    """A fact-check's verdict on a claim (schema.org ClaimReview): an explicit stance with its rating."""

    __table_args__ = (UniqueConstraint("reaction_id", "claim_reviewed"),)
    id: int | None = Field(default=None, primary_key=True)
    reaction_id: int = Field(foreign_key="reaction.id")
    claim_reviewed: str
    claimant: str | None = None
    rating: str | None = None  # in the reviewer's words
    rating_value: float | None = None  # 0 (worst) to 1 (best), where numbers were given
    stance: str
    seen_at: str


class Identity(SQLModel, table=True):
    """An analyst's word on whether two of a story's accounts or names are one person; it stands above every rule."""

    __table_args__ = (UniqueConstraint("story_id", "one", "other"),)
    id: int | None = Field(default=None, primary_key=True)
    story_id: int = Field(foreign_key="story.id")
    one: str  # "platform:handle" or a name; the lesser of the two comes first
    other: str
    same: bool
    analyst: str
    set_at: str


class Spending(SQLModel, table=True):
    """What was charged on a platform on a UTC day, in its unit: an item is charged once a day."""

    platform: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    item: str = Field(primary_key=True)
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))


class Webmention(SQLModel, table=True):
    """A page that says it links to a watched article, until and after it was verified."""

    __table_args__ = (UniqueConstraint("source", "target"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    target: str
    story_id: int = Field(foreign_key="story.id")
    received_at: str
    status: str  # waiting, verified, refused
    note: str | None = None


class StreamCursor(SQLModel, table=True):
    """How far a stream has been read."""

    __tablename__ = "stream_cursor"
    stream: str = Field(primary_key=True)
    position: int = Field(sa_column=Column(BigInteger, nullable=False))


class ModelAnswer(SQLModel, table=True):
    """A language model's answer, by what it was asked: the same question is not paid for twice."""

    __tablename__ = "model_answer"
    key: str = Field(primary_key=True)  # SHA-256 of model, prompt version and words
    answer: str  # JSON


class EvidenceBody(SQLModel, table=True):
    """The content of answers, each once, compressed (zlib)."""

    __tablename__ = "evidence_body"
    hash: str = Field(primary_key=True)  # SHA-256 of the content
    packed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Evidence(SQLModel, table=True):
    """An answer as it came."""

    __table_args__ = (Index("ix_evidence_url", "url", "id"), Index("ix_evidence_story_id", "story_id", "id"))
    id: int | None = Field(default=None, primary_key=True)
    story_id: int | None = Field(default=None, foreign_key="story.id")
    source: str  # the platform whose parser reads it
    url: str
    final_url: str
    chain: str  # every address on the way, one a line
    fetched_at: str
    status: int
    headers: str = Field(sa_column=Column(Text, nullable=False))  # JSON
    body_hash: str | None = Field(default=None, foreign_key="evidence_body.hash", index=True)


class JobRun(SQLModel, table=True):
    """What ran, for when, and how it ended."""

    __tablename__ = "job_run"
    id: int | None = Field(default=None, primary_key=True)
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
    id: int | None = Field(default=None, primary_key=True)
    day: str
    reader: str
    status: str  # claimed (being sent), handed_over, refused (tried again that day), unknown (never tried again)
    message_id: str
    since: str | None = None  # what is new was counted from here
    at: str
    until: str | None = None  # up to here: when the mail was built, and where the reader's next one begins
    attempts: int = 0
    note: str | None = None  # why it did not go out, or may not have arrived
    last_reaction: int | None = (
        None  # the highest reaction id when it was built: one stored later is new, whenever seen
    )


class Look(SQLModel, table=True):
    """Something to be looked at, with a clock of its own. One that is not due (``due_at`` NULL) waits to be woken, or is done."""

    __table_args__ = (
        Index("ix_look_what", "kind", "source", "target", text("COALESCE(story_id, 0)"), unique=True),
        Index("ix_look_story_id", "story_id", "due_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    story_id: int | None = Field(default=None, foreign_key="story.id")  # NULL for a post's looks and for feeds
    kind: str  # page, link, candidate, short, webmention, feed, coverage, linking, counts, replies, quotes
    source: str  # the platform, or web, feed, gdelt, wikipedia
    target: str  # the address, or the post's key
    post_id: int | None = Field(default=None, foreign_key="post.id", index=True)
    about: str | None = None  # what its kind needs besides: a link's role, a webmention's target
    reason: str  # why it is looked at
    added_at: str
    due_at: str | None = Field(default=None, index=True)
    last_at: str | None = None
    grown_at: str | None = None  # when a look last brought something new
    outcome: str | None = None  # ok, failed, given up, gone
    note: str | None = None  # what went wrong the last time
    failures: int = 0  # in a row
    idle: int = 0  # looks in a row that did not bring what the platform told of
    told: int | None = Field(default=None, sa_column=Column(BigInteger))  # what it told at the last look


class Shown(SQLModel, table=True):
    """An answer showed a post: what has to go when the post is forgotten."""

    evidence_id: int = Field(
        sa_column=Column(Integer, ForeignKey("evidence.id", name="fk_shown_evidence_id"), primary_key=True)
    )
    post_id: int = Field(
        sa_column=Column(Integer, ForeignKey("post.id", name="fk_shown_post_id"), primary_key=True, index=True)
    )


class Erased(SQLModel, table=True):
    """An account that asked to be taken out, by a fingerprint of its platform and name or id: it stays out."""

    platform: str = Field(primary_key=True)
    mark: str = Field(primary_key=True)
    at: str


class Secret(SQLModel, table=True):
    """Random values that belong to this database, such as the key of its fingerprints."""

    name: str = Field(primary_key=True)
    value: str


class ViewText(SQLModel, table=True):
    """The text that a view was made with, so that a change is noticed; and views of others that could not be made again."""

    __tablename__ = "view_text"
    name: str = Field(primary_key=True)
    text: str
