"""``storywake``: one command, one line on what went wrong, never a traceback for bad input."""

import asyncio
import json
import logging
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from collector.dates import now
from collector.errors import BadInput, StorywakeError
from collector.settings import Settings
from db.engine import open_database, reading
from db.stories import StoryRow, find_story, standing, stories
from jobs.assess import assess
from jobs.collect import collect as collect_stories
from jobs.report import report as make_report
from jobs.watch import watch as start_watching
from jobs.watch import watch_seed

from . import __version__, pure
from .data import digest, export, import_files, renormalise, sql
from .doctor import doctor
from .erase import erase
from .label import label
from .people import people
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
STEPS = 8


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
    with progress(3) as step:
        step("reading the story")
        story = watch_seed(engine, settings, DEMO)
        step("assessing stance")
        assess(engine, story, settings)
        step("rolling up")
        text = make_report(engine, story.slug)
    sys.stdout.write(text)


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
    assess(engine, story, settings)
    print(story.slug)


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
    with progress(STEPS * len(wanted)) as step:

        def tick(which: StoryRow, what: str) -> None:
            step(f"{which.slug}: {what}")

        results = asyncio.run(collect_stories(engine, settings, wanted, tick=tick))
    for slug, result in results.items():
        print(
            json.dumps(
                {"story": slug, **result["counts"], "requests": result["requests"], "notes": len(result["notes"])}
            )
        )
        for note in result["notes"]:
            print(f"{slug}: {note}", file=sys.stderr)


@app.command()
def run() -> None:
    """The scheduler: everything at its time, until stopped."""
    from jobs.schedule import run_forever

    settings, engine = settings_and_engine()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
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
    from web.app import serve as serve_pages

    settings, engine = settings_and_engine()
    print(f"http://{host}:{port}/", file=sys.stderr)
    serve_pages(engine, settings, host, port)


@app.command()
def report(
    story: Annotated[str, typer.Argument(metavar="STORY")],
    format: Annotated[str, typer.Option(metavar="text|json|html")] = "text",
) -> None:
    """Who reacted, stance and reach over time."""
    if format not in ("text", "json", "html"):
        raise typer.BadParameter(f"{format!r} is none of text, json, html", param_hint="--format")
    _, engine = settings_and_engine()
    sys.stdout.write(make_report(engine, story, format))


@contextmanager
def progress(total: int):  # type: ignore[no-untyped-def]
    """A progress bar on standard error; yields a function that names the step under way and advances."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=total)

        def step(what: str) -> None:
            bar.update(task, description=what, advance=1)

        yield step


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
            help="what is measured on: HTML pages for `extract`, labelled threads for `stance`; without it, what comes along",
        ),
    ] = None,
) -> None:
    """The benchmarks, each printing one JSON line."""
    from bench import NAMES, measure

    if name is not None and name not in NAMES:
        raise BadInput(f"no benchmark {name!r}; there are: {', '.join(NAMES)}")
    for known in NAMES:
        if name in (None, known):
            print(json.dumps(measure(known, data)), flush=True)


def main() -> None:
    """Runs the command line; exits 0, 1 with one line on standard error, or 2 for bad usage."""
    arguments = _hoist_db(sys.argv[1:])
    if "--version" in arguments[:1]:
        print(__version__)
        return
    try:
        app(args=arguments, prog_name="storywake", standalone_mode=True)
    except StorywakeError as error:
        _fail(str(error))
    except ValidationError as error:
        first = error.errors()[0]
        _fail(f"setting STORYWAKE_{'_'.join(map(str, first['loc'])).upper()}: {first['msg']}")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        _fail("stopped")
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        if os.environ.get("STORYWAKE_DEBUG"):
            raise
        _fail(f"{type(error).__name__}: {getattr(error, 'orig', None) or error}")


def _fail(words: str) -> None:
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    print(f"storywake: {line[:500]}", file=sys.stderr)
    sys.exit(1)


def _hoist_db(arguments: list[str]) -> list[str]:
    """Takes ``--db URL`` out of wherever it stands and sets it for this run."""
    rest: list[str] = []
    position = 0
    while position < len(arguments):
        word = arguments[position]
        if word == "--":
            return rest + arguments[position:]
        if word == "--db" and position + 1 < len(arguments):
            os.environ["STORYWAKE_DB"] = arguments[position + 1]
            position += 2
            continue
        if word.startswith("--db="):
            os.environ["STORYWAKE_DB"] = word.removeprefix("--db=")
        else:
            rest.append(word)
        position += 1
    return rest
