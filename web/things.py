"""The pages of single things: a reaction, a person, an article."""

from sqlalchemy import Engine
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storywake.db.engine import reading
from storywake.db.one_reaction import find_reaction, observations_of
from storywake.jobs.charts import counts_chart
from storywake.jobs.drawing import NARROW, WIDE
from storywake.jobs.one_reaction import reaction_facts

from .access import Role, needs, visitor
from .headers import CHART
from .pages import page

MAX_ID = 2**31 - 1
"""The highest number that a row may have."""


class RowConvertor(IntegerConvertor):
    """A row's number in an address; one of more digits, which may be too many to read, names nothing."""

    regex = "[0-9]{1,10}"


register_url_convertor("row", RowConvertor())


def routes(engine: Engine) -> list[Route]:
    """``/reaction/ID`` and the chart of its counts."""

    def reaction(request: Request) -> Response:
        with reading(engine) as connection:
            facts = reaction_facts(connection, number_in(request))
        if facts is None:
            return missing(request, "reaction")
        return page(request, "one_reaction.html.j2", **facts, analyst=visitor(request).name)

    def counts(request: Request) -> Response:
        with reading(engine) as connection:
            row = find_reaction(connection, number_in(request))
            observations = observations_of(connection, row["post_id"]) if row else []
        picture = counts_chart(observations, NARROW if request.query_params.get("narrow") == "1" else WIDE)
        if picture is None:
            return PlainTextResponse("too little is known for a chart yet\n", 404)
        return Response(str(picture), media_type="image/svg+xml", headers=CHART)

    return [
        Route("/reaction/{id:row}", needs(Role.READER, reaction)),
        Route("/reaction/{id:row}/counts.svg", needs(Role.READER, counts)),
    ]


def number_in(request: Request) -> int:
    """The number in an address; 0, which nothing has, where it is higher than any."""
    number: int = request.path_params["id"]
    return number if number <= MAX_ID else 0


def missing(request: Request, what: str) -> Response:
    """A page that says that there is no such thing (404)."""
    words = f"There is no {what} of this number; it may have been taken out with its story."
    return page(request, "said.html.j2", 404, title=f"No such {what}", words=words)
