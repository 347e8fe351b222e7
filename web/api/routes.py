"""The API's routes, made from its operations, and its description."""

import json
from typing import Any

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.roles import Role
from storywake.web.access import needs, visitor
from storywake.web.gate import Clients
from storywake.web.headers import BARE
from storywake.web.problems import API, problem
from storywake.web.sql import Busy
from storywake.web.watching import Adding

from . import reading, writing
from .documents import document, view_schema
from .operations import MAX_BODY_BYTES, NotThere, Operation

MAX_PER_HOUR = 6000
"""Requests of one user in an hour."""
SCHEMAS = {
    "story_in_list": reading.STORY_IN_LIST,
    "story": reading.STORY,
    "labels": reading.LABELS,
    "question": reading.QUESTION,
    "answer": reading.ANSWER,
}
VIEWS = ("reactions", "articles", "people", "changes", "remarks")


def routes(engine: Engine, settings: Settings, adding: Adding) -> list[Route]:
    """``/api/v1`` and what lies below it."""
    operations = [*reading.operations(engine, settings), *writing.operations(engine, adding)]
    described = document(operations, SCHEMAS | {view: view_schema(view) for view in VIEWS})
    rates = Clients(MAX_PER_HOUR)
    return [
        Route(f"{API}/openapi.json", needs(Role.READER, lambda _: as_json(described))),
        *(
            Route(API + one.path, needs(one.role, _endpoint(one, rates), MAX_BODY_BYTES), methods=[one.method])
            for one in operations
        ),
    ]


def _endpoint(operation: Operation, rates: Clients) -> Any:
    known = {parameter.name for parameter in operation.parameters if not parameter.in_path}

    def endpoint(request: Request) -> Response:
        if not rates.admits(visitor(request).name):
            return problem(429, f"more than {MAX_PER_HOUR} requests in an hour", {"Retry-After": "3600"})
        unknown = request.query_params.keys() - known
        if unknown and not operation.others:
            return problem(400, f"nothing is asked by {', '.join(repr(name) for name in sorted(unknown))[:200]}")
        try:
            return as_json(operation.serve(request), operation.status)
        except NotThere as error:
            return problem(404, str(error))
        except Busy as error:
            return problem(429, str(error), {"Retry-After": "5"})
        except BadInput as error:
            return problem(400, str(error))

    return endpoint


def as_json(told: Any, status: int = 200) -> Response:
    """An answer; what half a letter would break is written as an escape."""
    words = json.dumps(told, ensure_ascii=True, separators=(",", ":"), default=str)
    return Response(words, status, {**BARE, "Cache-Control": "no-store"}, "application/json")
