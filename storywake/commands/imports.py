"""``storywake import``: what other tools exported, brought in as a story's reactions."""

import sys
from typing import Annotated

import typer
from sqlalchemy import Engine

from storywake.collector.errors import BadInput
from storywake.collector.printable import printable
from storywake.collector.settings import Settings
from storywake.commands.platform import known_platform
from storywake.db.engine import reading
from storywake.db.stories import StoryRow, find_story, stories
from storywake.jobs.archive import bring_back, is_archive
from storywake.jobs.assess import assess
from storywake.jobs.imports import Imported, import_file
from storywake.jobs.summary import tell_summary
from storywake.opening import settings_and_engine
from storywake.progress import Work, showing, stopped_assessing


def import_files(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="JSON lines, JSON or CSV of other tools")],
    story: Annotated[
        str | None,
        typer.Option(
            metavar="STORY",
            help="the story they react to; may be left out where only one is watched or the file tells it",
        ),
    ] = None,
    platform: Annotated[
        str | None,
        typer.Option(metavar="P", callback=known_platform, help="whose posts they are, where the file does not tell"),
    ] = None,
) -> None:
    """Bring in what ``export`` wrote as CSV or JSON lines, with its story; or what other tools exported: twarc,
    Zeeschuimer, 4CAT, Mastodon archives, a CSV of addresses.
    """
    settings, engine = settings_and_engine()
    ours = [path for path in files if is_archive(path)]
    bad = sum(_back(engine, settings, path, story) for path in ours)
    theirs = [path for path in files if path not in ours]
    if not theirs:
        raise typer.Exit(1 if bad else 0)
    with reading(engine) as connection:
        wanted = find_story(connection, story) if story else _only_story(stories(connection))
    for path in theirs:
        with showing(f"reading {path}", _imported) as work:
            result = import_file(engine, settings, wanted, path, work.tick, platform)
        print(printable(path) + f": {result.posts} posts, {result.reactions} new reactions, {result.unread} bad rows")
        _tell(path, result)
        bad += result.unread or result.posts == 0
    with showing(f"assessing the reactions to {wanted.slug}", stopped_assessing) as work:
        assess(engine, wanted, tick=work.tick)
    _sum_up(engine, settings, wanted)
    if bad:
        raise typer.Exit(1)


def _tell(path: str, result: Imported) -> None:
    """Says what of a file was not read."""
    more = result.unread - len(result.bad)
    lines = [*result.bad, *([f"{path}: and {more:,} more rows that cannot be read"] if more else []), *result.notes]
    if not result.posts and not lines:
        lines = [f"{path}: it holds no post"]
    for line in lines:
        print(printable(line), file=sys.stderr)


def _back(engine: Engine, settings: Settings, path: str, slug: str | None) -> int:
    """Brings back a file of ours and says what came. Returns how many rows are unreadable."""
    with showing(f"reading {path}", _imported) as work:
        result = bring_back(engine, path, slug, work.tick)
    print(
        printable(f"{path}: {result.reactions} reactions, {result.new} new to {result.story.slug}")
        + f", {len(result.bad)} bad rows"
    )
    for line in result.bad:
        print(printable(line), file=sys.stderr)
    _sum_up(engine, settings, result.story)
    return len(result.bad)


def _sum_up(engine: Engine, settings: Settings, story: StoryRow) -> None:
    """Makes the figures of the story's page, so that nobody waits for them there."""
    with showing(f"summing up {story.slug}", lambda _: "what came is stored; its page makes the figures") as work:
        tell_summary(engine, story, settings, work.tick)


def _imported(work: Work) -> str:
    if not work.done:
        return "stopped before a row was stored"
    return f"stopped after {work.done:,} rows: those are stored, run it again to go on"


def _only_story(watched: list[StoryRow]) -> StoryRow:
    if len(watched) != 1:
        raise BadInput(f"{len(watched)} stories are watched: name one with --story")
    return watched[0]
