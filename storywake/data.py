"""Commands that give data out: sql, export, digest."""

import datetime
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from collector.errors import BadInput
from collector.mailaddress import mail_address
from collector.printable import printable
from collector.settings import Settings
from collector.urls import without_secrets
from db.engine import open_database, reading
from db.reporting import export_rows
from db.sql import dictionary, read_only
from db.stories import StoryRow, find_story, stories
from jobs import digest as mails
from jobs.archive import renormalise as read_anew
from jobs.archive import write_warc
from jobs.assess import assess
from jobs.digest_clock import day_at
from jobs.export import write_rows
from jobs.imports import import_file

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
    if format == "warc":
        with reading(engine) as connection:
            wanted = find_story(connection, story)
        print(f"{write_warc(engine, wanted, out)} answers written to {out}", file=sys.stderr)
        return
    with reading(engine) as connection:
        rows = export_rows(connection, find_story(connection, story).slug)
    with read_only(engine, "SELECT * FROM reactions LIMIT 0") as result:
        columns = result.columns
    partial = out.with_name(out.name + ".part")
    try:
        with partial.open("wb") as file:
            count = write_rows(file, format, columns, ([row[name] for name in columns] for row in rows))
        partial.replace(out)
    except OSError as error:
        raise BadInput(f"cannot write {out}: {error.strerror}") from None
    print(f"{count} reactions written to {out}", file=sys.stderr)


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
        result = import_file(engine, settings, wanted, path)
        print(printable(path) + f": {result.posts} posts, {result.reactions} new reactions, {len(result.bad)} bad rows")
        for line in result.bad:
            print(printable(line), file=sys.stderr)
        bad += len(result.bad)
    assess(engine, wanted)
    if bad:
        raise typer.Exit(1)


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
        result = read_anew(engine, settings, each)
        assessed = assess(engine, each)
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
        result = mails.send(engine, settings, day, readers, moment)
        for line in result.lines:
            print(printable(line), file=sys.stderr)
        print(f"{result.sent} sent", file=sys.stderr)
        if result.refused or result.unknown:
            raise typer.Exit(1)
        return
    reader = readers[0] if readers else None
    if out:
        print(mails.write(engine, settings, day, out, reader, moment))
    else:
        sys.stdout.write(printable(mails.build(engine, settings, day, reader, moment).text, lines=True))


def _day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write YYYY-MM-DD", param_hint="--date") from None
