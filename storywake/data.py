"""Commands that give data out: sql, export, digest."""

import datetime
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from storywake.collector.errors import BadInput
from storywake.collector.mailaddress import mail_address
from storywake.collector.printable import printable
from storywake.collector.settings import Settings
from storywake.collector.urls import without_secrets
from storywake.db.engine import open_database, reading
from storywake.db.reporting import export_rows
from storywake.db.sql import dictionary, read_only
from storywake.db.stories import StoryRow, find_story, stories
from storywake.jobs import digest as mails
from storywake.jobs.archive import renormalise as read_anew
from storywake.jobs.archive import write_warc
from storywake.jobs.assess import assess
from storywake.jobs.digest_clock import day_at
from storywake.jobs.export import write_rows, written
from storywake.jobs.imports import import_file

from .progress import Work, showing, stopped_assessing

FORMATS = ("table", "csv", "json", "jsonl", "parquet")


def sql(
    query: Annotated[
        str | None, typer.Argument(metavar="[QUERY]", help="one reading statement; without it, the data dictionary")
    ] = None,
    format: Annotated[str, typer.Option(metavar="|".join(FORMATS))] = "table",
) -> None:
    """Read-only SQL; with no query, the data dictionary."""
    if format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    engine = open_database(Settings().db)
    if query is None:
        for view, about in dictionary():
            with read_only(engine, f"SELECT * FROM {view} LIMIT 0") as result:  # noqa: S608
                columns = ", ".join(result.columns)
            print(f"{view}\n  {chr(10).join('  ' + line for line in about).strip()}\n  columns: {columns}\n")
        return
    with read_only(engine, query) as result:
        write_rows(sys.stdout.buffer, format, result.columns, result.rows)
    sys.stdout.buffer.flush()


def export(
    story: Annotated[str, typer.Argument(metavar="STORY")],
    format: Annotated[str, typer.Option(metavar="csv|jsonl|parquet|warc")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="the file to write")],
) -> None:
    """A story's reactions as a file, or its evidence as WARC."""
    if format not in ("csv", "jsonl", "parquet", "warc"):
        raise typer.BadParameter(f"{format!r} is none of csv, jsonl, parquet, warc", param_hint="--format")
    engine = open_database(Settings().db)
    with reading(engine) as connection:
        wanted = find_story(connection, story)
    with showing(f"exporting {wanted.slug}", lambda _: f"stopped; {out} was not written") as work:
        if format == "warc":
            done = f"{write_warc(engine, wanted, out, work.tick)} answers"
        else:
            done = f"{_write_reactions(engine, wanted, format, out, work)} reactions"
    print(f"{done} written to {out}", file=sys.stderr)


def _write_reactions(engine: Engine, story: StoryRow, form: str, out: Path, work: Work) -> int:
    """Writes a story's reactions as a file. Returns how many."""
    with reading(engine) as connection:
        rows = export_rows(connection, story.slug)
    with read_only(engine, "SELECT * FROM reactions LIMIT 0") as result:
        columns = result.columns

    def told() -> Iterator[list[Any]]:
        for done, row in enumerate(rows):
            work.tick(done, len(rows), f"writing the reactions to {story.slug}")
            yield [row[name] for name in columns]

    with written(out) as file:
        return write_rows(file, form, columns, told())


def import_files(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="JSON lines, JSON or CSV of other tools")],
    story: Annotated[
        str | None,
        typer.Option(metavar="STORY", help="the story they react to; may be left out where only one is watched"),
    ] = None,
) -> None:
    """Bring in what other tools exported: twarc, Zeeschuimer, 4CAT, Mastodon archives, a CSV of addresses."""
    settings = Settings()
    engine = open_database(settings.db)
    with reading(engine) as connection:
        wanted = find_story(connection, story) if story else _only_story(stories(connection))
    bad = 0
    for path in files:
        with showing(f"reading {path}", _imported) as work:
            result = import_file(engine, settings, wanted, path, work.tick)
        print(printable(path) + f": {result.posts} posts, {result.reactions} new reactions, {len(result.bad)} bad rows")
        for line in result.bad:
            print(printable(line), file=sys.stderr)
        bad += len(result.bad)
    with showing(f"assessing the reactions to {wanted.slug}", stopped_assessing) as work:
        assess(engine, wanted, tick=work.tick)
    if bad:
        raise typer.Exit(1)


def _imported(work: Work) -> str:
    if not work.done:
        return "stopped before a row was stored"
    return f"stopped after {work.done:,} rows: those are stored, run it again to go on"


def _only_story(watched: list[StoryRow]) -> StoryRow:
    if len(watched) != 1:
        raise BadInput(f"{len(watched)} stories are watched: name one with --story")
    return watched[0]


def renormalise(
    story: Annotated[str | None, typer.Argument(metavar="[STORY]", help="one story; without it, all")] = None,
) -> None:
    """Read all evidence anew with today's parsers, without the network; prints what changed as JSON, a line a story."""
    settings = Settings()
    engine = open_database(settings.db)
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


def digest(
    date: Annotated[str | None, typer.Option(metavar="D", help="the day, YYYY-MM-DD [default: today]")] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="a reader; may be repeated with --send [default: STORYWAKE_DIGEST_TO]"),
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="DIR", help="write the mail into this folder")] = None,
    send: Annotated[
        bool, typer.Option("--send", help="send it through STORYWAKE_SMTP_HOST, to each reader once a day")
    ] = False,
) -> None:
    """Build the daily email: print it, write it (--out), or send it (--send). A past day is told as it was at its hour."""
    if send and out:
        raise typer.BadParameter("--out and --send exclude each other")
    settings = Settings()
    moment = datetime.datetime.now(datetime.UTC)
    day = _day(date) if date else day_at(settings, moment).isoformat()
    readers = [mail_address(reader) for reader in to or settings.digest_to]
    engine = open_database(settings.db)
    if send:
        with showing("building and sending the digest"):
            result = mails.send(engine, settings, day, readers, moment)
        for line in result.lines:
            print(printable(line), file=sys.stderr)
        print(f"{result.sent} sent", file=sys.stderr)
        if result.refused or result.unknown:
            raise typer.Exit(1)
        return
    reader = readers[0] if readers else None
    with showing("building the digest"):
        if out:
            told = f"{mails.write(engine, settings, day, out, reader, moment)}\n"
        else:
            told = printable(mails.build(engine, settings, day, reader, moment).text, lines=True)
    sys.stdout.write(told)


def _day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write YYYY-MM-DD", param_hint="--date") from None
