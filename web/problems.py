"""What the JSON API says when it does not do something (RFC 9457)."""

import json
from functools import partial
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from .headers import BARE
from .pages import refusal

API = "/api/v1"


def is_api(request: Request) -> bool:
    """Whether a request asks the API, so that it is answered as JSON whatever comes."""
    path: str = request.scope["path"]
    return path == API or path.startswith(API + "/")


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """A refusal or fault as JSON; ``detail`` says in words what is wrong with this request."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    own = {**BARE, "Cache-Control": "no-store", **(headers or {})}
    return Response(json.dumps(told, ensure_ascii=False), status, own, "application/problem+json")


def not_served(request: Request, error: Exception) -> Response:
    """The answer to an address or method that no route has: a page or a line, or for the API JSON."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    words = "there is no such page" if error.status_code == HTTPStatus.NOT_FOUND else error.detail
    told = problem if is_api(request) else partial(refusal, request)
    return told(error.status_code, words, headers)


def broken(request: Request, error: Exception) -> Response:
    """The answer where a page failed; what failed is logged by the server, and told to nobody."""
    words = "Something here is broken; the server's log says what."
    return problem(500, words) if is_api(request) else PlainTextResponse(words + "\n", 500)
