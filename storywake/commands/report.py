"""``storywake report`` and ``digest``: the reception of a story, printed or mailed."""

import datetime
import sys
from typing import Annotated

import typer

from storywake.collector.errors import BadInput
from storywake.collector.mailaddress import mail_address
from storywake.collector.printable import printable
from storywake.collector.settings import Settings
from storywake.db.engine import open_database
from storywake.jobs import digest as mails
from storywake.jobs.freeze import is_frozen, read_frozen
from storywake.jobs.report import ReportFormat
from storywake.jobs.report import report as make_report
from storywake.opening import settings_and_engine
from storywake.progress import showing


def report(
    story: Annotated[str, typer.Argument(metavar="STORY|FILE", help="a story, or a file that freeze wrote")],
    format: Annotated[ReportFormat, typer.Option()] = ReportFormat.TEXT,
) -> None:
    """Who reacted, stance and reach over time."""
    if is_frozen(story):
        made, whole = read_frozen(story, format)
        data = format == ReportFormat.JSON
        told = (
            "unchanged since it was frozen" if data else "the hash is of the data (--format json), not of these words"
        )
        print(f"{told}: {whole}", file=sys.stderr)
    elif story.lower().endswith(".zip"):
        raise BadInput(f"{story}: no such file, or no frozen set")
    else:
        settings, engine = settings_and_engine()
        made = make_report(engine, story, format, settings)
    sys.stdout.write(printable(made, lines=True) if format == ReportFormat.TEXT else made)


def digest(
    date: Annotated[
        str | None, typer.Option(metavar="D", help="the day, YYYY-MM-DD (default: today, in the reader's zone)")
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS", help="a reader; may be repeated with --send (default: the first reader; all with --send)"
        ),
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="DIR", help="write the mail into this folder")] = None,
    send: Annotated[
        bool, typer.Option("--send", help="send it through STORYWAKE_SMTP_HOST, to each reader once a day")
    ] = False,
) -> None:
    """Build the daily email: print it, write it (--out), or send it (--send).

    A past day is told as it was at its hour.
    """
    if send and out:
        raise typer.BadParameter("--out and --send exclude each other")
    settings = Settings()
    moment = datetime.datetime.now(datetime.UTC)
    day = _day(date) if date else None
    readers = [mail_address(reader) for reader in to or ()]
    engine = open_database(settings.db)
    if send:
        with showing("building and sending the digest"):
            result = mails.send(engine, settings, day, readers, moment)
        for line in result.lines:
            print(printable(line), file=sys.stderr)
        unsent = f", nothing new for {result.nothing_new}" if result.nothing_new else ""
        print(f"{result.sent} sent{unsent}", file=sys.stderr)
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
