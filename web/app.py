"""The web application, put together from its parts."""

import contextlib
import socket
from collections.abc import AsyncIterator

import uvicorn
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.jobs.attention import table
from storywake.jobs.first_pass import FirstPasses

from .access import Doors, Role, classified, needs
from .accounts import routes as account_routes
from .api.routes import routes as api_routes
from .articles import routes as article_routes
from .charts import routes as chart_routes
from .editing import routes as edit_routes
from .gate import Known
from .health import routes as health_routes
from .labelling import routes as labelling_routes
from .pages import page, static
from .people import routes as people_routes
from .problems import broken, not_served
from .sign_in import routes as sign_in_routes
from .sql import routes as sql_routes
from .story import routes as story_routes
from .things import routes as thing_routes
from .unsubscribe import routes as unsubscribe_routes
from .watching import Adding
from .watching import routes as watch_routes
from .webmention import routes as webmention_routes


def build(engine: Engine, settings: Settings, host: str = "127.0.0.1") -> Starlette:
    """The application: ``/`` lists the stories, ``/story/SLUG`` is a report, ``/webmention`` receives
    (w3.org/TR/webmention).

    It answers requests to ``host``, to localhost and to the names in ``serve_hosts``.
    """
    passes = FirstPasses(engine, settings)
    adding = Adding(engine, settings, passes)

    def index(request: Request) -> Response:
        with reading(engine) as connection:
            rows = table(connection, now())
        answer = page(request, "index.html.j2", stories=rows)
        answer.headers["Link"] = f'<{request.url_for("webmention").path}>; rel="webmention"'
        return answer

    app = Starlette(
        routes=classified(
            [
                Route("/", needs(Role.READER, index)),
                *chart_routes(engine, settings),
                *labelling_routes(engine),
                *article_routes(engine),
                *people_routes(engine),
                *thing_routes(engine),
                *story_routes(engine, settings),
                *sql_routes(engine),
                *unsubscribe_routes(engine, settings),
                *sign_in_routes(engine),
                *account_routes(engine),
                *watch_routes(engine, settings, adding, passes),
                *api_routes(engine, settings, adding),
                *health_routes(engine, settings),
                *edit_routes(engine, settings),
                static(),
                *webmention_routes(engine, settings),
            ]
        ),
        exception_handlers={HTTPException: not_served, Exception: broken},
        middleware=[Middleware(Known, hosts={host, *settings.serve_hosts})],
        lifespan=_closing(engine, passes),
    )
    app.state.doors, app.state.passes = Doors(engine, host), passes
    return app


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
