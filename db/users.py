"""Who may sign in to the pages, the sessions of their browsers, and the tokens of their programs."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from storywake.collector.errors import BadInput

from .models import Session, Token, User
from .roles import Role
from .rows import select_rows
from .statements import statements

SQL = statements("users")


class UserRow(NamedTuple):
    """Somebody who may sign in."""

    id: int
    name: str
    role: str
    password: str  # its hash
    made_at: str


class SessionRow(NamedTuple):
    """A session, and whose."""

    name: str
    role: str
    began_at: str
    seen_at: str


class TokenRow(NamedTuple):
    """A token, without what would let anybody use it."""

    id: int
    purpose: str
    role: str
    made_at: str
    used_at: str | None


class TokenUse(NamedTuple):
    """Who uses a token, with what its user and the token itself may do."""

    id: int
    name: str
    user_role: str
    token_role: str
    used_at: str | None


def any_user(connection: Connection) -> bool:
    """Whether anybody has an account."""
    return connection.execute(select(User.id).limit(1)).first() is not None


def users(connection: Connection) -> list[UserRow]:
    """All who have an account, by name."""
    return [UserRow._make(row) for row in connection.execute(select_rows(User, UserRow).order_by(User.name))]


def user_named(connection: Connection, name: str) -> UserRow | None:
    """The user of a name; None where there is none."""
    row = connection.execute(select_rows(User, UserRow).where(col(User.name) == name)).first()
    return UserRow._make(row) if row else None


def known_user(connection: Connection, name: str) -> UserRow:
    """The user of a name. Raises BadInput where there is none."""
    found = user_named(connection, name)
    if found is None:
        names = ", ".join(row.name for row in users(connection))
        raise BadInput(f"no account {name!r}" + (f"; there are: {names}" if names else "; there is none yet"))
    return found


def add_user(connection: Connection, name: str, role: Role, password: str, at: str) -> None:
    """Gives somebody an account; ``password`` is its hash. Raises BadInput where the name is taken."""
    try:
        connection.execute(insert(User).values(name=name, role=role, password=password, made_at=at))
    except IntegrityError:
        raise BadInput(f"there is an account {name!r}") from None


def change_user(connection: Connection, name: str, *, role: Role | None = None, password: str | None = None) -> None:
    """Gives a user another role or password (its hash), which ends their sessions. Raises BadInput for an unknown one."""
    user = known_user(connection, name)
    values = {key: value for key, value in (("role", role), ("password", password)) if value is not None}
    connection.execute(update(User).where(col(User.id) == user.id).values(values))
    connection.execute(delete(Session).where(col(Session.user_id) == user.id))


def remove_user(connection: Connection, name: str) -> None:
    """Takes an account away, with its sessions and tokens. Raises BadInput for an unknown one."""
    user = known_user(connection, name)
    for table in (Session, Token):
        connection.execute(delete(table).where(col(table.user_id) == user.id))
    connection.execute(delete(User).where(col(User.id) == user.id))


def start_session(connection: Connection, mark: str, user_id: int, at: str) -> None:
    """Keeps a session that begins."""
    connection.execute(insert(Session).values(mark=mark, user_id=user_id, began_at=at, seen_at=at))


def session_of(connection: Connection, mark: str) -> SessionRow | None:
    """The session of a mark; None where there is none."""
    query = select(User.name, User.role, Session.began_at, Session.seen_at).where(
        Session.user_id == User.id, col(Session.mark) == mark
    )
    row = connection.execute(query).first()
    return SessionRow._make(row) if row else None


def see_session(connection: Connection, mark: str, at: str) -> None:
    """Notes that a session is in use."""
    connection.execute(update(Session).where(col(Session.mark) == mark).values(seen_at=at))


def end_session(connection: Connection, mark: str) -> None:
    """Ends a session, where there is one."""
    connection.execute(delete(Session).where(col(Session.mark) == mark))


def end_old_sessions(connection: Connection, began_before: str, seen_before: str) -> None:
    """Ends the sessions that began, or were last seen, before a time."""
    old = (col(Session.began_at) < began_before) | (col(Session.seen_at) < seen_before)
    connection.execute(delete(Session).where(old))


def add_token(connection: Connection, mark: str, user_id: int, purpose: str, role: Role, at: str) -> None:
    """Keeps a token by its mark."""
    values: dict[str, Any] = {"mark": mark, "user_id": user_id, "purpose": purpose, "role": role, "made_at": at}
    connection.execute(insert(Token).values(values))


def tokens_of(connection: Connection, user_id: int) -> list[TokenRow]:
    """A user's tokens, oldest first."""
    query = select_rows(Token, TokenRow).where(col(Token.user_id) == user_id).order_by(col(Token.id))
    return [TokenRow._make(row) for row in connection.execute(query)]


def token_of(connection: Connection, mark: str) -> TokenUse | None:
    """The token of a mark; None where there is none, or it was withdrawn."""
    row = connection.execute(SQL["token_of"], {"mark": mark}).first()
    return TokenUse._make(row) if row else None


def see_token(connection: Connection, token_id: int, at: str) -> None:
    """Notes that a token is in use."""
    connection.execute(update(Token).where(col(Token.id) == token_id).values(used_at=at))


def withdraw_token(connection: Connection, user_id: int, token_id: int) -> bool:
    """Takes a user's token away; False where the user has none of that id."""
    own = delete(Token).where(col(Token.id) == token_id, col(Token.user_id) == user_id)
    return connection.execute(own).rowcount > 0
