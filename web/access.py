"""Who may do what: each endpoint says whom it needs, and what a browser posts must come from a page of ours.

``needs(role, endpoint)`` makes an endpoint of a route. Within it ``visitor(request)`` is whoever asks, and
``posted(request)`` the form that was sent. A form holds ``<input type="hidden" name="csrf" value="{{ csrf }}">``; a
script sends the same value as the header ``X-CSRF-Token``.
"""

import hmac
import inspect
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message

from storywake.db.roles import Role

from .doors import Admitted, Doors, Visitor
from .pages import page
from .problems import is_api, problem

__all__ = ["Doors", "Role", "Visitor", "classified", "needs", "open_to_all", "posted", "visitor"]

MAX_FORM_BYTES = 100_000
"""Bytes of a posted body, where an endpoint allows no more."""
MAX_FORM_FIELDS = 200
READING = ("GET", "HEAD", "OPTIONS")
OWN_SITE = ("same-origin", "none")
"""Values of Sec-Fetch-Site (w3.org/TR/fetch-metadata) with which a page of ours, or the person itself, asks."""
Endpoint = Callable[[Request], Response | Awaitable[Response]]
Guarded = Callable[[Request], Awaitable[Response]]


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
        entered = await run_in_threadpool(_enter, request, role)
        if isinstance(entered, Response):
            return entered
        if request.method not in READING:
            taken = await _take(request, entered, most)
            if isinstance(taken, Response):
                return taken
            request = taken
        if inspect.iscoroutinefunction(endpoint):
            answer: Response = await endpoint(request)
            return answer
        return await run_in_threadpool(endpoint, request)  # type: ignore[arg-type]

    guarded.needs = role  # type: ignore[attr-defined]
    return guarded


def _enter(request: Request, role: Role) -> Admitted | Response:
    """How a visitor came in, noted in the request's state; the refusal where they may not."""
    doors: Doors = request.app.state.doors
    entered = doors.admit(request)
    if entered is None:
        return _ask_who(request, doors)
    request.state.visitor, request.state.posted, request.state.body = entered.visitor, FormData(), b""
    request.state.csrf, request.state.session = doors.csrf(entered.session), bool(entered.session)
    if not entered.visitor.role.covers(role):
        return refusal(request, 403, f"This needs the role {role}; yours is {entered.visitor.role}.")
    return entered


def _ask_who(request: Request, doors: Doors) -> Response:
    if is_api(request):
        return problem(401, "a token is needed: Authorization: Bearer TOKEN", {"WWW-Authenticate": "Bearer"})
    if not doors.has_users():
        return refusal(
            request,
            401,
            "This is served only to people who have an account, and nobody has one yet: `storywake user add NAME --role admin` makes the first.",
        )
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(here, safe='')}", 303)
    return refusal(request, 401, "Sign in first.")


async def _take(request: Request, entered: Admitted, most: int) -> Request | Response:
    """The request with what was sent read and checked; the refusal where it is too long or may be forged."""
    body = await body_of(request, most)
    if body is None:
        return refusal(request, 413, f"What was sent has more than {most} bytes.")
    request = replayed(request, body)
    request.state.body = body
    if is_api(request):
        fault = None if entered.by_token else _no_program(request, entered)
    else:
        request.state.posted = await request.form(max_files=0, max_fields=MAX_FORM_FIELDS)
        fault = forged(request)
    return refusal(request, 403, fault) if fault else request


def _no_program(request: Request, entered: Admitted) -> str | None:
    """Why somebody without a token may not write by the API, in a sentence; None if they may: at this machine, where
    nobody has an account. What a page of another site sends there is never JSON (fetch.spec.whatwg.org, CORS).
    """
    if entered.session:
        return "The API is written to with a token, not with a browser's session."
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return "What is sent must be application/json."
    return of_other_site(request)


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
    if fault := of_other_site(request):
        return fault
    told = request.headers.get("x-csrf-token") or request.state.posted.get("csrf")
    expected: str = request.state.csrf
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), expected.encode()):
        return "This form is too old, or no form of this site: go back, load the page again, and send it once more."
    return None


def of_other_site(request: Request) -> str | None:
    """That a page of another site sent this, in a sentence; None where nothing says so."""
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower()
    if foreign or request.headers.get("sec-fetch-site", "none") not in OWN_SITE:
        return "This was sent by a page of another site."
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
    """A page, or for the API JSON, that says why something is not done."""
    if is_api(request):
        return problem(status, words)
    return page(request, "said.html.j2", status, title="Not done", words=words)


def replayed(request: Request, body: bytes) -> Request:
    """The request as it was before its body was read."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)
