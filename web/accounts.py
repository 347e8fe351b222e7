"""One's own tokens, and for admins the accounts."""

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from storywake.collector.errors import BadInput
from storywake.db.engine import reading, writing
from storywake.db.roles import Role
from storywake.db.users import change_user, known_user, remove_user, tokens_of, users, withdraw_token
from storywake.jobs.users import new_token, new_user

from .access import needs, posted, refusal, visitor
from .forms import either, number, role_in, uncached, word
from .pages import page


def routes(engine: Engine) -> list[Route]:
    """``/tokens`` and ``/users``."""

    def own_tokens(request: Request, said: str | None = None, shown: str | None = None, status: int = 200) -> Response:
        with reading(engine) as connection:
            try:
                rows = tokens_of(connection, known_user(connection, visitor(request).name).id)
            except BadInput:
                return refusal(
                    request, 404, "Tokens are for people who have an account; at this machine none is needed."
                )
        own = [role for role in Role if visitor(request).role.covers(role)]
        return uncached(page(request, "tokens.html.j2", status, tokens=rows, said=said, shown=shown, roles=own))

    def change_tokens(request: Request) -> Response:
        form, name = posted(request), visitor(request).name
        if word(form, "withdraw"):
            with writing(engine) as connection:
                withdraw_token(connection, known_user(connection, name).id, number(form, "withdraw"))
            return RedirectResponse("/tokens", 303)
        shown = new_token(engine, name, word(form, "purpose"), role_in(form))
        return own_tokens(request, shown=shown)

    def accounts(request: Request, said: str | None = None, status: int = 200) -> Response:
        with reading(engine) as connection:
            rows = users(connection)
        return uncached(page(request, "users.html.j2", status, users=rows, said=said, roles=list(Role)))

    def change_accounts(request: Request) -> Response:
        form = posted(request)
        name, does = word(form, "name"), word(form, "do")
        if does == "add":
            new_user(engine, name, role_in(form), word(form, "password"))
        elif name == visitor(request).name:
            raise BadInput("you cannot change or remove your own account here: another admin can")
        else:
            with writing(engine) as connection:
                if does == "remove":
                    remove_user(connection, name)
                else:
                    change_user(connection, name, role=role_in(form))
        return RedirectResponse("/users", 303)

    return [
        Route("/tokens", needs(Role.READER, either(own_tokens, change_tokens)), methods=["GET", "POST"]),
        Route("/users", needs(Role.ADMIN, either(accounts, change_accounts)), methods=["GET", "POST"]),
    ]
