"""How a page is made: its template within the layout, escaped, with headers that let a browser run and load nothing but
what comes with Storywake.
"""

from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
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


def static() -> Mount:
    """``/static``: the style and the little script."""
    return Mount("/static", StaticFiles(packages=[("storywake.web", "static")]))
