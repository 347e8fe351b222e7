"""Who may sign in to the pages, and what they signed in with. No view shows any of it."""

from sqlmodel import Field, SQLModel


class User(SQLModel, table=True):
    """Somebody who may sign in."""

    __tablename__ = "user_account"
    id: int = Field(primary_key=True)
    name: str = Field(unique=True)
    role: str  # reader, analyst, admin
    password: str  # its Argon2id hash (RFC 9106)
    made_at: str


class Session(SQLModel, table=True):
    """A browser that somebody signed in with."""

    __tablename__ = "user_session"
    mark: str = Field(primary_key=True)  # SHA-256 of what the cookie holds
    user_id: int = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    began_at: str
    seen_at: str


class Token(SQLModel, table=True):
    """What a program signs in with."""

    __tablename__ = "user_token"
    id: int = Field(primary_key=True)
    mark: str = Field(unique=True)  # SHA-256 of the token
    user_id: int = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    purpose: str  # what its user calls it
    role: str  # it may do no more than this, nor more than its user
    made_at: str
    used_at: str | None = None


class Attempt(SQLModel, table=True):
    """Attempts to sign in that failed, of one account, one address, or both."""

    __tablename__ = "user_attempt"
    mark: str = Field(primary_key=True)  # a fingerprint: neither name nor address can be read from it
    failures: int
    last_at: str = Field(index=True)
