"""``storywake export``: a story as a file, or on standard output; ``freeze``: as a set that can be cited."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.stories import StoryRow, find_story
from storywake.jobs.archive import write_archive
from storywake.jobs.export import RowFormat, written
from storywake.jobs.freeze import freeze as freeze_story
from storywake.jobs.interchange import write_activities, write_gexf
from storywake.jobs.report import ReportFormat
from storywake.jobs.report import report as make_report
from storywake.jobs.warc import write_warc
from storywake.opening import settings_and_engine
from storywake.progress import Work, showing

STANDARD_OUTPUT = Path("-")


class ExportFormat(StrEnum):
    """What a story can be written as."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    WARC = "warc"  # its evidence
    ACTIVITYSTREAMS = "activitystreams"
    GEXF = "gexf"  # who answers and quotes whom
    HTML = "html"  # its report


UNITS = {ExportFormat.WARC: "answers", ExportFormat.GEXF: "accounts", ExportFormat.HTML: "report"}


def export(
    story: Annotated[str, typer.Argument(metavar="STORY")],
    format: Annotated[
        ExportFormat,
        typer.Option(
            help="csv and jsonl come back by import; parquet, activitystreams: its reactions; gexf: who answers and quotes"
            " whom; html: its report; warc: its evidence"
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="the file to write; - is standard output")],
) -> None:
    """A story as a file: its reactions, its evidence, who answers whom, or its report."""
    settings, engine = settings_and_engine()
    with reading(engine) as connection:
        wanted = find_story(connection, story)
    where = "the rest" if out == STANDARD_OUTPUT else str(out)
    with (
        showing(f"exporting {wanted.slug}", lambda _: f"stopped; {where} was not written") as work,
        _opened(out) as file,
    ):
        count = _write(engine, settings, wanted, format, file, work)
    if out != STANDARD_OUTPUT:
        print(f"{count} {UNITS.get(format, 'reactions')} written to {out}", file=sys.stderr)


@contextmanager
def _opened(out: Path) -> Iterator[BinaryIO]:
    """The file to write, which is there when it is complete; or standard output."""
    if out == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with written(out) as file:
        yield file


def _write(engine: Engine, settings: Settings, story: StoryRow, form: ExportFormat, file: BinaryIO, work: Work) -> int:
    """Writes a story in a format. Returns how many of what it is made of."""
    if form == ExportFormat.WARC:
        return write_warc(engine, story, file, work.tick)
    if form == ExportFormat.ACTIVITYSTREAMS:
        return write_activities(engine, story, file, work.tick)
    if form == ExportFormat.GEXF:
        return write_gexf(engine, story, file)
    if form == ExportFormat.HTML:
        return int(
            file.write(make_report(engine, story.slug, ReportFormat.HTML, settings).encode("utf-8", "replace")) > 0
        )
    return write_archive(engine, story, RowFormat(form.value), file, work.tick)


def freeze(
    story: Annotated[str, typer.Argument(metavar="STORY")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="the file to write, a ZIP archive")],
) -> None:
    """A story as a set that can be cited: data, queries, models, settings and reports in one file, whose hash is printed.

    ``storywake report FILE`` checks and reads it, without a database.
    """
    settings, engine = settings_and_engine()
    with reading(engine) as connection:
        wanted = find_story(connection, story)
    with showing(f"freezing {wanted.slug}", lambda _: f"stopped; {out} was not written") as work:
        frozen = freeze_story(engine, settings, wanted, out, work.tick)
    print(frozen.hash)
    print(f"{frozen.reactions} reactions written to {out}", file=sys.stderr)
