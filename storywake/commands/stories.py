"""``storywake watch``, ``stories`` and ``story``: start, list, show and change stories; ``demo``: the seed stories."""

import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from storywake.collector.errors import BadInput
from storywake.collector.printable import printable
from storywake.db.engine import reading
from storywake.db.status import StoryStatus
from storywake.db.stories import find_story
from storywake.jobs.assess import assess
from storywake.jobs.invented.passes import latest_beginning, plant
from storywake.jobs.manage import Changes, change, list_stories, remove, show
from storywake.jobs.report import report as make_report
from storywake.jobs.watch import watch as start_watching
from storywake.jobs.watch import watch_seed
from storywake.jobs.wording import number_of
from storywake.opening import settings_and_engine
from storywake.progress import showing, stopped_assessing

DEMO = "moscow-times"
INVENTED = "a second story was put in, which is invented, with some 300 reactions over five days"
PAGES = "http://127.0.0.1:8000/"
COLUMNS = {
    "slug": "story",
    "title": "title",
    "status": "status",
    "watch_until": "watched until",
    "reactions": "reactions",
    "last_pass": "last pass",
}


def demo() -> None:
    """The two seed stories end to end, offline, then the report of the first and how to see both."""
    settings, engine = settings_and_engine()
    with showing("reading the story") as work:
        story = watch_seed(engine, settings, DEMO)
        assess(engine, story, settings, tick=work.tick)
        work.tick(0, None, "rolling up")
        text = make_report(engine, story.slug, settings=settings)
        invented = plant(engine, settings, latest_beginning(datetime.now(UTC)), work.tick)
    sys.stdout.write(printable(text, lines=True))
    print(f"{INVENTED}: {invented.slug}. See both on pages: `storywake serve`, then {PAGES}", file=sys.stderr)


def watch(
    what: Annotated[str, typer.Argument(metavar="URL|FILE", help="an address, an HTML file, or pasted text")],
    claim: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT", help="a claim that stance is measured against; may be repeated, the first is the main one"
        ),
    ] = None,
    slug: Annotated[str | None, typer.Option(metavar="S", help="the story's short name")] = None,
) -> None:
    """Start watching a story; prints its short name."""
    settings, engine = settings_and_engine()
    story = start_watching(engine, settings, what, claims=tuple(claim or ()), slug=slug)
    with showing(f"assessing the reactions to {story.slug}", stopped_assessing) as work:
        assess(engine, story, settings, tick=work.tick)
    print(printable(story.slug))


class ListFormat(StrEnum):
    """How stories are listed."""

    TABLE = "table"
    JSON = "json"


def stories(format: Annotated[ListFormat, typer.Option()] = ListFormat.TABLE) -> None:
    """What is watched: a line a story."""
    _, engine = settings_and_engine()
    rows = list_stories(engine)
    if format == ListFormat.JSON:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    for heading in COLUMNS.values():
        table.add_column(heading, no_wrap=True, justify="right" if heading == "reactions" else "left")
    for row in rows:
        shown = {**row, "title": row["title"] or (row["unread"] and f"(could not be read yet: {row['unread']})")}
        table.add_row(*("–" if shown[key] is None else _line(str(shown[key])) for key in COLUMNS))
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = 1000
    console.print(table)


def story(
    slug: Annotated[str, typer.Argument(metavar="SLUG")],
    title: Annotated[str | None, typer.Option(metavar="T", help="give it another title")] = None,
    add_claim: Annotated[list[str] | None, typer.Option(metavar="C", help="a further claim")] = None,
    drop_claim: Annotated[
        list[str] | None, typer.Option(metavar="C", help="take a claim out, with its stances and labels")
    ] = None,
    mention_threshold: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, metavar="C", help="take posts without a link to it from this confidence on; 1 takes none"
        ),
    ] = None,
    pause: Annotated[bool, typer.Option("--pause", help="do not look at it until it is resumed")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="watch it again, an ended one too")] = False,
    end: Annotated[bool, typer.Option("--end", help="stop watching it; what was found stays")] = False,
    add_page: Annotated[list[str] | None, typer.Option(metavar="URL", help="a page to read")] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(metavar="REACTION|URL", help="drop a reaction (its reaction_id) or a page: it is not found again"),
    ] = None,
    remove_it: Annotated[bool, typer.Option("--remove", help="delete it with all that was found")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="remove without being asked")] = False,
) -> None:
    """Shows a story; with options, changes it."""
    asked = ((StoryStatus.PAUSED, pause), (StoryStatus.WATCHED, resume), (StoryStatus.ENDED, end))
    states = [status for status, wanted in asked if wanted]
    if len(states) > 1:
        raise typer.BadParameter("--pause, --resume and --end exclude each other")
    wanted = Changes(
        title, add_claim or (), drop_claim or (), states[0] if states else None, add_page or (), drop or (),
        mention_threshold,
    )  # fmt: skip
    settings, engine = settings_and_engine()
    if remove_it:
        if wanted != Changes():
            raise typer.BadParameter("--remove stands alone")
        with reading(engine) as connection:
            find_story(connection, slug)
        if not yes and not _agreed(slug):
            raise BadInput(f"{slug} was not removed")
        gone = remove(engine, slug)
        print(
            f"removed {slug}: {number_of(gone.reactions, 'reaction')}, {number_of(gone.posts, 'post')}, {number_of(gone.answers, 'answer')}"
        )
        return
    if wanted == Changes():
        print(*map(_line, show(engine, settings, slug)), sep="\n")
        return
    print(*map(_line, change(engine, settings, slug, wanted)), sep="\n")
    if add_claim:
        with reading(engine) as connection:
            changed = find_story(connection, slug)
        with showing(f"assessing the reactions to {slug}", stopped_assessing) as work:
            assess(engine, changed, settings, tick=work.tick)


def _agreed(slug: str) -> bool:
    if not sys.stdin.isatty():
        raise BadInput(f"nobody can be asked whether to remove {slug}: say --yes")
    return typer.confirm(f"Delete {slug} and everything that was found about it?", err=True)


def _line(words: str) -> str:
    """A text in one line, without control characters."""
    return "".join(c if c.isprintable() else " " for c in words)
