"""``storywake``: the commands."""

import asyncio
import json
import logging
import signal
import sys
import threading
from typing import Annotated

import typer
from sqlalchemy import Engine

from storywake.collector.dates import now
from storywake.collector.errors import BadInput
from storywake.collector.printable import printable
from storywake.collector.settings import Settings
from storywake.collector.urls import without_secrets
from storywake.db.engine import open_database, reading
from storywake.db.ledger import recent_runs
from storywake.db.overview import unread_stories
from storywake.db.stories import find_story, standing, stories
from storywake.jobs.assess import assess
from storywake.jobs.collect import collect as collect_stories
from storywake.jobs.report import report as make_report
from storywake.jobs.watch import watch as start_watching
from storywake.jobs.watch import watch_seed

from . import pure
from .data import digest, export, import_files, renormalise, sql
from .doctor import doctor
from .erase import erase
from .label import label
from .people import people
from .progress import heeding, showing, stopped_assessing
from .start import main as main
from .stories import stories as list_stories
from .stories import story

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Watches how a news story is received: who reacted, with what stance, how far it travelled.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
DEMO = "moscow-times"


@app.callback()
def options(
    db: Annotated[
        str | None, typer.Option(metavar="URL", help="the database [default: sqlite:///storywake.db, or STORYWAKE_DB]")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="print the version")] = False,
) -> None:
    """Options of every command; ``--db`` may stand before or after it."""


def settings_and_engine() -> tuple[Settings, Engine]:
    """The settings and the database that they name. Raises BadInput."""
    settings = Settings()
    return settings, open_database(settings.db)


@app.command()
def demo() -> None:
    """The seed story end to end, offline, then its report."""
    settings, engine = settings_and_engine()
    with showing("reading the story") as work:
        story = watch_seed(engine, settings, DEMO)
        assess(engine, story, settings, tick=work.tick)
        work.tick(0, None, "rolling up")
        text = make_report(engine, story.slug, settings=settings)
    sys.stdout.write(printable(text, lines=True))


@app.command()
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


@app.command()
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
        if (state := standing(each, moment)) != "watched":
            print(f"{each.slug} is {state}; this one pass is made all the same", file=sys.stderr)
    with showing("looking", lambda _: _stored(engine, moment)) as work:
        results = asyncio.run(collect_stories(engine, settings, wanted, tick=heeding(work.tick)))
    for slug, result in results.items():
        print(
            json.dumps(
                {"story": slug, **result["counts"], "requests": result["requests"], "notes": len(result["notes"])}
            )
        )
        for note in result["notes"]:
            print(printable(without_secrets(f"{slug}: {note}")), file=sys.stderr)
    with reading(engine) as connection:
        unread = unread_stories(connection, [each.id for each in wanted])
    for row in unread:
        print(printable(without_secrets(f"{row.slug}: could not be read yet: {row.reason}")), file=sys.stderr)
    if unread:
        raise typer.Exit(1)


def _stored(engine: Engine, began: str) -> str:
    """What the pass that was stopped stored, as its record says."""
    with reading(engine) as connection:
        runs = [run for run in recent_runs(connection) if run.job == "collect" and run.started_at >= began]
    counts = json.loads(runs[-1].counts or "{}") if runs else {}
    return (
        f"stopped; what was stored stands: {counts.get('posts', 0):,} posts, {counts.get('reactions', 0):,} reactions"
    )


@app.command()
def run() -> None:
    """The scheduler: everything at its time, until stopped."""
    from storywake.jobs.schedule import run_forever

    settings, engine = settings_and_engine()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.setFormatter(PrintableLines("%(asctime)s %(message)s"))
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_forever(engine, settings, stop.wait)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="the address listened at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="its port")] = 8000,
) -> None:
    """The stories and their reports as pages, and the webmention receiver, until stopped."""
    from storywake.web.app import listen
    from storywake.web.app import serve as serve_pages

    settings, engine = settings_and_engine()
    listener = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    print(f"http://{shown}:{listener.getsockname()[1]}/", file=sys.stderr)
    serve_pages(engine, settings, host, listener)


@app.command()
def report(
    story: Annotated[str, typer.Argument(metavar="STORY")],
    format: Annotated[str, typer.Option(metavar="text|json|html")] = "text",
) -> None:
    """Who reacted, stance and reach over time."""
    if format not in ("text", "json", "html"):
        raise typer.BadParameter(f"{format!r} is none of text, json, html", param_hint="--format")
    settings, engine = settings_and_engine()
    made = make_report(engine, story, format, settings)
    sys.stdout.write(printable(made, lines=True) if format == "text" else made)


class PrintableLines(logging.Formatter):
    """Log lines that cannot steer a terminal and tell no passwords."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as a line, a traceback's line ends kept."""
        return printable(without_secrets(super().format(record)), lines=True)


app.command()(digest)
app.command()(sql)
app.command()(export)
app.command("import")(import_files)
app.command()(renormalise)
app.command()(people)
app.command("stories")(list_stories)
app.command()(story)
app.command()(erase)
app.add_typer(label, name="label")
app.command()(pure.extract)
app.command()(pure.normalise)
app.command()(pure.stance)
app.command()(doctor)


@app.command()
def bench(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="one benchmark; without it, all")] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            "--pages",
            metavar="DIR",
            help="what is measured on: HTML pages for `extract`, labelled threads for `stance` and `remarks`; without it, what comes along",
        ),
    ] = None,
) -> None:
    """The benchmarks, each printing one JSON line."""
    try:
        from bench import NAMES, measure
    except ImportError:
        raise BadInput("the benchmarks come with the source: run them in a checkout") from None

    if name is not None and name not in NAMES:
        raise BadInput(f"no benchmark {name!r}; there are: {', '.join(NAMES)}")
    for known in NAMES:
        if name in (None, known):
            print(json.dumps(measure(known, data)), flush=True)


__all__ = ["app", "main"]
