"""``storywake people``: who a story's people are, what that rests on, and an analyst's word on it."""

from typing import Annotated

import typer
from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.printable import printable_json
from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading, writing
from storywake.db.people import set_verdict, undo_verdict, verdicts
from storywake.db.reporting import people_of
from storywake.db.stories import StoryRow, find_story
from storywake.jobs.people import update_people

PAIR = "two of: an account (x:maxseddon) or a name"


def people(
    story: Annotated[str, typer.Argument(metavar="STORY")],
    same: Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help=f"they are one person: {PAIR}")] = None,
    apart: Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help=f"they are not: {PAIR}")] = None,
    undo: Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help="take back what was said of them")] = None,
    analyst: Annotated[str, typer.Option(metavar="NAME", help="who says so")] = "analyst",
) -> None:
    """A story's people as JSON lines, each with what makes their accounts and names one person's."""
    engine = open_database(Settings().db)
    with reading(engine) as connection:
        wanted = find_story(connection, story)
    if same or apart or undo:
        _say(engine, wanted, same, apart, undo, analyst)
    with reading(engine) as connection:
        rows = people_of(connection, wanted.slug)
    for row in rows:
        print(printable_json(row))


def _say(
    engine: Engine,
    wanted: StoryRow,
    same: tuple[str, str] | None,
    apart: tuple[str, str] | None,
    undo: tuple[str, str] | None,
    analyst: str,
) -> None:
    with writing(engine) as connection:
        for pair, verdict in ((same, True), (apart, False)):
            if pair:
                if pair[0] == pair[1]:
                    raise BadInput("the two are the same mark")
                set_verdict(connection, wanted.id, *pair, verdict, analyst, now())
        if undo and not undo_verdict(connection, wanted.id, *undo):
            said = "; ".join(f"{v.one} / {v.other}" for v in verdicts(connection, wanted.id))
            raise BadInput(f"nothing was said of {undo[0]} and {undo[1]}" + (f"; there is: {said}" if said else ""))
    update_people(engine, wanted.id)
