"""What is told at once: alerts, who wants them, and how they went out."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Alert(SQLModel, table=True):
    """Something that happened and is told once; words of people are not in it, but in the reaction it is about."""

    id: int = Field(primary_key=True)
    key: str = Field(unique=True)  # what happened: the same is never told again
    kind: str
    story_id: int | None = Field(default=None, foreign_key="story.id", ondelete="CASCADE", index=True)  # NULL: of all
    reaction_id: int | None = Field(default=None, foreign_key="reaction.id", ondelete="CASCADE", index=True)
    at: str  # when it happened
    found_at: str
    facts: str  # JSON: what the sentence is made of


class AlertState(SQLModel, table=True):
    """Since when a story's news are told, and how far they were looked through."""

    __tablename__ = "alert_state"
    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE")
    since: str  # what was there then is no news
    checked_at: str


class AlertSubscriber(SQLModel, table=True):
    """Who wants alerts: a mail address, or an address that they are posted to."""

    __tablename__ = "alert_subscriber"
    id: int = Field(primary_key=True)
    target: str = Field(unique=True)
    kinds: str | None = None  # set apart by commas; NULL: all
    stories: str | None = None  # slugs, likewise
    quiet_from: str | None = None  # HH:MM; what is found in quiet hours is sent after them
    quiet_until: str | None = None
    zone: str
    secret: str | None = None  # that signs what is posted
    after_alert: int  # alerts up to this one were there before
    added_at: str


class AlertMessage(SQLModel, table=True):
    """What goes to a subscriber in one: a mail, or a request under one id."""

    __tablename__ = "alert_message"
    id: int = Field(primary_key=True)
    subscriber_id: int = Field(foreign_key="alert_subscriber.id", ondelete="CASCADE", index=True)
    identity: str = Field(unique=True)  # the same at every attempt
    status: str  # claimed (being sent), handed_over, refused (tried again), unknown (a mail: never again), given_up
    attempts: int
    made_at: str
    due_at: str | None = None  # when it is tried again
    note: str | None = None  # why it did not go out, or may not have arrived


class AlertDelivery(SQLModel, table=True):
    """Which alert goes to whom, and with which message: each to each once."""

    __tablename__ = "alert_delivery"
    __table_args__ = (UniqueConstraint("subscriber_id", "alert_id"),)
    message_id: int = Field(primary_key=True, foreign_key="alert_message.id", ondelete="CASCADE")
    alert_id: int = Field(primary_key=True, foreign_key="alert.id", ondelete="CASCADE", index=True)
    subscriber_id: int = Field(foreign_key="alert_subscriber.id", ondelete="CASCADE")
