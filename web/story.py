"""A story's pages: the story itself, and its reactions as a list that can be asked."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from sqlalchemy import Engine
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from storywake.collector.dates import any_time
from storywake.collector.errors import BadInput
from storywake.collector.records import Stance, TieKind
from storywake.collector.settings import Settings
from storywake.collector.sources import Platform
from storywake.db.engine import reading
from storywake.db.growth import gained_lately
from storywake.db.listing import Question, Sort, every_reaction, list_reactions
from storywake.db.stories import StoryRow, find_story, reactions_by_platform
from storywake.db.telling import witnesses_among
from storywake.jobs.export import RowFormat
from storywake.jobs.front import front
from storywake.jobs.summary import freshen, summary_soon

from .access import Role, needs
from .files import as_file
from .forms import uncached
from .pages import page, refusal

PAGE_SIZE = 50
MAX_WORDS = 200
"""Characters of a filter."""
MAX_PAGE = 100_000
Endpoint = Callable[[Request, StoryRow], Response]
UNCLEAR = {"1": True, "true": True, "0": False, "false": False}
CHOICES: dict[str, list[str]] = {
    "platform": list(Platform),
    "stance": [*Stance, "unclear"],
    "tie": list(TieKind),
    "sort": list(Sort),
}

WRITTEN = {"language": "language", "person": "person", "publisher": "publisher", "q": "words"}
"""Filters that are written, and their labels."""


def routes(engine: Engine, settings: Settings) -> list[Route]:
    """``/story/SLUG`` and what lies below it."""

    def whole(request: Request, story: StoryRow) -> Response:
        since = time_in(request.query_params, "since")
        kept = summary_soon(engine, story, settings)
        with reading(engine) as connection:
            if kept is None:
                platforms = reactions_by_platform(connection, story.id)
                return uncached(page(request, "working.html.j2", story=story, platforms=platforms))
            values = front(connection, story, settings, kept, since)
        answer = page(request, "story.html.j2", page=True, choices=CHOICES, **values)
        answer.background = BackgroundTask(freshen, engine, story, settings)
        return answer

    def reactions(request: Request, story: StoryRow) -> Response:
        asked = asked_in(request)
        question, number = question_of(asked)
        with reading(engine) as connection:
            rows, total = list_reactions(connection, story.slug, question, PAGE_SIZE, (number - 1) * PAGE_SIZE)
            shown = [row["reaction_id"] for row in rows]
            reasons, growth = witnesses_among(connection, shown), gained_lately(connection, shown)
        here = request.url.path
        told = {name: value for name, value in asked.items() if name != "page"}

        def at(place: int) -> str:
            return f"{here}?{urlencode(told | {'page': str(place)})}"

        return page(
            request, "reactions.html.j2", story=story, reactions=rows, total=total, size=PAGE_SIZE, asked=asked, choices=CHOICES,
            query=f"?{urlencode(told)}" if told else "", reasons=reasons, growth=growth, number=number,
            fields={name: label for name, label in WRITTEN.items() if name in (*Question._fields, "q")},
            before=at(number - 1) if number > 1 else None,
            after=at(number + 1) if number * PAGE_SIZE < total else None,
        )  # fmt: skip

    def rows_as(form: RowFormat) -> Endpoint:
        def answer(request: Request, story: StoryRow) -> Response:
            question, _ = question_of(asked_in(request))
            with reading(engine) as connection:
                return as_file(form, *every_reaction(connection, story.slug, question))

        return answer

    found = {
        "/story/{slug}": whole,
        "/story/{slug}/reactions": reactions,
        "/story/{slug}/reactions.csv": rows_as(RowFormat.CSV),
        "/story/{slug}/reactions.json": rows_as(RowFormat.JSON),
    }
    return [Route(path, needs(Role.READER, told(engine, endpoint))) for path, endpoint in found.items()]


def time_in(asked: Mapping[str, str], name: str) -> str | None:
    """A day or time (UTC) that an address holds; None where none is asked for. Raises BadInput where it is no time."""
    words = asked.get(name, "").strip()
    time = any_time(words[:MAX_WORDS]) if words else None
    if words and time is None:
        raise BadInput(f"{name} is a time, like 2026-11-23T06:00:00Z")
    return time


def asked_in(request: Request) -> dict[str, str]:
    """The filters of an address; those left empty ask for nothing."""
    return {name: value.strip() for name, value in request.query_params.items() if value.strip()}


def question_of(asked: dict[str, str]) -> tuple[Question, int]:
    """The question that an address holds, and which page. Raises BadInput where it holds none."""
    unknown = set(asked) - {*CHOICES, "unclear", "language", "person", "publisher", "since", "until", "q", "page"}
    if unknown:
        raise BadInput(f"nothing is asked by {', '.join(sorted(unknown))!r}")
    if any(len(value) > MAX_WORDS or not value.isprintable() for value in asked.values()):
        raise BadInput("a filter is too long, or unprintable")
    for name, values in CHOICES.items():
        if name in asked and asked[name] not in values:
            raise BadInput(f"{name} is one of {', '.join(values)}")
    page = asked.get("page", "1")
    if not (page.isascii() and page.isdigit() and len(page) < 7 and 1 <= int(page) <= MAX_PAGE):
        raise BadInput(f"page is a number from 1 to {MAX_PAGE}")
    if asked.get("unclear", "0") not in UNCLEAR:
        raise BadInput(f"unclear is one of {', '.join(UNCLEAR)}")
    stance = asked.get("stance")
    unclear = True if stance == "unclear" else UNCLEAR.get(asked.get("unclear", ""))
    return Question(
        platform=asked.get("platform"),
        stance=Stance(stance) if stance and stance != "unclear" else None,
        unclear=unclear,
        language=asked.get("language"),
        person=asked.get("person"),
        tie=asked.get("tie"),
        since=time_in(asked, "since"),
        until=time_in(asked, "until"),
        words=asked.get("q"),
        sort=Sort(asked.get("sort", Sort.REACH)),
        publisher=asked.get("publisher"),
    ), int(page)


def told(engine: Engine, endpoint: Endpoint) -> Callable[[Request], Response]:
    """The endpoint, with a refusal for whoever asks for a story or form that is not here (404) or makes no question (400)."""

    def answer(request: Request) -> Response:
        try:
            with reading(engine) as connection:
                story = find_story(connection, request.path_params["slug"])
        except BadInput:
            return refusal(request, 404, "no such story")
        try:
            return endpoint(request, story)
        except BadInput as error:
            return refusal(request, 400, str(error))

    return answer
