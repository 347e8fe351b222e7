"""Accounts: who gets one, signing in, sessions and tokens.

Passwords are kept as Argon2id hashes (RFC 9106), sessions and tokens by the SHA-256 of 256 random bits: what the
database holds lets nobody in.
"""

import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine

from storywake.collector.dates import now, stamp
from storywake.collector.errors import BadInput, StorywakeError
from storywake.db.attempts import Patience, forgive, take_attempt
from storywake.db.engine import reading, writing
from storywake.db.own_secret import own_secret
from storywake.db.roles import Role
from storywake.db.users import (
    add_token,
    add_user,
    change_user,
    end_old_sessions,
    end_session,
    known_user,
    see_session,
    see_token,
    session_of,
    start_session,
    token_of,
    user_named,
)

NAME = re.compile(r"[\w.@-]{1,40}")
MIN_PASSWORD, MAX_PASSWORD = 10, 1000
"""Characters of a password."""
MAX_PURPOSE = 80
"""Characters of what a token is for."""
TOKEN_START = "swk_"  # noqa: S105
"""What a token begins with, so that one that leaks is recognised."""
IDLE = timedelta(hours=12)
"""A session that is not used for so long ends."""
LONGEST = timedelta(days=7)
"""A session ends after this time in any case."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is noted when a session or token was last used."""
PAIR = Patience(free=5, longest=900)
"""Of one account from one address."""
ADDRESS = Patience(free=20, longest=900)
"""Of one address, whatever the account: a newsroom may share one."""
ACCOUNT = Patience(free=20, longest=60)
"""Of one account, wherever from: short, since others can bring it about."""
HASHING = threading.BoundedSemaphore(2)
"""Each hash takes 64 MiB; more at once wait."""
HASHER = PasswordHasher()


class NotSignedIn(StorywakeError):
    """Name and password do not fit, or it must not be tried yet."""

    def __init__(self, words: str, after: int = 0) -> None:
        super().__init__(words)
        self.after = after
        """Seconds to wait before the next attempt; 0 where none must be waited for."""


class Known(NamedTuple):
    """Who uses a session or token, and as what."""

    name: str
    role: Role


def user_name(text: str) -> str:
    """A name as it is kept: letters, digits and ``. @ - _``, in lower case. Raises BadInput for another."""
    name = unicodedata.normalize("NFKC", text).casefold()
    if not NAME.fullmatch(name):
        raise BadInput("a name has letters, digits and . @ - _ alone, 40 at most")
    return name


def new_user(engine: Engine, name: str, role: Role, password: str) -> str:
    """Gives somebody an account; returns the name as it is kept. Raises BadInput where it is taken or unfit."""
    kept, hashed = user_name(name), hashed_password(password)
    with writing(engine) as connection:
        add_user(connection, kept, role, hashed, now())
    return kept


def new_password(engine: Engine, name: str, password: str) -> None:
    """Gives a user another password, which ends their sessions. Raises BadInput for an unknown user or an unfit word."""
    hashed = hashed_password(password)
    with writing(engine) as connection:
        change_user(connection, user_name(name), password=hashed)


