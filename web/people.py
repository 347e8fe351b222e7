"""A person's page, and the forms by which an analyst says who is one person and who is not."""

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.values import clean
from storywake.db.engine import reading, writing
from storywake.db.one_person import accounts_of, find_person, person_of, reactions_of_person
from storywake.db.persons import identities, set_identity, undo_identity
from storywake.jobs.resolution import update_people

from .access import Role, needs, posted, refusal, visitor
from .pages import page
from .things import missing, number_in

MAX_MARK = 200
"""Characters of a name or an account."""
VERDICTS = {"same": True, "apart": False}


def routes(engine: Engine) -> list[Route]:
    """``/person/ID``, and ``/person/ID/said``, to which its forms post."""

    def person(request: Request) -> Response:
        number = number_in(request)
        with reading(engine) as connection:
            found = find_person(connection, number)
            if found is None:
                return missing(request, "person")
            accounts = accounts_of(connection, number)
            marks = marks_of(found["name"], accounts)
            said = [v for v in identities(connection, found["story_id"]) if {v.one, v.other} & set(marks)]
            rows = reactions_of_person(connection, number)
        total = sum(account["reactions"] for account in accounts)
        return page(request, "person.html.j2", person=found, accounts=accounts, marks=marks, said=said, reactions=rows, total=max(total, len(rows)))  # fmt: skip

    def say(request: Request) -> Response:
        number, form = number_in(request), posted(request)
        one, other = (clean(str(form.get(name) or ""))[:MAX_MARK] for name in ("one", "other"))
        with reading(engine) as connection:
            found = find_person(connection, number)
            rows = reactions_of_person(connection, number) if found else []
        if found is None:
            return missing(request, "person")
        try:
            _keep(engine, found["story_id"], one, other, str(form.get("verdict") or ""), visitor(request).name)
        except BadInput as error:
            return refusal(request, 400, f"{error}.")
        update_people(engine, found["story_id"])
        with reading(engine) as connection:
            again = person_of(connection, rows[0]["reaction_id"]) if rows else None
        return RedirectResponse(f"/person/{again}" if again else f"/story/{found['slug']}", 303)

    return [
        Route("/person/{id:row}", needs(Role.READER, person)),
        Route("/person/{id:row}/said", needs(Role.ANALYST, say), methods=["POST"]),
    ]


def marks_of(name: str, accounts: list[dict[str, object]]) -> list[str]:
    """What a person can be named by: accounts (``platform:handle``) and the name."""
    return [*(f"{account['platform']}:{account['handle']}" for account in accounts if account["handle"]), name]


def _keep(engine: Engine, story_id: int, one: str, other: str, verdict: str, analyst: str) -> None:
    """Keeps or takes back an analyst's word on two marks. Raises BadInput."""
    if not one or not other:
        raise BadInput("two are needed: accounts like x:maxseddon, or names")
    if one == other:
        raise BadInput("the two are the same")
    with writing(engine) as connection:
        if verdict in VERDICTS:
            set_identity(connection, story_id, one, other, VERDICTS[verdict], analyst, now())
        elif verdict != "undo":
            raise BadInput("it is said whether they are the same, or apart")
        elif not undo_identity(connection, story_id, one, other):
            raise BadInput(f"nothing was said of {one} and {other}")
