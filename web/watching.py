"""``/watch``: a story is added by its address or text; ``/watch/SLUG`` shows its first pass while it is made."""

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.collector.urls import is_web_address
from storywake.db.engine import reading
from storywake.db.overview import unread_stories
from storywake.db.roles import Role
from storywake.db.stories import StoryRow, find_story, looks_of, pages_of, reactions_by_platform, story_of_url
from storywake.jobs.first_pass import FirstPasses
from storywake.jobs.settling import own_due
from storywake.jobs.watch import watch, watch_document

from .access import needs, posted, refusal, visitor
from .forms import uncached, word
from .gate import Clients
from .pages import page

MAX_POSTED_BYTES = 2_000_000
MAX_TEXT = 500_000
"""Characters of a pasted text."""
MAX_CLAIMS = 20
MAX_CLAIM = 500
"""Characters of a claim."""
MAX_STORIES_PER_HOUR = 60
"""Stories that one person adds in an hour."""


class Adding:
    """Takes in stories that somebody pastes, and has their first pass made."""

    def __init__(self, engine: Engine, settings: Settings, passes: FirstPasses) -> None:
        self._engine, self._settings, self._passes = engine, settings, passes
        self._adds = Clients(MAX_STORIES_PER_HOUR)

    def add(self, who: str, what: str, claims: list[str], slug: str | None) -> StoryRow:
        """Starts watching an address or a text. Raises BadInput for what ``storywake watch`` refuses, and for too many."""
        what = what.strip()
        if not what:
            raise BadInput("paste an address or a text")
        if len(what) > MAX_TEXT:
            raise BadInput(f"the text has more than {MAX_TEXT} characters")
        if len(claims) > MAX_CLAIMS or any(len(claim) > MAX_CLAIM for claim in claims):
            raise BadInput(f"a story has {MAX_CLAIMS} claims at most, each of {MAX_CLAIM} characters at most")
        if not self._adds.admits(who):
            raise BadInput(f"{MAX_STORIES_PER_HOUR} stories were added in the last hour; try later")
        if is_web_address(what):
            story = watch(self._engine, self._settings, what, claims=tuple(claims), slug=slug)
        elif "\n" not in what and what.lower().startswith(("http:", "https:", "www.")):
            raise BadInput(f"{what[:200]!r} is no address: it begins with http:// or https://")
        else:
            body = what.encode("utf-8", "replace")
            story = watch_document(self._engine, self._settings, "the text", body, claims=tuple(claims), slug=slug)
        self._passes.begin(story)
        return story

    def known(self, what: str, slug: str | None) -> StoryRow | None:
        """The story that is watched already by this address or short name."""
        with reading(self._engine) as connection:
            if is_web_address(what.strip()) and (found := story_of_url(connection, what.strip())):
                return found
            try:
                return find_story(connection, slug) if slug else None
            except BadInput:
                return None


def routes(engine: Engine, settings: Settings, adding: Adding, passes: FirstPasses) -> list[Route]:
    """``/watch`` and ``/watch/SLUG``."""

    def form(request: Request, said: str | None = None, status: int = 200, known: StoryRow | None = None) -> Response:
        sent = posted(request)
        kept = {name: word(sent, name) for name in ("what", "claims", "slug")}
        return page(request, "watch.html.j2", status, said=said, known=known, kept=kept)

    def add(request: Request) -> Response:
        sent = posted(request)
        what, slug = word(sent, "what"), word(sent, "slug").strip() or None
        claims = [line.strip() for line in word(sent, "claims").splitlines() if line.strip()]
        try:
            story = adding.add(visitor(request).name, what, claims, slug)
        except BadInput as error:
            return form(request, str(error), 400, adding.known(what, slug))
        return RedirectResponse(request.url_for("progress", slug=story.slug).path, 303)

    def watched(request: Request) -> Response:
        return add(request) if request.method == "POST" else form(request)

    def progress(request: Request) -> Response:
        seen = now()
        with reading(engine) as connection:
            try:
                story = find_story(connection, request.path_params["slug"])
            except BadInput:
                return refusal(request, 404, "There is no such story.")
            shown = page(
                request, "progress.html.j2", story=story, first=passes.progress(story.slug),
                platforms=reactions_by_platform(connection, story.id), pages=pages_of(connection, story.id),
                looks=looks_of(connection, story.id), due=own_due(connection, settings, story, seen),
                unread=unread_stories(connection, [story.id]),
            )  # fmt: skip
        return uncached(shown)

    return [
        Route("/watch", needs(Role.ANALYST, watched, MAX_POSTED_BYTES), methods=["GET", "POST"]),
        Route("/watch/{slug}", needs(Role.READER, progress), name="progress"),
    ]
