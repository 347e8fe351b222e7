"""What is read from a posted form."""

from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from storywake.collector.errors import BadInput
from storywake.db.roles import Role


def either(show: Callable[..., Response], change: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """An endpoint that shows a page, and changes what is posted to it; a fault in that is said on the page."""

    def endpoint(request: Request) -> Response:
        if request.method != "POST":
            return show(request)
        try:
            return change(request)
        except BadInput as error:
            return show(request, said=str(error), status=400)

    return endpoint


def uncached(answer: Response) -> Response:
    """An answer that no browser keeps."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def word(form: FormData, name: str) -> str:
    """A field of a form; "" where it is missing."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def number(form: FormData, name: str) -> int:
    """A field that holds a row's number. Raises BadInput where it holds none."""
    value = word(form, name)
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadInput(f"{name} is no number")
    return int(value)


def role_in(form: FormData) -> Role:
    """The role that a form names. Raises BadInput where it names none."""
    try:
        return Role(word(form, "role"))
    except ValueError:
        raise BadInput(f"a role is one of {', '.join(Role)}") from None
