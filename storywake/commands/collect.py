"""``storywake collect`` (a pass now) and ``renormalise`` (kept evidence read again)."""

import asyncio
import json
import sys
from typing import Annotated

import typer
from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.errors import StorywakeError
from storywake.collector.printable import printable
from storywake.collector.settings import Settings
from storywake.collector.urls import without_secrets
from storywake.db.engine import reading
from storywake.db.overview import unread_stories
from storywake.db.runs import recent_runs
from storywake.db.status import StoryStatus
from storywake.db.stories import find_story, standing, stories
from storywake.jobs.assess import assess
from storywake.jobs.collect import collect as collect_stories
from storywake.jobs.notes import is_wanted as notes_wanted
from storywake.jobs.notes import look_at_notes
from storywake.jobs.renormalise import renormalise as read_anew
from storywake.opening import settings_and_engine
from storywake.progress import Work, heeding, showing, stopped_assessing


def collect(
    story: Annotated[
        str | None,
        typer.Argument(
            metavar="[STORY]", help="one story, a paused or ended one too; without it, all that are watched"
        ),
    ] = None,
) -> None:
    """One pass now: discover, fetch, normalise, tie, assess. Prints what it did as JSON, a line a story."""
    settings, engine = settings_and_engine()
    moment = now()
    with reading(engine) as connection:
        wanted = [find_story(connection, story)] if story else stories(connection, watched_at=moment)
    for each in wanted:
        if (state := standing(each, moment)) is not StoryStatus.WATCHED:
            print(f"{each.slug} is {state}; this one pass is made all the same", file=sys.stderr)
    with showing("looking", lambda _: _stored(engine, moment)) as work:
        results = asyncio.run(collect_stories(engine, settings, wanted, tick=heeding(work.tick)))
    if notes_wanted(settings):
        _look_at_notes(engine, settings)
    for slug, result in results.items():
        print(json.dumps({"story": slug, **result.counts, "requests": result.requests, "notes": len(result.notes)}))
        for note in result.notes:
            print(printable(without_secrets(f"{slug}: {note}")), file=sys.stderr)
    with reading(engine) as connection:
        unread = unread_stories(connection, [each.id for each in wanted])
    for row in unread:
        print(printable(without_secrets(f"{row.slug}: could not be read yet: {row.reason}")), file=sys.stderr)
    if unread:
        raise typer.Exit(1)


def _look_at_notes(engine: Engine, settings: Settings) -> None:
    try:
        with showing("Community Notes"):
            look_at_notes(engine, settings)
    except StorywakeError as error:
        print(printable(without_secrets(f"Community Notes: {error}")), file=sys.stderr)


def _stored(engine: Engine, began: str) -> str:
    """What a stopped pass stored, according to its record."""
    with reading(engine) as connection:
        runs = [run for run in recent_runs(connection) if run.job == "collect" and run.started_at >= began]
    counts = json.loads(runs[-1].counts or "{}") if runs else {}
    return (
        f"stopped; what was stored stands: {counts.get('posts', 0):,} posts, {counts.get('reactions', 0):,} reactions"
    )


def renormalise(
    story: Annotated[str | None, typer.Argument(metavar="[STORY]", help="one story; without it, all")] = None,
) -> None:
    """Read all evidence anew with today's parsers, without the network; prints what changed as JSON, a line a story."""
    settings, engine = settings_and_engine()
    with reading(engine) as connection:
        wanted = [find_story(connection, story)] if story else stories(connection)
    for each in wanted:
        with showing(f"reading the answers of {each.slug} anew", _read_anew) as work:
            result = read_anew(engine, settings, each, work.tick)
        with showing(f"assessing the reactions to {each.slug}", stopped_assessing) as work:
            assessed = assess(engine, each, tick=work.tick)
        print(
            json.dumps(
                {
                    "story": each.slug,
                    "read": result.read,
                    "posts": result.posts,
                    "reactions": result.reactions,
                    "revisions": result.revisions,
                    "assessed": assessed,
                }
            )
        )
        for note in result.notes:
            print(printable(without_secrets(f"{each.slug}: {note}")), file=sys.stderr)


def _read_anew(work: Work) -> str:
    return f"stopped after {work.done:,} of {work.known or 0:,} answers: what was read of them stands, run it again to go on"
