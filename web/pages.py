"""How a page is made: its template within the layout, escaped, with headers that let a browser run and load nothing but
what comes with Storywake.
"""

from functools import cache
from http import HTTPStatus
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from storywake.jobs.report import templates as report_templates

from .headers import SAFE


@cache
def templates() -> Environment:
    """The templates of pages, with the filters of reports; a page may include a report's pieces."""
    rooms = [PackageLoader("storywake.web", "templates"), PackageLoader("storywake.jobs", "templates")]
    return report_templates().overlay(loader=ChoiceLoader(rooms))


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page of ``web/templates``; it may use ``request``, ``visitor`` (None where anybody may see it), ``session``
    (whether somebody signed in), and ``csrf``, which each of its forms that posts holds in a hidden field of that name.
    """
    seen = {name: getattr(request.state, name, None) for name in ("visitor", "session", "csrf")}
    words = templates().get_template(template).render(request=request, **seen, **values)
    return HTMLResponse(words, status, headers=SAFE)


def refusal(request: Request, status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    """Why there is no answer: as a page for a browser, which asks for HTML by name, else as a line."""
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(words + "\n", status, headers)
    title = "Not found" if status == HTTPStatus.NOT_FOUND else "Not done"
    told = page(
        request, "said.html.j2", status, title=title, words=f"{words[:1].upper()}{words[1:]}.".replace("..", ".")
    )
    told.headers.update(headers or {})
    return told


def static() -> Mount:
    """``/static``: the style and the little script."""
    return Mount("/static", StaticFiles(packages=[("storywake.web", "static")]))
