"""Who comes in: somebody signed in, a program with a token, or, where nobody has an account, whoever sits at the machine."""

import hmac
import ipaddress
from typing import NamedTuple

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from storywake.db.engine import reading, writing
from storywake.db.own_secret import own_secret
from storywake.db.roles import Role
from storywake.db.users import any_user
from storywake.jobs.users import LONGEST, in_session, mark_of, with_token

from .gate import LOCAL, name_of

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers of a request that a proxy hands on."""
COOKIE = "storywake"
FOR_PROGRAMS = ("/api/", "/metrics")
"""Where a token counts."""


class Visitor(NamedTuple):
    """Who asks, and as what."""

    name: str
    role: Role


class Admitted(NamedTuple):
    """A visitor, and how they came in."""

    visitor: Visitor
    session: str  # what the cookie holds; "" where there is none
    by_token: bool


class Doors:
    """Lets visitors in to a server that listens at ``host``."""

    def __init__(self, engine: Engine, host: str) -> None:
        self._engine = engine
        self._on_loopback = is_loopback(host)
        self._key: bytes | None = None

    def admit(self, request: Request) -> Admitted | None:
        """Who asks; None for somebody whom this server does not know. A token counts for programs' addresses alone."""
        if "authorization" in request.headers and request.url.path.startswith(FOR_PROGRAMS):
            kind, _, token = request.headers["authorization"].partition(" ")
            known = with_token(self._engine, token.strip()) if kind.lower() == "bearer" else None
            return Admitted(Visitor(*known), "", True) if known else None
        session = request.cookies.get(cookie_name(request), "")
        known = in_session(self._engine, session) if session else None
        if known:
            return Admitted(Visitor(*known), session, False)
        if self._on_loopback and _at_this_machine(request) and not self.has_users():
            return Admitted(Visitor("analyst", Role.ADMIN), "", False)
        return None

    def has_users(self) -> bool:
        """Whether anybody has an account."""
        with reading(self._engine) as connection:
            return any_user(connection)

    def csrf(self, session: str) -> str:
        """The value that forms shown in a session hold, told from the session alone."""
        if self._key is None:
            with writing(self._engine) as connection:
                self._key = own_secret(connection, "pages")
        return hmac.new(self._key, f"csrf {mark_of(session)}".encode(), "sha256").hexdigest()


def _at_this_machine(request: Request) -> bool:
    """Whether the server was asked by a name of this machine, and through no proxy."""
    named = name_of(request.headers.get("host", "")) in LOCAL
    return named and not any(name in request.headers for name in FORWARDED)


def is_loopback(host: str) -> bool:
    """Whether an address that is listened at is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def cookie_name(request: Request) -> str:
    """The session's cookie; over https one that no other host and no page without https can set
    (RFC 6265bis, cookie name prefixes).
    """
    return f"__Host-{COOKIE}" if request.url.scheme == "https" else COOKIE


def give_cookie(request: Request, answer: Response, session: str) -> None:
    """Has the browser keep a session."""
    answer.set_cookie(
        cookie_name(request), session, max_age=round(LONGEST.total_seconds()), path="/",
        secure=request.url.scheme == "https", httponly=True, samesite="lax",
    )  # fmt: skip


def take_cookie(request: Request, answer: Response) -> None:
    """Has the browser forget its session."""
    answer.delete_cookie(
        cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax"
    )