def hashed_password(password: str) -> str:
    """A password's hash. Raises BadInput for one that is too short or too long."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise BadInput(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    with HASHING:
        return HASHER.hash(_plain(password))


def sign_in(engine: Engine, name: str, password: str, address: str, moment: datetime | None = None) -> str:
    """Begins a session; returns what its cookie holds.

    Raises NotSignedIn where the two do not fit, which takes as long for an unknown name, or where too many attempts
    failed before.
    """
    moment = moment or datetime.now(UTC)
    folded = unicodedata.normalize("NFKC", name).casefold()[: 2 * MAX_PURPOSE]
    with writing(engine) as connection:
        key = own_secret(connection, "pages")
        pair, account, place = (_mark(key, *words) for words in ((folded, address), (folded,), ("", address)))
        wait = take_attempt(connection, {pair: PAIR, account: ACCOUNT, place: ADDRESS}, moment)
        user = user_named(connection, folded) if NAME.fullmatch(folded) else None
    if wait > 0:
        raise NotSignedIn(f"Too many attempts failed: try again in {wait} seconds.", wait)
    if not _fits(user.password if user else _nobodys(), password) or user is None:
        raise NotSignedIn("Name and password do not fit.")
    token = new_session()
    with writing(engine) as connection:
        forgive(connection, [pair, account], [place])
        end_old_sessions(connection, stamp(moment - LONGEST), stamp(moment - IDLE))
        still = user_named(connection, user.name)
        if still is None or still.password != user.password:
            raise NotSignedIn("Name and password do not fit.")
        start_session(connection, mark_of(token), user.id, stamp(moment))
    return token


def new_session() -> str:
    """What a session's cookie may hold: 256 random bits."""
    return secrets.token_urlsafe(32)


def in_session(engine: Engine, token: str, moment: datetime | None = None) -> Known | None:
    """Whose session a cookie's content is; None where it is none's, or the session has ended."""
    moment = moment or datetime.now(UTC)
    mark = mark_of(token)
    with reading(engine) as connection:
        found = session_of(connection, mark)
    if found is None or found.began_at <= stamp(moment - LONGEST) or found.seen_at <= stamp(moment - IDLE):
        return None
    if found.seen_at <= stamp(moment - SEEN_EVERY):
        with writing(engine) as connection:
            see_session(connection, mark, stamp(moment))
    return Known(found.name, Role(found.role))


def sign_out(engine: Engine, token: str) -> None:
    """Ends the session of a cookie's content, where there is one."""
    with writing(engine) as connection:
        end_session(connection, mark_of(token))


def new_token(engine: Engine, name: str, purpose: str, role: Role | None = None) -> str:
    """A token for a user's programs, shown this once; by default it may do what its user may.

    Raises BadInput for an unknown user, a role above the user's, or no purpose.
    """
    purpose = " ".join(purpose.split())
    if not purpose.isprintable() or not 1 <= len(purpose) <= MAX_PURPOSE:
        raise BadInput(f"say what the token is for, in {MAX_PURPOSE} characters at most")
    token = TOKEN_START + secrets.token_urlsafe(32)
    with writing(engine) as connection:
        user = known_user(connection, user_name(name))
        wanted = role or Role(user.role)
        if not Role(user.role).covers(wanted):
            raise BadInput(f"{user.name} is {user.role}: a token cannot be {wanted}")
        add_token(connection, mark_of(token), user.id, purpose, wanted, now())
    return token


def with_token(engine: Engine, token: str, moment: datetime | None = None) -> Known | None:
    """Whose token it is; None where it is none's. It may do what both its user and itself may."""
    moment = moment or datetime.now(UTC)
    with reading(engine) as connection:
        found = token_of(connection, mark_of(token))
    if found is None:
        return None
    if found.used_at is None or found.used_at <= stamp(moment - SEEN_EVERY):
        with writing(engine) as connection:
            see_token(connection, found.id, stamp(moment))
    own, lent = Role(found.user_role), Role(found.token_role)
    return Known(found.name, lent if own.covers(lent) else own)


def mark_of(token: str) -> str:
    """By what a session or token is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _mark(key: bytes, *words: str) -> str:
    return hmac.new(key, "\0".join(("attempt", *words)).encode("utf-8", "replace"), "sha256").hexdigest()


def _fits(hashed: str, password: str) -> bool:
    try:
        with HASHING:
            return HASHER.verify(hashed, _plain(password[:MAX_PASSWORD]))
    except (VerificationError, InvalidHashError):
        return False


def _plain(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")


@cache
def _nobodys() -> str:
    """The hash of a password that nobody has, so that an unknown name takes as long as a known one."""
    with HASHING:
        return HASHER.hash(secrets.token_bytes(32))
