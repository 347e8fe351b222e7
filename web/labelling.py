"""Labelling: an analyst says what a reaction's stance is, on its page or in a row of suggestions."""

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.stance import STANCES
from storywake.db.assessments import last_label, to_label
from storywake.db.claims import ClaimRow, claims_of
from storywake.db.engine import reading, writing
from storywake.db.one_reaction import find_reaction
from storywake.db.stories import StoryRow
from storywake.jobs.labels import agreement, put, take_back

from .access import Role, needs, posted, refusal, visitor
from .charts import claim_asked
from .pages import page
from .story import told
from .things import missing, number_in

SUGGESTIONS = 20
"""Reactions in a row of suggestions."""
UNDO = "undo"


def routes(engine: Engine) -> list[Route]:
    """``/story/SLUG/label`` and what its forms and those of ``/reaction/ID`` post to."""

    def row(request: Request, story: StoryRow) -> Response:
        analyst = visitor(request).name
        with reading(engine) as connection:
            claims = claims_of(connection, story.id)
            place = claim_asked(request, len(claims))
            claim = claims[place] if claims else None
            suggestions = to_label(connection, claim.id, analyst, SUGGESTIONS) if claim else []
            last = last_label(connection, claim.id, analyst) if claim else None
            judges = agreement(connection, story)
        return page(
            request, "label.html.j2", story=story, claims=claims, claim=claim, number=place + 1,
            suggestions=suggestions, last=last, judges=judges, stances=STANCES,
        )  # fmt: skip

    def label(request: Request) -> Response:
        form, number = posted(request), number_in(request)
        with reading(engine) as connection:
            reaction = find_reaction(connection, number)
            claims = claims_of(connection, reaction["story_id"]) if reaction else []
        if reaction is None:
            return missing(request, "reaction")
        try:
            place, claim = _claim(str(form.get("claim") or "1"), claims)
            said = str(form.get("stance") or "")
            with writing(engine) as connection:
                if said == UNDO:
                    take_back(connection, number, claim, visitor(request).name, now())
                else:
                    put(connection, number, said, claim, visitor(request).name, now())
        except BadInput as error:
            return refusal(request, 400, f"{error}.")
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"reaction": number, "stance": None if said == UNDO else said})
        back = f"/story/{reaction['slug']}/label?claim={place}" if form.get("back") == "row" else f"/reaction/{number}"
        return RedirectResponse(back, 303)

    return [
        Route("/story/{slug}/label", needs(Role.ANALYST, told(engine, row))),
        Route("/reaction/{id:row}/label", needs(Role.ANALYST, label), methods=["POST"]),
    ]


def _claim(number: str, claims: list[ClaimRow]) -> tuple[int, str]:
    """The number and words of the claim that a form names. Raises BadInput."""
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    if not 1 <= place <= len(claims):
        raise BadInput("the story has no such claim")
    return place, claims[place - 1].text
