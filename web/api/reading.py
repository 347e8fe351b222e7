"""What the API tells: stories and all that is known of them, and saved questions."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine
from starlette.requests import Request

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db.assessments import labelled
from storywake.db.claims import claims_of
from storywake.db.engine import reading
from storywake.db.listing import list_reactions
from storywake.db.questions import SavedQuestion, asked, questions
from storywake.db.roles import Role
from storywake.db.sql import answered
from storywake.db.stories import StoryRow, find_story, reactions_by_platform, standing, told_of_none
from storywake.db.view_rows import typed, view_rows
from storywake.jobs.export import plain
from storywake.jobs.labels import agreement
from storywake.jobs.manage import list_stories
from storywake.jobs.summary import summary_of
from storywake.web.access import visitor
from storywake.web.sql import SHOWN, Turns
from storywake.web.story import asked_in, question_of

from .operations import (
    ASKING,
    DEFAULT_SIZE,
    MAX_SIZE,
    PAGING,
    SLUG,
    NotThere,
    Operation,
    Parameter,
    Schema,
    listed,
    nullable,
    paged,
    record,
    ref,
    text,
)

MAX_PAGE = 100_000
INTEGER: Schema = {"type": "integer"}
STORY_IN_LIST = record(
    slug=text(), title=nullable(text()), status=text(), watch_until=text(), reactions=INTEGER, last_pass=nullable(text()),
    unread=nullable(text("why its article could not be read yet")),
)  # fmt: skip
STORY = record(
    slug=text(), title=nullable(text()), url=nullable(text()), status=text(), watched_since=text(), watch_until=text(),
    claims=listed(text()), reactions={"type": "object", "additionalProperties": INTEGER, "description": "by network"},
    figures={"type": "object", "description": "what the story's page shows, as kept since the last change"}, made_at=text(),
)  # fmt: skip
LABEL = record(reaction_id=INTEGER, claim=text(), stance=text(), analyst=text())
AGREEMENT = record(
    one=text(), other=text(), reactions=INTEGER, agreed=nullable({"type": "number"}), kappa=nullable({"type": "number"}),
    unclear=INTEGER,
)  # fmt: skip
LABELS = record(labels=listed(LABEL), agreement=listed(AGREEMENT))
QUESTION = record(
    name=text(), about=text(),
    parameters=listed(record(name=text(), type=text(), default=nullable(text()), about=text())),
)  # fmt: skip
ANSWER = record(
    columns=listed(text()), rows=listed(listed({})), more={"type": "boolean", "description": "whether rows were left out"},
    note=nullable(text("what to know of the answer: that no story has the name asked for")),
)  # fmt: skip
VIEWS = {
    "articles": "a story's articles",
    "people": "a story's people, those who reacted most first",
    "changes": "what happened to a story, newest first",
    "remarks": "what is said and asked",
    "notes": "what X's crowd wrote about the story's posts (Community Notes)",
}
"""The views that are told row by row, and what their rows are."""


def operations(engine: Engine, settings: Settings) -> list[Operation]:
    """Everything that is only read."""
    return [*_of_stories(engine, settings), *_of_questions(engine)]


def _of_stories(engine: Engine, settings: Settings) -> list[Operation]:
    def story(request: Request) -> dict[str, Any]:
        with reading(engine) as connection:
            found = story_in(request, engine)
            claims = [claim.text for claim in claims_of(connection, found.id)]
            platforms = {row.platform: row.n for row in reactions_by_platform(connection, found.id)}
        kept = summary_of(engine, found, settings)
        return {
            "slug": found.slug, "title": found.title, "url": found.url, "status": standing(found, now()),
            "watched_since": found.created_at, "watch_until": found.watch_until, "claims": claims, "reactions": platforms,
            "figures": kept.figures, "made_at": kept.made_at,
        }  # fmt: skip

    def reactions(request: Request) -> dict[str, Any]:
        given = asked_in(request)
        number, size = place(request)
        question, _ = question_of({name: value for name, value in given.items() if name != "size"})
        found = story_in(request, engine)
        with reading(engine) as connection:
            rows, total = list_reactions(connection, found.slug, question, size, (number - 1) * size)
        items = [typed("reactions", row) for row in rows]
        return a_page(request, items, number, size, total, number * size < total)

    def rows_of(view: str) -> Callable[[Request], dict[str, Any]]:
        def serve(request: Request) -> dict[str, Any]:
            number, size = place(request)
            found = story_in(request, engine)
            with reading(engine) as connection:
                rows = view_rows(connection, view, found.slug, size + 1, (number - 1) * size)
            return a_page(request, rows[:size], number, size, None, len(rows) > size)

        return serve

    def labels(request: Request) -> dict[str, Any]:
        found = story_in(request, engine)
        with reading(engine) as connection:
            claims = {claim.id: claim.text for claim in claims_of(connection, found.id)}
            rows = labelled(connection, found.id)
            agreed = [row._asdict() for row in agreement(connection, found)]
        told = [(row.reaction_id, claims[row.claim_id], row.stance, row.analyst) for row in rows]
        return {"labels": [dict(zip(LABEL["properties"], row, strict=True)) for row in told], "agreement": agreed}

    reader = Role.READER
    return [
        Operation("stories", "GET", "/stories", reader, "every story", listed(ref("story_in_list")), lambda _: list_stories(engine)),
        Operation("story", "GET", "/stories/{slug}", reader, "a story and its figures", ref("story"), story, (SLUG,)),
        Operation(
            "reactions", "GET", "/stories/{slug}/reactions", reader, "a story's reactions, filtered and sorted",
            paged(ref("reactions")), reactions, (SLUG, *ASKING, *PAGING),
        ),
        *(
            Operation(view, "GET", f"/stories/{{slug}}/{view}", reader, words, paged(ref(view)), rows_of(view), (SLUG, *PAGING))
            for view, words in VIEWS.items()
        ),
        Operation("labels", "GET", "/stories/{slug}/labels", reader, "analysts' labels, and how far they agree", ref("labels"), labels, (SLUG,)),
    ]  # fmt: skip


def _of_questions(engine: Engine) -> list[Operation]:
    turns = Turns()

    def saved(request: Request) -> dict[str, Any]:
        name = request.path_params["name"]
        if name not in questions():
            raise NotThere(f"no saved question {name!r}")
        values = values_for(questions()[name], request)
        query = asked(questions()[name], values)
        with turns.taken(visitor(request).name):
            found = answered(engine, query, SHOWN)
        with reading(engine) as connection:
            note = told_of_none(connection, values)
        return {
            "columns": found.columns,
            "rows": [[plain(cell) for cell in row] for row in found.rows],
            "more": found.more,
            "note": note,
        }

    name = Parameter("name", "the question's name", text(), in_path=True)
    reader = Role.READER
    return [
        Operation("questions", "GET", "/questions", reader, "the saved questions", listed(ref("question")), lambda _: [_question(one) for one in questions().values()]),
        Operation("answer", "GET", "/questions/{name}", reader, "a saved question's answer", ref("answer"), saved, (name,), others=True),
    ]  # fmt: skip


def story_in(request: Request, engine: Engine) -> StoryRow:
    """The story that an address names. Raises NotThere where there is none."""
    with reading(engine) as connection:
        try:
            return find_story(connection, request.path_params["slug"])
        except BadInput:
            raise NotThere("there is no such story") from None


def place(request: Request) -> tuple[int, int]:
    """Which page is asked for, and how many rows it has. Raises BadInput."""
    return _number(request, "page", 1, MAX_PAGE), _number(request, "size", DEFAULT_SIZE, MAX_SIZE)


def _number(request: Request, name: str, default: int, most: int) -> int:
    value = request.query_params.get(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) < 7 and 1 <= int(value) <= most):
        raise BadInput(f"{name} is a number from 1 to {most}")
    return int(value)


def a_page(
    request: Request, items: list[dict[str, Any]], number: int, size: int, total: int | None, more: bool
) -> dict[str, Any]:
    """Rows as a page, with the address of the next one."""
    after = request.url.include_query_params(page=number + 1)
    following = f"{after.path}?{after.query}" if more and number < MAX_PAGE else None
    return {"items": items, "page": number, "size": size, "total": total, "next": following}


def values_for(question: SavedQuestion, request: Request) -> dict[str, str]:
    """The values that an address gives for a question's parameters. Raises BadInput for one that it does not have."""
    known = {parameter.name for parameter in question.parameters}
    if unknown := request.query_params.keys() - known:
        raise BadInput(
            f"{question.name} has no {', '.join(sorted(unknown))}; it has: {', '.join(sorted(known)) or 'none'}"
        )
    return dict(request.query_params)


def _question(one: SavedQuestion) -> dict[str, Any]:
    parameters = [{"name": p.name, "type": p.type, "default": p.default, "about": p.meaning} for p in one.parameters]
    return {"name": one.name, "about": one.sentence, "parameters": parameters}
