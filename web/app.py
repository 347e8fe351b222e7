"""The web application: the list of stories, their reports, and the webmention receiver."""

import contextlib
import socket
from collections.abc import AsyncIterator

import uvicorn
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.collector.urls import is_web_address
from storywake.db.engine import reading, writing
from storywake.db.stories import story_counts
from storywake.db.webmentions import receive_webmention, story_of_address
from storywake.jobs.first_pass import FirstPasses

from .access import Doors, Role, classified, needs, open_to_all
from .accounts import routes as account_routes
from .charts import routes as chart_routes
from .editing import routes as edit_routes
from .gate import Clients, Known
from .labelling import routes as labelling_routes
from .pages import page, static
from .problems import broken, not_served
from .sign_in import routes as sign_in_routes
from .sql import routes as sql_routes
from .story import routes as story_routes
from .things import routes as thing_routes
from .unsubscribe import routes as unsubscribe_routes
from .watching import Adding
from .watching import routes as watch_routes

MAX_ADDRESS_LENGTH = 2000
MAX_FORM_BYTES = 8000
MAX_POSTS_PER_HOUR = 60
"""Webmentions accepted from one client address in an hour."""


def build(engine: Engine, settings: Settings, host: str = "127.0.0.1") -> Starlette:
    """The application: ``/`` lists the stories, ``/story/SLUG`` is a report, ``/webmention`` receives
    (w3.org/TR/webmention).

    It answers requests to ``host``, to localhost and to the names in ``serve_hosts``.
    """
    clients = Clients(MAX_POSTS_PER_HOUR)
    passes = FirstPasses(engine, settings)

    def index(request: Request) -> Response:
        with reading(engine) as connection:
            rows = story_counts(connection)
        answer = page(request, "index.html.j2", stories=rows)
        answer.headers["Link"] = f'<{request.url_for("webmention").path}>; rel="webmention"'
        return answer

    async def webmention(request: Request) -> Response:
        if int(request.headers.get("content-length") or MAX_FORM_BYTES + 1) > MAX_FORM_BYTES:
            return PlainTextResponse("too long\n", 413)
        async with request.form(max_fields=10, max_files=0) as form:
            source, target = form.get("source"), form.get("target")
        if not isinstance(source, str) or not isinstance(target, str):
            return PlainTextResponse("source and target are needed\n", 400)
        if not clients.admits(request.client.host if request.client else ""):
            return PlainTextResponse("too many from this address; try later\n", 429, headers={"Retry-After": "3600"})
        fault = unfit(source, target)
        if fault:
            return PlainTextResponse(fault + "\n", 400)
        return await run_in_threadpool(keep, source, target)

    def keep(source: str, target: str) -> Response:
        with writing(engine) as connection:
            story_id = story_of_address(connection, target)
            if story_id is None:
                return PlainTextResponse("target is no article that is watched here\n", 400)
            if not receive_webmention(
                connection, story_id, source, target, now(), most_waiting=settings.webmention_pending
            ):
                return PlainTextResponse("too many of this site are waiting\n", 429, headers={"Retry-After": "3600"})
        return PlainTextResponse("accepted; it will be verified\n", 202)

    app = Starlette(
        routes=classified(
            [
                Route("/", needs(Role.READER, index)),
                *chart_routes(engine, settings),
                *labelling_routes(engine),
                *thing_routes(engine),
                *story_routes(engine, settings),
                *sql_routes(engine),
                *unsubscribe_routes(engine, settings),
                *sign_in_routes(engine),
                *account_routes(engine),
                *watch_routes(engine, Adding(engine, settings, passes), passes),
                *edit_routes(engine, settings),
                static(),
                Route("/webmention", open_to_all(webmention), methods=["POST"], name="webmention"),
            ]
        ),
        exception_handlers={HTTPException: not_served, Exception: broken},
        middleware=[Middleware(Known, hosts={host, *settings.serve_hosts})],
        lifespan=_closing(engine, passes),
    )
    app.state.doors, app.state.passes = Doors(engine, host), passes
    return app


def unfit(source: str, target: str) -> str | None:
    """Why a webmention cannot be accepted, in a line; None if it can."""
    if not is_web_address(source) or not is_web_address(target) or not (source + target).isprintable():
        return "source and target must be web addresses"
    if max(len(source), len(target)) > MAX_ADDRESS_LENGTH:
        return "an address is too long"
    return "source and target are the same" if source == target else None


def _closing(engine: Engine, passes: FirstPasses):  # type: ignore[no-untyped-def]
    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        passes.stop()
        engine.dispose()

    return lifespan


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at an address; port 0 picks a free one. Raises BadInput if it cannot listen there."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise BadInput(f"cannot listen at {host}:{port}: {error.strerror or error}") from None


def serve(engine: Engine, settings: Settings, host: str, listener: socket.socket) -> None:
    """Serves on ``listener``, which listens at ``host``, until it is stopped."""
    config = uvicorn.Config(build(engine, settings, host), log_level="warning", server_header=False)
    uvicorn.Server(config).run(sockets=[listener])
