"""Who may do what: each endpoint says whom it needs, and what a browser posts must come from a page of ours.

``needs(role, endpoint)`` makes an endpoint of a route. Within it ``visitor(request)`` is whoever asks, and
``posted(request)`` the form that was sent. A form holds ``<input type="hidden" name="csrf" value="{{ csrf }}">``; a
script sends the same value as the header ``X-CSRF-Token``.
"""

import hmac
import inspect
import ipaddress
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message

from storywake.db.engine import writing
from storywake.db.own_secret import own_secret
from storywake.db.roles import Role

from .gate import LOCAL, name_of
from .pages import page

__all__ = ["Doors", "Role", "Visitor", "classified", "needs", "open_to_all", "posted", "visitor"]

MAX_FORM_BYTES = 100_000
"""Bytes of a posted body, where an endpoint allows no more."""
MAX_FORM_FIELDS = 200
READING = ("GET", "HEAD", "OPTIONS")
OWN_SITE = ("same-origin", "none")
"""Values of Sec-Fetch-Site (w3.org/TR/fetch-metadata) with which a page of ours, or the person itself, asks."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers of a request that a proxy hands on."""
Endpoint = Callable[[Request], Response | Awaitable[Response]]
Guarded = Callable[[Request], Awaitable[Response]]


class Visitor(NamedTuple):
    """Who asks, and as what."""

    name: str
    role: Role


class Doors:
    """Lets visitors in: to a server that listens on loopback, whoever sits at the machine."""

    def __init__(self, engine: Engine, host: str) -> None:
        self._engine = engine
        self._on_loopback = is_loopback(host)
        self._key: bytes | None = None

    def admit(self, request: Request) -> Visitor | None:
        """Who asks; None for somebody whom this server does not know."""
        at_this_machine = name_of(request.headers.get("host", "")) in LOCAL
        forwarded = any(name in request.headers for name in FORWARDED)
        if self._on_loopback and at_this_machine and not forwarded:
            return Visitor("analyst", Role.ADMIN)
        return None

    def csrf(self, session: str) -> str:
        """The value that forms shown in a session hold, told from the session alone."""
        if self._key is None:
            with writing(self._engine) as connection:
                self._key = own_secret(connection, "pages")
        return hmac.new(self._key, f"csrf {session}".encode(), "sha256").hexdigest()


def is_loopback(host: str) -> bool:
    """Whether an address that is listened at is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def visitor(request: Request) -> Visitor:
    """Who asks, in an endpoint made by ``needs``."""
    found: Visitor = request.state.visitor
    return found


def posted(request: Request) -> FormData:
    """The form that was posted, in an endpoint made by ``needs``; empty where none was."""
    found: FormData = request.state.posted
    return found


def needs(role: Role, endpoint: Endpoint, most: int = MAX_FORM_BYTES) -> Guarded:
    """The endpoint for visitors who have a role, or one that may more.

    What is posted has ``most`` bytes at most, and comes from a page of ours: a refusal never reaches the endpoint. One
    that is no coroutine runs in a thread.
    """

    async def guarded(request: Request) -> Response:
        doors: Doors = request.app.state.doors
        who = await run_in_threadpool(doors.admit, request)
        if who is None:
            return refusal(request, 401, "This page is for people who have an account here.")
        request.state.visitor, request.state.posted = who, FormData()
        if not who.role.covers(role):
            return refusal(request, 403, f"This needs the role {role}; yours is {who.role}.")
        request.state.csrf = await run_in_threadpool(doors.csrf, "")
        if request.method not in READING:
            body = await body_of(request, most)
            if body is None:
                return refusal(request, 413, f"What was sent has more than {most} bytes.")
            request = Request(request.scope, _again(body))
            request.state.posted = await request.form(max_files=0, max_fields=MAX_FORM_FIELDS)
            fault = forged(request)
            if fault:
                return refusal(request, 403, fault)
        if inspect.iscoroutinefunction(endpoint):
            answer: Response = await endpoint(request)
            return answer
        return await run_in_threadpool(endpoint, request)  # type: ignore[arg-type]

    guarded.needs = role  # type: ignore[attr-defined]
    return guarded


def open_to_all(endpoint: Endpoint) -> Endpoint:
    """The endpoint as it is, said to be for everybody: it checks by itself whatever is to be checked."""
    endpoint.needs = None  # type: ignore[attr-defined]
    return endpoint


def classified(routes: list[BaseRoute]) -> list[BaseRoute]:
    """The routes; one that does not say whom it needs is an admin's."""
    return [
        Route(route.path, needs(Role.ADMIN, route.endpoint), methods=list(route.methods or ["GET"]), name=route.name)
        if isinstance(route, Route) and not hasattr(route.endpoint, "needs")
        else route
        for route in routes
    ]


def forged(request: Request) -> str | None:
    """Why what was posted cannot have come from a page shown to this visitor, in a sentence; None if it can."""
    if request.headers.get("sec-fetch-site", "none") not in OWN_SITE:
        return "This was sent by a page of another site."
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        return "This was sent by a page of another site."
    told = request.headers.get("x-csrf-token") or request.state.posted.get("csrf")
    expected: str = request.state.csrf
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), expected.encode()):
        return "This form is too old, or no form of this site: go back, load the page again, and send it once more."
    return None


async def body_of(request: Request, most: int) -> bytes | None:
    """What was sent; None where it has more than ``most`` bytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            return None
    return bytes(body)


def refusal(request: Request, status: int, words: str) -> Response:
    """A page that says why something is not done."""
    return page(request, "said.html.j2", status, title="Not done", words=words)


def _again(body: bytes) -> Callable[[], Awaitable[Message]]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
