"""Signing in and out."""

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from storywake.db.roles import Role
from storywake.jobs.users import NotSignedIn, new_session, sign_in, sign_out

from .access import body_of, forged, needs, open_to_all, posted, refusal, replayed
from .doors import Doors, cookie_name, give_cookie, take_cookie
from .forms import word
from .gate import network_of
from .pages import page

MAX_LOGIN_BYTES = 8000
MAX_NEXT = 2000
"""Characters of the address that one goes on to after signing in."""


def routes(engine: Engine) -> list[Route]:
    """``/login`` and ``/logout``."""

    def ask(request: Request, fault: str | None = None, status: int = 200, after: int = 0) -> Response:
        """The form; a browser without a cookie is given one, which ends when somebody signs in."""
        doors: Doors = request.app.state.doors
        kept = request.cookies.get(cookie_name(request)) or new_session()
        request.state.csrf = doors.csrf(kept)
        answer = page(
            request, "login.html.j2", status, fault=fault, next=next_in(request), users=doors.has_users()
        )  # fmt: skip
        give_cookie(request, answer, kept)
        if after:
            answer.headers["Retry-After"] = str(after)
        return answer

    async def login(request: Request) -> Response:
        if request.method != "POST":
            return await run_in_threadpool(ask, request)
        body = await body_of(request, MAX_LOGIN_BYTES)
        if body is None:
            return refusal(request, 413, f"What was sent has more than {MAX_LOGIN_BYTES} bytes.")
        request = replayed(request, body)
        request.state.posted = await request.form(max_files=0, max_fields=10)
        return await run_in_threadpool(enter, request)

    def enter(request: Request) -> Response:
        doors: Doors = request.app.state.doors
        kept = request.cookies.get(cookie_name(request), "")
        request.state.csrf = doors.csrf(kept)
        fault = forged(request) if kept else "The browser did not keep the cookie of this form: send it once more."
        if fault:
            return ask(request, fault, 403)
        form = posted(request)
        address = network_of(request.client.host if request.client else "")
        try:
            session = sign_in(engine, word(form, "name"), word(form, "password"), address)
        except NotSignedIn as error:
            return ask(request, str(error), 429 if error.after else 401, error.after)
        sign_out(engine, kept)
        answer = RedirectResponse(next_in(request), 303)
        give_cookie(request, answer, session)
        return answer

    def logout(request: Request) -> Response:
        sign_out(engine, request.cookies.get(cookie_name(request), ""))
        answer = RedirectResponse("/login", 303)
        take_cookie(request, answer)
        return answer

    return [
        Route("/login", open_to_all(login), methods=["GET", "POST"]),
        Route("/logout", needs(Role.READER, logout), methods=["POST"]),
    ]


def next_in(request: Request) -> str:
    """Where to go after signing in: a path of this site, whatever the address or the form says."""
    form: Any = getattr(request.state, "posted", {})
    told = request.query_params.get("next") or form.get("next") or "/"
    if not isinstance(told, str) or len(told) > MAX_NEXT or not told.isprintable() or "\\" in told:
        return "/"
    parts = urlsplit(told)
    return told if told.startswith("/") and not told.startswith("//") and not parts.scheme and not parts.netloc else "/"
