"""``/story/SLUG/edit``: working on a story, with all that ``storywake story`` can."""

from sqlalchemy import Engine
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.claims import claims_of
from storywake.db.engine import reading
from storywake.db.roles import Role
from storywake.db.status import StoryStatus
from storywake.db.stories import find_story, pages_of, standing
from storywake.db.unlinked import mention_threshold
from storywake.jobs.manage import Changes, change, remove

from .access import needs, posted, refusal, visitor
from .forms import word
from .pages import page

MAX_FIELD = 2000
"""Characters of a title, claim or address."""
STATES = {"pause": StoryStatus.PAUSED, "resume": StoryStatus.WATCHED, "end": StoryStatus.ENDED}


def routes(engine: Engine, settings: Settings) -> list[Route]:
    """The one address."""

    def show(request: Request, said: list[str] | None = None, fault: str | None = None) -> Response:
        with reading(engine) as connection:
            try:
                story = find_story(connection, request.path_params["slug"])
            except BadInput:
                return refusal(request, 404, "There is no such story.")
            claims = claims_of(connection, story.id)
            pages = pages_of(connection, story.id)
            threshold = mention_threshold(connection, story.id)
        return page(
            request, "edit.html.j2", 400 if fault else 200, story=story, claims=claims, pages=pages, threshold=threshold, state=standing(story, now()),
            said=said or [], fault=fault,
        )  # fmt: skip

    def edit(request: Request) -> Response:
        if request.method != "POST":
            return show(request)
        slug, form = request.path_params["slug"], posted(request)
        try:
            if word(form, "do") != "remove":
                return show(request, change(engine, settings, slug, changes_in(form)))
            if not visitor(request).role.covers(Role.ADMIN):
                return refusal(request, 403, f"Removing a story needs the role {Role.ADMIN}.")
            if word(form, "confirm").strip() != slug:
                raise BadInput(f"to remove it for good write its short name, {slug}")
            remove(engine, slug)
        except BadInput as error:
            return show(request, fault=str(error))
        return RedirectResponse("/", 303)

    return [Route("/story/{slug}/edit", needs(Role.ANALYST, edit), methods=["GET", "POST"], name="edit")]


def _confidence(what: str) -> float:
    try:
        return float(what)
    except ValueError:
        raise BadInput("the threshold is a confidence, from 0 to 1") from None


def changes_in(form: FormData) -> Changes:
    """What a form asks to be changed. Raises BadInput where it asks for nothing that is known."""
    does, what = word(form, "do"), word(form, "what").strip()
    if len(what) > MAX_FIELD:
        raise BadInput(f"that has more than {MAX_FIELD} characters")
    if does in STATES:
        return Changes(status=STATES[does])
    changes = {
        "title": Changes(title=what),
        "add-claim": Changes(add_claims=[what]),
        "drop-claim": Changes(drop_claims=[what]),
        "raise-claim": Changes(raise_claims=[what]),
        "add-page": Changes(add_pages=[what]),
        "drop": Changes(drop=[what]),
    }
    if does == "mention-threshold":
        return Changes(mention_threshold=_confidence(what))
    if does not in changes:
        raise BadInput("nothing was asked for")
    return changes[does]
